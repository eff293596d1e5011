-- ip/route.lua - `ip route`: show, get, flush, and the changes of ip.route_set
--
-- Layer: library of ip. Words and messages are iproute2 6.1's.

local context = require "ip.context"
local names = require "ip.names"
local inet = require "nl.inet"
local route_show = require "ip.route_show"
local schema = require "nl.schema.route"

local matches, fail = context.matches, context.fail

local AF_INET, AF_INET6, AF_MPLS = 2, 10, 28
local TABLE_MAIN, TYPE_UNREACHABLE = 254, 7
local RTM_F_CLONED, RTM_F_NOTIFY, RTM_F_LOOKUP_TABLE, RTM_F_FIB_MATCH = 0x200, 0x100, 0x1000,
  0x2000
local U32 = 0xffffffff

local route = {}

local function usage()
  fail(255, [[
Usage: ip route { show | flush } [ to [ root | match | exact ] PREFIX ] [ table TABLE ]
                [ proto PROTO ] [ scope SCOPE ] [ type TYPE ] [ dev DEV ] [ via ADDRESS ]
                [ src ADDRESS ] [ metric METRIC ] [ cache ]
       ip route get ADDRESS [ from ADDRESS ] [ iif DEV ] [ oif DEV ] [ mark MARK ] [ uid UID ]
                [ ipproto PROTOCOL ] [ sport PORT ] [ dport PORT ] [ fibmatch ]
       ip route { add | del | change | append | prepend | replace | test } ROUTE
ROUTE := [ TYPE ] PREFIX [ via [ FAMILY ] ADDRESS ] [ dev DEV ] [ table TABLE ] [ proto PROTO ]
         [ scope SCOPE ] [ metric METRIC ] [ src ADDRESS ] [ onlink ] [ nhid ID ] [ METRICS ]
         [ nexthop [ via [ FAMILY ] ADDRESS ] [ dev DEV ] [ weight NUMBER ] ... ]
METRICS := [ mtu | advmss | window | rtt | rttvar | ssthresh | cwnd | initcwnd | initrwnd |
             hoplimit | reordering | rto_min | quickack | congctl | features ] VALUE
TYPE := { unicast | local | broadcast | multicast | throw | unreachable | prohibit |
          blackhole | nat }]])
end

local function take_prefix_filter(ip, words, filter, shortest, longest, word)
  local function take() return context.prefix(words:value(), ip.family) end
  if matches(word, "root") then
    filter[shortest] = take()
  elseif matches(word, "match") then
    filter[longest] = take()
  else
    if matches(word, "exact") then word = words:value() end
    filter[longest] = context.prefix(word, ip.family)
    filter[shortest] = filter[longest]
  end
end

local function read_filter(ip, words)
  -- hidden: what is the same for all is not printed
  local filter = { table = TABLE_MAIN, hidden = {} }
  local function number(kind, text, largest, why)
    local value = names.number(kind, text, largest)
    if not value and text ~= "all" then context.invalid(text, why) end
    return value
  end
  while words:peek() do
    local word = words:take()
    if matches(word, "table") then
      local text = words:value()
      local tab = names.number("table", text, U32)
      if tab then
        filter.table = tab
      elseif text == "all" then
        filter.table = 0
      elseif text == "cache" then
        filter.cloned = true
      elseif text == "help" then
        usage()
      else
        context.invalid(text, "table id value is invalid\n")
      end
    elseif matches(word, "vrf") then
      local text = words:value()
      local index = ip:index(text)
      local info = index and ip:link(index).linkinfo
      filter.table = info and info.kind == "vrf" and info.data and info.data.table
        or context.invalid(text, "Invalid VRF\n")
    elseif matches(word, "cached") or matches(word, "cloned") then
      filter.cloned = true
    elseif word == "tos" or matches(word, "dsfield") then
      local text = words:value()
      filter.tos = names.number("dsfield", text, 255)
        or context.invalid(text, "TOS value is invalid\n")
    elseif matches(word, "protocol") then
      filter.protocol = number("protocol", words:value(), 255, 'invalid "protocol"\n')
    elseif matches(word, "scope") then
      filter.scope = number("scope", words:value(), 255, 'invalid "scope"\n')
    elseif matches(word, "type") then
      local text = words:value()
      filter.type = route_show.type_number(text)
        or context.invalid(text, "node type value is invalid\n")
    elseif word == "dev" or word == "oif" then
      filter.oif = words:value()
    elseif word == "iif" then
      filter.iif = words:value()
    elseif word == "mark" then
      filter.mark = words:number(0, U32, "invalid mark value")
    elseif matches(word, "metric") or matches(word, "priority") or word == "preference" then
      filter.priority = words:number(0, U32, '"metric" value is invalid\n')
    elseif word == "via" then
      local text = words:value()
      local family = context.FAMILY[text]
      if family then text = words:value() end
      filter.via = context.prefix(text, family or ip.family)
    elseif word == "src" then
      filter.prefsrc = context.prefix(words:value(), ip.family)
    elseif matches(word, "from") then
      take_prefix_filter(ip, words, filter, "src_root", "src_match", words:value())
    else
      if matches(word, "to") then word = words:value() end
      take_prefix_filter(ip, words, filter, "dst_root", "dst_match", word)
    end
  end
  -- the first name that cannot be found is the one that is told
  if filter.iif then filter.iif = ip:must_index(filter.iif) end
  if filter.oif then filter.oif = ip:must_index(filter.oif) end
  local hidden = filter.hidden
  hidden.table = filter.table ~= 0
  for _, key in ipairs { "tos", "protocol", "scope", "oif", "iif", "priority" } do
    hidden[key] = filter[key] ~= nil
  end
  hidden.via = filter.via and filter.via.length == #filter.via.bytes * 8
  hidden.prefsrc = filter.prefsrc and filter.prefsrc.length == #filter.prefsrc.bytes * 8
  return filter
