-- proc/uptime.lua - how long the machine runs, and how busy it is
--
-- Layer: library, pure. /proc/uptime, /proc/loadavg: proc(5).

local uptime = {}

--- Seconds since boot.
---@param text string of /proc/uptime
---@return number
function uptime.seconds(text) return tonumber(text:match("^[%d.]+")) end

--- Load averages of 1, 5 and 15 minutes, as text with two decimals.
---@param text string of /proc/loadavg
---@return string[]
function uptime.loads(text) return { text:match("^(%S+) (%S+) (%S+)") } end

local UNITS = {
  { "decade", 10 * 365 * 86400 }, { "year", 365 * 86400 }, { "week", 7 * 86400 },
  { "day", 86400 }, { "hour", 3600 }, { "minute", 60 },
}

--- "1 week, 2 days, 3 minutes", as uptime -p says it.
---@param seconds number
---@return string
function uptime.in_words(seconds)
  seconds = math.floor(seconds)
  local parts = {}
  for _, unit in ipairs(UNITS) do
    local n = seconds // unit[2]
    seconds = seconds % unit[2]
    if n > 0 or unit[1] == "minute" and #parts == 0 then
      parts[#parts + 1] = n .. " " .. unit[1] .. (n == 1 and "" or "s")
    end
  end
  return table.concat(parts, ", ")
end

--- "2 days,  3:04" or "5 min", as uptime says it.
---@param seconds number
---@return string
function uptime.short(seconds)
  local minutes = math.floor(seconds) // 60
  local days, hours = minutes // 1440, minutes // 60 % 24
  local text = days > 0 and days .. (days == 1 and " day, " or " days, ") or ""
  if hours > 0 then return text .. ("%2d:%02d"):format(hours, minutes % 60) end
  return text .. minutes % 60 .. " min"
end

return uptime
