-- bridge/mdb.lua - `bridge mdb`: which multicast groups are behind which port
--
-- Layer: library of bridge. Words, form and keys are iproute2 6.1's (bridge(8)).

local common = require "bridge.common"
local context = require "ip.context"
local inet = require "nl.inet"
local names = require "ip.names"
local schema = require "nl.schema.mdb"

local matches, fail = context.matches, context.fail

local AF_BRIDGE = common.AF_BRIDGE
local PERMANENT = 1
local IPV4, IPV6 = 0x0800, 0x86dd
local FLAGS = { { 1, "offload" }, { 2, "fast_leave" }, { 4, "added_by_star_ex" },
  { 8, "blocked" } }
local HZ = 100

local USAGE = [[
Usage: bridge mdb { add | del } dev DEV port PORT grp GROUP [src SOURCE] [permanent | temp]
                  [vid VID]
       bridge mdb {show} [ dev DEV ] [ vid VID ] ]]

local function usage() fail(255, (USAGE:gsub(" $", ""))) end

local mdb = {}

local function group_text(entry)
  if entry.proto == IPV4 then return inet.text(entry.address:sub(1, 4)) end
  if entry.proto == IPV6 then return inet.text(entry.address) end
  return inet.hardware_text(entry.address:sub(1, 6))
end

local function print_entry(ip, bridge, entry)
  local out = ip.out
  out:object()
  out:json("index", bridge)
  out:name("dev", "dev %s", ip:name(bridge))
  out:name("port", " port %s", ip:name(entry.ifindex))
  out:put("grp", " grp %s", group_text(entry))
  if entry.source then out:put("src", " src %s", entry.source) end
  out:put("state", " %s", entry.state & PERMANENT ~= 0 and "permanent" or "temp")
  if ip.details and entry.rtprot then
    out:put("protocol", " proto %s ", names.name("protocol", entry.rtprot, ip.numeric))
  end
  out:array("flags")
  for _, flag in ipairs(FLAGS) do
    if entry.flags & flag[1] ~= 0 then out:put(nil, " %s", flag[2]) end
  end
  out:array_end()
  if entry.vid ~= 0 then out:put("vid", " vid %d", entry.vid) end
  if ip.stats > 0 and entry.timer then
    out:put("timer", " %s", ("%7.2f"):format(entry.timer / HZ))
  end
  out:text("\n")
  out:object_end()
end

-- Ports behind which a multicast router is.
local function print_routers(ip, bridge, ports)
  local out = ip.out
  out:array(ip:name(bridge), ("router ports on %s: "):format(ip:name(bridge)))
  for _, bytes in ipairs(ports) do
    out:object()
    if #bytes >= 4 then out:name("port", "%s ", ip:name((string.unpack("=I4", bytes)))) end
    out:object_end()
  end
  out:array_end("\n")
end

local function show(ip, words)
  local index, vid
  while words:peek() do
    local word = words:take()
    if word == "dev" then
      index = common.index(ip, words:value())
    elseif word == "vid" then
      vid = common.vlan(words:value())
    elseif matches(word, "help") then
      usage()
    end
  end
  local out, routers = ip.out, {}
  out:start()
  out:object()
  out:array("mdb")
  local ok, err = ip.connection:dump(schema, { family = AF_BRIDGE }, function(message)
    if index and message.ifindex ~= index then return end
    for _, entry in ipairs(message.mdb and message.mdb.entry or {}) do
      for _, info in ipairs(entry.info or {}) do
        if not vid or info.vid == vid then print_entry(ip, message.ifindex, info) end
      end
    end
    local ports = message.router and message.router.port
    if ports then routers[#routers + 1] = { message.ifindex, ports } end
  end)
  out:array_end()
  out:object("router")
  if ip.details then
    for _, router in ipairs(routers) do
      print_routers(ip, router[1], router[2])
    end
  end
  out:object_end()
  out:object_end()
  out:finish()
  return ok and 0 or ip:refused(err) and 255
end

local function modify(ip, words, verb)
  local device, port, group, source
  local entry = { state = 0, flags = 0, vid = 0, pad = 0 }
  while words:peek() do
    local word = words:take()
    if word == "dev" then
      device = words:value()
    elseif word == "grp" then
      group = words:value()
    elseif word == "port" then
      port = words:value()
    elseif word == "permanent" then
      entry.state = PERMANENT
    elseif word == "temp" then
      entry.state = 0
    elseif word == "vid" then
      entry.vid = common.vlan(words:value())
    elseif word == "src" then
      source = words:value()
    elseif matches(word, "help") then
      usage()
    end
  end
  if not device or not group or not port then
    fail(255, "Device, group address and port name are required arguments.")
  end
  local index = common.index(ip, device)
  entry.ifindex = common.index(ip, port)
  local bytes, proto = inet.bytes(group), 0
  if bytes then
    proto = #bytes == 4 and IPV4 or IPV6
  else
    bytes = inet.hardware_bytes(group)
    if not bytes or #bytes ~= 6 then fail(255, ('Invalid address "%s"'):format(group)) end
  end
  entry.address, entry.proto = bytes, string.pack(">I2", proto)
  if source and not inet.bytes(source) then
    fail(255, ('Invalid source address "%s"'):format(source))
  end
  return ip:change(require "nl.schema.mdb_set", verb, {
    family = AF_BRIDGE, ifindex = index, entry = entry,
    attributes = source and { source = source } or nil,
  }, verb == "new" and "add" or nil) == 0 and 0 or 255
end

--- `bridge mdb ...`
---@param ip ip.Context
---@param words ip.Words
---@return integer status
function mdb.run(ip, words)
  local verb = words:take()
  if not verb or matches(verb, "show") or matches(verb, "lst") or matches(verb, "list") then
    return show(ip, words)
  end
  if matches(verb, "add") then return modify(ip, words, "new") end
  if matches(verb, "delete") then return modify(ip, words, "del") end
  if matches(verb, "help") then usage() end
  fail(255, ('Command "%s" is unknown, try "bridge mdb help".'):format(verb))
end

return mdb
