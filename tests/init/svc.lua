-- svc.lua - what svc says to a slip: the object, the reason, and an exit status that tells

local S = require "syscall"
local t = require "test"
local supervisor = require "supervisor"

supervisor.with({ ["a.lua"] = [[return {
  service { name = "a", desc = "first", run = { "sleep", "1000" } },
  service { name = "b", run = { "sleep", "1000" }, needs = { "a" } },
  oneshot { name = "o", run = { "true" } },
  oneshot { name = "f", run = { "false" } },
  service { name = "c", run = { "sleep", "1000" }, critical = true },
  service { name = "unwanted", run = { "sleep", "1000" } },
  service { name = "n", ready = "notify", desc = "talks", run = function()
    local S = require "syscall"
    local socket = assert(S.socket("unix", "dgram"))
    assert(socket:connect(S.t.sockaddr_un(os.getenv "NOTIFY_SOCKET")))
    socket:send "STATUS=as good as gold\nREADY=1"
    S.nanosleep(1000)
  end },
  timer { name = "hourly", every = 3600, run = { "true" } },
  group { name = "default", wants = { "b", "o", "f", "c", "n", "hourly" } },
}]] }, function(sup)
  t.ok(sup:reach("default", "up") and sup:state("o") == "done", "services")
  for _, verb in ipairs { "start", "stop", "restart", "reload", "wait", "once", "status", "why",
    "enable", "disable", "log", "events" } do
    t.run({ "svc", verb, "nobody" }, { status = 4, err = "svc: nobody: no such service\n" })
  end
  for _, verb in ipairs { "start", "stop", "restart", "reload", "wait", "once", "why", "enable",
    "disable" } do
    t.run({ "svc", verb }, { status = 2, err = t.match("^svc: " .. verb ..
      ": name of a service expected\nusage: ") })
  end
  for _, verb in ipairs { "list", "poweroff", "reboot", "halt", "soft", "rescue", "confirm", "plan",
    "apply", "rollback", "bootchart", "graph" } do
    t.run({ "svc", verb, "a" }, { status = 2, err = t.match("^svc: " .. verb ..
      " takes no name: a\nusage: ") })
  end
  for _, case in ipairs {
    { "kill FOO a", 2, "^svc: kill: FOO: no such signal; it comes first: svc kill HUP NAME\n" },
    { "kill HUP", 2, "^svc: kill: name of a service expected\n" },
    { "kill HUP o", 1, "^svc: o: it is done: no process\n$" },
    { "reload a", 1, "^svc: a: its definition has no reload\n$" },
    { "reload o", 1, "^svc: o: it is done, not up\n$" },
    { "stop a", 5, "^svc: a: b needs it %(%-%-force stops it, too%)\n$" },
    { "stop c", 5, "^svc: c: it is critical %(%-%-force stops it%)\n$" },
    { "disable a", 5, "^svc: a: b needs it" },
    { "enable unwanted", 1, "^svc: unwanted: it runs, but nobody wants it at boot" },
    { "start -w f", 1, "^svc: f: it is failed: exit code 1\n$" },
    { "start o2", 4, '^svc: o2: no such service, did you mean "o"%?\n$' },
    { "start t@2", 4, "^svc: t@2: no such service; a service file that wants it" },
    { "start --wait=x a", 2, "^svc: %-%-wait: number expected: x\n" },
    { "start -t -1 a", 2, "^svc: %-%-timeout: %-1 is less than 0\n" },
    { "apply -c -1", 2, "^svc: %-%-confirm: %-1 is less than 0\n" },
    { "log -n -1", 2, "^svc: %-%-lines: %-1 is less than 0\n" },
    { "kill 99 a", 2, "^svc: kill: 99: no such signal; it comes first: svc kill HUP NAME\n" },
    { "kill 0 a", 2, "^svc: kill: 0: no such signal" },
    { "why a b", 2, "^svc: why: one name at a time: b\n" },
    { "check x y", 2, "^svc: check: one folder or file: y\n" },
    { "strat a", 2, '^svc: no such command: strat, did you mean "start"%?\n' },
    { "cond foo x", 2, "^svc: cond: svc cond set NAME" },
    { "wait -t x a", 2, "^svc: %-%-timeout: number expected: x\n" },
    { "wait -t 0.1 a nobody", 4, "^svc: nobody: no such service\n$" },
    { "reexec /no/such", 1, "^svc: /no/such: No such file or directory\n$" },
    { "switch-root there", 2, "^svc: switch%-root: svc switch%-root /FOLDER" },
    { "switch-root /no/such", 1, "^svc: /no/such: No such file or directory\n$" },
    { "rollback", 1, "^svc: there is no plan before this one\n$" },
    { "confirm", 1, "^svc: no plan waits to be confirmed\n$" },
    { "rescue", 1, "^svc: there is no console\n$" },
    { "nonsense", 2, "^svc: no such command: nonsense; there are list status " },
  } do
    t.run("svc " .. case[1], { status = case[2], err = t.match(case[3]) })
  end
  t.ok(not S.stat(sup.folder .. "/disabled") or t.read(sup.folder .. "/disabled") == "",
    "a disable that is refused leaves nothing behind")
  local former = sup:status("b").pid
  t.run({ "svc", "kill", "RTMIN+1", "a" }, {})
  t.ok(supervisor.eventually(function()
    local b = sup:status("b")
    return b.state == "up" and b.pid ~= former
  end), "a signal of real time ends it, and who needs it comes back with it")

  -- what a service says of itself
  t.ok(sup:reach("n", "up"), "a service that notifies")
  t.is(sup:status("n").says, "as good as gold", "the status has its STATUS=")
  t.ok(sup:svc("list").out:find("\nn +up +%S+ +%d+ +as good as gold\n"), "the list, too")

  -- when a timer comes
  local rest = sup:status("hourly").next_ms
  t.ok(rest and rest > 3500000 and rest <= 3600000, "the status of a timer has the time left", rest)
  t.ok(sup:svc("list").out:find("\nhourly +waiting +%S+ +%- +again in 5%dm%d%ds\n"),
    "so has the list")
  t.ok(sup:svc("why", "hourly").out:find("%(timer: until its time%), again in 5%dm%d%ds\n$"),
    "and why")
  sup:svc("stop", "-w", "hourly")
  t.ok(sup:svc("list").out:find("\nhourly +down +%S+ +%-\n"), "but not once it is stopped")

  -- one file among the others
  t.write(sup.folder .. "/x.lua", "return service { name = 'x', run = { 'x' }, needs = { 'a' } }")
  t.write(sup.folder .. "/y.lua", "return service { name = 'y', rum = 1 }")
  t.run({ "svc", "check", sup.folder .. "/x.lua" }, { out = "ok\n" })
  t.run({ "svc", "check", sup.folder .. "/y.lua" }, { status = 1, err = sup.folder ..
    '/y.lua:1: unknown field "rum", did you mean "run"?\nsvc: the services have faults\n' })
  t.run({ "svc", "check", sup.folder .. "/z.lua" }, { status = 1, err = sup.folder ..
    "/z.lua: No such file or directory\nsvc: the services have faults\n" })

  t.run("svc check /no/such", { status = 1,
    err = "/no/such: no such directory\nsvc: the services have faults\n" })

  -- busybox's name for the chart
  local chart = t.tmp() .. "/chart.svg"
  t.run({ "bootchartd", "start" }, {})
  t.run({ "bootchartd", "-o", chart, "stop" }, {})
  t.ok(t.read(chart):find("^<svg .*>a</text>.*</svg>\n$"), "bootchartd stop draws")
  t.run({ "bootchartd", "-o", chart .. "2", "start", "sh", "-c", "echo ran" }, { out = "ran\n" })
  t.ok(t.read(chart .. "2"):find("^<svg "), "and so does start with a program, when it has ended")
  t.run({ "bootchartd", "-o", "/no/such", "stop" }, { status = 1,
    err = "bootchartd: /no/such: No such file or directory\n" })
  t.run("bootchartd nonsense", { status = 1, err = t.match("start, stop or init expected") })

  -- each thing that is known of a service, once
  local status = sup:svc("status", "a").out
  local seen, twice = {}, {}
  for key in status:gmatch("([^\n]+)\n") do
    key = key:sub(1, 11)
    if seen[key] then twice[#twice + 1] = key end
    seen[key] = true
  end
  t.is(twice, {}, "svc status says nothing twice")
  for key in pairs(sup:status "a") do
    key = key:gsub("_ms$", ""):gsub("_", " ")
    t.ok(status:find("\n" .. key .. " +%S") or key == "name", "svc status says " .. key)
  end
end)

-- arguments that PID 1 does not know stop no boot, but are said
supervisor.with({ ["a.lua"] = "return service { name = 'a', run = { 'sleep', '1000' } }" },
  function(sup)
    t.ok(sup:reach("a", "up"), "up in spite of wrong arguments")
    t.ok(sup:says("init: argument ignored: --servces\n"), "which are named")
    t.ok(sup:says("init: --max needs a number: many\n"), "with what is wrong")
  end, { args = { "--servces", "/x", "--max", "many" } })

-- without PID 1: one message, whatever was asked
S.setenv("LUABOX_RUN", t.tmp() .. "/nobody")
for _, words in ipairs { "list", "status a b", "why a", "start a b", "kill HUP a", "enable a",
  "disable a", "log a", "cond set a", "plan", "apply", "bootchart", "graph", "poweroff" } do
  t.run("svc " .. words, { status = 6, err = "svc: no contact with PID 1: " ..
    "No such file or directory; is luabox init running here? (socket: " ..
    t.tmp() .. "/nobody/ctl)\n" })
end

local help = t.execute({ "svc", "--help" }).out
t.ok(help:find("\n  stop NAME... +stop it\n"), "the help lists the commands")
