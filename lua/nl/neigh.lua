-- nl/neigh.lua - neighbours as objects, with ljsyscall's names
--
-- Layer: library; calls nl.request and the schema.

local codec = require "nl.codec"
local inet = require "nl.inet"
local object = require "nl.object"
local schema = require "nl.schema.neigh"

local once, constant = object.once, object.constant

local NUD_PERMANENT = 0x80

local neigh = {}

---@class nl.Neighbour
---@field dst string
---@field lladdr string?
---@field ifindex integer
---@field state integer
local Neighbour = {}

local ALIAS = { dest = "dst", ifindex = "index" }

function Neighbour.__index(self, key)
  return rawget(self, "message")[ALIAS[key] or key]
end

function Neighbour.__tostring(self)
  return ("dst: %s lladdr: %s if: %s"):format(self.dst, self.lladdr or "", self.ifindex)
end

--- Make a neighbour object of a decoded message.
---@param message table
---@param op string? "newneigh" or "delneigh"
---@return nl.Neighbour
function neigh.object(message, op)
  op = op or "newneigh"
  return setmetatable({ message = message, op = op, nl = op, [op] = true }, Neighbour)
end

-- A struct ndmsg or a table with its fields, as values of the schema.
local function header(index, ndmsg)
  ndmsg = ndmsg or {}
  return {
    index = object.index(index),
    family = constant("AF", ndmsg.family),
    state = constant("NUD", ndmsg.state),
    flags = constant("NTF", ndmsg.flags),
    type = ndmsg.type,
  }
end

-- How to compare what can be written in several ways.
local BYTES = { dst = inet.bytes, lladdr = inet.hardware_bytes }

local function has(message, wanted)
  for name, value in pairs(wanted) do
    local bytes, own = BYTES[name] or tostring, message[name]
    if own == nil or bytes(own) ~= bytes(tostring(value)) then return false end
  end
  return true
end

--- Neighbours of a link (0: of every one), those with the attributes named.
---@param index nl.Link|integer
---@param ndmsg { family: string|integer|nil }
---@param ... any "name", value, ...: "dst", "10.0.0.2"
---@return nl.Neighbour[]? neighbours
---@return nl.Error? err
function neigh.getneigh(index, ndmsg, ...)
  local values, wanted = header(index, ndmsg), object.attributes({}, ...)
  codec.encode(schema, object.attributes(header(index, ndmsg), ...)) -- raises for what is unknown
  -- the link to select by is an attribute; strict checking refuses it in the header, and all
  -- attributes but this and the master
  if values.index ~= 0 then values.ifindex, values.index = values.index, 0 end
  values.master, wanted.master = wanted.master, nil
  local messages, err = once(nil, "dump", schema, values)
  if not messages then return nil, err end
  local found = {}
  for _, message in ipairs(messages) do
    if has(message, wanted) then found[#found + 1] = neigh.object(message) end
  end
  return found
end

--- Add or change a neighbour; permanent unless told otherwise.
---@param index nl.Link|integer
---@param ndmsg table family, state, flags
---@param ... any "dst", address, "lladdr", mac, ...
---@return true? ok
---@return nl.Error? err
function neigh.newneigh(index, ndmsg, ...)
  local values = object.attributes(header(index, ndmsg), ...)
  if not (ndmsg and ndmsg.state) then values.state = NUD_PERMANENT end
  return once(nil, "call", schema, "new", values, "replace")
end

--- Remove a neighbour.
---@param index nl.Link|integer
---@param ndmsg table family
---@param ... any "dst", address
---@return true? ok
---@return nl.Error? err
function neigh.delneigh(index, ndmsg, ...)
  return once(nil, "call", schema, "del", object.attributes(header(index, ndmsg), ...))
end

return neigh
