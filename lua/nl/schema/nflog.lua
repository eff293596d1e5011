-- nl/schema/nflog.lua - packets that rules log
--
-- Layer: schema (form: nl.codec). Follows include/uapi/linux/netfilter/nfnetlink_log.h. The
-- header's group number is in network order: nl.nflog turns it.

local CONFIG = {
  [1] = { "command", "u8" },
  [2] = { "mode", "struct", ">", "range", "I4", "mode", "B", "pad", "B" },
  [3] = { "buffer_size", "be32" },
  [4] = { "timeout", "be32" },
  [5] = { "threshold", "be32" },
  [6] = { "flags", "be16" },
}
CONFIG.name, CONFIG.protocol = "log", 12
CONFIG.messages = { config = 4 << 8 | 1 }
CONFIG.header = { "=BBI2", "family", "version", "group" }

local PACKET = {
  [1] = { "packet", "struct", ">", "protocol", "I2", "hook", "B" },
  [2] = { "mark", "be32" },
  [3] = { "timestamp", "struct", ">", "seconds", "i8", "microseconds", "i8" },
  [4] = { "indev", "be32" },
  [5] = { "outdev", "be32" },
  [6] = { "physindev", "be32" },
  [7] = { "physoutdev", "be32" },
  [8] = { "hardware", "bin" },
  [9] = { "payload", "bin" },
  [10] = { "prefix", "z" },
  [11] = { "uid", "be32" },
  [12] = { "seq", "be32" },
  [13] = { "seq_global", "be32" },
  [14] = { "gid", "be32" },
  [15] = { "hardware_type", "be16" },
  [16] = { "hardware_header", "bin" },
  [17] = { "hardware_length", "be16" },
}
PACKET.name, PACKET.protocol = "packet", 12
PACKET.messages = { packet = 4 << 8 | 0 }
PACKET.header = { "=BBI2", "family", "version", "group" }

return { config = CONFIG, packet = PACKET }
