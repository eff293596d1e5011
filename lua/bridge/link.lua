-- bridge/link.lua - `bridge link`: ports of bridges
--
-- Layer: library of bridge. Words, form and keys are iproute2 6.1's (bridge(8)).

local common = require "bridge.common"
local context = require "ip.context"
local schema = require "nl.schema.link"

local matches, fail = context.matches, context.fail

local AF_BRIDGE = common.AF_BRIDGE
local MASTER, SELF = 1, 2
local STATE = { [0] = "disabled", "listening", "learning", "forwarding", "blocking" }

local USAGE = [[
Usage: bridge link set dev DEV [ cost COST ] [ priority PRIO ] [ state STATE ]
                               [ guard {on | off} ]
                               [ hairpin {on | off} ]
                               [ fastleave {on | off} ]
                               [ root_block {on | off} ]
                               [ learning {on | off} ]
                               [ learning_sync {on | off} ]
                               [ flood {on | off} ]
                               [ mcast_router MULTICAST_ROUTER ]
                               [ mcast_flood {on | off} ]
                               [ bcast_flood {on | off} ]
                               [ mcast_to_unicast {on | off} ]
                               [ neigh_suppress {on | off} ]
                               [ vlan_tunnel {on | off} ]
                               [ isolated {on | off} ]
                               [ locked {on | off} ]
                               [ backup_port DEVICE ] [ nobackup_port ]
                               [ self ] [ master ]
       bridge link show [dev DEV] ]]

local function usage() fail(255, (USAGE:gsub(" $", ""))) end

local link = {}

-- in the order of printing: attribute, key and word
local DETAILS = { { "hairpin" }, { "guard" }, { "root_block" }, { "fastleave" }, { "learning" },
  { "learning_sync" }, { "flood" }, { "mcast_flood" }, { "bcast_flood" },
  { "multicast_router", "mcast_router" }, { "mcast_to_unicast" }, { "neigh_suppress" },
  { "vlan_tunnel" }, { "isolated" }, { "locked" } }

local function print_port(ip, port)
  local out = ip.out
  if port.state then
    if STATE[port.state] then
      out:put("state", "state %s ", STATE[port.state])
    else
      out:put("state_index", "state (%d) ", port.state)
    end
  end
  if port.priority then out:put("priority", "priority %d ", port.priority) end
  if port.cost then out:put("cost", "cost %d ", port.cost) end
  if not ip.details then return end
  out:line("    ")
  for _, item in ipairs(DETAILS) do
    local value, key = port[item[1]], item[2] or item[1]
    if value and key == "mcast_router" then
      out:put(key, key .. " %d ", value)
    elseif value and key ~= "learning_sync" then
      out:on_off(key, key .. " %s ", value ~= 0)
    end
  end
  if port.backup_port then out:name("backup_port", "backup_port %s ", ip:name(port.backup_port)) end
end

local function show(ip, words)
  local index
  while words:peek() do
    local word = words:take()
    if word == "dev" then
      index = common.index(ip, words:value())
    elseif matches(word, "help") then
      usage()
    else
      index = common.index(ip, word)
    end
  end
  local out = ip.out
  out:start()
  local ok, err = ip.connection:dump(schema, { family = AF_BRIDGE }, function(message)
    if message.family ~= AF_BRIDGE or index and message.index ~= index then return end
    ip:link(message.index)
    out:object()
    require("ip.link_show").begin(ip, message)
    if message.master then out:name("master", "master %s ", ip:name(message.master)) end
    if message.protinfo then print_port(ip, message.protinfo) end
    out:text("\n")
    out:object_end()
  end)
  out:finish()
  return ok and 0 or ip:refused(err) and 255
end

local function set(ip, words)
  local options = require("ip.kind").find("bridge_slave").options()
  for _, word in ipairs { "fdb_flush", "group_fwd_mask", "proxy_arp", "proxy_arp_wifi" } do
    options[word] = nil -- words of `ip link` alone
  end
  options.learning_sync = { "learning_sync", "on_off" }
  options.state = { "state", function(_, list, attribute)
    local text = list:value()
    for number, name in pairs(STATE) do
      if name == text then return attribute, number end
    end
    return attribute, context.integer(text) or fail(255, ("Error: invalid STP port state"))
  end }
  local values, port, flags, device = { family = AF_BRIDGE }, {}, 0, nil
  while words:peek() do
    local word = words:take()
    if word == "dev" then
      device = words:value()
    elseif word == "self" then
      flags = flags | SELF
    elseif word == "master" then
      flags = flags | MASTER
    elseif options[word] then
      require("ip.kind_options").take(ip, words, word, options[word], port)
    else
      usage()
    end
  end
  if not device then fail(255, "Device is a required argument.") end
  values.index = common.index(ip, device, "bridge ")
  if next(port) then values.protinfo = port end
  if flags ~= 0 then values.af_spec = { bridge_flags = flags } end
  return ip:change(schema, "set", values) == 0 and 0 or 255
end

--- `bridge link ...`
---@param ip ip.Context
---@param words ip.Words
---@return integer status
function link.run(ip, words)
  local verb = words:take()
  if not verb or matches(verb, "show") or matches(verb, "lst") or matches(verb, "list") then
    return show(ip, words)
  end
  if matches(verb, "set") or matches(verb, "change") then return set(ip, words) end
  if matches(verb, "help") then usage() end
  fail(255, ('Command "%s" is unknown, try "bridge link help".'):format(verb))
end

return link
