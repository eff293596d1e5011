-- net/dhcp/lease.lua - what an acknowledged message grants, checked
--
-- Layer: library, pure. Follows RFC 2131 sections 4.3.1 and 4.4.5, 2132, 3442. A message has
-- the right form when it comes here (net.dhcp.message); this decides whether it makes sense.

local ipv4 = require "net.ipv4"

local lease = {}

local INFINITE = 0xffffffff -- RFC 2131 section 3.3
local MIN_DURATION = 10 -- seconds; below, renewing would be all that the client does
local MIN_MTU = 576 -- RFC 791's datagram that every host takes; less is an attack or an error

---@class net.dhcp.Lease
---@field address string dotted
---@field prefix integer
---@field broadcast string
---@field server string server identifier
---@field duration integer? seconds, nil when it never ends
---@field renewal number? seconds from the start to T1
---@field rebinding number? seconds from the start to T2
---@field started number? clock (loop.now) when the request was sent, set by net.dhcp.machine
---@field routes net.dhcp.Route[] the default route is 0.0.0.0/0
---@field dns string[]
---@field search string[] search list, or the domain alone
---@field domain string?
---@field hostname string?
---@field mtu integer?
---@field ntp string[]
---@field message net.dhcp.Message the ACK itself, for scripts

local function hosts(list)
  local good = {}
  for _, address in ipairs(list or {}) do
    if ipv4.is_host(address) then good[#good + 1] = address end
  end
  return good
end

--- Name servers may be on this very host, unlike routers.
local function servers(list)
  local good = {}
  for _, address in ipairs(list or {}) do
    if ipv4.is_host(address) or address:find("^127%.") then good[#good + 1] = address end
  end
  return good
end

--- Option 121 (or Microsoft's 249) replaces 3 and 33: RFC 3442.
local function routes_of(options)
  local classless = options.staticroutes or options.msstaticroutes
  local list = {}
  if classless then
    for _, route in ipairs(classless) do
      if ipv4.is_host(route.gateway) or route.gateway == "0.0.0.0" then list[#list + 1] = route end
    end
    return list
  end
  local gateway = hosts(options.router)[1] -- the preferred one: RFC 2132 section 3.5
  if gateway then list[1] = { dest = "0.0.0.0", prefix = 0, gateway = gateway } end
  for _, route in ipairs(options.routes or {}) do
    if ipv4.is_host(route.dest) and ipv4.is_host(route.gateway) then
      list[#list + 1] = { dest = route.dest, prefix = 32, gateway = route.gateway }
    end
  end
  return list
end

--- T1 and T2: the server's when sane, else half and seven eighths of the lease.
local function times(options, duration)
  local t1, t2 = options.renewal, options.rebinding
  if t1 and t2 and 0 < t1 and t1 < t2 and t2 < duration then return t1, t2 end
  return duration * 0.5, duration * 0.875
end

--- Read an OFFER or ACK.
---@param message net.dhcp.Message
---@return net.dhcp.Lease? lease
---@return string? err why it cannot be used
function lease.from_message(message)
  local options = message.options
  local address, server, duration = message.yiaddr, options.serverid, options.lease
  if not ipv4.is_host(address) then return nil, "no usable address" end
  if not ipv4.is_host(server) then return nil, "no server identifier" end
  if not duration or duration == 0 then return nil, "no lease time" end

  local prefix
  if message.raw[1] then
    prefix = ipv4.prefix(options.subnet)
    if not prefix or prefix == 0 then return nil, "bad subnet mask" end
  else
    prefix = ipv4.classful_prefix(address)
  end
  local broadcast = ipv4.broadcast(address, prefix)
  if prefix < 31 and (address == broadcast or address == ipv4.network(address, prefix)) then
    return nil, "address is the network's own"
  end

  local granted = {
    address = address, prefix = prefix, server = server,
    broadcast = options.broadcast and ipv4.contains(address, prefix, options.broadcast)
      and options.broadcast or broadcast,
    routes = routes_of(options),
    dns = servers(options.dns), ntp = hosts(options.ntpsrv),
    domain = options.domain, search = options.search or { options.domain },
    hostname = options.hostname,
    mtu = options.mtu and options.mtu >= MIN_MTU and options.mtu or nil,
    message = message,
  }
  if duration ~= INFINITE then
    granted.duration = math.max(duration, MIN_DURATION)
    granted.renewal, granted.rebinding = times(options, granted.duration)
  end
  return granted
end

return lease
