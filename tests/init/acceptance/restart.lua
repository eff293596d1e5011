-- restart.lua - A01 to A03, A06, A07, A37: orphans, restarts, stopping

local t = require "test"
local S = require "syscall"
local steady = require "steady"
local supervisor = require "supervisor"

--- Children of PID 1 that have ended and are not yet reaped.
local function zombies()
  local fd <close> = assert(S.open("/proc", "rdonly, directory"))
  local count = 0
  for _, name in ipairs(require("fs.dir").list(fd)) do
    local file = name:find("^%d+$") and io.open("/proc/" .. name .. "/stat")
    if file then
      if (file:read("a") or ""):find("%) Z 1 ") then count = count + 1 end
      file:close()
    end
  end
  return count
end

-- A01: 5000 orphans
supervisor.with({ ["a01.lua"] = [[
  return {
    oneshot { name = "storm", ready = { "exit", timeout = 0 }, run = function()
      local S = require "syscall"
      for _ = 1, 50 do
        local pid = S.fork()
        if pid == 0 then
          for _ = 1, 100 do
            if S.fork() == 0 then S._exit(0) end
          end
          S._exit(0)
        end
        S.waitpid(pid)
      end
    end },
    group { name = "default" },
  }]] }, function(sup)
  sup:svc("start", "storm") -- whatever is done for the first time is done
  sup:reach("storm", "done")
  sup:svc("stop", "-w", "storm")
  local before = supervisor.memory()
  steady.holds("A01: of 5000 children of children none is a zombie 2 s later", function()
    sup:svc("stop", "-w", "storm")
    sup:svc("start", "storm")
    if not sup:reach("storm", "done") then return math.huge, "storm failed" end
    if not supervisor.eventually(function() return zombies() == 0 end) then
      return math.huge, zombies() .. " zombies"
    end
    local since = sup:status("storm").since_ms -- it is done for so long
    return since / 1000 - 2, since .. " ms"
  end)
  supervisor.has_not_grown(before, 4, "A01: PID 1 has not grown")
end)

