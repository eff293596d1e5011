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

-- A17: when a need crashes, its dependant stops first and comes again with it
local order = t.tmp() .. "/a17"
supervisor.with({ ["a17.lua"] = [[
  local function noisy(name)
    return sh(("echo start %s >> $OUT; trap 'echo stop %s >> $OUT; exit 0' TERM; ")
      :format(name, name) .. "while :; do sleep 0.02; done")
  end
  local env = { OUT = os.getenv "OUT" }
  return {
    service { name = "base", env = env, run = noisy "base", ready = 3,
      pre = sh "echo pre base >> $OUT", restart = { on = "always", delay = 0 },
      run = sh "echo start base >> $OUT; echo >&3; exec sleep 1000" },
    service { name = "top", env = env, run = noisy "top", needs = { "base" } },
    -- A18, A19
    service { name = "soft", run = { "false" }, restart = "never", ready = "exit" },
    service { name = "wants-soft", run = { "sleep", "1000" }, wants = { "soft" } },
    oneshot { name = "milestone", run = { "true" } },
    service { name = "passed", run = { "sleep", "1000" }, once = { "milestone" } },
  }]] }, function(sup)
  t.ok(sup:reach("top", "up"), "A17: both are up")
  t.ok(supervisor.eventually(function() return t.read(order):find("start top") end), "and run")
  local before = sup:status("top").pid
  t.is(sup:svc("kill", "KILL", "base").status, 0, "the need is killed")
  t.ok(supervisor.eventually(function()
    local status = sup:status("top")
    return status.state == "up" and status.pid ~= before
  end), "both are up again")
  t.ok(supervisor.eventually(function()
    return t.read(order) == "pre base\nstart base\nstart top\nstop top\npre base\nstart base\n"
      .. "start top\n"
  end), "the dependant ended before its need began again", t.read(order))

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
