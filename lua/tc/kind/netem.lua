-- tc/kind/netem.lua - delay, loss and other faults of networks
--
-- Layer: library of tc (form: tc.kind). Words and form are iproute2 6.1's (tc-netem(8)).

local context = require "ip.context"
local kind = require "tc.kind"
local units = require "tc.units"

local fail = context.fail

local FULL = 0xffffffff
local DISTRIBUTIONS = { os.getenv("TC_LIB_DIR") or "/usr/lib/tc", "/usr/share/tc", "/lib/tc" }
local DISTRIBUTION_MAX = 16384

local USAGE = [=[
Usage: ... netem [ limit PACKETS ]
                 [ delay TIME [ JITTER [CORRELATION]]]
                 [ distribution {uniform|normal|pareto|paretonormal} ]
                 [ corrupt PERCENT [CORRELATION]]
                 [ duplicate PERCENT [CORRELATION]]
                 [ loss random PERCENT [CORRELATION]]
                 [ loss state P13 [P31 [P32 [P23 P14]]]
                 [ loss gemodel PERCENT [R [1-H [1-K]]]
                 [ ecn ]
                 [ reorder PERCENT [CORRELATION] [ gap DISTANCE ]]
                 [ rate RATE [PACKETOVERHEAD] [CELLSIZE] [CELLOVERHEAD]]
                 [ slot MIN_DELAY [MAX_DELAY] [packets MAX_PACKETS] [bytes MAX_BYTES]]
                 [ slot distribution {uniform|normal|pareto|paretonormal|custom}
                   DELAY JITTER [packets MAX_PACKETS] [bytes MAX_BYTES]]
]=]

local netem = {}

-- ---- words ----

local function has_number(words)
  local word = words:peek()
  return word and word:find("^[%d.+-]") ~= nil
end

local function percent(words, what) return kind.value(words, units.percent, what) end

-- A number that may follow.
local function optional(words, read, what)
  return has_number(words) and kind.value(words, read, what) or nil
end

-- A file of numbers, from which the kernel draws.
local function distribution(words)
  local name = words:value()
  local path, file, err
  for _, folder in ipairs(DISTRIBUTIONS) do
    path = folder .. "/" .. name .. ".dist"
    file, err = io.open(path)
    if file then break end
  end
  if not file then
    fail(1, ("No distribution data for %s (%s: %s)"):format(name, path,
      (err:gsub("^.-: ", ""))))
  end
  local values = {}
  for line in file:lines() do
    for number in line:gsub("#.*", ""):gmatch("%S+") do
      local value = math.tointeger(tonumber(number))
      if not value or #values == DISTRIBUTION_MAX then break end
      values[#values + 1] = string.pack("=i2", value)
    end
  end
  file:close()
  return table.concat(values)
end

local function read_loss(words, got)
  local word = words:peek()
  if word == "random" or has_number(words) then
    if word == "random" then words:take() end
    got.loss = percent(words, "loss percent")
    got.corr.loss = optional(words, units.percent, "loss correllation")
  elseif word == "state" then
    words:take()
    local p13 = percent(words, "loss p13")
    local p31 = optional(words, units.percent, "loss p31")
    local p32 = optional(words, units.percent, "loss p32")
    local p23 = optional(words, units.percent, "loss p23")
    local p14 = optional(words, units.percent, "loss p14")
    got.loss_model = { state = { p13 = p13, p31 = p31 or FULL - p13, p32 = p32 or 0,
      p23 = p23 or FULL, p14 = p14 or 0 } }
  elseif word == "gemodel" then
    words:take()
    local p = percent(words, "loss gemodel p")
    local r = optional(words, units.percent, "loss gemodel r")
    local h = optional(words, units.percent, "loss gemodel h")
    local k = optional(words, units.percent, "loss gemodel k")
    got.loss_model = { gemodel = { p = p, r = r or FULL - p, h = h and FULL - h or 0,
      k1 = k or 0 } }
  else
    fail(1, "Unknown loss parameter: " .. (word or words:value()))
  end
end

local function read_slot(words)
  if words:peek() == "distribution" then fail(1, "slot distribution is not supported") end
  local slot = { min_delay = kind.value(words, units.time_ns, "slot min delay") }
  slot.max_delay = optional(words, units.time_ns, "slot max delay") or slot.min_delay
  while words:peek() == "packets" or words:peek() == "bytes" do
    local word = words:take()
    slot[word] = kind.number(words, "slot " .. word)
  end
  return slot
end

local READ = {
  limit = function(words, got) got.limit = kind.value(words, units.size, "limit") end,
  delay = function(words, got)
    got.latency_ns = kind.value(words, units.time_ns, "latency")
    got.jitter_ns = optional(words, units.time_ns, "latency")
    if got.jitter_ns then got.corr.delay = optional(words, units.percent, "latency") end
  end,
  loss = read_loss,
  ecn = function(_, got) got.ecn = 1 end,
  duplicate = function(words, got)
    got.duplicate = percent(words, "duplicate")
    got.corr.duplicate = optional(words, units.percent, "duplicate")
  end,
  corrupt = function(words, got)
    got.corrupt = { probability = percent(words, "corrupt") }
    got.corrupt.correlation = optional(words, units.percent, "corrupt")
  end,
  reorder = function(words, got)
    got.reorder = { probability = percent(words, "reorder") }
    got.reorder.correlation = optional(words, units.percent, "reorder")
  end,
  gap = function(words, got) got.gap = kind.number(words, "gap") end,
  rate = function(words, got)
    local rate = kind.value(words, units.rate, "rate")
    got.rate = { rate = math.min(rate, FULL) }
    if rate > FULL then got.rate64 = rate end
    for _, key in ipairs { "packetoverhead", "cellsize", "celloverhead" } do
      got.rate[key] = optional(words, context.integer, key)
    end
  end,
  distribution = function(words, got) got.delay_dist = distribution(words) end,
  slot = function(words, got) got.slot = read_slot(words) end,
}
READ.latency, READ.drop = READ.delay, READ.loss

function netem.read(words)
  local got = { limit = 1000, corr = {} }
  while words:peek() do
    local word = words:take()
    if word == "help" then fail(1, (USAGE:gsub("\n$", ""))) end
    local read = READ[word] or kind.unknown(word, (USAGE:gsub("\n$", "")))
    read(words, got)
  end
  if got.reorder then
    if not got.latency_ns then
      fail(1, "reordering not possible without specifying some delay\n" .. USAGE:gsub("\n$", ""))
    end
    got.gap = got.gap or 1
  elseif (got.gap or 0) > 0 then
    fail(1, "gap specified without reorder probability\n" .. USAGE:gsub("\n$", ""))
  end
  if got.ecn and not got.loss and not got.loss_model then
    fail(1, "ecn requested without loss model\n" .. USAGE:gsub("\n$", ""))
  end
  if got.delay_dist and not got.jitter_ns then
    fail(1, "distribution specified but no latency and jitter values\n"
      .. USAGE:gsub("\n$", ""))
  end
  return got
end

-- ---- text ----

local function share(out, key, form, value)
  if out.is_json then
    out:number(key, "", "%s", units.percent_number(value))
  else
    out:text(form, units.percent_text(value))
  end
end

local function seconds(out, key, form, ns)
  if out.is_json then
    out:number(key, "", "%g", ns / 1000000000)
  else
    out:text(form, units.time_ns_text(ns))
  end
end

-- A share, and what it has to do with the one before.
local function correlated(out, key, value, correlation)
  out:object(key)
  share(out, key:match("%a+$") == "random" and "loss" or key, " " .. (key:match("^%a+"))
    .. " %s", value)
  if correlation ~= 0 then
    share(out, "correlation", " %s", correlation)
  else
    out:json("correlation", 0)
  end
  out:object_end()
end

local function show_model(out, model)
  local state, ge = model.state, model.gemodel
  if state then
    out:object("loss-state")
    out:text(" loss state")
    for _, key in ipairs { "p13", "p31", "p32", "p23", "p14" } do
      share(out, key, " " .. key .. " %s", state[key])
    end
    out:object_end()
  elseif ge then
    out:object("loss-gemodel")
    out:text(" loss gemodel")
    share(out, "p", " p %s", ge.p)
    share(out, "r", " r %s", ge.r)
    share(out, "1-h", " 1-h %s", FULL - ge.h)
    share(out, "1-k", " 1-k %s", ge.k1)
    out:object_end()
  end
end

function netem.show(out, options)
  local corr = options.corr or { delay = 0, loss = 0, duplicate = 0 }
  local latency, jitter = options.latency_ns or 0, options.jitter_ns or 0
  out:put("limit", "limit %d", options.limit)
  if latency ~= 0 then
    out:object("delay")
    seconds(out, "delay", " delay %s", latency)
    if jitter ~= 0 then
      seconds(out, "jitter", "  %s", jitter)
      if corr.delay ~= 0 then
        share(out, "correlation", " %s", corr.delay)
      else
        out:json("correlation", 0)
      end
    else
      out:json("jitter", 0)
      out:json("correlation", 0)
    end
    out:object_end()
  end
  if options.loss_model then show_model(out, options.loss_model) end
  if options.loss ~= 0 then correlated(out, "loss-random", options.loss, corr.loss) end
  if options.duplicate ~= 0 then
    correlated(out, "duplicate", options.duplicate, corr.duplicate)
  end
  for _, key in ipairs { "reorder", "corrupt" } do
    local value = options[key]
    if value and value.probability ~= 0 then
      correlated(out, key, value.probability, value.correlation)
    end
  end
  local rate = options.rate
  if rate and rate.rate ~= 0 then
    local bytes = options.rate64 or rate.rate
    out:object("rate")
    out:json("rate", bytes)
    out:text(" rate %s", units.rate_text(bytes))
    for _, key in ipairs { "packetoverhead", "cellsize", "celloverhead" } do
      out:json(key, rate[key])
      if rate[key] ~= 0 then out:text(" %s %d", key, rate[key]) end
    end
    out:object_end()
  end
  local slot = options.slot
  if slot and (slot.min_delay ~= 0 or slot.max_delay ~= 0) then
    out:object("slot")
    seconds(out, "min-delay", " slot %s", slot.min_delay)
    seconds(out, "max-delay", " %s", slot.max_delay)
    if slot.packets ~= 0 then out:put("packets", " packets %d", slot.packets) end
    if slot.bytes ~= 0 then out:put("bytes", " bytes %d", slot.bytes) end
    out:object_end()
  end
  local has_ecn = options.ecn ~= nil and options.ecn ~= 0
  out:json("ecn", has_ecn)
  if has_ecn then out:text(" ecn ") end
  out:json("gap", options.gap)
  if options.gap ~= 0 then out:text(" gap %d", options.gap) end
end

return netem
