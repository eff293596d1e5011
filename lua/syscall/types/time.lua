-- syscall/types/time.lua - times as numbers of seconds
--
-- Layer: library, behind S.t. A time may be a number (fractions too), {sec,
-- nsec}, a table of fields, a timespec or a timeval.

local S = require "syscall"
local mem = require "syscall.mem"

local time = {}

--- utimensat(2)'s words.
local NANOSECONDS = { now = 0x3fffffff, omit = 0x3ffffffe }

--- A class of struct of seconds and a fraction in units of 1/scale.
local function seconds_class(name, fraction, scale)
  local class = { get = {}, set = {} }

  function class.set.time(m, seconds)
    local whole = math.floor(seconds)
    m.tv_sec = whole
    m[fraction] = math.floor((seconds - whole) * scale)
  end

  function class.get.time(m) return m.tv_sec + m[fraction] / scale end

  function class.new(value, part)
    local m = mem.new(name)
    if value == nil then return m end
    if type(value) == "number" then
      if part then
        m.tv_sec, m[fraction] = value, part
      else
        class.set.time(m, value)
      end
    elseif type(value) == "string" and NANOSECONDS[value:lower()] and scale == 1000000000 then
      m.tv_nsec = NANOSECONDS[value:lower()]
    elseif type(value) == "string" then
      error("invalid time " .. value, 2)
    elseif type(value) == "userdata" then -- the other of the two kinds
      class.set.time(m, value.time)
    elseif value[1] then
      m.tv_sec, m[fraction] = value[1], value[2] or 0
    else
      for key, v in pairs(value) do m[key] = v end
    end
    return m
  end

  function class.tostring(m) return tostring(class.get.time(m)) end

  return class
end

time.timespec = seconds_class("timespec", "tv_nsec", 1000000000)
time.timeval = seconds_class("timeval", "tv_usec", 1000000)

local function timer_class(name)
  local class = {}

  function class.new(value, ...)
    local m = mem.new(name)
    if value == nil then return m end
    if type(value) ~= "table" then value = { value, ... } end
    local interval, first = value[1], value[2]
    if interval or first then
      m.it_interval, m.it_value = interval or 0, first or 0
    else
      for key, v in pairs(value) do m[key] = v end
    end
    return m
  end

  return class
end

time.itimerspec = timer_class("itimerspec")
time.itimerval = timer_class("itimerval")

local function pair(class)
  return {
    new = function(a, b)
      if type(a) == "table" then
        a, b = a[1], a[2]
      end
      return { class.new(a), class.new(b) }
    end,
  }
end

-- ---- timex: adjtimex(2) ----

local function flags(field, constants)
  return function(m, value) mem.set(m, field, S.c[constants][value]) end
end

time.timex = { set = { modes = flags("modes", "ADJ"), status = flags("status", "STA") } }

function time.timex.new(fields)
  local m = mem.new("timex")
  for key, value in pairs(fields or {}) do m[key] = value end
  return m
end

--- What adjtimex returned: the state of the clock by its names, and the timex.
time.adjtimex = {
  new = function(state, timex)
    local result = { state = state, timex = timex }
    for name, value in pairs(S.c.TIME) do result[name] = value == state end
    return setmetatable(result, {
      __index = function(_, name) return rawget(result, tostring(name):upper()) end,
    })
  end,
}

time.timespec2 = pair(time.timespec)
time.timeval2 = pair(time.timeval)
time.timespec2_raw, time.timeval2_raw = time.timespec2, time.timeval2

return time
