-- ip/tcp_metrics.lua - `ip tcp_metrics`: what TCP remembers of hosts
--
-- Layer: library of ip; calls nl.genl. Words, form and keys are iproute2 6.1's (ip-tcp_metrics(8)).

local context = require "ip.context"
local genl = require "nl.genl"

local fail, matches = context.fail, context.matches

local AF_INET, AF_INET6 = 2, 10
local GET, DEL, VERSION = 1, 2, 1

local tcp_metrics = {}

local function usage()
  fail(255, [=[
Usage:	ip tcp_metrics/tcpmetrics { COMMAND | help }
	ip tcp_metrics { show | flush } SELECTOR
	ip tcp_metrics delete [ address ] ADDRESS
SELECTOR := [ [ address ] PREFIX ]]=])
end

-- A time in microseconds, of which the kernel keeps a fixed-point average; in JSON in seconds.
local function print_time(out, name, scaled, fraction_bits)
  local microseconds = (scaled or 0) >> fraction_bits
  if microseconds ~= 0 then
    out:number(name, "", "%g", microseconds / 1000000)
    out:text(" %s %dus", name, microseconds)
  end
end

-- Seconds from milliseconds, with as many digits as the two forms have.
local function print_age(out, key, form, ms) out:number(key, form, "%g", ms / 1000) end

local function print(ip, message)
  local out, metrics = ip.out, message.metrics or {}
  out:object()
  out:put("dst", "%s", message.dst4 or message.dst6)
  if message.age then print_age(out, "age", " age %.03fsec", message.age) end
  if message.tw_ts_stamp then
    out:put("tw_ts", " tw_ts %s", ("%d/%d"):format(message.tw_tsval or 0, message.tw_ts_stamp))
    out:text("sec ago")
  end
  for _, name in ipairs { "ssthresh", "cwnd", "reordering" } do
    local value = metrics[name]
    if value and value ~= 0 then out:put(name, " " .. name .. " %d", value) end
  end
  print_time(out, "rtt", metrics.rtt_us or (metrics.rtt or 0) * 1000, 3)
  print_time(out, "rttvar", metrics.rttvar_us or (metrics.rttvar or 0) * 1000, 2)
  if message.fopen_mss then out:put("fopen_miss", " fo_mss %d", message.fopen_mss) end
  if message.fopen_syn_drops then
    out:put("fopen_syn_drops", " fo_syn_drops %d", message.fopen_syn_drops)
    if message.fopen_syn_drop_age then
      print_age(out, "fopen_syn_drop_ts", "/%.03fsec ago", message.fopen_syn_drop_age)
    end
  end
  if message.fopen_cookie then
    out:put("fo_cookie", " fo_cookie %s", (message.fopen_cookie:gsub(".", function(byte)
      return ("%02x"):format(byte:byte())
    end)))
  end
  local source = message.src4 or message.src6
  if source then out:put("source", " source %s", source) end
  out:text("\n")
  out:object_end()
end

local function read_selector(ip, words, what)
  while words:peek() do
    local word = words:take()
    if word == "src" or word == "source" then
      what.source = context.prefix(words:value(), ip.family)
    else
      if word == "address" or word == "addr" then word = words:value() end
      if matches(word, "help") then usage() end
      if what.address then context.ambiguous("address", word) end
      what.address = context.prefix(word, ip.family)
    end
  end
  return what
end

-- One host, not many.
local function is_host(prefix)
  return prefix and not prefix.is_any and prefix.length == #prefix.bytes * 8
end

local function request(cmd, what)
  local values = { cmd = cmd, version = VERSION }
  local function add(prefix, key)
    if is_host(prefix) then
      values[key .. (prefix.family == AF_INET6 and "6" or "4")] = prefix.text
    end
  end
  add(what.address, "dst")
  add(what.source, "src")
  return values
end

local function fits(ip, what, message)
  local family = message.dst4 and AF_INET or AF_INET6
  if ip.family and ip.family ~= family then return false end
  local source = message.src4 or message.src6
  return (not what.address or context.within(what.address, message.dst4 or message.dst6))
    and (not what.source or source ~= nil and context.within(what.source, source))
end

-- Calls fn(connection, schema) with a connection to the family.
local function with_family(ip, fn)
  local connection, schema = genl.open("tcp_metrics", require "nl.schema.tcp_metrics",
    { netns = ip.netns })
  if not connection then
    ip:refused(schema)
    return 1
  end
  local guard <close> = connection
  return fn(guard, schema)
end

local function show(ip, words)
  local what = read_selector(ip, words, {})
  return with_family(ip, function(connection, schema)
    local out, ok, err = ip.out, true
    if is_host(what.address) then
      local message
      message, err = connection:get(schema, request(GET, what))
      if not message then return ip:refused(err) end
      out:start()
      print(ip, message)
    else
      out:start()
      ok, err = connection:dump(schema, request(GET, {}), function(message)
        if fits(ip, what, message) then print(ip, message) end
      end)
    end
    out:finish()
    if ok then return 0 end
    ip:refused(err)
    io.stderr:write("Dump terminated\n")
    return 1
  end)
end

local function delete_one(ip, connection, schema, what)
  local ok, err = connection:call(schema, "set", request(DEL, what))
  return ok and 0 or ip:refused(err)
end

local function delete(ip, words)
  local what = read_selector(ip, words, {})
  if not what.address then fail(255, 'Error: argument "address" is required') end
  if not is_host(what.address) then
    fail(1, ('Error: a specific IP address is expected rather than "%s"')
      :format(words[words.at - 1]))
  end
  return with_family(ip, function(connection, schema)
    return delete_one(ip, connection, schema, what)
  end)
end

local function flush(ip, words)
  local what = read_selector(ip, words, {})
  return with_family(ip, function(connection, schema)
    local is_all = not (what.address and not what.address.is_any) and not what.source
      and not ip.family
    if is_all or is_host(what.address) then return delete_one(ip, connection, schema, what) end
    local found, err = connection:dump(schema, request(GET, {}))
    if not found then return ip:refused(err) end
    for _, message in ipairs(found) do
      if fits(ip, what, message) then
        local ok, refused = connection:call(schema, "set", { cmd = DEL, version = VERSION,
          dst4 = message.dst4, dst6 = message.dst6, src4 = message.src4, src6 = message.src6 })
        if not ok and not refused.SRCH then return ip:refused(refused) end
      end
    end
    return 0
  end)
end

local VERBS = { { "show", show }, { "list", show }, { "lst", show }, { "delete", delete },
  { "flush", flush } }

--- `ip tcp_metrics ...`
---@param ip ip.Context
---@param words ip.Words
---@return integer status
function tcp_metrics.run(ip, words)
  return context.verb(ip, words, "tcp_metrics", VERBS, usage)
end

return tcp_metrics
