-- nl/schema/kind/vxlan.lua - a VXLAN tunnel: IFLA_VXLAN_
--
-- Layer: schema (form: nl.codec). include/uapi/linux/if_link.h

return {
  [1] = { "id", "u32" },
  [2] = { "group", "ip" },
  [3] = { "link", "u32" },
  [4] = { "local", "ip" },
  [5] = { "ttl", "u8" },
  [6] = { "tos", "u8" },
  [7] = { "learning", "u8" },
  [8] = { "ageing", "u32" },
  [9] = { "limit", "u32" },
  [10] = { "port_range", "struct", ">", "low", "I2", "high", "I2" },
  [11] = { "proxy", "u8" },
  [12] = { "rsc", "u8" },
  [13] = { "l2miss", "u8" },
  [14] = { "l3miss", "u8" },
  [15] = { "port", "be16" },
  [16] = { "group6", "ip" },
  [17] = { "local6", "ip" },
  [18] = { "udp_csum", "u8" },
  [19] = { "udp_zero_csum6_tx", "u8" },
  [20] = { "udp_zero_csum6_rx", "u8" },
  [21] = { "remcsum_tx", "u8" },
  [22] = { "remcsum_rx", "u8" },
  [23] = { "gbp", "flag" },
  [24] = { "remcsum_nopartial", "flag" },
  [25] = { "collect_metadata", "u8" },
  [26] = { "label", "be32" },
  [27] = { "gpe", "flag" },
  -- told as a byte, taken as a flag
  [28] = { "ttl_inherit", "custom", read = function(bytes) return bytes:byte() or 1 end,
    write = function() return "" end },
  [29] = { "df", "u8" },
  [30] = { "vnifilter", "u8" },
}
