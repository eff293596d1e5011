-- tests/applets/ps.lua - ps and pidof beside procps' and sysvinit's, and pure parts

local t = require "test"
local S = require "syscall"
local eventually = require "eventually"
local json = require "json"
local stat = require "proc.stat"
local forest = require "proc.forest"
local ps = require "proc.ps"

-- ---- pure ----

local p = stat.parse("42 (a) b (c)) S 1 42 42 34816 42 4194304 900 0 3 0 12 5 0 0 20 -5 3 0 777 " ..
  "4096000 250 18446744073709551615 1 1 0 0 0 0 0 4096 1260 0 0 0 17 1 0 0 0 0 0\n")
t.is({ p.pid, p.comm, p.state, p.ppid, p.tty, p.utime, p.stime, p.nice, p.threads, p.starttime,
  p.vsize, p.rss, p.processor },
  { 42, "a) b (c)", "S", 1, 34816, 12, 5, -5, 3, 777, 4096000, 250, 1 },
  "a name with parentheses")
t.is(stat.parse("nonsense"), nil)

local function tree(list, art)
  local ordered, prefix = forest.order(list, art)
  local lines = {}
  for i, one in ipairs(ordered) do lines[i] = prefix[one] .. one.pid end
  return lines
end
local family = { { pid = 1, ppid = 0 }, { pid = 2, ppid = 1 }, { pid = 3, ppid = 1 },
  { pid = 4, ppid = 2 }, { pid = 5, ppid = 3 }, { pid = 6, ppid = 99 } }
