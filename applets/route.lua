-- applets/route.lua - show and change the kernel's routing table
--
-- Layer: applet; calls nl, net.routes. Words and output are those of busybox's route (net-tools'
-- form).

local cli = require "cli"
local inet = require "nl.inet"
local request = require "nl.request"
local link_schema = require "nl.schema.link"
local route_schema = require "nl.schema.route"

local AF_INET, AF_INET6 = 2, 10
local TABLE_MAIN = 254
local TYPE_UNICAST, TYPE_UNREACHABLE = 1, 7
local PROTOCOL_BOOT = 3
local SCOPE_GLOBAL, SCOPE_LINK, SCOPE_NOWHERE = 0, 253, 255

local function print_ipv4(list, numeric)
  io.write("Kernel IP routing table\nDestination     Gateway         Genmask         "
    .. "Flags Metric Ref    Use Iface\n")
  local shown = require("text.quote").terminal
  for _, route in ipairs(list) do
    local destination, gateway = route.destination, route.gateway
    if not numeric then
      if route.genmask == "0.0.0.0" then destination = "default" end
      if gateway == "0.0.0.0" then gateway = "*" end
    end
    io.write(("%-15.15s %-15.15s %-16s%-6s%-6d %-2d %7d %s\n"):format(destination, gateway,
      route.genmask, route.flags, route.metric, route.ref, route.use, shown(route.iface)))
  end
end

local function print_ipv6(list, numeric)
  io.write("Kernel IPv6 routing table\n", ("%-44s%-40sFlags Metric Ref    Use Iface\n")
    :format("Destination", "Next Hop"))
  local shown = require("text.quote").terminal
  for _, route in ipairs(list) do
    local gateway = not numeric and route.gateway == "::" and "*" or route.gateway
    io.write(("%-43s %-39s %-5s %-6d %-2d %7d %-8s\n"):format(route.destination, gateway,
      route.flags, route.metric, route.ref, route.use, shown(route.iface)))
  end
end

local function show(connection, family, numeric, json)
  local list, err
  local routes = require "net.routes"
  if family == AF_INET6 then list, err = routes.ipv6() else list, err = routes.ipv4(connection) end
  if not list then return nil, err end
  if json then
    local encode = require "json"
    io.write(encode.encode(encode.array(list)), "\n")
  elseif family == AF_INET6 then
    print_ipv6(list, numeric)
  else
    print_ipv4(list, numeric)
  end
  return true
end

