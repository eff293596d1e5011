-- ip/route_show.lua - one route, printed as `ip route` does
--
-- Layer: library of ip. Form and keys are iproute2 6.1's.

local names = require "ip.names"
local inet = require "nl.inet"

local AF_INET, AF_INET6, AF_MPLS = 2, 10, 28
local LENGTH = { [AF_INET6] = 128, [AF_MPLS] = 20 } -- of the families' whole addresses, else 32
local RTM_F_CLONED = 0x200
local TABLE_MAIN, PROTOCOL_BOOT, SCOPE_GLOBAL, TYPE_UNICAST = 254, 3, 0, 1
-- the kernel's ticks in what it tells user space
local USER_HZ = 100

local TYPE = { [0] = "none", "unicast", "local", "broadcast", "anycast", "multicast", "blackhole",
  "unreachable", "prohibit", "throw", "nat", "xresolve" }

local FLAG = { { 0x1, "dead" }, { 0x4, "onlink" }, { 0x2, "pervasive" }, { 0x8, "offload" },
  { 0x40, "trap" }, { 0x100, "notify" }, { 0x10, "linkdown" }, { 0x20, "unresolved" },
  { 0x4000, "rt_offload" }, { 0x8000, "rt_trap" }, { 0x20000000, "rt_offload_failed" } }

local PREFERENCE = { [0] = "medium", [1] = "high", [3] = "low" }

-- in the order of their numbers: nl.schema.route
local METRICS = { { 2, "mtu" }, { 3, "window" }, { 4, "rtt" }, { 5, "rttvar" }, { 6, "ssthresh" },
  { 7, "cwnd" }, { 8, "advmss" }, { 9, "reordering" }, { 10, "hoplimit" }, { 11, "initcwnd" },
  { 12, "features" }, { 13, "rto_min" }, { 14, "initrwnd" }, { 15, "quickack" },
  { 16, "cc_algo" }, { 17, "fastopen_no_cookie" } }
-- these are kept in parts of a millisecond
local DIVISOR = { rtt = 8, rttvar = 4, rto_min = 1 }

local route_show = {}

--- A route type's name.
function route_show.type_name(number) return TYPE[number] or tostring(number) end

--- A route type's number.
function route_show.type_number(name)
  for number, known in pairs(TYPE) do
    if known == name and number > 0 then return number end
  end
  local number = name:find("^%d+$") and math.tointeger(tonumber(name))
  return number and number <= 255 and number or nil
end

local function print_flags(out, flags)
  out:array("flags")
  if flags ~= 0 then
    for _, flag in ipairs(FLAG) do
      if flags & flag[1] ~= 0 then out:put(nil, "%s ", flag[2]) end
    end
  end
  out:array_end()
end

local function print_gateway(out, hop)
  if hop.newdst then out:put("to", "as to %s ", hop.newdst) end
  if hop.gateway then out:put("gateway", "via %s ", hop.gateway) end
  local via = hop.via
  if via then
    local family = via.family == AF_INET and "inet" or via.family == AF_INET6 and "inet6"
      or tostring(via.family)
    out:object("via")
    out:put("family", "via %s ", family)
    out:put("host", "%s ", via.host)
    out:object_end()
  end
end

local function print_realms(out, flow)
  local from, to = flow >> 16, flow & 0xffff
  out:object("flow")
  out:text("realm%s ", from ~= 0 and "s" or "")
  if from ~= 0 then out:put("from", "%s/", names.name("realm", from)) end
  out:put("to", "%s ", names.name("realm", to))
  out:object_end()
end

local function print_metric(out, name, value)
  if name == "features" then
    if value & 1 ~= 0 then out:mark("ecn", "ecn ") end
    if value & ~1 ~= 0 then out:put("features", "%s ", ("%#x"):format(value)) end
  elseif name == "cc_algo" then
    out:name("congestion", "%s ", value)
  elseif DIVISOR[name] then
    value = value // DIVISOR[name]
    out:json(name, value)
    if value >= 1000 then out:text("%gs ", value / 1000) else out:text("%dms ", value) end
  else
    out:put(name, "%d ", value)
  end
end

local function print_metrics(out, metrics)
  out:array("metrics")
  out:object()
  local lock = metrics.lock or 0
  for _, metric in ipairs(METRICS) do
    local number, name = metric[1], metric[2]
    local value = metrics[name]
    local locked = lock & 1 << number ~= 0
    if (value ~= nil or locked) and not (name == "hoplimit" and value == 0xffffffff) then
      out:text("%s ", name == "cc_algo" and "congctl" or name)
      if locked then out:text("lock ") end
      print_metric(out, name, value or (name == "cc_algo" and "" or 0))
    end
  end
  out:object_end()
  out:array_end()
end

-- RTCF_: include/uapi/linux/in_route.h
local CACHE_FLAG = { { 0x80000000, "local" }, { 0x20000000, "mc" }, { 0x10000000, "brd" },
  { 0x08000000, "dst-nat" }, { 0x00800000, "src-nat" }, { 0x00400000, "masq" },
  { 0x00020000, "dst-direct" }, { 0x04000000, "src-direct" }, { 0x00040000, "redirected" },
  { 0x01000000, "redirect" }, { 0x00200000, "fastroute" }, { 0x00010000, "notify" } }

