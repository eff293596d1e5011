-- nl/raw.lua - netlink on a plain socket of S, as ljsyscall's nl.socket, nl.read and nl.write
--
-- Layer: library; calls S and nl.codec. For programs that keep such a socket themselves; all else
-- uses nl.request and nl.monitor.

local mem = require "syscall.mem"
local codec = require "nl.codec"
local object = require "nl.object"

local unpack = string.unpack

local NLMSG_ERROR, NLMSG_DONE, NLMSG_OVERRUN, NLMSG_MIN_TYPE = 2, 3, 4, 16

-- Message types of the route protocol come in fours: new, del, get, set.
local FAMILY = { [16] = "link", [20] = "addr", [24] = "route", [28] = "neigh", [32] = "rule" }
local OPERATION = { [0] = "new", "del", "get", "set" }

local raw = {}

--- A netlink socket; bound when an address is given.
---@param protocol string|integer c.NETLINK
---@param addr table? sockaddr_nl, or its fields: { groups = "link" }
---@return S.fd? fd
---@return S.Error? err
function raw.socket(protocol, addr)
  local S = require "syscall"
  local fd, err = S.socket("netlink", "raw", protocol)
  if not fd then return nil, err end
  if addr then
    local ok
    if type(addr) == "table" then addr = S.t.sockaddr_nl(addr) end
    ok, err = fd:bind(addr)
    if not ok then
      fd:close()
      return nil, err
    end
  end
  return fd
end

--- Send one message.
---@param socket S.fd
---@param dest table? the kernel
---@param kind string|integer c.RTM: "getlink"
---@param flags string|integer c.NLM_F
---@param family string|integer|nil c.AF
---@param ... any "name", value, ...
---@return integer? bytes
---@return S.Error? err
function raw.write(socket, dest, kind, flags, family, ...)
  local S = require "syscall"
  kind = object.constant("RTM", kind)
  local schema = require("nl.schema." .. (FAMILY[kind & ~3]
    or error(("message type %d is not known"):format(kind), 2)))
  local payload = codec.encode(schema, object.attributes(
    { family = object.constant("AF", family) }, ...))
  local bytes = string.pack("=I4I2I2I4I4", #payload + 16, kind,
    object.constant("NLM_F", flags), socket:seq(), 0) .. payload
  return S.sendto(socket, bytes, #bytes, 0, dest or S.t.sockaddr_nl())
end

local function decode(kind, payload)
  local name = FAMILY[kind & ~3]
  if not name then return nil end
  local message = codec.decode(require("nl.schema." .. name), payload)
  if not message then return nil end
  local op = OPERATION[kind & 3] .. name
  if name == "link" then return require("nl.link").object(message, nil, op) end
  if name == "rule" then return message end
  return require("nl." .. name).object(message, op)
end

-- Adds one datagram's messages to the list: -> true when its end was told.
local function add_messages(list, bytes)
  local first = 1
  while #bytes - first >= 15 do
    local size, kind = unpack("=I4I2", bytes, first)
    if size < 16 or first + size - 1 > #bytes then break end
    local payload = bytes:sub(first + 16, first + size - 1)
    if kind == NLMSG_DONE then return true end
    if kind == NLMSG_OVERRUN then
      list.overrun = true
    elseif kind == NLMSG_ERROR then
      local errno = #payload >= 4 and -unpack("=i4", payload) or 5
      if errno == 0 then
        list.ack = true
      else
        list.error = require("syscall").t.error(errno)
      end
      return true
    elseif kind >= NLMSG_MIN_TYPE then
      local one = decode(kind, payload)
      if one then
        list[#list + 1] = one
        if one.name then list[one.name] = one end
      end
    end
    first = first + (size + 3 & ~3)
  end
  return false
end

--- Read messages.
---@param socket S.fd
---@param addr table? sockaddr_nl to put the sender in
---@param bufsize integer?
---@param untildone boolean? read on to the end of a dump
---@return table? messages objects, links also by name; `ack`, `overrun`
---@return S.Error? err
function raw.read(socket, addr, bufsize, untildone)
  local S = require "syscall"
  local size = bufsize or 8192
  local buffer, list, done = S.t.buffer(size), {}
  repeat
    local n, err = S.recvfrom(socket, buffer, size, 0, addr or false)
    if not n then return nil, err end
    done = add_messages(list, mem.string(buffer, n))
  until done or not untildone
  if list.error then return nil, list.error end
  return list
end

return raw
