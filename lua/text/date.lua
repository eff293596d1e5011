-- lua/text/date.lua - read dates as people write them
--
-- Layer: library, pure but for the local time zone. What date -d and touch -d take: the
-- forms of ISO 8601 and RFC 5322, @SECONDS, words (now, today, yesterday, tomorrow),
-- amounts ("2 days ago", "+1 hour"), and busybox's MMDDhhmm[[CC]YY][.ss].

local date = {}

--- Days from 1970-01-01 in the Gregorian calendar.
---@param year integer
---@param month integer 1-12, or beyond: 13 is January of the next year
---@param day integer
---@return integer
function date.days(year, month, day)
  year = year + (month - 1) // 12
  month = (month - 1) % 12 + 1
  if month <= 2 then year = year - 1 end
  local era = year // 400
  local of_era = year - era * 400
  local of_year = (153 * (month + (month > 2 and -3 or 9)) + 2) // 5 + day - 1
  return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468
end

--- Seconds since the epoch of a date and time.
---@param f table year, month, day, hour, min, sec
---@param offset integer? seconds east of Greenwich; nil: local time
---@return integer? seconds
function date.seconds(f, offset)
  if offset then
    return date.days(f.year, f.month, f.day) * 86400 + f.hour * 3600 + f.min * 60 + f.sec - offset
  end
  return os.time {
    year = f.year, month = f.month, day = f.day, hour = f.hour, min = f.min, sec = f.sec,
  }
end

local MONTHS = {
  jan = 1, feb = 2, mar = 3, apr = 4, may = 5, jun = 6, jul = 7, aug = 8, sep = 9, oct = 10,
  nov = 11, dec = 12,
}
local UNITS = { second = 1, sec = 1, minute = 60, min = 60, hour = 3600, day = 86400,
  week = 604800 }
local DAY_WORDS = { now = 0, today = 0, yesterday = -1, tomorrow = 1 }
local WEEKDAYS = { sun = 0, mon = 1, tue = 2, wed = 3, thu = 4, fri = 5, sat = 6 }

local function valid(f)
  return f.month >= 1 and f.month <= 12 and f.day >= 1 and f.day <= 31 and f.hour <= 24
    and f.min <= 59 and f.sec <= 60
end

-- Forms made of digits alone, behind an optional fraction.
local function two_digit_year(text)
  local year = tonumber(text)
  return year < 69 and year + 2000 or year + 1900
end

