-- tests/init/orphans.lua - 5,000 orphans, and 1,000 restarts, leave nothing behind

local t = require "test"
local supervisor = require "supervisor"

local function zombies()
  local got = t.execute({ "sh", "-c", "cat /proc/[0-9]*/stat 2>/dev/null | grep -c ' Z '" },
    { program = "/bin/sh" })
  return tonumber(got.out)
end

supervisor.with({ ["o.lua"] = [[
  return {
    service { name = "idle", run = { "sleep", "1000" } },
    -- forks children that fork and die: the grandchildren are orphans at once
    oneshot { name = "storm", ready = { "exit", timeout = 0 }, run = function()
      local S = require "syscall"
      for _ = 1, 100 do
        local pid = S.fork()
        if pid == 0 then
          for _ = 1, 50 do
            if S.fork() == 0 then S._exit(0) end
          end
          S._exit(0)
        end
        S.waitpid(pid)
      end
    end },
    service { name = "spin", run = { "true" },
      restart = { on = "always", delay = 0, max = 0, limit = { 1000, 1000 } } },
  }
]] }, function(sup)
  t.ok(sup:reach("storm", "done"), "5,000 orphans were made")
  t.ok(supervisor.eventually(function() return zombies() == 0 end), "none is a zombie")
  t.ok(sup:reach("spin", "failed"), "1,000 restarts end in the limit")
  t.is(sup:status("spin").restarts, 1000, "the count is exact")
  local fds = sup:descriptors()
  local memory = supervisor.memory()
  sup:svc("stop", "-w", "storm")
  sup:svc("start", "storm")
  t.ok(sup:reach("storm", "done"), "once more")
  t.ok(supervisor.eventually(function() return zombies() == 0 end), "and no zombie")
  sup:svc("start", "spin")
  t.ok(supervisor.eventually(function()
    local status = sup:status("spin")
    return status.state == "failed" and status.restarts >= 2000
  end), "once more", sup:status("spin").restarts)
  t.is(sup:descriptors(), fds, "no descriptor leaks")
  supervisor.has_not_grown(memory, 8, "no memory either")
  t.is(sup:state("idle"), "up", "the others never noticed")
end)
