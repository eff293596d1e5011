-- svc.lua - what svc says to a slip: the object, the reason, and an exit status that tells

local t = require "test"
local supervisor = require "supervisor"

supervisor.with({ ["a.lua"] = [[return {
  service { name = "a", desc = "first", run = { "sleep", "1000" } },
  service { name = "b", run = { "sleep", "1000" }, needs = { "a" } },
  oneshot { name = "o", run = { "true" } },
}]] }, function(sup)
  t.ok(sup:reach("b", "up") and sup:reach("o", "done"), "three services")
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
    { "kill FOO a", 2, "^svc: kill: FOO: no such signal\n" },
    { "kill HUP", 2, "^svc: kill: name of a service expected\n" },
    { "kill HUP o", 1, "^svc: o: it is done: no process\n$" },
    { "reload a", 1, "^svc: a: its definition has no reload\n$" },
    { "reload o", 1, "^svc: o: it is done, not up\n$" },
    { "stop a", 5, "^svc: a: 1 services need a: b %(%-%-force stops them, too%)\n$" },
    { "cond foo x", 2, "^svc: cond: svc cond set NAME" },
    { "wait -t x a", 2, "^svc: %-%-timeout: number expected: x\n" },
    { "wait -t 0.1 a nobody", 4, "^svc: nobody: no such service\n$" },
    { "reexec /no/such", 1, "^svc: /no/such: No such file or directory\n$" },
    { "switch-root there", 2, "^svc: switch%-root: svc switch%-root /FOLDER" },
    { "switch-root /no/such", 1, "^svc: /no/such: No such file or directory\n$" },
    { "rollback", 1, "^svc: there is no plan before this one\n$" },
    { "confirm", 1, "^svc: no plan waits to be confirmed\n$" },
    { "rescue", 1, "^svc: there is no console\n$" },
    { "nonsense", 2, "^svc: no such command: nonsense; there are apply " },
  } do
    t.run("svc " .. case[1], { status = case[2], err = t.match(case[3]) })
  end
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