local function print_cache_flags(out, flags)
  flags = flags & ~0xffff
  out:array("cache", out.newline .. "    cache ")
  if flags ~= 0 then out:text("<") end
  for _, flag in ipairs(CACHE_FLAG) do
    if flags & flag[1] ~= 0 then
      flags = flags & ~flag[1]
      out:json(nil, flag[2])
      out:text("%s%s", flag[2], flags ~= 0 and "," or "> ")
    end
  end
  if flags ~= 0 then
    out:json(nil, ("%x"):format(flags))
    out:text("%x>", flags)
  end
  out:array_end()
end

local function print_cache(ip, cache)
  local out = ip.out
  if cache.expires and cache.expires ~= 0 then
    out:put("expires", "expires %dsec ", cache.expires // USER_HZ)
  end
  if cache.error and cache.error ~= 0 then out:put("error", "error %d ", cache.error) end
  if ip.stats > 0 then
    if cache.clntref ~= 0 then out:put("users", "users %d ", cache.clntref) end
    if cache.used ~= 0 then out:put("used", "used %d ", cache.used) end
    if cache.lastuse ~= 0 then out:put("age", "age %dsec ", cache.lastuse // USER_HZ) end
  end
end

local function print_hops(ip, hops, family)
  local out = ip.out
  out:array("nexthops")
  for _, hop in ipairs(hops) do
    out:object()
    out:line("\tnexthop ")
    if hop.encap then require("ip.encap").print(ip, hop) end
    print_gateway(out, hop)
    if hop.flow then print_realms(out, hop.flow) end
    out:name("dev", "dev %s ", ip:name(hop.oif))
    if family ~= AF_MPLS then out:put("weight", "weight %d ", hop.hops + 1) end
    print_flags(out, hop.flags)
    out:object_end()
  end
  out:array_end()
end

local function prefix_text(address, length, bits)
  return length == bits and address or address .. "/" .. length
end

--- Print a route.
---@param ip ip.Context
---@param route table decoded message
---@param hidden table? what a filter has said already: table, protocol, scope, oif, via, ...
---@param deleted boolean?
function route_show.print(ip, route, hidden, deleted)
  local out, details = ip.out, ip.details
  local bits = LENGTH[route.family] or 32
  hidden = hidden or {}
  out:object()
  if deleted then out:put("deleted", "Deleted ", true) end
  if route.type ~= TYPE_UNICAST or details then
    out:put("type", "%s ", route_show.type_name(route.type))
  end
  if route.dst then
    local text = route.dst
    if route.family == AF_MPLS then text = require("nl.mpls").text(inet.bytes(text)) end
    out:put("dst", "%s ", prefix_text(text, route.dst_len, bits))
  else
    out:put("dst", "%s ", route.dst_len == 0 and "default" or ("0/%d "):format(route.dst_len))
  end
  if route.src then
    out:put("from", "from %s ", prefix_text(route.src, route.src_len, bits))
  elseif route.src_len ~= 0 then
    out:put("src", "from %s ", "0/" .. route.src_len)
  end
  if route.encap then require("ip.encap").print(ip, route) end
  if route.nh_id then out:put("nhid", "nhid %d ", route.nh_id) end
  if route.tos ~= 0 and not hidden.tos then
    out:put("tos", "tos %s ", names.name("dsfield", route.tos, ip.numeric))
  end
  if not (hidden.via and route.gateway) then
    print_gateway(out, route)
  elseif route.via then
    print_gateway(out, { via = route.via })
  end
  if route.oif and not hidden.oif then out:name("dev", "dev %s ", ip:name(route.oif)) end
  if route.table ~= 0 and (route.table ~= TABLE_MAIN or details) and not hidden.table then
    out:put("table", "table %s ", names.name("table", route.table, ip.numeric))
  end
  if route.flags & RTM_F_CLONED == 0 then
    if (route.protocol ~= PROTOCOL_BOOT or details) and not hidden.protocol then
      out:put("protocol", "proto %s ", names.name("protocol", route.protocol, ip.numeric))
    end
    if (route.scope ~= SCOPE_GLOBAL or details) and not hidden.scope then
      out:put("scope", "scope %s ", names.name("scope", route.scope, ip.numeric))
    end
  end
  if route.prefsrc and not hidden.prefsrc then out:put("prefsrc", "src %s ", route.prefsrc) end
  if route.priority and not hidden.priority then
    out:put("metric", "metric %d ", route.priority)
  end
  print_flags(out, route.flags)
  if route.mark and route.mark ~= 0 then
    out:json("mark", route.mark)
    out:text(route.mark >= 16 and "mark 0x%x " or "mark %d ", route.mark)
  end
  if route.flow then print_realms(out, route.flow) end
  if route.uid then out:put("uid", "uid %d ", route.uid) end
  if route.family == AF_INET and route.flags & RTM_F_CLONED ~= 0 then
    print_cache_flags(out, route.flags)
  end
  if route.cacheinfo then print_cache(ip, route.cacheinfo) end
  if route.metrics then print_metrics(out, route.metrics) end
  if route.iif and not hidden.iif then out:name("iif", "iif %s ", ip:name(route.iif)) end
  if route.pref then
    local name = PREFERENCE[route.pref]
    if name then
      out:put("pref", "pref %s", name)
    else
      out:put("pref", "pref %s", tostring(route.pref))
    end
  end
  if route.ttl_propagate then
    out:json("ttl-propogate", route.ttl_propagate ~= 0)
    out:text("ttl-propogate %s", route.ttl_propagate ~= 0 and "enabled" or "disabled")
  end
  if route.nh_id and details then require("ip.nexthop").print_of_route(ip, route.nh_id) end
  if route.multipath then print_hops(ip, route.multipath, route.family) end
  out:text("\n")
  out:object_end()
end

return route_show
