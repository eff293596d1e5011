-- syscall/types/socket.lua - socket addresses, friendly
--
-- Layer: library, behind S.t. Ports and protocols are in host order in the
-- friendly fields (sa.port), as on the wire in the raw ones (sa.sin_port).

local S = require "syscall"
local mem = require "syscall.mem"
local inet = require "nl.inet"

local socket = {}

--- A 16 bit number between host and network order.
local function swap16(n) return (string.unpack("=I2", string.pack(">I2", n & 0xffff))) end

local function fill(m, fields)
  for key, value in pairs(fields) do m[key] = value end
  return m
end

-- ---- in_addr, in6_addr, macaddr ----

local NAMES4 = { any = "0.0.0.0", loopback = "127.0.0.1", broadcast = "255.255.255.255" }
local NAMES6 = { any = "::", loopback = "::1" }

--- The bytes of a textual address of that many of them; raises for another.
local function address_bytes(text, names, size)
  local bytes = inet.bytes(names[text:lower()] or text)
  if not bytes or #bytes ~= size then error("invalid address " .. text, 3) end
  return bytes
end

socket.in_addr = {
  tostring = function(m) return inet.text(mem.string(m, 4)) end,
  set = {
    addr = function(m, v) mem.copy(m, socket.in_addr.new(v) + 0, 4) end,
  },
}

--- "a.b.c.d", "any", "loopback", "broadcast", or a number in host order.
function socket.in_addr.new(value)
  local m = mem.new("in_addr")
  if value == nil then return m end
  if type(value) == "table" then return fill(m, value) end
  local bytes
  if type(value) == "number" then
    bytes = string.pack(">I4", value & 0xffffffff)
  else
    bytes = address_bytes(value, NAMES4, 4)
  end
  return mem.copy(m, bytes, 4)
end

--- The network's and the broadcast address, and the mask of the host part.
local function get_mask_bcast(m, length)
  local address = string.unpack(">I4", mem.string(m, 4))
  local host = length == 0 and 0xffffffff or (1 << 32 - length) - 1
  return {
    address = socket.in_addr.new(address),
    broadcast = socket.in_addr.new(address | host),
    netmask = socket.in_addr.new(host),
  }
end

socket.in_addr.methods = { get_mask_bcast = get_mask_bcast }

socket.in6_addr = {
  tostring = function(m) return inet.text(mem.string(m, 16)) end,
}

--- Any textual form, "any" or "loopback".
function socket.in6_addr.new(value)
  local m = mem.new("in6_addr")
  if value == nil then return m end
  return mem.copy(m, address_bytes(value, NAMES6, 16), 16)
end

socket.macaddr = {
  tostring = function(m) return inet.hardware_text(mem.string(m, 6)) end,
}

function socket.macaddr.new(value)
  local m = mem.new("macaddr")
  if value == nil then return m end
  local bytes = inet.hardware_bytes(value)
  if not bytes or #bytes ~= 6 then error("invalid address " .. tostring(value), 2) end
  return mem.copy(m, bytes, 6)
end

-- ---- addresses by family ----

local family = {
  get = function(field) return function(m) return m[field] end end,
  set = function(field) return function(m, v) m[field] = S.c.AF[v] end end,
}

local function port_fields(field)
  return function(m) return swap16(m[field]) end,
    function(m, v) m[field] = swap16(v) end
end

socket.sockaddr = { get = {}, set = { family = family.set("sa_family") } }

local get_port, set_port = port_fields("sin_port")

socket.sockaddr_in = {
  get = { port = get_port, addr = function(m) return m.sin_addr end },
  set = {
    port = set_port,
    addr = function(m, v) m.sin_addr = v end,
    family = family.set("sin_family"),
  },
  tostring = function(m) return tostring(m.sin_addr) .. ":" .. m.port end,
}

--- t.sockaddr_in(port, addr), or {port =, addr =}.
function socket.sockaddr_in.new(port, addr)
  local m = mem.new("sockaddr_in")
  m.sin_family = S.c.AF.INET
  if type(port) == "table" then return fill(m, port) end
  if port then m.port = port end
  if addr then m.sin_addr = addr end
  return m
end

local get_port6, set_port6 = port_fields("sin6_port")

socket.sockaddr_in6 = {
  get = { port = get_port6, addr = function(m) return m.sin6_addr end },
  set = {
    port = set_port6,
    addr = function(m, v) m.sin6_addr = v end,
    family = family.set("sin6_family"),
  },
  tostring = function(m) return "[" .. tostring(m.sin6_addr) .. "]:" .. m.port end,
}

