-- tests/lua/syscall_signals.lua - handlers in Lua, masks, waiting for signals; clone and atexit
-- Masks and dispositions are compared with /proc/self/status.

local t = require "test"
local S = require "syscall"
local asleep = require "asleep"
local c, types = S.c, S.t

local me = S.getpid()

--- A mask of /proc/PID/status, "SigBlk" and the like, as a number.
local function mask(field, pid)
  local status = t.read("/proc/" .. (pid or "self") .. "/status")
  return tonumber(status:match(field .. ":%s*(%x+)"), 16)
end

local function bit_of(name) return 1 << c.SIG[name] - 1 end

-- ---- handlers ----

t.is(S.signal("usr1", "ign"), "DFL")
t.ok(mask("SigIgn") & bit_of "USR1" ~= 0, "the kernel ignores it")
t.is(S.signal("usr1", "dfl"), "IGN")

local got
local function handler(number, info, context) got = { number, info, context } end
t.is(S.signal("usr1", handler), "DFL")
t.ok(mask("SigCgt") & bit_of "USR1" ~= 0, "the kernel has a handler")
S.kill(me, "usr1")
t.is(got and got[1], c.SIG.USR1, "it ran")
t.is(got[2].pid, me, "siginfo tells the sender")
t.is(got[2].code, c.SI.USER)
t.is(got[2].signame, "USR1")
t.ok(got[3].uc_mcontext.gregs, "and the context")
t.ok(rawequal(S.signal("usr1", "dfl"), handler), "the old one comes back")

local old = {}
t.is(S.sigaction("usr2", { handler = handler, flags = "restart", mask = "usr1" }), true)
t.is(S.sigaction("usr2", nil, old), true)
t.ok(rawequal(old.handler, handler))
t.ok(old.flags & c.SA.RESTART ~= 0)
t.ok(old.mask.usr1 and not old.mask.usr2)
got = nil
S.sigqueue(me, "usr2", 1234)
t.is(got[2].code, c.SI.QUEUE)
S.sigaction("usr2", "dfl")
t.is(mask("SigCgt") & bit_of "USR2", 0)

-- what a handler raises, it raises where the program was
S.signal("usr1", function() error("from the handler", 0) end)
local function victim()
  S.kill(me, "usr1")
  for _ = 1, 10 do _ = nil end
  return "not here"
end
local ok, err = pcall(victim)
t.ok(not ok and err == "from the handler", "an error goes up from there")

