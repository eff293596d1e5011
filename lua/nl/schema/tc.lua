-- nl/schema/tc.lua - queueing disciplines: struct tcmsg and the TCA_ attributes
--
-- Layer: schema (form: nl.codec). Follows include/uapi/linux/rtnetlink.h, pkt_sched.h and
-- gen_stats.h. What belongs to one kind is in nl.schema.tc_kinds.

return {
  name = "qdisc",
  protocol = 0,
  messages = { new = 36, del = 37, get = 38 },
  groups = { 4 },
  header = { "=Bxxxi4I4I4I4", "family", "ifindex", "handle", "parent", "info" },

  [1] = { "kind", "z" },
  [2] = { "options", "sub", key = "kind", sets = "nl.schema.tc_kinds" },
  [3] = { "stats", "bin" },
  [4] = { "xstats", "bin" },
  [7] = { "stats2", "nest", set = {
    [1] = { "basic", "struct", "=", "bytes", "I8", "packets", "I4" },
    [3] = { "queue", "struct", "=", "qlen", "I4", "backlog", "I4", "drops", "I4",
      "requeues", "I4", "overlimits", "I4" },
    [4] = { "app", "bin" },
    [8] = { "pkt64", "u64" },
  } },
  [10] = { "dump_invisible", "flag" },
  [11] = { "chain", "u32" },
  [12] = { "hw_offload", "u8" },
  [13] = { "ingress_block", "u32" },
  [14] = { "egress_block", "u32" },
}
