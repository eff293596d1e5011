-- nl/schema/slave_kinds.lua - IFLA_INFO_SLAVE_DATA by the kind of the master
--
-- Layer: schema (form: nl.codec).

return {
  bridge = "nl.schema.kind.bridge_port",
  bond = {
    [1] = { "state", "u8" },
    [2] = { "mii_status", "u8" },
    [3] = { "link_failure_count", "u32" },
    [4] = { "perm_hwaddr", "lladdr" },
    [5] = { "queue_id", "u16" },
    [6] = { "ad_aggregator_id", "u16" },
    [7] = { "ad_actor_oper_port_state", "u8" },
    [8] = { "ad_partner_oper_port_state", "u16" },
    [9] = { "prio", "s32" },
  },
  vrf = { [1] = { "table", "u32" } },
}