-- A02: 1000 restarts
local count = t.tmp() .. "/a02"
t.write(count, "")
supervisor.with({ ["a02.lua"] = [[
  return {
    service { name = "busy", run = sh "echo >> $OUT; test $(wc -l < $OUT) -le 1200",
      env = { OUT = os.getenv "OUT" }, ready = "exec",
      restart = { on = "always", delay = 0, max = 0 } },
    group { name = "default" },
  }]] }, function(sup)
  sup:svc("start", "busy")
  supervisor.eventually(function() return #t.read(count) >= 100 end)
  sup:svc("stop", "-w", "busy")
  local fds = sup:descriptors()
  local before = supervisor.memory()
  sup:svc("start", "busy")
  t.ok(supervisor.eventually(function() return #t.read(count) >= 1100 end, 300),
    "A02: 1000 restarts")
  sup:svc("stop", "-w", "busy")
  local status = sup:status("busy")
  t.is(status.restarts + 2, status.starts, "the count is exact") -- two were asked for
  local runs = #t.read(count)
  -- either of those that were stopped may have written nothing yet
  t.ok(status.starts >= runs and status.starts <= runs + 2, "one start for each run",
    status.starts .. " " .. runs)
  t.is(sup:descriptors(), fds, "no descriptor is lost")
  supervisor.has_not_grown(before, 8, "no memory either")
end, { env = { OUT = count } })

-- A03: the gaps of a crash loop, and a new beginning after good health; as PID 1 decided
local GAPS = { 0.1, 0.2, 0.4, 0.8, 1.6, 2, 2, 2, 0.1 }
local TOLERANCE = 0.05
local runs = t.tmp() .. "/a03"
supervisor.with({ ["a03.lua"] = [[
  return {
    service { name = "loop", env = { OUT = os.getenv "OUT" },
      -- the 9th run stays up longer than `reset`, and no other, however slow: they fork nothing
      run = sh "echo >> $OUT; n=0; while read l; do n=$((n+1)); done < $OUT; \
        [ $n = 9 ] && sleep 1.2; exit 1",
      restart = { delay = 0.1, factor = 2, max = 2, jitter = 0, reset = 1, limit = { 9, 100 } } },
    group { name = "default" },
  }]] }, function(sup)
  steady.holds("A03: gaps of .1 .2 .4 .8 1.6 2 2 2 s, and .1 after a healthy run", function()
    t.write(runs, "")
    local old = #sup:events()
    sup:svc("restart", "loop") -- a new beginning, whatever was before
    local events = sup:events_until(old, function(event) return event.state == "failed" end)
    if not events then return math.huge, "it does not come to its limit" end
    local gaps, crash, over = {}, nil, -math.huge
    for _, event in ipairs(events) do
      if event.state == "backoff" then
        crash = event.at_ms
      elseif event.state == "starting" and crash then
        local gap = (event.at_ms - crash) / 1000
        gaps[#gaps + 1] = gap
        local off = gap - (GAPS[#gaps] or 0)
        over = math.max(over, off < -TOLERANCE and math.huge or off - TOLERANCE)
      end
    end
    return #gaps == #GAPS and over or math.huge, "gaps " .. table.concat(gaps, " ")
  end)
  t.is(#t.read(runs), 10, "ten runs")
  t.is(sup:status("loop").reason, "restart limit", "and no more than are allowed")
end, { env = { OUT = runs } })

-- A06: the times are PID 1's own
supervisor.with({ ["a06.lua"] = [[
  return service { name = "deaf", stop = { timeout = 1 },
    run = sh "trap '' TERM; while :; do sleep 0.05; done" }
]] }, function(sup)
  local exits, reasons = {}, {}
  steady.holds("A06: one that ignores TERM is killed after 1.0 to 1.3 s", function(attempt)
    sup:svc("start", "-w", "deaf")
    local pid = sup:status("deaf").pid
    supervisor.eventually(function()
      local ignored = t.read("/proc/" .. pid .. "/status"):match("SigIgn:%s+(%x+)")
      return tonumber(ignored, 16) & 1 << 14 ~= 0
    end)
    local old = #sup:events()
    exits[attempt] = sup:svc("stop", "-w", "deaf").status
    reasons[attempt] = sup:status("deaf").reason
    local events = sup:events_until(old, function(event) return event.state == "down" end)
    local took = events and (events[#events].at_ms - events[1].at_ms) / 1000 or 0
    if took < 1 then return math.huge, "killed after " .. took end
    return took - 1.3, "killed after " .. took
  end)
  for attempt, status in ipairs(exits) do
    t.is(status, 0, "stopping it succeeds")
    t.is(reasons[attempt], "killed after stop timeout", "and the status says how")
  end
end)

-- A07: a grandchild in a session of its own
local file = t.tmp() .. "/a07"
supervisor.with({ ["a07.lua"] = [[
  return service { name = "daemonic", run = function()
    local S = require "syscall"
    if S.fork() == 0 then
      S.setsid()
      if S.fork() == 0 then
        io.open(os.getenv "OUT", "w"):write(S.getpid()):close()
        S.nanosleep(1000)
      end
      S._exit(0)
    end
    S.nanosleep(1000)
  end }
]] }, function(sup)
  if not sup.cgroup then
    t.skip_one("A07: a daemon in its own session", "needs cgroup v2")
    return
  end
  local pid = supervisor.eventually(function()
    return S.stat(file) and t.read(file):match("^%d+$")
  end)
  t.is(sup:shell("kill -0 " .. pid).status, 0, "A07: the daemon runs")
  t.ok(sup:shell("cat /proc/" .. pid .. "/cgroup").out:find("/svc.daemonic\n", 1, true),
    "in the service's cgroup")
  t.is(sup:svc("stop", "-w", "daemonic").status, 0, "the service is stopped")
  t.ok(supervisor.eventually(function() return sup:shell("kill -0 " .. pid).status ~= 0 end),
    "the daemon is gone, too")
  t.ok(supervisor.eventually(function() return not S.stat(sup.cgroup .. "/svc.daemonic") end),
    "and so is the cgroup")
end, { env = { OUT = file }, cgroup = true })

-- A37: never two instances, whatever is asked in whatever state; each holds a lock of its service
local lock = t.tmp() .. "/a37"
supervisor.with({ ["a37.lua"] = [[
  local env = { LOCK = os.getenv "LOCK" }
  --- Takes the lock or tells of it, becomes ready, and stays.
  local function alone(seconds)
    return function(ctx)
      local S = require "syscall"
      local fd = assert(S.open(os.getenv "LOCK" .. "." .. ctx.name, "rdwr, creat", "0600"))
      if not fd:flock("ex, nb") then
        io.open(os.getenv "LOCK" .. ".two", "w"):close()
        os.exit(9)
      end
      S.nanosleep(seconds)
      if S.stat(os.getenv "LOCK" .. ".fail") then os.exit(1) end
      S.write(3, "\n")
      S.nanosleep(1000)
    end
  end
  local again = { on = "always", delay = 0.05, factor = 1 }
  local stop = { timeout = 0.5 }
  return {
    service { name = "one", ready = 3, env = env, restart = again, stop = stop,
      run = alone(0.05) },
    service { name = "slow", ready = 3, env = env, restart = again, stop = stop, -- the first
      run = function(ctx)
        local first = io.open(os.getenv "LOCK" .. ".slow.first", "r") == nil
        io.open(os.getenv "LOCK" .. ".slow.first", "w"):close()
        alone(first and 1000 or 0.05)(ctx)
      end },
    service { name = "deaf", ready = 3, restart = again, stop = { timeout = 1000 },
      run = sh "trap '' TERM; echo >&3; while :; do sleep 0.05; done" },
    service { name = "crashes", ready = 3, env = env, stop = stop, run = alone(0),
      restart = { on = "always", delay = 1000 } },
    service { name = "fails", ready = 3, env = env, restart = "never", run = alone(0.05) },
    service { name = "waits", ready = 3, env = env, run = alone(0.05), when = "cond:go" },
    oneshot { name = "job", env = env, run = sh "echo >> $LOCK.jobs" },
    group { name = "default", wants = { "one", "waits", "job" } },
  }
]] }, function(sup)
  t.ok(sup:reach("one", "up"), "A37: it is up")
  for round = 1, 8 do
    sup:svc("restart", "one") -- while up, then while stopping
    sup:svc("restart", "one")
    sup:svc("stop", "one") -- during starting
    sup:svc("start", "one") -- during stopping
    S.nanosleep(0.02 * round)
    sup:svc("stop", "one")
  end
  t.ok(sup:reach("one", "down"), "the last word was stop")

  --- Restart it, which is in that state: it is up then, or what the state after it is.
  local function restart(name, state, after)
    t.ok(sup:reach(name, state), name .. " is " .. state, sup:log())
    local pid = sup:status(name).pid
    t.is(sup:svc("restart", "-t", after == "waiting" and "0.3" or "25", name)
      .status, after == "waiting" and 3 or 0,
      "restart in " .. state)
    local status = sup:status(name)
    t.is(status.state, after or "up", "is followed by " .. (after or "up"))
    if not after then t.ok(status.pid and status.pid ~= pid, "with a new process") end
  end
  restart("one", "down")
  restart("one", "up")
  sup:svc("start", "slow")
  supervisor.eventually(function() return S.stat(lock .. ".slow.first") end)
  restart("slow", "starting")
  sup:svc("stop", "slow")
  sup:svc("start", "-w", "deaf")
  sup:svc("stop", "deaf")
  local deaf = sup:reach("deaf", "stopping").pid
  t.is(sup:svc("restart", "deaf").status, 0, "restart in stopping")
  t.is(sup:status("deaf").pid, deaf, "which it is until it has ended")
  sup:shell("kill -9 " .. deaf)
  t.ok(supervisor.eventually(function()
    local status = sup:status("deaf")
    return status.state == "up" and status.pid ~= deaf
  end), "is followed by up, with a new process")
  sup:svc("start", "-w", "crashes")
  sup:svc("kill", "KILL", "crashes")
  restart("crashes", "backoff")
  t.write(lock .. ".fail", "")
  sup:svc("start", "fails")
  t.ok(sup:reach("fails", "failed"), "one that fails")
  os.remove(lock .. ".fail")
  restart("fails", "failed")
  t.ok(sup:reach("job", "done"), "a job")
  t.is(#t.read(lock .. ".jobs"), 1, "has run")
  restart("job", "done", "done")
  t.is(#t.read(lock .. ".jobs"), 2, "and has run again")
  restart("waits", "waiting", "waiting")
  sup:svc("cond", "set", "go")
  t.ok(sup:reach("waits", "up"), "until it may")
  t.ok(not S.stat(lock .. ".two"), "there were never two")
end, { env = { LOCK = lock } })
