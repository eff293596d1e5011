-- graph.lua - A08, A09, A17 to A19: what depends on what

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"

-- A08, A09
supervisor.with({ ["a08.lua"] = [[
  return {
    service { name = "a", run = { "sleep", "1000" }, needs = { "b" } },
    service { name = "b", run = { "sleep", "1000" }, needs = { "c" } },
    service { name = "c", run = { "sleep", "1000" }, needs = { "a" } },
    service { name = "d", run = { "sleep", "1000" } },
    service { name = "e", run = { "sleep", "1000" }, needs = { "nowhere" } },
  }]] }, function(sup)
  t.ok(sup:reach("d", "up"), "A08: the innocent one is up")
  local file = sup.folder .. "/a08.lua"
  t.ok(sup:says(("%s:2: cycle: a -> b -> c -> a: a needs b (%s:2), b needs c (%s:3), c needs a "
    .. "(%s:4)"):format(file, file, file, file)), "the loop is shown, each edge with its place",
    sup:log())
  for _, name in ipairs { "a", "b", "c" } do
    local status = sup:reach(name, "failed")
    t.is(status and status.detail, "cycle: a -> b -> c -> a", name .. " is failed, and says why")
  end
  local e = sup:reach("e", "failed")
  t.is(e and e.detail, "missing:nowhere", "A09: what needs a missing one is failed")
end)

--- Events as lines: "NAME STATE (REASON)".
local function told(events)
  local list = {}
  for i, event in ipairs(events or {}) do
    list[i] = event.name .. " " .. event.state .. (event.reason and (" (%s)"):format(event.reason)
      or "")
  end
  return list
end

-- A17: when a need crashes, its dependants stop before it starts again, and come with it: top
-- needs middle needs base; the order is that of the event log
local order = t.tmp() .. "/a17"
supervisor.with({ ["a17.lua"] = [[
  local env = { OUT = os.getenv "OUT" }
  local function noisy(name)
    return sh(("echo start %s >> $OUT; trap 'echo stop %s >> $OUT; exit 0' TERM; echo >&3; ")
      :format(name, name) .. "while :; do sleep 0.02; done")
  end
  return {
    service { name = "base", env = env, ready = 3,
      pre = sh "echo pre base >> $OUT", restart = { on = "always", delay = 0 },
      run = sh "echo start base >> $OUT; echo >&3; exec sleep 1000" },
    service { name = "middle", env = env, ready = 3, run = noisy "middle", needs = { "base" } },
    service { name = "top", env = env, ready = 3, run = noisy "top", needs = { "middle" } },
    -- A18, A19
    service { name = "soft", run = { "false" }, restart = "never", ready = "exit" },
    service { name = "wants-soft", run = { "sleep", "1000" }, wants = { "soft" } },
    oneshot { name = "milestone", run = { "true" } },
    service { name = "passed", run = { "sleep", "1000" }, once = { "milestone" } },
  }]] }, function(sup)
  t.ok(sup:reach("default", "up"), "A17: all are up")
  local old = #supervisor.eventually(function()
    local events = sup:events()
    return events[1] and events[#events].name == "default" and events
  end)
  t.is(sup:svc("kill", "KILL", "base").status, 0, "the first of a chain is killed")
  local events = sup:events_until(old, function(event)
    return event.name == "top" and event.state == "up"
  end)
  t.is(told(events), {
    "base down (signal)", -- withdrawn before anything else happens
    "base waiting", -- for those who need it to be gone
    "middle stopping (dependency)", "top stopping (dependency)",
    "top down (dependency)", "top waiting",
    "middle down (dependency)", "middle waiting",
    "base starting", "base up",
    "middle starting", "middle up",
    "top starting", "top up",
  }, "the event log: those who need it stop, the last first, and come again after it")
  t.is(t.read(order), "pre base\nstart base\nstart middle\nstart top\nstop top\nstop middle\n"
    .. "pre base\nstart base\nstart middle\nstart top\n", "as they tell it themselves")

  t.ok(sup:reach("wants-soft", "up") and sup:reach("soft", "failed"), "A18: a want that fails")
  t.ok(sup:reach("passed", "up"), "A19: a milestone is passed")
  local pid = sup:status("passed").pid
  t.is(sup:svc("stop", "-w", "milestone").status, 0, "it is stopped")
  S.nanosleep(0.1)
  t.is(sup:status("passed").pid, pid, "who has passed it stays")
end, { env = { OUT = order } })

-- other names, instances of templates, mounts
supervisor.with({ ["names.lua"] = [[
  return {
    service { name = "nginx", run = { "sleep", "1000" }, provides = { "web" } },
    service { name = "user", run = { "sleep", "1000" }, needs = { "web" } },
    template "worker" { run = { "sleep", "100" .. arg }, env = { WHICH = arg } },
    template "job" (oneshot { run = function(ctx) print(ctx.arg, ctx.name) end }),
    mount { name = "scratch", type = "tmpfs", where = os.getenv "OUT" .. "/m/n",
      options = "size=64k,mode=700" },
    group { name = "default",
      wants = { "user", "worker@1", "worker@2", "job@x", "scratch" } },
  }]] }, function(sup)
  t.ok(sup:reach("default", "up"), "all are there", sup:log())
  t.is(sup:state("nginx"), "up", "needed by another name")
  t.is(sup:shell("tr '\\0' ' ' < /proc/" .. sup:status("worker@2").pid .. "/cmdline").out,
    "sleep 1002 ", "an instance has its argument")
  t.ok(sup:says("job@x: x\tjob@x"), "so has its function")
  t.is(sup:svc("status", "worker").status, 4, "the template itself is no service")
  t.ok(sup:shell("cat /proc/1/mounts").out:find("/m/n tmpfs %S*size=64k"), "the mount is there")
  t.is(sup:svc("stop", "-w", "scratch").status, 0, "a mount is stopped")
  t.ok(not sup:shell("cat /proc/1/mounts").out:find("/m/n tmpfs"), "it is gone")
end, { env = { OUT = t.tmp() } })
