-- tests/fuzz/syscall_api.lua - every function of S and every method with random arguments
--
-- In a user, pid, mount, network, ipc and uts namespace whose root is a tmpfs: the calls may do
-- what they like there. Workers make a few hundred calls each; a watchdog kills one that waits,
-- and a worker that dies of a crash, or spins, fails the test with its seed and its last call.
-- FUZZ_SECONDS=600 runs longer, FUZZ_SEED=N repeats. What is left out, and why:
--	exit, _exit	end the worker, as they must
--	reboot		ends the namespace with everything in it
--	mmap of files	SIGBUS once the file is shorter: the mapping tells it so
--	prlimit of others	the watchdog is one
--	RLIMIT_STACK, PR_SET_TSC, madvise's guards	the kernel is told to crash the process

local t = require "test"
local values = require "api_values"
local S = require "syscall"
local names = require "syscall.names"
local mem = S.mem

t.need_root()

local SECONDS = tonumber(os.getenv("FUZZ_SECONDS")) or 4
local SEED = tonumber(os.getenv("FUZZ_SEED")) or 20240101
local CALLS = 300 -- a worker
local STALL = 0.15 -- seconds, after which a sleeping worker is killed
local SPIN = 8 -- seconds of processor time in one call: it hangs
local NAME = 64 -- bytes of the note for the last call

local LEFT_OUT = { exit = true, _exit = true, reboot = true, atexit = true }
local random = math.random

local CRASH_SIGNALS = { [4] = "ILL", [5] = "TRAP", [6] = "ABRT", [7] = "BUS", [8] = "FPE",
  [11] = "SEGV" }

-- ---- what can be called: {name, function} ----

