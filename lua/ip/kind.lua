-- ip/kind.lua - the kinds of links that have words and data of their own
--
-- Layer: library of ip. A kind's room, ip/kind/NAME.lua, has `options` (its words:
-- ip.kind_options), `show` (how its data is printed: ip.kind_show), both functions that make the
-- list when it is needed, and where it wants them `complete(data, creating)` and `merge`.

local kind = {}

-- kinds that share a room, which takes the kind's name
local ROOM = {
  bond = "bond", bond_slave = "bond_slave", bridge = "bridge", bridge_slave = "bridge_slave",
  erspan = "gre", gre = "gre", gretap = "gre", geneve = "geneve", ip6erspan = "gre6",
  ip6gre = "gre6", ip6gretap = "gre6", ip6tnl = "ip6tnl", ipip = "ip_tunnel", ipvlan = "ipvlan",
  ipvtap = "ipvlan", macvlan = "macvlan", macvtap = "macvlan", sit = "ip_tunnel", tun = "tun",
  vlan = "vlan", vrf = "vrf", vrf_slave = "vrf", vti = "vti", vti6 = "vti", vxlan = "vxlan",
  xfrm = "xfrm",
}

---@class ip.Kind
---@field options? fun(): table
---@field show? fun(): table
---@field complete? fun(data: table, creating: boolean)
---@field word string? what messages call its words, "command"
---@field merge boolean? a change sends what is not changed as well

--- A kind's room; nil for one without words and data.
---@param name string
---@return ip.Kind?
function kind.find(name)
  local room = ROOM[name]
  return room and require("ip.kind." .. room).kind(name)
end

return kind
