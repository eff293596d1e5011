-- tests/lua/syscall_doubt.lua - what one would not believe untested: leaks, EINTR, masks
--
-- Ten thousand descriptors of each kind are made and dropped; a signal ends a call that waits
-- with INTR, once; masks and dispositions after fork and exec. (64-bit offsets on 32-bit
-- machines are in syscall_openat2.lua and syscall_calls.lua, filtered children in
-- syscall_seccomp_notify.lua, clone3 in syscall_clone3.lua.)

local t = require "test"
local S = require "syscall"
local asleep = require "asleep"

local tmp = t.tmp()
t.write(tmp .. "/f", "text")

local function open_fds()
  local n = 0
  local dir = assert(S.open("/proc/self/fd", "rdonly, directory"))
  while true do
    local entries = dir:getdents()
    if not entries then break end
    for _ in entries do n = n + 1 end
  end
  dir:close()
  return n
end

-- ---- descriptors that nobody closes are collected, and none is left over ----

local listener = assert(S.socket("unix", "stream"))
assert(listener:bind(S.t.sockaddr_un(tmp .. "/sock")))
assert(listener:listen())
local usr1 = S.t.sigset("usr1")
local self = assert(S.pidfd_open(S.getpid()))
local dir = assert(S.open(tmp, "path"))

local MAKERS = {
  open = function() return S.open(tmp .. "/f") end,
  openat2 = function() return S.openat2(dir, "f", { resolve = "beneath" }) end,
  dup = function() return S.dup(1) end,
  fcntl = function() return S.fcntl(1, "dupfd_cloexec", 10) end,
  memfd_create = function() return S.memfd_create("x") end,
  pipe = function() return select(3, S.pipe()) end,
  socketpair = function() return select(3, S.socketpair("unix", "stream")) end,
  socket = function() return S.socket("inet", "dgram") end,
  accept = function()
    local s = S.socket("unix", "stream")
    if not s then return nil end
    s:connect(listener:getsockname())
    return listener:accept()
  end,
  epoll_create = function() return S.epoll_create() end,
  eventfd = function() return S.eventfd() end,
  timerfd_create = function() return S.timerfd_create("monotonic") end,
  signalfd = function() return S.signalfd(usr1) end,
  inotify_init = function() return S.inotify_init() end,
  pidfd_open = function() return S.pidfd_open(S.getpid()) end,
  pidfd_getfd = function() return self:pidfd_getfd(1) end,
  fsopen = function() return S.fsopen("tmpfs") end,
  fanotify_init = function() return S.fanotify_init("class_notif") end,
  userfaultfd = function() return S.userfaultfd("user_mode_only") end,
  landlock_create_ruleset = function()
    return S.landlock_create_ruleset { handled_access_fs = "execute" }
  end,
  open_tree = function() return S.open_tree("fdcwd", tmp) end,
}

-- A user has 128 of these in all, and other programs need some.
local FEW = { inotify_init = 32, fanotify_init = 32 }

local CALLS = 10000
local PATIENCE = 30 -- seconds; others of this user may have what there is a limit of

--- One more; nothing when there is none for so long.
local function make_or_wait(make)
  local made = make()
  local deadline = not made and S.clock_gettime("monotonic").time + PATIENCE
  while not made and S.clock_gettime("monotonic").time < deadline do
    collectgarbage() -- out of descriptors, or of the kernel's patience
    S.nanosleep(0.002)
    made = make()
  end
  return made
end

S.setrlimit("nofile", { cur = 1024, max = S.getrlimit("nofile").max })
for name, make in pairs(MAKERS) do
  local probe, err = make()
  if probe then
    probe:close()
    collectgarbage()
    collectgarbage()
    local before = open_fds()
    local made = 0
    local few = FEW[name]
    for n = 1, CALLS do
      if few and n % few == 0 then collectgarbage() end
      if not make_or_wait(make) then break end
      made = made + 1
    end
    collectgarbage()
    collectgarbage()
    t.is({ made, open_fds() }, { CALLS, before }, name .. " leaks nothing")
  else
    t.skip_one(name .. " leaks nothing", tostring(err))
  end
end

do -- and failing calls leave nothing behind either
  collectgarbage()
  collectgarbage()
  local before = open_fds()
  for _ = 1, CALLS do
    S.open("/no/such")
    S.accept(1)
    S.pidfd_getfd(self, 12345)
    pcall(S.openat2, dir, "f", { resolve = "no_such" })
    pcall(S.pipe2, "no_such")
  end
  collectgarbage()
  t.is(open_fds(), before, "failures leak nothing")
  for _ = 1, 200 do S.spawn { "/no/such" } end
  collectgarbage()
  t.is(open_fds(), before, "nor do programs that cannot be started")
end

-- ---- a signal ends a wait with INTR, and nothing tries again ----

local _, _, r, w = assert(S.pipe())
local word = S.t.int1()
local epoll = assert(S.epoll_create())
local WAITS = {
  read = function() return S.read(r, nil, 1) end,
  poll = function() return S.poll({ { fd = r, events = "in" } }, 200000) end,
  epoll_wait = function() return epoll:epoll_wait(S.t.epoll_events(1), 200000) end,
  epoll_pwait2 = function() return epoll:epoll_pwait2(S.t.epoll_events(1), 200) end,
  pause = function() return S.pause() end,
  sigsuspend = function() return S.sigsuspend(S.t.sigset()) end,
  futex_wait = function() return S.futex_wait(word, 0, 200) end,
  accept = function() return S.accept(listener) end,
}

local interrupted = 0
S.signal("alrm", function() interrupted = interrupted + 1 end)
for name, wait in pairs(WAITS) do
  interrupted = 0
  local _, err = asleep.interrupted("alrm", wait)
  t.is({ err and err.sym, interrupted }, { "INTR", 1 }, name .. " is interrupted")
end
local ok, none, left = asleep.interrupted("alrm", function() return S.nanosleep(2000) end)
t.ok(ok and none == nil and left.time > 1000, "nanosleep says what is left")
S.signal("alrm", "dfl")
w:close() -- until here nothing was to be read

-- ---- masks and dispositions over fork and exec ----

assert(S.sigprocmask("block", "usr1"))
local pid = assert(S.fork())
if pid == 0 then
  local mask = S.sigprocmask()
  S._exit(mask.usr1 and not mask.usr2 and not S.sigpending().usr1 and 0 or 1)
end
t.is(select(3, S.waitpid(pid)).EXITSTATUS, 0, "fork keeps the mask, not what is pending")
t.ok(S.sigprocmask().usr1, "and the parent has it")
assert(S.sigprocmask("unblock", "usr1"))
