-- ip/rule.lua - `ip rule`: show, add, delete, flush
--
-- Layer: library of ip. Words, form and keys are iproute2 6.1's.

local context = require "ip.context"
local names = require "ip.names"
local route_show = require "ip.route_show"
local schema = require "nl.schema.rule"

local matches, fail = context.matches, context.fail

local AF_INET, AF_INET6 = 2, 10
local TABLE_MAIN = 254
local ACTION_TABLE, ACTION_GOTO, ACTION_NOP = 1, 2, 3
local INVERT, UNRESOLVED, IIF_DETACHED, OIF_DETACHED = 0x2, 0x4, 0x8, 0x10
local PROTOCOL_KERNEL = 2
local U32 = 0xffffffff

local IP_PROTOCOL = { [1] = "icmp", [2] = "igmp", [6] = "tcp", [17] = "udp", [41] = "ipv6",
  [47] = "gre", [50] = "esp", [51] = "ah", [58] = "ipv6-icmp", [132] = "sctp" }

local rule = {}

local function usage()
  fail(255, [=[
Usage: ip rule { add | del } SELECTOR ACTION
       ip rule { flush | show } [ SELECTOR ]
SELECTOR := [ not ] [ from PREFIX ] [ to PREFIX ] [ tos TOS ] [ fwmark FWMARK[/MASK] ]
            [ iif STRING ] [ oif STRING ] [ pref NUMBER ] [ l3mdev ] [ uidrange NUMBER-NUMBER ]
            [ ipproto PROTOCOL ] [ sport NUMBER[-NUMBER] ] [ dport NUMBER[-NUMBER] ]
ACTION := [ table TABLE_ID ] [ protocol PROTO ] [ realms [SRCREALM/]DSTREALM ]
          [ goto NUMBER ] [ suppress_prefixlength NUMBER ] [ suppress_ifgroup DEVGROUP ]
          [ blackhole | prohibit | unreachable | nop ]]=])
end

local function print_prefix(out, word, key, text, length, bits)
  if text then
    out:text(word)
    out:put(key, "%s", text)
    if length ~= bits then out:put(key .. "len", "/%d", length) end
  elseif length ~= 0 then
    out:text(word)
    out:put(key, "%s", "0")
    out:put(key .. "len", "/%d", length)
  end
end

local function print_ports(out, key, range)
  if range.start == range["end"] then
    out:put(key, " " .. key .. " %d", range.start)
  else
    out:put(key .. "_start", " " .. key .. " %d", range.start)
    out:put(key .. "_end", "-%d", range["end"])
  end
end

local function print_selector(out, message)
  if message.fwmark or message.fwmask then
    out:put("fwmark", " fwmark %s", ("%#x"):format(message.fwmark or 0))
    if message.fwmask and message.fwmask ~= U32 then
      out:put("fwmask", "/%s", ("%#x"):format(message.fwmask))
    end
  end
  if message.iifname then
    out:name("iif", " iif %s", message.iifname)
    if message.flags & IIF_DETACHED ~= 0 then out:mark("iif_detached", " [detached]") end
  end
  if message.oifname then
    out:name("oif", " oif %s", message.oifname)
    if message.flags & OIF_DETACHED ~= 0 then out:mark("oif_detached", " [detached]") end
  end
  if message.l3mdev and message.l3mdev ~= 0 then
    out:mark("l3mdev", " lookup [l3mdev-table]")
  end
  if message.uid_range then
    out:put("uid_start", " uidrange %d", message.uid_range.start)
    out:put("uid_end", "-%d", message.uid_range["end"])
  end
  if message.ip_proto then
    out:put("ipproto", " ipproto %s",
      IP_PROTOCOL[message.ip_proto] or ("ipproto-%d"):format(message.ip_proto))
  end
  if message.sport_range then print_ports(out, "sport", message.sport_range) end
  if message.dport_range then print_ports(out, "dport", message.dport_range) end
  if message.tun_id then out:put("tun_id", " tun_id %d", message.tun_id) end
end

