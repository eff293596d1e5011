-- tests/fuzz/syscall_api.lua - every function of S and every method with random arguments
--
-- In a cage (tests/lib/cage.lua): the calls may do what they like there. What is outside is
-- looked at before and after (tests/lib/outside.lua), and must be as it was. Workers make a few
-- hundred calls each; a watchdog kills one that waits, and a worker that dies of a crash, or
-- spins, fails the test with its seed and its last call.
-- FUZZ_SECONDS=600 runs longer, FUZZ_SEED=N repeats. tests/lib/api_calls.lua: what is left out.

local t = require "test"
local cage = require "cage"
local calls = require "api_calls"
local outside = require "outside"
local values = require "api_values"
local S = require "syscall"
local mem = S.mem

t.need_root()

local SECONDS = tonumber(os.getenv("FUZZ_SECONDS")) or 4
local SEED = tonumber(os.getenv("FUZZ_SEED")) or 20240101
local CALLS = 300 -- a worker
local LEAST = 2000 -- calls in all: a busy machine makes few in that time
local STALL = 0.15 -- seconds, after which a sleeping worker is killed
local SPIN = 8 -- seconds of processor time in one call: it hangs
local NAME = 64 -- bytes of the note for the last call

local random = math.random

local CRASH_SIGNALS = { [4] = "ILL", [5] = "TRAP", [6] = "ABRT", [7] = "BUS", [8] = "FPE",
  [11] = "SEGV" }

-- ---- the worker ----

