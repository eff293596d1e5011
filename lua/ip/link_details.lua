-- ip/link_details.lua - what `ip -d link` tells more of a link: its kind and that kind's data
--
-- Layer: library of ip. Form and keys are iproute2 6.1's. A kind is a list of items in the order
-- of printing: { field, JSON key, text form, how }; how names one of HOW, nil prints the value.

local link_details = {}

local function eth_protocol(number)
  local known = { [0x8100] = "802.1Q", [0x88a8] = "802.1ad", [0x0800] = "ip", [0x86dd] = "ipv6" }
  return known[number] or ("[%d]"):format(number)
end

local function bridge_id(bytes)
  return #bytes == 8 and ("%.2x%.2x.%x:%x:%x:%x:%x:%x"):format(bytes:byte(1, 8)) or ""
end

local HOW = {
  on_off = function(out, item, value) out:on_off(item[2], item[3], value ~= 0) end,
  -- a word, when it is set
  flag = function(out, item, value)
    if value ~= 0 and value ~= false then out:put(item[2], item[3], true) end
  end,
  nonzero = function(out, item, value)
    if value ~= 0 then out:put(item[2], item[3], value) end
  end,
  hex = function(out, item, value) out:put(item[2], item[3], ("%#x"):format(value)) end,
  bridge_id = function(out, item, value) out:put(item[2], item[3], bridge_id(value)) end,
  timer = function(out, item, value)
    out:number(item[2], item[2] .. " %7.2f ", "%.2f", value / 100)
  end,
  eth_protocol = function(out, item, value) out:put(item[2], item[3], eth_protocol(value)) end,
  link = function(out, item, value, ip)
    if value ~= 0 then out:name(item[2], item[3], ip:name(value)) end
  end,
  -- an address that is not all zeros; in JSON the key has the family's number
  address = function(out, item, value)
    if value ~= "0.0.0.0" and value ~= "::" then out:put(item[2], item[3], value) end
  end,
  -- "ttl auto" for 0
  ttl = function(out, item, value)
    if out.is_json or value ~= 0 then
      out:put(item[2], item[3], value)
    else
      out:text("ttl auto ")
    end
  end,
  -- the word, or "no" and the word
  no_word = function(out, item, value)
    if out.is_json then
      out:json(item[2], value ~= 0)
    else
      out:text("%s", (value == 0 and "no" or "") .. item[3])
    end
  end,
}

local function name_of(map, key, form)
  return function(out, _, value) out:put(key, form, map[value] or "unknown") end
end

-- group (multicast) or remote, by the address
local function vxlan_remote(suffix)
  return function(out, _, value)
    local first = tonumber(value:match("^(%d+)%."))
    local is_group = first and first >= 224 and first < 240 or value:find("^ff") ~= nil
    local key = is_group and "group" or "remote"
    HOW.address(out, { nil, key .. suffix, key .. " %s " }, value)
  end
end

local function boolean_options(out, _, value)
  for bit, name in ipairs { "no_linklocal_learn", "mcast_vlan_snooping" } do
    if value.mask & 1 << bit - 1 ~= 0 then
      out:put(name, name .. " %d ", value.value >> bit - 1 & 1)
    end
  end
end

local function plain(...)
  local items = {}
  for i, name in ipairs { ... } do items[i] = { name, name, name .. " %d " } end
  return table.unpack(items)
end

