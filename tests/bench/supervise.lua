-- supervise.lua - what supervision costs, as ratios to the peers that are here
--
--   luabox lua tests/bench/supervise.lua LUABOX FOLDER [SERVICES [RUNS]]
--
-- FOLDER holds supervise (tests/bench/supervise.c). Each supervisor runs in a pid namespace of
-- its own, they take turns, figures are medians. CPU time is that of the supervisor and of its
-- services' way to their program; the floor is a C loop that forks. Needs root. The ratios count.

local S = require "syscall"

local luabox, folder = arg[1], arg[2]
local count, runs = tonumber(arg[3] or 100), tonumber(arg[4] or 5)
local supervise = folder .. "/supervise"

-- ratio to a peer, the greatest one that is promised: issue "PID 1 and supervision"
local LIMITS = { cpu = { "runit", 0.20 }, restart = { "floor", 2.0 } }

local function find(name)
  for dir in ((os.getenv "PATH" or "") .. ":/usr/sbin:/sbin"):gmatch("[^:]+") do
    if S.access(dir .. "/" .. name, "x") then return dir .. "/" .. name end
  end
end

local function write(path, text, mode)
  local file <close> = assert(io.open(path, "w"))
  file:write(text)
  if mode then S.chmod(path, mode) end
end

local function read(path)
  local file <close> = io.open(path)
  return file and file:read("a") or ""
end

local function monotonic()
  local now = S.clock_gettime("monotonic")
  return now.tv_sec + now.tv_nsec / 1e9
end

-- ---- the contenders: { name, prepare(base) -> argv } ----

local contenders = {
  { "floor", function(base)
    return { supervise, "floor", tostring(count), base .. "/mark" }
  end },
  { "luabox", function(base)
    S.mkdir(base .. "/services", "0755")
    write(base .. "/services/all.lua", ([[
      local list = {}
      for i = 0, %d - 1 do
        list[i + 1] = service { name = "s" .. i, run = { %q, "mark", %q, "s" .. i },
          restart = { on = "always", delay = 0 } }
      end
      return list]]):format(count, supervise, base .. "/mark"))
    return { luabox, "init", "--services", base .. "/services", "--run", base .. "/run",
      "--max", tostring(count + 20) }
  end },
}

local runsvdir, runsv = find "runsvdir", find "runsv"
if runsvdir and runsv then
  table.insert(contenders, { "runit", function(base)
    S.mkdir(base .. "/sv", "0755")
    for i = 0, count - 1 do
      S.mkdir(base .. "/sv/s" .. i, "0755")
      write(base .. "/sv/s" .. i .. "/run", ("#!/bin/sh\nexec %s mark %s s%d\n"):format(supervise,
        base .. "/mark", i), "0755")
    end
    S.utimensat(nil, base .. "/sv", { 1, 1 }) -- runsvdir waits out a second on a fresh folder
    return { runsvdir, base .. "/sv" }
  end })
