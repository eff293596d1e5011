-- loop.lua - the event loop: tasks that wait for descriptors, time, signals and each other
--
-- Layer: library; calls S. Nothing else calls epoll. One epoll, one timerfd with a heap.
--
-- A task is a coroutine. It runs until it waits through a function of this module, so between
-- two waits nobody else touches its data. Every wait takes a deadline last: a point in time as
-- `loop.now() + seconds` (nil: for ever), which is computed once and handed down, so that a
-- whole exchange of many waits has one limit. Too late is `nil, err` with `err.TIMEDOUT`.
-- The clock counts while the machine is suspended.
--
-- A task waits in its own coroutine: a coroutine made inside it cannot wait in its stead.
-- Fork before `run`, not inside: the child would share the parent's epoll, which goes on
-- listening to the parent's signals.

local S = require "syscall"
local timers = require "loop.timers"
local vm = require "vm"

local loop = {}

local CLOCK = "boottime"
local EPOLL = S.c.EPOLL
local ARM = { read = EPOLL.IN | EPOLL.RDHUP, write = EPOLL.OUT }
local TROUBLE = EPOLL.ERR | EPOLL.HUP -- wakes both directions: the next call tells what it is
local SIGINFO_SIZE = 128 -- struct signalfd_siginfo; its first field is the number
local BATCH = 64 -- events taken from the kernel at a time

local TIMED_OUT = S.t.error("TIMEDOUT")
local CANCELED = S.t.error("CANCELED")

---@class loop.Task
---@field co thread
---@field done boolean?
local Task = {}
Task.__index = Task

---@class loop.Wait what a suspended task waits for; the first event that wakes it ends all
---@field task loop.Task
---@field at number? deadline
---@field fd integer?
---@field direction "read"|"write"|nil
---@field queue loop.Queue?

local state -- of the running loop; nil outside of `run`

local time = S.t.timespec()

--- Seconds on the loop's clock.
---@return number
function loop.now()
  S.clock_gettime(CLOCK, time)
  return time.tv_sec + time.tv_nsec / 1e9
end

-- Descriptors. Each wait arms its descriptor for one event (ONESHOT): a descriptor nobody waits
-- for cannot wake the loop again and again, and one that was closed needs no farewell.

local function arm(number, entry)
  local events = EPOLL.ONESHOT
  if entry.read then events = events | ARM.read end
  if entry.write then events = events | ARM.write end
  local ok, err = state.epoll:epoll_ctl("mod", number, events)
  if not ok and err.NOENT then ok, err = state.epoll:epoll_ctl("add", number, events) end
  return ok, err
end

local function disarm(wait)
  local entry = state.fds[wait.fd]
  entry[wait.direction] = nil
  state.waiting_fds = state.waiting_fds - 1
  if not entry.read and not entry.write then state.fds[wait.fd] = nil end
end

-- Tasks.

