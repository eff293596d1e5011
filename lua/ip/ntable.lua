-- ip/ntable.lua - `ip ntable`: the tables of neighbours and what holds for them
--
-- Layer: library of ip. Words, form and keys are iproute2 6.1's (ip-ntable(8)).

local context = require "ip.context"
local schema = require "nl.schema.neigh_table"

local fail = context.fail

local U32 = 0xffffffff
local FAMILY = { [2] = "inet", [10] = "inet6" }

-- The lines of a table's parameters. All but the first two and `reachable` can be changed.
local PARAMETERS = {
  { "refcnt", "reachable", "base_reachable", "retrans" },
  { "gc_stale", "delay_probe", "queue" },
  { "app_probes", "ucast_probes", "mcast_probes" },
  { "anycast_delay", "proxy_delay", "proxy_queue", "locktime" },
}
local STATISTICS = {
  { "stats allocs", "allocs" }, { "destroys" }, { "hash_grows" }, false,
  { "res_failed" }, { "lookups" }, { "hits" }, false,
  { "rcv_probes_mcast" }, { "rcv_probes_ucast" }, false,
  { "periodic_gc_runs" }, { "forced_gc_runs" }, false,
  { "table_fulls" },
}
local CHANGEABLE = {}
for _, line in ipairs(PARAMETERS) do
  for _, name in ipairs(line) do CHANGEABLE[name] = true end
end
CHANGEABLE.refcnt, CHANGEABLE.reachable = nil, nil

local ntable = {}

local function usage()
  fail(255, [=[
Usage: ip ntable change name NAME [ dev DEV ]
        [ thresh1 VAL ] [ thresh2 VAL ] [ thresh3 VAL ] [ gc_int MSEC ]
        [ PARMS ]
Usage: ip ntable show [ dev DEV ] [ name NAME ]
PARMS := [ base_reachable MSEC ] [ retrans MSEC ] [ gc_stale MSEC ]
         [ delay_probe MSEC ] [ queue LEN ]
         [ app_probes VAL ] [ ucast_probes VAL ] [ mcast_probes VAL ]
         [ anycast_delay MSEC ] [ proxy_delay MSEC ] [ proxy_queue LEN ]
         [ locktime MSEC ]]=])
end

-- The moment so many milliseconds ago.
local function moment(ms)
  return os.date("%Y-%m-%d %H:%M:%S", os.time() - ms // 1000)
end

local function print_config(out, config)
  out:text("    config ")
  out:put("key_length", "key_len %d ", config.key_len)
  out:put("entry_size", "entry_size %d ", config.entry_size)
  out:put("entries", "entries %d ", config.entries)
  out:line("        ")
  out:put("last_flush", "last_flush %s ", moment(config.last_flush))
  out:put("last_rand", "last_rand %s ", moment(config.last_rand))
  out:line("        ")
  out:put("hash_rnd", "hash_rnd %d ", config.hash_rnd)
  out:json("hash_mask", ("0x%x"):format(config.hash_mask))
  out:text("hash_mask %08x ", config.hash_mask)
  out:put("hash_chain_gc", "hash_chain_gc %d ", config.hash_chain_gc)
  out:put("proxy_qlen", "proxy_qlen %d ", config.proxy_qlen)
  out:line()
end

local function print_statistics(out, statistics)
  out:text("    ")
  for _, entry in ipairs(STATISTICS) do
    if entry then
      local name = entry[2] or entry[1]
      out:put(name, entry[1] .. " %d ", statistics[name] or 0)
    else
      out:line("    ")
    end
  end
  out:line()
end

local function print(ip, message)
  local out, parameters = ip.out, message.parms
  out:object()
  out:put("family", "%s ", FAMILY[message.family] or tostring(message.family))
  out:put("name", "%s ", message.name)
  out:line()
  if message.thresh1 then
    out:text("    ")
    for _, name in ipairs { "thresh1", "thresh2", "thresh3" } do
      if message[name] then out:put(name, name .. " %d ", message[name]) end
    end
    if message.gc_interval then out:put("gc_interval", "gc_int %d ", message.gc_interval) end
    out:line()
  end
  if message.config and ip.stats > 0 then print_config(out, message.config) end
  if parameters then
    if parameters.index then
      out:text("    ")
      out:name("dev", "dev %s ", ip:name(parameters.index))
      out:line()
    end
    for _, line in ipairs(PARAMETERS) do
      out:text("    ")
      for _, name in ipairs(line) do
        if parameters[name] then out:put(name, name .. " %d ", parameters[name]) end
      end
      out:line()
    end
  end
  if message.stats and ip.stats > 0 then print_statistics(out, message.stats) end
  out:text("\n")
  out:object_end()
end

local function show(ip, words)
  local name, index
  while words:peek() do
    local word = words:take()
    if word == "dev" then
      local device = words:value()
      index = ip:index(device) or context.invalid(device, '"DEV" is invalid')
    elseif word == "name" then
      name = words:value()
    else
      context.invalid(word, "unknown")
    end
  end
  return ip:list(schema, { family = ip.family }, function(message)
    if (not name or name == message.name)
      and (not index or message.parms and message.parms.index == index) then
      print(ip, message)
    end
  end, 1)
end

local function change(ip, words)
  local values, parameters, device = { family = ip.family }, {}, nil
  while words:peek() do
    local word = words:take()
    local function number() return words:number(0, U32, ('"%s" value is invalid'):format(word)) end
    if word == "name" then
      local name = words:value()
      if values.name then context.duplicate("NAME", name) end
      values.name = name
    elseif word == "dev" then
      device = words:value()
    elseif word == "thresh1" or word == "thresh2" or word == "thresh3" then
      values[word] = number()
    elseif word == "gc_int" then
      values.gc_interval = number()
    elseif CHANGEABLE[word] then
      parameters[word] = number()
    else
      context.invalid(word, "unknown")
    end
  end
  if not values.name then fail(255, 'Error: argument "NAME" is required') end
  local has_parameters = next(parameters) ~= nil
  if not (has_parameters or values.thresh1 or values.thresh2 or values.thresh3
    or values.gc_interval) then
    fail(255, "Not enough information: changeable attributes required.")
  end
  if device then parameters.index = ip:must_index(device) end
  if next(parameters) then values.parms = parameters end
  return ip:change(schema, "set", values, "change")
end

local VERBS = { { "show", show }, { "list", show }, { "lst", show }, { "change", change },
  { "chg", change } }

--- `ip ntable ...`
---@param ip ip.Context
---@param words ip.Words
---@return integer status
function ntable.run(ip, words)
  return context.verb(ip, words, "ntable", VERBS, usage)
end

return ntable
