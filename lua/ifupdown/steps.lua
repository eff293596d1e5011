-- ifupdown/steps.lua - what brings an interface up, and down, in commands
--
-- Layer: library of ifup, pure. A step is an argv (our own commands), or { shell = TEXT } for a
-- line of the user's, or { phase = NAME } where the scripts of a directory run.

local inet = require "nl.inet"
local option = require("ifupdown.parse").option

local steps = {}

local function fail(stanza, form, ...)
  error({ wrong = ("%s: %s"):format(stanza.place, form:format(...)) }, 0)
end

local function number(stanza, name, least, most)
  local text = option(stanza, name)
  if not text then return nil end
  local value = math.tointeger(tonumber(text))
  if not value or value < least or value > most then
    fail(stanza, "%s cannot be %s", name, text)
  end
  return tostring(value)
end

-- "10.0.0.1", "24" of address and netmask; "10.0.0.1/24" has both
local function read_address(stanza, text)
  local family = stanza.family == "inet6" and 128 or 32
  local bytes, length, explicit = inet.prefix(text)
  if not bytes or #bytes * 8 ~= family then fail(stanza, "address cannot be %s", text) end
  local mask = option(stanza, "netmask")
  if mask and not explicit then
    length = family == 32 and inet.netmask_length(mask) or math.tointeger(tonumber(mask))
    if not length or length > family then fail(stanza, "netmask cannot be %s", mask) end
  end
  return bytes, length
end

local function check_address(stanza, name)
  local text = option(stanza, name)
  if not text then return nil end
  local bytes = inet.bytes(text)
  if not bytes or #bytes ~= (stanza.family == "inet6" and 16 or 4) then
    fail(stanza, "%s cannot be %s", name, text)
  end
  return text
end

local function hardware(stanza)
  local text = option(stanza, "hwaddress")
  if not text then return nil end
  text = text:match("(%S+)$")
  if not inet.hardware_bytes(text) then fail(stanza, "hwaddress cannot be %s", text) end
  return text
end

