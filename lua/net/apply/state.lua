-- net/apply/state.lua - links, addresses, routes and rules as they are
--
-- Layer: library; calls nl.request through the connection it is given. Links are known by name, so
-- that the picture still holds when one is made again with another index.

local route_schema = require "nl.schema.route"
local wanted = require "net.apply.wanted"

local state = {}

local AF_INET6 = 10
local IFF_UP = 0x1
local IFA_F_SECONDARY, IFA_F_PERMANENT = 0x1, 0x80
-- what whoever adds an address decides: nodad, homeaddress, managetempaddr, noprefixroute, autojoin
local IFA_F_GIVEN = 0x2 | 0x10 | 0x80 | 0x100 | 0x200 | 0x400
local SCOPE_LINK = 253
local RTM_F_CLONED = 0x200
local RTNH_F_ONLINK = 0x4

-- What kinds tell of themselves but do not take.
local TOLD_ONLY = { root_id = true, bridge_id = true, root_port = true, root_path_cost = true,
  topology_change = true, topology_change_detected = true, hello_timer = true, tcn_timer = true,
  topology_change_timer = true, gc_timer = true, fdb_n_learned = true, mcast_querier_state = true,
  ad_info = true, active_slave = true }

--- The attributes of a kind that it takes as well.
---@param data table
---@param is_new boolean leave out what is 0 or nothing: as a new one is; some refuse to be told
---@return table?
function state.settable(data, is_new)
  local out = {}
  for name, value in pairs(data) do
    local empty = is_new and (value == 0 or value == "0.0.0.0" or value == "::")
    if type(name) == "string" and not TOLD_ONLY[name] and not empty then out[name] = value end
  end
  return next(out) and out or nil
end

local function read_links(connection)
  local by_index, links = {}, {}
  local messages, err = connection:dump(require "nl.schema.link", {})
  if not messages then return nil, err end
  for _, m in ipairs(messages) do by_index[m.index] = m.ifname end
  for _, m in ipairs(messages) do
    local info = m.linkinfo or {}
    local link = { name = m.ifname, index = m.index, kind = info.kind, told = info.data or {},
      mtu = m.mtu, txqlen = m.txqlen, mac = m.address, alias = m.ifalias or "",
      up = m.flags & IFF_UP ~= 0, master = m.master and by_index[m.master] or false,
      addresses = {} }
    local other = m.link and m.link ~= 0 and not m.link_netnsid and by_index[m.link] or nil
    link.data = state.settable(link.told, true)
    if info.kind == "veth" then
      -- without the other end's name it could not be made again
      link.data = other and { peer = { ifname = other } }
    else
      link.parent = other
    end
    if link.data and link.data.link then
      link.data_link, link.data.link = by_index[link.data.link], nil
    end
    if link.kind == "wireguard" then
      link.wireguard = require("net.apply.wireguard").read_device(connection, link.name)
    end
    links[link.name] = link
  end
  return links, by_index
end

-- Those that the kernel or an automatic made go and come by themselves.
local function is_kept(address)
  local link_local = address.family == AF_INET6 and address.scope == SCOPE_LINK
  return address.flags & IFA_F_PERMANENT ~= 0 and not link_local
end

local function read_addresses(connection, links, by_index)
  local messages, err = connection:dump(require "nl.schema.addr", {})
  if not messages then return nil, err end
  for i, m in ipairs(messages) do
    local link = links[by_index[m.index]]
    if link and m.address and is_kept(m) then
      link.addresses[wanted.address_key(m)] = { family = m.family, prefixlen = m.prefixlen,
        address = m.address, ["local"] = m["local"] or m.address, label = m.label,
        broadcast = m.broadcast, scope = m.scope, rt_priority = m.rt_priority,
        flags = m.flags & IFA_F_GIVEN,
        secondary = m.family ~= AF_INET6 and m.flags & IFA_F_SECONDARY ~= 0,
        position = i }
    end
  end
  return true
end

-- A route as it could be asked for again.
local function settle(m, by_index)
  m.dev, m.oif = by_index[m.oif], nil
  m.flags = m.flags & RTNH_F_ONLINK
  m.cacheinfo, m.table8, m.iif, m.pref = nil, nil, nil, nil
  for _, hop in ipairs(m.multipath or {}) do
    hop.dev, hop.oif, hop.size = by_index[hop.oif], nil, nil
    hop.flags = hop.flags & RTNH_F_ONLINK
  end
  return m
end

local function read_routes(connection, by_index)
  local routes = {}
  local messages, err = connection:dump(route_schema, {})
  if not messages then return nil, err end
  for _, m in ipairs(messages) do
    if m.flags & RTM_F_CLONED == 0 then routes[#routes + 1] = settle(m, by_index) end
  end
  return routes
end

--- Read it all.
---@param connection nl.Connection
---@return table? now { links = { [name] = link }, routes, rules }
---@return nl.Error? err
function state.read(connection)
  local links, by_index = read_links(connection)
  if not links then return nil, by_index end
  local ok, err = read_addresses(connection, links, by_index)
  if not ok then return nil, err end
  local routes, rules
  routes, err = read_routes(connection, by_index)
  if not routes then return nil, err end
  rules, err = connection:dump(require "nl.schema.rule", {})
  if not rules then return nil, err end
  for _, rule in ipairs(rules) do
    rule.table8 = nil
    -- the kernel says "all bits" by leaving the mask out or by ones, as it was asked
    if rule.fwmark and not rule.fwmask then rule.fwmask = 0xffffffff end
  end
  return { links = links, routes = routes, rules = rules }
end

return state
