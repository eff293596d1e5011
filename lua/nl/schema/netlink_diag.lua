-- nl/schema/netlink_diag.lua - netlink sockets
--
-- Layer: schema (form: nl.codec). Follows include/uapi/linux/netlink_diag.h.

return {
  name = "socket",
  protocol = 4,
  messages = { get = 20 },
  header = { "=BBxxI4I4I4I4", "family", "protocol", "inode", "show", "cookie1", "cookie2" },

  reply = {
    header = { "=BBBBI4I4I4I4I4I4", "family", "type", "protocol", "state", "port", "peer_port",
      "peer_group", "inode", "cookie1", "cookie2" },
    [0] = { "skmem", "struct", "=", "r", "I4", "rb", "I4", "t", "I4", "tb", "I4", "f", "I4",
      "w", "I4", "o", "I4", "bl", "I4", "d", "I4" },
    [1] = { "groups", "bin" },
    [4] = { "flags", "u32" },
  },
}
