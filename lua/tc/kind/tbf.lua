-- tc/kind/tbf.lua - a token bucket
--
-- Layer: library of tc (form: tc.kind). Words and form are iproute2 6.1's (tc-tbf(8)).

local context = require "ip.context"
local units = require "tc.units"

local fail = context.fail

local ETHERNET, ATM = 1, 2
local LINKLAYER = { ethernet = ETHERNET, atm = ATM, adsl = ATM }
local LINKLAYER_NAME = { [0] = "unspec", "ethernet", "atm" }

local USAGE = [=[
Usage: ... tbf limit BYTES burst BYTES[/BYTES] rate KBPS [ mtu BYTES[/BYTES] ]
	[ peakrate KBPS ] [ latency TIME ] [ overhead BYTES ] [ linklayer TYPE ]]=]

local tbf = {}

local function wrong(key, text) fail(1, ('tbf: illegal value for "%s": "%s"'):format(key, text)) end

-- word: what it is kept as, how it is read
local WORDS = {
  limit = { "limit", units.size }, latency = { "latency", units.time },
  burst = { "burst", units.size }, buffer = { "burst", units.size },
  maxburst = { "burst", units.size }, mtu = { "mtu", units.size }, minburst = { "mtu", units.size },
  rate = { "rate", units.rate }, peakrate = { "peakrate", units.rate },
  mpu = { "mpu", units.size }, overhead = { "overhead", units.size },
}

-- 32 bits hold rates up to 34 Gbit/s
local function clamp(rate) return math.min(rate, 0xffffffff) end

local function check(got)
  local missing = {}
  if not got.rate then missing[1] = 'tbf: the "rate" parameter is mandatory.' end
  if not got.burst then missing[#missing + 1] = 'tbf: the "burst" parameter is mandatory.' end
  if got.peakrate and not got.mtu then
    missing[#missing + 1] = 'tbf: when "peakrate" is specified, "mtu" must also be specified.'
  end
  if not got.limit and not got.latency then
    missing[#missing + 1] = 'tbf: either "limit" or "latency" is required.'
  end
  if missing[1] then fail(1, table.concat(missing, "\n") .. "\n" .. USAGE) end
end

function tbf.read(words)
  local got = {}
  while words:peek() do
    local word = words:take()
    local how = WORDS[word]
    if how then
      local text = words:value()
      local size = how[2] == units.size and text:match("^(.*)/") or text -- "/CELL" is history
      got[how[1]] = how[2](size) or wrong(word, text)
      if got.limit and got.latency then
        fail(1, 'tbf: specifying both "latency" and "limit" is not allowed')
      end
    elseif word == "linklayer" then
      local text = words:value()
      got.linklayer = LINKLAYER[text] or wrong(word, text)
    elseif word == "help" then
      fail(1, USAGE)
    else
      fail(1, ('tbf: unknown parameter "%s"\n%s'):format(word, USAGE))
    end
  end
  check(got)
  if not got.limit then
    got.limit = got.rate * got.latency // 1000000 + got.burst
    if got.peakrate then
      got.limit = math.min(got.limit, got.peakrate * got.latency // 1000000 + got.mtu)
    end
  end
  local linklayer = got.linklayer or ETHERNET
  return {
    parms = {
      linklayer = linklayer, overhead = got.overhead, cell_align = -1, mpu = got.mpu,
      rate = clamp(got.rate),
      peak_linklayer = got.peakrate and linklayer, peak_overhead = got.peakrate and got.overhead,
      peak_cell_align = got.peakrate and -1, peak_mpu = got.peakrate and got.mpu,
      peak_rate = got.peakrate and clamp(got.peakrate),
      limit = got.limit, buffer = units.transmit_ticks(got.rate, got.burst),
      mtu = got.peakrate and units.transmit_ticks(got.peakrate, got.mtu),
    },
    rate64 = got.rate > 0xffffffff and got.rate or nil,
    peakrate64 = got.peakrate and got.peakrate > 0xffffffff and got.peakrate or nil,
    burst = got.burst,
    peakburst = got.peakrate and got.mtu,
  }
end

local function bucket(out, key, bytes, parameters, prefix, details)
  if details then
    local text = ("%s/%d"):format(units.size_text(bytes), 1 << parameters[prefix .. "cell_log"])
    out:put(key, key .. " %s ", text)
    out:json("mpu", parameters[prefix .. "mpu"])
    out:text("mpu %s ", units.size_text(parameters[prefix .. "mpu"]))
  else
    out:json(key, bytes)
    out:text("%s %s ", key, units.size_text(bytes))
  end
end

function tbf.show(out, options, tc)
  local p = options.parms
  if not p then return end
  local rate, peakrate = options.rate64 or p.rate, options.peakrate64 or p.peak_rate
  out:json("rate", rate)
  out:text("rate %s ", units.rate_text(rate))
  bucket(out, "burst", units.transmit_bytes(rate, p.buffer), p, "", tc.details)
  if peakrate ~= 0 then
    out:text("peakrate %s ", units.rate_text(peakrate))
    if p.mtu ~= 0 or p.peak_mpu ~= 0 then
      local key = tc.details and "mtu" or "minburst"
      bucket(out, key, units.transmit_bytes(peakrate, p.mtu), p, "peak_", tc.details)
    end
  end
  local latency = 1000000 * (p.limit / rate) - units.tick_time(p.buffer)
  if peakrate ~= 0 then
    latency = math.max(latency, 1000000 * (p.limit / peakrate) - units.tick_time(p.mtu))
  end
  if latency >= 0 then
    out:json("lat", math.floor(latency))
    out:text("lat %s ", units.time_text(math.floor(latency)))
  else
    out:json("limit", p.limit)
    out:text("limit %s ", units.size_text(p.limit))
  end
  if p.overhead ~= 0 then out:put("overhead", "overhead %d ", p.overhead) end
  if p.linklayer > ETHERNET or tc.details then
    out:put("linklayer", "linklayer %s ", LINKLAYER_NAME[p.linklayer & 0xf] or "unknown")
  end
end

return tbf
