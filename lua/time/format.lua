-- time/format.lua - strftime(3) with what GNU date adds
--
-- Layer: library. In the POSIX locale. %[flags][width][EO]CONVERSION; flags:
-- "-" no padding, "_" blanks, "0" zeros, "^" upper case, "#" the other case.
-- The zone is the process's: TZ.

local format = {}

local DAYS = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" }
local MONTHS = { "January", "February", "March", "April", "May", "June", "July", "August",
  "September", "October", "November", "December" }

format.DAYS, format.MONTHS = DAYS, MONTHS

--- Conversions that stand for others.
local COMPOSED = {
  c = "%a %b %e %H:%M:%S %Y", D = "%m/%d/%y", r = "%I:%M:%S %p", R = "%H:%M", T = "%H:%M:%S",
  x = "%m/%d/%y", X = "%H:%M:%S",
}

--- Numbers: how many digits, padding, and the value.
local NUMBERS = {
  C = { 2, "0", function(d) return d.year // 100 end },
  d = { 2, "0", function(d) return d.day end },
  e = { 2, " ", function(d) return d.day end },
  H = { 2, "0", function(d) return d.hour end },
  I = { 2, "0", function(d) return (d.hour + 11) % 12 + 1 end },
  j = { 3, "0", function(d) return d.yday end },
  k = { 2, " ", function(d) return d.hour end },
  l = { 2, " ", function(d) return (d.hour + 11) % 12 + 1 end },
  m = { 2, "0", function(d) return d.month end },
  M = { 2, "0", function(d) return d.min end },
  q = { 1, "0", function(d) return (d.month + 2) // 3 end },
  s = { 1, "0", function(d) return d.seconds end },
  S = { 2, "0", function(d) return d.sec end },
  u = { 1, "0", function(d) return (d.wday + 5) % 7 + 1 end },
  U = { 2, "0", function(d) return (d.yday + 6 - (d.wday - 1)) // 7 end },
  w = { 1, "0", function(d) return d.wday - 1 end },
  W = { 2, "0", function(d) return (d.yday + 6 - (d.wday + 5) % 7) // 7 end },
  y = { 2, "0", function(d) return d.year % 100 end },
  Y = { 1, "0", function(d) return d.year end },
  g = { 2, "0", function(d) return tonumber(os.date("%G", d.seconds)) % 100 end },
  G = { 1, "0", function(d) return math.tointeger(tonumber(os.date("%G", d.seconds))) end },
  V = { 2, "0", function(d) return math.tointeger(tonumber(os.date("%V", d.seconds))) end },
}

local TEXTS = {
  a = function(d) return DAYS[d.wday]:sub(1, 3) end,
  A = function(d) return DAYS[d.wday] end,
  b = function(d) return MONTHS[d.month]:sub(1, 3) end,
  B = function(d) return MONTHS[d.month] end,
  h = function(d) return MONTHS[d.month]:sub(1, 3) end,
  p = function(d) return d.hour < 12 and "AM" or "PM" end,
  P = function(d) return d.hour < 12 and "am" or "pm" end,
  Z = function(d) return os.date("%Z", d.seconds) end,
  n = function() return "\n" end,
  t = function() return "\t" end,
  ["%"] = function() return "%" end,
}

--- Seconds east of UTC at that time.
function format.offset(seconds)
  local sign, hours, minutes = os.date("%z", seconds):match("^([+-])(%d%d)(%d%d)$")
  if not sign then return 0 end
  local value = tonumber(hours) * 3600 + tonumber(minutes) * 60
  return math.tointeger(sign == "-" and -value or value)
end

local function zone(seconds, colons)
  local offset = format.offset(seconds)
  local sign = offset < 0 and "-" or "+"
  offset = math.abs(offset)
  local hours, minutes, rest = offset // 3600, offset // 60 % 60, offset % 60
  if colons == 0 then return ("%s%02d%02d"):format(sign, hours, minutes) end
  if colons == 1 then return ("%s%02d:%02d"):format(sign, hours, minutes) end
  if colons == 2 then return ("%s%02d:%02d:%02d"):format(sign, hours, minutes, rest) end
  if rest ~= 0 then return ("%s%02d:%02d:%02d"):format(sign, hours, minutes, rest) end
  if minutes ~= 0 then return ("%s%02d:%02d"):format(sign, hours, minutes) end
  return ("%s%02d"):format(sign, hours)
end

local function pad(text, width, with)
  if #text >= width then return text end
  local sign = with == "0" and text:match("^[+-]") or ""
  return sign .. with:rep(width - #text) .. text:sub(#sign + 1)
end

local function number(entry, d, flags, width)
  local digits, padding = entry[1], entry[2]
  if flags:find("-", 1, true) then return tostring(entry[3](d)) end
  if flags:find("_", 1, true) then padding = " " end
  if flags:find("0", 1, true) then padding = "0" end
  return pad(tostring(entry[3](d)), width or digits, padding)
end

local function nanoseconds(nsec, flags, width)
  local text = ("%09d"):format(nsec)
  if flags:find("-", 1, true) then
    return (text:gsub("0+$", "", 1):gsub("^$", "0")) -- GNU: as many digits as matter
  end
  return width and (text .. ("0"):rep(width - 9)):sub(1, width) or text
end

local function text_of(text, flags, width)
  if flags:find("^", 1, true) then text = text:upper() end
  if flags:find("#", 1, true) then text = text == text:upper() and text:lower() or text:upper() end
  return pad(text, width or 0, flags:find("0", 1, true) and "0" or " ")
end

--- Format a time.
---@param pattern string
---@param seconds integer since 1970
---@param nsec integer?
---@return string
function format.time(pattern, seconds, nsec)
  local d = os.date("*t", seconds)
  d.seconds = seconds
  return (pattern:gsub("%%([%-_0^#]*)(%d*)(:*)([EO]?)(.?)",
    function(flags, digits, colons, modifier, conversion)
      local width = math.tointeger(tonumber(digits))
      if conversion == "z" then
        local text = zone(seconds, #colons)
        return width and pad(text, width, flags:find("_", 1, true) and " " or "0") or text
      elseif colons ~= "" then
        return nil -- left as it is
      elseif conversion == "N" then
        return nanoseconds(nsec or 0, flags, width)
      elseif conversion == "F" then
        return pad(("%d-%02d-%02d"):format(d.year, d.month, d.day), width or 0, "0")
      elseif NUMBERS[conversion] then
        return number(NUMBERS[conversion], d, flags, width)
      elseif COMPOSED[conversion] then
        return text_of(format.time(COMPOSED[conversion], seconds, nsec), flags, width)
      elseif TEXTS[conversion] then
        return text_of(TEXTS[conversion](d), flags, width)
      end
      return nil, modifier
    end))
end

return format
