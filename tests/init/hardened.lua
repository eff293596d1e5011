-- hardened.lua - what a hostile reading of PID 1 found: each of these hung, leaked or span once

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"

local base = t.tmp()

--- Seconds of CPU that PID 1 has used.
local function cpu()
  local user, system = t.read("/proc/1/stat"):match("%) %S+" .. (" %S+"):rep(10) .. " (%d+) (%d+)")
  return (user + system) / 100
end

--- Nothing wakes it: turns of its loop would cost voluntary switches.
local function sleeps(name)
  local function switches()
    return tonumber(t.read("/proc/1/status"):match("voluntary_ctxt_switches:%s+(%d+)"))
  end
  S.nanosleep(0.3)
  local before, used, from = switches(), cpu(), S.clock_gettime("monotonic").time
  S.nanosleep(1)
  local woken = (switches() - before) / (S.clock_gettime("monotonic").time - from)
  t.ok(woken < 30, name, woken .. " turns a second, " .. cpu() - used .. " s of CPU")
end

local function count(pattern)
  local n = 0
  local fd <close> = assert(S.open("/proc", "rdonly, directory"))
  for _, pid in ipairs(require("fs.dir").list(fd)) do
    local file = pid:find("^%d+$") and io.open("/proc/" .. pid .. "/cmdline")
    local line = file and file:read("a") or ""
    if file then file:close() end
    if line:find(pattern, 1, true) then n = n + 1 end
  end
  return n
end

-- a stop action, and a reload, that never end
supervisor.with({ ["a.lua"] = [[
  return {
    service { name = "stop", run = { "sleep", "1000" }, stop = { signal = { "sleep", "4711" },
      timeout = 0.1 } },
    service { name = "reload", run = { "sleep", "1000" }, reload = { "sleep", "4712" } },
    service { name = "dog", ready = "notify", watchdog = 0.2, restart = "never",
      stop = { signal = { "sleep", "4713" }, timeout = 5 }, run = function()
        local S = require "syscall"
        local fd = assert(S.socket("unix", "dgram"))
        assert(fd:connect(S.t.sockaddr_un(os.getenv "NOTIFY_SOCKET")))
        fd:send "READY=1"
        S.nanosleep(1000)
      end },
  }
]] }, function(sup)
  t.ok(sup:reach("reload", "up"), "up")
  for _ = 1, 5 do t.is(sup:svc("restart", "-w", "stop").status, 0, "it is restarted") end
  t.ok(supervisor.eventually(function() return count("sleep\0004711") == 0 end),
    "no stop action outlives the stop", tostring(count("sleep\0004711")))
  t.is(sup:svc("reload", "reload").status, 0, "a reload is begun")
  for _ = 1, 3 do sup:svc("reload", "reload") end
  supervisor.eventually(function() return count("sleep\0004712") > 0 end)
  t.is(count("sleep\0004712"), 1, "one at a time")
  t.is(sup:svc("restart", "-w", "reload").status, 0, "a restart")
  t.ok(supervisor.eventually(function() return count("sleep\0004712") == 0 end),
    "and it ends with what it was to reload")
  local dog = sup:reach("dog", "failed")
  t.is(dog and dog.signal, "ABRT", "a watchdog's end is SIGABRT, not the polite way")
  t.is(count("sleep\0004713"), 0, "which is not even tried")
end)

-- armed, and its dependency fails for good
supervisor.with({ ["a.lua"] = ([[
  return {
    service { name = "dep", run = { "sleep", "1000" }, restart = "never" },
    service { name = "demand", run = { "sleep", "1000" }, needs = { "dep" }, demand = true,
      listen = { s = "unix:" .. %q .. "/demand" } },
    service { name = "user", run = { "sleep", "1000" }, needs = { "demand" } },
  }
]]):format(base) }, function(sup)
  t.ok(sup:reach("user", "up"), "armed is as good as up")
  sup:svc("kill", "KILL", "dep")
  t.ok(sup:reach("demand", "failed"), "without its dependency it has failed")
  t.ok(sup:reach("user", "failed"), "and so has who needs it", sup:state("user"))
  local fd = assert(S.socket("unix", "stream, nonblock"))
  fd:connect(S.t.sockaddr_un(base .. "/demand"))
  sleeps("a connection to what has failed wakes nobody")
  t.is(sup:svc("start", "-w", "dep").status, 0, "its dependency is back")
  t.ok(supervisor.eventually(function()
    local state = sup:state("demand")
    return state == "waiting" or state == "up"
  end), "and so is it")
end)

