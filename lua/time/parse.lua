-- time/parse.lua - dates and times as people write them
--
-- Layer: library. Follows GNU's "date input formats" and the forms of busybox
-- and POSIX date. A text is a sequence of items (a date, a time, a zone, a day
-- of the week, words relative to now), each of which sets its part.

local names = require "time.format"

local parse = {}

local UNITS = { sec = "sec", second = "sec", min = "min", minute = "min", hour = "hour",
  day = "day", week = "week", fortnight = "fortnight", month = "month", year = "year" }
local NUMBERS = { last = -1, this = 0, next = 1, first = 1, third = 3, fourth = 4, fifth = 5,
  sixth = 6, seventh = 7, eighth = 8, ninth = 9, tenth = 10, eleventh = 11, twelfth = 12 }
local ZONES = { z = 0, utc = 0, gmt = 0, ut = 0, est = -5, edt = -4, cst = -6, cdt = -5, mst = -7,
  mdt = -6, pst = -8, pdt = -7, cet = 1, cest = 2, eet = 2, eest = 3, wet = 0, west = 1, bst = 1,
  msk = 3, jst = 9 }

--- 1 to n when the word is one of the names or their first three letters.
local function place(list, word)
  word = word:gsub("%.$", "")
  if #word < 3 then return nil end
  for i, name in ipairs(list) do
    name = name:lower()
    if word == name or word == name:sub(1, 3) or word == "sept" and name == "september" or
      word == "tues" and name == "tuesday" or word == "thurs" and name == "thursday" then
      return i
    end
  end
end

local function integer(text) return math.tointeger(tonumber(text)) end

--- Two digits of a year: POSIX.
local function full_year(text)
  local year = integer(text)
  if #text > 2 then return year end
  return year + (year < 69 and 2000 or 1900)
end

--- Days since 1970 of a date of the Gregorian calendar.
local function days(year, month, day)
  if month <= 2 then year = year - 1 end
  local era_year = year % 400
  local month_from_march = (month + 9) % 12
  local day_of_year = (153 * month_from_march + 2) // 5 + day - 1
  return year // 400 * 146097 + era_year * 365 + era_year // 4 - era_year // 100 + day_of_year -
    719468
end

local function set_date(t, year, month, day)
  if t.has_date then return false end
  t.year, t.month, t.day, t.has_date = year or t.year, month, day, true
  return month >= 1 and month <= 12 and day >= 1 and day <= 31
end

local function set_time(t, hour, min, sec, fraction, half)
  if t.has_time then return false end
  hour = integer(hour)
  if half ~= "" then
    if hour < 1 or hour > 12 then return false end
    hour = hour % 12 + (half:sub(1, 1) == "p" and 12 or 0)
  end
  t.hour, t.min, t.sec = hour, integer(min) or 0, integer(sec) or 0
  t.nsec = fraction and integer((fraction .. "000000000"):sub(1, 9)) or 0
  t.has_time = true
  return hour <= 24 and t.min <= 59 and t.sec <= 60
end

local function set_zone(t, sign, hours, minutes)
  local offset = integer(hours) * 3600 + (integer(minutes) or 0) * 60
  t.zone = sign == "-" and -offset or offset
  return t.zone <= 86400 and t.zone >= -86400
end

