-- tc/units.lua - sizes, rates, times and percentages in tc's words
--
-- Layer: library of tc. Forms are iproute2 6.1's (tc(8), section PARAMETERS). Readers return nil
-- for what is none.

local units = {}

local function split(text)
  local number, suffix = text:match("^([+-]?%d*%.?%d*[eE]?[+-]?%d*)(%a*)$")
  number = number and tonumber(number)
  if number then return number, suffix:lower() end
end

local function whole(number) return math.tointeger(number) or number // 1 | 0 end

local function with(factors)
  return function(text)
    local number, suffix = split(text)
    local factor = number and factors[suffix]
    return factor and number >= 0 and whole(number * factor) or nil
  end
end

--- Bytes: "10k", "1mb", "8kbit".
units.size = with { [""] = 1, b = 1, k = 1024, kb = 1024, m = 1 << 20, mb = 1 << 20, g = 1 << 30,
  gb = 1 << 30, kbit = 1024 // 8, mbit = (1 << 20) // 8, gbit = (1 << 30) // 8 }

--- Microseconds: "5ms", "1s"; a bare number is in them.
units.time = with { [""] = 1, us = 1, usec = 1, usecs = 1, ms = 1000, msec = 1000, msecs = 1000,
  s = 1000000, sec = 1000000, secs = 1000000 }

--- Nanoseconds: "5ms", "1s"; a bare number is in them.
units.time_ns = with { [""] = 1, ns = 1, nsec = 1, nsecs = 1, us = 1000, usec = 1000,
  usecs = 1000, ms = 1000000, msec = 1000000, msecs = 1000000, s = 1000000000, sec = 1000000000,
  secs = 1000000000 }

local RATE = { [""] = 1, bit = 1, bps = 8 }
for i, letter in ipairs { "k", "m", "g", "t" } do
  RATE[letter .. "bit"], RATE[letter .. "bps"] = 1000 ^ i, 8 * 1000 ^ i
  RATE[letter .. "ibit"], RATE[letter .. "ibps"] = 1024 ^ i, 8 * 1024 ^ i
end
local bits = with(RATE)

--- Bytes in a second: "1mbit", "10kbps"; a bare number is in bits.
function units.rate(text)
  local number = bits(text)
  return number and number // 8
end

local FULL = 0xffffffff

--- A share of 2^32 - 1: "25%", "0.25" is 25 %.
function units.percent(text)
  local number, sign = text:match("^([%d.]+)(%%?)$")
  number = tonumber(number)
  if not number then return nil end
  if sign == "%" then number = number / 100 end
  return number <= 1 and math.floor(number * FULL + 0.5) or nil
end

local function rounded(number) return math.floor(number + 0.5) end

--- "10Kb", "1514b"
function units.size_text(bytes)
  local m, k = rounded(bytes / (1 << 20)), rounded(bytes / 1024)
  if bytes >= 1 << 20 and math.abs((m << 20) - bytes) < 1024 then return ("%gMb"):format(m) end
  if bytes >= 1024 and math.abs(k * 1024 - bytes) < 16 then return ("%gKb"):format(k) end
  return ("%db"):format(bytes)
end

--- "10Mbit", from bytes in a second
function units.rate_text(bytes)
  local rate, letters = bytes * 8, { "", "K", "M", "G", "T" }
  local i = 1
  while i < 5 and rate >= 1000 and not (rate % 1000 ~= 0 and rate < 1000 * 1000) do
    rate, i = rate // 1000, i + 1
  end
  return ("%d%sbit"):format(rate, letters[i])
end

--- "5ms", from microseconds
function units.time_text(us)
  if us >= 1000000 then return ("%.3gs"):format(us / 1000000) end
  if us >= 1000 then return ("%.3gms"):format(us / 1000) end
  return ("%dus"):format(us)
end

--- "5ms", from nanoseconds
function units.time_ns_text(ns)
  if ns >= 1000000000 then return ("%.3gs"):format(ns / 1000000000) end
  if ns >= 1000000 then return ("%.3gms"):format(ns / 1000000) end
  if ns >= 1000 then return ("%.3gus"):format(ns / 1000) end
  return ("%dns"):format(ns)
end

--- "25%"
function units.percent_text(share) return ("%g%%"):format(share / FULL * 100) end

--- 0.25
function units.percent_number(share) return ("%g"):format(share / FULL) end

-- The scheduler's ticks in a microsecond: /proc/net/psched has how many ns a tick, and a unit of
-- time, takes.
local ticks
local function ticks_in_us()
  if not ticks then
    ticks = 15.625
    local file <close> = io.open("/proc/net/psched")
    local a, b, resolution = (file and file:read("l") or ""):match("^(%x+) (%x+) (%x+)")
    if a then
      a, b, resolution = tonumber(a, 16), tonumber(b, 16), tonumber(resolution, 16)
      if resolution == 1000000000 then a = b end -- compatibility with old clocks
      ticks = a / b * (resolution / 1000000)
    end
  end
  return ticks
end

--- Ticks that this many bytes take at a rate.
function units.transmit_ticks(rate, bytes)
  return whole(whole(1000000 * (bytes / rate)) * ticks_in_us())
end

--- Bytes that go out in so many ticks at a rate.
function units.transmit_bytes(rate, count)
  return whole(rate * whole(count / ticks_in_us()) / 1000000)
end

--- Microseconds of ticks.
function units.tick_time(count) return count / ticks_in_us() end

--- A handle: "1:10", "ffff:", "root", "none".
function units.handle_text(handle)
  if handle == 0xffffffff then return "root" end
  if handle == 0 then return "none" end
  if handle >> 16 == 0 then return (":%x"):format(handle & 0xffff) end
  if handle & 0xffff == 0 then return ("%x:"):format(handle >> 16) end
  return ("%x:%x"):format(handle >> 16, handle & 0xffff)
end

--- A qdisc's handle: "1:", "1".
function units.qdisc_handle(text)
  if text == "none" then return 0 end
  local major = text:match("^(%x+):?$")
  local number = major and tonumber(major, 16)
  return number and number <= 0xffff and number << 16 or nil
end

--- A class's id: "1:10", ":10", "root".
function units.class_id(text)
  if text == "root" then return 0xffffffff end
  if text == "none" then return 0 end
  local major, minor = text:match("^(%x*):(%x*)$")
  if not major then return nil end
  major, minor = tonumber(major, 16) or 0, tonumber(minor, 16) or 0
  return major <= 0xffff and minor <= 0xffff and major << 16 | minor or nil
end

return units
