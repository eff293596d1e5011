-- init/schema/schedule.lua - the fields of a timer: every, at, onboot
--
-- Layer: PID 1's Lua side. `at` is "[DAYS] [WEEKDAYS] HH:MM[:SS]", each part a
-- number or name, "*", "a-b", "a,b" or "*/n"; it becomes bit masks, from which
-- the core finds the next time (calendar.c). Clocks are those of the definition's
-- TZ, or the machine's: the core gets their changes for the years to come.

local S = require "syscall"
local checks = require "init.schema.checks"

local schedule = {}

local YEAR = 31556952 -- seconds
local YEARS = 20 -- a machine that is up for longer keeps the last offset
local BIAS = 1 << 20 -- plan.h

local WEEKDAYS = { sun = 0, mon = 1, tue = 2, wed = 3, thu = 4, fri = 5, sat = 6 }

--- One part as a bit mask.
local function mask(word, low, high, names)
  local bits = 0
  for item in (word .. ","):gmatch("([^,]*),") do
    local range, step = item:match("^([^/]+)/(%d+)$")
    step = math.tointeger(tonumber(step)) or 1
    range = range or item
    local from, to = range:match("^(%w+)%-(%w+)$")
    if range == "*" then
      from, to = low, high
    else
      from, to = from or range, to or range
      from = names and names[from] or math.tointeger(tonumber(from))
      to = names and names[to] or math.tointeger(tonumber(to))
    end
    if not from or not to or from < low or to > high or step < 1 then return nil end
    if names and to < from then to = to + 7 end -- sat-mon
    for n = from, to, step do bits = bits | 1 << (names and n % 7 or n) end
  end
  return bits ~= 0 and bits or nil
end

local function slot(text)
  local words = {}
  for word in text:lower():gmatch("%S+") do words[#words + 1] = word end
  local time = table.remove(words) or ""
  local hours, minutes, second = time:match("^([%d*,/-]+):([%d*,/-]+):?(%d*)$")
  if not hours or #words > 2 then return nil end
  local row = {
    days = (1 << 32) - 2, weekdays = 127,
    hours = mask(hours, 0, 23), second = second == "" and 0 or math.tointeger(tonumber(second)),
  }
  local minute_bits = mask(minutes, 0, 59)
  if not row.hours or not minute_bits or row.second > 59 then return nil end
  row.minutes_low, row.minutes_high = minute_bits & 0xffffffff, minute_bits >> 32
  for _, word in ipairs(words) do
    if word:find("%a") then
      row.weekdays = mask(word, 0, 6, WEEKDAYS)
    else
      row.days = mask(word, 1, 31)
    end
  end
  return row.weekdays and row.days and row or nil
end

local zones = {} -- by name: asking takes a few milliseconds

--- The rows of a zone; none for UTC.
local function zone_of(name)
  if zones[name or ""] then return zones[name or ""] end
  -- A clock that was never set is no guide: it is at least as late as this binary. From a round
  -- moment on: the same zone gives the same plan today and tomorrow.
  local built = S.stat("/proc/self/exe")
  local from = math.max(os.time(), built and built.mtime or 0) // YEAR * YEAR - YEAR
  local rows = {}
  for i, change in ipairs(require("time.zone").changes(name, from, from + YEARS * YEAR)) do
    rows[i] = { at_low = change.at & 0xffffffff, at_high = change.at >> 32,
      offset = change.offset + BIAS }
  end
  if not rows[2] and rows[1].offset == BIAS then rows = {} end
  zones[name or ""] = rows
  return rows
end

function schedule.at(value, _, record)
  if type(value) == "string" then value = { value } end
  local list = checks.list(value)
  local expected = '"HH:MM", "mon-fri HH:MM", "1,15 HH:MM:SS", or a list of such'
  if not list or not list[1] then return nil, expected end
  record.at = {}
  for i, item in ipairs(list) do
    record.at[i] = slot(item)
    if not record.at[i] then return nil, expected end
  end
  local env = record.definition and record.definition.env
  local name = type(env) == "table" and env.TZ
  record.zone = zone_of(type(name) == "string" and name or nil)
  return true
end

function schedule.every(value, _, record)
  local ms, expected = checks.seconds(value)
  if not ms then return nil, expected end
  if ms < 10 then return nil, "at least 0.01 seconds" end
  record.every = ms
  return true
end

function schedule.onboot(value, _, record)
  local ms, expected = checks.seconds(value)
  if not ms then return nil, expected end
  record.onboot = ms + 1 -- 0 is "not given"
  return true
end

return schedule
