-- nl/object.lua - what the link, address, route and neighbour objects share
--
-- Layer: library; calls nl.request, and S for the names of constants. The argument forms are
-- ljsyscall's: attributes as varargs "name", value, ...

local request = require "nl.request"

local object = {}

--- Call one method of a connection made for it. A process may have changed its network namespace
--- since the last call, so no connection is kept.
---@param options table? for request.open
---@param method string of nl.Connection
---@return any ... the method's results
function object.once(options, method, ...)
  local connection, err = request.open(options)
  if not connection then return nil, err end
  local result, failure, warning = connection[method](connection, ...)
  connection:close()
  return result, failure, warning
end

--- A constant by name, from a table of S.c; numbers are taken as they are.
---@param constants string "AF"
---@param value string|integer|nil
---@return integer
function object.constant(constants, value)
  if value == nil then return 0 end
  if math.type(value) == "integer" then return value end
  return require("syscall").c[constants][value]
    or error(("%s is not in c.%s"):format(tostring(value), constants), 3)
end

--- The index of a link object, or the number itself.
---@param link table|integer|nil
---@return integer
function object.index(link)
  if type(link) == "table" then return link.index end
  return link or 0
end

local nested

-- A list "name", value, ... from position `first` on, added to `values`.
local function add_pairs(values, list, first, count)
  for i = first, count, 2 do
    local name, value = list[i], list[i + 1]
    if type(name) ~= "string" then error("attribute name expected, got " .. type(name), 0) end
    if value == nil then error("not enough arguments", 0) end
    if type(value) == "table" then value = nested(value) end
    values[name:lower()] = value
  end
  return values
end

-- { "kind", "vlan", "data", { "id", 40 } }, or { TYPE, header, "name", value, ... }; an object
-- (link, address) has no such list in it and stands for itself.
function nested(list)
  if list[1] == nil then return list.index or list end
  if type(list[1]) == "string" then return add_pairs({}, list, 1, #list) end
  local values = {}
  for name, value in pairs(type(list[2]) == "table" and list[2] or {}) do values[name] = value end
  return add_pairs(values, list, 3, #list)
end

--- Attributes given as varargs, put into the table of header fields.
---@param values table
---@return table values
function object.attributes(values, ...)
  return add_pairs(values, { ... }, 1, select("#", ...))
end

return object
