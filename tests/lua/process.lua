-- tests/lua/process.lua - this process as a table, beside what /proc shows

local t = require "test"
local S = require "syscall"
local process = require "process"

local function status(field)
  return t.read("/proc/self/status"):match("\n" .. field .. ":%s*([^\n]*)")
end

--- fn in a child: what cannot be taken back. It returns true when all was well.
local function in_child(name, fn)
  io.stdout:flush()
  local pid = assert(S.fork())
  if pid == 0 then
    local ok, good = pcall(fn)
    if not (ok and good) then io.stderr:write(name, ": ", tostring(good), "\n") end
    S._exit(ok and good and 0 or 1)
  end
  t.is(select(3, S.waitpid(pid)).EXITSTATUS, 0, name)
end

t.is({ process.pid, process.ppid, process.tid }, { S.getpid(), S.getppid(), S.gettid() })
t.is(process.exe, t.binary)
t.is(process.argv[#process.argv], arg and arg[2] or process.argv[#process.argv])
t.ok(process.usage.user >= 0 and process.usage.memory > 100000, "usage")
t.is(process.root, "/")

-- ---- where and how ----

in_child("cwd", function()
  process.cwd = "/usr"
  return process.cwd == "/usr" and S.readlink("/proc/self/cwd") == "/usr"
end)
in_child("umask", function()
  process.umask = "027"
  return process.umask == tonumber("27", 8) and status("Umask") == "0027"
end)
in_child("name", function()
  process.name = "a worker"
  return process.name == "a worker" and t.read("/proc/self/comm") == "a worker\n"
end)
in_child("nice", function()
  process.nice = 7
  return process.nice == 7 and S.nice(0) == 7
end)
in_child("oom", function()
  process.oom = 500
  return process.oom == 500 and t.read("/proc/self/oom_score_adj") == "500\n"
end)
in_child("affinity", function()
  local one = tonumber(status("Cpus_allowed_list"):match("%d+")) -- we may not have them all
  process.affinity = { one }
  return #process.affinity == 1 and status("Cpus_allowed_list") == tostring(one)
end)
in_child("session", function()
  process.session = 0
  return process.session == S.getpid() and process.group == S.getpid()
end)
in_child("booleans", function()
  process.no_new_privs, process.dumpable, process.subreaper = true, false, true
  return process.no_new_privs and not process.dumpable and process.subreaper
    and S.prctl("get_dumpable") == 0
end)
in_child("death_signal", function()
  local none = process.death_signal == nil
  process.death_signal = "term"
  return none and process.death_signal == "term"
end)

-- ---- limits ----

in_child("limits", function()
  local hard = process.limits.hard.nofile
  process.limits.soft.nofile = 40
  process.limits.hard.core = 5
  process.limits.soft.cpu = "infinity"
  process.limits.fsize = { soft = 1000, hard = 2000 }
  local shown = t.read("/proc/self/limits")
  return process.limits.soft.nofile == 40 and process.limits.hard.nofile == hard
    and process.limits.soft.cpu == math.huge and process.limits.fsize.hard == 2000
    and shown:find("Max open files%s+40%s") and shown:find("Max file size%s+1000%s+2000")
end)
in_child("limits all at once", function()
  process.limits = { core = 0, nofile = 50 }
  return process.limits.core.hard == 0 and process.limits.nofile.soft == 50
end)
local seen = 0
for name, value in pairs(process.limits.soft) do
  seen = seen + ((value == process.limits.soft[name]) and 1 or 0)
end
t.ok(seen >= 16, "all limits are listed")

-- ---- environment ----

in_child("env", function()
  process.env.LUABOX_TEST = 5
  local pairs_see
  for name, value in pairs(process.env) do
    if name == "LUABOX_TEST" then pairs_see = value end
  end
  local told = process.env.LUABOX_TEST
  process.env.LUABOX_TEST = nil
  local gone = process.env.LUABOX_TEST
  process.env = { A = "1" }
  return told == "5" and pairs_see == "5" and gone == nil
    and process.env.A == "1" and process.env.PATH == nil
end)

in_child("an empty environment is handed on", function()
  S.clearenv()
  local pid = S.spawn { "/bin/sh", "-c", "exit 3" }
  return pid and select(3, S.waitpid(pid)).EXITSTATUS == 3 and next(S.environ()) == nil
end)

-- ---- identity ----

t.is({ process.uid, process.euid, process.gid }, { S.getuid(), S.geteuid(), S.getgid() })
if S.geteuid() == 0 then
  in_child("user", function()
    process.user = "nobody"
    local uids = status("Uid")
    return process.user == "nobody" and uids:find("^65534%s+65534%s+65534")
      and not pcall(function() process.uid = 0 end)
  end)
  in_child("ids by name", function()
    process.groups = { "daemon", 42 }
    process.egid = "daemon"
    process.euid = "daemon"
    return process.egid == 1 and process.euid == 1 and process.groups[2] == 42 and process.uid == 0
  end)
  in_child("capabilities", function()
    local caps = process.caps
    caps.effective.net_admin = false
    caps.inheritable.kill = true
    caps.ambient.kill = true
    caps.bounding.sys_module = false
    local effective = tonumber(status("CapEff"), 16)
    local listed = {}
    for name in pairs(caps.ambient) do listed[#listed + 1] = name end
    return not caps.effective.net_admin and caps.permitted.net_admin
      and effective & 1 << S.c.CAP.NET_ADMIN == 0
      and status("CapAmb") == ("%016x"):format(1 << S.c.CAP.KILL)
      and #listed == 1 and listed[1] == "kill" and not caps.bounding.sys_module
      and tostring(caps.ambient) == "kill"
      and not pcall(function() caps.bounding.sys_module = true end)
  end)
else
  t.skip_one("changing identity", "needs root")
end

-- ---- what cannot be ----

t.raises(function() process.cwd = "/no/such" end, "process%.cwd: /no/such: No such file")
t.raises(function() return process.usre end, "no field usre %(did you mean user%?%)")
t.raises(function() process.pid = 1 end, "process%.pid can only be read")
t.raises(function() process.umask = "9" end, "octal digits")
t.raises(function() process.name = ("x"):rep(16) end, "longer than 15")
t.raises(function() process.user = "no such user" end, "unknown user")
t.raises(function() process.limits.soft.cpus = 1 end, "no resource cpus %(did you mean cpu%?%)")
t.raises(function() process.limits.soft.cpu = "much" end, "a number, math.huge")
t.raises(function() return process.caps.effective.fly end, "no capability fly")
t.raises(function() return process.caps.efective end, "no set efective")
t.raises(function() process.env["a=b"] = "c" end, "Invalid argument")
t.raises(function() process.session = 5 end, "0 begins a session")
