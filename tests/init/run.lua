-- tests/init/run.lua - `luabox run -- cmd`: exit codes, signals, orphans
-- What it owes to the programs whose place it takes is in run_as.lua.

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"

local wrong = {}
for code = 0, 255 do
  local got = t.execute { "run", "--", "sh", "-c", "exit " .. code }
  if got.status ~= code then wrong[#wrong + 1] = code end
end
t.is(wrong, {}, "exit codes 0 to 255 are passed on")

wrong = {}
for sig = 1, 15 do
  local got = t.execute { "run", "--", "sh", "-c", "ulimit -c 0; kill -" .. sig .. " $$" }
  if got.status ~= 128 + sig then wrong[#wrong + 1] = { sig, got.status } end
end
t.is(wrong, {}, "signal n is 128 + n")

t.run({ "run", "no-such-program" }, { status = 127,
  err = "run: no-such-program: No such file or directory\n" })
t.run({ "run", "/etc/passwd" }, { status = 126, err = "run: /etc/passwd: Permission denied\n" })
t.run({ "run" }, { status = 125, err = t.match "no command" })
t.run({ "run", "-w", "143", "-w", "3", "--", "sh", "-c", "exit 3" }, {})
t.run({ "run", "-w", "143", "--", "sh", "-c", "exit 4" }, { status = 4 })
t.run({ "run", "-e", "x", "true" }, { status = 125, err = t.match "wrong usage" })
t.run({ "run", "-p", "SIGNONE", "true" }, { status = 125, err = t.match "wrong usage" })
t.run({ "run", "-r", "15", "true" }, { status = 125, err = t.match "wrong usage" })
t.run({ "run", "sh", "-c", "echo $0 $*", "-w", "--" }, { out = "-w --\n" })

-- signals are forwarded, to the child or to its group
local function forwarded(args, sig, script, next_sig)
  local out = t.tmp() .. "/forwarded"
  os.remove(out)
  local argv = { "luabox", "run" }
  for _, word in ipairs(args) do argv[#argv + 1] = word end
  for _, word in ipairs { "--", "sh", "-c", script, out } do argv[#argv + 1] = word end
  argv.path = t.binary
  local pid = assert(S.spawn(argv))
  supervisor.eventually(function() return S.stat(out) end) -- its traps are set
  S.kill(pid, sig)
  if next_sig then S.kill(pid, next_sig) end
  local _, _, status = S.waitpid(pid)
  return status.EXITSTATUS, t.read(out)
end

for _, sig in ipairs { "hup", "int", "quit", "usr1", "usr2", "term" } do
  local script = ("trap 'exit 9' %s; echo > $0; while :; do sleep 0.02; done"):format(sig:upper())
  t.is((forwarded({}, sig, script)), 9, sig .. " reaches the command")
end
local status, text = forwarded({ "-g" }, "term",
  [[trap 'wait; exit 5' TERM; exec 2>/dev/null # sh says what became of its sleep
    (trap 'echo grandchild >> $0; exit' TERM; echo > $0; while :; do sleep 0.02; done) &
    wait]])
t.is({ status, text }, { 5, "\ngrandchild\n" }, "-g reaches the whole group")

-- orphans of the command come to us, subreaper or PID 1, and are reaped
local got = t.execute { "run", "--", "sh", "-c", [[orphan=$(sh -c 'sleep 100 > /dev/null & echo $!')
  grep -c "^PPid:.$PPID$" /proc/$orphan/status
  kill $orphan
  while [ -d /proc/$orphan ]; do sleep 0.02; done
  cat /proc/$PPID/task/$PPID/children | wc -w]] }
t.is(got.out, "1\n1\n", "an orphan was adopted and reaped")

t.isolated("newpid", function()
  local result = t.execute { "run", "--", "sh", "-c", "echo $PPID; exit 6" }
  t.is({ result.status, result.out }, { 6, "1\n" }, "as PID 1 of a namespace")
end)

-- -r: another signal instead, or none: of two that wait, PWR is the later one
local TRAPS = [[trap 'echo got int >> $0; exit 1' INT; trap 'echo got usr1 >> $0; exit 2' USR1
  trap 'echo got term >> $0; exit 3' TERM; trap 'exit 4' PWR; echo > $0
  while :; do sleep 0.01; done]]
t.is({ forwarded({ "-r", "TERM:INT" }, "term", TRAPS) }, { 1, "\ngot int\n" }, "-r TERM:INT")
t.is({ forwarded({ "--rewrite", "15:10" }, "term", TRAPS) }, { 2, "\ngot usr1\n" }, "-r 15:10")
t.is({ forwarded({ "-r", "15:0" }, "term", TRAPS, "pwr") }, { 4, "\n" }, "-r 15:0 drops it")
t.is({ forwarded({}, "term", TRAPS, "pwr") }, { 3, "\ngot term\n" }, "which comes else")

-- a file without a magic number is sh's, as execvp(3) has it
local script = t.write(t.tmp() .. "/script", "echo $1 $2; exit 4\n", "0755")
t.run({ "run", script, "a", "b" }, { status = 4, out = "a b\n", name = "a script without #!" })

-- whoever has SIGCHLD ignored
t.run({ "sh", "-c", "trap '' CHLD; exec \"$0\" run sh -c 'exit 7'", t.binary }, { status = 7,
  program = "/bin/sh",
  name = "the end of the command is seen though SIGCHLD was ignored" })

-- it keeps no folder busy
local cwd = t.execute({ "run", "sh", "-c", [[n=0
  while [ $(readlink /proc/$PPID/cwd) != / ] && [ $n -lt 500 ]; do n=$((n+1)); sleep 0.02; done
  readlink /proc/$PPID/cwd; pwd]] }, { cwd = t.tmp() })
t.is(cwd.out, "/\n" .. t.tmp() .. "\n", "it leaves the folder, the command does not")