local function print_action(ip, message)
  local out = ip.out
  if message.table ~= 0 then
    out:put("table", " lookup %s", names.name("table", message.table, ip.numeric))
    local length, group = message.suppress_prefixlen, message.suppress_ifgroup
    if length and length ~= -1 then
      out:put("suppress_prefixlen", " suppress_prefixlength %d", length)
    end
    if group and group ~= U32 then
      out:put("suppress_ifgroup", " suppress_ifgroup %s", names.name("group", group, ip.numeric))
    end
  end
  if message.flow then
    local from, to = message.flow >> 16, message.flow & 0xffff
    if from ~= 0 then
      out:put("flow_from", " realms %s/", names.name("realm", from))
    else
      out:text(" realms ")
    end
    out:put("flow_to", "%s", names.name("realm", to))
  end
  if message.action == ACTION_GOTO then
    if message["goto"] then
      out:put("goto", " goto %d", message["goto"])
    else
      out:put("goto", " goto %s", "none")
    end
    if message.flags & UNRESOLVED ~= 0 then out:mark("unresolved", " [unresolved]") end
  elseif message.action == ACTION_NOP then
    out:mark("nop", " nop")
  elseif message.action ~= ACTION_TABLE then
    out:put("action", " %s", route_show.type_name(message.action))
  end
  local protocol = message.protocol
  if protocol and (protocol ~= 0 and protocol ~= PROTOCOL_KERNEL or ip.details) then
    out:put("protocol", " proto %s", names.name("protocol", protocol, ip.numeric))
  end
end

--- Print a rule.
---@param ip ip.Context
---@param message table
---@param deleted boolean?
function rule.print(ip, message, deleted)
  local out = ip.out
  local bits = message.family == AF_INET6 and 128 or 32
  out:object()
  if deleted then out:put("deleted", "Deleted ", true) end
  out:put("priority", "%d:\t", message.priority or 0)
  if message.flags & INVERT ~= 0 then out:mark("not", "not ") end
  if message.src or message.src_len ~= 0 then
    print_prefix(out, "from ", "src", message.src, message.src_len, bits)
  else
    out:put("src", "from %s", "all")
  end
  print_prefix(out, " to ", "dst", message.dst, message.dst_len, bits)
  if message.tos ~= 0 then
    out:put("tos", " tos %s", names.name("dsfield", message.tos, ip.numeric))
  end
  print_selector(out, message)
  print_action(ip, message)
  out:text("\n")
  out:object_end()
end

local function take_named(words, kind, largest, why)
  local word = words:value()
  return names.number(kind, word, largest) or context.invalid(word, why)
end

local function take_range(words, why, largest)
  local word = words:value()
  local first, last = word:match("^(%d+)%-(%d+)$")
  first = first or word:match("^%d+$")
  first, last = tonumber(first), tonumber(last or first)
  if not first or first > largest or last > largest then context.invalid(word, why) end
  return { start = first, ["end"] = last }
end

local function take_mark(words, values)
  local word = words:value()
  local mark, mask = word:match("^([^/]*)/(.*)$")
  values.fwmark = context.integer(mark or word)
    or context.invalid(mark or word, "fwmark value is invalid\n")
  if mask then
    values.fwmask = context.integer(mask) or context.invalid(mask, "fwmask value is invalid\n")
  end
end

local function take_prefix(words, values, address, length)
  local prefix = context.prefix(words:value(), values.family)
  values[length] = prefix.length
  if not prefix.is_any then
    values[address] = prefix.text
    values.family = values.family or prefix.family
  end
end

local function take_link_name(words, what)
  local word = words:value()
  if not context.is_link_name(word) then
    context.invalid(word, ("%s not a valid ifname"):format(what))
  end
  return word
end

-- A word that both a change and a filter know: true when it was one.
local function read_selector(words, word, values)
  if word == "not" then
    values.flags = values.flags | INVERT
  elseif word == "tos" or matches(word, "dsfield") then
    values.tos = take_named(words, "dsfield", 255, "TOS value is invalid\n")
  elseif word == "fwmark" then
    take_mark(words, values)
  elseif matches(word, "preference") or matches(word, "order") or matches(word, "priority") then
    values.priority = words:number(0, U32, "preference value is invalid\n")
  elseif word == "dev" or word == "iif" then
    values.iifname = take_link_name(words, '"iif"/"dev"')
  elseif word == "oif" then
    values.oifname = take_link_name(words, '"oif"')
  elseif word == "l3mdev" then
    values.l3mdev = 1
  elseif word == "uidrange" then
    values.uid_range = take_range(words, "invalid UID range\n", U32)
  elseif word == "ipproto" then
    local text = words:value()
    local number = context.integer(text)
    for known, name in pairs(IP_PROTOCOL) do
      if name == text then number = known end
    end
    values.ip_proto = number or context.invalid(text, 'Invalid "ipproto" value\n')
  elseif word == "sport" then
    values.sport_range = take_range(words, "invalid port range\n", 0xffff)
  elseif word == "dport" then
    values.dport_range = take_range(words, "invalid dport range\n", 0xffff)
  elseif matches(word, "tun_id") then
    values.tun_id = words:number(0, math.maxinteger, '"tun_id" value is invalid\n')
  elseif matches(word, "protocol") then
    values.protocol = take_named(words, "protocol", 255, '"protocol" value is invalid\n')
  elseif matches(word, "table") or word == "lookup" then
    values.table = take_named(words, "table", U32, "invalid table ID\n")
  else
    return false
  end
  return true
