-- tests/init/run.lua - `luabox run -- cmd`: exit codes, signals, orphans

local t = require "test"
local S = require "syscall"
local mem = require "syscall.mem"

local TIOCGPTN, TIOCSPTLCK = 0x80045430, 0x40045431 -- asm-generic/ioctls.h

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
local function forwarded(args, sig, script)
  local out = t.tmp() .. "/forwarded"
  os.remove(out)
  local argv = { "luabox", "run" }
  for _, word in ipairs(args) do argv[#argv + 1] = word end
  for _, word in ipairs { "--", "sh", "-c", script, out } do argv[#argv + 1] = word end
  argv.path = t.binary
  local pid = assert(S.spawn(argv))
  for _ = 1, 500 do
    if S.stat(out) then break end
    S.nanosleep(0.01)
  end
  S.kill(pid, sig)
  local _, _, status = S.waitpid(pid)
  return status.EXITSTATUS, t.read(out)
end

for _, sig in ipairs { "hup", "int", "quit", "usr1", "usr2", "term" } do
  local script = ("trap 'exit 9' %s; echo > $0; while :; do sleep 0.02; done"):format(sig:upper())
  t.is((forwarded({}, sig, script)), 9, sig .. " reaches the command")
end
local status, text = forwarded({ "-g" }, "term",
  [[trap 'wait; exit 5' TERM
    (trap 'echo grandchild >> $0; exit' TERM; echo > $0; while :; do sleep 0.02; done) &
    wait]])
t.is({ status, text }, { 5, "\ngrandchild\n" }, "-g reaches the whole group")

-- orphans of the command come to us, subreaper or PID 1, and are reaped
local got = t.execute { "run", "--", "sh", "-c",
  "(sh -c 'sleep 0.1 & echo $!' ) ; sleep 0.4; cat /proc/$PPID/task/$PPID/children | wc -w" }
t.is(got.out:match("\n(%d+)\n"), "1", "an orphan was adopted and reaped")

t.isolated("newpid", function()
  local result = t.execute { "run", "--", "sh", "-c", "echo $PPID; exit 6" }
  t.is({ result.status, result.out }, { 6, "1\n" }, "as PID 1 of a namespace")
end)

-- as the programs whose names it has: tini(1) and dumb-init(1)

local own_child = [[cat /proc/$$/status | grep -E '^PPid' | tr -dc 0-9; echo]]

--- An orphan's parent is its adopter: are we that?
local function adopts(argv, env)
  local result = t.execute({ argv[1], table.unpack(argv, 2) }, {
    env = env and { "PATH=" .. os.getenv "PATH", env },
  })
  local us, adopter = result.out:match("^(%d+)\n(%d+)")
  return us ~= nil and us == adopter, result.err
end
local ORPHAN = own_child .. [[; (sh -c 'sleep 0.2; grep PPid /proc/$$/status | tr -dc 0-9; echo' &);
  sleep 0.5]]
t.is(adopts { "run", "sh", "-c", ORPHAN }, true, "run adopts orphans")
t.is(adopts { "tini", "sh", "-c", ORPHAN }, false, "tini without -s does not")
t.is(adopts { "tini", "-s", "sh", "-c", ORPHAN }, true, "tini -s adopts")
t.is(adopts({ "tini", "sh", "-c", ORPHAN }, "TINI_SUBREAPER="), true, "so does TINI_SUBREAPER")
local _, warned = adopts { "tini", "-s", "-w", "sh", "-c", ORPHAN }
t.ok(warned:find("reaped zombie process with pid=%d+\n$"), "-w tells which", warned)

t.run({ "tini" }, { status = 1, err = t.match "no command" })
t.run({ "tini", "--", "no-such-program" }, { status = 127, err = t.any })
t.run({ "tini", "-e", "143", "-e", "9", "--", "sh", "-c", "kill $$" }, {})
t.run({ "tini", "-w", "-v", "-g", "-p", "SIGUSR1", "--", "true" }, { err = t.any })
t.run({ "dumb-init" }, { status = 1, err = t.match "no command" })
t.run({ "dumb-init", "no-such-program" }, { status = 2, err = t.any })

-- the session of the command
local SESSION = [[set -- $(cut -d' ' -f5,6 /proc/$$/stat); echo $(($$ == $1)) $(($$ == $2))]]
t.run({ "run", "sh", "-c", SESSION }, { out = "1 0\n", name = "run: a group of its own" })
t.run({ "dumb-init", "sh", "-c", SESSION }, { out = "1 1\n", name = "dumb-init: a session" })
t.run({ "dumb-init", "-c", "sh", "-c", SESSION }, { out = "1 0\n", name = "dumb-init -c: none" })

-- -r: another signal instead, or none
local TRAPS = [[trap 'echo got int >> $0; exit 1' INT; trap 'echo got usr1 >> $0; exit 2' USR1
  trap 'echo got term >> $0; exit 3' TERM; echo > $0
  n=0; while [ $n -lt 60 ]; do n=$((n+1)); sleep 0.01; done; exit 4]]
t.is({ forwarded({ "-r", "TERM:INT" }, "term", TRAPS) }, { 1, "\ngot int\n" }, "-r TERM:INT")
t.is({ forwarded({ "--rewrite", "15:10" }, "term", TRAPS) }, { 2, "\ngot usr1\n" }, "-r 15:10")
t.is({ forwarded({ "-r", "15:0" }, "term", TRAPS) }, { 4, "\n" }, "-r 15:0 drops it")

--- What a command sees on a terminal that `personality` has for its own.
local function on_terminal(personality, script)
  local master = assert(S.open("/dev/ptmx", "rdwr, noctty, cloexec"))
  assert(S.ioctl(master, TIOCSPTLCK, ("\0"):rep(4)))
  local unit = S.t.buffer(4)
  assert(S.ioctl(master, TIOCGPTN, unit))
  unit = string.unpack("=I4", mem.string(unit, 4))
  local slave = assert(S.open("/dev/pts/" .. unit, "rdwr, noctty, cloexec"))
  local argv = {
    "luabox", personality, "--", "sh", "-c", script, path = t.binary,
    fds = { [0] = slave, [1] = slave, [2] = slave }, setsid = true, ctty = 0,
  }
  local pid = assert(S.spawn(argv))
  slave:close()
  master:write("typed\n")
  local parts = {}
  while S.poll(S.t.pollfds { { fd = master, events = "in" } }, 5000) == 1 do
    local bytes = master:read(nil, 4096)
    if not bytes or bytes == "" then break end
    parts[#parts + 1] = bytes
  end
  local _, _, ended = S.waitpid(pid)
  master:close()
  return ended.EXITSTATUS, table.concat(parts):gsub("\r", "")
end
-- field 8 of stat is the terminal's foreground group
local READS = [[read line; echo "read $line"; set -- $(cut -d' ' -f5,8 /proc/$$/stat)
  [ $1 = $2 ] && echo foreground; exit 3]]
for _, personality in ipairs { "run", "tini", "dumb-init" } do
  local code, seen = on_terminal(personality, READS)
  t.is({ code, seen:match("read.*") }, { 3, "read typed\nforeground\n" },
    personality .. " hands the terminal over")
end

-- side by side with the programs themselves, where they are
local CASES = {
  { "sh", "-c", "exit 0" }, { "sh", "-c", "exit 255" }, { "sh", "-c", "kill -9 $$" },
  { "sh", "-c", "kill -6 $$" }, { "no-such-program" }, { "/etc/passwd" },
  { "sh", "-c", SESSION }, { "sh", "-c", "grep -E '^Sig(Blk|Ign)' /proc/self/status" },
  { "sh", "-c", "ls /proc/self/fd | wc -l" },
}
for _, program in ipairs { "tini", "dumb-init" } do
  local path = t.find(program)
  if not path then
    t.skip_one("beside " .. program, "needs the program " .. program)
  else
    local function both(argv)
      local theirs = t.execute({ program, "--", table.unpack(argv) }, { program = path })
      local ours = t.execute { program, "--", table.unpack(argv) }
      t.is({ ours.status, ours.out }, { theirs.status, theirs.out },
        program .. " " .. table.concat(argv, " "))
    end
    for _, argv in ipairs(CASES) do both(argv) end
  end
end
