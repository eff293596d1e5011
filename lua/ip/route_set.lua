-- ip/route_set.lua - the words of `ip route add`, `change`, `replace`, `append`, `delete`, ...
--
-- Layer: library of ip. Words and messages are iproute2 6.1's.

local context = require "ip.context"
local names = require "ip.names"
local schema = require "nl.schema.route"

local matches, fail = context.matches, context.fail
local byte = string.byte

local AF_INET, AF_INET6, AF_MPLS = 2, 10, 28
local TABLE_MAIN, TABLE_LOCAL = 254, 255
local PROTOCOL_BOOT = 3
local SCOPE_GLOBAL, SCOPE_LINK, SCOPE_HOST, SCOPE_NOWHERE = 0, 253, 254, 255
local TYPE_UNICAST, TYPE_LOCAL, TYPE_BROADCAST, TYPE_ANYCAST, TYPE_MULTICAST, TYPE_NAT =
  1, 2, 3, 4, 5, 10
local FLAG_ONLINK = 0x4

local U32 = 0xffffffff

local route_set = {}

-- word, metric, largest, name in messages; those with `whole` take no abbreviation
local METRICS = {
  { "mtu", "mtu", U32, whole = true }, { "hoplimit", "hoplimit", 255, whole = true },
  { "advmss", "advmss", U32, "mss", whole = true }, { "reordering", "reordering", U32 },
  { "window", "window", U32 }, { "cwnd", "cwnd", U32 }, { "initcwnd", "initcwnd", U32 },
  { "initrwnd", "initrwnd", U32 }, { "ssthresh", "ssthresh", U32 },
}
-- times, in parts of a millisecond
local TIMES = { rtt = 8, rttvar = 4, rto_min = 1 }
local METRIC_NUMBER = { mtu = 2, window = 3, rtt = 4, rttvar = 5, ssthresh = 6, cwnd = 7,
  advmss = 8, reordering = 9, hoplimit = 10, initcwnd = 11, rto_min = 13, initrwnd = 14,
  cc_algo = 16 }

local function take_lock(words, metrics, metric)
  if words:peek() == "lock" then
    words:take()
    metrics.lock = (metrics.lock or 0) | 1 << METRIC_NUMBER[metric]
  end
end

-- "10ms", "1.5s", or a raw number
local function take_time(words, metric)
  local word = words:value()
  local number, unit = word:match("^([%d.]+)(%a*)$")
  number = tonumber(number)
  if number and unit == "" then return math.tointeger(number) or math.ceil(number) end
  local factor = ({ s = 1000, sec = 1000, secs = 1000, ms = 1, msec = 1, msecs = 1 })[unit]
  if not number or not factor then
    context.invalid(word, ('"%s" value is invalid\n'):format(metric))
  end
  return math.ceil(number * factor) * TIMES[metric]
end

-- A metric's word: true when it was one.
local function read_metric(words, word, values)
  local metrics = values.metrics or {}
  for _, entry in ipairs(METRICS) do
    if word == entry[1] or not entry.whole and matches(word, entry[1]) then
      take_lock(words, metrics, entry[2])
      metrics[entry[2]] = words:number(0, entry[3],
        ('"%s" value is invalid\n'):format(entry[4] or entry[1]))
      values.metrics = metrics
      return true
    end
  end
  if TIMES[word] then
    take_lock(words, metrics, word)
    if word == "rto_min" then metrics.lock = (metrics.lock or 0) | 1 << METRIC_NUMBER.rto_min end
    metrics[word] = take_time(words, word)
  elseif matches(word, "features") then
    local feature = words:value()
    if feature ~= "ecn" then context.invalid(feature, '"features" value not valid\n') end
    metrics.features = 1
  elseif matches(word, "quickack") or matches(word, "fastopen_no_cookie") then
    local metric = matches(word, "quickack") and "quickack" or "fastopen_no_cookie"
    local value, text = words:number(0, U32, ('"%s" value is invalid\n'):format(metric))
    if value > 1 then context.invalid(text, ('"%s" value should be 0 or 1\n'):format(metric)) end
    metrics[metric] = value
  elseif matches(word, "congctl") then
    take_lock(words, metrics, "cc_algo")
    metrics.cc_algo = words:value()
  else
    return false
  end
  values.metrics = metrics
  return true
end

