-- nl/schema/unix_diag.lua - sockets of the local domain
--
-- Layer: schema (form: nl.codec). Follows include/uapi/linux/unix_diag.h.

return {
  name = "socket",
  protocol = 4,
  messages = { get = 20 },
  header = { "=BBxxI4I4I4I4I4", "family", "protocol", "states", "inode", "show", "cookie1",
    "cookie2" },

  reply = {
    header = { "=BBBxI4I4I4", "family", "type", "state", "inode", "cookie1", "cookie2" },
    [0] = { "name", "bin" },
    [1] = { "vfs", "struct", "=", "inode", "I4", "dev", "I4" },
    [2] = { "peer", "u32" },
    [3] = { "icons", "bin" },
    [4] = { "rqlen", "struct", "=", "rqueue", "I4", "wqueue", "I4" },
    [5] = { "skmem", "struct", "=", "r", "I4", "rb", "I4", "t", "I4", "tb", "I4", "f", "I4",
      "w", "I4", "o", "I4", "bl", "I4", "d", "I4" },
    [6] = { "shutdown", "u8" },
    [7] = { "uid", "u32" },
  },
}
