---@meta
-- lua/meta/syscall/time.lua - clocks and timers
--
-- Declarations for editors, and the source of help and docs/reference: one function, one
-- paragraph and its man page. Where nothing else is said a failing call gives nil and an error.

---@class S
local S = {}

--- A clock's time: ts.time in seconds, ts.sec and ts.nsec.
--- clock_gettime(2)
---@param clock S.c.CLOCK
---@param ts? S.t.timespec
---@return S.t.timespec? ts
---@return S.Error? err
function S.clock_gettime(clock, ts) end

--- A clock's resolution.
--- clock_getres(2)
---@param clock S.c.CLOCK
---@param ts? S.t.timespec
---@return S.t.timespec? ts
---@return S.Error? err
function S.clock_getres(clock, ts) end

--- Set a clock.
--- clock_settime(2)
---@param clock S.c.CLOCK
---@param time S.Time
---@return true? ok
---@return S.Error? err
function S.clock_settime(clock, time) end

--- Sleep by a clock; with "abstime", until. What is left when a signal came.
--- clock_nanosleep(2)
---@param clock S.c.CLOCK
---@param flags? S.c.TIMER
---@param time S.Time
---@return true? ok
---@return S.Error? err
---@return S.t.timespec? left
function S.clock_nanosleep(clock, flags, time) end

--- Sleep; what is left when a signal came.
--- nanosleep(2)
---@param time S.Time
---@return true? ok
---@return S.Error? err
---@return S.t.timespec? left
function S.nanosleep(time) end

--- Sleep; 0, or the seconds left.
--- sleep(3)
---@param seconds integer
---@return number left
function S.sleep(seconds) end

--- Seconds since 1970.
--- time(2)
---@return integer seconds
function S.time() end

--- The time, to the microsecond.
--- gettimeofday(2)
---@param tv? S.t.timeval
---@return S.t.timeval? tv
---@return S.Error? err
function S.gettimeofday(tv) end

--- Set the time.
--- settimeofday(2)
---@param tv S.t.timeval
---@return true? ok
---@return S.Error? err
function S.settimeofday(tv) end

--- Ask or steer the clock's rate: {state, timex}, and a boolean for each of c.TIME.
--- adjtimex(2)
---@param tx? S.t.timex
---@return table? result
---@return S.Error? err
function S.adjtimex(tx) end

--- adjtimex, for any clock.
--- clock_adjtime(2)
---@param clock S.c.CLOCK
---@param tx? S.t.timex
---@return table? result
---@return S.Error? err
function S.clock_adjtime(clock, tx) end

--- A timer that sends a signal.
--- timer_create(2)
---@param clock S.c.CLOCK
---@param event? S.t.sigevent
---@param timer? S.t.timer
---@return S.t.timer? timer
---@return S.Error? err
function S.timer_create(clock, event, timer) end

--- Start or stop it.
--- timer_settime(2)
---@param timer S.t.timer
---@param flags? S.c.TIMER
---@param value any
---@param old? any
---@return true? ok
---@return S.Error? err
---@return S.t.itimerspec? old
function S.timer_settime(timer, flags, value, old) end

--- What is left.
--- timer_gettime(2)
---@param timer S.t.timer
---@param value? S.t.itimerspec
---@return S.t.itimerspec? value
---@return S.Error? err
function S.timer_gettime(timer, value) end

--- Remove it.
--- timer_delete(2)
---@param timer S.t.timer
---@return true? ok
---@return S.Error? err
function S.timer_delete(timer) end

--- Expirations since its last signal.
--- timer_getoverrun(2)
---@param timer S.t.timer
---@return integer? n
---@return S.Error? err
function S.timer_getoverrun(timer) end
