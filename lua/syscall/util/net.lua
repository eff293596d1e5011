-- syscall/util/net.lua - addresses with prefixes, interface numbers, bridges
--
-- Layer: library, behind S.util; calls S and nl.inet. Bridges by the old ioctls and sysfs, as
-- brctl has them; new programs use nl.

local S = require "syscall"
local mem = require "syscall.mem"
local inet = require "nl.inet"
local files = require "syscall.util.files"

local net = {}

local SYSFS = "/sys/class/net/"

--- An address with its prefix length.
---@param text string "10.0.0.1/8", "::1"
---@param length integer? where the text has none; else all bits
---@return S.t.in_addr|S.t.in6_addr|nil address nil for what is none
---@return integer? length
function net.inet_name(text, length)
  local bytes, bits, is_explicit = inet.prefix(text)
  if not bytes then return nil end
  local kind = #bytes == 4 and "in_addr" or "in6_addr"
  return mem.copy(mem.new(kind), bytes, #bytes), is_explicit and bits or length or bits
end

---@param name string
---@return integer? index
---@return S.Error? err
function net.if_nametoindex(name)
  local fd, err = S.socket("unix", "dgram")
  if not fd then return nil, err end
  local socket <close> = fd
  local request = S.t.ifreq { name = name }
  local ok
  ok, err = socket:ioctl(S.c.IOCTL.SIOCGIFINDEX, request)
  if not ok then return nil, err end
  return request.ivalue
end

local function bridge_request(request, argument)
  local fd, err = S.socket("unix", "stream")
  if not fd then return nil, err end
  local socket <close> = fd
  return socket:ioctl(S.c.IOCTL[request], argument)
end

---@param name string
---@return true? ok
---@return S.Error? err
function net.bridge_add(name) return bridge_request("SIOCBRADDBR", name) end

---@param name string
---@return true? ok
---@return S.Error? err
function net.bridge_del(name) return bridge_request("SIOCBRDELBR", name) end

local function port_request(request)
  return function(bridge, interface)
    local index, err = interface, nil
    if type(interface) == "string" then index, err = net.if_nametoindex(interface) end
    if not index then return nil, err end
    return bridge_request(request, S.t.ifreq { name = bridge, ivalue = index })
  end
end

--- Make an interface a port of a bridge.
net.bridge_add_interface = port_request("SIOCBRADDIF")
net.bridge_del_interface = port_request("SIOCBRDELIF")

-- The files of a directory of sysfs, numbers as numbers.
local function attributes(dir)
  local values = {}
  for name, entry in files.ls(dir) do
    if entry.REG then
      local text = files.readfile(dir .. "/" .. name)
      if text then
        text = text:gsub("\n$", "")
        values[name] = math.tointeger(tonumber(text)) or text
      end
    end
  end
  return values
end

local function forwarding(path)
  local bytes, list = files.readfile(path, nil, 65536) or "", {}
  local entry = S.t.fdb_entry()
  for at = 1, #bytes - #entry + 1, #entry do
    mem.copy(entry, bytes:sub(at, at + #entry - 1), #entry)
    local mac = S.t.macaddr()
    mem.copy(mac, mem.string(entry.mac_addr, 6), 6)
    list[#list + 1] = { mac_addr = mac, port_no = entry.port_no,
      is_local = entry.is_local ~= 0, ageing_timer_value = entry.ageing_timer_value }
  end
  return list
end

--- The bridges, as sysfs shows them.
---@return table<string, { bridge: table, brif: string[], brforward: table[] }>? bridges
---@return S.Error? err
function net.bridge_list()
  local names, err = files.dirtable(SYSFS, true)
  if not names then return nil, err end
  local bridges = {}
  for _, name in ipairs(names) do
    local dir = SYSFS .. name .. "/"
    if S.stat(dir .. S.c.SYSFS_BRIDGE_ATTR) then
      bridges[name] = {
        bridge = attributes(dir .. S.c.SYSFS_BRIDGE_ATTR),
        brif = files.dirtable(dir .. S.c.SYSFS_BRIDGE_PORT_SUBDIR, true),
        brforward = forwarding(dir .. S.c.SYSFS_BRIDGE_FDB),
      }
    end
  end
  return bridges
end

return net
