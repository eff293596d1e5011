-- lua/text/size.lua - sizes as people write and read them: 10k, 1.5G
--
-- Layer: library, pure. Follows GNU's "Block size" (coreutils manual, section 2.3):
-- K, M, G, ... and KiB are powers of 1024, kB, MB, ... of 1000, b is 512.

local size = {}

local UNITS = "KMGTPEZY"

--- Read a count with an optional unit.
---@param text string "10", "4k", "2MiB", "3MB", "-5", "+7"; a unit alone means 1 of it
---@return integer? count
---@return string? err "invalid number"
function size.parse(text)
  local sign, digits, unit = text:match("^([+-]?)(%d*)(%a*)$")
  if not sign or (digits == "" and (unit == "" or sign ~= "")) then return nil, "invalid number" end
  local count = digits == "" and 1 or math.tointeger(tonumber(digits))
  if not count then return nil, "number too large" end
  if unit == "b" then
    count = count * 512
  elseif unit ~= "" then
    local letter, rest = unit:match("^(%a)(.*)$")
    local power = UNITS:find(letter:upper(), 1, true)
    local base = (rest == "" or rest == "iB") and 1024 or rest == "B" and 1000
    if not power or not base then return nil, "invalid number" end
    local scaled = count * base ^ power
    if scaled >= 2 ^ 63 then return nil, "number too large" end
    count = math.tointeger(scaled)
  end
  return sign == "-" and -count or count
end

--- Write a count of bytes in at most four characters and a unit, rounded up as
--- GNU ls -h, du -h and df -h do: "0", "1.5K", "12M", "1.0G".
---@param count integer
---@param base? integer 1024 (default) or 1000
---@return string
function size.human(count, base)
  base = base or 1024
  if count < base then return ("%d"):format(count) end
  local power, unit = 0, 1
  while count // unit >= base and power < #UNITS do
    unit = unit * base
    power = power + 1
  end
  local letter = UNITS:sub(power, power)
  if base == 1000 and power == 1 then letter = "k" end
  local tenths = (count // unit) * 10 + -(-(count % unit) * 10 // unit)
  if tenths < 100 then return ("%d.%d%s"):format(tenths // 10, tenths % 10, letter) end
  local whole = -(-count // unit)
  if whole >= base and power < #UNITS then
    letter = UNITS:sub(power + 1, power + 1)
    return "1.0" .. letter
  end
  return ("%d%s"):format(whole, letter)
end

--- How many units hold this many bytes.
---@param bytes integer
---@param unit integer
---@return integer
function size.blocks(bytes, unit)
  return -(-bytes // unit)
end

return size
