-- ip/kind/bridge.lua - a bridge
--
-- Layer: library of ip (form: ip.kind).

local forms = require "ip.kind_forms"
local kind_show = require "ip.kind_show"

local plain, join, many = kind_show.plain, kind_show.join, forms.many
local U8, U16, U32 = forms.U8, forms.U16, forms.U32

-- bits of IFLA_BR_MULTI_BOOLOPT
local BOOLEANS = { "no_linklocal_learn", "mcast_vlan_snooping" }

local function boolean_options(out, _, value)
  for bit, name in ipairs(BOOLEANS) do
    if value.mask & 1 << bit - 1 ~= 0 then
      out:put(name, name .. " %d ", value.value >> bit - 1 & 1)
    end
  end
end

local bridge = {}

function bridge.options()
  local options = {
    vlan_protocol = { "vlan_protocol", forms.eth_protocol },
    group_address = { "group_addr", "lladdr" },
    fdb_flush = { "fdb_flush", "set", true },
    priority = { "priority", U16, "invalid priority" },
  }
  for bit, name in ipairs(BOOLEANS) do
    options[name] = { "multi_boolopt", function(_, words, attribute, data)
      local set = data[attribute] or { value = 0, mask = 0 }
      local number = words:number(0, 0xff, "invalid " .. name)
      local mask = 1 << bit - 1
      return attribute, { mask = set.mask | mask,
        value = number ~= 0 and set.value | mask or set.value & ~mask }
    end }
  end
  many(options, U32, "forward_delay", "hello_time", "max_age", "ageing_time", "stp_state",
    "mcast_hash_elasticity", "mcast_hash_max", "mcast_last_member_count",
    "mcast_startup_query_count")
  many(options, U16, "group_fwd_mask", "vlan_default_pvid")
  many(options, U8, "vlan_filtering", "mcast_router", "mcast_snooping",
    "mcast_query_use_ifaddr", "mcast_querier", "nf_call_iptables", "nf_call_ip6tables",
    "nf_call_arptables", "vlan_stats_enabled", "mcast_stats_enabled", "mcast_igmp_version",
    "mcast_mld_version", "vlan_stats_per_port")
  return many(options, { 0, math.maxinteger }, "mcast_last_member_interval",
    "mcast_membership_interval", "mcast_querier_interval", "mcast_query_interval",
    "mcast_query_response_interval", "mcast_startup_query_interval")
end

function bridge.show()
  return join({ plain("forward_delay", "hello_time", "max_age", "ageing_time", "stp_state",
      "priority", "vlan_filtering") }, {
      { "vlan_protocol", "vlan_protocol", "vlan_protocol %s ", "eth_protocol" },
      { "bridge_id", "bridge_id", "bridge_id %s ", "bridge_id" },
      -- iproute2 prints the bridge's own id here as well; ours is the root's
      { "root_id", "root_id", "designated_root %s ", "bridge_id" } },
    { plain("root_port", "root_path_cost", "topology_change", "topology_change_detected") }, {
      { "hello_timer", "hello_timer", nil, "timer" },
      { "tcn_timer", "tcn_timer", nil, "timer" },
      { "topology_change_timer", "topology_change_timer", nil, "timer" },
      { "gc_timer", "gc_timer", nil, "timer" } },
    { plain("vlan_default_pvid", "vlan_stats_enabled", "vlan_stats_per_port") }, {
      { "group_fwd_mask", "group_fwd_mask", "group_fwd_mask %s ", "hex" },
      { "group_addr", "group_addr", "group_address %s " },
      { "mcast_snooping", "mcast_snooping", "mcast_snooping %d " },
      { "multi_boolopt", nil, nil, boolean_options } },
    { plain("mcast_router", "mcast_query_use_ifaddr", "mcast_querier", "mcast_hash_elasticity",
      "mcast_hash_max") }, {
      { "mcast_last_member_count", "mcast_last_member_cnt", "mcast_last_member_count %d " },
      { "mcast_startup_query_count", "mcast_startup_query_cnt",
        "mcast_startup_query_count %d " },
      { "mcast_last_member_interval", "mcast_last_member_intvl",
        "mcast_last_member_interval %d " },
      { "mcast_membership_interval", "mcast_membership_intvl", "mcast_membership_interval %d " },
      { "mcast_querier_interval", "mcast_querier_intvl", "mcast_querier_interval %d " },
      { "mcast_query_interval", "mcast_query_intvl", "mcast_query_interval %d " },
      { "mcast_query_response_interval", "mcast_query_response_intvl",
        "mcast_query_response_interval %d " },
      { "mcast_startup_query_interval", "mcast_startup_query_intvl",
        "mcast_startup_query_interval %d " } },
    { plain("mcast_stats_enabled", "mcast_igmp_version", "mcast_mld_version",
      "nf_call_iptables", "nf_call_ip6tables", "nf_call_arptables") })
end

function bridge.kind() return bridge end

return bridge
