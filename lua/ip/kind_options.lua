-- ip/kind_options.lua - the words after `type KIND` of `ip link add` and `set`
--
-- Layer: library of ip. A kind is a table: word = { attribute of nl.schema.kinds, form, ... }.
-- Forms: a range { least, largest }, "address", "on_off" (u8 by on/off or 0/1), "set" (word
-- alone: the value given), "link" (a device), a table of names, or a function.

local context = require "ip.context"

local matches, fail = context.matches, context.fail

local U8, U16, U32 = { 0, 0xff }, { 0, 0xffff }, { 0, 0xffffffff }

local kind_options = {}

-- Values by the form of an option; -> attribute, value
local function take_value(ip, words, word, option)
  local attribute, form = option[1], option[2]
  if form == "set" then return attribute, option[3] end
  if type(form) == "function" then return form(ip, words, attribute) end
  local text = words:value()
  if form == "link" then
    return attribute, ip:index(text) or fail(1, ('Cannot find device "%s"'):format(text))
  elseif form == "lladdr" then
    return attribute, context.hardware_address(text)
  elseif form == "bin" then
    return attribute, text
  elseif form == "on_off" then
    local value = ({ on = 1, off = 0, ["1"] = 1, ["0"] = 0 })[text]
    return attribute, value
      or fail(1, ('Error: argument of "%s" must be "on" or "off", not "%s"'):format(word, text))
  elseif form == "address" then
    local address, family = context.address(text)
    -- an attribute for each family
    return family == 10 and (option[3] or attribute) or attribute, address
  elseif form.names then
    return attribute, form.names[text] or context.invalid(text, option[3] or ("invalid " .. word))
  end
  local number = context.integer(text)
  if not number or number < form[1] or number > form[2] then
    context.invalid(text, option[3] or ("invalid %s"):format(word))
  end
  return attribute, number
end

local function eth_protocol(_, words, attribute)
  local text = words:value()
  local number = ({ ["802.1q"] = 0x8100, ["802.1ad"] = 0x88a8 })[text:lower()]
  return attribute, number or context.invalid(text, "protocol is invalid")
end

local MACVLAN_MODE = { names = { private = 1, vepa = 2, bridge = 4, passthru = 8, source = 16 } }
local IPVLAN_MODE = { names = { l2 = 0, l3 = 1, l3s = 2 } }
local BOND_MODE = { names = { ["balance-rr"] = 0, ["active-backup"] = 1, ["balance-xor"] = 2,
  broadcast = 3, ["802.3ad"] = 4, ["balance-tlb"] = 5, ["balance-alb"] = 6,
  ["0"] = 0, ["1"] = 1, ["2"] = 2, ["3"] = 3, ["4"] = 4, ["5"] = 5, ["6"] = 6 } }

local macvlan = {
  mode = { "mode", MACVLAN_MODE,
    'argument of "mode" must be "private", "vepa", "bridge", "passthru" or "source"' },
  nopromisc = { "flags", "set", 1 },
  bcqueuelen = { "bc_queue_len", U32 },
}
local ipvlan = {
  mode = { "mode", IPVLAN_MODE, 'argument of "mode" must be either "l2", "l3" or "l3s"' },
  private = { "flags", "set", 1 },
  vepa = { "flags", "set", 2 },
  bridge = { "flags", "set", 0 },
}

local function vlan_flag(bit)
  return { "flags", function(_, words, attribute)
    local text = words:value()
    if text ~= "on" and text ~= "off" then
      fail(1, ('Error: argument of "flag" must be "on" or "off", not "%s"'):format(text))
    end
    return attribute, { flags = text == "on" and bit or 0, mask = bit }
  end }
end

