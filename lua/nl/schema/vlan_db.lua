-- nl/schema/vlan_db.lua - a bridge's VLANs with their options: struct br_vlan_msg, BRIDGE_VLANDB_
--
-- Layer: schema (form: nl.codec). Follows include/uapi/linux/if_bridge.h. In a dump's request the
-- attribute 1 is another one: `dump` is the schema of that.

local HEADER = { "=BxxxI4", "family", "index" }

local vlan_db = {
  name = "vlan",
  protocol = 0,
  messages = { new = 112, del = 113, get = 114 },
  groups = { 33 },
  header = HEADER,

  [1] = { "entries", "nest", multi = true, set = {
    [1] = { "info", "struct", "=", "flags", "I2", "vid", "I2" },
    [2] = { "range", "u16" }, -- the last id of those that are alike
    [3] = { "state", "u8" },
    [5] = { "stats", "nest", set = {
      [1] = { "rx_bytes", "u64" },
      [2] = { "rx_packets", "u64" },
      [3] = { "tx_bytes", "u64" },
      [4] = { "tx_packets", "u64" },
    } },
    [6] = { "mcast_router", "u8" },
  } },
  -- options of a VLAN on the whole bridge; times are hundredths of a second
  [2] = { "global", "nest", multi = true, set = {
    [1] = { "id", "u16" },
    [2] = { "range", "u16" },
    [3] = { "mcast_snooping", "u8" },
    [4] = { "mcast_igmp_version", "u8" },
    [5] = { "mcast_mld_version", "u8" },
    [6] = { "mcast_last_member_count", "u32" },
    [7] = { "mcast_startup_query_count", "u32" },
    [8] = { "mcast_last_member_interval", "u64" },
    [10] = { "mcast_membership_interval", "u64" },
    [11] = { "mcast_querier_interval", "u64" },
    [12] = { "mcast_query_interval", "u64" },
    [13] = { "mcast_query_response_interval", "u64" },
    [14] = { "mcast_startup_query_interval", "u64" },
    [15] = { "mcast_querier", "u8" },
  } },
}

vlan_db.dump = {
  name = "vlan",
  protocol = 0,
  messages = { get = 114 },
  header = HEADER,
  reply = vlan_db,

  [1] = { "flags", "u32" }, -- 1 counters, 2 options of the bridge
}

return vlan_db