local function join(...)
  local all = {}
  for _, list in ipairs { ... } do table.move(list, 1, #list, #all + 1, all) end
  return all
end

local PORT_STATE = { [0] = "disabled", "listening", "learning", "forwarding", "blocking" }

local function forward_mask(out, _, value)
  out:put("group_fwd_mask", "group_fwd_mask %s ", ("%#x"):format(value))
  local words, rest = {}, value
  for bit, name in pairs { [0] = "stp", [2] = "lacp", [14] = "lldp" } do
    if rest & 1 << bit ~= 0 then words[#words + 1], rest = name, rest & ~(1 << bit) end
  end
  table.sort(words)
  if rest ~= 0 or #words == 0 then words[#words + 1] = ("0x%x"):format(rest) end
  out:put("group_fwd_mask_str", "group_fwd_mask_str %s ", table.concat(words, ","))
end

local function port_range(out, _, value)
  out:object("port_range")
  out:json("low", value.low)
  out:json("high", value.high)
  out:object_end()
  out:text("srcport %d %d ", value.low, value.high)
end

local VLAN_FLAG = { { 0x1, "REORDER_HDR" }, { 0x2, "GVRP" }, { 0x8, "MVRP" },
  { 0x4, "LOOSE_BINDING" }, { 0x10, "BRIDGE_BINDING" } }

local function vlan_flags(out, _, value)
  local flags = value.flags
  out:array("flags", "<")
  for _, flag in ipairs(VLAN_FLAG) do
    if flags & flag[1] ~= 0 then
      flags = flags & ~flag[1]
      if out.is_json then out:json(nil, flag[2])
      else out:text(flags ~= 0 and "%s," or "%s", flag[2]) end
    end
  end
  if flags ~= 0 then out:put(nil, "%x", flags) end
  out:array_end("> ")
end

local function vlan_map(key, word)
  return function(out, _, value)
    out:array(key, ("%s { "):format(word))
    for _, pair in ipairs(value.mapping or {}) do
      out:object()
      out:json("from", pair.from)
      out:json("to", pair.to)
      out:object_end()
      out:text("%d:%d ", pair.from, pair.to)
    end
    out:array_end("} ")
  end
end

local MACVLAN_MODE = { [1] = "private", [2] = "vepa", [4] = "bridge", [8] = "passthru",
  [16] = "source" }

local macvlan = {
  { "mode", nil, nil, name_of(MACVLAN_MODE, "mode", "mode %s ") },
  { "flags", nil, nil, function(out, _, value)
    if value & 1 ~= 0 then out:put("nopromisc", "nopromisc ", true) end
    if value & 2 ~= 0 then out:put("nodst", "nodst ", true) end
  end },
  { "bc_queue_len", "bcqueuelen", "bcqueuelen %d " },
  { "bc_queue_len_used", "usedbcqueuelen", "usedbcqueuelen %d " },
}

local IPVLAN_MODE = { [0] = "l2", "l3", "l3s" }

local BOND_MODE = { [0] = "balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad",
  "balance-tlb", "balance-alb" }

local vrf = { { "table", "table", "table %d " } }

-- Made when one of them is printed: `ip link` without -d never comes here.
local KINDS = {
  bridge = function()
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
  end,
  bridge_slave = function()
    local function switches(...)
      local items = {}
      for i, name in ipairs { ... } do items[i] = { name, name, name .. " %s ", "on_off" } end
      return items
    end
    return join({
        { "state", nil, nil, function(out, _, value)
          if PORT_STATE[value] then
            out:put("state", "state %s ", PORT_STATE[value])
          else
            out:put("state_index", "state (%d) ", value)
          end
        end } },
      { plain("priority", "cost") },
      switches("hairpin", "guard", "root_block", "fastleave", "learning", "flood"), {
        { "id", "id", "port_id %s ", "hex" },
        { "no", "no", "port_no %s ", "hex" } },
      { plain("designated_port", "designated_cost") }, {
        { "bridge_id", "bridge_id", "designated_bridge %s ", "bridge_id" },
        { "root_id", "root_id", "designated_root %s ", "bridge_id" },
        { "hold_timer", "hold_timer", nil, "timer" },
        { "message_age_timer", "message_age_timer", nil, "timer" },
        { "forward_delay_timer", "forward_delay_timer", nil, "timer" } },
      { plain("topology_change_ack", "config_pending") },
      switches("proxy_arp", "proxy_arp_wifi"), {
        { "multicast_router", "multicast_router", "mcast_router %d " },
        { "fastleave", nil, nil, function(out, _, value)
          out:text("mcast_fast_leave %s ", value ~= 0 and "on" or "off")
        end } },
      switches("mcast_flood", "bcast_flood", "mcast_to_unicast", "neigh_suppress"), {
        { "group_fwd_mask", nil, nil, forward_mask } },
      switches("vlan_tunnel", "isolated", "locked"), {
        { "backup_port", "backup_port", "backup_port %s ", "link" } })
  end,
  vxlan = function()
    return {
      { "collect_metadata", "external", "external ", "flag" },
      { "vnifilter", "vnifilter", "vnifilter", "flag" },
      { "id", "id", "id %d " },
      { "group", nil, nil, vxlan_remote "" },
      { "group6", nil, nil, vxlan_remote "6" },
      { "local", "local", "local %s ", "address" },
      { "local6", "local6", "local %s ", "address" },
      { "link", "link", "dev %s ", "link" },
      { "port_range", nil, nil, port_range },
      { "port", "port", "dstport %d " },
      { "learning", nil, nil, function(out, _, value)
        out:json("learning", value ~= 0)
        if value == 0 then out:text("nolearning ") end
      end },
      { "proxy", "proxy", "proxy ", "flag" },
      { "rsc", "rsc", "rsc ", "flag" },
      { "l2miss", "l2miss", "l2miss ", "flag" },
      { "l3miss", "l3miss", "l3miss ", "flag" },
      { "tos", nil, nil, function(out, _, value)
        if value == 1 and not out.is_json then
          out:text("tos inherit ")
        elseif value ~= 0 then
          out:put("tos", "tos %s ", ("%#x"):format(value))
        end
      end },
      { "ttl_inherit", nil, nil, function(out, _, value)
        if value ~= 0 then out:text("ttl inherit ") end
      end },
      { "ttl", nil, nil, function(out, _, value, _, data)
        if data.ttl_inherit == nil or data.ttl_inherit == 0 then
          HOW.ttl(out, { "ttl", "ttl", "ttl %d " }, value)
        end
      end },
      { "df", nil, nil, function(out, _, value)
        local name = ({ [0] = "unset", "set", "inherit" })[value]
        if value == 0 then out:json("df", name) elseif name then out:put("df", "df %s ", name) end
      end },
      { "label", nil, nil, function(out, _, value)
        if value ~= 0 then out:put("label", "flowlabel %s ", ("%#x"):format(value)) end
      end },
      { "ageing", nil, nil, function(out, _, value)
        if value == 0 and not out.is_json then
          out:text("ageing none ")
        else
          out:put("ageing", "ageing %d ", value)
        end
      end },
      { "limit", "limit", "maxaddr %d ", "nonzero" },
      { "udp_csum", "udp_csum", "udpcsum ", "no_word" },
      { "udp_zero_csum6_tx", "udp_zero_csum6_tx", "udp6zerocsumtx ", "no_word" },
      { "udp_zero_csum6_rx", "udp_zero_csum6_rx", "udp6zerocsumrx ", "no_word" },
      { "remcsum_tx", "remcsum_tx", "remcsumtx ", "flag" },
      { "remcsum_rx", "remcsum_rx", "remcsumrx ", "flag" },
      { "gbp", "gbp", "gbp ", "flag" },
      { "gpe", "gpe", "gpe ", "flag" },
    }
  end,
  vlan = function()
    return {
      { "protocol", "protocol", "protocol %s ", "eth_protocol" },
      { "id", "id", "id %d " },
      { "flags", nil, nil, vlan_flags },
      { "ingress_qos", nil, nil, vlan_map("ingress_qos", "ingress-qos-map") },
      { "egress_qos", nil, nil, vlan_map("egress_qos", "egress-qos-map") },
    }
  end,
  tun = function()
    return {
      { "type", nil, nil, name_of({ "tun", "tap" }, "type", "type %s ") },
      { "pi", "pi", "pi %s ", "on_off" },
      { "vnet_hdr", "vnet_hdr", "vnet_hdr %s ", "on_off" },
      { "multi_queue", nil, nil, function(out, _, value, _, data)
        -- in text only when it is on
        if value == 0 then
          out:json("multi_queue", false)
        else
          out:on_off("multi_queue", "multi_queue %s ", true)
          out:put("numqueues", "numqueues %d ", data.num_queues or 0)
          out:put("numdisabled", "numdisabled %d ", data.num_disabled_queues or 0)
        end
      end },
      { "persist", "persist", "persist %s ", "on_off" },
      { "owner", "user", "user %s " },
      { "group", "group", "group %s " },
    }
  end,
  macvlan = function() return macvlan end,
  macvtap = function() return macvlan end,
  ipvlan = function()
    return {
      { "mode", nil, nil, name_of(IPVLAN_MODE, "mode", " mode %s ") },
      { "flags", nil, nil, function(out, _, value)
        local word = value & 1 ~= 0 and "private" or value & 2 ~= 0 and "vepa" or "bridge"
        out:put(word, word .. " ", true)
      end },
    }
  end,
  vrf = function() return vrf end,
  vrf_slave = function() return vrf end,
  bond = function()
    return {
      { "mode", nil, nil, name_of(BOND_MODE, "mode", "mode %s ") },
      { "active_slave", "active_slave", "active_slave %s ", "link" },
      { "miimon", "miimon", "miimon %d " },
      { "updelay", "updelay", "updelay %d " },
      { "downdelay", "downdelay", "downdelay %d " },
    }
  end,
}

local function print_data(ip, kind, data)
  local out, items = ip.out, KINDS[kind]
  if not items then return end
  out:object(kind:find("_slave$") and "info_slave_data" or "info_data")
  for _, item in ipairs(items()) do
    local value = data and data[item[1]]
    if value ~= nil then
      local how = item[4]
      if how == nil then
        out:put(item[2], item[3], value)
      else
        (HOW[how] or how)(out, item, value, ip, data)
      end
    end
  end
  out:object_end()
end

local function print_kind(ip, info)
  local out = ip.out
  out:object("linkinfo")
  if info.kind then
    out:line()
    out:name("info_kind", "    %s ", info.kind)
    print_data(ip, info.kind, info.data)
  end
  if info.slave_kind then
    out:line()
    out:name("info_slave_kind", "    %s_slave ", info.slave_kind)
    print_data(ip, info.slave_kind .. "_slave", info.slave_data)
  end
  out:object_end()
end

local GENERATION = { [0] = "eui64", "none", "stable_secret", "random" }

local function hex(bytes)
  return (bytes:gsub(".", function(c) return ("%02x"):format(c:byte()) end))
end

-- field, key, form
local QUEUES = {
  { "num_tx_queues", "numtxqueues %d " }, { "num_rx_queues", "numrxqueues %d " },
  { "gso_max_size", "gso_max_size %d " }, { "gso_max_segs", "gso_max_segs %d " },
  { "tso_max_size", "tso_max_size %d " }, { "tso_max_segs", "tso_max_segs %d " },
  { "gro_max_size", "gro_max_size %d " },
}

--- An attached XDP program.
function link_details.xdp(ip, xdp, as_link)
  local out = ip.out
  local mode = ({ "xdp", "xdpgeneric", "xdpoffload", "xdpmulti" })[xdp.attached] or "xdp"
  if out.is_json then return end
  if not as_link or not ip.details then
    out:text("%s", mode)
    if xdp.prog_id then out:text("/id:%d", xdp.prog_id) end
    out:text(" ")
  end
end

--- Print what -d adds to a link.
---@param ip ip.Context
---@param link table
---@param as_link boolean
function link_details.print(ip, link, as_link)
  local out = ip.out
  if link.promiscuity then out:put("promiscuity", " promiscuity %d ", link.promiscuity) end
  if link.allmulti then out:put("allmulti", " allmulti %d ", link.allmulti) end
  if link.min_mtu then out:put("min_mtu", "minmtu %d ", link.min_mtu) end
  if link.max_mtu then out:put("max_mtu", "maxmtu %d ", link.max_mtu) end
  if link.linkinfo then print_kind(ip, link.linkinfo) end
  local inet6 = as_link and link.af_spec and link.af_spec.inet6
  if inet6 and inet6.addr_gen_mode then
    out:put("inet6_addr_gen_mode", "addrgenmode %s ",
      GENERATION[inet6.addr_gen_mode] or ("%#.2x"):format(inet6.addr_gen_mode))
  end
  for _, item in ipairs(QUEUES) do
    local value = link[item[1]]
    if value then out:put(item[1], item[2], value) end
  end
  if link.phys_port_name then out:name("phys_port_name", "portname %s ", link.phys_port_name) end
  if link.phys_port_id then out:put("phys_port_id", "portid %s ", hex(link.phys_port_id)) end
  if link.phys_switch_id then
    out:put("phys_switch_id", "switchid %s ", hex(link.phys_switch_id))
  end
  if link.parent_dev_bus_name then
    out:name("parentbus", "parentbus %s ", link.parent_dev_bus_name)
  end
  if link.parent_dev_name then out:name("parentdev", "parentdev %s ", link.parent_dev_name) end
end

return link_details
