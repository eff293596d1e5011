---@meta
-- lua/meta/syscall/event.lua - waiting for several things at once, timers, counters
--
-- Declarations for editors, and the source of help and docs/reference: one function, one
-- paragraph and its man page. Where nothing else is said a failing call gives nil and an error.

---@class S
local S = {}

--- Wait for t.pollfds, or for an array of {fd, events}; -1 or nil waits for ever.
--- poll(2)
---@param fds any
---@param timeout_ms? integer
---@return integer? ready
---@return S.Error? err
function S.poll(fds, timeout_ms) end

--- poll to the nanosecond, with a signal mask.
--- ppoll(2)
---@param fds any
---@param timeout? S.Time
---@param mask? S.t.sigset
---@return integer? ready
---@return S.Error? err
function S.ppoll(fds, timeout, mask) end

--- Wait for {readfds, writefds, exceptfds}; the same with those that are ready, and count.
--- select(2)
---@param sets table
---@param timeout? S.Time
---@return table? ready
---@return S.Error? err
function S.select(sets, timeout) end

--- select, with a signal mask.
--- pselect(2)
---@param sets table
---@param timeout? S.Time
---@param mask? S.t.sigset
---@return table? ready
---@return S.Error? err
function S.pselect(sets, timeout, mask) end

--- A set of descriptors to wait for.
--- epoll_create1(2)
---@param flags? S.c.EPOLLCREATE
---@return S.fd? fd
---@return S.Error? err
function S.epoll_create(flags) end

--- Add, change or remove a descriptor: events by name, or t.epoll_event.
--- epoll_ctl(2)
---@param epoll S.fd|integer
---@param operation S.c.EPOLL_CTL
---@param fd S.fd|integer
---@param event? S.c.EPOLL
---@return true? ok
---@return S.Error? err
function S.epoll_ctl(epoll, operation, fd, event) end

--- Wait: `for i, event in epoll:epoll_wait(events) do`, with event.fd and event.IN.
--- epoll_wait(2)
---@param epoll S.fd|integer
---@param events S.t.epoll_events
---@param timeout_ms? integer
---@return function? next
---@return S.t.epoll_events|S.Error events err after nil
---@return integer? n
function S.epoll_wait(epoll, events, timeout_ms) end

--- epoll_wait, with a signal mask.
--- epoll_pwait(2)
---@param epoll S.fd|integer
---@param events S.t.epoll_events
---@param timeout_ms? integer
---@param mask? S.t.sigset
---@return function? next
---@return S.t.epoll_events|S.Error events err after nil
---@return integer? n
function S.epoll_pwait(epoll, events, timeout_ms, mask) end

--- epoll_pwait to the nanosecond.
--- epoll_pwait2(2)
---@param epoll S.fd|integer
---@param events S.t.epoll_events
---@param timeout? S.Time
---@param mask? S.t.sigset
---@return function? next
---@return S.t.epoll_events|S.Error events err after nil
---@return integer? n
function S.epoll_pwait2(epoll, events, timeout, mask) end

--- A counter to wait for.
--- eventfd(2)
---@param initial? integer
---@param flags? S.c.EFD
---@return S.fd? fd
---@return S.Error? err
function S.eventfd(initial, flags) end

--- Take the count; 0 when it would block.
--- eventfd(2)
---@param fd S.fd|integer
---@return integer? count
---@return S.Error? err
function S.eventfd_read(fd) end

--- Add to the count.
--- eventfd(2)
---@param fd S.fd|integer
---@param n? integer
---@return integer? n
---@return S.Error? err
function S.eventfd_write(fd, n) end

--- A timer to wait for.
--- timerfd_create(2)
---@param clock S.c.CLOCK
---@param flags? S.c.TFD
---@return S.fd? fd
---@return S.Error? err
function S.timerfd_create(clock, flags) end

--- Start or stop it: seconds, or {interval, value}.
--- timerfd_settime(2)
---@param fd S.fd|integer
---@param flags? S.c.TFD_TIMER
---@param value any
---@param old? S.t.itimerspec
---@return S.t.itimerspec? old
---@return S.Error? err
function S.timerfd_settime(fd, flags, value, old) end

--- What is left.
--- timerfd_gettime(2)
---@param fd S.fd|integer
---@param value? S.t.itimerspec
---@return S.t.itimerspec? value
---@return S.Error? err
function S.timerfd_gettime(fd, value) end

--- How often it has expired; 0 when it would block.
--- timerfd_create(2)
---@param fd S.fd|integer
---@return integer? count
---@return S.Error? err
function S.timerfd_read(fd) end

--- A context for asynchronous reading and writing.
--- io_setup(2)
---@param n integer
---@return integer? context
---@return S.Error? err
function S.io_setup(n) end

--- End it, waiting for what is under way.
--- io_destroy(2)
---@param context integer
---@return true? ok
---@return S.Error? err
function S.io_destroy(context) end

