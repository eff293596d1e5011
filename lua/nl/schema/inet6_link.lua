-- nl/schema/inet6_link.lua - what IPv6 keeps about a link: the IFLA_INET6_ attributes
--
-- Layer: schema (form: nl.codec). Follows include/uapi/linux/if_link.h.

return {
  [1] = { "flags", "u32" },
  [2] = { "conf", "bin" },
  [3] = { "stats", "bin" },
  [5] = { "cacheinfo", "struct", "=", "max_reasm_len", "I4", "tstamp", "I4",
    "reachable_time", "I4", "retrans_time", "I4" },
  [6] = { "icmp6stats", "bin" },
  [7] = { "token", "ip" },
  [8] = { "addr_gen_mode", "u8" },
  [9] = { "ra_mtu", "u32" },
}
