-- nl/schema/kind/geneve.lua - a Geneve tunnel: IFLA_GENEVE_
--
-- Layer: schema (form: nl.codec). include/uapi/linux/if_link.h

return {
  [1] = { "id", "u32" },
  [2] = { "remote", "ip" },
  [3] = { "ttl", "u8" },
  [4] = { "tos", "u8" },
  [5] = { "port", "be16" },
  [6] = { "collect_metadata", "flag" },
  [7] = { "remote6", "ip" },
  [8] = { "udp_csum", "u8" },
  [9] = { "udp_zero_csum6_tx", "u8" },
  [10] = { "udp_zero_csum6_rx", "u8" },
  [11] = { "label", "be32" },
  [12] = { "ttl_inherit", "u8" },
  [13] = { "df", "u8" },
  [14] = { "inner_proto_inherit", "flag" },
}
