-- nl/schema/rule.lua - routing rules: struct fib_rule_hdr and the FRA_ attributes
--
-- Layer: schema (form: nl.codec). Follows include/uapi/linux/fib_rules.h.

return {
  name = "rule",
  protocol = 0,
  messages = { new = 32, del = 33, get = 34 },
  groups = { 8, 19 },
  header = { "=BBBBBxxBI4", "family", "dst_len", "src_len", "tos", "table8", "action", "flags" },
  fallback = { table = "table8" },

  [1] = { "dst", "ip" },
  [2] = { "src", "ip" },
  [3] = { "iifname", "z" },
  [4] = { "goto", "u32" },
  [6] = { "priority", "u32" },
  [10] = { "fwmark", "u32" },
  [11] = { "flow", "u32" },
  [12] = { "tun_id", "be64" },
  [13] = { "suppress_ifgroup", "u32" },
  [14] = { "suppress_prefixlen", "s32" },
  [15] = { "table", "u32" },
  [16] = { "fwmask", "u32" },
  [17] = { "oifname", "z" },
  [19] = { "l3mdev", "u8" },
  [20] = { "uid_range", "struct", "=", "start", "I4", "end", "I4" },
  [21] = { "protocol", "u8" },
  [22] = { "ip_proto", "u8" },
  [23] = { "sport_range", "struct", "=", "start", "I2", "end", "I2" },
  [24] = { "dport_range", "struct", "=", "start", "I2", "end", "I2" },
}
