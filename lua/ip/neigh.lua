-- ip/neigh.lua - `ip neigh`: show, get, flush, add, change, replace, delete
--
-- Layer: library of ip. Words, form and keys are iproute2 6.1's.

local context = require "ip.context"
local names = require "ip.names"
local schema = require "nl.schema.neigh"

local matches, fail = context.matches, context.fail

local NUD_NOARP, NUD_FAILED, NUD_PERMANENT = 0x40, 0x20, 0x80
local NUD_NONE = 0x100 -- a state of no bit at all, in filters
local NTF_PROXY = 0x8
local NTF_EXT_MANAGED = 0x1
local USER_HZ = 100
local MAX_ROUNDS = 10

local STATES = { { 0x1, "INCOMPLETE" }, { 0x2, "REACHABLE" }, { 0x4, "STALE" }, { 0x8, "DELAY" },
  { 0x10, "PROBE" }, { 0x20, "FAILED" }, { 0x40, "NOARP" }, { 0x80, "PERMANENT" } }

local FLAGS = { { 0x80, "router" }, { 0x8, "proxy" }, { false, "managed" },
  { 0x10, "extern_learn" }, { 0x20, "offload" } }

local neigh = {}

local function usage()
  fail(255, [[
Usage: ip neigh { add | del | change | replace }
                { ADDR [ lladdr LLADDR ] [ nud STATE ] | proxy ADDR }
                [ dev DEV ] [ router ] [ use ] [ managed ] [ extern_learn ] [ protocol PROTO ]
       ip neigh { show | flush } [ proxy ] [ to PREFIX ] [ dev DEV ] [ nud STATE ]
                [ vrf NAME ] [ nomaster ] [ unused ]
       ip neigh get { ADDR | proxy ADDR } dev DEV
STATE := { delay | failed | incomplete | noarp | none | permanent | probe | reachable | stale }]])
end

-- words of which an abbreviation will do
local ABBREVIATED = { permanent = 0x80, reachable = 0x2, failed = 0x20 }
local WHOLE = { noarp = 0x40, none = 0, stale = 0x4, incomplete = 0x1, delay = 0x8, probe = 0x10 }

local function parse_state(word)
  for name, bit in pairs(ABBREVIATED) do
    if matches(word, name) then return bit end
  end
  if WHOLE[word] then return WHOLE[word] end
  local number = context.integer(word)
  return number and number >= 0 and number < 0x100 and number & (number - 1) == 0 and number or nil
end