-- a pidfile that does not come, and one that names somebody else
supervisor.with({ ["a.lua"] = ([[
  local base = %q
  return {
    service { name = "late", run = sh "sleep 4714 & exit 0",
      ready = { pidfile = base .. "/none" } },
    service { name = "other", run = { "sleep", "1000" } },
    service { name = "thief", ready = { pidfile = base .. "/thief", timeout = 1 },
      restart = "never", wants = { "other" }, run = sh("pgrep -x luabox-logd > " .. base ..
        "/thief || ps -e -o pid= -o comm= | sed -n 's/ *luabox-logd//p' | tr -d ' ' > " .. base ..
        "/thief; sleep 1000 & exit 0") },
    group { name = "default", wants = { "late", "other" } },
  }
]]):format(base) }, function(sup)
  t.ok(supervisor.eventually(function()
    local late = sup:status("late")
    return late.state == "starting" and not late.pid
  end), "only the daemon's parent has ended")
  S.nanosleep(0.2)
  local before = sup:descriptors()
  for _ = 1, 10 do
    sup:svc("restart", "late")
    S.nanosleep(0.15)
  end
  t.ok(supervisor.eventually(function() return sup:descriptors() <= before end),
    "restarts leave no descriptor behind", before .. " -> " .. sup:descriptors())
  sleeps("and nothing wakes PID 1")
  t.ok(supervisor.eventually(function() return count("sleep\0004714") == 1 end),
    "nor does any but the last daemon stay")
  sup:svc("stop", "-w", "late")
  t.ok(supervisor.eventually(function() return count("sleep\0004714") == 0 end),
    "and a stop ends that, too")
  local logd = supervisor.find("luabox-logd")
  sup:svc("start", "thief")
  local thief = sup:reach("thief", "failed")
  t.ok(thief, "a pidfile with the number of another's process is not believed",
    sup:status("thief").pid)
  sup:svc("stop", "-w", "thief")
  t.is(supervisor.find("luabox-logd"), logd, "the log reader lives")
end)

-- an undo action that does not end
supervisor.with({ ["a.lua"] = [[
  return {
    oneshot { name = "undo", run = { "true" }, undo = { "sleep", "1000" },
      stop = { timeout = 0.1 } },
  }
]] }, function(sup)
  t.ok(sup:reach("undo", "done"), "done")
  t.is(sup:svc("stop", "-w", "undo").status, 0, "it is undone, or what undoes it is killed")
  t.is(sup:state("undo"), "down", "and it is down")
end)

local NOTIFY = [[
  local function notify(text)
    local S = require "syscall"
    local fd = assert(S.socket("unix", "dgram"))
    if fd:connect(S.t.sockaddr_un(os.getenv "NOTIFY_SOCKET")) then fd:send(text) end
    fd:close()
  end
]]

-- the run directory is emptied
supervisor.with({ ["a.lua"] = NOTIFY .. [[
  return {
    service { name = "first", ready = "notify", run = function()
      notify "READY=1"
      require("syscall").nanosleep(1000)
    end },
    service { name = "long", ready = { "notify", timeout = 60 }, restart = "never", run = function()
      notify "EXTEND_TIMEOUT_USEC=later"
      notify "EXTEND_TIMEOUT_USEC=1000"
      require("syscall").nanosleep(0.5)
      notify "READY=1"
      require("syscall").nanosleep(1000)
    end },
  }
]] }, function(sup)
  t.ok(sup:reach("first", "up"), "up")
  t.ok(sup:reach("long", "up"), "a time limit that is not longer changes nothing",
    sup:status("long").detail)
  local run = sup.base .. "/run/"
  for _, name in ipairs { "notify", "ctl", "info" } do S.unlink(run .. name) end
  t.ok(supervisor.eventually(function()
    return S.stat(run .. "notify") and S.stat(run .. "ctl") and S.stat(run .. "info")
  end), "all sockets are there again")
  t.is(sup:svc("restart", "-w", "-t", "25", "first").status, 0, "and services are heard")
  local before
  for n = 1, 6 do
    t.is(sup:svc("reexec").status, 0, "a new image")
    t.ok(supervisor.eventually(function() return sup:svc("list").status == 0 end), "answers")
    before = before or n == 2 and sup:descriptors()
  end
  t.is(sup:descriptors(), before, "new images keep what they have, and no more")
end)

-- what a service said before its end is heard before it, though PID 1 is woken by the end of
-- another one first
local go = base .. "/go"
supervisor.with({ ["a.lua"] = NOTIFY .. ([[
  return {
    service { name = "other", run = { "sleep", "1000" }, restart = "never" },
    service { name = "brief", ready = "notify", restart = "never", run = function()
      local S = require "syscall"
      while not S.stat(%q) do S.nanosleep(0.02) end
      notify "READY=1\nSTATUS=last words"
    end },
    group { name = "default", wants = { "other" } },
  }
]]):format(go) }, function(sup)
  local function is(pid, state)
    return supervisor.eventually(function()
      return t.read("/proc/" .. pid .. "/stat"):match("%) (%a)") == state
    end)
  end
  t.ok(sup:reach("other", "up"), "another service")
  sup:svc("start", "brief")
  local brief, other = sup:reach("brief", "starting").pid, sup:status("other").pid
  sup:signal("stop")
  is(1, "T")
  sup:shell("kill -KILL " .. other)
  is(other, "Z")
  t.write(go, "")
  t.ok(is(brief, "Z"), "one that says that it is ready, and ends")
  sup:signal("cont")
  t.ok(supervisor.eventually(function() return sup:status("brief").exit == 0 end), "is seen to end")
  local status = sup:status("brief")
  t.is({ status.state, status.says }, { "down", "last words" }, "after it was ready")
end)