-- net-tools' rule: a network's trailing zero octets are its host part
local function network_length(bytes)
  local length = 32
  while length > 0 and bytes:byte(length // 8) == 0 do length = length - 8 end
  return length
end

local function resolve(text, family)
  local bytes = inet.bytes(text)
  if bytes and #bytes == (family == AF_INET6 and 16 or 4) then return bytes end
  return nil
end

local function read_target(text, family, kind, values)
  if text == "default" then
    values.dst_len = 0
    return true
  end
  local address, length = text:match("^([^/]+)/(%d+)$")
  local bytes = resolve(address or text, family)
  if not bytes then return nil, "resolving " .. (address or text) end
  local bits = #bytes * 8
  length = tonumber(length)
  if length and length > bits then return nil, ("bad prefix length in %s"):format(text) end
  values.dst_len = length or (kind == "-net" and network_length(bytes)) or bits
  -- "route add 10.0.0.0" without -host means the network, as it does for 0.0.0.0
  if not length and not kind and family == AF_INET and bytes == "\0\0\0\0" then
    values.dst_len = 0
  end
  if values.dst_len > 0 then values.dst = inet.text(bytes) end
  return true
end

-- word = metric of nl.schema.route
local METRICS = { mss = "advmss", window = "window", irtt = "rtt" }
-- words that changed flags which kernels no longer look at
local IDLE = { mod = true, dyn = true, reinstate = true }

local function read_change(args, family, first)
  local values, metrics = { family = family, flags = 0 }, {}
  local kind, device, reject, netmask
  local i = first
  local function value()
    i = i + 1
    return args[i] or cli.usage(("%s needs a value"):format(args[i - 1]))
  end
  if args[i] == "-net" or args[i] == "-host" then
    kind = args[i]
    i = i + 1
  end
  local target = args[i] or cli.usage("no target")
  local ok, err = read_target(target, family, kind, values)
  if not ok then return nil, err end
  i = i + 1
  while args[i] do
    local word = args[i]
    if word == "netmask" then
      local text = value()
      netmask = inet.netmask_length(text)
      if not netmask then return nil, "bogus netmask " .. text end
    elseif word == "gw" or word == "gateway" then
      local text = value()
      local bytes = resolve(text, family)
      if not bytes then return nil, "resolving " .. text end
      values.gateway = inet.text(bytes)
    elseif word == "metric" then
      local text = value()
      values.priority = math.tointeger(tonumber(text))
      if not values.priority or values.priority < 0 or values.priority > 0xffffffff then
        return nil, ("bad number '%s'"):format(text)
      end
    elseif METRICS[word] then
      local text = value()
      metrics[METRICS[word]] = math.tointeger(tonumber(text))
      if not metrics[METRICS[word]] then return nil, ("bad number '%s'"):format(text) end
    elseif word == "reject" then
      reject = true
    elseif word == "dev" or word == "device" then
      device = value()
    elseif not IDLE[word] then
      if device then cli.usage(("unexpected word %s"):format(word)) end
      device = word
    end
    i = i + 1
  end
  if netmask then
    values.dst_len = netmask
    local bytes = inet.bytes(values.dst or "0.0.0.0")
    if inet.mask(bytes, netmask) ~= bytes then return nil, "netmask and route address conflict" end
  end
  if next(metrics) then values.metrics = metrics end
  return values, nil, { device = device, reject = reject }
end

local function change(connection, verb, values, more)
  if more.device then
    local link, err = connection:get(link_schema, { ifname = more.device })
    if not link then return nil, err end
    values.oif = link.index
  end
  values.table8 = TABLE_MAIN
  if verb == "new" then
    values.protocol = PROTOCOL_BOOT
    values.type = more.reject and TYPE_UNREACHABLE or TYPE_UNICAST
    local on_link = values.family == AF_INET and not values.gateway and not more.reject
    values.scope = on_link and SCOPE_LINK or SCOPE_GLOBAL
    -- without device and gateway there is nowhere to send to
    if not values.oif and not values.gateway and not more.reject then
      return nil, tostring(require("netlink").error("NODEV"))
    end
    return connection:call(route_schema, "new", values, "add")
  end
  values.scope = SCOPE_NOWHERE
  if more.reject then values.type = TYPE_UNREACHABLE end
  return connection:call(route_schema, "del", values)
end

local applet = {
  summary = "show and change the routing table",
  usage = "[-n] [-A inet[6]] [{add|del} [-net|-host] TARGET [netmask MASK] [gw GATEWAY] "
    .. "[metric N] [mss N] [window N] [reject] [[dev] LINK]]",
  raw = true, -- "-net" and "-host" are words, and come after add or del
  examples = {
    { "route -n", "the table, without names" },
    { "route add default gw 10.0.0.1", "a default route" },
    { "route -A inet6", "the IPv6 table" },
  },
}

---@param args string[]
---@return true? ok
---@return string|nl.Error? err
function applet.run(_, args)
  local family, numeric, json, i = AF_INET, false, false, 1
  while args[i] and args[i]:sub(1, 1) == "-" do
    local word = args[i]
    if word == "-A" or word == "--family" then
      i = i + 1
      family = ({ inet = AF_INET, inet6 = AF_INET6 })[args[i]]
        or cli.usage(("unknown address family %s"):format(args[i] or ""))
    elseif word == "-4" or word == "-6" then
      family = word == "-6" and AF_INET6 or AF_INET
    elseif word == "--json" then
      json = true
    elseif word == "--numeric" or word:find("^%-[ne]+$") then
      numeric = numeric or word:find("n") ~= nil
    else
      cli.usage(("unknown option %s"):format(word))
    end
    i = i + 1
  end
  local connection, err = request.open()
  if not connection then return nil, err end
  local verb = args[i]
  if not verb then return show(connection, family, numeric, json) end
  if verb ~= "add" and verb ~= "del" and verb ~= "delete" then
    cli.usage(("unknown word %s"):format(verb))
  end
  local values, more
  values, err, more = read_change(args, family, i + 1)
  if not values then return nil, err end
  local ok
  ok, err = change(connection, verb == "add" and "new" or "del", values, more)
  if not ok then
    return nil, ("%s: %s"):format(verb == "add" and "SIOCADDRT" or "SIOCDELRT", tostring(err))
  end
  return true
end

return applet
