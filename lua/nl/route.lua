-- nl/route.lua - routes as objects, with ljsyscall's names
--
-- Layer: library; calls nl.request and the schema.

local inet = require "nl.inet"
local object = require "nl.object"
local schema = require "nl.schema.route"

local once, constant = object.once, object.constant

local AF_INET = 2
local RTM_F_CLONED = 0x200

local route = {}

---@class nl.Route
---@field dst string? absent for the default route
---@field dst_len integer
---@field gateway string?
---@field oif integer?
---@field output string? the link's name, in nl.routes()
local Route = {}

local function any(message)
  return message.family == AF_INET and "0.0.0.0" or "::"
end

local COMPUTED = {
  dest = function(m) return m.dst or any(m) end,
  source = function(m) return m.src or any(m) end,
  gw = function(m) return m.gateway or any(m) end,
  rtmsg = function(m) return m end,
}

function Route.__index(self, key)
  local message = rawget(self, "message")
  local compute = COMPUTED[key]
  if compute then return compute(message) end
  return message[key]
end

function Route.__tostring(self)
  return ("dst: %s/%d gateway: %s src: %s/%d if: %s"):format(self.dest, self.dst_len, self.gw,
    self.source, self.src_len, self.output or self.oif or "")
end

--- Make a route object of a decoded message.
---@param message table
---@param op string? "newroute" or "delroute"
---@return nl.Route
function route.object(message, op)
  op = op or "newroute"
  return setmetatable({ message = message, op = op, nl = op, [op] = true }, Route)
end

---@class nl.Routes
local Routes = {}
Routes.__index = Routes

function Routes.__tostring(routes)
  local lines = {}
  for i, one in ipairs(routes) do lines[i] = tostring(one) end
  return table.concat(lines, "\n")
end

--- Those with exactly this destination.
---@param text string "10.0.0.0/8", "10.0.0.0" with a length, or an address object
---@param length integer?
---@return nl.Route[]
function Routes.match(routes, text, length)
  local bytes, bits = inet.prefix(tostring(text))
  if not bytes then error(("%s is not an address"):format(tostring(text)), 2) end
  local dest, found = inet.text(bytes), {}
  length = length or bits
  for _, one in ipairs(routes) do
    if one.dest == dest and one.dst_len == length then found[#found + 1] = one end
  end
  return setmetatable(found, Routes)
end

function Routes.refresh(routes)
  local fresh, err = route.routes(routes.family, routes.tp)
  if not fresh then return nil, err end
  for i = 1, math.max(#routes, #fresh) do routes[i] = fresh[i] end
  return routes
end

--- The routes that the kernel selects by these; 0 or nil is any.
---@param family string|integer|nil c.AF
---@param kind string|integer|nil c.RTN
---@param tab string|integer|nil c.RT_TABLE
---@param protocol string|integer|nil c.RTPROT
---@param scope string|integer|nil c.RT_SCOPE
---@return nl.Route[]? routes
---@return nl.Error? err
function route.getroute(family, kind, tab, protocol, scope)
  -- the scope is no criterion of the kernel's: strict checking refuses it
  local wanted_scope = scope and constant("RT_SCOPE", scope)
  local messages, err = once(nil, "dump", schema, {
    family = constant("AF", family),
    type = constant("RTN", kind),
    table8 = constant("RT_TABLE", tab),
    protocol = constant("RTPROT", protocol),
  })
  if not messages then return nil, err end
  local routes = { family = constant("AF", family), tp = constant("RTN", kind) }
  for _, message in ipairs(messages) do
    if not wanted_scope or wanted_scope == 0 or message.scope == wanted_scope then
      routes[#routes + 1] = route.object(message)
    end
  end
  return setmetatable(routes, Routes)
end

--- The routes of a family and type, with the names of their links.
---@param family string|integer|nil c.AF
---@param kind string|integer|nil c.RTN, "unspec" for any; "unicast"
---@return nl.Routes? routes
---@return nl.Error? err
function route.routes(family, kind)
  kind = constant("RTN", kind or "unicast")
  local all, err = route.getroute(family, kind)
  if not all then return nil, err end
  local links
  links, err = require("nl.link").getlink()
  if not links then return nil, err end
  local name = {}
  for _, link in ipairs(links) do name[link.index] = link.name end
  local routes = setmetatable({ family = constant("AF", family), tp = kind }, Routes)
  for _, one in ipairs(all) do
    if (kind == 0 or one.type == kind) and one.flags & RTM_F_CLONED == 0 then
      one.output, one.input = name[one.oif], name[one.iif]
      routes[#routes + 1] = one
    end
  end
  return routes
end

-- A struct rtmsg or a table with its fields, as values of the schema.
local function header(rtmsg)
  return {
    family = constant("AF", rtmsg.family),
    dst_len = rtmsg.dst_len,
    src_len = rtmsg.src_len,
    tos = rtmsg.tos,
    table8 = constant("RT_TABLE", rtmsg.table),
    protocol = constant("RTPROT", rtmsg.protocol),
    scope = constant("RT_SCOPE", rtmsg.scope),
    type = constant("RTN", rtmsg.type),
    flags = constant("RTM_F", rtmsg.flags),
  }
end

--- Add or change a route.
---@param flags string|integer|nil c.NLM_F
---@param rtmsg table
---@param ... any "name", value, ...
---@return true? ok
---@return nl.Error? err
function route.newroute(flags, rtmsg, ...)
  return once(nil, "call", schema, "new", object.attributes(header(rtmsg), ...),
    constant("NLM_F", flags))
end

--- Remove a route.
---@param rtmsg table
---@param ... any "name", value, ...
---@return true? ok
---@return nl.Error? err
function route.delroute(rtmsg, ...)
  return once(nil, "call", schema, "del", object.attributes(header(rtmsg), ...))
end

return route