-- a main service that never ran is no success
for _, case in ipairs {
  { "a socket that cannot be made", 125,
    [[service { name = "m", main = true, run = { "sleep", "1000" }, restart = "never",
      listen = { a = "unix:/no/such/folder/a" } }]] },
  { "a pre action that fails", 125, [[service { name = "m", main = true, run = { "sleep", "1000" },
      restart = "never", pre = sh "exit 3" }]] },
  { "a program that is not there", 127, [[service { name = "m", main = true,
      run = { "no-such-program" } }]] },
  { "a definition that is wrong", 125, [[service { name = "m", main = true, runn = { "true" } }]] },
  { "what it needs has failed", 125, [[{
      oneshot { name = "migrate", run = { "false" }, restart = "never" },
      service { name = "m", main = true, needs = { "migrate" }, run = { "sleep", "1000" } } }]] },
} do
  supervisor.with({ ["a.lua"] = "return " .. case[3] }, function(sup)
    t.is(sup:ended(), case[2], case[1])
  end, { wait = false })
end

-- more services than a process may usually have descriptors
supervisor.with({ ["a.lua"] = [[
  local list = {}
  for n = 1, 1600 do list[n] = service { name = "s" .. n, run = { "sleep", "1000" } } end
  return list
]] }, function(sup)
  t.ok(supervisor.eventually(function() return sup:state("default") == "up" end, 300),
    "1600 services", sup:log():sub(-500))
  t.ok(not sup:log():find("Too many open files", 1, true), "all are started, and have a log")
  t.is(sup:svc("reexec").status, 0, "a new image")
  t.ok(supervisor.eventually(function() return sup:svc("list").status == 0 end), "answers")
  local list = sup:svc("list", "--json").out
  t.is(select(2, list:gsub('"state": ?"up"', "")), 1601, "and all are up, as is default")
  t.ok(not sup:log():find("is lost", 1, true), "with their processes")
end, { args = { "--max", "2000" }, before = function()
  assert(S.setrlimit("nofile", { cur = 1024, max = 20000 }))
end })

-- the main process is the child of another one of the service
supervisor.with({ ["a.lua"] = NOTIFY .. [[
  return service { name = "front", ready = "notify", restart = "never", run = function()
    local S = require "syscall"
    local pid = S.fork()
    if pid == 0 then
      S.nanosleep(1000)
    end
    notify("MAINPID=" .. pid .. "\nREADY=1")
    S.waitpid(pid)
    S.nanosleep(1000)
  end }
]] }, function(sup)
  local first = sup:reach("front", "up")
  t.is(sup:svc("reexec").status, 0, "a new image")
  t.ok(supervisor.eventually(function() return sup:svc("list").status == 0 end), "answers")
  t.is(sup:status("front").pid, first and first.pid, "it is no lost process")
  sup:svc("kill", "KILL", "front")
  t.ok(sup:reach("front", "down"), "its end is seen though another one reaps it",
    sup:state("front"))
end)

-- a supervisor that is a service itself
local inner = base .. "/inner"
S.mkdir(inner, "0755")
S.mkdir(inner .. "/services", "0755")
t.write(inner .. "/services/a.lua", NOTIFY .. [[
  return service { name = "child", ready = { "notify", timeout = 0 }, run = function()
    local S = require "syscall"
    if S.fork() == 0 then notify "READY=1" end
    S.nanosleep(1000)
  end }]])
supervisor.with({ ["a.lua"] = ([[
  return service { name = "inner", run = { %q, "init", "--services", %q .. "/services", "--run",
    %q .. "/run" } }
]]):format(t.binary, inner, inner) }, function(sup)
  t.ok(sup:reach("inner", "up"), "up")
  if not sup.cgroup then
    return t.skip_one("a supervisor below another", "no cgroup of version 2")
  end
  t.ok(supervisor.eventually(function()
    return sup:shell(("LUABOX_RUN=%s/run %s svc status child"):format(inner, t.binary)).status == 0
  end), "it knows its own services by their cgroups", sup:log())
end, { cgroup = true })

-- another target than `default` is a boot, too
supervisor.with({ ["a.lua"] = [[
  return {
    service { name = "a", run = { "sleep", "1000" } },
    group { name = "other", wants = { "a" } },
  }
]] }, function(sup)
  t.ok(sup:says("other is up after"), "its end is known")
  local fd <close> = assert(sup:connect())
  fd:write("info\0")
  t.ok(supervisor.answer(fd):find("\0booted=1\0", 1, true), "and told")
end, { args = { "--target", "other" } })

-- SIGUSR1 opens the sockets anew, and is the main service's as well
supervisor.with({ ["a.lua"] = [[
  return service { name = "main", main = true, run = sh [=[
    trap 'echo got it' USR1
    echo ready
    while :; do sleep 0.1; done]=] }
]] }, function(sup)
  t.ok(sup:says("main: ready"), "up")
  sup:signal("usr1")
  t.ok(sup:says("main: got it"), "the signal comes through", sup:log())
  t.is(sup:svc("list").status, 0, "and PID 1 answers")
end)
