-- tests/init/run_as.lua - `luabox run` in the place of tini(1) and dumb-init(1)
--
-- What users of either rely on, one behaviour after the other; at the end side by side with the
-- programs themselves, where they are.

local t = require "test"
local S = require "syscall"
local mem = require "syscall.mem"
local supervisor = require "supervisor"

local TIOCGPTN, TIOCSPTLCK = 0x80045430, 0x40045431 -- asm-generic/ioctls.h
local PATIENCE = 60000 -- ms

-- ---- helpers ----

--- An environment: ours, and these.
local function with(variables)
  local env = { "PATH=" .. os.getenv "PATH", "ASAN_OPTIONS=" .. (os.getenv "ASAN_OPTIONS" or "") }
  for name, value in pairs(variables or {}) do env[#env + 1] = name .. "=" .. value end
  return env
end

local function state(pid)
  local file = io.open(("/proc/%d/stat"):format(pid))
  if not file then return "gone" end
  local stat <close> = file
  return stat:read("a"):match("^%d+ %(.*%) (%a)")
end

local function is_stopped(pid)
  return supervisor.eventually(function() return state(pid) == "T" end) ~= nil
end

-- a command that tells of every signal it gets, and ends with the second SIGINT in a row
local TELLER = t.write(t.tmp() .. "/teller.lua", [[
  local S = require "syscall"
  local all, last = S.t.sigset "all", nil
  S.sigprocmask("setmask", all)
  io.stdout:setvbuf "line"
  print("ready " .. S.getpid())
  while true do
    local sig
    repeat sig = S.sigwaitinfo(all) until sig -- else it was stopped and goes on
    print(sig)
    if sig == 2 and last == 2 then os.exit(0) end
    last = sig
  end]])

local Told = {}
Told.__index = Told

--- The next line it prints, or nil when none comes.
function Told:line()
  while not self.text:find("\n") do
    if S.poll(S.t.pollfds { { fd = self.out, events = "in" } }, PATIENCE) ~= 1 then return nil end
    local piece = self.out:read(nil, 4096)
    if not piece or piece == "" then return nil end
    self.text = self.text .. piece
  end
  local line, rest = self.text:match("^(.-)\n(.*)")
  self.text = rest
  return line
end

--- Send signals one by one; what the command gets for each.
function Told:tell(signals)
  local got = {}
  for i, sig in ipairs(signals) do
    S.kill(self.pid, sig)
    got[i] = tonumber(self:line())
  end
  return got
end

function Told:__close()
  S.kill(self.child, "kill")
  S.kill(self.pid, "cont")
  S.waitpid(self.pid)
  self.out:close()
end

--- Run the teller, or another command whose first line is "ready PID".
local function teller(argv, env, command)
  local _, _, r, w = assert(S.pipe())
  local spec = table.move(argv, 1, #argv, argv.program and 1 or 2, { "luabox" })
  for _, word in ipairs(command or { t.binary, "lua", TELLER }) do spec[#spec + 1] = word end
  spec.path, spec.env, spec.fds = argv.program or t.binary, with(env), { [1] = w }
  spec.pdeathsig = "kill"
  local self = setmetatable({ pid = assert(S.spawn(spec)), out = r, text = "" }, Told)
  w:close()
  self.child = tonumber((self:line() or ""):match("^ready (%d+)$"))
  assert(self.child, "the command is not ready")
  return self
end

-- ---- tini: exit codes ----

local wrong = {}
for code = 0, 255 do
  local all_others = { "tini" }
  for other = 0, 255 do
    if other ~= code then
      all_others[#all_others + 1] = "-e"
      all_others[#all_others + 1] = tostring(other)
    end
  end
  table.move({ "sh", "-c", "exit " .. code }, 1, 3, #all_others + 1, all_others)
  local with_it = t.execute { "tini", "-e", tostring(code), "--", "sh", "-c", "exit " .. code }
  if with_it.status ~= 0 then wrong[#wrong + 1] = code end
  if t.execute(all_others).status ~= code then wrong[#wrong + 1] = -code end
end
t.is(wrong, {}, "tini -e: that exit code and no other is 0")

local quiet = { TINI_VERBOSITY = "0" }
t.run({ "tini" }, { status = 1, err = t.match "no command" })
t.run({ "tini", "-w" }, { status = 1, err = t.match "no command" })
t.run({ "tini", "-z" }, { status = 1, err = t.match "usage" })
t.run({ "tini", "-h" }, { out = t.match "usage" })
t.run({ "tini", "-l" }, { out = t.match "licence" })
t.run({ "tini", "--version" }, { out = t.match "tini" })
t.run({ "tini", "-p", "SIGNONE", "true" }, { status = 1, err = t.match "wrong usage" })
t.run({ "tini", "-e", "256", "true" }, { status = 1, err = t.match "wrong usage" })
t.run({ "tini", "-e", "-1", "true" }, { status = 1, err = t.match "wrong usage" })
t.run({ "tini", "--", "no-such-program" }, { status = 127, env = with(quiet),
  err = "tini: no-such-program: No such file or directory\n" })
t.run({ "tini", "--", "/etc/passwd" }, { status = 126, env = with(quiet), err = t.any })
t.run({ "tini", "--", "/etc/passwd/x" }, { status = 1, env = with(quiet), err = t.any })
t.run({ "tini", "-e", "143", "-e", "9", "--", "sh", "-c", "kill $$" }, { env = with(quiet) })
t.run({ "tini", "-w", "-v", "-g", "-p", "SIGUSR1", "--", "true" }, { err = t.any })

-- ---- orphans ----

--- An orphan's parent is its adopter: are we that?
local function adopts(argv, env)
  local result = t.execute(argv, { env = with(env) })
  local us, adopter = result.out:match("^(%d+)\n(%d+)")
  return us ~= nil and us == adopter, result.err
end
local ORPHAN = [[orphan=$(sh -c 'sleep 100 > /dev/null & echo $!')
  for pid in $$ $orphan; do grep PPid /proc/$pid/status | tr -dc 0-9; echo; done
  kill $orphan
  while grep -q '^State:.[^Z]' /proc/$orphan/status; do sleep 0.02; done 2> /dev/null]]
local WONT = "zombie reaping won't work"
t.is({ adopts { "run", "sh", "-c", ORPHAN } }, { true, "" }, "run adopts orphans")
local adopted, warned = adopts { "tini", "sh", "-c", ORPHAN }
t.is(adopted, false, "tini without -s does not")
t.ok(warned:find(WONT, 1, true), "and says that it cannot", warned)
t.is({ adopts({ "tini", "sh", "-c", ORPHAN }, quiet) }, { false, "" }, "if it may say anything")
t.is({ adopts { "tini", "-s", "sh", "-c", ORPHAN } }, { true, "" }, "tini -s adopts")
t.is({ adopts({ "tini", "sh", "-c", ORPHAN }, { TINI_SUBREAPER = "" }) }, { true, "" },
  "so does TINI_SUBREAPER")
warned = select(2, adopts { "tini", "-s", "-w", "sh", "-c", ORPHAN })
t.ok(warned:find("Reaped zombie process with pid=%d+\n$"), "-w tells which", warned)
warned = select(2, adopts({ "tini", "-s", "-w", "sh", "-c", ORPHAN }, quiet))
t.is(warned, "", "but not when all is quiet")
local proxy = t.write(t.tmp() .. "/proxy.lua", ([[
  local S = require "syscall"
  S.prctl("set_child_subreaper", 1)
  S.execve(%q, { "luabox", "tini", "sh", "-c", "true" }, {})]]):format(t.binary))
t.run({ "lua", proxy }, { name = "a subreaper already: no warning" })

-- zombies of a container: none stays
local ZOMBIES = [[orphan=$(sh -c 'sh -c "exit 3" > /dev/null & echo $!')
  n=0; while [ -d /proc/$orphan ] && [ $n -lt 500 ]; do n=$((n+1)); sleep 0.02; done
  grep -hs '^State:.*Z' /proc/[0-9]*/status | wc -l; echo $PPID]]
for _, personality in ipairs { "run", "tini", "dumb-init" } do
  t.isolated("newpid, newns", function()
    local result = t.execute({ "sh", "-c", 'mount -t proc proc /proc; exec "$0" "$@"', t.binary,
      personality, "--", "sh", "-c", ZOMBIES }, { program = "/bin/sh" })
    t.is({ result.status, result.out, result.err }, { 0, "0\n1\n", "" },
      personality .. " as PID 1 leaves no zombie")
  end)
end

-- ---- signals ----

-- those that stop a process, and those that no one else can take, aside
local NORMAL = {}
for sig = 1, 31 do
  local name = S.c.SIG
  if sig ~= name.KILL and sig ~= name.STOP and sig ~= name.CHLD and sig ~= name.TSTP and
    sig ~= name.TTIN and sig ~= name.TTOU then
    NORMAL[#NORMAL + 1] = sig
  end
end
for _, case in ipairs {
  { { "run", "--" } }, { { "run", "-g", "--" } }, { { "tini", "-s", "--" } },
  { { "tini", "-s" }, { TINI_KILL_PROCESS_GROUP = "1" } },
  { { "dumb-init" } }, { { "dumb-init", "-c" } }, { { "dumb-init" }, { DUMB_INIT_SETSID = "0" } },
} do
  local told <close> = teller(case[1], case[2])
  t.is(told:tell(NORMAL), NORMAL, "every signal is forwarded by " .. table.concat(case[1], " "))
  t.is(told:tell { 34, 64 }, { 34, 64 }, "also those of real time")
end

for _, sig in ipairs { "term", "usr1", "usr2", "hup", "quit", "kill" } do
  local number = S.c.SIG[sig:upper()]
  for _, argv in ipairs { { "tini", "-s" }, { "dumb-init" }, { "dumb-init", "-c" } } do
    local told = teller(argv, nil, { "sh", "-c", "ulimit -c 0; echo ready $$; sleep 100 & wait" })
    S.kill(sig == "kill" and told.child or told.pid, sig)
    local _, _, status = S.waitpid(told.pid)
    t.is(status.EXITSTATUS, 128 + number, ("%s dies of SIG%s"):format(argv[1], sig:upper()))
    S.kill(-told.child, "kill")
    told.out:close()
  end
end

-- the whole group: a shell that ignores the signal waits for one that does not
local OTHER = t.write(t.tmp() .. "/other.lua", [[
  local S = require "syscall"
  S.sigaction("usr1", "dfl")
  io.stdout:write("ready ", arg[1], "\n"):flush()
  S.nanosleep(1000)]])
local GROUP = ("trap '' USR1; %s lua %s $$ & wait; exit 5"):format(t.binary, OTHER)
for _, case in ipairs {
  { "tini -s -g", { "tini", "-s", "-g" } },
  { "TINI_KILL_PROCESS_GROUP", { "tini", "-s" }, { TINI_KILL_PROCESS_GROUP = "1" } },
  { "dumb-init", { "dumb-init" } },
} do
  local told = teller(case[2], case[3], { "sh", "-c", GROUP })
  S.kill(told.pid, "usr1")
  local ended = supervisor.eventually(function()
    local pid, _, status = S.waitpid(told.pid, "nohang")
    return pid ~= 0 and status
  end)
  t.is(ended and ended.EXITSTATUS, 5, case[1] .. " signals the group")
  if not ended then S.kill(told.pid, "kill") end
  told.out:close()
end

--- How many of a pipeline's processes live on after SIGTERM to the init. none: it is to end them.
local function survivors(none, argv, env)
  local told = teller(argv, env, { "sh", "-c",
    "sleep 500 & a=$!; sleep 500 & b=$!; sleep 500 & c=$!; echo ready $$; echo $a $b $c; wait" })
  local pids = told:line()
  S.kill(told.pid, "term")
  S.waitpid(told.pid)
  local living = 0
  supervisor.eventually(function()
    living = 0
    for pid in pids:gmatch("%d+") do
      local now = state(pid)
      if now ~= "Z" and now ~= "gone" then living = living + 1 end
    end
    return living == 0
  end, none and 60 or 0.5)
  for pid in pids:gmatch("%d+") do S.kill(tonumber(pid), "kill") end
  told.out:close()
  return living
end
t.is(survivors(true, { "dumb-init" }), 0, "dumb-init ends all of its session's group")
t.is(survivors(true, { "dumb-init" }, { DUMB_INIT_SETSID = "" }), 0, "DUMB_INIT_SETSID= is no 0")
t.is(survivors(false, { "dumb-init", "--single-child" }), 3, "--single-child only the command")
t.is(survivors(false, { "dumb-init" }, { DUMB_INIT_SETSID = "0" }), 3, "so does DUMB_INIT_SETSID=0")
t.is(survivors(false, { "tini", "-s" }), 3, "and tini")

--- What a process that the command left behind is sent when the command ends.
local function left_behind(argv, env)
  local go = t.tmp() .. "/go"
  os.remove(go)
  local told = teller(argv, env, { "sh", "-c", -- which leaves it behind when it is told
    ("%s lua %s & while [ ! -e %s ]; do sleep 0.02; done"):format(t.binary, TELLER, go) })
  t.write(go, "")
  S.waitpid(told.pid)
  S.kill(told.child, "pwr") -- of two that wait the lower number comes first
  local line = told:line()
  S.kill(told.child, "kill")
  told.out:close()
  return tonumber(line)
end
t.is(left_behind { "dumb-init" }, 15, "the command's end is SIGTERM for what it left behind")
t.is(left_behind { "dumb-init", "-r", "15:1" }, 1, "rewritten as any other")
t.is(left_behind { "dumb-init", "-r", "15:0" }, 30, "or dropped")
t.is(left_behind { "dumb-init", "-c" }, 30, "not with a single child")
t.is(left_behind { "tini", "-s" }, 30, "nor with tini")

-- -p: sent when the parent dies, and handed on
do
  local told = teller({ "sh", "-c",
    '"$0" tini -s -p SIGUSR1 -- "$@" & wait', t.binary, program = "/bin/sh" },
    nil, { t.binary, "lua", TELLER })
  S.kill(told.pid, "kill") -- the shell between
  S.waitpid(told.pid)
  t.is(told:line(), "10", "tini -p SIGUSR1: the parent's death is told")
  S.kill(told.child, "kill")
  told.out:close()
end

-- ---- rewriting ----

local HUP, INT, QUIT, TERM, CONT, SYS = 1, 2, 3, 15, 18, 31
for _, case in ipairs {
  { {}, { TERM, QUIT, CONT, INT }, { TERM, QUIT, CONT, INT } },
  { { "15:2" }, { TERM, QUIT, CONT, INT }, { INT, QUIT, CONT, INT } },
  { { "15:2", "2:15", "3:3" }, { TERM, QUIT, CONT, INT }, { INT, QUIT, CONT, TERM } },
  { { "1:31", "31:1" }, { HUP, SYS }, { SYS, HUP } },
} do
  for _, session in ipairs { "1", "0" } do
    local argv = { "dumb-init" }
    for _, rule in ipairs(case[1]) do
      argv[#argv + 1] = "-r"
      argv[#argv + 1] = rule
    end
    local told <close> = teller(argv, { DUMB_INIT_SETSID = session })
    t.is(told:tell(case[2]), case[3], "rewritten by " .. table.concat(argv, " "))
  end
end
do
  local told <close> = teller { "dumb-init", "--rewrite", "15:3", "-r", "2:0", "-r", "28:0" }
  S.kill(told.pid, "term")
  S.kill(told.pid, "int")
  t.is(told:line(), "3", "SIGTERM comes as SIGQUIT")
  S.kill(told.pid, "winch")
  S.kill(told.pid, "hup")
  t.is(told:line(), "1", "what is rewritten to 0 does not come")
end
for _, argv in ipairs {
  { "-r" }, { "-r", "" }, { "-r", "herp" }, { "-r", "herp:derp" }, { "-r", "15" },
  { "-r", "15::12" }, { "-r", "15:derp" }, { "-r", "15:12", "-r" }, { "-r", "15:12", "-r", "0" },
  { "-r", "15:12", "-r", "1:32" }, { "-r", "0:1" }, { "-r", "65:1" },
} do
  t.run({ "dumb-init", table.unpack(argv) }, { status = 1, err = t.match "wrong usage" })
  if #argv > 1 and argv[#argv] ~= "-r" then
    argv[#argv + 1] = "true"
    t.run({ "dumb-init", table.unpack(argv) }, { status = 1, err = t.match "wrong usage" })
  end
end

-- ---- the shell's job control ----

local STOPS = { S.c.SIG.TSTP, S.c.SIG.TTOU, S.c.SIG.TTIN }
do
  local told <close> = teller { "dumb-init" }
  for _, sig in ipairs(STOPS) do
    S.kill(told.pid, sig)
    t.ok(is_stopped(told.pid) and is_stopped(told.child), "signal " .. sig .. " stops both")
    t.is(told:tell { CONT }, { CONT }, "and SIGCONT wakes both")
    t.ok(state(told.pid) ~= "T" and state(told.child) ~= "T", "they run")
  end
end
for name, case in pairs {
  ["-c"] = { { "dumb-init", "-c" } },
  ["DUMB_INIT_SETSID=0"] = { { "dumb-init" }, { DUMB_INIT_SETSID = "0" } },
} do
  local told <close> = teller(case[1], case[2])
  for _, sig in ipairs(STOPS) do
    t.is(told:tell { sig }, { sig }, name .. " hands signal " .. sig .. " on as it is")
    t.ok(is_stopped(told.pid), "and stops itself")
    t.is(told:tell { CONT }, { CONT }, "until it is continued")
  end
end
do
  local told <close> = teller { "dumb-init", "-r", "21:15", "-r", "22:2", "-r", "20:1" }
  for sig, other in pairs { [21] = 15, [22] = 2, [20] = 1 } do
    t.is(told:tell { sig }, { other }, ("-r %d:%d is obeyed"):format(sig, other))
    t.ok(is_stopped(told.pid), "and it stops itself all the same")
    t.is(told:tell { CONT }, { CONT }, "until it is continued")
  end
end

-- ---- dumb-init: the command line ----

t.run({ "dumb-init" }, { status = 1, err = t.match "no command" })
t.run({ "dumb-init", "--yolo", "true" }, { status = 1, err = t.match "%-%-yolo" })
for _, flag in ipairs { "-h", "--help" } do
  t.run({ "dumb-init", flag }, { out = t.match "usage" })
end
for _, flag in ipairs { "-V", "--version" } do
  t.run({ "dumb-init", flag }, { out = t.match "dumb%-init" })
end
for _, flag in ipairs { "-v", "--verbose" } do
  for _, other in ipairs { "-v", "-c", "--single-child" } do
    t.run({ "dumb-init", flag, other, "echo", "oh,", "hi" }, { out = "oh, hi\n",
      err = t.match "^%[dumb%-init%] started process %d+\n.*exit code 0\n$" })
  end
end
for value, said in pairs { ["1"] = true, ["0"] = false, [""] = false } do
  local result = t.execute({ "dumb-init", "true" }, { env = with { DUMB_INIT_DEBUG = value } })
  t.is({ result.status, result.err ~= "" }, { 0, said }, "DUMB_INIT_DEBUG=" .. value)
end
for _, argv in ipairs {
  { "/doesnotexist" }, { "--", "/doesnotexist" }, { "-c", "/doesnotexist" },
  { "--single-child", "--", "/doesnotexist" },
} do
  t.run({ "dumb-init", table.unpack(argv) }, { status = 2,
    err = "[dumb-init] /doesnotexist: No such file or directory\n" })
end

-- ---- sessions and terminals ----

local SESSION = [[set -- $(cut -d' ' -f5,6 /proc/$$/stat); echo $(($$ == $1)) $(($$ == $2))]]
t.run({ "run", "sh", "-c", SESSION }, { out = "1 0\n", name = "run: a group of its own" })
t.run({ "dumb-init", "sh", "-c", SESSION }, { out = "1 1\n", name = "dumb-init: a session" })
t.run({ "dumb-init", "-c", "sh", "-c", SESSION }, { out = "0 0\n", name = "dumb-init -c: none" })

--- What a command sees on a terminal that the init has for its own.
---@param argv string[] the init with its options
---@param command string[]
---@param options { typed: string?, env: table?, after: fun(pid: integer)? }?
local function on_terminal(argv, command, options)
  options = options or {}
  local master = assert(S.open("/dev/ptmx", "rdwr, noctty, cloexec"))
  assert(S.ioctl(master, TIOCSPTLCK, ("\0"):rep(4)))
  local unit = S.t.buffer(4)
  assert(S.ioctl(master, TIOCGPTN, unit))
  unit = string.unpack("=I4", mem.string(unit, 4))
  local slave = assert(S.open("/dev/pts/" .. unit, "rdwr, noctty, cloexec"))
  local spec = { "luabox", table.unpack(argv) }
  for _, word in ipairs(command) do spec[#spec + 1] = word end
  spec.path, spec.fds, spec.env = t.binary, { [0] = slave, [1] = slave, [2] = slave },
    with(options.env)
  spec.setsid, spec.ctty = true, 0
  local pid = assert(S.spawn(spec))
  slave:close()
  local typed, parts = options.typed, {}
  while S.poll(S.t.pollfds { { fd = master, events = "in" } }, PATIENCE) == 1 or typed do
    local bytes = master:read(nil, 4096)
    if not bytes or bytes == "" then break end
    parts[#parts + 1] = bytes
    if typed and table.concat(parts):find("ready") then
      master:write(typed)
      typed = nil
    end
  end
  local _, _, ended = S.waitpid(pid)
  master:close()
  return ended.EXITSTATUS, (table.concat(parts):gsub("\r", ""))
end

local WAYS = {
  { { "run", "--" } }, { { "tini", "-s", "--" } }, { { "dumb-init", "--" } },
  { { "dumb-init", "-c", "--" } }, { { "dumb-init" }, { DUMB_INIT_SETSID = "0" } },
}
-- field 8 of stat is the terminal's foreground group
local READS = [[echo ready; read line; echo "read $line"; set -- $(cut -d' ' -f5,8 /proc/$$/stat)
  [ $1 = $2 ] && echo foreground; exit 3]]
for _, way in ipairs(WAYS) do
  local name = table.concat(way[1], " ")
  local code, seen = on_terminal(way[1], { "sh", "-c", READS }, { typed = "typed\n", env = way[2] })
  t.is({ code, seen:match("read t.*") }, { 3, "read typed\nforeground\n" },
    name .. " hands the terminal over")
  code = on_terminal(way[1], { "sh", "-c", "echo ready; exec sleep 100" },
    { typed = "\3", env = way[2] })
  t.is(code, 130, name .. ": ^C ends the command")
end
if t.find("bash") then
  for _, session in ipairs { "1", "0" } do
    local code, seen = on_terminal({ "dumb-init" }, { "bash", "--norc", "-m", "-c",
      'echo "ready [$-]"; sleep 0.1 & fg; exit 4' }, { env = { DUMB_INIT_SETSID = session } })
    t.ok(code == 4 and seen:find("%[%a*m%a*%]") and not seen:find("no job control"),
      "a shell has its job control, DUMB_INIT_SETSID=" .. session, seen)
  end
end

-- a leader that gives its terminal away is sent HUP and CONT for it: they stay here, and only the
-- first of each
do
  local path = t.tmp() .. "/hangup"
  local command = ([[trap 'echo hup >> %s; exit 6' HUP; echo ready; read line
    kill -HUP $PPID; sleep 100 & wait]]):format(path)
  local code = on_terminal({ "dumb-init" }, { "sh", "-c", command }, { typed = "go\n" })
  t.is({ code, t.read(path) }, { 6, "hup\n" }, "the hang-up of the hand-over is not forwarded")
end

-- ---- what the command is born with ----

-- a caller that ignores and blocks some: tini hands that on, dumb-init does not
local CALLER = t.write(t.tmp() .. "/caller.lua", [[
  local S = require "syscall"
  for _, sig in ipairs { "ttou", "hup", "int" } do S.sigaction(sig, "ign") end
  S.sigprocmask("setmask", S.t.sigset "ttin, ill, term")
  local env = { "PATH=" .. os.getenv "PATH", "TINI_VERBOSITY=0" }
  S.execve(arg[1], { table.unpack(arg, 2) }, env)]])
local LOOK = { "grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status" }
local function born(program, ...)
  local argv = { "lua", CALLER, program, ... }
  table.move(LOOK, 1, #LOOK, #argv + 1, argv)
  local out = t.execute(argv).out
  return { out:match("SigBlk:%s+0*(%x+)"), out:match("SigIgn:%s+0*(%x+)") }
end
local function bit(...)
  local mask = 0
  for _, name in ipairs { ... } do mask = mask | 1 << S.c.SIG[name] - 1 end
  return ("%x"):format(mask)
end
local HANDED_ON = { bit("TTIN", "ILL", "TERM"), bit("TTOU", "HUP", "INT") }
t.is(born(t.binary, "luabox", "tini", "--"), HANDED_ON, "tini: the caller's mask, and ignored ones")
t.is(born(t.binary, "luabox", "run", "--"), HANDED_ON, "run, too")
t.is(born(t.binary, "luabox", "dumb-init", "--"), { "0", "0" }, "dumb-init: none of them")

-- ---- side by side with the programs themselves ----

local CASES = {
  { "sh", "-c", "exit 0" }, { "sh", "-c", "exit 255" }, { "sh", "-c", "kill -9 $$" },
  { "sh", "-c", "kill -6 $$" }, { "no-such-program" }, { "/etc/passwd" }, { "/etc/passwd/x" },
  { t.write(t.tmp() .. "/script", "echo $1; exit 4\n", "0755"), "x" },
  { "sh", "-c", SESSION }, { "sh", "-c", "grep -E '^Sig(Blk|Ign)' /proc/self/status" },
  { "sh", "-c", "ls /proc/self/fd | wc -l" }, { "sh", "-c", "readlink /proc/self/cwd" },
}
for program, options in pairs {
  tini = { {}, { "-s" }, { "-g" }, { "-v", "-v" }, { "-e", "255" }, { "-w" } },
  ["dumb-init"] = { {}, { "-c" }, { "-r", "15:2" } },
} do
  local path = t.find(program)
  if not path then
    t.skip_one("beside " .. program, "needs the program " .. program)
  else
    for _, flags in ipairs(options) do
      for _, argv in ipairs(CASES) do
        local line = { program, table.unpack(flags) }
        line[#line + 1] = "--"
        table.move(argv, 1, #argv, #line + 1, line)
        local theirs = t.execute(line, { program = path, env = with(quiet) })
        local ours = t.execute(line, { env = with(quiet) })
        t.is({ ours.status, ours.out }, { theirs.status, theirs.out }, table.concat(line, " "))
      end
    end
    t.is(born(t.binary, "luabox", program, "--"), born(path, program, "--"),
      program .. ": the signals that the command is born with")
  end
end
