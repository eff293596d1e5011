-- tests/applets/await.lua - a sleep until there is something to read

local t = require "test"
local S = require "syscall"
local eventually = require "eventually"

local usage = [[
usage: await [-m TEXT] FD... -- COMMAND [ARGUMENT]...
Write the text, sleep until one of the descriptors can be read, or a signal
comes that is blocked, then run the command in this process.
]]
t.run("await --help", { out = usage })
t.run("await", { status = 2, err = usage })
t.run("await 0", { status = 2, err = usage })
t.run("await 0 --", { status = 2, err = usage })
t.run("await x -- echo", { status = 2, err = usage })
t.run("await -1 -- echo", { status = 2, err = usage })
t.run("await 0 -- cat", { stdin = "bytes", out = "bytes", name = "nothing is taken from it" })
t.run("await 0 -- echo end", { out = "end\n", name = "the end of a file is something to read" })
t.run({ "await", "-m", "> ", "0", "--", "echo", "x" }, { out = "> x\n" })
t.run("await -m text", { status = 2, err = usage })
t.run("await 77 -- echo closed", { out = "closed\n", name = "so is what is not there" })
t.run({ "await", "0", "--", "/bin/sh", "-c", "exit 7" }, { status = 7 })
-- (a folder of PATH that is not ours to look into would have the last word)
t.run("await 0 -- no-such-program", { status = 127, env = { PATH = "/usr/bin:/bin" },
  err = "await: no-such-program: not found\n" })

--- Start it in the background on an open pipe; what it will print, its pid, the pipe's other end.
local function start(...)
  local _, _, from, output = assert(S.pipe2("cloexec"))
  local _, _, input, to = assert(S.pipe2("cloexec"))
  local spec = { "luabox", "await", "0", "--", path = t.binary, pdeathsig = "kill",
    fds = { [0] = input, [1] = output, [2] = output } }
  table.move({ ... }, 1, select("#", ...), #spec + 1, spec)
  local pid = assert(S.spawn(spec))
  input:close()
  output:close()
  return from, pid, to
end

local function comm(pid)
  local text = t.read(("/proc/%d/comm"):format(pid))
  return text:sub(1, -2)
end

-- asleep it is the command already, and the same process
local from, pid, to = start("uname", "-s")
eventually(function() return comm(pid) == "uname" end)
t.is(comm(pid), "uname", "asleep it has the command's name")
t.is(S.waitpid(pid, "nohang"), 0, "and does nothing")
to:write("x")
t.is(from:read(nil, 100), "Linux\n", "a byte wakes it")
t.is(S.waitpid(pid), pid, "in the same process")

-- a signal that is blocked wakes it, and is still there for the command
local _, _, answer, out = assert(S.pipe2("cloexec"))
local _, _, quiet, keep = assert(S.pipe2("cloexec"))
local child = assert(S.fork())
if child == 0 then
  out:dup2(1)
  for _, fd in ipairs { quiet, keep } do S.fcntl(fd, "setfd", 0) end
  S.sigprocmask("block", S.t.sigset("usr1"))
  S.execve(t.binary, { "luabox", "await", tostring(quiet:getfd()), "--", "grep", "Pnd:",
    "/proc/self/status" }, S.environ())
  S._exit(99)
end
out:close()
eventually(function() return comm(child) == "grep" end)
t.is(S.waitpid(child, "nohang"), 0, "where nothing comes it sleeps")
S.kill(child, "usr1")
local seen = answer:read(nil, 200)
t.is(seen:match("ShdPnd:%s0*(%x+)"), "200", "a blocked signal wakes it, and stays pending")
S.waitpid(child)
