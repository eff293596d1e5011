-- tests/lua/syscall_spawn.lua - S.spawn: the short form, and what a program starts with

local t = require "test"
local S = require "syscall"

-- ---- S.spawn(path, argv [, env]) ----

local function output(...)
  local _, _, r, w = assert(S.pipe())
  local saved = S.fcntl(1, "dupfd_cloexec", 10)
  S.dup2(w, 1):nogc()
  local results = table.pack(S.spawn(...))
  S.dup2(saved, 1):nogc()
  saved:close()
  w:close()
  local text = results[1] and r:read(nil, 65536)
  if results[1] then S.waitpid(results[1]) end
  r:close()
  return text, results
end

io.stdout:flush()
local text, results = output(t.binary, { "luabox", "echo", "a b", "" })
t.is(text, "a b \n", "argv as given")
t.is({ results.n, math.type(results[1]) }, { 1, "integer" }, "a pid alone")
t.is(output(t.binary, { "luabox", "env" }, { "A=1" }), "A=1\n", "an environment of its own")
t.is((output("sh", { "-x", "-c", "echo $0" })), "-x\n", "path is searched, argv[0] is free")
t.is(select(2, S.spawn("/nonexistent", { "x" })), S.t.error("NOENT"), "what exec said")
t.raises(function() S.spawn("x") end, "table expected")
t.raises(function() S.spawn("x", { 1 }) end, "string expected")

-- ---- dispositions: the default, whatever ours are, also after they were the default ----

--- Signals that a spawned program finds ignored, as the kernel shows them.
local function ignored()
  local status = t.execute({ "sh", "-c", "grep SigIgn /proc/self/status" },
    { program = "/bin/sh" }).out
  return tonumber(status:match("SigIgn:%s*(%x+)"), 16)
end

t.is(ignored(), 0, "nothing is ignored")
for _, name in ipairs { "usr1", "hup", "int", "rtmin" } do
  local number = S.c.SIG[name] or 40
  S.signal(number, "ign")
  t.is(ignored(), 0, name .. " ignored here, not there")
  t.is(ignored(), 0, "nor the next time")
  S.signal(number, "dfl")
  t.is(ignored(), 0, "nor when it is not")
end

-- the child's reset is its own
S.signal("usr2", "ign")
ignored()
t.ok(S.kill(S.getpid(), "usr2"), "still ignored here")
S.signal("usr2", "dfl")