--- [[CC]YY]MMDDhhmm[.ss], as touch -t has it (POSIX).
---@param text string
---@param now integer for the year
---@return integer? seconds
function date.parse_touch(text, now)
  local digits, sec = text:match("^(%d+)%.?(%d*)$")
  if not digits or (sec ~= "" and #sec ~= 2) or text:sub(-1) == "." then return nil end
  local year
  if #digits == 12 then
    year, digits = tonumber(digits:sub(1, 4)), digits:sub(5)
  elseif #digits == 10 then
    year, digits = two_digit_year(digits:sub(1, 2)), digits:sub(3)
  elseif #digits == 8 then
    year = tonumber(os.date("%Y", now))
  else
    return nil
  end
  local month, day, hour, min = digits:match("^(..)(..)(..)(..)$")
  local f = {
    year = math.tointeger(year), month = math.tointeger(tonumber(month)),
      day = math.tointeger(tonumber(day)),
    hour = math.tointeger(tonumber(hour)), min = math.tointeger(tonumber(min)),
    sec = math.tointeger(tonumber(sec)) or 0,
  }
  return valid(f) and date.seconds(f) or nil
end

-- One reader for each kind of word; each takes its part off the front of the text and
-- fills in state. They are tried in this order.
local READERS = {}

local function reader(pattern, take)
  READERS[#READERS + 1] = function(text, state)
    local found = table.pack(text:match("^" .. pattern .. "()"))
    local after = found[found.n]
    if not after or take(state, table.unpack(found, 1, found.n - 1)) == false then return nil end
    return text:sub(after)
  end
end

local function set_date(state, year, month, day)
  state.year, state.month, state.day = tonumber(year), tonumber(month), tonumber(day)
  state.has_date = true
end

local function set_time(state, hour, min, sec, fraction)
  state.hour, state.min, state.sec = tonumber(hour), tonumber(min), tonumber(sec) or 0
  if fraction and fraction ~= "" then
    state.nsec = tonumber((fraction .. "000000000"):sub(1, 9))
  end
  state.has_time = true
end

reader("(%d%d%d%d)%-(%d%d?)%-(%d%d?)t?", set_date)
reader("(%d%d?)/(%d%d?)/(%d%d%d%d)", function(state, month, day, year)
  set_date(state, year, month, day)
end)
reader("(%d%d?)[ -](%a%a%a)%a*%.?[ -](%d%d%d%d)", function(state, day, month, year)
  if not MONTHS[month] then return false end
  set_date(state, year, MONTHS[month], day)
end)
reader("(%a%a%a)%a* +(%d%d?),? +(%d%d:%d%d:?%d?%d?) +(%d%d%d%d)", function(state, month, day, time,
  year)
  if not MONTHS[month] then return false end
  set_date(state, year, MONTHS[month], day)
  set_time(state, time:match("(%d+):(%d+):?(%d*)"))
end)
reader("(%a%a%a)%a* +(%d%d?),? +(%d%d%d%d)", function(state, month, day, year)
  if not MONTHS[month] then return false end
  set_date(state, year, MONTHS[month], day)
end)
reader("(%a%a%a)%a* +(%d%d?)%f[%D]", function(state, month, day)
  if not MONTHS[month] then return false end
  set_date(state, state.year, MONTHS[month], day)
end)
reader("(%d%d%d%d)%f[%D]", function(state, year) -- date's own: Fri Dec 25 10:11:12 UTC 2020
  if not (state.has_date and state.has_time) then return false end
  state.year = tonumber(year)
end)
reader("(%d%d?):(%d%d):(%d%d)[.,]?(%d*)", set_time)
reader("(%d%d?):(%d%d)", set_time)
reader("([ap])%.?m%.?%f[%A]", function(state, half)
  if not state.has_time or state.hour > 12 then return false end
  state.hour = state.hour % 12 + (half == "p" and 12 or 0)
end)
reader("([+-])(%d%d):?(%d%d)%f[%D]", function(state, sign, hours, minutes)
  if not state.has_time or state.offset then return false end
  state.offset = (tonumber(hours) * 60 + tonumber(minutes)) * (sign == "-" and -60 or 60)
end)
reader("(%a+)%f[%A]", function(state, word)
  if word == "z" or word == "utc" or word == "gmt" then
    state.offset = 0
  elseif DAY_WORDS[word] then
    state.days = state.days + DAY_WORDS[word]
    if word ~= "now" and word ~= "today" then state.midnight = false end
  elseif word == "noon" or word == "midnight" then
    set_time(state, word == "noon" and 12 or 0, 0)
  elseif word == "ago" then
    if not state.last_amount then return false end
    state.last_amount(-2)
  elseif word == "next" or word == "last" then
    state.count = word == "next" and 1 or -1
  elseif WEEKDAYS[word:sub(1, 3)]
    and ("sundaymondaytuesdaywednesdaythursdayfridaysaturday"):find(word, 1, true) then
    state.weekday = WEEKDAYS[word:sub(1, 3)]
  elseif state.count then
    local unit = word:gsub("s$", "")
    local count = state.count
    state.count = nil
    local key = unit == "month" and "months" or unit == "year" and "years" or "seconds"
    local scale = key == "seconds" and UNITS[unit] or 1
    if unit == "fortnight" then scale = 1209600 end
    if not scale then return false end
    if key == "seconds" and scale % 86400 == 0 then key, scale = "days", scale // 86400 end
    state[key] = state[key] + count * scale
    state.last_amount = function(factor) state[key] = state[key] + factor * count * scale end
  else
    local unit = word:gsub("s$", "")
    if not (UNITS[unit] or unit == "month" or unit == "year") then return false end
    state.seconds = state.seconds + (UNITS[unit] or 0)
    if unit == "month" then state.months = state.months + 1 end
    if unit == "year" then state.years = state.years + 1 end
  end
end)
reader("([+-]?) *(%d+) *%f[%a]", function(state, sign, count)
  state.count = tonumber(sign .. count)
end)

local function read_words(text, state)
  local rest = text:lower()
  while true do
    rest = rest:gsub("^[%s,]+", "")
    if rest == "" then return state.count == nil end
    local after
    for _, read in ipairs(READERS) do
      after = read(rest, state)
      if after then break end
    end
    if not after then return false end
    rest = after
  end
end

--- Read a date.
---@param text string
---@param now integer seconds, for what the text leaves out
---@param utc boolean? the time zone is UTC where the text names none
---@return integer? seconds since the epoch
---@return integer|string nsec, or "invalid date"
function date.parse(text, now, utc)
  local sign, whole, fraction = text:match("^%s*@([+-]?)(%d+)%.?(%d*)%s*$")
  if whole then
    local seconds = math.tointeger(tonumber(whole))
    local nsec = tonumber((fraction .. "000000000"):sub(1, 9))
    if sign == "-" then
      seconds, nsec = -seconds, nsec == 0 and 0 or 1000000000 - nsec
      if nsec ~= 0 then seconds = seconds - 1 end
    end
    return seconds, nsec
  end

  local format = utc and "!*t" or "*t"
  local today = os.date(format, now)
  local state = {
    year = today.year, month = today.month, day = today.day, nsec = 0,
    seconds = 0, days = 0, months = 0, years = 0,
  }
  if text:find("^%d+%.?%d*$") and #text:match("^%d+") >= 8 then
    -- busybox: MMDDhhmm[[CC]YY][.ss]
    local month, day, hour, min, year, sec = text:match("^(%d%d)(%d%d)(%d%d)(%d%d)(%d*)%.?(%d*)$")
    if not month or (#year ~= 0 and #year ~= 2 and #year ~= 4) then return nil, "invalid date" end
    set_date(state, year == "" and state.year or #year == 2 and two_digit_year(year) or year, month,
      day)
    set_time(state, hour, min, sec)
  elseif not read_words(text, state) then
    return nil, "invalid date"
  end

  if not state.has_time then
    local midnight = state.has_date or state.weekday or not text:find("%S")
    state.hour = midnight and 0 or today.hour
    state.min = midnight and 0 or today.min
    state.sec = midnight and 0 or today.sec
  end
  local f = {
    year = math.tointeger(state.year), month = math.tointeger(state.month),
    day = math.tointeger(state.day), hour = math.tointeger(state.hour),
    min = math.tointeger(state.min), sec = math.tointeger(state.sec),
  }
  if not valid(f) then return nil, "invalid date" end
  if state.weekday then
    local is = (date.days(f.year, f.month, f.day) + 4) % 7
    f.day = f.day + (state.weekday - is) % 7 + (state.count or 0)
  end
  f.year, f.month, f.day = f.year + state.years, f.month + state.months, f.day + state.days
  local seconds = date.seconds(f, state.offset or (utc and 0) or nil)
  if not seconds then return nil, "invalid date" end
  return seconds + state.seconds, state.nsec
end

return date