--- t.sockaddr_in6(port, addr, flowinfo, scope_id), or a table of these.
function socket.sockaddr_in6.new(port, addr, flowinfo, scope_id)
  local m = mem.new("sockaddr_in6")
  m.sin6_family = S.c.AF.INET6
  if type(port) == "table" then return fill(m, port) end
  if port then m.port = port end
  if addr then m.sin6_addr = addr end
  if flowinfo then m.sin6_flowinfo = flowinfo end
  if scope_id then m.sin6_scope_id = scope_id end
  return m
end

socket.sockaddr_un = { get = { path = function(m) return m.sun_path end }, set = {} }

--- t.sockaddr_un(path); a leading zero byte means the abstract name space.
function socket.sockaddr_un.new(path)
  local m = mem.new("sockaddr_un")
  m.sun_family = S.c.AF.UNIX
  if path then m.sun_path = path end
  return m
end

function socket.sockaddr_un.set.path(m, path) m.sun_path = path end
socket.sockaddr_un.set.family = family.set("sun_family")

local function nl_groups(m, groups)
  if type(groups) == "string" then groups = S.c.RTMGRP[groups] end
  m.nl_groups = groups
end

socket.sockaddr_nl = { set = { groups = nl_groups, type = function() end } }

--- t.sockaddr_nl(pid, groups), or {pid =, groups =}.
function socket.sockaddr_nl.new(pid, groups)
  local m = mem.new("sockaddr_nl")
  m.nl_family = S.c.AF.NETLINK
  if type(pid) == "table" then return fill(m, pid) end
  if pid then m.nl_pid = pid end
  if groups then nl_groups(m, groups) end
  return m
end

local get_protocol, set_protocol = port_fields("sll_protocol")

socket.sockaddr_ll = {
  get = { protocol = get_protocol, addr = function(m) return m.sll_addr end },
  set = {
    protocol = function(m, v) set_protocol(m, S.c.ETH_P and S.c.ETH_P[v] or v) end,
    addr = function(m, v)
      local bytes = type(v) == "string" and (inet.hardware_bytes(v) or v) or mem.string(v, 6)
      m.sll_addr = bytes
      m.sll_halen = #bytes
    end,
    family = family.set("sll_family"),
  },
}

function socket.sockaddr_ll.new(fields)
  local m = mem.new("sockaddr_ll")
  m.sll_family = S.c.AF.PACKET
  return fill(m, fields or {})
end

-- ---- storage: becomes its family's type ----

local BY_FAMILY = {
  [S.c.AF.INET] = "sockaddr_in",
  [S.c.AF.INET6] = "sockaddr_in6",
  [S.c.AF.UNIX] = "sockaddr_un",
  [S.c.AF.NETLINK] = "sockaddr_nl",
  [S.c.AF.PACKET] = "sockaddr_ll",
}

--- The same bytes as the type of their family, or nil.
local function as_family(m)
  local name = BY_FAMILY[m.ss_family]
  return name and mem.cast(name, m)[0]
end

socket.sockaddr_storage = {
  set = { family = family.set("ss_family") },
  len = function(m)
    local name = BY_FAMILY[m.ss_family]
    return name and mem.sizeof(name) or mem.sizeof("sockaddr_storage")
  end,
  index = function(m, key)
    local address = as_family(m)
    if not address then error("invalid index " .. tostring(key), 2) end
    return address[key]
  end,
  newindex = function(m, key, value)
    local address = as_family(m)
    if not address then error("invalid index " .. tostring(key), 2) end
    address[key] = value
  end,
}

function socket.sockaddr_storage.new(fields)
  local m = mem.new("sockaddr_storage")
  if not fields then return m end
  if fields.family then m.family = fields.family end
  for key, value in pairs(fields) do
    if key ~= "family" then m[key] = value end
  end
  return m
end

-- ---- sa: an address as a call returned it, with its length ----

local UnixAddress = {}

function UnixAddress.__index(sa, key)
  local addr, length = rawget(sa, "addr"), rawget(sa, "addrlen")
  local name = mem.string(addr, math.max(length, 2)):sub(3)
  if key == "family" then return addr.sun_family end
  if key == "unnamed" then return name == "" end
  if key == "abstract" then return name:sub(1, 1) == "\0" end
  if key == "name" then return name:sub(1, 1) == "\0" and name:sub(2) or name:match("^[^\0]*") end
  if key == "path" then return name:match("^[^\0]*") end
end

function UnixAddress.__len(sa) return rawget(sa, "addrlen") end

socket.sa = {}

function socket.sa.new(addr, length)
  if addr.family == S.c.AF.UNIX then
    return setmetatable({ addr = as_family(addr) or addr, addrlen = length }, UnixAddress)
  end
  return mem.istype("sockaddr_storage", addr) and as_family(addr) or addr
end

return socket
