-- loader.lua - A10 to A13: what a bad file costs

local t = require "test"
local S = require "syscall"
local json = require "json"
local steady = require "steady"
local supervisor = require "supervisor"

local GOOD = [[return {
  service { name = "good", run = { "sleep", "1000" } },
  service { name = "behind", run = { "sleep", "1000" }, after = { "rc" } },
}]]

local function monotonic() return S.clock_gettime("monotonic").time end

--- Names and processes of all services.
local function processes(sup)
  local list = {}
  for _, record in ipairs(json.decode(sup:svc("list", "--json").out)) do
    list[record.name] = record.pid or record.state
  end
  return list
end

-- A10: rc.lua raises an error
supervisor.with({ ["a10.lua"] = GOOD }, function(sup)
  t.ok(sup:reach("default", "up"), "A10: the default target is up", sup:log())
  t.ok(sup:says("rc: /etc/luabox/rc.lua:3: on purpose\n"), "the error has file and line", sup:log())
  t.ok(sup:says("rc: stack traceback:"), "and a traceback")
  t.ok(sup:says("/etc/luabox/rc.lua:5: in "), "which names the caller", sup:log())
  local got = sup:svc("status", "rc")
  t.is(got.status, 1, "svc status rc exits with 1")
  t.ok(got.out:find("state +failed"), "it is failed", got.out)
  t.is({ sup:state("good"), sup:state("behind") }, { "up", "up" }, "the services are up")
end, { etc = { ["luabox/rc.lua"] = [[
local function inner()
  -- line 3 is what the message names
  error "on purpose"
end
inner()
]] } })

-- A11: rc.lua allocates without end
supervisor.with({ ["a11.lua"] = GOOD }, function(sup)
  t.ok(sup:reach("rc", "failed"), "A11: rc is failed", sup:log())
  t.ok(sup:says("rc: not enough memory\n"), "for want of memory", sup:log())
  t.ok(sup:reach("default", "up"), "the target is up")
  t.is({ sup:state("good"), sup:state("behind") }, { "up", "up" }, "the other services are up")
  t.is(sup:svc("list").status, 0, "the core is alive")
  t.ok(not sup:log():find("recovered from a fault", 1, true), "and had no fault")
end, { etc = { ["luabox/rc.lua"] = [[
  local list = {}
  while true do list[#list + 1] = ("x"):rep(1 << 20) .. #list end
]] } })

-- A12: a file that never ends, whether it computes or waits
supervisor.with({ ["good.lua"] = GOOD }, function(sup)
  t.ok(sup:reach("default", "up"), "A12: services")
  local before = processes(sup)
  for _, text in ipairs { "while true do end\n", 'os.execute "sleep 1000"\n' } do
    t.write(sup.folder .. "/bad.lua", text)
    local got
    steady.holds("within 11 s", function()
      local from = monotonic()
      got = sup:svc("apply")
      local took = monotonic() - from
      return took - 11, took .. " s"
    end)
    t.is(got.status, 1, "apply refuses " .. text:match("[^\n]*"))
    local why = text:find("while") and "bad.lua:1: gives up" or "loading it takes longer than 10 s"
    t.ok(got.err:find(why, 1, true), "and says why", got.err)
    t.is(processes(sup), before, "what runs is untouched")
  end
end)

-- A13: boot goes on without the file, apply refuses
local files = { ["good.lua"] = [[return service { name = "good", run = { "sleep", "1000" } }]] }
for n = 1, 18 do
  files[("s%02d.lua"):format(n)] =
    ("return service { name = 's%d', run = { 'sleep', '1000' } }"):format(n)
end
files["bad.lua"] = "return service {\n  name = 'bad'\n  run = { 'x' },\n}\n"
supervisor.with(files, function(sup)
  t.ok(sup:reach("default", "up"), "A13: the other 19 files are loaded")
  local _, up = sup:svc("list").out:gsub(" up ", "")
  t.is(up, 20, "19 services and the group")
  t.ok(sup:says("loader: " .. sup.folder .. "/bad.lua:3: "), "the bad one is named", sup:log())
  local before = processes(sup)
  t.write(sup.folder .. "/s01.lua", "return service { name = 's1', run = { 'sleep', '2000' } }")
  local got = sup:svc("apply")
  t.is(got.status, 1, "apply refuses it")
  t.ok(got.err:find("bad.lua:3:", 1, true), "and names it", got.err)
  t.is(processes(sup), before, "nothing changes, not even what has no fault")
end)