--- Items: a pattern and what it sets, tried in order; false refuses the text.
local ITEMS = {
  { "^(%d%d%d%d+)%-(%d%d?)%-(%d%d?)t?%f[^%dt]", function(t, y, m, d)
    return set_date(t, integer(y), integer(m), integer(d))
  end },
  { "^(%d%d%d%d+)%-(%d%d?)%-(%d%d?)t", function(t, y, m, d)
    return set_date(t, integer(y), integer(m), integer(d))
  end },
  { "^(%d%d%d%d)[/.](%d%d?)[/.](%d%d?)%-?", function(t, y, m, d)
    return set_date(t, integer(y), integer(m), integer(d))
  end },
  { "^(%d%d?)/(%d%d?)/(%d+)", function(t, m, d, y)
    return set_date(t, full_year(y), integer(m), integer(d))
  end },
  { "^(%d%d?)/(%d%d?)", function(t, m, d) return set_date(t, nil, integer(m), integer(d)) end },
  { "^(%d%d?)[-%s]*(%a%a%a+)%.?[-%s]+(%d%d%d%d)%f[^%d]", function(t, d, m, y)
    local month = place(names.MONTHS, m)
    if not month then return nil end
    return set_date(t, integer(y), month, integer(d))
  end },
  { "^(%d%d?)[-%s]*(%a%a%a+)", function(t, d, m)
    local month = place(names.MONTHS, m)
    if not month then return nil end
    return set_date(t, nil, month, integer(d))
  end },
  { "^(%a%a%a+)%.?%s+(%d%d?),?%s+(%d%d%d%d)%f[^%d:]", function(t, m, d, y)
    local month = place(names.MONTHS, m)
    if not month then return nil end
    return set_date(t, integer(y), month, integer(d))
  end },
  { "^(%a%a%a+)%.?%s+(%d%d?)%f[^%d:]", function(t, m, d)
    local month = place(names.MONTHS, m)
    if not month then return nil end
    return set_date(t, nil, month, integer(d))
  end },
  { "^(%d%d?):(%d%d?):(%d%d?)[.,](%d+)%s*([ap]?%.?m?%.?)", function(t, h, m, s, f, half)
    return set_time(t, h, m, s, f, half)
  end },
  { "^(%d%d?):(%d%d?):(%d%d?)%s*([ap]%.?m%.?)", function(t, h, m, s, half)
    return set_time(t, h, m, s, nil, half)
  end },
  { "^(%d%d?):(%d%d?):(%d%d?)", function(t, h, m, s) return set_time(t, h, m, s, nil, "") end },
  { "^(%d%d?):(%d%d?)%s*([ap]%.?m%.?)", function(t, h, m, half)
    return set_time(t, h, m, nil, nil, half)
  end },
  { "^(%d%d?):(%d%d?)", function(t, h, m) return set_time(t, h, m, nil, nil, "") end },
  { "^(%d%d?)%s*([ap]%.?m%.?)%f[^%a]", function(t, h, half)
    return set_time(t, h, nil, nil, nil, half)
  end },
  { "^([+-])(%d%d):?(%d%d)%f[^%d]", function(t, sign, h, m)
    if not t.has_time or t.zone then return nil end
    return set_zone(t, sign, h, m)
  end },
  { "^([+-])(%d%d?)%f[^%d%s]", function(t, sign, h)
    if not t.has_time or t.zone then return nil end
    return set_zone(t, sign, h)
  end },
  { "^([+-]?%s*%d+)%s*(%a+)%s*(%a*)", function(t, n, unit, ago)
    local kind = UNITS[unit] or UNITS[unit:gsub("s$", "")]
    if not kind then return nil end
    local count = integer((n:gsub("%s", "")))
    if ago == "ago" then count = -count end
    table.insert(t.relative, { kind, count })
    return true, ago ~= "ago" and ago or nil
  end },
  { "^(%d%d%d%d)(%d%d)(%d%d)t?%f[^%dt]", function(t, y, m, d)
    return set_date(t, integer(y), integer(m), integer(d))
  end },
  { "^(%d%d%d%d)(%d%d)(%d%d)t", function(t, y, m, d)
    return set_date(t, integer(y), integer(m), integer(d))
  end },
  { "^(%d%d)(%d%d)%f[^%d]", function(t, h, m)
    if t.has_date and not t.has_time then return set_time(t, h, m, nil, nil, "") end
    return nil
  end },
  { "^(%d%d%d%d)%f[^%d]", function(t, y)
    if not t.has_date then return nil end
    t.year = integer(y)
    return true
  end },
  { "^(%a+)%s+(%a+)%s*(%a*)", function(t, ordinal, unit, ago)
    local count = NUMBERS[ordinal]
    if not count then return nil end
    local kind = UNITS[unit] or UNITS[unit:gsub("s$", "")]
    if kind then
      table.insert(t.relative, { kind, ago == "ago" and -count or count })
      return true, ago ~= "ago" and ago or nil
    end
    local day = place(names.DAYS, unit)
    if not day then return nil end
    t.weekday, t.weeks = day, count
    return true, ago
  end },
  { "^(%a+)%.?", function(t, word)
    if word == "now" or word == "today" or word == "t" and t.has_date then return true end
    if word == "yesterday" or word == "tomorrow" then
      table.insert(t.relative, { "day", word == "tomorrow" and 1 or -1 })
      return true
    elseif word == "noon" or word == "midnight" then
      return set_time(t, word == "noon" and "12" or "0", "0", "0", nil, "")
    elseif UNITS[word] then -- "day ago" is one
      table.insert(t.relative, { UNITS[word], 1 })
      return true
    elseif word == "ago" then
      local last = t.relative[#t.relative]
      if not last then return false end
      last[2] = -last[2]
      return true
    elseif ZONES[word] then
      t.zone = (t.zone or 0) + ZONES[word] * 3600
      return true
    end
    local day = place(names.DAYS, word)
    if not day then return nil end
    t.weekday, t.weeks = day, 0
    return true
  end },
}

--- Take the first item off the text; nil when there is none.
local function take(t, text)
  for _, item in ipairs(ITEMS) do
    local captures = { text:find(item[1]) }
    if captures[1] then
      local ok, back = item[2](t, table.unpack(captures, 3))
      if ok == false then return nil end
      if ok then
        local rest = text:sub(captures[2] + 1)
        return back and back ~= "" and back .. rest or rest
      end
    end
  end
end

--- The parts as seconds since 1970, in the zone given or in that of the process.
local function seconds_of(t)
  if t.zone then
    -- months and years first, as mktime(3) does
    local month = t.year * 12 + t.month - 1
    return days(month // 12, month % 12 + 1, 1) * 86400 + (t.day - 1) * 86400 + t.hour * 3600 +
      t.min * 60 + t.sec - t.zone
  end
  local ok, value = pcall(os.time, { year = t.year, month = t.month, day = t.day, hour = t.hour,
    min = t.min, sec = t.sec })
  return ok and value or nil
end

local function apply_relative(t)
  local add = { sec = 0, min = 0, hour = 0 }
  for _, item in ipairs(t.relative) do
    local unit, count = item[1], item[2]
    if unit == "week" then
      t.day = t.day + 7 * count
    elseif unit == "fortnight" then
      t.day = t.day + 14 * count
    elseif add[unit] then
      add[unit] = add[unit] + count
    else
      t[unit] = t[unit] + count
    end
  end
  return add.sec + add.min * 60 + add.hour * 3600
end

--- The next such day of the week, today included; "next": not today.
local function apply_weekday(t)
  local noon = os.time { year = t.year, month = t.month, day = t.day, hour = 12 }
  local today = os.date("*t", noon).wday
  local ahead = (t.weekday - today) % 7
  local weeks = t.weeks
  if weeks > 0 and ahead ~= 0 then weeks = weeks - 1 end
  t.day = t.day + ahead + 7 * weeks
end

--- A date does not exist (31 April) when mktime makes another of it.
local function exists(t)
  if not t.has_date then return true end
  local month = t.month
  local lengths = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }
  local is_leap = t.year % 4 == 0 and (t.year % 100 ~= 0 or t.year % 400 == 0)
  return t.day <= (month == 2 and is_leap and 29 or lengths[month])
end

--- MMDDhhmm[[CC]YY][.ss], as POSIX date takes it for setting.
---@param text string
---@param now integer
---@return integer? seconds
function parse.posix(text, now)
  local digits, sec = text:match("^(%d+)%.?(%d*)$")
  if not digits or #digits ~= 8 and #digits ~= 10 and #digits ~= 12 or
    text:find(".", 1, true) and #sec ~= 2 then
    return nil
  end
  local month, day, hour, min, year = digits:match("^(%d%d)(%d%d)(%d%d)(%d%d)(%d*)$")
  local t = {
    year = year ~= "" and full_year(year) or os.date("*t", now).year, month = integer(month),
    day = integer(day), hour = integer(hour), min = integer(min), sec = integer(sec) or 0,
    has_date = true,
  }
  if t.month < 1 or t.month > 12 or t.day < 1 or t.hour > 23 or t.min > 59 or t.sec > 60 or
    not exists(t) then
    return nil
  end
  return seconds_of(t)
end

--- Understand a text.
---@param text string
---@param now integer seconds
---@param now_nsec integer?
---@return integer? seconds nil when it is no date
---@return integer? nsec
function parse.time(text, now, now_nsec)
  local sign, whole, fraction = text:match("^%s*@([+-]?)(%d+)%.?(%d*)%s*$")
  if whole then
    local seconds = integer(whole)
    local nsec = integer((fraction .. "000000000"):sub(1, 9))
    if not seconds then return nil end
    if sign == "-" then
      seconds = -seconds
      if nsec > 0 then seconds, nsec = seconds - 1, 1000000000 - nsec end
    end
    return seconds, nsec
  end

  local t = os.date("*t", now)
  t.nsec, t.relative = now_nsec or 0, {}
  local rest = text:lower():gsub("%b()", " ")
  rest = rest:gsub("^[%s,]+", "")
  if rest == "" then t.has_date = true end -- today at midnight, as GNU has it
  while rest ~= "" do
    rest = take(t, rest)
    if not rest then return nil end
    rest = rest:gsub("^[%s,]+", "")
  end
  if not exists(t) then return nil end
  if not t.has_time and (t.has_date or t.weekday) then
    t.hour, t.min, t.sec, t.nsec = 0, 0, 0, 0
  end
  if t.weekday and not t.has_date then apply_weekday(t) end
  local add = apply_relative(t)
  local seconds = seconds_of(t)
  return seconds and seconds + add, t.nsec
end

-- ---- by a pattern: strptime(3) ----

local COMPOSED = { D = "%m/%d/%y", T = "%H:%M:%S", R = "%H:%M", F = "%Y-%m-%d",
  r = "%I:%M:%S %p", c = "%a %b %e %H:%M:%S %Y" }
local FIELDS = { Y = { "year", 4 }, m = { "month", 2 }, d = { "day", 2 }, e = { "day", 2 },
  H = { "hour", 2 }, k = { "hour", 2 }, I = { "hour", 2 }, l = { "hour", 2 }, M = { "min", 2 },
  S = { "sec", 2 }, j = { "yday", 3 }, s = { "seconds", 20 }, y = { "short_year", 2 } }

--- The name at the beginning of a text: whole or three letters.
local function name_at(list, text)
  local word = text:lower():match("^%a+") or ""
  for i, name in ipairs(list) do
    name = name:lower()
    if word:sub(1, #name) == name then return i, #name end
    if word:sub(1, 3) == name:sub(1, 3) then return i, 3 end
  end
end

local function match(t, pattern, text)
  local at = 1
  while at <= #pattern do
    local c = pattern:sub(at, at)
    local conversion = c == "%" and pattern:sub(at + 1, at + 1)
    local field = FIELDS[conversion]
    if conversion then at = at + 1 end
    if COMPOSED[conversion] then
      text = match(t, COMPOSED[conversion], text)
      if not text then return nil end
    elseif field then
      local digits = text:match("^%s*(%d" .. ("%d?"):rep(field[2] - 1) .. ")")
      if not digits then return nil end
      t[field[1]] = integer(digits)
      text = text:gsub("^%s*", ""):sub(#digits + 1)
    elseif conversion == "b" or conversion == "B" or conversion == "h" or conversion == "a" or
      conversion == "A" then
      local is_day = conversion:lower() == "a"
      local i, length = name_at(is_day and names.DAYS or names.MONTHS, text)
      if not i then return nil end
      if not is_day then t.month = i end
      text = text:sub(length + 1)
    elseif conversion == "p" or conversion == "P" then
      t.half = text:lower():match("^([ap])m")
      if not t.half then return nil end
      text = text:sub(3)
    elseif conversion == "z" then
      local sign, hours, minutes = text:match("^([+-])(%d%d):?(%d%d)")
      if not sign then return nil end
      set_zone(t, sign, hours, minutes)
      text = text:gsub("^[+-]%d%d:?%d%d", "", 1)
    elseif conversion == "Z" then
      local zone = text:match("^%a+")
      if not zone then return nil end
      if ZONES[zone:lower()] then t.zone = ZONES[zone:lower()] * 3600 end
      text = text:sub(#zone + 1)
    elseif conversion == "n" or conversion == "t" or not conversion and c:find("%s") then
      text = text:gsub("^%s+", "")
    else
      local literal = conversion and "%" or c
      if conversion and conversion ~= "%" or text:sub(1, 1) ~= literal then return nil end
      text = text:sub(2)
    end
    at = at + 1
  end
  return text
end

--- Understand a text by a pattern; what the pattern does not have is as now, its
--- time midnight.
---@param pattern string
---@param text string
---@param now integer
---@return integer? seconds
function parse.by_pattern(pattern, text, now)
  local t = os.date("*t", now)
  t.hour, t.min, t.sec, t.yday = 0, 0, 0, nil
  if match(t, pattern, text) ~= "" then return nil end
  if t.seconds then return t.seconds end
  if t.short_year then t.year = t.short_year + (t.short_year < 69 and 2000 or 1900) end
  if t.half then t.hour = t.hour % 12 + (t.half == "p" and 12 or 0) end
  if t.yday then t.month, t.day = 1, t.yday end
  return seconds_of(t)
end

return parse
