-- bridge/vlan_db.lua - `bridge -d vlan`, `bridge vlan set` and `bridge vlan global`: VLANs' options
--
-- Layer: library of bridge. Words, form and keys are iproute2 6.1's (bridge(8)).

local common = require "bridge.common"
local context = require "ip.context"
local schema = require "nl.schema.vlan_db"

local fail = context.fail

local ONLY_OPTIONS = 0x40 -- BRIDGE_VLAN_INFO_ONLY_OPTS
local DUMP_STATISTICS, DUMP_GLOBAL = 1, 2
local U32 = 0xffffffff
local INDENT = (" "):rep(20)

local STATE = { [0] = "disabled", "listening", "learning", "forwarding", "blocking" }

-- in the order in which they are shown
local GLOBAL = { "mcast_snooping", "mcast_querier", "mcast_igmp_version", "mcast_mld_version",
  "mcast_last_member_count", "mcast_last_member_interval", "mcast_startup_query_count",
  "mcast_startup_query_interval", "mcast_membership_interval", "mcast_querier_interval",
  "mcast_query_interval", "mcast_query_response_interval" }

local vlan_db = {}

local function print_statistics(out, statistics)
  for _, way in ipairs { "rx", "tx" } do
    out:text("%s%s:", INDENT, way:upper())
    out:put(way .. "_bytes", " %d bytes", statistics[way .. "_bytes"] or 0)
    out:put(way .. "_packets", " %d packets\n", statistics[way .. "_packets"] or 0)
  end
end

local function print_entry(ip, entry, flags)
  local out = ip.out
  common.print_flags(out, flags)
  out:text("\n%s", INDENT)
  out:put("state", "state %s ", STATE[entry.state] or ("0x%02x"):format(entry.state or 0))
  if entry.mcast_router then out:put("mcast_router", "mcast_router %d ", entry.mcast_router) end
  out:text("\n")
  if entry.stats and ip.stats > 0 then print_statistics(out, entry.stats) end
end

local function print_global(ip, entry)
  local out = ip.out
  out:text("\n%s", INDENT)
  for _, name in ipairs(GLOBAL) do
    if entry[name] then out:put(name, name .. " %d ", entry[name]) end
  end
  out:text("\n")
end

-- All that a dump brings, each VLAN or range on a line of its own and its options below.
local function show(ip, index, wanted, flags, list_of, print)
  local out = ip.out
  out:start()
  out:text("%-16s  %-9s\n", "port", "vlan-id")
  local ok, err = ip.connection:dump(schema.dump, { family = common.AF_BRIDGE, flags = flags },
    function(message)
      local shown = false
      if index and message.index ~= index then return end
      for _, entry in ipairs(list_of(message) or {}) do
        local info = entry.info
        local first = info and info.vid or entry.id
        local last = entry.range or first
        if not wanted or wanted >= first and wanted <= last then
          if not shown then
            out:object()
            out:name("ifname", "%-16s  ", ip:name(message.index))
            out:array("vlans")
          else
            out:text("%-16s  ", "")
          end
          shown = true
          out:object()
          out:put("vlan", "%d", first)
          if last ~= first then out:put("vlanEnd", "-%d", last) end
          print(ip, entry, info and info.flags)
          out:object_end()
        end
      end
      if shown then
        out:array_end()
        out:object_end()
      end
    end)
  out:finish()
  return ok and 0 or ip:refused(err) and 255
end

--- VLANs of ports with their options.
---@param ip ip.Context
---@param index integer? of one port
---@param wanted integer? one VLAN
---@return integer status
function vlan_db.show(ip, index, wanted)
  return show(ip, index, wanted, ip.stats > 0 and DUMP_STATISTICS or 0,
    function(message) return message.entries end, print_entry)
end

-- Reads "vid VID dev DEV" and options: -> index, first id, last id
local function read_words(ip, words, usage, read_option)
  local device, first, last
  while words:peek() do
    local word = words:take()
    if word == "dev" then
      device = words:value()
    elseif word == "vid" then
      first, last = common.vlan(words:value())
    elseif context.matches(word, "help") then
      usage()
    elseif not read_option(word) then
      fail(255, ('Error: argument "%s" is wrong: unknown option'):format(word))
    end
  end
  return device, first, last
end

--- `bridge vlan set`: options of VLANs of one port.
function vlan_db.set(ip, words, usage)
  local entry = {}
  local device, first, last = read_words(ip, words, usage, function(word)
    if word == "state" then
      local text = words:value()
      for number, name in pairs(STATE) do
        if text:lower() == name then entry.state = number end
      end
      entry.state = entry.state or context.integer(text)
        or fail(255, "Error: invalid STP state")
    elseif word == "mcast_router" then
      entry.mcast_router = words:number(0, 255, "invalid mcast_router")
    else
      return false
    end
    return true
  end)
  if not device or not first then fail(255, "Device and VLAN ID are required arguments.") end
  entry.info, entry.range = { flags = ONLY_OPTIONS, vid = first }, last
  return ip:change(schema, "new", { family = common.AF_BRIDGE,
    index = common.index(ip, device, "network "), entries = { entry } }) == 0 and 0 or 255
end

local function set_global(ip, words, usage)
  local entry, known = {}, {}
  for _, name in ipairs(GLOBAL) do known[name] = true end
  local device, first, last = read_words(ip, words, usage, function(word)
    if not known[word] then return false end
    entry[word] = words:number(0, word:find("interval") and math.maxinteger or U32,
      "invalid " .. word)
    return true
  end)
  if not device or not first then fail(255, "Device and VLAN ID are required arguments.") end
  if not next(entry) then fail(255, "At least one option must be specified.") end
  entry.id, entry.range = first, last
  return ip:change(schema, "new", { family = common.AF_BRIDGE,
    index = common.index(ip, device, "network "), global = { entry } }) == 0 and 0 or 255
end

--- `bridge vlan global`: options of VLANs on the whole bridge.
function vlan_db.global(ip, words, usage)
  local verb = words:take() or "show"
  if context.matches(verb, "set") then return set_global(ip, words, usage) end
  if not (context.matches(verb, "show") or verb == "lst" or context.matches(verb, "list")) then
    if context.matches(verb, "help") then usage() end
    fail(255, ('Command "%s" is unknown, try "bridge vlan help".'):format(verb))
  end
  local device, first = read_words(ip, words, usage, function() return false end)
  return show(ip, device and common.index(ip, device), first, DUMP_GLOBAL,
    function(message) return message.global end, print_global)
end

return vlan_db