end
local dinit = find "dinit"
if dinit then
  table.insert(contenders, { "dinit", function(base)
    S.mkdir(base .. "/dinit.d", "0755")
    local boot = { "type = internal\n" }
    for i = 0, count - 1 do
      write(base .. "/dinit.d/s" .. i, ("type = process\ncommand = %s mark %s s%d\nrestart = true\n"
        .. "restart-delay = 0\n"):format(supervise, base .. "/mark", i))
      boot[#boot + 1] = ("waits-for = s%d\n"):format(i)
    end
    write(base .. "/dinit.d/boot", table.concat(boot))
    return { dinit, "-u", "-q", "-d", base .. "/dinit.d", "-p", base .. "/ctl", "boot" }
  end })
end

-- ---- one run ----

local function names(path)
  local fd <close> = assert(S.open(path, "rdonly, directory"))
  return require("fs.dir").list(fd) or {}
end

local function descendants(pid, found)
  found = found or {}
  for tid in pairs { [pid] = true } do
    for child in read(("/proc/%d/task/%d/children"):format(tid, tid)):gmatch("%d+") do
      found[#found + 1] = tonumber(child)
      descendants(tonumber(child), found)
    end
  end
  return found
end

local function cpu_ms(pids)
  local total = 0
  for _, pid in ipairs(pids) do
    total = total + (tonumber(read("/proc/" .. pid .. "/schedstat"):match("^%d+")) or 0)
  end
  return total / 1e6
end

local function sum(pids, file, pattern)
  local total = 0
  for _, pid in ipairs(pids) do
    for n in read("/proc/" .. pid .. "/" .. file):gmatch(pattern) do total = total + tonumber(n) end
  end
  return total
end

local function is_service(pid)
  return read("/proc/" .. pid .. "/cmdline"):find("\0mark\0", 1, true)
end

local function until_true(fn, seconds)
  local deadline = monotonic() + seconds
  repeat
    if fn() then return true end
    S.nanosleep(0.0005)
  until monotonic() > deadline
  return false
end

local function median(list)
  table.sort(list)
  return list[(#list + 1) // 2] or 0 / 0
end

local turn = 0

local function trial(contender, full)
  turn = turn + 1
  local base = ("/dev/shm/luabox-bench.%d.%d"):format(S.getpid(), turn)
  S.mkdir(base, "0755")
  S.mkdir(base .. "/mark", "0755")
  local argv = contender[2](base)
  local null = assert(S.open("/dev/null", "rdwr"))
  local spec = { "unshare", "-pfm", "--kill-child", "--mount-proc", "sh", "-c", '"$@"; exit', "sh",
    path = find "unshare", fds = { [0] = null, [1] = null, [2] = null } }
  for _, word in ipairs(argv) do spec[#spec + 1] = word end
  local began = monotonic()
  local pid = assert(S.spawn(spec))
  null:close()
  local result = {}
  until_true(function() return #names(base .. "/mark") >= count end, 30)
  result.up = (monotonic() - began) * 1000
  local all = descendants(pid)
  table.remove(all, 1) -- the shell
  local own, services = {}, {}
  for _, one in ipairs(all) do table.insert(is_service(one) and services or own, one) end
  result.cpu = cpu_ms(all)
  result.processes = #own
  if full then
    S.nanosleep(1.5) -- runit holds back what ran less than a second
    local switches = "ctxt_switches:%s+(%d+)"
    local before = sum(own, "status", switches)
    S.nanosleep(2)
    result.wakeups = (sum(own, "status", switches) - before) / 2
    result.pss = sum(own, "smaps_rollup", "\nPss:%s+(%d+)")
    result.dirty = sum(own, "smaps_rollup", "Private_Dirty:%s+(%d+)")
    local latencies = {}
    for i = 1, math.min(15, #services) do
      local seen = #names(base .. "/mark")
      local from = monotonic()
      S.kill(services[i], "kill")
      local fine = until_true(function() return #names(base .. "/mark") > seen end, 5)
      latencies[i] = fine and (monotonic() - from) * 1e6 or nil
    end
    result.restart = median(latencies)
  end
  S.kill(pid, "kill")
  S.waitpid(pid)
  S.nanosleep(0.1)
  os.execute("rm -rf " .. base)
  return result
end

-- ---- all, in turns ----

local FIELDS = { "up", "cpu", "restart", "wakeups", "processes", "pss", "dirty" }
local samples = {}
for run = 1, runs do
  for _, contender in ipairs(contenders) do
    local got = trial(contender, run <= 3)
    local own = samples[contender[1]] or {}
    samples[contender[1]] = own
    for _, field in ipairs(FIELDS) do
      own[field] = own[field] or {}
      table.insert(own[field], got[field])
    end
  end
end

print(("supervising %d services, median of %d"):format(count, runs))
print(("%-8s %8s %8s %9s %8s %5s %8s %8s"):format("", "up ms", "cpu ms", "restart", "wake/s",
  "procs", "pss KiB", "dirty"))
local result = {}
for _, contender in ipairs(contenders) do
  local own, r = samples[contender[1]], {}
  for _, field in ipairs(FIELDS) do r[field] = median(own[field]) end
  result[contender[1]] = r
  print(("%-8s %8.1f %8.1f %6.0f us %8.1f %5d %8d %8d"):format(contender[1], r.up, r.cpu, r.restart,
    r.wakeups, r.processes, r.pss, r.dirty))
end
for field, limit in pairs(LIMITS) do
  local peer = result[limit[1]]
  if peer then
    local ratio = result.luabox[field] / peer[field]
    print(("%s: %.2f of %s, promised %.2f%s"):format(field, ratio, limit[1], limit[2],
      ratio > limit[2] and "  <-- over" or ""))
  end
end