-- several at once: each runs, and an error of one keeps none of the others
local ran = {}
for _, name in ipairs { "usr1", "usr2", "winch" } do
  S.signal(name, function(n) ran[#ran + 1] = n end)
end
local before = assert(S.sigprocmask("block", "usr1, usr2, winch"))
for _, name in ipairs { "usr1", "usr2", "winch" } do S.kill(me, name) end
t.ok(S.sigpending().usr2, "blocked: pending")
t.is(#ran, 0)
S.sigprocmask("setmask", before)
t.is(#ran, 3, "all of them when they may come")

-- a coroutine that runs is not disturbed; its handler runs in the main thread behind it
ran = {}
local thread = coroutine.wrap(function()
  S.kill(me, "usr1")
  return select("#", coroutine.running())
end)
thread()
t.is(#ran, 1)

-- a debug hook of someone else's is put back
local lines = 0
debug.sethook(function() lines = lines + 1 end, "l")
S.kill(me, "usr1")
local _ = 1
t.ok(debug.gethook() and lines > 0, "the hook is there again")
debug.sethook()

-- EINTR is reported
local _, _, r, w = assert(S.pipe())
S.signal("alrm", function() w:write("x") end)
local bytes, why = asleep.interrupted("alrm", function() return r:read(nil, 10) end)
t.ok(not bytes and why.INTR, "read")
S.signal("alrm", "dfl")

S.signal("alrm", function() end)
local rest = types.timespec()
local slept, none, left = asleep.interrupted("alrm", function() return S.nanosleep(2000, rest) end)
t.ok(slept and none == nil and rawequal(left, rest) and left.time > 1000, "nanosleep: what is left")

-- a timer's signal, whenever it comes
before = S.sigprocmask("block", "alrm")
t.ok(S.setitimer("real", { 0, 0.001 }), "setitimer")
t.is((S.sigtimedwait("alrm", 60)), c.SIG.ALRM, "its signal")
S.sigprocmask("setmask", before)
S.signal("alrm", "dfl")

-- instruction pointer: the program goes on in that function
if S.abi.arch == "x64" then
  S.sigaction("usr1", { sigaction = types.sa_sigaction(function(_, _, context)
    context.uc_mcontext.gregs[16] = function() error("gone on there", 0) end
  end) })
  t.is(select(2, pcall(victim)), "gone on there")
end
for _, name in ipairs { "usr1", "usr2", "winch" } do S.signal(name, "dfl") end

t.raises(function() S.signal("bogus", "ign") end, "invalid flag bogus")
t.raises(function() S.signal(0, "ign") end, "no signal")
t.raises(function() S.signal("usr1", "hold") end, "function expected")
ok, err = S.signal("kill", "ign")
t.ok(not ok and err.INVAL)
ok, err = S.sigaction("stop", handler)
t.ok(not ok and err.INVAL)

-- ---- waiting for them ----

before = S.sigprocmask("block", "usr1, usr2")
S.sigqueue(me, "usr2", 77)
local number, _, info = S.sigtimedwait("usr1, usr2", 1)
t.is(number, c.SIG.USR2)
t.is(info.code, c.SI.QUEUE)
t.is(info.pid, me)
number, err = S.sigtimedwait("usr1", 0)
t.ok(not number and err.AGAIN, "none came")
S.tgkill(me, S.gettid(), "usr1")
t.is((S.sigwaitinfo("usr1")), c.SIG.USR1)
S.tkill(S.gettid(), "usr1")
t.is(S.sigpending().usr1, true)
t.is((S.sigwaitinfo("usr1")), c.SIG.USR1)

local fd = assert(S.signalfd("usr1, usr2", "nonblock"))
t.is(#S.util.signalfd_read(fd), 0, "nothing yet")
S.kill(me, "usr1")
local signals = S.util.signalfd_read(fd)
t.is(#signals, 1)
t.ok(signals[1].usr1 and signals[1].user and not signals[1].exited)
t.is(signals[1].pid, me)
t.raises(function() return signals[1].bogus end, "invalid index bogus")
fd:close()

-- ---- the mask after fork and clone ----

for _, make in ipairs { "fork", "clone" } do
  local pid = assert(S[make]())
  if pid == 0 then
    local now = S.sigprocmask()
    S._exit(now.usr1 and now.usr2 and not now.alrm and S.gettid() == S.getpid() and 7 or 1)
  end
  t.is(select(3, S.waitpid(pid, "all")).EXITSTATUS, 7, make .. ": the child has the same mask")
end
S.sigprocmask("setmask", before)

-- ---- clone ----

local value, pid = { "state" }
if S.geteuid() == 0 then
  pid = assert(S.clone("newuts", "chld"))
  if pid == 0 then
    S.sethostname("inside")
    S._exit(value[1] == "state" and S.getppid() == me and S.gethostname() == "inside" and 9 or 1)
  end
  t.is(select(3, S.waitpid(pid)).EXITSTATUS, 9, "with a signal it is waited for plainly")
  t.ok(S.gethostname() ~= "inside")
else
  t.skip_one("clone with a new namespace", "needs root")
end
local tid = types.int1(0)
pid = assert(S.clone("parent_settid, child_cleartid", "chld", nil, tid))
if pid == 0 then S._exit(0) end
t.is(tid[0], pid, "parent_settid")
S.waitpid(pid)
for _, flags in ipairs { "vm", "thread, sighand, vm", "vfork", "settls" } do
  t.raises(function() S.clone(flags) end, "shares the memory", flags)
end
t.raises(function() S.clone("newuts", 0, types.buffer(100)) end, "no stack")

local raw = types.int1(0)
for _, wait in ipairs {
  function(child) return S.waitpid(child, 0, raw) end,
  function() return S.wait(raw) end,
  function(child) return S.wait4(child, 0, false, raw) end,
  function() return S.wait3(0, false, raw) end,
} do
  pid = assert(S.fork())
  if pid == 0 then S._exit(5) end
  raw[0] = 0
  local got_pid, _, status, usage = wait(pid)
  t.is({ got_pid, status.EXITSTATUS, raw[0], usage }, { pid, 5, 5 << 8, nil })
end

local cpu = S.getcpu()
t.ok(cpu.cpu >= 0 and cpu.node >= 0)

-- ---- ids ----

local _, _, ruid, euid, suid = S.getresuid()
t.is({ ruid, euid, suid }, { S.getuid(), S.geteuid(), S.geteuid() })
t.is(S.setreuid(), true, "nil stays")
t.is(S.setregid(-1, -1), true)
local _, _, rgid = S.getresgid()
t.is(rgid, S.getgid())
local groups = S.getgroups()
t.is(groups.count, #groups)
t.is(groups.list[0], groups[1], ".list counts from 0")

-- ---- atexit ----

local function output(script) return t.execute({ "lua", "-e", script }) end
local script = [[local S = require "syscall"
  S.atexit(function() io.write("first") end)
  S.atexit(function() io.write("last ") error("oops", 0) end)
]]
t.is(output(script).out, "last first", "at the end of the program, last first")
t.is(output(script .. "S.exit(3)").status, 3)
t.is(output(script .. "S.exit(3)").out, "last first", "S.exit")
t.is(output(script .. "os.exit(0, true)").out, "last first", "os.exit")
t.is(output(script .. "S._exit(0)").out, "", "not S._exit")
t.raises(function() S.atexit(1) end, "function expected")
