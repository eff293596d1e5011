-- proc/signals.lua - names of signals, as users write and read them
--
-- Layer: library; pure but for S.c. POSIX kill: names without SIG; the
-- real-time ones count from RTMIN and back from RTMAX, as glibc numbers them,
-- for that is what the programs mean that document such signals.

local S = require "syscall"

local signals = {}

signals.RTMIN, signals.RTMAX = 34, 64

local ALIASES = { CLD = true, IOT = true, IO = true } -- second names

--- The number of a signal: a name in any case, with or without SIG, or a number.
---@param text string
---@return integer? number
function signals.number(text)
  local number = text:find("^%d+$") and math.tointeger(tonumber(text))
  if number then return number <= signals.RTMAX and number or nil end
  local name = text:upper():gsub("^SIG", "")
  if name == "EXIT" or name == "NULL" then return 0 end
  local base, sign, offset = name:match("^(RTM%a%a)([+-]?)(%d*)$")
  if base == "RTMIN" or base == "RTMAX" then
    if (sign == "") ~= (offset == "") then return nil end
    local n = signals[base] + (math.tointeger(tonumber(sign .. offset)) or 0)
    return n >= signals.RTMIN and n <= signals.RTMAX and n or nil
  end
  for known, value in pairs(S.c.SIG) do
    if known == name then return value end
  end
end

--- The name of a number, without SIG.
---@param number integer
---@return string?
function signals.name(number)
  if number >= signals.RTMIN and number <= signals.RTMAX then
    local offset = number - signals.RTMIN
    if number == signals.RTMAX then return "RTMAX" end
    return offset == 0 and "RTMIN" or "RTMIN+" .. offset
  end
  for name, value in pairs(S.c.SIG) do
    if value == number and not ALIASES[name] then return name end
  end
end

--- The names of the ordinary signals, by number.
---@return { number: integer, name: string }[]
function signals.list()
  local list = {}
  for number = 1, 31 do
    local name = signals.name(number)
    if name then list[#list + 1] = { number = number, name = name } end
  end
  return list
end

return signals
