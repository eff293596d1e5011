-- nl/schema/packet_diag.lua - packet sockets
--
-- Layer: schema (form: nl.codec). Follows include/uapi/linux/packet_diag.h.

return {
  name = "socket",
  protocol = 4,
  messages = { get = 20 },
  header = { "=BBxxI4I4I4I4", "family", "protocol", "inode", "show", "cookie1", "cookie2" },

  reply = {
    header = { "=BBI2I4I4I4", "family", "type", "protocol", "inode", "cookie1", "cookie2" },
    [0] = { "info", "struct", "=", "index", "I4", "version", "I4", "reserve", "I4",
      "copy_threshold", "I4", "tstamp", "I4", "flags", "I4" },
    [1] = { "mclist", "bin" },
    [2] = { "rx_ring", "bin" },
    [3] = { "tx_ring", "bin" },
    [4] = { "fanout", "u32" },
    [5] = { "uid", "u32" },
    [6] = { "skmem", "struct", "=", "r", "I4", "rb", "I4", "t", "I4", "tb", "I4", "f", "I4",
      "w", "I4", "o", "I4", "bl", "I4", "d", "I4" },
    [7] = { "filter", "bin" },
  },
}
