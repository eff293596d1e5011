-- tests/init/acceptance/a33.lua - apply --confirm: unconfirmed, it goes back to the plan before

local t = require "test"
local S = require "syscall"
local json = require "json"
local supervisor = require "supervisor"

local FOR_EVER = "600" -- seconds: longer than any wait of ours
local ran = t.write(t.tmp() .. "/ran", "") -- what is up for 2 s only need not be caught at it

local SERVICES = [[
local function tell(seconds) return sh("echo " .. seconds .. " >> ]] .. ran .. [[
; exec sleep " .. seconds) end
return {
  service { name = "same", run = { "sleep", "1000" } },
  service { name = "changes", run = tell(%d) },
}]]

local GONE = [[return service { name = "gone", run = { "sleep", "1000" } }]]
local NEW = ('return service { name = "new", run = sh "echo new >> %s; exec sleep 1000" }')
  :format(ran)

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
  t.ok(sup:reach("default", "up"), "the plan before")
  local before = processes(sup)

  -- one is changed, one gone, one new
  t.write(sup.folder .. "/a.lua", SERVICES:format(2000))
  t.write(sup.folder .. "/new.lua", NEW)
  os.remove(sup.folder .. "/gone.lua")
  local from = monotonic()
  local function output(name)
    return assert(S.open(sup.base .. "/" .. name, "wronly, creat, cloexec", "0644"))
  end
  local applied = assert(S.spawn { "luabox", "svc", "apply", "--confirm", "2", path = t.binary,
    fds = { [0] = 0, [1] = output "out", [2] = output "err" } })
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
    return after.changes and after.gone and not after.new and after.default
  end), "the old set of services is back")
  t.ok(supervisor.eventually(function() return command(sup, "changes") == "sleep 1000 " end),
    "with the old definition of what had changed")
  before.changes, before.gone = after.changes, after.gone
  t.is(after, before, "and nothing else; what did not change has its old process")
  local told = t.read(ran)
  t.ok(told == "1000\n2000\nnew\n1000\n" or told == "1000\nnew\n2000\n1000\n",
    "A33: the new plan was tried", told)
  t.write(sup.folder .. "/gone.lua", GONE)
  os.remove(sup.folder .. "/new.lua")

  -- the connection ends: svc is killed
  local pid = assert(S.spawn { "luabox", "svc", "apply", "--confirm", FOR_EVER, path = t.binary })
  t.ok(supervisor.eventually(function() return command(sup, "changes") == "sleep 2000 " end),
    "the new one runs")
  S.kill(pid, "kill")
  S.waitpid(pid)
  t.ok(supervisor.eventually(function() return command(sup, "changes") == "sleep 1000 " end),
    "without its connection it goes back at once")

  -- confirmed
  pid = assert(S.spawn { "luabox", "svc", "apply", "--confirm", FOR_EVER, path = t.binary })
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
  local got = t.execute { "svc", "apply", "--confirm", FOR_EVER }
  t.is(got.status, 1, "a critical service does not come up")
  t.ok(got.err:find("rolled back: same is critical and not up", 1, true), "it is named", got.err)
  t.ok(supervisor.eventually(function() return command(sup, "same") == "sleep 1000 " end),
    "and it runs as before")
end)