-- Links that the options make: a bridge (bridge-utils' words), a VLAN (vlan's).
local function link_steps(stanza, device)
  local up, down = {}, {}
  local ports = option(stanza, "bridge_ports") or option(stanza, "bridge-ports")
  if ports then
    up[#up + 1] = { "ip", "link", "add", device, "type", "bridge", optional = true }
    for port in ports:gmatch("%S+") do
      if port ~= "none" then
        up[#up + 1] = { "ip", "link", "set", port, "master", device }
        up[#up + 1] = { "ip", "link", "set", port, "up" }
      end
    end
    local stp = option(stanza, "bridge_stp") or option(stanza, "bridge-stp")
    if stp then up[#up + 1] = { "brctl", "stp", device, stp } end
    local fd = option(stanza, "bridge_fd") or option(stanza, "bridge-fd")
    if fd then up[#up + 1] = { "brctl", "setfd", device, fd } end
    down[#down + 1] = { "ip", "link", "del", device }
  end
  local raw = option(stanza, "vlan-raw-device") or option(stanza, "vlan_raw_device")
  local parent, id = device:match("^(.+)%.(%d+)$")
  id = option(stanza, "vlan-id") or id or device:match("^vlan0*(%d+)$")
  if raw or (parent and id) then
    if not id then fail(stanza, "which VLAN is %s?", device) end
    raw = raw or parent
    up[#up + 1] = { "ip", "link", "set", raw, "up" }
    up[#up + 1] = { "ip", "link", "add", "link", raw, "name", device, "type", "vlan", "id", id,
      optional = true }
    down[#down + 1] = { "ip", "link", "del", device }
  end
  return up, down
end

local function link_up(stanza, device, list)
  local mtu, mac = number(stanza, "mtu", 68, 65535), hardware(stanza)
  if mac then list[#list + 1] = { "ip", "link", "set", "dev", device, "address", mac } end
  local step = { "ip", "link", "set", "dev", device }
  if mtu then table.move({ "mtu", mtu }, 1, 2, #step + 1, step) end
  step[#step + 1] = "up"
  list[#list + 1] = step
end

local UP, DOWN = {}, {}

function UP.loopback(_, device, list)
  list[#list + 1] = { "ip", "link", "set", "dev", device, "up" }
end
function DOWN.loopback(_, device, list)
  list[#list + 1] = { "ip", "link", "set", "dev", device, "down" }
end

function UP.manual(stanza, device, list)
  if option(stanza, "mtu") or option(stanza, "hwaddress") then link_up(stanza, device, list) end
end
function DOWN.manual() end

local function address_words(stanza, device, text)
  local bytes, length = read_address(stanza, text)
  local own = ("%s/%d"):format(inet.text(bytes), length)
  local words = { "ip", "addr", "add", own }
  local peer = check_address(stanza, "pointopoint")
  if peer then words = { "ip", "addr", "add", inet.text(bytes), "peer", peer } end
  if stanza.family == "inet" and not peer then
    local broadcast = option(stanza, "broadcast")
    if broadcast and broadcast ~= "+" and broadcast ~= "-" then
      check_address(stanza, "broadcast")
    end
    if broadcast ~= "-" and (broadcast or length < 31) then
      words[#words + 1] = "broadcast"
      words[#words + 1] = broadcast or inet.text(inet.mask(bytes, length, true))
    end
  end
  local scope = option(stanza, "scope")
  if scope then table.move({ "scope", scope }, 1, 2, #words + 1, words) end
  table.move({ "dev", device }, 1, 2, #words + 1, words)
  return words
end

function UP.static(stanza, device, list)
  if not option(stanza, "address") then fail(stanza, "missing required variable: address") end
  local is_up = false
  for _, entry in ipairs(stanza.options) do
    if entry[1] == "address" then
      local words = address_words(stanza, device, entry[2])
      if not is_up then
        link_up(stanza, device, list)
        is_up = true
      end
      list[#list + 1] = words
    end
  end
  local gateway = check_address(stanza, "gateway")
  if gateway then
    local words = { "ip", "route", "add", "default", "via", gateway, "dev", device }
    if stanza.family == "inet6" then table.insert(words, 2, "-6") end
    words[#words + 1] = "onlink"
    local metric = number(stanza, "metric", 0, 0xffffffff)
    if metric then table.move({ "metric", metric }, 1, 2, #words + 1, words) end
    list[#list + 1] = words
  end
end

function DOWN.static(stanza, device, list)
  if stanza.family == "inet6" then
    for _, entry in ipairs(stanza.options) do
      if entry[1] == "address" then
        local bytes, length = read_address(stanza, entry[2])
        list[#list + 1] = { "ip", "-6", "addr", "del", ("%s/%d"):format(inet.text(bytes), length),
          "dev", device, optional = true }
      end
    end
  else
    list[#list + 1] = { "ip", "addr", "flush", "dev", device, optional = true }
  end
  list[#list + 1] = { "ip", "link", "set", "dev", device, "down" }
end

function UP.auto(stanza, device, list)
  list[#list + 1] = { sysctl = { "net.ipv6.conf." .. device .. ".accept_ra", "2" } }
  list[#list + 1] = { sysctl = { "net.ipv6.conf." .. device .. ".autoconf", "1" } }
  link_up(stanza, device, list)
end
function DOWN.auto(_, device, list)
  list[#list + 1] = { "ip", "link", "set", "dev", device, "down" }
end

local function pid_file(device) return ("/run/udhcpc.%s.pid"):format(device) end

function UP.dhcp(stanza, device, list)
  if stanza.family == "inet6" then
    return UP.auto(stanza, device, list) -- addresses come with what routers advertise
  end
  link_up(stanza, device, list)
  local words = { "udhcpc", "-b", "-i", device, "-p", pid_file(device) }
  local hostname = option(stanza, "hostname")
  if hostname then table.move({ "-x", "hostname:" .. hostname }, 1, 2, #words + 1, words) end
  list[#list + 1] = words
end
function DOWN.dhcp(stanza, device, list)
  if stanza.family == "inet" then
    list[#list + 1] = { stop = pid_file(device) }
    list[#list + 1] = { "ip", "addr", "flush", "dev", device, optional = true }
  end
  list[#list + 1] = { "ip", "link", "set", "dev", device, "down" }
end

local function shell_lines(stanza, name, list)
  for _, entry in ipairs(stanza.options) do
    if entry[1] == name then list[#list + 1] = { shell = entry[2] } end
  end
end

local function collect(fn)
  local ok, result = pcall(fn)
  if ok then return result end
  if type(result) == "table" and result.wrong then return nil, result.wrong end
  error(result, 0)
end

--- The steps that bring it up.
---@param stanza ifupdown.Stanza
---@param device string
---@return table[]? steps
---@return string? err
function steps.up(stanza, device)
  return collect(function()
    local list = {}
    shell_lines(stanza, "pre-up", list)
    list[#list + 1] = { phase = "pre-up" }
    local made = link_steps(stanza, device)
    table.move(made, 1, #made, #list + 1, list)
    UP[stanza.method](stanza, device, list)
    shell_lines(stanza, "up", list)
    list[#list + 1] = { phase = "post-up" }
    return list
  end)
end

--- The steps that bring it down.
---@param stanza ifupdown.Stanza
---@param device string
---@return table[]? steps
---@return string? err
function steps.down(stanza, device)
  return collect(function()
    local list = {}
    shell_lines(stanza, "down", list)
    list[#list + 1] = { phase = "pre-down" }
    DOWN[stanza.method](stanza, device, list)
    local _, unmade = link_steps(stanza, device)
    table.move(unmade, 1, #unmade, #list + 1, list)
    shell_lines(stanza, "post-down", list)
    list[#list + 1] = { phase = "post-down" }
    return list
  end)
end

return steps
