-- tests/init/acceptance/a33.lua - apply --confirm: unconfirmed, it goes back to the plan before

local t = require "test"
local S = require "syscall"
local json = require "json"
local supervisor = require "supervisor"

local SERVICES = [[return {
  service { name = "same", run = { "sleep", "1000" } },
  service { name = "changes", run = { "sleep", "%d" } },
}]]

local GONE = [[return service { name = "gone", run = { "sleep", "1000" } }]]

local function command(sup, name)
  local pid = sup:status(name).pid
  return pid and t.execute({ "sh", "-c", "tr '\\0' ' ' < /proc/" .. pid .. "/cmdline" },
    { program = "/bin/sh" }).out
end

--- Names of all services that are up, and their processes.
local function processes(sup)
  local list = {}
  for _, record in ipairs(json.decode(sup:svc("list", "--json").out)) do
    list[record.name] = record.state == "up" and (record.pid or "up") or nil
  end
  return list
end

local function monotonic() return S.clock_gettime("monotonic").time end

local FILES = { ["a.lua"] = SERVICES:format(1000), ["gone.lua"] = GONE }

supervisor.with(FILES, function(sup)
  t.ok(sup:reach("changes", "up") and sup:reach("gone", "up"), "the plan before")
  local before = processes(sup)
  local same = before.same

  -- one is changed, one gone, one new
  t.write(sup.folder .. "/a.lua", SERVICES:format(2000))
  t.write(sup.folder .. "/new.lua", [[return service { name = "new", run = { "sleep", "1" } }]])
  os.remove(sup.folder .. "/gone.lua")
  local from = monotonic()
  local function output(name)
    return assert(S.open(sup.base .. "/" .. name, "wronly, creat, cloexec", "0644"))
  end
  local applied = assert(S.spawn { "luabox", "svc", "apply", "--confirm", "2", path = t.binary,
    fds = { [0] = 0, [1] = output "out", [2] = output "err" } })
  t.ok(sup:reach("new", "up") and command(sup, "changes") == "sleep 2000 ",
    "A33: the new plan is tried")
  t.is(sup:status("same").pid, same, "what is the same in both is not touched")
  local _, _, status = S.waitpid(applied)
  local took = monotonic() - from
  t.is(status.EXITSTATUS, 1, "nobody confirms it")
  t.ok(took >= 2, "for 2 s", took)
  t.is(t.read(sup.base .. "/out"),
    "stop     gone\nrestart  changes\nupdate   default\nnew      new\n", "what it changed was told")
  t.ok(t.read(sup.base .. "/err"):find("rolled back: nobody confirmed it in time", 1, true),
    "and its end", t.read(sup.base .. "/err"))
  local after
  t.ok(supervisor.eventually(function()
    after = processes(sup)
    return after.changes and after.gone and not after.new
  end), "the old set of services is back")
  t.is(command(sup, "changes"), "sleep 1000 ", "with the old definition of what had changed")
  before.changes, before.gone = after.changes, after.gone
  t.is(after, before, "and nothing else; what did not change has its old process")
  t.write(sup.folder .. "/gone.lua", GONE)
  os.remove(sup.folder .. "/new.lua")

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
  _, _, status = S.waitpid(pid)
  t.is(status.EXITSTATUS, 0, "svc apply ends well")
  t.is(command(sup, "changes"), "sleep 2000 ", "and it stays")
  t.is(sup:svc("confirm").status, 1, "there is nothing more to confirm")

  -- a critical service that fails undoes it at once
  t.write(sup.folder .. "/a.lua", SERVICES:format(2000):gsub('run = { "sleep", "1000" }',
    'critical = true, restart = "never", run = { "false" }'))
  local got = t.execute { "svc", "apply", "--confirm", "60" }
  t.is(got.status, 1, "a critical service does not come up")
  t.ok(got.err:find("rolled back: same is critical and not up", 1, true), "it is named", got.err)
  t.ok(supervisor.eventually(function() return command(sup, "same") == "sleep 1000 " end),
    "and it runs as before")
end)
