-- loader.lua - A10 to A13: what a bad file costs

local t = require "test"
local supervisor = require "supervisor"

-- A10, A11: rc.lua is a function that raises, and one that eats memory
supervisor.with({
  ["a10.lua"] = [[
    return {
      oneshot { name = "rc", run = function()
        local function inner() error "on purpose" end
        inner()
      end },
      oneshot { name = "hungry", run = function()
        local list = {}
        while true do list[#list + 1] = ("x"):rep(1 << 20) .. #list end
      end },
      service { name = "good", run = { "sleep", "1000" }, after = { "rc" } },
    }]],
}, function(sup)
  t.ok(sup:reach("default", "up"), "A10: the target is up")
  t.ok(sup:says("rc: " .. sup.folder .. "/a10.lua:3: on purpose"), "the error has file and line",
    sup:log())
  t.ok(sup:says("rc: stack traceback:"), "and a traceback")
  t.is(sup:svc("status", "rc").status, 1, "svc status says that it failed")
  t.ok(sup:says("hungry: not enough memory"), "A11: a script without end has a limit", sup:log())
  t.is(sup:state("good"), "up", "the others are up")
end)

-- A12, A13: apply refuses, boot goes on without the file
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
  local pid = sup:status("good").pid
  local got = sup:svc("apply")
  t.ok(got.status ~= 0 and got.err:find("bad.lua:3:", 1, true), "apply refuses it", got.err)

  t.write(sup.folder .. "/bad.lua", "while true do end\n")
  got = sup:svc("apply")
  t.ok(got.status ~= 0 and got.err:find("bad.lua", 1, true), "A12: so it does an endless loop",
    got.err)
  t.is(sup:status("good").pid, pid, "what runs is untouched")
end)