end

-- Does a route's prefix lie within `root` and hold `match`?
local function prefix_fits(message, text, length, root, match)
  if not root and not match then return true end
  text = text or (message.family == AF_INET and "0.0.0.0" or "::")
  if root then
    if root.family ~= 0 and root.family ~= message.family or root.length > length
      or not context.within(root, text) then
      return false
    end
  end
  if match then
    if match.family ~= 0 and match.family ~= message.family or match.length < length then
      return false
    end
    if match.family ~= 0 and inet.mask(match.bytes, length) ~= inet.mask(inet.bytes(text), length)
    then
      return false
    end
  end
  return true
end

local function fits(ip, filter, message)
  if ip.family and ip.family ~= message.family then return false end
  if (message.flags & RTM_F_CLONED ~= 0) ~= (filter.cloned or false) then return false end
  if filter.table ~= 0 and filter.table ~= message.table then return false end
  for _, key in ipairs { "protocol", "scope", "type", "tos" } do
    if filter[key] and filter[key] ~= message[key] then return false end
  end
  for _, key in ipairs { "iif", "oif", "mark", "priority" } do
    if filter[key] and filter[key] ~= (message[key] or 0) then return false end
  end
  local via = filter.via
  if via then
    local gateway = message.gateway or message.via and message.via.host
    if not gateway or not context.within(via, gateway) then return false end
  end
  local prefsrc = filter.prefsrc
  if prefsrc and not (message.prefsrc and context.within(prefsrc, message.prefsrc)) then
    return false
  end
  return prefix_fits(message, message.dst, message.dst_len, filter.dst_root, filter.dst_match)
    and prefix_fits(message, message.src, message.src_len, filter.src_root, filter.src_match)
end

-- What the kernel itself selects by.
local function selection(ip, filter)
  local family = ip.family
  if not family and filter.table ~= 0 then family = AF_INET end
  return {
    family = family,
    protocol = filter.protocol,
    flags = filter.cloned and RTM_F_CLONED or 0,
    table = filter.table ~= 0 and filter.table or nil,
    oif = filter.oif,
  }
end

local function show(ip, words)
  local filter = read_filter(ip, words)
  local out, hidden = ip.out, filter.hidden
  -- with nothing else to select by, the kernel's own choice needs no second look; all tables
  -- together have destinations that are no addresses
  local plain = not ip.family and filter.table ~= 0
  for key in pairs(filter) do plain = plain and (key == "table" or key == "hidden") end
  out:start()
  local function print(message)
    if plain and message.flags & RTM_F_CLONED == 0 and filter.table == message.table
      or fits(ip, filter, message) then
      route_show.print(ip, message, hidden)
    end
  end
  local decode
  if plain then
    decode = require("ip.template").decoder(out, schema,
      { "dst", "gateway", "prefsrc", "priority" }, print)
  end
  local ok, err, warning = ip.connection:dump(schema, selection(ip, filter), print, nil, decode)
  if not ok then
    -- iproute2 leaves JSON's array open here; we close it
    out:finish()
    ip:refused(err)
    io.stderr:write("Dump terminated\n")
    return 2
  end
  out:finish()
  ip:remark(warning)
  return 0
end