t.is(tree(family, true), { "1", " \\_ 2", " |   \\_ 4", " \\_ 3", "     \\_ 5", "6" })
t.is(tree(family), { "1", "  2", "    4", "  3", "    5", "6" })
t.is(#tree { { pid = 1, ppid = 2 }, { pid = 2, ppid = 1 } }, 0, "a circle ends")

local function format(...) return ps.format(ps.parse { ... }) end
t.is(format("aux"), format("-aux"), "a hyphen by mistake")
t.is(ps.parse({ "-o", "pid=,comm=NAME,s" }).columns,
  { { name = "pid", header = "" }, { name = "comm", header = "NAME" }, { name = "s" } })
t.is(ps.parse({ "-opid,user:20" }).columns, { { name = "pid" }, { name = "user", width = 20 } })
t.is(ps.parse({ "-p", "1,2 3", "4" }).pick, { pid = { "1", "2", "3", "4" } })

-- ---- a process that stays as it is ----

local own = S.getpid()
local link = t.tmp() .. "/a-long-name-of-a-program"
assert(S.symlink(t.binary, link))
local sleeper = assert(S.spawn { "sleep", "3000", path = t.binary, setpgid = 0,
  pdeathsig = "kill" })
local name = "script-" .. own -- no other test has such a one
local script = t.write(t.tmp() .. "/" .. name, "require 'syscall'.nanosleep(3000)\n")
local lua = assert(S.spawn { "lua", script, path = t.binary, pdeathsig = "kill" })
for _, pid in ipairs { sleeper, lua } do
  eventually(function() return stat.parse(t.read("/proc/" .. pid .. "/stat")).state == "S" end)
end
t.cleanup(function()
  if S.getpid() ~= own then return end
  for _, pid in ipairs { sleeper, lua } do
    S.kill(pid, "kill")
    S.waitpid(pid)
  end
end)

local pid = tostring(sleeper)
-- as wide as the largest number of a process can be here: 5 places or 7
local width = math.max(5, #t.read("/proc/sys/kernel/pid_max") - 1)
local function column(number) return (" "):rep(width - #tostring(number)) .. number end
t.run({ "ps", "-o", "pid=", "-p", pid }, { out = column(pid) .. "\n" })
t.run({ "ps", "-o", "pid=,ppid=,args=", pid },
  { out = ("%s %s sleep 3000\n"):format(column(pid), column(own)) })
t.run({ "ps", "-p", pid, "-o", "comm", "--no-headers" }, { out = t.match "^[^\n]+\n$" })
t.run({ "ps", "--ppid", tostring(own), "-o", "pid,args", "--sort=-args" },
  { out = t.match("^" .. column("PID") .. " COMMAND\n.* sleep 3000\n.* lua %S*/script%-"
    .. own .. "\n") })
t.run("ps -p 4194304", { status = 1, out = t.match "^ +PID TTY +TIME CMD\n$" })
t.run("ps -o pidd", { status = 1,
  err = t.match "^ps: unknown column pidd %(did you mean %l*pid%l*%?%)\nusage: ps " })
t.run("ps --no-heder", { status = 1, err = t.match "did you mean %-%-no%-header%l*%?" })
t.run("ps -u no_such_user", { status = 1,
  err = t.match "^ps: no such user or group: no_such_user\n" })
local object = json.decode(t.execute({ "ps", "--json", "-p", pid }).out)[1]
t.is({ object.pid, object.ppid, object.args, object.uid },
  { sleeper, own, "sleep 3000", S.getuid() })

-- ---- beside procps ----

local procps = t.find("ps")
if procps then
  for _, words in ipairs {
    "-p %", "-fp %", "-lp %", "-Fp %", "-jp %", "-lyp %", "u %", "l %", "j %", "v %", "s %",
    "-Lfp %", "-Tp %", "uc -p %", "-O ni -p %",
    "-o pid,ppid,user,uid,group,gid,comm,args,cmd,ucmd -p %",
    "-o pcpu,c,rss,vsz,sz,ni,pri,priority,psr,cls,policy,rtprio,nlwp -p %",
    "-o tty,tname,tpgid,pgid,pgrp,sid,sess,s,stat,state,f,flags,lwp,tid -p %",
    "-o time,cputime,bsdtime,start_time,stime,start,bsdstart,lstart -p %",
    "-o euser,ruid,suser,fuid,egroup,rgid,sgroup,supgid,pending,blocked,ignored,caught -p %",
    "-o user:3,comm:4,args -p %", "-o user=UID,pid= -p %", "h -p %", "-C kthreadd", "-o exe -p %",
    "-o maj_flt,min_flt,majflt,minflt -p %", "--pid % --format pid,args --width 12", "-q %",
  } do
    local argv = { "ps" }
    for word in words:gsub("%%( ?)", function(space) return pid .. space end):gmatch("%S+") do
      argv[#argv + 1] = word
    end
    local env = { LC_ALL = "C", PATH = os.getenv "PATH" }
    local theirs, ours, after
    for _ = 1, 20 do -- the share of a processor falls with time, a day ends
      theirs = t.execute(argv, { program = procps, env = env })
      ours = t.execute(argv, { env = env })
      after = t.execute(argv, { program = procps, env = env })
      if theirs.out == after.out then break end
    end
    t.is({ ours.status, ours.out, ours.err }, { theirs.status, theirs.out, "" }, "ps " .. words)
  end
  -- those that were there before and after
  local function pids(program)
    local list, out = {}, t.execute({ "ps", "-e", "-o", "pid=" }, { program = program }).out
    for number in out:gmatch("%d+") do list[number] = true end
    return list
  end
  local before, ours, after, missing = pids(procps), pids(), pids(procps), {}
  for number in pairs(before) do
    if after[number] and not ours[number] then missing[#missing + 1] = number end
  end
  t.is(missing, {}, "all processes")
else
  t.skip_one("the same as procps", "needs the program ps")
end

-- ---- pidof ----

t.run({ "pidof", t.binary }, { out = t.match(pid) })
t.run({ "pidof", "-x", name }, { out = lua .. "\n" })
t.run({ "pidof", name }, { status = 1 })
t.run({ "pidof", "-x", script }, { out = lua .. "\n" })
t.run({ "pidof", "-x", "-o", tostring(lua), name }, { status = 1 })
t.run({ "pidof", "-q", "sleep" }, {})
t.run({ "pidof", "-o", "x", "sleep" },
  { status = 1, err = t.match "^pidof: %-o: not a process number: x\n" })
t.run({ "pidof", "-s", "sleep" }, { out = t.match "^%d+\n$" })
t.run("pidof no_such_program", { status = 1 })
t.run("pidof", { status = 1, err = t.match "^pidof: missing operand\n" })
