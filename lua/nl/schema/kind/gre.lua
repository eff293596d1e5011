-- nl/schema/kind/gre.lua - GRE tunnels over IPv4 and IPv6: IFLA_GRE_
--
-- Layer: schema (form: nl.codec). include/uapi/linux/if_tunnel.h

return {
  [1] = { "link", "u32" },
  [2] = { "iflags", "be16" },
  [3] = { "oflags", "be16" },
  [4] = { "ikey", "be32" },
  [5] = { "okey", "be32" },
  [6] = { "local", "ip" },
  [7] = { "remote", "ip" },
  [8] = { "ttl", "u8" },
  [9] = { "tos", "u8" },
  [10] = { "pmtudisc", "u8" },
  [11] = { "encap_limit", "u8" },
  [12] = { "flowinfo", "be32" },
  [13] = { "flags", "u32" },
  [14] = { "encap_type", "u16" },
  [15] = { "encap_flags", "u16" },
  [16] = { "encap_sport", "be16" },
  [17] = { "encap_dport", "be16" },
  [18] = { "collect_metadata", "flag" },
  [19] = { "ignore_df", "u8" },
  [20] = { "fwmark", "u32" },
  [21] = { "erspan_index", "u32" },
  [22] = { "erspan_ver", "u8" },
  [23] = { "erspan_dir", "u8" },
  [24] = { "erspan_hwid", "u16" },
}