--- Print a neighbour.
---@param ip ip.Context
---@param message table
---@param with_device boolean
---@param action string? "del" or "get": what an event said
function neigh.print(ip, message, with_device, action)
  local out = ip.out
  out:object()
  if action == "del" then
    out:put("deleted", "Deleted ", true)
  elseif action == "get" then
    out:mark("miss", "miss ")
  end
  if ip.brief then
    if message.dst then out:put("dst", "%-39s ", message.dst) end
    if with_device then out:name("dev", "%-16s ", ip:name(message.index)) end
    if message.lladdr then out:put("lladdr", "%s", message.lladdr) end
    out:text("\n")
    out:object_end()
    return
  end
  if message.dst then out:put("dst", "%s ", message.dst) end
  if with_device and message.index ~= 0 then out:name("dev", "dev %s ", ip:name(message.index)) end
  if message.lladdr then out:put("lladdr", "lladdr %s ", message.lladdr) end
  for _, flag in ipairs(FLAGS) do
    local is_set
    if flag[1] then
      is_set = message.flags & flag[1] ~= 0
    else
      is_set = (message.flags_ext or 0) & NTF_EXT_MANAGED ~= 0
    end
    if is_set then out:mark(flag[2], flag[2] .. " ") end
  end
  if ip.stats > 0 then
    local cache = message.cacheinfo
    if cache then
      if cache.refcnt ~= 0 then out:put("refcnt", " ref %d", cache.refcnt) end
      out:put("used", " used %d", cache.used // USER_HZ)
      out:put("confirmed", "/%d", cache.confirmed // USER_HZ)
      out:put("updated", "/%d", cache.updated // USER_HZ)
    end
    if message.probes then out:put("probes", "probes %d ", message.probes) end
  end
  if message.state ~= 0 then
    out:array("state")
    for _, state in ipairs(STATES) do
      if message.state & state[1] ~= 0 then out:put(nil, "%s ", state[2]) end
    end
    out:array_end()
  end
  if message.protocol and message.protocol ~= 0 then
    out:put("protocol", "proto %s ", names.name("protocol", message.protocol, ip.numeric))
  end
  out:text("\n")
  out:object_end()
end

local function read_filter(ip, words, is_flush)
  local filter = { family = ip.family, flags = 0 }
  local state, device
  while words:peek() do
    local word = words:take()
    if word == "dev" then
      local text = words:value()
      if device then context.duplicate("dev", text) end
      device = text
    elseif word == "master" or word == "vrf" then
      local text = words:value()
      filter.master = ip:index(text) or context.invalid(text,
        word == "vrf" and "Not a valid VRF name\n" or "Device does not exist\n")
    elseif word == "nomaster" then
      filter.master = 0xffffffff
    elseif word == "unused" then
      filter.unused = true
    elseif word == "nud" then
      local text = words:value()
      local bits = parse_state(text)
      if not bits then
        if text ~= "all" then context.invalid(text, "nud state is bad") end
        bits = is_flush and ~NUD_NOARP or ~0
      elseif bits == 0 then
        bits = NUD_NONE
      end
      state = (state or 0) | bits
    elseif word == "proxy" then
      filter.flags = NTF_PROXY
    elseif matches(word, "protocol") then
      local text = words:value()
      filter.protocol = names.number("protocol", text, 255)
      if not filter.protocol and text ~= "all" then
        context.invalid(text, 'invalid "protocol"\n')
      end
    else
      if word == "to" then word = words:value() end
      if matches(word, "help") then usage() end
      filter.prefix = context.prefix(word, filter.family)
      filter.family = filter.family or filter.prefix.family
    end
  end
  if device then filter.index = ip:must_index(device) end
  filter.state = state or (is_flush and ~(NUD_PERMANENT | NUD_NOARP) or 0xff & ~NUD_NOARP)
  return filter
end

local function fits(filter, message)
  if filter.family and filter.family ~= 0 and filter.family ~= message.family then return false end
  if filter.index and filter.index ~= message.index then return false end
  if filter.state & message.state == 0 and message.flags & (NTF_PROXY | 0x10) == 0
    and not (message.state == 0 and filter.state & NUD_NONE ~= 0) then
    return false
  end
  if filter.prefix and not (message.dst and context.within(filter.prefix, message.dst)) then
    return false
  end
  if filter.protocol and filter.protocol ~= 0 and filter.protocol ~= (message.protocol or 0) then
    return false
  end
  return not (filter.unused and message.cacheinfo and message.cacheinfo.refcnt ~= 0)
end

local function selection(filter)
  return {
    family = filter.family,
    flags = filter.flags,
    ifindex = filter.index,
    master = filter.master,
  }
end

local function show(ip, words)
  local filter = read_filter(ip, words, false)
  return ip:list(schema, selection(filter), function(message)
    if fits(filter, message) then neigh.print(ip, message, not filter.index) end
  end, 1)
end

local function flush(ip, words)
  if not words:peek() then fail(1, "Flush requires arguments.") end
  local filter = read_filter(ip, words, true)
  for round = 0, MAX_ROUNDS - 1 do
    local found, err = ip.connection:dump(schema, selection(filter))
    if not found then
      ip:refused(err)
      io.stderr:write("Flush terminated\n")
      return 1
    end
    local count, failure = 0, nil
    local batch = ip.connection:batch(function(_, refused)
      if refused and not refused.NOENT then failure = failure or refused end
    end)
    for _, message in ipairs(found) do
      if fits(filter, message) then
        count = count + 1
        if ip.stats > 1 then neigh.print(ip, message, not filter.index) end
        batch:add(count, schema, "del", {
          family = message.family, index = message.index, flags = message.flags & NTF_PROXY,
          state = message.state, dst = message.dst,
        })
      end
    end
    if count == 0 then
      ip:flushed(round)
      return 0
    end
    local ok, socket_err = batch:flush()
    failure = failure or not ok and socket_err
    if failure then
      ip.out:flush()
      io.stderr:write("Failed to send flush request: ", tostring(failure), "\n")
      return 1
    end
    if ip.stats > 0 then
      ip.out:text("\n*** Round %d, deleting %d entries ***\n", round + 1, count)
    end
    -- what was deleted stays for a while as failed
    filter.state = filter.state & ~NUD_FAILED
  end
  ip.out:text("*** Flush not complete bailing out after %d rounds\n", MAX_ROUNDS)
  return 1
end

-- The address and device of `get`, `add` and the like; a proxy entry needs no device.
local function take_address(ip, word, seen)
  local text, family = context.address(word, ip.family)
  seen.dst, seen.family = text, family
end

local function modify(ip, words, verb, mode)
  local values = { state = NUD_PERMANENT, flags = 0 }
  local seen, device, lladdr = {}, nil, nil
  while words:peek() do
    local word = words:take()
    if matches(word, "lladdr") then
      local text = words:value()
      if lladdr then context.duplicate("lladdr", text) end
      lladdr = text
    elseif word == "nud" then
      local text = words:value()
      values.state = parse_state(text) or context.invalid(text, "nud state is bad")
    elseif matches(word, "proxy") then
      local text = words:value()
      if matches(text, "help") then usage() end
      if seen.dst then context.duplicate("address", text) end
      take_address(ip, text, seen)
      values.flags = values.flags | NTF_PROXY
      seen.is_proxy = true
    elseif word == "router" then
      values.flags = values.flags | 0x80
    elseif word == "use" then
      values.flags = values.flags | 0x1
    elseif word == "managed" then
      values.flags_ext = NTF_EXT_MANAGED
      values.state = 0
    elseif matches(word, "extern_learn") then
      values.flags = values.flags | 0x10
    elseif word == "dev" then
      device = words:value()
    elseif matches(word, "protocol") then
      local text = words:value()
      values.protocol = names.number("protocol", text, 255)
        or context.invalid(text, '"protocol" value is invalid\n')
    else
      if word == "to" then word = words:value() end
      if matches(word, "help") then word = words:value() end
      if seen.dst then context.ambiguous("to", word) end
      take_address(ip, word, seen)
    end
  end
  if not (device or seen.is_proxy) or not seen.dst or seen.family == 0 then
    fail(255, "Device and destination are required arguments.")
  end
  values.family, values.dst = seen.family, seen.dst
  if lladdr and lladdr ~= "null" then values.lladdr = context.hardware_address(lladdr) end
  if device then values.index = ip:must_index(device) end
  return ip:change(schema, verb, values, mode)
end

local function get(ip, words)
  local seen, device, flags = {}, nil, 0
  while words:peek() do
    local word = words:take()
    if word == "dev" then
      device = words:value()
    else
      if matches(word, "proxy") then
        word = words:value()
        flags = NTF_PROXY
      elseif word == "to" then
        word = words:value()
      end
      if matches(word, "help") then usage() end
      if seen.dst then context.ambiguous("to", word) end
      take_address(ip, word, seen)
    end
  end
  if not (device or flags ~= 0) or not seen.dst or seen.family == 0 then
    fail(1, "Device and address are required arguments.")
  end
  local answer, err = ip.connection:get(schema, {
    family = seen.family, dst = seen.dst, flags = flags,
    index = device and ip:must_index(device),
  })
  if not answer then return ip:refused(err) end
  neigh.print(ip, answer, true)
  return 0
end

local VERBS = { { "show", show }, { "lst", show }, { "list", show },
  { "add", modify, "new", "add" }, { "change", modify, "new", "change" },
  { "chg", modify, "new", "change" }, { "replace", modify, "new", "replace" },
  { "delete", modify, "del" }, { "get", get }, { "flush", flush } }

--- `ip neigh ...`
---@param ip ip.Context
---@param words ip.Words
---@return integer status
function neigh.run(ip, words)
  return context.verb(ip, words, "neigh", VERBS, usage)
end

return neigh