local function qos_map(_, words, attribute)
  local mapping = {}
  while (words:peek() or ""):find("^%d+:%d+$") do
    local from, to = words:take():match("^(%d+):(%d+)$")
    mapping[#mapping + 1] = { from = tonumber(from), to = tonumber(to) }
  end
  return attribute, { mapping = mapping }
end

local function port_range(_, words, attribute)
  local low, high = words:number(0, 0xffff, "min port"), words:number(0, 0xffff, "max port")
  return attribute, { low = low, high = high }
end

-- "inherit" and "auto" are values of their own
local function ttl(_, words, attribute)
  local text = words:value()
  if text == "inherit" then return attribute == "ttl" and "ttl_inherit" or attribute, 1 end
  if text == "auto" then return attribute, 0 end
  local number = context.integer(text)
  return attribute, number and number >= 0 and number <= 255 and number
    or context.invalid(text, ("invalid %s"):format(attribute:upper()))
end

local function tos(_, words, attribute)
  local text = words:value()
  local number = text == "inherit" and 1 or context.integer(text)
  return attribute, number and number >= 0 and number <= 255 and number
    or context.invalid(text, "invalid TOS")
end

local function targets(_, words, attribute)
  local list = {}
  for address in words:value():gmatch("[^,]+") do list[#list + 1] = context.address(address) end
  return attribute, list
end

local function many(options, form, ...)
  for _, name in ipairs { ... } do options[name] = { name, form } end
  return options
end

local KINDS = {
  vlan = function()
    return {
      protocol = { "protocol", eth_protocol },
      id = { "id", { 0, 0xffff }, "id is invalid" },
      reorder_hdr = vlan_flag(0x1), gvrp = vlan_flag(0x2), loose_binding = vlan_flag(0x4),
      mvrp = vlan_flag(0x8), bridge_binding = vlan_flag(0x10),
      ["ingress-qos-map"] = { "ingress_qos", qos_map },
      ["egress-qos-map"] = { "egress_qos", qos_map },
    }
  end,
  vxlan = function()
    local options = {
      id = { "id", { 0, (1 << 24) - 1 }, "invalid id" },
      vni = { "id", { 0, (1 << 24) - 1 }, "invalid id" },
      group = { "group", "address", "group6" }, remote = { "group", "address", "group6" },
      ["local"] = { "local", "address", "local6" },
      dev = { "link", "link" },
      ttl = { "ttl", ttl }, hoplimit = { "ttl", ttl },
      ageing = { "ageing", U32 }, maxaddress = { "limit", U32 },
      srcport = { "port_range", port_range }, port = { "port_range", port_range },
      dstport = { "port", U16, "dst port" },
      learning = { "learning", "set", 1 }, nolearning = { "learning", "set", 0 },
      external = { "collect_metadata", "set", 1 }, noexternal = { "collect_metadata", "set", 0 },
      vnifilter = { "vnifilter", "set", 1 },
      gbp = { "gbp", "set", true }, gpe = { "gpe", "set", true },
      tos = { "tos", tos }, dsfield = { "tos", tos },
      df = { "df", { names = { unset = 0, set = 1, inherit = 2 } }, "invalid DF value" },
      flowlabel = { "label", { 0, 0xfffff }, "invalid flowlabel" },
    }
    for word, attribute in pairs { proxy = "proxy", rsc = "rsc", l2miss = "l2miss",
      l3miss = "l3miss", udpcsum = "udp_csum", udp6zerocsumtx = "udp_zero_csum6_tx",
      udp6zerocsumrx = "udp_zero_csum6_rx", remcsumtx = "remcsum_tx", remcsumrx = "remcsum_rx",
    } do
      options[word] = { attribute, "set", 1 }
      options["no" .. word] = { attribute, "set", 0 }
    end
    return options
  end,
  bridge = function()
    local options = {
      vlan_protocol = { "vlan_protocol", eth_protocol },
      group_address = { "group_addr", "lladdr" },
      fdb_flush = { "fdb_flush", "set", true },
      priority = { "priority", U16, "invalid priority" },
    }
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
  end,
  bridge_slave = function()
    local options = {
      fdb_flush = { "fdb_flush", "set", true },
      state = { "state", U8, "state is invalid" },
      priority = { "priority", U16, "priority is invalid" },
      cost = { "cost", U32, "cost is invalid" },
      mcast_router = { "multicast_router", U8 },
      mcast_fast_leave = { "fastleave", "on_off" },
      group_fwd_mask = { "group_fwd_mask", U16 },
      backup_port = { "backup_port", "link" },
      nobackup_port = { "backup_port", "set", 0 },
    }
    return many(options, "on_off", "hairpin", "guard", "root_block", "fastleave", "learning",
      "flood", "proxy_arp", "proxy_arp_wifi", "mcast_flood", "bcast_flood", "mcast_to_unicast",
      "neigh_suppress", "vlan_tunnel", "isolated", "locked")
  end,
  bond = function()
    local options = {
      mode = { "mode", BOND_MODE, "invalid mode" },
      active_slave = { "active_slave", "link" },
      clear_active_slave = { "active_slave", "set", 0 },
      primary = { "primary", "link" },
      arp_ip_target = { "arp_ip_target", targets },
      ns_ip6_target = { "ns_ip6_target", targets },
      num_grat_arp = { "num_peer_notif", U8 }, num_unsol_na = { "num_peer_notif", U8 },
      primary_reselect = { "primary_reselect", { names = { always = 0, better = 1,
        failure = 2 } } },
      fail_over_mac = { "fail_over_mac", { names = { none = 0, active = 1, follow = 2 } } },
      xmit_hash_policy = { "xmit_hash_policy", { names = { layer2 = 0, ["layer3+4"] = 1,
        ["layer2+3"] = 2, ["encap2+3"] = 3, ["encap3+4"] = 4, ["vlan+srcmac"] = 5 } } },
      lacp_rate = { "ad_lacp_rate", { names = { slow = 0, fast = 1 } } },
      lacp_active = { "ad_lacp_active", { names = { off = 0, on = 1 } } },
      ad_select = { "ad_select", { names = { stable = 0, bandwidth = 1, count = 2 } } },
      ad_actor_system = { "ad_actor_system", "lladdr" },
    }
    many(options, U32, "miimon", "updelay", "downdelay", "peer_notify_delay", "arp_interval",
      "resend_igmp", "min_links", "lp_interval", "packets_per_slave")
    options.peer_notify_delay[1] = "peer_notif_delay"
    many(options, U16, "ad_user_port_key", "ad_actor_sys_prio")
    return many(options, U8, "use_carrier", "all_slaves_active", "tlb_dynamic_lb", "missed_max")
  end,
  macvlan = function() return macvlan end,
  macvtap = function() return macvlan end,
  ipvlan = function() return ipvlan end,
  ipvtap = function() return ipvlan end,
  vrf = function() return { table = { "table", U32, "invalid table ID" } } end,
}

local VXLAN_PORT_REMARK = [[
vxlan: destination port not specified
Will use Linux kernel default (non-standard value)
Use 'dstport 4789' to get the IANA assigned value
Use 'dstport 0' to get default and quiet this message
]]

-- What a kind must have, and what it gets when nothing is said; only where a link is made.
local COMPLETE = {
  vlan = function(data)
    if not data.id then fail(1, "vlan: id is required") end
  end,
  vxlan = function(data)
    if data.collect_metadata == 1 and data.id then
      fail(1, "vxlan: both 'external' and vni cannot be specified")
    end
    if data.collect_metadata ~= 1 and not data.id then
      fail(1, "vxlan: missing virtual network identifier")
    end
    if data.learning == nil then data.learning = data.collect_metadata == 1 and 0 or 1 end
    if data.port == nil then
      if data.gpe then data.port = 4790 else io.stderr:write(VXLAN_PORT_REMARK) end
    end
    if data.port == 0 then data.port = nil end
  end,
}

local function merge(data, attribute, value)
  local before = data[attribute]
  if attribute == "flags" and type(before) == "table" then
    value = { flags = before.flags | value.flags, mask = before.mask | value.mask }
  end
  data[attribute] = value
end

--- Read the words of a kind. veth's are a link's own: `read_link` reads those.
---@param ip ip.Context
---@param words ip.Words
---@param kind string "vlan", "bridge_slave"
---@param creating boolean
---@param read_link fun(words: ip.Words): table, table
---@return table? data nil when the kind has no words of its own
function kind_options.read(ip, words, kind, creating, read_link)
  if kind == "veth" then
    local word = words:peek()
    if not word then return nil end
    if word ~= "peer" then fail(255, "Usage: ip link <options> type veth [peer <options>]") end
    words:take()
    return { peer = read_link(words) }
  end
  local options = KINDS[kind]
  if not options then
    local word = words:peek()
    if word then
      fail(1, ('Garbage instead of arguments "%s ...". Try "ip link help".'):format(word))
    end
    return nil
  end
  if not words:peek() then return nil end
  options = options()
  local data = {}
  while words:peek() do
    local word = words:take()
    local option = options[word]
    if not option then
      -- iproute2 takes abbreviations of most words
      local found
      for whole, candidate in pairs(options) do
        if matches(word, whole) and (not found or whole < found) then
          found, option = whole, candidate
        end
      end
    end
    if matches(word, "help") and word ~= "h" then
      local list = {}
      for whole in pairs(options) do list[#list + 1] = whole end
      table.sort(list)
      fail(255, ("Usage: ... %s [ %s ]"):format(kind, table.concat(list, " ] [ ")))
    end
    if not option then
      fail(1, ('%s: unknown command "%s"?'):format(kind, word))
    end
    merge(data, take_value(ip, words, word, option))
  end
  if creating and COMPLETE[kind] then COMPLETE[kind](data) end
  return data
end

return kind_options
