-- tests/init/states.lua - starting, ordering, restarting and stopping services
-- In private pid namespaces; times are lower bounds, never upper ones.

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"

local function numbers(text)
  local list = {}
  for n in text:gmatch("[%d.]+") do list[#list + 1] = tonumber(n) end
  return list
end

local order = t.tmp() .. "/order"
supervisor.with({ ["a.lua"] = [[
  local env = { ORDER = os.getenv "ORDER" }
  return {
    oneshot { name = "base", run = sh "sleep 0.2; echo base >> $ORDER", env = env },
    service { name = "web", run = sh "echo web >> $ORDER; exec sleep 1000", needs = { "base" },
      env = env },
    service { name = "soft", run = { "sleep", "1000" }, wants = { "gone" } },
    service { name = "gone", run = { "no-such-program" } },
    service { name = "hard", run = { "sleep", "1000" }, needs = { "gone" } },
    service { name = "last", run = { "sleep", "1000" }, once = { "base" }, after = { "web" } },
    service { name = "by-command", run = { "sleep", "1000" }, reload = sh "kill -CONT $MAINPID",
      stop = sh "kill -TERM $MAINPID" },
    service { name = "deaf", run = { "sleep", "1000" }, reload = sh "exit 3",
      on = { up = { "no-such-hook" } } },
    service { name = "keeper", run = { "sleep", "1000" }, restart = { on = "always", delay = 0 } },
  }
]] }, function(sup)
  t.ok(sup:reach("default", "up"), "everything has settled")
  t.is(sup:state("base"), "done", "a oneshot that ended well is done")
  t.is(sup:state("web"), "up", "a service that needs it is up")
  t.ok(supervisor.eventually(function() return t.read(order) == "base\nweb\n" end),
    "and was started after it was done")
  t.is(sup:state("soft"), "up", "a wish that fails holds nobody up")
  local gone = sup:status("gone")
  t.is({ gone.state, gone.reason, gone.detail },
    { "failed", "exec", "no-such-program: No such file or directory" },
    "a program that is not there is no reason to try again")
  t.is(sup:state("hard"), "failed", "a need that fails fails those who have it")
  t.is(sup:svc("why", "hard").out:gsub(" %d[%d.]*s", ""),
    "hard failed (dependency: needs gone, which is failed) <- "
      .. "gone failed (exec: no-such-program: No such file or directory)\n", "svc why")

  -- kill -9
  local before = sup:status("keeper").pid
  t.is(sup:svc("kill", "KILL", "keeper").status, 0, "svc kill")
  local after = supervisor.eventually(function()
    local status = sup:status("keeper")
    return status.state == "up" and status.pid ~= before and status
  end)
  t.ok(after and after.restarts == 1, "a killed service is started again")
  t.is({ after.exit or "none", after.signal }, { "none", "KILL" },
    "and the status tells how it ended")

  -- dependants
  local refused = sup:svc("stop", "base")
  t.is(refused.status, 5, "stop refuses while others need it")
  t.ok(refused.err:find("web"), "and names them")
  t.is(sup:state("web"), "up", "nothing was stopped")
  t.is(sup:svc("stop", "-f", "-w", "base").status, 0, "with force it goes")
  t.is({ sup:state("base"), sup:state("web"), sup:state("last") }, { "down", "down", "up" },
    "with those that need it, not with those that needed it once")
  t.is(sup:svc("start", "-w", "web").status, 0, "start waits for what it needs")
  t.ok(supervisor.eventually(function() return t.read(order) == "base\nweb\nbase\nweb\n" end),
    "both again, in order")
  local pid = sup:status("web").pid
  t.is(sup:svc("restart", "-w", "base").status, 0, "restart of a need")
  t.ok(sup:reach("web", "up") and sup:status("web").pid ~= pid, "restarts who needs it")

  -- requests that do not fit
  t.is(sup:svc("start", "-w", "gone").status, 1, "a start that fails says so")
  t.is(sup:svc("start", "nobody").status, 4, "no such service")
  t.is(sup:svc("frobnicate").status, 2, "wrong usage")
  t.is(sup:svc("wait", "-t", "0.1", "hard").status, 1, "waiting for what has failed fails")
  t.is(sup:svc("reload", "by-command").status, 0, "a command that reloads")
  t.is(sup:svc("stop", "-w", "by-command").status, 0, "and one that stops")
  t.is(sup:status("by-command").signal, "TERM", "which knows the process")
  sup:svc("reload", "deaf")
  t.ok(sup:says("luabox: deaf: reload: exit code 3\n"), "a reload that fails is in the log")
  t.ok(sup:says("deaf: no-such-hook: No such file or directory\n") and
    sup:says("luabox: deaf: on: exit code 127\n"), "so is a hook")
  t.is(sup:svc("stop", "-w", "keeper").status, 0, "stop against restart = always")
  t.is(sup:state("keeper"), "down", "it stays down")
end, { env = { ORDER = order } })

-- back-off: delay .1, twice as long each time, at most .4
local times_path = t.tmp() .. "/times"
supervisor.with({ ["loop.lua"] = [[
  return service { name = "loop", run = sh "cut -d' ' -f1 /proc/uptime >> $TIMES; exit 1",
    env = { TIMES = os.getenv "TIMES" },
    restart = { delay = 0.1, factor = 2, max = 0.4, jitter = 0, limit = { 5, 100 } } }
]] }, function(sup)
  local status = sup:reach("loop", "failed")
  t.is(status and status.reason, "restart limit", "a limit ends a crash loop")
  local times = numbers(t.read(times_path))
  t.is(#times, 6, "one start and five restarts")
  local want = { 0.1, 0.2, 0.4, 0.4, 0.4 }
  for i = 1, 5 do
    -- /proc/uptime counts in hundredths
    t.ok(times[i + 1] - times[i] >= want[i] - 0.011, "gap " .. i .. " is at least " .. want[i])
  end
  t.is(sup:svc("start", "loop").status, 0, "an operator may start it again")
  t.ok(supervisor.eventually(function() return #numbers(t.read(times_path)) > 6 end),
    "and it runs")
end, { env = { TIMES = times_path } })

-- readiness by descriptor
local ran = t.tmp() .. "/ran"
supervisor.with({ ["ready.lua"] = [[
  local env = { RAN = os.getenv "RAN" }
  return {
    service { name = "slow", run = sh "sleep 0.3; echo slow >> $RAN; echo >&3; exec sleep 1000",
      ready = 3, env = env },
    service { name = "user", run = sh "echo user >> $RAN; exec sleep 1000",
      needs = { "slow" }, env = env },
    service { name = "never", run = sh "exit 0", ready = 3, restart = "never" },
    service { name = "late", run = { "sleep", "1000" }, ready = { fd = 4, timeout = 0.3 },
      restart = "never" },
  }
]] }, function(sup)
  t.ok(sup:reach("user", "up"), "what needs it is up in the end")
  t.ok(supervisor.eventually(function() return t.read(ran):find("user\n") end), "both have run")
  t.is(t.read(ran), "slow\nuser\n", "but it ran only after the newline")
  local never = sup:reach("never", "failed")
  t.is(never and never.detail, "before ready: exit code 0", "an end before ready is a failure")
  local late = sup:reach("late", "failed")
  t.is(late and late.reason, "timeout", "too late is a failure")
end, { env = { RAN = ran } })

-- stopping
supervisor.with({ ["stop.lua"] = [[
  return {
    service { name = "deaf", run = sh "trap '' TERM; echo >&3; while :; do sleep 0.1; done",
      ready = 3, stop = { timeout = 0.5 } },
    service { name = "family", run = sh "sleep 1001 & setsid sleep 1002 & sleep 1003" },
    service { name = "polite", ready = 3, stop = { signal = "INT" }, post = sh "echo cleaned",
      run = sh "trap 'exit 3' INT; echo >&3; while :; do sleep 0.05; done" },
    oneshot { name = "mounts", run = sh "echo made", undo = sh "echo undone" },
  }
]] }, function(sup)
  t.ok(sup:reach("default", "up"), "all are up")
  local from = S.clock_gettime("monotonic").time
  t.is(sup:svc("stop", "-w", "deaf").status, 0, "a service that ignores TERM is stopped")
  t.ok(S.clock_gettime("monotonic").time - from >= 0.5, "after its time")
  local deaf = sup:status("deaf")
  t.is({ deaf.state, deaf.reason, deaf.signal }, { "down", "killed after stop timeout", "KILL" },
    "and the status says that it was killed")
  t.is(sup:svc("stop", "-w", "family").status, 0, "a service with children")
  t.ok(supervisor.eventually(function()
    local got = t.execute({ "sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '" },
      { program = "/bin/sh" })
    return not got.out:find("sleep 100[13]")
  end), "takes its group along")
  t.is(sup:svc("stop", "-w", "polite").status, 0, "its own signal")
  t.is(sup:status("polite").exit, 3, "was what it got")
  t.ok(sup:says("polite: cleaned"), "post ran")
  t.is(sup:svc("stop", "-w", "mounts").status, 0, "a oneshot is stopped")
  t.ok(sup:says("mounts: undone"), "by its undo")
end)
