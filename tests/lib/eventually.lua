-- eventually.lua - wait until something is so, but not for ever
--
-- Layer: tests. Who waits for an event may be patient: the time is lost only where the test fails.

local S = require "syscall"

local SECONDS = 60 -- a busy machine is ten times slower than an idle one
local STEP = 0.02

local function now() return S.clock_gettime("monotonic").time end

---@generic T
---@param condition fun(): T?
---@param seconds number?
---@return T? value what it gave; nil: too late
return function(condition, seconds)
  local finish = now() + (seconds or SECONDS)
  repeat
    local value = condition()
    if value then return value end
    S.nanosleep(STEP)
  until now() > finish
end