local function make_objects()
  values.fds, values.mappings = {}, {}
  local function add(fd) if fd then values.fds[#values.fds + 1] = fd end end
  local function pair(ok, _, a, b) if ok then add(a) add(b) end end
  add(S.open("f", "rdwr"))
  add(S.open("d", "rdonly, directory"))
  add(S.open("d", "path"))
  add(S.memfd_create("m", "allow_sealing"))
  pair(S.pipe2("nonblock"))
  pair(S.socketpair("unix", "dgram, nonblock"))
  add(S.socket("inet", "stream, nonblock"))
  add(S.socket("inet6", "dgram, nonblock"))
  add(S.socket("netlink", "raw, nonblock", "route"))
  add(S.epoll_create())
  add(S.eventfd(0, "nonblock"))
  add(S.timerfd_create("monotonic", "nonblock"))
  add(S.inotify_init("nonblock"))
  add(S.signalfd(S.t.sigset("usr1"), "nonblock"))
  add(S.pidfd_open(S.getpid()))
  add(S.fsopen("tmpfs"))
  local closed = S.open("f")
  closed:close()
  add(closed)
  local page = S.getpagesize()
  for i, prot in ipairs { "read, write", "read", "none", "read, write" } do
    local m = S.mmap(nil, 2 * page, prot, "private, anonymous")
    values.mappings[i] = m
    if m and i == 4 then S.munmap(m, page) end
  end
  values.mappings[5] = values.mappings[1] + page
  values.ring = S.io_uring_setup(8)
end

local function call(entry, note)
  local name, fn = entry[1], entry[2]
  local args = { n = random(0, 6) }
  for i = 1, args.n do args[i] = values.any() end
  local me = S.getpid()
  for _ = 1, 8 do -- what an error asks for is given, mostly
    calls.defuse(name, args)
    note(name, args)
    local ok, message = pcall(fn, table.unpack(args, 1, args.n))
    if S.getpid() ~= me then S._exit(0) end -- a child of whatever it was
    if ok then return true end
    local i, why = tostring(message):match("bad argument #(%d+)(.*)")
    i = tonumber(i)
    if not i or i < 1 or i > 10 or random(10) == 1 then return false end
    args.n = math.max(args.n, i)
    args[i] = values.wanted(why)
  end
  return false
end

--- A root of each worker's own. /proc is in no tree: a process's memory is a file there.
local function new_place()
  assert(S.unshare("newns"))
  cage.new_root("/w", "32m")
  assert(S.mkdir("d", "0755"))
  t.write("f", ("text\n"):rep(100))
  t.write("d/x", "x")
  assert(S.symlink("../f", "d/l"))
  assert(S.mkfifo("fifo", "0600"))
end

local function read(proc, path)
  local file <close> = S.openat(proc, path, "rdonly")
  return file and file:read(nil, 1024) or ""
end

local function work(seed, shared, proc)
  math.randomseed(seed)
  for name, number in pairs(S.c.SIG) do -- a sanitizer handles crashes
    if not CRASH_SIGNALS[number] then S.signal(name, "dfl") end
  end
  local size = tonumber(read(proc, "self/statm"):match("%d+")) * S.getpagesize()
  proc:close()
  new_place()
  S.setpgid(0, 0)
  local limits = { nofile = 200, core = 0, fsize = 1 << 24, nproc = 200, cpu = 60 }
  if size < 1 << 30 then limits.as = 1 << 30 end -- a sanitizer reserves all there is
  for limit, value in pairs(limits) do S.setrlimit(limit, { cur = value, max = value }) end
  make_objects()
  local list = calls.functions()
  local objects = calls.of_objects()
  local function note(name, args)
    local text = name
    for i = 1, args.n do text = text .. " " .. type(args[i]) end
    mem.copy(shared + 24, (text:sub(1, NAME - 1)))
    S.clock_gettime("process_cputime_id", shared.started)
    mem.fetch_add(shared.beat, 1)
  end
  for _ = 1, CALLS do
    if random(5) == 1 then
      local entry = objects[random(#objects)]
      if entry[1]:find("ring") or entry[1]:find("^fd") then
        call(entry, note)
      else
        note(entry[1], { n = 0 })
        local me = S.getpid()
        pcall(entry[2], values.memory() or S.t.int1(), values.any())
        if S.getpid() ~= me then S._exit(0) end
      end
    elseif call(list[random(#list)], note) then
      mem.fetch_add(shared.good, 1)
    end
    if random(40) == 1 then collectgarbage() end
  end
  S._exit(0)
end

-- ---- the watchdog: process 1 of the namespace ----

local function state_of(proc, pid) return read(proc, pid .. "/stat"):match("%) (%a)") or "Z" end

--- One worker to its end: nil, or what was wrong.
local function watch(seed, shared, proc)
  local pid = assert(S.fork())
  if pid == 0 then
    local _, err = xpcall(work, debug.traceback, seed, shared, proc)
    mem.copy(shared + 24 + NAME, tostring(err):sub(1, 1000))
    S._exit(99)
  end
  local pidfd = assert(S.pidfd_open(pid))
  local last, since = -1, S.clock_gettime("monotonic").time
  local ready = S.t.pollfds { { fd = pidfd, events = "in" } }
  local hung
  while S.poll(ready, 30) == 0 do
    local beat = mem.fetch_add(shared.beat, 0)
    local now = S.clock_gettime("monotonic").time
    if beat ~= last then
      last, since = beat, now
    elseif now - since > STALL then
      local state = state_of(proc, pid)
      if state ~= "R" then break end -- it waits, as it was told to
      if now - since > SPIN then
        hung = true
        break
      end
    end
  end
  S.kill(pid, "kill")
  local _, _, status, usage = S.wait4(pid, "all")
  pidfd:close()
  while S.waitpid(-1, "all, nohang") do end -- what it left behind
  local what = mem.string(shared + 24)
  if status and CRASH_SIGNALS[status.TERMSIG] then
    return ("SIG%s in %s"):format(CRASH_SIGNALS[status.TERMSIG], what)
  elseif hung and usage and usage.utime.time - shared.started.time > SPIN / 2 then
    return ("%.1f seconds of processor time in %s"):format(
      usage.utime.time - shared.started.time, what)
  elseif status and status.EXITSTATUS and status.EXITSTATUS ~= 0
    and not mem.string(shared + 24 + NAME):find("not enough memory") then -- it has a limit
    return ("exit status %d in %s: %s"):format(status.EXITSTATUS, what,
      mem.string(shared + 24 + NAME))
  end
end

local function guard(shared, proc)
  for name, number in pairs(S.c.SIG) do -- workers send them to anybody
    if not CRASH_SIGNALS[number] then S.signal(name, "ign") end
  end
  S.signal("chld", "dfl")
  local stop = S.clock_gettime("monotonic").time + SECONDS
  local workers, bad = 0, nil
  local function enough()
    local late = S.clock_gettime("monotonic").time - stop
    return late > 0 and mem.fetch_add(shared.beat, 0) >= LEAST or late > 60
  end
  while not bad and not enough() do
    bad = watch(SEED + workers, shared, proc)
    if bad then bad = ("%s (FUZZ_SEED=%d)"):format(bad, SEED + workers) end
    workers = workers + 1
  end
  mem.copy(shared + 24 + NAME, (bad or ""):sub(1, 2000))
  mem.fetch_add(shared.workers, workers)
end

-- ---- outside ----

local page = assert(S.mmap(nil, S.getpagesize(), "read, write", "shared, anonymous"))
local shared = setmetatable({
  beat = mem.cast("uint32", page), good = mem.cast("uint32", page + 4),
  workers = mem.cast("uint32", page + 20), started = mem.cast("timespec", page + 3072),
}, { __add = function(_, n) return page + n end })

-- what a sanitizer finds it says on stderr, between what the workers write there
local log = assert(S.memfd_create("stderr", "allow_sealing"))
local root = t.tmp() .. "/root"
assert(S.mkdir(root, "0755"))

--- Process in the background that fn makes: its pid.
local function start(fn)
  io.stdout:flush()
  local pid = assert(S.fork())
  if pid == 0 then
    S.prctl("set_pdeathsig", "kill")
    local ok, err = pcall(fn)
    if not ok then mem.copy(page + 24 + NAME, tostring(err):sub(1, 500)) end
    S._exit(0)
  end
  return pid
end

local function fuzz()
  local status = cage.enter(log, root, function(proc) guard(shared, proc) end)
  if status.EXITSTATUS ~= 0 then
    error(("the watchdog: %s, after %s"):format(tostring(status), mem.string(shared + 24)), 0)
  end
end

t.isolated("newns, newnet", function()
  assert(S.mount("none", root, "tmpfs", nil, "mode=755")) -- a mount of ours, to lose
  local canary = start(function() S.pause() end)
  local before = outside.look(canary, cage.USER)
  S.waitpid(start(fuzz))
  local differences, compared = outside.differences(before, outside.look(canary, cage.USER))
  S.kill(canary, "kill")
  S.waitpid(canary)
  t.is(differences, {}, ("%d things outside are as they were"):format(compared))
end)

local problem = mem.string(page + 24 + NAME)
if shared.workers[0] == 0 and problem:find("not permitted") then
  t.skip("no namespaces for users here: " .. problem)
end
log:lseek(0)
local said = log:read(nil, 1 << 24) or ""
for line in said:gmatch("[^\n]*runtime error:[^\n]*") do problem = problem .. "\n" .. line end
if #problem > 0 then
  for line in said:gmatch("[^\n]*[#=][%d=]+ ?[0E]R?x?[^\n]*") do
    problem = problem .. "\n" .. line
  end
end
local good, workers, made = shared.good[0], shared.workers[0], shared.beat[0]
t.is(problem, "", ("%d calls in %d workers, %d of them without an argument error"):format(
  made, workers, good))
t.ok(good > made / 20, "enough calls got past their arguments: " .. good .. " of " .. made)
