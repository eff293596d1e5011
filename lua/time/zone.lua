-- time/zone.lua - when a time zone changes its distance from UTC
--
-- Layer: library. Nothing is parsed here: the C library knows zones (tzset(3): TZ as
-- "Europe/Berlin" or "CET-1CEST,M3.5.0,M10.5.0/3", else /etc/localtime), and is asked.

local S = require "syscall"

local zone = {}

local STEP = 7 * 86400 -- no zone goes and comes back within a week

--- Seconds that are added to UTC at a moment.
local function offset(at)
  local here, there = os.date("*t", at), os.date("!*t", at)
  here.isdst, there.isdst = false, false
  -- both as if they were UTC: days and seconds only
  local days = here.yday - there.yday
  if here.year ~= there.year then days = here.year > there.year and 1 or -1 end
  return ((days * 24 + here.hour - there.hour) * 60 + here.min - there.min) * 60
    + here.sec - there.sec
end

--- TZ for what follows; nil: without. localtime_r(3) need not look at it, mktime(3) must.
local function set(name)
  if name then S.setenv("TZ", name, true) else S.unsetenv("TZ") end
  os.time { year = 2000, month = 1, day = 1 }
end

--- Every offset from a moment on, and since when it holds.
---@param name string? as TZ; nil: TZ of this process, or /etc/localtime
---@param from integer seconds since 1970
---@param to integer
---@return { at: integer, offset: integer }[] the first one holds at `from`
function zone.changes(name, from, to)
  local old = os.getenv "TZ"
  if name then set(name) end
  local list = { { at = from, offset = offset(from) } }
  for at = from, to, STEP do
    local new = offset(at + STEP)
    if new ~= list[#list].offset then
      local before, after = at, at + STEP
      while after - before > 1 do
        local middle = (before + after) // 2
        if offset(middle) == new then after = middle else before = middle end
      end
      list[#list + 1] = { at = after, offset = new }
    end
  end
  if name then set(old) end
  return list
end

return zone