end

local function modify(ip, words, verb)
  if not words:peek() then
    fail(1, ('"ip rule %s" requires arguments.'):format(verb == "new" and "add" or "del"))
  end
  local values = { family = ip.family, flags = 0, action = verb == "new" and ACTION_TABLE or 0 }
  local has_action = false
  while words:peek() do
    local word = words:take()
    if word == "from" then
      take_prefix(words, values, "src", "src_len")
    elseif word == "to" then
      take_prefix(words, values, "dst", "dst_len")
    elseif matches(word, "suppress_prefixlength") or word == "sup_pl" then
      values.suppress_prefixlen = words:number(0, 0x7fffffff,
        "suppress_prefixlength value is invalid\n")
    elseif matches(word, "suppress_ifgroup") or word == "sup_group" then
      values.suppress_ifgroup = take_named(words, "group", 0x7fffffff,
        'Invalid "suppress_ifgroup" value\n')
    elseif matches(word, "realms") then
      local text = words:value()
      local from, to = text:match("^([^/]+)/([^/]+)$")
      local function realm(name)
        return names.number("realm", name, 0xffff) or context.invalid(text, "invalid realms\n")
      end
      values.flow = (from and realm(from) or 0) << 16 | realm(to or text)
    elseif not read_selector(words, word, values) then
      if word == "type" then word = words:value() end
      has_action = true
      if matches(word, "help") then
        usage()
      elseif matches(word, "goto") then
        values.action = ACTION_GOTO
        values["goto"] = words:number(0, U32, "invalid target\n")
      elseif matches(word, "nop") then
        values.action = ACTION_NOP
      else
        values.action = route_show.type_number(word)
          or context.invalid(word, "Failed to parse rule type")
      end
    end
  end
  values.family = values.family or AF_INET
  local tab = values.table
  values.table = nil
  if tab and tab > 255 then
    values.table = tab
  elseif tab then
    values.table8 = tab
  elseif verb == "new" and not has_action and not values.l3mdev then
    values.table8 = TABLE_MAIN
  end
  return ip:change(schema, verb, values, verb == "new" and "add" or nil)
end

local function same(a, b)
  if type(a) ~= "table" then return a == b end
  return b ~= nil and a.start == b.start and a["end"] == b["end"]
end

local function fits(wanted, message)
  for key, value in pairs(wanted) do
    if key == "flags" then
      if value & INVERT ~= 0 and message.flags & INVERT == 0 then return false end
    elseif key ~= "family" and not same(value, message[key]) then
      return false
    end
  end
  return true
end

local function each_rule(ip, words, take)
  local wanted = { family = ip.family or AF_INET, flags = 0 }
  while words:peek() do
    local word = words:take()
    if matches(word, "from") or matches(word, "src") then
      take_prefix(words, wanted, "src", "src_len")
    elseif not read_selector(words, word, wanted) then
      if matches(word, "help") then usage() end
      if not (matches(word, "dst") or matches(word, "to")) then words.at = words.at - 1 end
      take_prefix(words, wanted, "dst", "dst_len")
    end
  end
  return ip.connection:dump(schema, { family = wanted.family }, function(message)
    if fits(wanted, message) then take(message) end
  end)
end

local function show(ip, words)
  ip.out:start()
  local ok, err, warning = each_rule(ip, words, function(message) rule.print(ip, message) end)
  ip.out:finish()
  if not ok then
    ip:refused(err)
    io.stderr:write("Dump terminated\n")
    return 1
  end
  ip:remark(warning)
  return 0
end

-- Rule 0 stays: without it not even local addresses are reached.
local function flush(ip, words)
  local found = {}
  local ok, err = each_rule(ip, words, function(message)
    if (message.priority or 0) ~= 0 then found[#found + 1] = message end
  end)
  if not ok then
    ip:refused(err)
    io.stderr:write("Flush terminated\n")
    return 1
  end
  for _, message in ipairs(found) do
    message.table8 = message.table > 255 and 0 or message.table
    local status = ip:change(schema, "del", message)
    if status ~= 0 then return status end
  end
  return 0
end

--- `ip rule ...`
---@param ip ip.Context
---@param words ip.Words
---@return integer status
function rule.run(ip, words)
  local verb = words:take()
  if not verb or matches(verb, "list") or matches(verb, "lst") or matches(verb, "show") then
    return show(ip, words)
  end
  if matches(verb, "add") then return modify(ip, words, "new") end
  if matches(verb, "delete") then return modify(ip, words, "del") end
  if matches(verb, "flush") then return flush(ip, words) end
  if matches(verb, "help") then usage() end
  fail(255, ('Command "%s" is unknown, try "ip rule help".'):format(verb))
end

return rule
