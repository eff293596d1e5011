-- tests/init/faults.lua - bad service files: one clear message each, and the rest runs

local t = require "test"
local supervisor = require "supervisor"

supervisor.with({
  ["good.lua"] = [[return service { name = "good", run = { "sleep", "1000" } }]],
  ["syntax.lua"] = "return service {\n  name = 'x',\n  run = { 'x' }\n",
  ["field.lua"] =
    "return service {\n  name = 'field',\n  run = { 'x' },\n  rastart = 'always',\n}\n",
  ["later.lua"] = "return service { name = 'later', run = { 'x' }, every = 3 }\n",
  ["type.lua"] = "return service {\n  name = 'type',\n  run = 'httpd -f',\n}\n",
  ["loop.lua"] = "local x = 1\nwhile true do x = x + 1 end\n",
  ["hungry.lua"] = "local s = 'x'\nwhile true do s = s .. s end\n",
  ["exits.lua"] = "os.exit(0)",
  ["raises.lua"] = "error 'on purpose'\n",
  ["nothing.lua"] = "local x = 1\n",
  ["user.lua"] = "return service { name = 'user', run = { 'x' }, user = 'nobody-here' }\n",
  ["cycle.lua"] = [[
    return {
      service { name = "a", run = { "sleep", "1000" }, needs = { "b" } },
      service { name = "b", run = { "sleep", "1000" }, wants = { "c" } },
      service { name = "c", run = { "sleep", "1000" }, before = { "b" }, after = { "a" } },
      service { name = "d", run = { "sleep", "1000" }, after = { "good" } },
      service { name = "e", run = { "sleep", "1000" }, needs = { "a" } },
    }]],
  ["missing.lua"] = [[
    return {
      service { name = "m", run = { "sleep", "1000" }, needs = { "absent" } },
      service { name = "w", run = { "sleep", "1000" }, wants = { "absent" } },
    }]],
  ["twice.lua"] = "return service { name = 'good', run = { 'false' } }\n",
  ["function.lua"] = [[
    return oneshot { name = "function", run = function(ctx)
      error("in " .. ctx.name)
    end }]],
}, function(sup)
  t.ok(sup:reach("default", "up"), "the boot comes to its end")
  t.is(sup:state("good"), "up", "the good service is up")
  local dir = sup.folder .. "/"
  for _, line in ipairs {
    "loader: " .. dir .. "syntax.lua:4: '}' expected (to close '{' at line 1) near <eof>",
    "loader: " .. dir .. 'field.lua:4: unknown field "rastart", did you mean "restart"?',
    "loader: " .. dir .. "later.lua:1: every belongs to a timer",
    "loader: " .. dir .. "type.lua:3: run must be a list as { \"prog\", \"arg\" }, a function, "
      .. "or, for a shell, sh\"httpd -f\"",
    "loader: " .. dir .. "loop.lua:2: gives up after 20 million instructions: an endless loop?",
    "loader: " .. dir .. "hungry.lua: not enough memory",
    "loader: " .. dir .. "exits.lua:1: os.exit: a service file only describes",
    "loader: " .. dir .. "raises.lua:1: on purpose",
    "loader: " .. dir .. "nothing.lua: returns nothing; write return service { ... }",
    "loader: " .. dir .. "user.lua:1: no such user: nobody-here",
    "loader: " .. dir .. "twice.lua:1: good is already defined in " .. dir .. "good.lua:1",
    "loader: " .. dir .. 'missing.lua:2: m: needs "absent", which no file defines',
    "loader: " .. dir .. 'missing.lua:3: w: wants "absent", which no file defines: ignored',
  } do
    local said = sup:says(line .. "\n")
    t.ok(said, line:sub(9 + #dir), not said and sup:log())
  end
  local log = sup:log()
  t.ok(log:find("cycle: a -> b -> c -> a: a needs b (" .. dir .. "cycle.lua:2), "
    .. "b wants c (" .. dir .. "cycle.lua:3), c after a (" .. dir .. "cycle.lua:4)", 1, true)
    or log:find("cycle: b -> c -> b", 1, true), "a loop is shown with every edge", log)
  for _, name in ipairs { "b", "c", "field", "type" } do
    t.is(sup:state(name), "failed", name .. " is failed")
  end
  t.is(sup:status("m").detail, "missing:absent", "what needs a missing one says so")
  t.is(sup:state("w"), "up", "what only wants it is up")
  t.is(sup:state("d"), "up", "a bystander of the loop is up")
  t.ok(sup:says("function: " .. dir .. "function.lua:2: in function"), "a function's error")
  t.ok(sup:says("function: stack traceback:"), "comes with a traceback")
  t.is(sup:state("function"), "failed", "and fails the service")
end)

-- what costs much time or a loader, a few at once: each loader has 10 s on any machine
for _, case in ipairs {
  { ["hoards.lua"] = { "local t = {} for i = 1, 1e9 do t[i] = i .. 'x' end",
    "loader: %shoards.lua: not enough memory" },
    ["catches.lua"] = { "while true do pcall(function() while true do end end) end",
    "loader: %scatches.lua:1: gives up after 20 million instructions: an endless loop?" } },
  { ["leaves.lua"] = { "require('syscall').exit(3)",
    "luabox: %sleaves.lua: the loader died of it, going on without it" },
    ["vanishes.lua"] = { "require('syscall')._exit(0)",
    "luabox: %svanishes.lua: the loader died of it, going on without it" } },
} do
  local files = { ["good.lua"] = [[return service { name = "good", run = { "sleep", "1000" } }]] }
  for name, file in pairs(case) do files[name] = file[1] end
  supervisor.with(files, function(sup)
    t.ok(sup:reach("default", "up"), "the boot comes to its end")
    t.is(sup:state("good"), "up", "the good service is up")
    for name, file in pairs(case) do
      t.ok(sup:says(file[2]:format(sup.folder .. "/") .. "\n"), name, sup:log())
    end
  end)
end

-- a file that hangs where no instruction is counted: the core kills the loader
supervisor.with({
  ["good.lua"] = [[return service { name = "good", run = { "sleep", "1000" } }]],
  ["hangs.lua"] = [[os.execute("sleep 1000")]],
}, function(sup)
  t.ok(sup:reach("default", "up"), "the boot goes on")
  t.is(sup:state("good"), "up", "with the good file")
  t.ok(sup:says("hangs.lua: loading it takes too long, going on without it"), "and says why")
end)

-- kill -9 of the loader: it is started again
supervisor.with({
  ["a.lua"] = [[
    local first = not io.open(os.getenv "MARK")
    io.open(os.getenv "MARK", "w"):close()
    if first then require("syscall").kill(require("syscall").getpid(), "kill") end
    return service { name = "a", run = { "sleep", "1000" } }]],
}, function(sup)
  t.ok(sup:reach("a", "up"), "a killed loader is started again, nothing is lost")
end, { env = { MARK = t.tmp() .. "/mark" } })

-- no services at all
supervisor.with({}, function(sup)
  t.is(sup:ended(1), nil, "PID 1 stays without any service")
end)
