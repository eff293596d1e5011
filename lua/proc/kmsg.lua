-- proc/kmsg.lua - the kernel's messages taken apart
--
-- Layer: library, pure. Records of /dev/kmsg: Documentation/ABI/testing/dev-kmsg;
-- the text of syslog(2); names of levels and facilities: syslog(3).

local kmsg = {}

local LEVELS = { [0] = "emerg", "alert", "crit", "err", "warn", "notice", "info", "debug" }
local FACILITIES = { [0] = "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news",
  "uucp", "cron", "authpriv", "ftp", [16] = "local0", [17] = "local1", [18] = "local2",
  [19] = "local3", [20] = "local4", [21] = "local5", [22] = "local6", [23] = "local7" }

---@class proc.Kmsg
---@field level integer
---@field facility integer
---@field usec integer since boot
---@field time number seconds since boot
---@field sequence integer?
---@field text string

local function number_of(names, text)
  local number = math.tointeger(tonumber(text))
  if number then return names[number] and number end
  for n, name in pairs(names) do
    if name == text then return n end
  end
end

function kmsg.level(text) return number_of(LEVELS, text) end
function kmsg.facility(text) return number_of(FACILITIES, text) end
function kmsg.level_name(number) return LEVELS[number] or tostring(number) end
function kmsg.facility_name(number) return FACILITIES[number] or tostring(number) end

local function record(priority, usec, text, sequence)
  return {
    level = priority & 7, facility = priority >> 3, usec = usec, time = usec / 1000000,
    text = text, sequence = sequence,
  }
end

--- \x09 and the like are how /dev/kmsg writes bytes that are not printable.
local function unescape(text)
  return (text:gsub("\\x(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

--- One record of /dev/kmsg: "6,339,5140900,-;text", then " KEY=value" lines.
---@param text string
---@return proc.Kmsg?
function kmsg.parse_record(text)
  local priority, sequence, usec, message = text:match("^(%d+),(%d+),(%d+),[^;]*;([^\n]*)")
  if not priority then return nil end
  return record(math.tointeger(tonumber(priority)), math.tointeger(tonumber(usec)),
    unescape(message), math.tointeger(tonumber(sequence)))
end

--- The text of syslog(2): lines "<6>[    1.234567] text".
---@param text string
---@return proc.Kmsg[]
function kmsg.parse_syslog(text)
  local list = {}
  for line in text:gmatch("[^\n]+") do
    local priority, rest = line:match("^<(%d+)>(.*)$")
    local seconds, fraction, message = (rest or line):match("^%[%s*(%d+)%.(%d+)%] ?(.*)$")
    if seconds then
      local usec = math.tointeger(tonumber(seconds)) * 1000000 +
        math.tointeger(tonumber(fraction))
      list[#list + 1] = record(math.tointeger(tonumber(priority)) or 6, usec, message)
    else
      list[#list + 1] = record(math.tointeger(tonumber(priority)) or 6, 0, rest or line)
    end
  end
  return list
end

return kmsg
