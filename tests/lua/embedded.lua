-- tests/lua/embedded.lua - functions of embedded modules, made at their first call
--
-- Whatever happens at that first call, the function must be itself, and whole.

local t = require "test"
local vm = require "vm"

-- a function that no other code here has called: a new state for each case
local function case(name, source, want)
  t.run({ "lua", "-e", source }, { out = want, name = name })
end

case("arguments and results pass through", [[
  local cli = require "cli"
  local applet = { options = { { "n", "lines", arg = "N" } } }
  local opts, operands = cli.parse(applet, { "-n", "3", "x" })
  print(opts.lines, operands[1], select("#", cli.parse({}, {})))]], "3\tx\t2\n")

case("in a coroutine", [[
  local json = require "json"
  print(coroutine.wrap(function() return json.encode({ 1, 2 }) end)())]], "[1,2]\n")

case("what debug.getinfo tells is right before the first call, too", [[
  local f = require("cli").parse
  local i = debug.getinfo(f, "SuL")
  print(i.nparams, i.isvararg, i.short_src, i.linedefined > 1)
  local main = package.searchers[2] "cli"
  print(debug.getinfo(main, "uL").isvararg)]], "2\tfalse\tlua/cli.lua\ttrue\ntrue\n")

case("messages have the line", [[
  local json = require "json"
  print(pcall(json.decode))]], t.match "^false\tlua/json%.lua:%d+: ")

case("a traceback has the lines", [[
  local json = require "json"
  print((xpcall(json.decode, function(m) print(debug.traceback(m)) end)))]],
  t.match "lua/json%.lua:%d+: in function")

case("when the stack overflows at the first call", [[
  local json = require "json"
  local function deep() local ok = pcall(json.encode, { 1 }) return 1 + deep() end
  print(pcall(deep))
  print(json.encode({ 1 }))]], t.match "^false\t[^\n]*\n%[1%]\n$")

case("under hooks of lines and counts", [[
  local json = require "json"
  local seen = 0
  debug.sethook(function() seen = seen + 1 end, "lcr", 1)
  local text = json.encode({ a = 1 })
  debug.sethook()
  print(text, seen > 10)]], '{"a":1}\ttrue\n')

case("under a collector that never rests", [[
  collectgarbage("generational")
  collectgarbage("setpause", 0)
  local json = require "json"
  for i = 1, 50 do
    collectgarbage() local s = json.encode({ i, { x = "y" .. i } }) collectgarbage("step")
    assert(json.decode(s)[2].x == "y" .. i)
  end
  print "ok"]], "ok\n")

-- A bit more memory each time: wherever it ends, the function stays callable.
case("when memory ends at the first call", [[
  local vm = require "vm"
  local failed, done, value = 0, 0, { 1, "a", { b = 2 } }
  for extra = 0, 6000, 40 do
    package.loaded.json = nil
    local json = require "json"
    collectgarbage() collectgarbage("stop")
    vm.limit(collectgarbage("count") * 1024 // 1 + extra)
    local ok = pcall(json.encode, value)
    vm.limit(1 << 40)
    if ok then done = done + 1 else failed = failed + 1 end
    assert(json.encode(value) == '[1,"a",{"b":2}]')
  end
  print(failed > 5, done > 5)]], "true\ttrue\n")

t.ok(pcall(string.dump, require("json").encode), "string.dump of one harms nothing")

local broken = {}
for _, name in ipairs(vm.modules("")) do
  if type(package.searchers[2](name)) ~= "function" then broken[#broken + 1] = name end
end
t.is(table.concat(broken, " "), "", "every module unpacks")

-- What is to be read-only once relocated is, in a program that stays.
t.run({ "lua", "-e", [[
  require("vm").protect()
  for line in io.lines("/proc/self/maps") do
    if line:find(os.getenv("SELF"), 1, true) then io.write(line:match(" (%S+) "), " ") end
  end]] }, { env = { SELF = t.binary }, out = t.match "^[-rxp ]*r%-%-p rw%-p $" })