--- Submit t.iocb_array; memory named in it stays alive until its event was read.
--- io_submit(2)
---@param context integer
---@param requests any
---@return integer? n
---@return S.Error? err
function S.io_submit(context, requests) end

--- Wait for requests to be done.
--- io_getevents(2)
---@param context integer
---@param min? integer
---@param events any
---@param timeout? S.Time
---@return function? next
---@return any events err after nil
---@return integer? n
function S.io_getevents(context, min, events, timeout) end

--- Cancel a request.
--- io_cancel(2)
---@param context integer
---@param request any
---@param event? any
---@return S.t.io_event? event
---@return S.Error? err
function S.io_cancel(context, request, event) end

--- A ring of requests: ring:read(fd, buffer), ring:submit(1), for number, result in
--- ring:completions().
--- io_uring(7)
---@param entries integer
---@param flags? S.c.IORING_SETUP
---@param completion_entries? integer
---@return S.Ring? ring
---@return S.Error? err
function S.io_uring_setup(entries, flags, completion_entries) end

--- Sleep while a 32-bit word has this value. AGAIN: it has another; TIMEDOUT, INTR.
--- futex(2)
---@param word S.mem
---@param expected integer
---@param timeout? S.Time
---@param flags? S.c.FUTEX
---@return true? ok
---@return S.Error? err
function S.futex_wait(word, expected, timeout, flags) end

--- futex_wait until a time of the monotonic clock, or of "clock_realtime".
--- futex(2)
---@param word S.mem
---@param expected integer
---@param time S.Time
---@param flags? S.c.FUTEX
---@return true? ok
---@return S.Error? err
function S.futex_wait_until(word, expected, time, flags) end

--- Wake those who wait for a word: one, or n.
--- futex(2)
---@param word S.mem
---@param n? integer
---@param flags? S.c.FUTEX
---@return integer? woken
---@return S.Error? err
function S.futex_wake(word, n, flags) end

--- Answer page faults of memory: see ioctl_userfaultfd(2).
--- userfaultfd(2)
---@param flags? S.c.UFFD
---@return S.fd? fd
---@return S.Error? err
function S.userfaultfd(flags) end

--- Wait for one of several words to change, until a time of the monotonic clock.
--- futex_waitv(2)
---@param words { [1]: S.mem, [2]: integer, [3]: S.c.FUTEX? }[] word, what it is, "private"
---@param time? number|S.t.timespec
---@return integer? woken its number in the list
---@return S.Error? err
function S.futex_waitv(words, time) end

--- A set of semaphores; key 0: a new one.
--- semget(2)
---@param key integer
---@param number integer
---@param flags? S.c.IPC
---@param mode? S.c.MODE
---@return integer? identifier
---@return S.Error? err
function S.semget(key, number, flags, mode) end

--- Change semaphores, all at once or not: {number from 0, change, "nowait, undo"}.
--- semop(2)
---@param identifier integer
---@param changes { [1]: integer, [2]: integer, [3]: S.c.IPC? }[]
---@param timeout? number|S.t.timespec
---@return true? ok
---@return S.Error? err
function S.semop(identifier, changes, timeout) end

--- "getval", "getpid", "getncnt", "getzcnt" of one; "getall", "setall", "stat", "set", "rmid" of
--- all.
--- semctl(2)
---@param identifier integer
---@param number? integer from 0
---@param command S.c.SEM
---@param value? integer|integer[]|table
---@return true|integer|integer[]|table|nil result
---@return S.Error? err
function S.semctl(identifier, number, command, value) end

--- A queue of messages; key 0: a new one.
--- msgget(2)
---@param key integer
---@param flags? S.c.IPC
---@param mode? S.c.MODE
---@return integer? identifier
---@return S.Error? err
function S.msgget(key, flags, mode) end

--- Send a message; its type is more than 0.
--- msgsnd(2)
---@param identifier integer
---@param type integer
---@param bytes string|S.mem
---@param flags? S.c.IPC
---@return true? ok
---@return S.Error? err
function S.msgsnd(identifier, type, bytes, flags) end

--- The next message of a type, of any (0), or of types up to -type.
--- msgrcv(2)
---@param identifier integer
---@param size integer
---@param type? integer
---@param flags? S.c.IPC
---@return string? bytes
---@return S.Error? err
---@return integer? type
function S.msgrcv(identifier, size, type, flags) end

--- "rmid"; "set", whose owner, mode, qbytes; "stat": these, qnum, pids and times.
--- msgctl(2)
---@param identifier integer
---@param command S.c.IPC
---@param owner? { uid: integer?, gid: integer?, mode: integer|string|nil, qbytes: integer? }
---@return true|table|nil result
---@return S.Error? err
function S.msgctl(identifier, command, owner) end
