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
  while true do
    local is_last = now() > finish -- looked at once more, however long we did not run
    local value = condition()
    if value or is_last then return value or nil end
    S.nanosleep(STEP)
  end
end