local function flush(ip, words)
  if not words:peek() then fail(1, '"ip route flush" requires arguments.') end
  local filter = read_filter(ip, words)
  if filter.cloned then
    -- IPv4 has no cache any more; the file stays for those who write to it
    local file = io.open("/proc/sys/net/ipv4/route/flush", "w")
    if file then
      file:write("-1")
      file:close()
    end
    if not ip.family or ip.family == AF_INET then return 0 end
  end
  local round = 0
  while true do
    local found, err = ip.connection:dump(schema, selection(ip, filter))
    if not found then
      ip:refused(err)
      io.stderr:write("Flush terminated\n")
      return 2
    end
    local count, failure = 0, nil
    local batch = ip.connection:batch(function(_, refused)
      -- a route may go with another
      if refused and not refused.SRCH then failure = failure or refused end
    end)
    for _, message in ipairs(found) do
      local is_null = message.family == AF_INET6 and message.dst_len == 0
        and message.type == TYPE_UNREACHABLE and message.priority == U32
      if fits(ip, filter, message) and not is_null then
        count = count + 1
        if ip.stats > 1 then route_show.print(ip, message) end
        message.cacheinfo = nil -- the kernel tells it and takes no such thing
        if message.family == AF_MPLS then message.table = nil end -- labels have one table
        batch:add(count, schema, "del", message)
      end
    end
    if count == 0 then
      ip:flushed(round)
      return 0
    end
    round = round + 1
    local ok, socket_err = batch:flush()
    failure = failure or not ok and socket_err
    if failure then
      ip.out:flush()
      io.stderr:write("Failed to send flush request: ", tostring(failure), "\n")
      return 2
    end
    if ip.stats > 0 then
      ip.out:text("\n*** Round %d, deleting %d entries ***\n", round, count)
    end
    if round > 10 then return 2 end
  end
end

local PROTOCOL = { icmp = 1, tcp = 6, udp = 17, ["ipv6-icmp"] = 58 }

local function get(ip, words)
  local values = { family = ip.family, flags = 0 }
  local input, output
  while words:peek() do
    local word = words:take()
    if word == "tos" or matches(word, "dsfield") then
      local text = words:value()
      values.tos = names.number("dsfield", text, 255)
        or context.invalid(text, "TOS value is invalid\n")
    elseif matches(word, "from") then
      local text = words:value()
      if matches(text, "help") then usage() end
      local prefix = context.prefix(text, values.family)
      if prefix.family ~= 0 then values.family = values.family or prefix.family end
      if not prefix.is_any then values.src = prefix.text end
      values.src_len = prefix.length
    elseif matches(word, "iif") then
      input = words:value()
    elseif matches(word, "mark") then
      values.mark = words:number(0, U32, "invalid mark value")
    elseif matches(word, "oif") or word == "dev" then
      output = words:value()
    elseif matches(word, "notify") then
      values.flags = values.flags | RTM_F_NOTIFY
    elseif matches(word, "vrf") then
      output = words:value()
    elseif matches(word, "uid") then
      values.uid = words:number(0, U32, "invalid UID\n")
    elseif matches(word, "fibmatch") then
      values.flags = values.flags | RTM_F_FIB_MATCH
    elseif matches(word, "sport") then
      values.sport = words:number(0, 0xffff, "invalid sport\n")
    elseif matches(word, "dport") then
      values.dport = words:number(0, 0xffff, "invalid dport\n")
    elseif matches(word, "ipproto") then
      local text = words:value()
      values.ip_proto = PROTOCOL[text] or context.integer(text)
        or context.invalid(text, 'Invalid "ipproto" value\n')
    else
      if word == "to" then word = words:value() end
      if matches(word, "help") then usage() end
      local prefix = context.prefix(word, values.family)
      if prefix.family ~= 0 then values.family = values.family or prefix.family end
      local bits = prefix.family == AF_MPLS and prefix.length or #prefix.bytes * 8
      if not prefix.is_any then values.dst = prefix.text end
      if values.family and prefix.length ~= bits then
        io.stderr:write(("Warning: /%d as prefix is invalid, only /%d (or none) is supported.\n")
          :format(prefix.length, bits))
      end
      values.dst_len = values.family and bits or prefix.length
    end
  end
  if not values.dst_len then fail(1, "need at least a destination address") end
  if input then values.iif = ip:must_index(input) end
  if output then values.oif = ip:must_index(output) end
  if values.mark == 0 then values.mark = nil end
  values.family = values.family or AF_INET
  if values.family == AF_INET then values.flags = values.flags | RTM_F_LOOKUP_TABLE end
  local answer, err = ip.connection:get(schema, values)
  if not answer then return ip:refused(err) end
  ip.out:start()
  route_show.print(ip, answer)
  ip.out:finish()
  return 0
end

-- in iproute2's order: "a" is add, "del" delete
local CHANGES = {
  { "add", "new", "add" }, { "change", "new", "change" }, { "replace", "new", "replace" },
  { "prepend", "new", "prepend" }, { "append", "new", "append" }, { "test", "new", "test" },
  { "delete", "del" },
}

--- `ip route ...`
---@param ip ip.Context
---@param words ip.Words
---@return integer status
function route.run(ip, words)
  local verb = words:take()
  if not verb then return show(ip, words) end
  for _, change in ipairs(CHANGES) do
    if matches(verb, change[1]) or verb == "chg" and change[1] == "change" then
      return require("ip.route_set").modify(ip, words, change[2], change[3], usage)
    end
  end
  if matches(verb, "list") or matches(verb, "show") or matches(verb, "lst") then
    return show(ip, words)
  end
  if matches(verb, "get") then return get(ip, words) end
  if matches(verb, "flush") then return flush(ip, words) end
  if matches(verb, "help") then usage() end
  fail(255, ('Command "%s" is unknown, try "ip route help".'):format(verb))
end

return route
