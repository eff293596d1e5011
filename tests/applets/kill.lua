-- tests/applets/kill.lua - signals' names as in signal(7), and what they do

local t = require "test"
local S = require "syscall"
local json = require "json"

t.run("kill -l 9", { out = "KILL\n" })
t.run("kill -l TERM", { out = "15\n" })
t.run("kill -lhup", { out = "1\n" })
t.run("kill -l sigusr1 130 RTMIN RTMAX-1", { out = "10\nINT\n34\n63\n" })
t.run("kill -l NO 1", { status = 1, out = "HUP\n", err = "kill: NO: no such signal\n" })
t.run("kill -l", { out =
  "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT\n" ..
  "CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH POLL PWR SYS\n" })
t.run("kill -L",
  { out = t.match "^ 1 HUP      2 INT      3 QUIT .*\n15 TERM .*30 PWR     31 SYS\n$" })
t.is(json.decode(t.execute({ "kill", "-l", "--json" }).out)[9], { name = "KILL", number = 9 })

--- Run kill with these arguments and the number of a process; what became of it.
local function ended(...)
  local pid = assert(S.spawn { "sleep", "30", path = t.binary, setpgid = 0 })
  local argv = { "kill", ... }
  for i, arg in ipairs(argv) do argv[i] = arg:gsub("PID", tostring(pid)) end
  local name = table.concat({ "kill", ... }, " ")
  local got = t.execute(argv)
  t.is({ got.status, got.out, got.err }, { 0, "", "" }, name)
  local _, _, status = S.waitpid(pid)
  return status.TERMSIG, name .. " ends it"
end

local function check(want, ...)
  local signal, name = ended(...)
  t.is(signal, want, name)
end
check(15, "PID")
check(15, "--", "PID")
check(9, "-9", "PID")
check(9, "-KILL", "PID")
check(9, "-SIGKILL", "PID")
check(9, "-s", "KILL", "PID")
check(9, "-skill", "PID")
check(9, "--signal=kill", "PID")
check(1, "--signal", "1", "PID")
check(10, "-usr1", "-PID")
check(12, "-s", "usr2", "--", "-PID")
check(34, "-RTMIN", "PID")
check(31, "-SYS", "PID")

local own = tostring(S.getpid())
t.run("kill -0 " .. own, {})
t.run("kill -s 0 " .. own .. " 99999999",
  { status = 1, err = "kill: 99999999: No such process\n" })
t.run("kill x", { status = 1, err = "kill: x: not a process number\n" })
t.run("kill 4294967297", { status = 1, err = "kill: 4294967297: not a process number\n" })
t.run("kill", { status = 1, err = t.match "^kill: missing operand\nusage: kill " })
t.run("kill -NOSUCH 1", { status = 1, err = t.match "^kill: unknown signal: NOSUCH\nusage" })
t.run("kill -s", { status = 1, err = t.match "^kill: option %-s needs an argument\n" })
