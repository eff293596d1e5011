-- tests/init/container.lua - `luabox init` as PID 1 of a container: its end and its exit code

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"

local order = t.tmp() .. "/order"
supervisor.with({ ["m.lua"] = [[
  return {
    service { name = "first", ready = 3, env = { OUT = os.getenv "OUT" }, -- ready: has its trap
      run = sh("trap 'echo first ends >> $OUT; exit 0' TERM; echo >&3; "
        .. "while :; do sleep 0.05; done") },
    service { name = "app", ready = 3, main = true, needs = { "first" },
      env = { OUT = os.getenv "OUT" },
      run = sh("trap 'sleep 0.3; echo app ends >> $OUT; exit 7' TERM; echo >&3; "
        .. "while :; do sleep 0.05; done") },
  }
]] }, function(sup)
  t.ok(sup:reach("app", "up"), "the main service is up")
  sup:signal("term")
  t.is(sup:ended(), 7, "SIGTERM: the exit code is the main service's")
  t.is(t.read(order), "app ends\nfirst ends\n", "services end in reverse order")
end, { env = { OUT = t.write(order, "") } })

supervisor.with({ ["m.lua"] = [[
  return {
    service { name = "side", run = { "sleep", "1000" } },
    service { name = "app", main = true, run = sh "sleep 0.3; exit 42" },
  }
]] }, function(sup)
  t.is(sup:ended(), 42, "the end of the main service is the container's")
end, { wait = false })

supervisor.with({ ["m.lua"] = [[
  return service { name = "app", main = true, run = { "no-such-program" } }
]] }, function(sup)
  t.is(sup:ended(), 127, "a main program that is not there")
end, { wait = false })

supervisor.with({ ["m.lua"] = [[
  return service { name = "app", run = { "sleep", "1000" } }
]] }, function(sup)
  t.ok(sup:reach("app", "up"), "without a main service")
  -- svc is told to end with all others, maybe before it has read the answer
  sup:signal("stop")
  local svc = assert(S.spawn { "luabox", "svc", "poweroff", path = t.binary })
  local inside = supervisor.eventually(function()
    return supervisor.find_command("luabox", "svc", "poweroff")
  end)
  t.ok(supervisor.eventually(function()
    local ignored = t.read("/proc/" .. inside .. "/status"):match("SigIgn:%s+(%x+)")
    return tonumber(ignored, 16) & 1 << S.c.SIG.TERM - 1 ~= 0
  end), "svc poweroff asks")
  S.kill(svc, "term")
  sup:signal("cont")
  local _, _, status = S.waitpid(svc)
  t.is(status.EXITSTATUS, 0, "svc poweroff is obeyed")
  t.is(sup:ended(), 0, "and is an end with exit code 0")
end)

-- a service that cannot be stopped in time: the grace period ends it
supervisor.with({ ["m.lua"] = [[
  return service { name = "app", stop = { timeout = 1000 }, ready = 3,
    run = sh "trap '' TERM; echo >&3; while :; do sleep 0.1; done" }
]] }, function(sup)
  t.ok(sup:reach("app", "up"), "a stubborn service")
  sup:signal("term")
  t.ok(sup:ended(), "does not outlive LUABOX_GRACE")
end, { env = { LUABOX_GRACE = "1" } })

-- what children inherit
supervisor.with({ ["c.lua"] = [==[
  return oneshot { name = "look", run = sh [=[
    ls /proc/self/fd | tr '\n' ' '; echo
    grep -E 'Sig(Blk|Ign)' /proc/self/status
    umask
    ps -o sid= $$ | tr -d ' ' | sed "s/^$$\$/own session/"
    pwd]=] }
]==] }, function(sup)
  t.ok(sup:reach("look", "done"), "a service looks at itself")
  t.ok(sup:says("look: 0 1 2 3 \n"), "only three descriptors (and that of ls)", sup:log())
  t.ok(sup:says("look: SigBlk:\t0000000000000000"), "no signal is blocked")
  t.ok(sup:says("look: SigIgn:\t0000000000000000"), "none is ignored")
  t.ok(sup:says("look: 0022\n"), "umask")
  t.ok(sup:says("look: own session\n"), "a session of its own")
  t.ok(sup:says("look: /\n"), "directory")
end)
