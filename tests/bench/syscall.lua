-- syscall.lua - what a system call from Lua costs, as a ratio to the same in C
--
--   luabox lua tests/bench/syscall.lua LUABOX FOLDER
--   luabox lua tests/bench/syscall.lua CASE COUNT DIRECTORY PROGRAM     one measurement
--
-- FOLDER holds syscall (tests/bench/syscall.c) and floor, a small program to start. Processor time,
-- medians of runs in turns; LIMITS are what the project promises.

local S = require "syscall"

local COUNTS = { getpid = 1000000, stat = 200000, read = 600000, write = 600000, open = 100000,
  dir = 1, epoll = 60000, spawn = 500 }
local LIMITS = { getpid = 1.6, stat = 1.4, read = 1.6, write = 1.6, open = 1.4, dir = 1.3,
  epoll = 1.3, spawn = 1.2 }
local ORDER = { "getpid", "stat", "read", "write", "open", "dir", "epoll", "spawn" }
local RUNS, ENTRIES = 5, 50000

local run = {}

function run.getpid(count)
  local getpid = S.getpid
  for _ = 1, count do getpid() end
end

function run.stat(count)
  for _ = 1, count do S.stat("/") end
end

function run.read(count)
  local fd, buffer = S.open("/dev/zero"), S.t.buffer(1)
  for _ = 1, count do fd:read(buffer, 1) end
end

function run.write(count)
  local fd = S.open("/dev/null", "wronly")
  for _ = 1, count do fd:write("x") end
end

function run.open(count)
  for _ = 1, count do S.open("/dev/null", "rdonly"):close() end
end

function run.dir(_, folder)
  local n = 0
  for name in S.util.ls(folder, nil, 32768) do
    if #name > 0 then n = n + 1 end
  end
  return n
end

function run.epoll(count)
  local epoll, _, _, a, b = S.epoll_create(), S.socketpair("unix", "stream")
  epoll:epoll_ctl("add", b, "in")
  local events, buffer, fds = S.t.epoll_events(1), S.t.buffer(1), { [b:getfd()] = b }
  for _ = 1, count do
    a:write("x")
    for _, event in epoll:epoll_wait(events) do fds[event.fd]:read(buffer, 1) end
  end
end

function run.spawn(count, _, program)
  for _ = 1, count do S.waitpid(S.spawn(program, { program })) end
end

local function used()
  local sum = 0
  for _, who in ipairs { "self", "children" } do
    local usage = S.getrusage(who)
    sum = sum + usage.utime.time + usage.stime.time
  end
  return sum
end

if run[arg[1]] then
  local start = used()
  local count = tonumber(arg[2])
  count = run[arg[1]](count, arg[3], arg[4]) or count
  print(("%.1f"):format((used() - start) / count * 1e9))
  os.exit(0)
end

local luabox, folder = arg[1], arg[2]
local entries = ("%s/luabox-bench.%d"):format(os.getenv("TMPDIR") or "/tmp", S.getpid())
assert(S.mkdir(entries, "0755"))
for i = 1, ENTRIES do S.creat(("%s/entry%06d"):format(entries, i), "0600"):close() end

local function measure(command, case)
  local line = ("%s %s %d %s %s/floor"):format(command, case, COUNTS[case], entries, folder)
  local output <close> = assert(io.popen(line))
  return output:read("n")
end

local function median(list)
  table.sort(list)
  return list[#list // 2 + 1]
end

io.write(("%-10s %10s %10s %7s\n"):format("call", "C ns", "luabox ns", "ratio"))
local product = 1
for _, case in ipairs(ORDER) do
  local plain, ours = {}, {}
  for i = 1, RUNS do
    plain[i] = measure(folder .. "/syscall", case)
    ours[i] = measure(luabox .. " lua " .. arg[0], case)
  end
  local a, b = median(plain), median(ours)
  product = product * b / a
  io.write(("%-10s %10.0f %10.0f %7.2f%s\n"):format(case, a, b, b / a,
    b / a > LIMITS[case] and "  over " .. LIMITS[case] or ""))
end
io.write(("%-32s %7.2f\n"):format("geometric mean (limit 1.4)", product ^ (1 / #ORDER)))
assert(S.util.rm(entries))
