-- nl/schema/nfqueue.lua - packets that wait for a verdict
--
-- Layer: schema (form: nl.codec). Follows include/uapi/linux/netfilter/nfnetlink_queue.h. The
-- header's queue number is in network order: nl.nfqueue turns it.

local CONFIG = {
  [1] = { "command", "struct", ">", "command", "B", "pad", "B", "family", "I2" },
  [2] = { "params", "struct", ">", "range", "I4", "mode", "B" },
  [3] = { "max_length", "be32" },
  [4] = { "mask", "be32" },
  [5] = { "flags", "be32" },
}
CONFIG.name, CONFIG.protocol = "queue", 12
CONFIG.messages = { config = 3 << 8 | 2 }
CONFIG.header = { "=BBI2", "family", "version", "queue" }

local PACKET = {
  [1] = { "packet", "struct", ">", "id", "I4", "protocol", "I2", "hook", "B" },
  [2] = { "verdict", "struct", ">", "verdict", "I4", "id", "I4" },
  [3] = { "mark", "be32" },
  [4] = { "timestamp", "struct", ">", "seconds", "i8", "microseconds", "i8" },
  [5] = { "indev", "be32" },
  [6] = { "outdev", "be32" },
  [7] = { "physindev", "be32" },
  [8] = { "physoutdev", "be32" },
  [9] = { "hardware", "bin" },
  [10] = { "payload", "bin" },
  [12] = { "conntrack_info", "be32" },
  [13] = { "full_length", "be32" },
  [14] = { "skb_info", "be32" },
  [16] = { "uid", "be32" },
  [17] = { "gid", "be32" },
  [18] = { "secctx", "z" },
  [21] = { "priority", "be32" },
}
PACKET.name, PACKET.protocol = "packet", 12
PACKET.messages = { packet = 3 << 8 | 0, verdict = 3 << 8 | 1 }
PACKET.header = { "=BBI2", "family", "version", "queue" }

return { config = CONFIG, packet = PACKET }