local function take_table(words)
  local word = words:value()
  return names.number("table", word, U32)
    or context.invalid(word, '"table" value is invalid\n')
end

local function take_realms(words)
  local word = words:value()
  local from, to = word:match("^([^/]+)/([^/]+)$")
  local function realm(text) return names.number("realm", text, 0xffff) end
  local flow = realm(to or word)
  local source = from and realm(from) or 0
  if not flow or from and not realm(from) then
    context.invalid(word, '"realm" value is invalid\n')
  end
  return source << 16 | flow
end

-- "via [FAMILY] ADDRESS": a gateway of the route's family or of the other
local function take_gateway(words, target, family)
  local word = words:value()
  local gateway_family = context.FAMILY[word]
  if gateway_family then word = words:value() else gateway_family = family end
  local text, found = context.address(word, gateway_family)
  family = family or found
  if found == family then
    target.gateway = text
  else
    target.via = { family = found, host = text }
  end
  return family
end

-- "as [to] LABELS": what an MPLS packet's label becomes
local function take_labels(words, family)
  local word = words:value()
  if word == "to" then word = words:value() end
  return family == AF_MPLS and require("nl.mpls").bytes(word) and word
    or fail(1, ('Error: %s address is expected rather than "%s".')
      :format(family == AF_MPLS and "mpls" or "any valid", word))
end

