-- tests/lua/interpreter.lua - luabox lua as the stock lua program, and what is ours in it
-- Expected values: lua(1) of Lua 5.4 and its messages.

local t = require "test"
local tmp = t.tmp()

local function lua(arguments, want)
  local argv = { "lua" }
  for i, argument in ipairs(arguments) do argv[i + 1] = argument end
  return t.run(argv, want)
end

lua({ "-e", "print(1 + 1)" }, { out = "2\n" })
lua({ "-v" }, { out = "Lua 5.4.4  Copyright (C) 1994-2022 Lua.org, PUC-Rio\n" })
lua({ "-e", "error 'x'" },
  { status = 1, err = t.match "^lua: %(command line%):1: x\nstack traceback:" })
lua({ "-e", "os.exit(7)" }, { status = 7 })
lua({ "-e", "os.exit(false)" }, { status = 1 })
lua({ "-x" },
  { status = 1, err = t.match "^lua: unrecognized option '%-x'\nusage: lua %[options%]" })
lua({ "-e" }, { status = 1, err = t.match "^lua: '%-e' needs argument\n" })
lua({ "/no/such.lua" },
  { status = 1, err = "lua: cannot open /no/such.lua: No such file or directory\n" })
lua({ "-" }, { stdin = "print(...)", out = "\n" })
lua({ "-", "a" }, { stdin = "print(..., arg[1], arg[0])", out = "a\ta\t-\n" })
lua({ "-i" }, { stdin = "=1\nx = 2\nx\n", out = t.match "> 1\n> > 2\n> \n$" })
lua({ "-W", "-e", "warn('careful')" }, { err = "Lua warning: careful\n" })
lua({ "-e", "x = 1", "-e", "print(x)" }, { out = "1\n" })

local script = t.write(tmp .. "/script.lua", "print(arg[0], arg[1], arg[-1], #arg, ...)\nreturn 3")
lua({ script, "a", "b" }, { out = script .. "\ta\tlua\t2\ta\tb\n" })
t.write(tmp .. "/mod.lua", "return { name = ... }")
local env = { LUA_PATH = tmp .. "/?.lua", LUA_INIT = "init = 'yes'", PATH = "/bin" }
lua({ "-l", "m=mod", "-e", "print(m.name, init)" }, { out = "mod\tyes\n", env = env })
lua({ "-E", "-e", "print(init)" }, { out = "nil\n", env = env })
lua({ "-l", "no.such" }, { status = 1, err = t.match "module 'no.such' not found:\n" })

-- ours: modules are in the binary, shared objects cannot be loaded, nor bytecode
lua({ "-l", "S=syscall", "-e", "print(S.getpid() > 0)" }, { out = "true\n" })
t.write(tmp .. "/shared.so", "\127ELF")
lua({ "-e", "package.cpath = '" .. tmp .. "/?.so' require 'shared'" },
  { status = 1, err = t.match("module 'shared' is the shared object " .. tmp:gsub("[-.]", "%%%0") ..
    "/shared.so, which a static program cannot load") })
lua({ "-e", "print(load(string.dump(print and function() end)))" },
  { out = "nil\tattempt to load a binary chunk (mode is 't')\n" })
lua({ "-e", "print(load('return 1', 'x', 'b'))" }, { out = t.match "^function" })

-- the applets' states know the standard libraries all the same
local ov = tmp .. "/own/applets"
os.execute("mkdir -p " .. ov)
t.write(ov .. "/probe.lua", [[return { summary = "", usage = "", run = function()
  print(math.type(1), table.concat({ 1, 2 }), utf8.char(65), os.time() > 0,
    coroutine.running() ~= nil, debug.getinfo(1) ~= nil, io.open("/dev/null") ~= nil,
    package.path ~= nil, require "json" ~= nil)
  return true
end }]])
local own = { LUABOX_PATH = tmp .. "/own", PATH = "/bin" }
t.run("probe", { env = own, out = "integer\t12\tA\ttrue\ttrue\ttrue\ttrue\ttrue\ttrue\n" })
t.write(ov .. "/echo.lua", [[return {
  summary = "", usage = "", raw = true, run = function() io.write("mine\n") return true end,
}]])
t.run("echo x", { env = own, out = "mine\n", name = "an applet is overridden when asked" })
t.run("echo x", { out = "x\n", name = "and only then" })
t.write(ov .. "/broken.lua", "return {")
t.run("broken",
  { env = own, status = 70, err = t.match "broken.lua:1: unexpected symbol near <eof>" })