--- End a wait and have its task go on with these values.
local function wake(wait, value, err)
  if wait.done then return end
  wait.done = true
  if wait.fd then disarm(wait) end
  if wait.queue then wait.queue:forget(wait) end
  if wait.at then state.timers:leave() end
  wait.task.wait = nil
  local ready = state.ready
  ready[#ready + 1] = { wait.task, value, err }
end

--- Suspend the running task until its wait is woken.
local function suspend(wait, deadline)
  local task = state and state.current
  if not task or task.co ~= coroutine.running() then
    error("only a task of loop.run can wait", 3)
  end
  wait.task, task.wait = task, wait
  if deadline then
    wait.at = deadline
    state.timers:add(wait)
  end
  return coroutine.yield()
end

local function finish(task, ok, ...)
  task.done, task.ok, task.results = true, ok, table.pack(...)
  state.tasks[task] = nil
  local joiners = task.joiners or {}
  for _, wait in ipairs(joiners) do wake(wait, true) end
  -- Only an error that somebody is there to receive may pass in silence.
  if not ok and task.results[1] ~= CANCELED and #joiners == 0 and task ~= state.main then
    io.stderr:write("task failed: ", tostring(task.results[1]), "\n")
  end
end

--- An error that passes from task to task keeps the traceback of where it was raised.
local function with_traceback(co, err)
  if type(err) ~= "string" or err:find("\nstack traceback:\n", 1, true) then return err end
  return debug.traceback(co, err)
end

--- What a task's coroutine gave back: its end, or, after a wait, nothing.
local function resumed(task, ok, ...)
  state.current = nil
  if not ok then
    local err = with_traceback(task.co, (...))
    coroutine.close(task.co)
    finish(task, false, err)
  elseif coroutine.status(task.co) == "dead" then
    finish(task, true, ...)
  end
end

local function resume(task, value, err)
  if task.done then return end -- cancelled since it was woken
  state.current = task
  resumed(task, coroutine.resume(task.co, value, err))
end

--- Start a task. It first runs when the present one waits.
---@param fn fun(...): ...
---@param ... any its arguments
---@return loop.Task task closing it (`local t <close> = …`) cancels it
function loop.spawn(fn, ...)
  if not state then error("only within loop.run", 2) end
  local arguments = table.pack(...)
  local co = coroutine.create(function()
    return fn(table.unpack(arguments, 1, arguments.n))
  end)
  local task = setmetatable({ co = co }, Task)
  state.tasks[task] = true
  state.ready[#state.ready + 1] = { task }
  return task
end

--- Wait until the task ends. An error in it is raised here.
---@param deadline number?
---@return ... what its function returned; nil, err when too late or when it was cancelled
function Task:join(deadline)
  if not self.done then
    local wait = {}
    self.joiners = self.joiners or {}
    table.insert(self.joiners, wait)
    local ok, err = suspend(wait, deadline)
    if not ok then
      for i, other in ipairs(self.joiners) do
        if other == wait then table.remove(self.joiners, i) break end
      end
      return nil, err
    end
  end
  if self.results[1] == CANCELED then return nil, CANCELED end
  if not self.ok then error(self.results[1], 0) end
  return table.unpack(self.results, 1, self.results.n)
end

--- End a task where it waits; its to-be-closed variables are closed before this returns.
--- They cannot wait any more. A task that cancels itself ends at once.
function Task:cancel()
  if self.done then return end
  if self.co == coroutine.running() then error(CANCELED, 0) end
  if self.wait then
    wake(self.wait)
    table.remove(state.ready) -- where wake put it
  end
  local ok, err = coroutine.close(self.co)
  if not ok then io.stderr:write("task failed: ", tostring(err), "\n") end
  finish(self, false, CANCELED)
end

Task.__close = Task.cancel

-- Waits.

local function wait_fd(fd, direction, deadline)
  local number = type(fd) == "number" and fd or fd:getfd()
  if not state then error("only a task of loop.run can wait", 3) end
  local entry = state.fds[number] or {}
  state.fds[number] = entry
  if entry[direction] then error("another task waits for this descriptor", 3) end
  local wait = { fd = number, direction = direction }
  entry[direction] = wait
  state.waiting_fds = state.waiting_fds + 1
  local ok, err = arm(number, entry)
  if not ok then
    disarm(wait)
    if err.PERM then return true end -- a regular file: never has to wait
    return nil, err
  end
  return suspend(wait, deadline)
end

--- Wait until reading would not block: data, end of file, an error, or a connection to accept.
---@param fd S.fd|integer
---@param deadline number?
---@return true? ok
---@return S.Error? err
function loop.readable(fd, deadline)
  return wait_fd(fd, "read", deadline)
end

--- Wait until writing would not block, or a connection attempt has ended.
---@param fd S.fd|integer
---@param deadline number?
---@return true? ok
---@return S.Error? err
function loop.writable(fd, deadline)
  return wait_fd(fd, "write", deadline)
end

--- Call `fn(fd, ...)` as often as it takes: before each call the descriptor is ready, yet on a
--- non-blocking one somebody else may have been faster.
local function attempt(fd, direction, deadline, fn, ...)
  while true do
    local ok, err = wait_fd(fd, direction, deadline)
    if not ok then return nil, err end
    local result
    result, err = fn(fd, ...)
    if result or not (err.AGAIN or err.INTR) then return result, err end
  end
end

--- Read what is there, up to `count` bytes.
---@param fd S.fd
---@param count integer? 4096 by default
---@param deadline number?
---@return string? bytes "" at the end
---@return S.Error? err
function loop.read(fd, count, deadline)
  return attempt(fd, "read", deadline, S.read, nil, count)
end

--- Write all of it. The descriptor should be non-blocking, or a slow reader stops every task.
---@param fd S.fd
---@param bytes string
---@param deadline number?
---@return true? ok
---@return S.Error? err
function loop.write(fd, bytes, deadline)
  while #bytes > 0 do
    local count, err = attempt(fd, "write", deadline, S.write, bytes)
    if not count then return nil, err end
    bytes = bytes:sub(count + 1)
  end
  return true
end

--- Accept a connection on a non-blocking listening socket.
---@param fd S.fd
---@param deadline number?
---@param address any? sockaddr to fill
---@return S.fd? connection non-blocking
---@return S.Error? err
function loop.accept(fd, deadline, address)
  return attempt(fd, "read", deadline, S.accept4, address, nil, "nonblock,cloexec")
end

--- Connect a non-blocking socket.
---@param fd S.fd
---@param address any sockaddr
---@param deadline number?
---@return true? ok
---@return S.Error? err
function loop.connect(fd, address, deadline)
  local ok, err = fd:connect(address)
  if ok or not err.INPROGRESS then return ok, err end
  ok, err = loop.writable(fd, deadline)
  if not ok then return nil, err end
  local number = fd:getsockopt("socket", "error")
  if number ~= 0 then return nil, S.t.error(number) end
  return true
end

---@param seconds number
function loop.sleep(seconds)
  suspend({}, loop.now() + seconds)
end

--- Wait until a child process has ended, and reap it.
---@param pid integer
---@param pidfd S.fd? as S.spawn gives it; opened here otherwise
---@param deadline number?
---@return S.waitstatus? status
---@return S.Error? err
function loop.child(pid, pidfd, deadline)
  local opened <close> = not pidfd and assert(S.pidfd_open(pid)) or nil
  local ok, err = loop.readable(pidfd or opened, deadline)
  if not ok then return nil, err end
  local _, failure, status = S.waitpid(pid)
  return status, failure
end

---@class loop.Signals
---@field fd S.fd
local Signals = {}
Signals.__index = Signals

--- Take signals out of their usual way, to be waited for. Close it to put them back; children
--- started meanwhile need their mask cleared, as S.spawn does.
---@param names string "term,int,usr1"
---@return loop.Signals
function loop.signals(names)
  local set, by_number = S.t.sigset(names), {}
  for name in names:gmatch("%w+") do by_number[S.c.SIG[name]] = name end
  local before = assert(S.sigprocmask("block", set))
  return setmetatable({ fd = assert(S.signalfd(set, "nonblock,cloexec")), before = before,
    names = by_number }, Signals)
end

---@param deadline number?
---@return string? name as it was given to loop.signals: "term"
---@return S.Error? err
function Signals:wait(deadline)
  local info, err = loop.read(self.fd, SIGINFO_SIZE, deadline)
  if not info then return nil, err end
  return self.names[(("=I4"):unpack(info))]
end

function Signals:close()
  S.sigprocmask("setmask", self.before)
  self.fd:close()
end

Signals.__close = Signals.close

---@class loop.Queue values from some tasks to others, first in, first out
local Queue = {}
Queue.__index = Queue

---@return loop.Queue
function loop.queue()
  return setmetatable({ first = 1, last = 0, waits = {} }, Queue)
end

--- Never waits: who puts more than is taken has to bound it.
---@param value any not nil
function Queue:put(value)
  local wait = self.waits[1]
  if wait then return wake(wait, value) end
  self.last = self.last + 1
  self[self.last] = value
end

---@param deadline number?
---@return any? value
---@return S.Error? err
function Queue:get(deadline)
  if self.first > self.last then
    local wait = { queue = self }
    table.insert(self.waits, wait)
    local value, err = suspend(wait, deadline)
    if value == nil then return nil, err end
    return value
  end
  local value = self[self.first]
  self[self.first] = nil
  self.first = self.first + 1
  return value
end

---@return boolean
function Queue:is_empty() return self.first > self.last end

function Queue:forget(wait)
  for i, other in ipairs(self.waits) do
    if other == wait then return table.remove(self.waits, i) end
  end
end

-- The loop.

--- Have the kernel wake us at the earliest deadline; costs a call only when that changed.
local function set_timer()
  local at = state.timers:earliest()
  if at == state.armed then return end
  state.armed = at
  -- All zero would disarm the timer, and a deadline in the past has to fire.
  assert(state.timer:timerfd_settime("abstime", { 0, at and math.max(at, 1e-6) or 0 }))
end

local function dispatch(event)
  local number, events = event.fd, event.events
  if number == state.timer:getfd() then
    S.read(state.timer, nil, 8)
    state.armed, state.due = nil, true
    return
  end
  local entry = state.fds[number]
  if not entry then return end -- its task has gone on for another reason
  for direction, mask in pairs(ARM) do
    if entry[direction] and events & (mask | TROUBLE) ~= 0 then wake(entry[direction], true) end
  end
  if state.fds[number] then arm(number, entry) end -- the other direction still waits
end

--- Ask the kernel what happened; wait for it only when no task can go on.
local function poll()
  set_timer()
  local idle = #state.ready == 0
  if idle and not state.armed and state.waiting_fds == 0 then
    error("every task waits for another one", 0)
  end
  local next_event, events, count = state.epoll:epoll_wait(state.events, idle and -1 or 0)
  if next_event then
    for _, event in next_event, events, count do dispatch(event) end
  elseif not events.INTR then
    error(tostring(events), 0)
  end

  if not state.due then return end
  state.due = false
  local now = loop.now()
  local wait = state.timers:due(now)
  while wait do
    wait.at = nil -- out of the heap already
    wake(wait, nil, TIMED_OUT)
    wait = state.timers:due(now)
  end
end

local function clean_up()
  while next(state.tasks) do next(state.tasks):cancel() end
  state = nil
end

--- Run a function as the first task; tasks still there when it ends are cancelled. Inside a task
--- it is a plain call, so that what uses the loop can be used from what uses the loop.
---@param fn fun(...): ...
---@param ... any its arguments
---@return ... what the function returned; an error in it is raised
function loop.run(fn, ...)
  if state then return fn(...) end

  vm.protect() -- what waits for events stays, and often listens to strangers
  local epoll <close> = assert(S.epoll_create("cloexec"))
  local timer <close> = assert(S.timerfd_create(CLOCK, "nonblock,cloexec"))
  assert(epoll:epoll_ctl("add", timer, "in"))
  state = {
    epoll = epoll, timer = timer, timers = timers.new(), events = S.t.epoll_events(BATCH),
    fds = {}, waiting_fds = 0, ready = {}, tasks = {},
  }
  local _ <close> = setmetatable({}, { __close = clean_up })

  local main = loop.spawn(fn, ...)
  state.main = main
  while not main.done do
    local ready = state.ready
    state.ready = {}
    for _, item in ipairs(ready) do resume(item[1], item[2], item[3]) end
    if not main.done then poll() end
  end
  return main:join()
end

return loop
