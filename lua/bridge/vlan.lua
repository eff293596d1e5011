-- bridge/vlan.lua - `bridge vlan`: which VLANs go over which port
--
-- Layer: library of bridge. Words, form and keys are iproute2 6.1's (bridge(8)).

local common = require "bridge.common"
local context = require "ip.context"
local schema = require "nl.schema.link"

local matches, fail = context.matches, context.fail

local AF_BRIDGE = common.AF_BRIDGE
local MASTER, SELF = 1, 2
local PVID, UNTAGGED, RANGE_BEGIN, RANGE_END = 0x2, 0x4, 0x8, 0x10
local COMPRESSED = 4 -- IFLA_EXT_MASK: ranges as ranges

local USAGE = [[
Usage: bridge vlan { add | del } vid VLAN_ID dev DEV [ pvid ] [ untagged ]
                                                     [ self ] [ master ]
       bridge vlan { set } vid VLAN_ID dev DEV [ state STP_STATE ] [ mcast_router NUMBER ]
       bridge vlan global { set } vid VLAN_ID dev DEV [ mcast_OPTION VALUE ] ...
       bridge vlan global { show } [ dev DEV ] [ vid VLAN_ID ]
       bridge vlan { show } [ dev DEV ] [ vid VLAN_ID ] ]]

local function usage() fail(255, (USAGE:gsub(" $", ""))) end

local vlan = {}

local function print_one(out, first, last, flags, is_next)
  out:object()
  if is_next then out:text("%-16s  ", "") end
  out:put("vlan", "%d", first)
  if last then out:put("vlanEnd", "-%d", last) end
  common.print_flags(out, flags)
  out:text("\n")
  out:object_end()
end

-- The VLANs of a port as { first, last or nil, flags }.
local function ranges_of(list, is_compressed, wanted)
  local found, begin = {}, nil
  for _, info in ipairs(list) do
    if info.flags & RANGE_BEGIN ~= 0 then
      begin = info.vid
    else
      local first = begin or info.vid
      begin = nil
      if wanted then
        if wanted >= first and wanted <= info.vid then
          found[#found + 1] = { wanted, nil, info.flags }
        end
      elseif is_compressed or first == info.vid then
        found[#found + 1] = { first, first ~= info.vid and info.vid or nil, info.flags }
      else
        for id = first, info.vid do found[#found + 1] = { id, nil, info.flags } end
      end
    end
  end
  return found
end

local function show(ip, words)
  local index, wanted
  while words:peek() do
    local word = words:take()
    if word == "dev" then
      index = common.index(ip, words:value())
    elseif word == "vid" then
      wanted = common.vlan(words:value())
    elseif matches(word, "help") then
      usage()
    else
      fail(255, ('Error: argument "%s" is wrong: unknown command'):format(word))
    end
  end
  if ip.details then return require("bridge.vlan_db").show(ip, index, wanted) end
  local out = ip.out
  out:start()
  out:text("%-16s  %-9s\n", "port", "vlan-id")
  local ok, err = ip.connection:dump(schema, { family = AF_BRIDGE, ext_mask = COMPRESSED },
    function(message)
      local list = message.af_spec and message.af_spec.vlan_info
      if not list or index and message.index ~= index then return end
      local ranges = ranges_of(list, ip.color, wanted)
      if #ranges == 0 then return end
      out:object()
      out:name("ifname", "%-16s  ", ip:name(message.index))
      out:array("vlans")
      for i, range in ipairs(ranges) do print_one(out, range[1], range[2], range[3], i > 1) end
      out:array_end()
      out:object_end()
    end)
  out:finish()
  return ok and 0 or ip:refused(err) and 255
end

local function modify(ip, words, verb)
  local device, first, last
  local flags, bridge_flags = 0, 0
  while words:peek() do
    local word = words:take()
    if word == "dev" then
      device = words:value()
    elseif word == "vid" then
      first, last = common.vlan(words:value())
    elseif word == "pvid" then
      flags = flags | PVID
    elseif word == "untagged" then
      flags = flags | UNTAGGED
    elseif word == "self" then
      bridge_flags = bridge_flags | SELF
    elseif word == "master" then
      bridge_flags = bridge_flags | MASTER
    elseif matches(word, "help") then
      usage()
    end
  end
  if not device or not first then fail(255, "Device and VLAN ID are required arguments.") end
  if last and flags & PVID ~= 0 then fail(255, "pvid cannot be set for a vlan range") end
  local list = { { flags = flags, vid = first } }
  if last then
    list = { { flags = flags | RANGE_BEGIN, vid = first },
      { flags = flags | RANGE_END, vid = last } }
  end
  return ip:change(schema, verb, {
    family = AF_BRIDGE,
    index = common.index(ip, device, "bridge "),
    af_spec = { bridge_flags = bridge_flags ~= 0 and bridge_flags or nil, vlan_info = list },
  }) == 0 and 0 or 255
end

--- `bridge vlan ...`
---@param ip ip.Context
---@param words ip.Words
---@return integer status
function vlan.run(ip, words)
  local verb = words:take()
  if not verb or matches(verb, "show") or matches(verb, "lst") or matches(verb, "list") then
    return show(ip, words)
  end
  if matches(verb, "add") then return modify(ip, words, "set") end
  if matches(verb, "delete") then return modify(ip, words, "del") end
  if matches(verb, "set") then return require("bridge.vlan_db").set(ip, words, usage) end
  if matches(verb, "global") then return require("bridge.vlan_db").global(ip, words, usage) end
  if matches(verb, "help") then usage() end
  fail(255, ('Command "%s" is unknown, try "bridge vlan help".'):format(verb))
end

return vlan
