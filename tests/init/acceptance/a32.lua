-- tests/init/acceptance/a32.lua - apply with 1 of 50 changed: exactly one process changes
-- And what else a new plan may do: drop, add, update, refuse; events, plan, rollback.

local t = require "test"
local json = require "json"
local supervisor = require "supervisor"

local function fifty(changed)
  local parts = { "return {" }
  for i = 1, 50 do
    parts[#parts + 1] = ("service { name = 's%d', run = { 'sleep', '%d' } },"):format(i,
      i == changed and 2000 or 1000)
  end
  parts[#parts + 1] = "}"
  return table.concat(parts, "\n")
end

local function pids(sup)
  local result = {}
  for _, record in ipairs(json.decode(sup:svc("list", "--json").out)) do
    result[record.name] = record.pid
  end
  return result
end

local function differences(a, b)
  local list = {}
  for name, pid in pairs(a) do
    if b[name] ~= pid then list[#list + 1] = name end
  end
  for name in pairs(b) do
    if not a[name] then list[#list + 1] = name end
  end
  table.sort(list)
  return list
end

local function all_up(sup)
  return supervisor.eventually(function()
    for _, record in ipairs(json.decode(sup:svc("list", "--json").out)) do
      if record.state ~= "up" then return false end
    end
    return true
  end)
end

supervisor.with({ ["many.lua"] = fifty() }, function(sup)
  t.ok(all_up(sup), "50 services are up")
  local before = pids(sup)
  t.run({ "svc", "plan" }, { out = "no change\n", name = "plan: nothing is different" })
  t.run({ "env", "LUABOX_MODE=machine", t.binary, "svc", "plan" },
    { out = "no change\n", name = "plan: in the mode of PID 1, not of who asks" })

  t.write(sup.folder .. "/many.lua", fifty(17))
  t.run({ "svc", "plan" }, { out = "restart  s17\n", name = "plan: one is" })
  t.is(differences(before, pids(sup)), {}, "and nothing was touched")
  t.run({ "svc", "apply" }, { out = "restart  s17\n", name = "apply" })
  t.ok(all_up(sup), "all is up again")
  local after = pids(sup)
  t.is(differences(before, after), { "s17" }, "exactly one process is another")
  t.ok(t.execute({ "sh", "-c", "cat /proc/" .. after.s17 .. "/cmdline" },
    { program = "/bin/sh" }).out:find("2000"), "and runs what is new")

  -- one less, one more, one that only restarts differently
  before = after
  local text = fifty(17):gsub("service { name = 's3',[^\n]*\n", "")
    :gsub("('sleep', '1000' }) },", "%1, restart = 'always' },", 1)
  t.write(sup.folder .. "/many.lua", text)
  t.write(sup.folder .. "/new.lua", "return service { name = 'new', run = { 'sleep', '1000' } }")
  t.run({ "svc", "apply" }, { out = "stop     s3\nupdate   default\nupdate   s1\nnew      new\n",
    name = "apply: the changes are told" })
  t.ok(sup:reach("new", "up"), "the new one runs")
  t.ok(supervisor.eventually(function() return sup:svc("status", "s3").status == 4 end),
    "the one that is gone is not known any more")
  t.is(differences(before, pids(sup)), { "new", "s3" }, "and no other is touched")
  t.ok(sup:shell("kill -0 " .. before.s3).status ~= 0, "and its process is gone")
  sup:svc("kill", "TERM", "s1")
  t.ok(supervisor.eventually(function()
    local now = sup:status("s1")
    return now.state == "up" and now.pid ~= before.s1
  end), "what was updated holds: s1 is restarted always")
  t.ok(sup:says("s1"), "and its log goes on")

  -- who was stopped by hand stays so
  sup:svc("stop", "-w", "s5")
  t.write(sup.folder .. "/more.lua", "return service { name = 'more', run = { 'sleep', '1003' } }")
  t.is(sup:svc("apply").status, 0, "one more")
  t.ok(sup:reach("more", "up"), "runs")
  t.is(sup:state("s5"), "down", "a service that was stopped by hand stays down")

  -- a fault refuses the whole plan (A13 of apply)
  before = pids(sup)
  t.write(sup.folder .. "/bad.lua", "return service {\n  name = 'bad',\n")
  local got = sup:svc("apply")
  t.is(got.status, 1, "a plan with a fault is refused")
  t.ok(got.err:find("bad.lua:3: unexpected symbol", 1, true) and
    got.err:find("nothing was changed", 1, true), "with file and line", got.err)
  t.run({ "svc", "check" }, { status = 1, err = t.match "bad.lua:3", name = "so says check" })
  t.is(differences(before, pids(sup)), {}, "nothing was touched")
  -- one that never ends (A12)
  t.write(sup.folder .. "/bad.lua", "while true do end")
  t.ok(sup:svc("apply").err:find("an endless loop"), "an endless loop is refused")
  os.remove(sup.folder .. "/bad.lua")
  t.run({ "svc", "check" }, { out = "ok\n", name = "check: all is well" })

  -- back again
  before = pids(sup)
  t.is(sup:svc("rollback").status, 0, "rollback")
  supervisor.eventually(function() return sup:status("more").state == nil end)
  t.is(differences(before, pids(sup)), { "more" }, "undoes the last plan only")
end)

-- what needs a changed service goes down and comes up with it
supervisor.with({ ["a.lua"] = [[return {
  service { name = "base", run = { "sleep", "1000" } },
  service { name = "top", needs = { "base" }, run = { "sleep", "1001" } },
  service { name = "side", run = { "sleep", "1002" } },
}]] }, function(sup)
  t.ok(sup:reach("top", "up"), "a service and what needs it")
  local top, side = sup:status("top").pid, sup:status("side").pid
  local text = t.read(sup.folder .. "/a.lua"):gsub("1000", "3000")
  t.write(sup.folder .. "/a.lua", text)
  t.is(sup:svc("apply").status, 0, "the first changes")
  t.ok(supervisor.eventually(function()
    local now = sup:status("top")
    return now.state == "up" and now.pid ~= top
  end), "what needs it is restarted with it")
  t.is(sup:status("side").pid, side, "what does not need it is left alone")
  -- a fault of PID 1 after all that: rows and plan still agree
  t.execute({ "sh", "-c", "kill -SEGV 1" }, { program = "/bin/sh" })
  t.ok(sup:says("recovered from a fault"), "PID 1 goes on after a fault")
  t.is(sup:status("side").pid, side, "with the same service in the same place")
end)
