-- nl/genl.lua - generic netlink: families by name
--
-- Layer: library; calls nl.request. Asking for a family loads its module where the kernel has one:
-- NOENT means that there is none.

local control = require "nl.schema.genl_control"
local request = require "nl.request"

local genl = {}

local NETLINK_GENERIC = 16
local CTRL_CMD_GETFAMILY, CTRL_VERSION = 3, 2

--- What the kernel tells of a family.
---@param connection nl.Connection of NETLINK_GENERIC
---@param name string
---@return table? family id, family_version, groups
---@return nl.Error? err
function genl.family(connection, name)
  return connection:get(control, { cmd = CTRL_CMD_GETFAMILY, version = CTRL_VERSION, name = name })
end

--- All families.
---@param connection nl.Connection
---@return table[]? families
---@return nl.Error? err
function genl.families(connection)
  return connection:dump(control, { cmd = CTRL_CMD_GETFAMILY, version = CTRL_VERSION })
end

--- The schema of a family with the number that it has here: its commands are the header's `cmd`.
---@param schema table
---@param family table of genl.family
---@return table schema for the connection's methods, verbs "get" and "set"
function genl.bind(schema, family)
  local bound = { messages = { get = family.id, set = family.id } }
  for key, value in pairs(schema) do bound[key] = value end
  return bound
end

--- Open a connection to a family.
---@param name string
---@param schema table
---@param options? { netns: string|integer|S.fd|nil }
---@return nl.Connection? connection
---@return table|nl.Error|nil schema bound to the family; err after nil
function genl.open(name, schema, options)
  local connection, err = request.open { protocol = NETLINK_GENERIC,
    netns = options and options.netns }
  if not connection then return nil, err end
  local family
  family, err = genl.family(connection, name)
  if not family then
    connection:close()
    return nil, err
  end
  return connection, genl.bind(schema, family), family
end

return genl
