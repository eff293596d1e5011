-- bridge/fdb.lua - `bridge fdb`: which addresses are behind which port
--
-- Layer: library of bridge. Words, form and keys are iproute2 6.1's (bridge(8)).

local common = require "bridge.common"
local context = require "ip.context"
local schema = require "nl.schema.neigh"

local matches, fail = context.matches, context.fail

local AF_BRIDGE = common.AF_BRIDGE
local SELF, MASTER, ROUTER, USE, EXTERNAL, OFFLOADED, STICKY = 0x2, 0x4, 0x80, 0x1, 0x10, 0x20, 0x40
local REACHABLE, STALE, NOARP, PERMANENT = 0x02, 0x04, 0x40, 0x80
local HZ = 100
local U32 = 0xffffffff

local USAGE = [[
Usage: bridge fdb { add | append | del | replace } ADDR dev DEV
              [ self ] [ master ] [ use ] [ router ] [ extern_learn ]
              [ sticky ] [ local | static | dynamic ] [ vlan VID ]
              { [ dst IPADDR ] [ port PORT] [ vni VNI ] | [ nhid NHID ] }
	       [ via DEV ] [ src_vni VNI ]
       bridge fdb [ show [ br BRDEV ] [ brport DEV ] [ vlan VID ]
              [ state STATE ] [ dynamic ] ]
       bridge fdb get [ to ] LLADDR [ br BRDEV ] { brport | dev } DEV
              [ vlan VID ] [ vni VNI ] [ self ] [ master ] [ dynamic ] ]]

local function usage() fail(255, (USAGE:gsub(" $", ""))) end

local fdb = {}

local FLAGS = { { SELF, "self" }, { ROUTER, "router" }, { EXTERNAL, "extern_learn" },
  { OFFLOADED, "offload" }, { STICKY, "sticky" } }

local function state_text(state)
  if state & PERMANENT ~= 0 then return "permanent" end
  if state & NOARP ~= 0 then return "static" end
  if state & STALE ~= 0 then return "stale" end
  if state & REACHABLE ~= 0 then return "" end
  return ("state=%#x"):format(state)
end

