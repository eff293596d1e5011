-- applets/sleep.lua - wait for a time
--
-- Layer: applet; calls S.
-- Follows GNU sleep: fractions, units, several operands, infinity.

local cli = require "cli"
local S = require "syscall"

local UNITS = { [""] = 1, s = 1, m = 60, h = 3600, d = 86400 }
local LONGEST = 2 ^ 31 -- seconds; 68 years are as good as for ever

local applet = {
  summary = "wait for the sum of the times",
  usage = "TIME[s|m|h|d]...",
  operands = { min = 1 },
  examples = { { "sleep 1m 2.5", "wait for 62.5 seconds" } },
}

local function seconds(text)
  if text == "infinity" or text == "inf" then return math.huge end
  local number, unit = text:match("^([%d.]+[eE]?[-+]?%d*)([smhd]?)$")
  number = number and tonumber(number)
  return number and number * UNITS[unit]
end

---@param args string[]
---@return true
function applet.run(_, args)
  local total = 0
  for _, arg in ipairs(args) do
    local time = seconds(arg)
    if not time then cli.usage("invalid time: " .. arg) end
    total = total + time
  end
  -- towards a point in time, so that being stopped and continued changes nothing
  local now = S.clock_gettime("monotonic")
  local whole = math.floor(math.min(total, LONGEST))
  local nsec = now.nsec + math.ceil((math.min(total, LONGEST) - whole) * 1e9)
  local till = { now.sec + whole + nsec // 1000000000, nsec % 1000000000 }
  repeat
    local _, err, rest = S.clock_nanosleep("monotonic", "abstime", till)
  until not rest and not err and total < LONGEST
  return true
end

return applet
