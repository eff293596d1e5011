-- syscall/types/timer.lua - POSIX timers and how they tell
--
-- Layer: library, behind S.t. A timer ends with its process, or timer:delete().

local S = require "syscall"
local mem = require "syscall.mem"

local timer = {}

local function fill(m, fields)
  for key, value in pairs(fields) do m[key] = value end
  return m
end

timer.timer = {
  methods = {
    gettimer = function(m) return m.timerid end,
    gettimerp = function(m) return m end,
    settime = function(m, ...) return S.timer_settime(m, ...) end,
    gettime = function(m, ...) return S.timer_gettime(m, ...) end,
    delete = function(m) return S.timer_delete(m) end,
    getoverrun = function(m) return S.timer_getoverrun(m) end,
  },
}

--- t.timer([number])
function timer.timer.new(id)
  local m = mem.new("timer")
  m.timerid = id or 0
  return m
end

timer.sigval = {}

--- A number, memory (its address), or {int =} or {ptr =}.
function timer.sigval.new(value)
  local m = mem.new("sigval")
  if type(value) == "table" then return fill(m, value) end
  if type(value) == "number" then
    m.sival_int = value
  elseif value ~= nil then
    m.sival_ptr = value
  end
  return m
end

timer.sigevent = {
  set = {
    notify = function(m, v) m.sigev_notify = S.c.SIGEV[v] end,
    signo = function(m, v) m.sigev_signo = S.c.SIG[v] end,
  },
}

function timer.sigevent.new(fields)
  return fill(mem.new("sigevent"), fields or {})
end

return timer
