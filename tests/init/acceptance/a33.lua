-- tests/init/acceptance/a33.lua - apply --confirm: unconfirmed, it goes back to the plan before

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"

local SERVICES = [[return {
  service { name = "same", run = { "sleep", "1000" } },
  service { name = "changes", run = { "sleep", "%d" } },
}]]

local function command(sup, name)
  local pid = sup:status(name).pid
  return pid and t.execute({ "sh", "-c", "tr '\\0' ' ' < /proc/" .. pid .. "/cmdline" },
    { program = "/bin/sh" }).out
end

supervisor.with({ ["a.lua"] = SERVICES:format(1000) }, function(sup)
  t.ok(sup:reach("changes", "up"), "the plan before")
  local same = sup:status("same").pid
  t.write(sup.folder .. "/a.lua", SERVICES:format(2000))

  local got = t.execute { "svc", "apply", "--confirm", "1" }
  t.is(got.status, 1, "nobody confirms it")
  t.is(got.out, "restart  changes\n", "what it changed was told")
  t.ok(got.err:find("rolled back: nobody confirmed it in time", 1, true), "and its end", got.err)
  t.ok(supervisor.eventually(function() return command(sup, "changes") == "sleep 1000 " end),
    "the old definition runs again")
  t.is(sup:status("same").pid, same, "what is the same in both was not touched")

  -- the connection ends: svc is killed
  local pid = assert(S.spawn { "luabox", "svc", "apply", "--confirm", "60", path = t.binary })
  t.ok(supervisor.eventually(function() return command(sup, "changes") == "sleep 2000 " end),
    "the new one runs")
  S.kill(pid, "kill")
  S.waitpid(pid)
  t.ok(supervisor.eventually(function() return command(sup, "changes") == "sleep 1000 " end),
    "without its connection it goes back at once")

  -- confirmed
  pid = assert(S.spawn { "luabox", "svc", "apply", "--confirm", "60", path = t.binary })
  t.ok(supervisor.eventually(function() return command(sup, "changes") == "sleep 2000 " end),
    "the new one runs")
  t.ok(supervisor.eventually(function() return sup:svc("confirm").status == 0 end), "confirm")
  local _, _, status = S.waitpid(pid)
  t.is(status.EXITSTATUS, 0, "svc apply ends well")
  t.is(command(sup, "changes"), "sleep 2000 ", "and it stays")
  t.is(sup:svc("confirm").status, 1, "there is nothing more to confirm")

  -- a critical service that fails undoes it at once
  t.write(sup.folder .. "/a.lua", SERVICES:format(2000):gsub('run = { "sleep", "1000" }',
    'critical = true, restart = "never", run = { "false" }'))
  got = t.execute { "svc", "apply", "--confirm", "60" }
  t.is(got.status, 1, "a critical service does not come up")
  t.ok(got.err:find("rolled back: same", 1, true), "it is named", got.err)
  t.ok(supervisor.eventually(function() return command(sup, "same") == "sleep 1000 " end),
    "and it runs as before")
end)
