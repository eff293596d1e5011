-- nl/addr.lua - addresses of links as objects, with ljsyscall's names
--
-- Layer: library; calls nl.request and the schema.

local inet = require "nl.inet"
local object = require "nl.object"
local schema = require "nl.schema.addr"

local once, constant = object.once, object.constant

local AF_INET, AF_INET6 = 2, 10
local IFA_F_PERMANENT = 0x80

local addr = {}

-- linux/if_addr.h
local FLAG = { secondary = 0x1, temporary = 0x1, nodad = 0x2, optimistic = 0x4, dadfailed = 0x8,
  homeaddress = 0x10, deprecated = 0x20, tentative = 0x40, permanent = 0x80,
  managetempaddr = 0x100, noprefixroute = 0x200, mcautojoin = 0x400, stable_privacy = 0x800 }

---@class nl.Address
---@field addr string the address; the peer's when the link is point-to-point
---@field loc string? our own, IPv4
---@field prefixlen integer
---@field index integer of its link
local Address = {}

local ALIAS = { addr = "address", loc = "local" }

function Address.__index(self, key)
  local message = rawget(self, "message")
  local value = message[ALIAS[key] or key]
  if value ~= nil then return value end
  local flag = FLAG[type(key) == "string" and key:lower()]
  if flag then return message.flags & flag ~= 0 end
  return nil
end

function Address.__tostring(self)
  return ("%s/%d"):format(self.loc or self.addr, self.prefixlen)
end

--- Make an address object of a decoded message.
---@param message table
---@param op string? "newaddr" or "deladdr"
---@return nl.Address
function addr.object(message, op)
  op = op or "newaddr"
  return setmetatable({ message = message, op = op, nl = op, [op] = true }, Address)
end

--- Addresses of a family; 0 is every one.
---@param family integer
---@param options table?
---@return nl.Address[]? addresses
---@return nl.Error? err
function addr.list(family, options)
  local messages, err = once(options, "dump", schema, { family = family })
  if not messages then return nil, err end
  for i, message in ipairs(messages) do messages[i] = addr.object(message) end
  return messages
end

--- Addresses of a family.
---@param family string|integer|nil c.AF
---@return nl.Address[]? addresses
---@return nl.Error? err
function addr.getaddr(family) return addr.list(constant("AF", family)) end

--- Add an address.
---@param index nl.Link|integer
---@param family string|integer c.AF
---@param prefixlen integer
---@param flags string|integer|nil c.IFA_F
---@param ... any "name", value, ...
---@return true? ok
---@return nl.Error? err
function addr.newaddr(index, family, prefixlen, flags, ...)
  local values = object.attributes({
    index = object.index(index),
    family = constant("AF", family),
    prefixlen = prefixlen,
    flags8 = constant("IFA_F", flags) & 0xff,
  }, ...)
  return once(nil, "call", schema, "new", values, "add")
end

--- Remove an address.
---@param index nl.Link|integer
---@param family string|integer c.AF
---@param prefixlen integer
---@param ... any "name", value, ...
---@return true? ok
---@return nl.Error? err
function addr.deladdr(index, family, prefixlen, ...)
  local values = object.attributes({
    index = object.index(index),
    family = constant("AF", family),
    prefixlen = prefixlen,
  }, ...)
  return once(nil, "call", schema, "del", values)
end

--- Add or remove "ADDRESS/LENGTH" on a link, with the broadcast address that belongs to it.
---@param link nl.Link
---@param verb string "new" or "del"
---@param text string
---@return true? ok
---@return nl.Error? err
function addr.change(link, verb, text)
  local bytes, length = inet.prefix(tostring(text))
  if not bytes then error(("%s is not an address"):format(text), 3) end
  local address = inet.text(bytes)
  local values = {
    index = link.index,
    family = #bytes == 4 and AF_INET or AF_INET6,
    prefixlen = length,
    ["local"] = address,
    address = address,
  }
  if verb == "new" then
    values.flags8 = IFA_F_PERMANENT
    if #bytes == 4 and length < 31 then
      values.broadcast = inet.text(inet.mask(bytes, length, true))
    end
  end
  return once(link.options, "call", schema, verb, values, verb == "new" and "add" or nil)
end

return addr