local function read_hops(ip, words, family)
  local hops = {}
  while words:peek() do
    local word = words:take()
    if word ~= "nexthop" then
      fail(255, ('Error: "nexthop" or end of line is expected instead of "%s"'):format(word))
    end
    if not words:peek() then fail(255, 'Error: unexpected end of line after "nexthop"') end
    local hop = { hops = 0, flags = 0 }
    while words:peek() do
      word = words:peek()
      if word == "via" then
        words:take()
        family = take_gateway(words, hop, family)
      elseif word == "dev" then
        words:take()
        local device = words:value()
        hop.oif = ip:index(device)
        if not hop.oif then
          io.stderr:write(('Cannot find device "%s"\n'):format(device))
          fail(255, "Error: cannot parse nexthop")
        end
      elseif word == "as" then
        words:take()
        hop.newdst = take_labels(words, family)
      elseif word == "weight" then
        words:take()
        hop.hops = words:number(1, 256, '"weight" is invalid\n') - 1
      elseif word == "onlink" then
        words:take()
        hop.flags = hop.flags | FLAG_ONLINK
      elseif matches(word, "realms") then
        words:take()
        hop.flow = take_realms(words)
      elseif word == "encap" then
        words:take()
        require("ip.encap").read(ip, words, hop)
      else
        break
      end
    end
    hops[#hops + 1] = hop
  end
  return hops, family
end

local PREFERENCE = { low = 3, medium = 0, high = 1 }

-- The scope that a route has when none is given.
local function default_scope(values, verb)
  local kind = values.type
  if values.family == AF_INET6 or values.family == AF_MPLS then return SCOPE_GLOBAL end
  if kind == TYPE_LOCAL or kind == TYPE_NAT then return SCOPE_HOST end
  if kind == TYPE_BROADCAST or kind == TYPE_MULTICAST or kind == TYPE_ANYCAST then
    return SCOPE_LINK
  end
  if kind == TYPE_UNICAST or kind == 0 then
    if verb == "del" then return SCOPE_NOWHERE end
    if not (values.gateway or values.via or values.multipath or values.nh_id) then
      return SCOPE_LINK
    end
    return SCOPE_GLOBAL
  end
  return verb == "del" and SCOPE_NOWHERE or SCOPE_GLOBAL
end

-- The destination, after its type if there is one.
local function read_destination(ip, words, word, values, usage)
  if word == "to" then word = words:value() end
  local kind = not word:find("^%d") and require("ip.route_show").type_number(word)
  if kind then
    values.type = kind
    word = words:value()
  end
  if matches(word, "help") then usage() end
  if values.dst_len then context.ambiguous("to", word) end
  local prefix = context.prefix(word, values.family)
  if prefix.family ~= 0 then values.family = values.family or prefix.family end
  values.dst_len = prefix.length
  if not prefix.is_any then values.dst = prefix.text end
end

-- Words that few routes have; what is none of them is the destination.
local function read_rare(ip, words, word, values, usage)
  if matches(word, "realms") then
    values.flow = take_realms(words)
  elseif matches(word, "protocol") then
    local text = words:value()
    values.protocol = names.number("protocol", text, 255)
      or context.invalid(text, '"protocol" value is invalid\n')
  elseif matches(word, "table") then
    values.table = take_table(words)
  elseif matches(word, "vrf") then
    local text = words:value()
    local index = ip:index(text)
    local info = index and ip:link(index).linkinfo
    values.table = info and info.kind == "vrf" and info.data and info.data.table
      or context.invalid(text, "Invalid VRF\n")
  elseif matches(word, "pref") then
    local text = words:value()
    values.pref = PREFERENCE[text] or context.integer(text)
      or context.invalid(text, '"pref" value is invalid\n')
  elseif word == "ttl-propagate" then
    local text = words:value()
    values.ttl_propagate = matches(text, "enabled") and 1 or matches(text, "disabled") and 0
      or context.invalid(text, '"ttl-propagate" value is invalid\n')
  else
    read_destination(ip, words, word, values, usage)
  end
end

--- Read the words and send the request.
---@param ip ip.Context
---@param words ip.Words
---@param verb string "new" or "del"
---@param mode string? "add", ...
---@param usage fun()
---@return integer status
function route_set.modify(ip, words, verb, mode, usage)
  -- with room for what is mostly there
  local values = { family = ip.family, flags = 0, type = 0, protocol = 0, dst = nil, dst_len = nil,
    oif = nil, gateway = nil, table8 = nil, scope = nil }
  local device, scope
  if verb == "new" then values.protocol, values.type = PROTOCOL_BOOT, TYPE_UNICAST end
  for word in words.take, words do
    local first = byte(word)
    if first and first >= 0x30 and first <= 0x39 then -- no word of the language begins so
      read_destination(ip, words, word, values, usage)
    elseif word == "dev" or word == "oif" then
      device = words:value()
    elseif word == "src" then
      local family
      values.prefsrc, family = context.address(words:value(), values.family)
      values.family = values.family or family
    elseif word == "via" then
      if values.gateway or values.via then
        context.invalid(word, "use nexthop syntax to specify multiple via\n")
      end
      values.family = take_gateway(words, values, values.family)
    elseif word == "as" then
      values.newdst = take_labels(words, values.family)
    elseif word == "from" then
      local prefix = context.prefix(words:value(), values.family)
      if prefix.family ~= 0 then values.family = values.family or prefix.family end
      if not prefix.is_any then values.src = prefix.text end
      values.src_len = prefix.length
    elseif word == "tos" or matches(word, "dsfield") then
      local text = words:value()
      values.tos = names.number("dsfield", text, 255)
        or context.invalid(text, '"tos" value is invalid\n')
    elseif word == "expires" then
      values.expires = words:number(0, U32, '"expires" value is invalid\n')
    elseif matches(word, "metric") or matches(word, "priority") or word == "preference" then
      values.priority = words:number(0, U32, '"metric" value is invalid\n')
    elseif word == "scope" then
      local text = words:value()
      scope = names.number("scope", text, 255)
        or context.invalid(text, 'invalid "scope" value\n')
    elseif word == "onlink" then
      values.flags = values.flags | FLAG_ONLINK
    elseif word == "nexthop" then
      words.at = words.at - 1
      break
    elseif word == "encap" then
      require("ip.encap").read(ip, words, values)
    elseif word == "nhid" then
      values.nh_id = words:number(0, U32, '"id" value is invalid\n')
    elseif not read_metric(words, word, values) then
      read_rare(ip, words, word, values, usage)
    end
  end
  if not values.dst_len then usage() end
  if device then values.oif = ip:must_index(device) end
  if words:peek() then values.multipath, values.family = read_hops(ip, words, values.family) end
  values.family = values.family or AF_INET
  if values.family == AF_MPLS then values.type = TYPE_UNICAST end -- there is no other
  local tab = values.table
  if not tab then
    local kind = values.type
    local is_local = kind == TYPE_LOCAL or kind == TYPE_BROADCAST or kind == TYPE_NAT
      or kind == TYPE_ANYCAST
    tab = is_local and TABLE_LOCAL or TABLE_MAIN
  end
  if tab < 256 then values.table8, values.table = tab, nil end
  values.scope = scope or default_scope(values, verb)
  return ip:change(schema, verb, values, mode)
end

return route_set
