-- tests/init/mistakes.lua - what `svc check` says of a wrong file: which, where, and what to do
--
-- Runs without PID 1. What such files do to a boot is in faults.lua.

local S = require "syscall"
local t = require "test"

S.setenv("LUABOX_RUN", t.tmp() .. "/nobody") -- PID 1 of this machine, if it is ours, has no say

local dir = t.tmp() .. "/services"
S.mkdir(dir, "0755")

--- `svc check` of a folder with this file alone.
local function check(text, ...)
  t.write(dir .. "/x.lua", text)
  local got = t.execute { "svc", "check", dir, ... }
  S.unlink(dir .. "/x.lua")
  return got
end

--- The one fault of this text, `DIR/x.lua` left out.
local function fault(text, message, name)
  local got = check(text)
  t.is({ got.status, got.out, got.err },
    { 1, "", dir .. "/x.lua" .. message .. "\nsvc: the services have faults\n" }, name or message)
end

local function service(fields)
  return "return service { name = 'a', run = { 'x' }, " .. fields .. " }"
end

local function fine(text, name)
  local got = check(text)
  t.is({ got.status, got.out, got.err }, { 0, "ok\n", "" }, name)
end

-- ---- the file ----

fault("\27Lua", ": attempt to load a binary chunk (mode is 't')")
fault("return { name = 'a', run = { 'x' } }",
  ": returns a table that is no service; write return service { ... }")
fault("return { service { name = 'a', run = { 'x' } }, b = service { name = 'b', run = { 'x' } } }",
  ": the list has a member b: it takes services, and no names for them")
fault("os.exit(0)", ":1: os.exit: a service file only describes", "an exit is no way out")
fault("local t = {} for i = 1, 1e9 do t[i] = i .. 'x' end", ": not enough memory",
  "the file that needs too much memory is named")
fault("local t = {} for i = 1, 2e5 do t[i] = 'argument' .. i end " ..
  "return service { name = 'a', run = t }", ":1: more than 10000 values in one definition")
fine("\xef\xbb\xbfreturn service { name = 'a', run = { 'x' } }", "an editor's mark of UTF-8")
fine("return {}", "an empty list")

fault("require('syscall').kill(require('syscall').getpid(), 'kill')",
  ": the loader died of it (signal KILL)")
fault("require('syscall').exit(3)", ": the loader died of it (exit code 3)")

S.mkdir(dir .. "/x.lua", "0755")
t.is(t.execute({ "svc", "check", dir }).err,
  dir .. "/x.lua: Is a directory\nsvc: the services have faults\n", "a folder is no file")
S.rmdir(dir .. "/x.lua")

-- ---- the fields ----

fault(service "ready = 'notfy'",
  ':1: ready must be "exec", "exit", "notify", a descriptor as 3, or a table as ' ..
  '{ pidfile = "/run/x.pid" }')
fault(service "limits = { nofiles = 3 }",
  ':1: limits has no member "nofiles", did you mean "nofile"?')
fault(service "on = { upp = { 'x' } }", ':1: on has no member "upp", did you mean "up"?')
fault(service "log = { rte = 5 }", ':1: log has no member "rte", did you mean "rate"?')
fault(service "ns = { 'muont' }",
  ':1: ns has "mount", "pid", "net", "ipc", "uts", "user", "time" and "cgroup", not "muont"')
fault(service "limits = { nofile = { 5000, 100 } }",
  ":1: limits.nofile: the soft limit is above the hard one")
fault(service "undo = { 'y' }", ":1: undo belongs to a oneshot; post follows the end of a service")
fault(service "umask = 27",
  ':1: umask must be octal digits in quotes, as "022": to Lua 022 is twenty-two')
fault(service "umask = '0899'",
  ':1: umask must be octal digits in quotes, as "022": to Lua 022 is twenty-two')
fine(service "umask = '0027'", "a umask as people write it")
fine("return service { name = 'a', run = { 'sleep', 5, 0.5 } }", "numbers are words, too")
fault("return service { name = 'a', run = { 'x', true } }",
  ':1: run must be a list as { "prog", "arg" } or a function: item 2 is a boolean')
fault(service "stop = 'TREM'",
  ':1: stop.signal must be the name of a signal, as "TERM", or a command')
fine(service "stop = 15, reload = 1", "a signal by its number")
fine(service "user = 65534, group = 65534", "a user by his number")
fault(service "stdin = 'input'", ":1: stdin must be a path from /")
fault("return mount { name = 'a', what = 'a', where = '/x', type = 'tmpfs', undo = { 'x' } }",
  ":1: a mount runs mount and umount, nothing else")
fault(service "restart = { delay = 10, max = 1 }", ":1: restart.max is less than restart.delay")

-- ---- names ----

fine("return { service { name = 'a', run = { 'x' }, needs = 'b' }, group { name = 'b' } }",
  "one name needs no list")
fault(service "needs = 5", ':1: needs must be a name, or a list of names as { "db", "net" }')
fault(service "wants = 'A b'", ':1: wants must be names of services, not "A b"')

fault("return { service { name = 'web', run = { 'x' }, needs = { 'databse' } }, " ..
  "service { name = 'database', run = { 'x' } } }",
  ':1: web: needs "databse", which no file defines, did you mean "database"?')
fault(service "restart = { limit = { 5, 60, 'start:nobody' } }",
  ':1: a: restart.limit starts "nobody", which no file defines')
t.is(check("return { template 't' { run = { 'x', arg } }, group { name = 'g', wants = { 't' } } }")
  .err,
  dir .. '/x.lua:1: g: wants "t", which is a template: write "t@ARGUMENT": ignored\n',
  "a template without its argument")

-- ---- templates that nobody has asked for yet ----

fault("return template 't' { run = { 'x', arg }, usr = 'x' }",
  ':1: unknown field "usr", did you mean "user"?')
fault("return template 't' { name = 'z', run = { 'x', arg } }",
  ":1: a template has its name before the table: t")
fine("return template 't' { run = { 'x', arg }, user = arg, dir = '/srv/' .. arg }",
  "what depends on the argument is seen with the argument")

-- ---- for programs ----

local got = check("print 'hello' return service { name = 'a', run = { 'x' } }", "--json")
t.is({ got.status, got.out, got.err }, { 0, '{"faults":[],"ok":true,"warnings":[]}\n', "hello\n" },
  "what a file prints is no answer")
got = check("return service { name = 'a', wants = { 'b' }, rum = 1 }", "--json")
t.is({ got.status, got.out, got.err }, { 1, '{"faults":["' .. dir ..
  '/x.lua:1: unknown field \\"rum\\", did you mean \\"run\\"?"],"ok":false,' ..
  '"text":"the services have faults","warnings":[]}\n', "" }, "faults, for programs")
