---@meta
-- lua/meta/syscall/signal.lua - sending, taking, handling signals
--
-- Declarations for editors, and the source of help and docs/reference: one function, one
-- paragraph and its man page. Where nothing else is said a failing call gives nil and an error.

---@class S
local S = {}

--- Send a signal to a process, group (-pgid) or all (-1); 0 only asks.
--- kill(2)
---@param pid integer
---@param signal S.c.SIG
---@return true? ok
---@return S.Error? err
function S.kill(pid, signal) end

--- Send a signal to a process group.
--- killpg(3)
---@param pgid integer
---@param signal S.c.SIG
---@return true? ok
---@return S.Error? err
function S.killpg(pgid, signal) end

--- Send a signal to a thread.
--- tkill(2)
---@param tid integer
---@param signal S.c.SIG
---@return true? ok
---@return S.Error? err
function S.tkill(tid, signal) end

--- Send a signal to a thread of a process.
--- tgkill(2)
---@param pid integer
---@param tid integer
---@param signal S.c.SIG
---@return true? ok
---@return S.Error? err
function S.tgkill(pid, tid, signal) end

--- Send a signal with a number.
--- sigqueue(3)
---@param pid integer
---@param signal S.c.SIG
---@param value? integer
---@return true? ok
---@return S.Error? err
function S.sigqueue(pid, signal, value) end

--- Set what a signal does: "dfl", "ign" or a function. A function is called between two
--- instructions of Lua.
--- signal(2)
---@param signal S.c.SIG
---@param handler string|function
---@return (string|function)? old
---@return S.Error? err
function S.signal(signal, handler) end

--- Set and ask what a signal does: a handler, or {handler, flags, mask}. Handlers get (signal,
--- siginfo, context).
--- sigaction(2)
---@param signal S.c.SIG
---@param action? any
---@param old? table
---@return true? ok
---@return S.Error? err
function S.sigaction(signal, action, old) end

--- Block or unblock signals: "block", "chld, term".
--- sigprocmask(2)
---@param how? S.c.SIGPM
---@param set? S.t.sigset
---@return S.t.sigset? old
---@return S.Error? err
function S.sigprocmask(how, set) end

--- The blocked signals that wait.
--- sigpending(2)
---@return S.t.sigset? set
---@return S.Error? err
function S.sigpending() end

--- Wait for a signal with this mask: INTR.
--- sigsuspend(2)
---@param set S.t.sigset
---@return nil
---@return S.Error err
function S.sigsuspend(set) end

--- Take one of these blocked signals. AGAIN: none came.
--- sigtimedwait(2)
---@param set S.t.sigset
---@param timeout? S.Time
---@return integer? signal
---@return S.Error? err
---@return S.t.siginfo? info
function S.sigtimedwait(set, timeout) end

--- sigtimedwait, for ever.
--- sigwaitinfo(2)
---@param set S.t.sigset
---@return integer? signal
---@return S.Error? err
---@return S.t.siginfo? info
function S.sigwaitinfo(set) end

--- Wait for a signal: INTR.
--- pause(2)
---@return nil
---@return S.Error err
function S.pause() end

--- A descriptor that gives signals, which should be blocked.
--- signalfd(2)
---@param set S.t.sigset
---@param flags? S.c.SFD
---@param fd? S.fd|integer
---@return S.fd? fd
---@return S.Error? err
function S.signalfd(set, flags, fd) end

--- The signals that wait in it; none: an empty array.
--- signalfd(2)
---@param fd S.fd|integer
---@param n? integer
---@return S.t.signalfd_siginfo[]? signals
---@return S.Error? err
function S.signalfd_read(fd, n) end

--- Have ALRM sent; gives the seconds that were left of the last.
--- alarm(2)
---@param seconds integer
---@return integer left
function S.alarm(seconds) end

--- What is left of an interval timer.
--- getitimer(2)
---@param which S.c.ITIMER
---@param value? S.t.itimerval
---@return S.t.itimerval? value
---@return S.Error? err
function S.getitimer(which, value) end

--- Set an interval timer.
--- setitimer(2)
---@param which S.c.ITIMER
---@param value any
---@param old? S.t.itimerval
---@return S.t.itimerval? old
---@return S.Error? err
function S.setitimer(which, value, old) end