local function all_functions()
  local list = {}
  local function add(name, fn)
    if type(fn) == "function" and not LEFT_OUT[name] then list[#list + 1] = { name, fn } end
  end
  for _, name in ipairs(names.functions()) do add(name, S[name]) end
  for name in pairs(require "syscall.composed") do add(name, S[name]) end
  for name, fn in pairs(mem) do add("mem." .. name, fn) end
  for name, fn in pairs(S.util) do add("util." .. name, fn) end
  for _, name in ipairs(names.types()) do
    add("t." .. name, function(...) return S.t[name](...) end)
  end
  for _, name in ipairs { "fd", "error", "sa", "device", "buffer", "ints", "iovecs", "pollfds",
    "epoll_events", "waitstatus", "timespec2", "int1", "uint64_1", "char2" } do
    add("t." .. name, function(...) return S.t[name](...) end)
  end
  for _, name in ipairs(names.constants()) do
    add("c." .. name, function(...) return S.c[name](...) end)
  end
  table.sort(list, function(a, b) return a[1] < b[1] end)
  return list
end

--- Methods and fields of memory, of descriptors and of a ring.
local function object_calls()
  local list = {}
  local function add(name, fn) list[#list + 1] = { name, fn } end
  local function field(m)
    local all = mem.fields(m)
    if #all > 0 and random(3) > 1 then return all[random(#all)].name end
    return values.any()
  end
  add("index", function(m) return m[field(m)] end)
  add("newindex", function(m, v) m[field(m)] = v end)
  add("concat", function(m) return #m, tostring(m), m + random(0, 70) end)
  add("fd.field", function(_, k) return values.fd()[k] end)
  add("fd.methods", function()
    local fd = values.fd()
    return fd:getfd(), fd:seq(), tostring(fd), fd:nonblock(), fd:tell(), fd:block()
  end)
  local ring = values.ring
  if ring then
    for name, fn in pairs(getmetatable(ring).__index) do
      if name ~= "close" then add("ring:" .. name, function(...) return fn(ring, ...) end) end
    end
    add("ring.reap", function()
      ring:submit(0)
      for _, result in ring:completions() do tostring(result) end
    end)
  end
  return list
end

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

local CLOSING = { close = true, close_range = true, dup2 = true, dup3 = true, ["t.fd"] = true,
  ["t.mqd"] = true, ["t.perf_reader"] = true, ring = true }

--- Arguments that would crash the process by the kernel's own doing, or close the standard
--- streams, where a sanitizer speaks.
local function defuse(name, args)
  if CLOSING[name:match("^[^:]*")] then
    for i = 1, args.n do
      local n = math.tointeger(args[i])
      if n and (n & 0xffffffff) <= 2 then args[i] = 99 end
    end
    if name == "close_range" and not math.tointeger(args[1]) then args[1] = 99 end
  elseif name == "mmap" then
    args[5] = nil
    args.n = math.min(args.n, 4)
  elseif name == "madvise" and type(args[3]) == "number" and args[3] > 25 then
    args[3] = 4
  elseif name == "setrlimit" or name == "getrlimit" or name == "prlimit" then
    for i = 1, 2 do
      if args[i] == 3 or (type(args[i]) == "string" and args[i]:lower():find("stack")) then
        args[i] = 0
      end
    end
    if name == "prlimit" then args[1] = 0 end -- not the watchdog's
  elseif name == "prctl" and (args[1] == 26 or type(args[1]) == "string") then
    if args[1] == 26 or args[1]:lower():find("set_tsc") then args[1] = 1 end
  end
end

local function call(entry, note)
  local name, fn = entry[1], entry[2]
  local args = { n = random(0, 6) }
  for i = 1, args.n do args[i] = values.any() end
  local me = S.getpid()
  for _ = 1, 8 do -- what an error asks for is given, mostly
    defuse(name, args)
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

--- A root of its own, and without /proc: a process's memory is a file there.
local function new_place()
  assert(S.unshare("newns"))
  assert(S.mount("none", "/w", "tmpfs", nil, "size=32m"))
  assert(S.chdir("/w"))
  assert(S.mkdir("d", "0755"))
  t.write("f", ("text\n"):rep(100))
  t.write("d/x", "x")
  assert(S.symlink("../f", "d/l"))
  assert(S.mkfifo("fifo", "0600"))
  assert(S.umount("/proc", "detach"))
  assert(S.chroot("."))
end

local function work(seed, shared)
  math.randomseed(seed)
  for name, number in pairs(S.c.SIG) do -- a sanitizer handles crashes
    if not CRASH_SIGNALS[number] then S.signal(name, "dfl") end
  end
  local size = tonumber(t.read("/proc/self/statm"):match("%d+")) * S.getpagesize()
  new_place()
  S.setpgid(0, 0)
  local limits = { nofile = 200, core = 0, fsize = 1 << 24, nproc = 200, cpu = 60 }
  if size < 1 << 30 then limits.as = 1 << 30 end -- a sanitizer reserves all there is
  for limit, value in pairs(limits) do S.setrlimit(limit, { cur = value, max = value }) end
  make_objects()
  local list = all_functions()
  local objects = object_calls()
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

local function state_of(pid)
  local file = io.open("/proc/" .. pid .. "/stat")
  if not file then return "Z" end
  local text = file:read("a")
  file:close()
  return text:match("%) (%a)") or "Z"
end

--- One worker to its end: nil, or what was wrong.
local function watch(seed, shared)
  local pid = assert(S.fork())
  if pid == 0 then
    local _, err = xpcall(work, debug.traceback, seed, shared)
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
      local state = state_of(pid)
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

local root = t.tmp()

local function new_root()
  assert(S.mount("none", "/", nil, "rec, private"))
  assert(S.mount("none", root, "tmpfs", nil, "size=1m"))
  assert(S.chdir(root))
  for _, dir in ipairs { "w", "proc", "old" } do assert(S.mkdir(dir, "0755")) end
  assert(S.mount("none", "proc", "proc"))
  assert(S.pivot_root(".", "old"))
  assert(S.umount("/old", "detach"))
  assert(S.chdir("/"))
end

local function namespace(shared)
  local outside = { uid = S.geteuid(), gid = S.getegid() }
  assert(S.unshare("newuser, newpid, newns, newnet, newipc, newuts, newcgroup"))
  t.write("/proc/self/uid_map", "0 " .. outside.uid .. " 1")
  t.write("/proc/self/setgroups", "deny")
  t.write("/proc/self/gid_map", "0 " .. outside.gid .. " 1")
  local pid = assert(S.fork())
  if pid ~= 0 then
    local _, _, status = S.waitpid(pid)
    if status.EXITSTATUS ~= 0 then
      error(("the watchdog: %s, after %s"):format(tostring(status), mem.string(shared + 24)), 0)
    end
    return
  end
  S.prctl("set_pdeathsig", "kill")
  S.setsid() -- a group of processes is killed beyond its namespace
  for name, number in pairs(S.c.SIG) do -- workers send them to anybody
    if not CRASH_SIGNALS[number] then S.signal(name, "ign") end
  end
  S.signal("chld", "dfl")
  S.keyctl("join_session_keyring")
  local ok, err = pcall(new_root)
  local stop = S.clock_gettime("monotonic").time + SECONDS
  local workers, bad = 0, not ok and tostring(err) or nil
  while not bad and S.clock_gettime("monotonic").time < stop do
    bad = watch(SEED + workers, shared)
    if bad then bad = ("%s (FUZZ_SEED=%d)"):format(bad, SEED + workers) end
    workers = workers + 1
  end
  mem.copy(shared + 24 + NAME, (bad or ""):sub(1, 2000))
  mem.fetch_add(shared.workers, workers)
  S._exit(0)
end

local page = assert(S.mmap(nil, S.getpagesize(), "read, write", "shared, anonymous"))
local shared = setmetatable({
  beat = mem.cast("uint32", page), good = mem.cast("uint32", page + 4),
  workers = mem.cast("uint32", page + 20), started = mem.cast("timespec", page + 3072),
}, { __add = function(_, n) return page + n end })

-- what a sanitizer finds it says on stderr, between what the workers write there
local said = t.tmp() .. "/stderr"
local log = assert(S.open(said, "creat, wronly, append", "0600"))

io.stdout:flush()
local pid = assert(S.fork())
if pid == 0 then
  -- not /dev/null: a call that changes a descriptor's mode would change the machine's device
  local null = assert(S.memfd_create("null", "allow_sealing"))
  assert(null:fcntl("add_seals", "grow"))
  S.dup2(null, 0)
  S.dup2(null, 1)
  if not os.getenv("FUZZ_STDERR") then S.dup2(log, 2) end
  S.setsid()
  local ok, err = pcall(namespace, shared)
  if not ok then mem.copy(page + 24 + NAME, tostring(err):sub(1, 500)) end
  S._exit(0)
end
S.waitpid(pid)
local problem = mem.string(page + 24 + NAME)
if problem:find("unshare") or problem:find("not permitted") then
  t.skip("no namespaces for users here: " .. problem)
end
for line in t.read(said):gmatch("[^\n]*runtime error:[^\n]*") do
  problem = problem .. "\n" .. line
end
if #problem > 0 then
  for line in t.read(said):gmatch("[^\n]*[#=][%d=]+ ?[0E]R?x?[^\n]*") do
    problem = problem .. "\n" .. line
  end
end
local good, workers, calls = shared.good[0], shared.workers[0], shared.beat[0]
t.is(problem, "", ("%d calls in %d workers, %d of them without an argument error"):format(
  calls, workers, good))
t.ok(good > calls / 20, "enough calls got past their arguments: " .. good .. " of " .. calls)
