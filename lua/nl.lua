-- nl.lua - netlink: links, addresses, routes, neighbours as Lua objects
--
-- Layer: library. The names and argument forms are ljsyscall's S.nl; S.nl is this table. Nothing
-- is loaded before it is used.
--
--   i = nl.interfaces()  print(i)  print(i.eth0.mtu)  i.eth0:up()  i.eth0:address("10.3.0.2/24")
--
-- Further: nl.connect(options) for requests by schema (nl.request), nl.monitor(kinds) for events,
-- nl.mirror(kinds) for a copy that they keep up to date.

local WHERE = {
  interfaces = "nl.link", interface = "nl.link", getlink = "nl.link", newlink = "nl.link",
  dellink = "nl.link", iplink = "nl.link", create_interface = "nl.link", encapnames = "nl.link",
  getaddr = "nl.addr", newaddr = "nl.addr", deladdr = "nl.addr",
  getroute = "nl.route", routes = "nl.route", newroute = "nl.route", delroute = "nl.route",
  getneigh = "nl.neigh", newneigh = "nl.neigh", delneigh = "nl.neigh",
  socket = "nl.raw", read = "nl.raw", write = "nl.raw",
  monitor = "nl.monitor", mirror = "nl.mirror",
}

local nl = {}

--- Open a connection for requests by schema.
---@param options? { protocol: integer?, netns: string|integer|S.fd|nil, timeout_ms: integer? }
---@return nl.Connection? connection
---@return S.Error? err
function nl.connect(options)
  return require("nl.request").open(options)
end

return setmetatable(nl, {
  __index = function(self, name)
    local module = WHERE[name]
    if not module then return nil end
    local value = require(module)[name]
    rawset(self, name, value)
    return value
  end,
})
