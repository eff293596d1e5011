-- nl/schema/kinds.lua - IFLA_INFO_DATA by kind of link
--
-- Layer: schema (form: nl.codec). A new kind is a new entry here; a long one has a file of its
-- own in nl/schema/kind. Kinds that are absent (dummy, ifb, nlmon, ...) have no data, or data
-- nobody reads yet, which stays bytes.

local macvlan = {
  [1] = { "mode", "u32" },
  [2] = { "flags", "u16" },
  [3] = { "macaddr_mode", "u32" },
  [4] = { "macaddr", "lladdr" },
  [5] = { "macaddr_data", "nest", set = { [4] = { "macaddr", "lladdr", multi = true } } },
  [6] = { "macaddr_count", "u32" },
  [7] = { "bc_queue_len", "u32" },
  [8] = { "bc_queue_len_used", "u32" },
}

local qos_mapping = { [1] = { "mapping", "struct", "=", "from", "I4", "to", "I4", multi = true } }

local vti = {
  [1] = { "link", "u32" },
  [2] = { "ikey", "be32" },
  [3] = { "okey", "be32" },
  [4] = { "local", "ip" },
  [5] = { "remote", "ip" },
  [6] = { "fwmark", "u32" },
}

return {
  bond = "nl.schema.kind.bond",
  bridge = "nl.schema.kind.bridge",
  geneve = "nl.schema.kind.geneve",
  erspan = "nl.schema.kind.gre",
  gre = "nl.schema.kind.gre",
  gretap = "nl.schema.kind.gre",
  ip6erspan = "nl.schema.kind.gre",
  ip6gre = "nl.schema.kind.gre",
  ip6gretap = "nl.schema.kind.gre",
  ip6tnl = "nl.schema.kind.ip_tunnel",
  ipip = "nl.schema.kind.ip_tunnel",
  sit = "nl.schema.kind.ip_tunnel",
  vxlan = "nl.schema.kind.vxlan",

  veth = { [1] = { "peer", "nest", set = "nl.schema.link", plain = true } },
  vlan = {
    [1] = { "id", "u16" },
    [2] = { "flags", "struct", "=", "flags", "I4", "mask", "I4" },
    [3] = { "egress_qos", "nest", set = qos_mapping },
    [4] = { "ingress_qos", "nest", set = qos_mapping },
    [5] = { "protocol", "be16" },
  },
  macvlan = macvlan,
  macvtap = macvlan,
  ipvlan = { [1] = { "mode", "u16" }, [2] = { "flags", "u16" } },
  ipvtap = { [1] = { "mode", "u16" }, [2] = { "flags", "u16" } },
  vrf = { [1] = { "table", "u32" } },
  tun = {
    [1] = { "owner", "u32" },
    [2] = { "group", "u32" },
    [3] = { "type", "u8" },
    [4] = { "pi", "u8" },
    [5] = { "vnet_hdr", "u8" },
    [6] = { "persist", "u8" },
    [7] = { "multi_queue", "u8" },
    [8] = { "num_queues", "u32" },
    [9] = { "num_disabled_queues", "u32" },
  },
  vti = vti,
  vti6 = vti,
  xfrm = {
    [1] = { "link", "u32" },
    [2] = { "if_id", "u32" },
    [3] = { "collect_metadata", "flag" },
  },
}
