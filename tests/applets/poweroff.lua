-- tests/applets/poweroff.lua - poweroff, reboot, halt where they harm nobody
-- In a pid namespace reboot(2) ends its first process by a signal instead:
-- pid_namespaces(7). The order through PID 1 is in tests/init and tests/boot.

local t = require "test"
local S = require "syscall"

local nobody = { LUABOX_RUN = t.tmp() .. "/none" }

for _, name in ipairs { "poweroff", "reboot", "halt" } do
  t.run(name, { status = 1, env = nobody,
    err = name .. ": PID 1 did not take the order: No such file or directory\n" .. name ..
      ": to do it at once, without stopping anything: " .. name .. " -f\n" })
  t.run(name .. " x", { status = 1, env = nobody,
    err = t.match(name .. ": unexpected operand: x\n") })
  t.run(name .. " -w", { env = nobody })
end
t.run("poweroff -d 0.01", { status = 1, env = nobody, err = t.match "^poweroff: PID 1 did not" })

-- SIGINT means a halt or poweroff, SIGHUP a restart; what the kernel does to a namespace
t.need_root()
local SCRIPT = t.write(t.tmp() .. "/first.lua", [[
  local S = require "syscall"
  S.spawn(table.move(arg, 1, #arg, 1, { path = arg[0]:gsub("[^/]*$", "binary") }))
  S.nanosleep(60)
]])
S.symlink(t.binary, t.tmp() .. "/binary")

--- How the first process of a namespace ends in which the applet runs.
local function signal_of(...)
  local argv = { "lua", SCRIPT, ... }
  argv.path = t.binary
  local pid = assert(S.fork())
  if pid == 0 then
    S.unshare("newpid")
    local first = S.spawn(argv)
    local _, _, status = S.waitpid(first)
    S._exit(status.TERMSIG or 100)
  end
  local _, _, status = S.waitpid(pid)
  return status.EXITSTATUS
end
t.is(signal_of("poweroff", "-f"), S.c.SIG.INT, "poweroff -f")
t.is(signal_of("halt", "-f"), S.c.SIG.INT, "halt -f")
t.is(signal_of("halt", "-fp"), S.c.SIG.INT, "halt -fp")
t.is(signal_of("reboot", "-fn"), S.c.SIG.HUP, "reboot -fn")
