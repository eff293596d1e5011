-- tests/applets/help.lua - help on commands, on S and on the libraries

local t = require "test"
local S = require "syscall"

-- ---- one thing ----

t.run("help S.getpid",
  { out = "S.getpid() -> pid: integer\n\n  Our number.\n\n  See getpid(2).\n" })
t.run("help getpid", { out = t.match("^S%.getpid%(%)") })
t.run("help fd:read", { out = t.match("^S%.read%(fd: fd, ") })
t.run("help fd:stat", { out = t.match("^S%.stat%(path") })
t.run("help fd:sync", { out = t.match("^S%.sync%(") })
t.run("help fd:nonblock", { out = t.match("^fd:nonblock%(%) %-> true | nil, err\n") })
t.run("help S.open", { out = t.match("mode%?: c%.MODE%) %-> fd | nil, err\n.-See open%(2%)%.\n$") })
t.run("help S.spawn.Spec", { out = t.match("\n  cwd: string%? working directory\n") })
t.run("help net.dhcp.request", { out = t.match("^net%.dhcp%.request%(link") })

-- members are those of the running program
local got = t.run("help S.c.SEEK", { out = t.any }).out
for name, value in pairs(S.c.SEEK) do
  t.ok(got:find((" %s=%d%%f[%%s]"):format(name, value)), "SEEK " .. name)
end
local stat = t.run("help S.t.stat", { out = t.any }).out
t.ok(stat:find(("\n  %d bytes: "):format(S.mem.sizeof("stat"))), "size of a struct")
for _, field in ipairs(S.mem.fields("stat")) do
  t.ok(stat:find(" " .. field.name .. "%f[%s]"), "its field " .. field.name)
end

-- ---- lists ----

local overview = t.run("help", { out = t.match("\n  .- echo .-\n.-\n  .- net%.dhcp ") }).out
for line in overview:gmatch("[^\n]+") do
  if #line > 79 then t.ok(false, "too long: " .. line) end
end
t.run("help S", { out = t.match("\n  .- openat .-%f[%w]chmod ") })
t.run("help fd", { out = t.match("^S%.fd\n.-\nfd:tell +The position%.\n") })
t.run("help -k sandbox", { out = t.match("landlock") })
t.run("help -k SIGNALFD", { out = t.match("^S%.signalfd .-\nS%.signalfd_read ") })

-- ---- commands and mistakes ----

t.run("help echo", { out = t.execute({ "echo", "--help" }).out })
t.run("help S.nonsense", { status = 1,
  err = "help: S.nonsense: no help; help -k searches\n" })
t.run({ "help", "a\27b" }, { status = 1, err = "help: a\\eb: no help; help -k searches\n" })
t.run("help -k qqqq", { status = 1, err = "help: qqqq: nothing found\n" })

-- ---- at the prompt ----

local function ask(line)
  return t.execute({ "prompt" }, { stdin = line .. "\n" }).out
end
t.ok(ask("help S.getpid"):find("> S.getpid() -> pid", 1, true), "a command with a name")
t.ok(ask('help "S.getpid"'):find("> S.getpid() -> pid", 1, true), "or a string")
t.ok(ask("help(S.getpid)"):find("> S.getpid() -> pid", 1, true), "a function of Lua")
t.ok(ask("=help(c.SEEK)"):find("> S.c.SEEK\n", 1, true), "a table of constants")
t.ok(ask("=help(42)"):find("no help for this", 1, true), "anything else")
