-- net/dhcp/apply.lua - put a lease on its link, and take it away again
--
-- Layer: library; calls nl and net.resolv. The kernel gets the lease's remaining time with the
-- address, so that it ends even if nobody is left to end it. Routes carry protocol dhcp (16):
-- by that, routes that an earlier lease or an earlier process left are found and removed.

local nl = require "nl"
local ipv4 = require "net.ipv4"
local resolv = require "net.resolv"

local AF_INET = 2
local IFA_F_PERMANENT = 0x80
local FOREVER = 0xffffffff
local RTPROT_DHCP, RT_TABLE_MAIN, RTN_UNICAST, RTNH_F_ONLINK = 16, 254, 1, 4
local SCOPE_GLOBAL, SCOPE_LINK = 0, 253
local FIRST_METRIC = 100

---@class net.dhcp.Applied what stands on a link by DHCP
---@field link nl.Link
---@field metric integer? of routes; by default unlike any other link's
---@field resolver boolean whether to write resolv.conf
---@field lease net.dhcp.Lease?
---@field old_mtu integer?
local Applied = {}
Applied.__index = Applied

---@param link nl.Link
---@param options? { metric: integer?, resolver: boolean?, hostname: boolean? }
---@return net.dhcp.Applied
function Applied.new(link, options)
  options = options or {}
  return setmetatable({
    link = link, metric = options.metric or FIRST_METRIC + link.index,
    resolver = options.resolver ~= false, hostname = options.hostname,
  }, Applied)
end

--- Run with one netlink connection.
local function connected(fn, ...)
  local connection, err = nl.connect()
  if not connection then return nil, err end
  local result, failure = fn(connection, ...)
  connection:close()
  return result, failure
end

local function address_values(self, lease, now)
  local valid = FOREVER
  if lease.duration then
    valid = math.max(1, math.ceil(lease.started + lease.duration - now))
  end
  return {
    family = AF_INET, index = self.link.index, prefixlen = lease.prefix, scope = SCOPE_GLOBAL,
    ["local"] = lease.address, address = lease.address,
    broadcast = lease.prefix < 31 and lease.broadcast or nil, rt_priority = self.metric,
    cacheinfo = { prefered = valid, valid = valid, cstamp = 0, tstamp = 0 },
  }
end

local function route_values(self, lease, route)
  local direct = route.gateway == "0.0.0.0"
  local inside = direct or ipv4.contains(lease.address, lease.prefix, route.gateway)
  return {
    family = AF_INET, dst_len = route.prefix, dst = route.prefix > 0 and route.dest or nil,
    table8 = RT_TABLE_MAIN, protocol = RTPROT_DHCP, type = RTN_UNICAST,
    scope = direct and SCOPE_LINK or SCOPE_GLOBAL,
    gateway = not direct and route.gateway or nil,
    -- Clouds give /32 leases with a gateway outside: it is on the link all the same.
    flags = inside and 0 or RTNH_F_ONLINK,
    oif = self.link.index, prefsrc = lease.address, priority = self.metric,
  }
end

local function route_key(message)
  return ("%s/%d %s"):format(message.dst or "0.0.0.0", message.dst_len, message.gateway or "")
end

--- Remove this link's DHCP routes that are not `wanted`.
local function drop_routes(self, connection, wanted)
  local schema = require "nl.schema.route"
  local routes, err = connection:dump(schema, {
    family = AF_INET, table8 = RT_TABLE_MAIN, protocol = RTPROT_DHCP,
  })
  if not routes then return nil, err end
  for _, message in ipairs(routes) do
    if message.protocol == RTPROT_DHCP and message.oif == self.link.index
      and not wanted[route_key(message)] then
      connection:call(schema, "del", {
        family = AF_INET, dst = message.dst, dst_len = message.dst_len, oif = message.oif,
        table8 = RT_TABLE_MAIN, protocol = RTPROT_DHCP, priority = message.priority,
        gateway = message.gateway, type = message.type, scope = message.scope,
      })
    end
  end
  return true
