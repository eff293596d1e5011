-- nl/schema/kind/ip_tunnel.lua - ipip, sit and ip6tnl tunnels: IFLA_IPTUN_
--
-- Layer: schema (form: nl.codec). include/uapi/linux/if_tunnel.h. The width of "flags" differs
-- (u16 for sit, u32 for ip6tnl), so the entry takes what comes.

local FORM = { [2] = "=I2", [4] = "=I4" }

return {
  [1] = { "link", "u32" },
  [2] = { "local", "ip" },
  [3] = { "remote", "ip" },
  [4] = { "ttl", "u8" },
  [5] = { "tos", "u8" },
  [6] = { "encap_limit", "u8" },
  [7] = { "flowinfo", "be32" },
  [8] = { "flags", "custom",
    read = function(bytes)
      local form = FORM[#bytes]
      return form and { value = string.unpack(form, bytes), size = #bytes } or nil
    end,
    write = function(flags) return string.pack(FORM[flags.size], flags.value) end },
  [9] = { "proto", "u8" },
  [10] = { "pmtudisc", "u8" },
  [11] = { "6rd_prefix", "bin" },
  [12] = { "6rd_relay_prefix", "bin" },
  [13] = { "6rd_prefixlen", "u16" },
  [14] = { "6rd_relay_prefixlen", "u16" },
  [15] = { "encap_type", "u16" },
  [16] = { "encap_flags", "u16" },
  [17] = { "encap_sport", "be16" },
  [18] = { "encap_dport", "be16" },
  [19] = { "collect_metadata", "flag" },
  [20] = { "fwmark", "u32" },
}