local function print_entry(ip, m, has_device)
  local out = ip.out
  out:object()
  if m.lladdr then out:put("mac", "%s ", m.lladdr) end
  if not has_device and m.index ~= 0 then out:name("ifname", "dev %s ", ip:name(m.index)) end
  if m.dst then out:put("dst", "dst %s ", m.dst) end
  if m.vlan then out:put("vlan", "vlan %d ", m.vlan) end
  if m.port then out:put("port", "port %d ", m.port) end
  if m.vni then out:put("vni", "vni %d ", m.vni) end
  if m.src_vni then out:put("src_vni", "src_vni %d ", m.src_vni) end
  if m.ifindex and m.ifindex ~= 0 then out:name("viaIf", "via %s ", ip:name(m.ifindex)) end
  if m.nh_id then out:put("nhid", "nhid %d ", m.nh_id) end
  if ip.stats > 0 and m.cacheinfo then
    out:put("used", "used %d/", m.cacheinfo.used // HZ)
    out:put("updated", "%d ", m.cacheinfo.updated // HZ)
  end
  out:array("flags")
  for _, flag in ipairs(FLAGS) do
    if m.flags & flag[1] ~= 0 then out:put(nil, "%s ", flag[2]) end
  end
  out:array_end()
  if m.master then out:name("master", "master %s ", ip:name(m.master)) end
  out:put("state", "%s\n", state_text(m.state))
  out:object_end()
end

local function show(ip, words)
  local filter, wanted, has_device = { family = AF_BRIDGE }, {}, false
  while words:peek() do
    local word = words:take()
    if word == "brport" or word == "dev" then
      filter.index = common.index(ip, words:value())
      has_device = true
    elseif word == "br" then
      filter.master = common.index(ip, words:value())
    elseif word == "vlan" then
      wanted.vlan = common.vlan(words:value())
    elseif word == "state" then
      local text = words:value()
      wanted.state = ({ permanent = PERMANENT, static = NOARP, temp = NOARP, stale = STALE,
        reachable = REACHABLE, all = 0xff })[text] or context.invalid(text, "invalid state")
    elseif word == "dynamic" then
      wanted.dynamic = true
    elseif matches(word, "help") then
      usage()
    else
      fail(255, ('Error: argument "%s" is wrong: unknown command'):format(word))
    end
  end
  ip.out:start()
  local ok, err = ip.connection:dump(schema, filter, function(m)
    if m.family ~= AF_BRIDGE or filter.index and m.index ~= filter.index then return end
    if wanted.vlan and m.vlan ~= wanted.vlan then return end
    if wanted.state and m.state & wanted.state == 0 then return end
    if wanted.dynamic and m.state & (NOARP | PERMANENT) ~= 0 then return end
    print_entry(ip, m, has_device)
  end)
  ip.out:finish()
  return ok and 0 or ip:refused(err) and 255
end

local FLAG_WORD = { self = SELF, master = MASTER, router = ROUTER, use = USE,
  extern_learn = EXTERNAL, sticky = STICKY }
local STATE_WORD = { ["local"] = PERMANENT, permanent = PERMANENT, temp = REACHABLE,
  static = REACHABLE }

-- The words that adding and asking share: true when it was one.
local function read_word(ip, words, word, values)
  if word == "vlan" then
    values.vlan = common.vlan(words:value())
  elseif word == "vni" or word == "src_vni" then
    values[word] = words:number(0, (1 << 24) - 1, ("invalid %s"):format(word:upper()))
  elseif word == "dst" then
    values.dst = (context.address(words:value()))
  elseif word == "port" then
    values.port = words:number(0, 0xffff, "invalid port")
  elseif word == "nhid" then
    values.nh_id = words:number(0, U32, "invalid id")
  elseif word == "via" then
    values.ifindex = common.index(ip, words:value())
  elseif FLAG_WORD[word] then
    values.flags = values.flags | FLAG_WORD[word]
  else
    return false
  end
  return true
end

local function take_address(word, values)
  if values.lladdr then
    context.duplicate("ADDR", word)
  end
  for octet in (word .. ":"):gmatch("(.-):") do
    if not octet:find("^%x%x?$") then fail(255, "Invalid mac address " .. word) end
  end
  values.lladdr = word
end

local function modify(ip, words, verb, mode)
  local values, device = { family = AF_BRIDGE, state = NOARP, flags = 0 }, nil
  while words:peek() do
    local word = words:take()
    if word == "dev" then
      device = words:value()
    elseif STATE_WORD[word] then
      values.state = values.state | STATE_WORD[word]
    elseif word == "dynamic" then
      values.state = (values.state | REACHABLE) & ~NOARP
    elseif not read_word(ip, words, word, values) then
      if word == "to" then word = words:value() end
      if matches(word, "help") then usage() end
      take_address(word, values)
    end
  end
  if not device or not values.lladdr then
    fail(255, "Device and address are required arguments.")
  end
  if values.flags == 0 then values.flags = SELF end
  if values.state & (PERMANENT | REACHABLE) == 0 then values.state = values.state | PERMANENT end
  values.index = common.index(ip, device)
  return ip:change(schema, verb, values, mode) == 0 and 0 or 255
end

local function get(ip, words)
  local values, device, bridge = { family = AF_BRIDGE, flags = 0 }, nil, nil
  while words:peek() do
    local word = words:take()
    if word == "brport" or word == "dev" then
      device = words:value()
    elseif word == "br" then
      bridge = words:value()
    elseif word == "dynamic" then
      values.state = REACHABLE
    elseif not read_word(ip, words, word, values) then
      if word == "to" then word = words:value() end
      if matches(word, "help") then usage() end
      take_address(word, values)
    end
  end
  if not (device or bridge) or not values.lladdr then
    fail(255, "Device or bridge, and address, are required arguments.")
  end
  if device then values.index = common.index(ip, device) end
  if bridge then values.master = common.index(ip, bridge) end
  local answer, err = ip.connection:get(schema, values)
  if not answer then
    ip:refused(err)
    return 254
  end
  ip.out:start()
  print_entry(ip, answer, false)
  ip.out:finish()
  return 0
end

local CHANGES = { { "add", "new", "add" }, { "append", "new", "append" },
  { "replace", "new", "replace" }, { "delete", "del" } }

--- `bridge fdb ...`
---@param ip ip.Context
---@param words ip.Words
---@return integer status
function fdb.run(ip, words)
  local verb = words:take()
  if not verb then return show(ip, words) end
  for _, change in ipairs(CHANGES) do
    if matches(verb, change[1]) then return modify(ip, words, change[2], change[3]) end
  end
  if matches(verb, "get") then return get(ip, words) end
  if matches(verb, "show") or matches(verb, "lst") or matches(verb, "list") then
    return show(ip, words)
  end
  if matches(verb, "help") then usage() end
  fail(255, ('Command "%s" is unknown, try "bridge fdb help".'):format(verb))
end

return fdb