end

local function set_mtu(self, connection, mtu)
  local link = mtu and (self.link:refresh() or self.link)
  if not mtu or mtu == link.mtu then return true end
  local largest = link.message.max_mtu
  if largest and largest > 0 and mtu > largest then return nil, "MTU is more than the link's" end
  return connection:call(require "nl.schema.link", "new", { index = link.index, mtu = mtu })
end

--- Addresses with an end, which no person sets by hand: an earlier client left them.
local function old_addresses(connection, link)
  local old = {}
  connection:dump(require "nl.schema.addr", { family = AF_INET }, function(address)
    if address.index == link.index and address.flags & IFA_F_PERMANENT == 0 then
      old[#old + 1] = { address = address["local"] or address.address, prefix = address.prefixlen }
    end
  end)
  return old
end

local function del_address(self, connection, lease)
  return connection:call(require "nl.schema.addr", "del", {
    family = AF_INET, index = self.link.index, prefixlen = lease.prefix,
    ["local"] = lease.address, address = lease.address,
  })
end

--- Remove what an earlier client left.
local function drop_old_addresses(self, connection, lease)
  for _, old in ipairs(old_addresses(connection, self.link)) do
    local same = old.address == lease.address and old.prefix == lease.prefix
    if not same then del_address(self, connection, old) end
  end
end

--- An address that an earlier client left on a link, worth asking for again.
---@param link nl.Link
---@return string?
function Applied.left_over(link)
  local old = connected(old_addresses, link)
  return old and old[1] and old[1].address
end

--- Make the link as the lease says, whatever it was; may be called again for a renewed lease.
---@param lease net.dhcp.Lease
---@param now number clock of `lease.started`
---@return true? ok the address stands
---@return any err
---@return string[]? warnings what else could not be done
function Applied:set(lease, now)
  local warnings = {}
  local function warn(what, err) warnings[#warnings + 1] = what .. ": " .. tostring(err) end

  local ok, err = connected(function(connection)
    -- Old ones first: with the first address of a network the kernel removes its others.
    local old = self.lease
    if not old then drop_old_addresses(self, connection, lease) end
    if old and (old.address ~= lease.address or old.prefix ~= lease.prefix) then
      del_address(self, connection, old)
    end
    local done, failure = connection:call(require "nl.schema.addr", "new",
      address_values(self, lease, now), "replace")
    if not done then return nil, failure end
    self.lease = lease

    if lease.mtu and not self.old_mtu then
      self.old_mtu = (self.link:refresh() or self.link).mtu
    end
    done, failure = set_mtu(self, connection, lease.mtu or self.old_mtu)
    if not done then warn("mtu", failure) end

    local wanted = {}
    for _, route in ipairs(lease.routes) do
      local values = route_values(self, lease, route)
      wanted[route_key(values)] = true
      done, failure = connection:call(require "nl.schema.route", "new", values, "replace")
      if not done then warn(("route %s/%d"):format(route.dest, route.prefix), failure) end
    end
    return drop_routes(self, connection, wanted)
  end)
  if not ok then return nil, err end

  if self.resolver then
    ok, err = resolv.update(self.link.name, lease.dns, lease.search)
    if not ok then warn(resolv.PATH, err) end
  end
  if self.hostname and lease.hostname then
    ok, err = require("syscall").sethostname(lease.hostname)
    if not ok then warn("hostname", err) end
  end
  return true, nil, warnings
end

--- Take everything away: address, routes, MTU, name servers. What is gone already is no error.
function Applied:clear()
  local lease = self.lease
  self.lease = nil
  connected(function(connection)
    drop_routes(self, connection, {})
    if lease then del_address(self, connection, lease) end
    if self.old_mtu then set_mtu(self, connection, self.old_mtu) end
  end)
  self.old_mtu = nil
  if self.resolver then resolv.update(self.link.name) end
end

return Applied
