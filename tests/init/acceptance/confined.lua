-- confined.lua - A30, A31, A39, A40: what a service is born with, and what it may not

local t = require "test"
local S = require "syscall"
local nr = require "syscall.linux.nr"
local supervisor = require "supervisor"

local out = t.tmp() .. "/out"
S.mkdir(out, "0777")
S.chmod(out, "0777")
S.chmod(t.tmp(), "0755")

local function report(name) return t.read(out .. "/" .. name) end

-- A30
supervisor.with({ ["a30.lua"] = [[
  return oneshot { name = "bare",
    run = sh("cat /proc/self/status > $OUT/status; ls -1 /proc/self/fd > $OUT/fds; "
      .. "cat /proc/self/oom_score_adj > $OUT/oom; cut -d' ' -f5,6 /proc/self/stat > $OUT/session; "
      .. "echo $$ > $OUT/pid; umask > $OUT/umask; pwd > $OUT/pwd; env > $OUT/env"),
    env = { OUT = os.getenv "OUT", A = "1" }, envfile = os.getenv "OUT" .. "/../envfile" }
]] }, function(sup)
  t.ok(sup:reach("bare", "done"), "A30: it looks at itself", sup:log())
  local status = report "status"
  for _, line in ipairs { "SigBlk", "SigIgn" } do
    t.is(status:match(line .. ":%s+(%x+)"), ("0"):rep(16), line .. " is empty")
  end
  t.is(report "fds", "0\n1\n2\n3\n", "descriptors 0 to 2, and the one that lists them")
  t.is(report "oom", "0\n", "oom_score_adj")
  local shell = report("pid"):match("%d+")
  t.is(report "session", shell .. " " .. shell .. "\n", "its own group and session")
  t.is({ report "umask", report "pwd" }, { "0022\n", "/\n" }, "umask and folder")
  local env = "\n" .. report "env"
  for _, line in ipairs { "A=1", "B=two words", "C=three" } do
    t.ok(env:find("\n" .. line .. "\n", 1, true), "environment: " .. line, env)
  end
end, { env = { OUT = out, _ = t.write(t.tmp() .. "/envfile",
  "# comment\nA=file\nB = 'two words'\n export C=three\nbad line\n") } })

-- A31: fork fails as long as there is no room for a process
supervisor.with({ ["a31.lua"] = [[
  return {
    service { name = "one", run = { "sleep", "1000" }, restart = { on = "always", delay = 0.1 } },
    group { name = "default" },
  }]] }, function(sup)
  if not sup.cgroup then
    t.skip_one("A31: no room for processes", "needs the pids controller of cgroup v1")
    return
  end
  t.write(sup.cgroup .. "/pids.max", "2") -- PID 1 and its log reader
  sup:svc("start", "one")
  local status = sup:reach("one", "backoff")
  t.is(status and status.reason, "fork", "A31: the reason of the back-off", sup:log())
  t.write(sup.cgroup .. "/pids.max", "max")
  t.ok(sup:reach("one", "up"), "and it starts when there is room")
end, { cgroup = "pids" })

-- A39: one service eats more than its limit; without the memory controller of cgroup v2 this is in
-- tests/boot/core.lua
supervisor.with({ ["a39.lua"] = [[
  return {
    service { name = "eater", limits = { mem = "32M", pids = 50, cpuweight = 50 },
      restart = "never", run = function()
        local list = {}
        for n = 1, 64 do list[n] = ("x"):rep(1 << 20) .. n end
        require("syscall").nanosleep(1000)
      end },
    service { name = "other", run = { "sleep", "1000" } },
  }]] }, function(sup)
  t.ok(sup:reach("other", "up"), "A39: another service")
  if not sup.cgroup or not t.read(sup.cgroup .. "/cgroup.controllers"):find("memory") then
    t.ok(sup:says("eater: limits: no memory.max: "), "what cannot be limited is said", sup:log())
    t.skip_one("A39: killed for want of memory", "needs the memory controller of cgroup v2")
    return
  end
  local eater = sup:reach("eater", "failed")
  t.is(eater and eater.reason, "oom", "the reason is oom")
  t.is(sup:state("other"), "up", "nobody else is touched")
end, { cgroup = true })

-- A40
local own = t.tmp():match("/[^/]*$")
local shared = "/dev/shm" .. own -- to be seen by one that has its own /tmp
S.mkdir("/tmp" .. own, "0755") -- and this not to be, wherever our own folder is
t.cleanup(function()
  S.rmdir("/tmp" .. own)
  S.unlink(shared)
end)
supervisor.with({ ["a40.lua"] = [[
  local env = { OUT = os.getenv "OUT", SHARED = os.getenv "SHARED",
    TEMPORARY = os.getenv "TEMPORARY" }
  local function look(name) return sh("cat /proc/self/status > $OUT/" .. name .. "; id > $OUT/"
    .. name .. ".id") end
  local function job(fields)
    fields.env, fields.restart = env, "never"
    fields.run = fields.run or look(fields.name)
    return oneshot(fields)
  end
  return {
    job { name = "user", user = "nobody" },
    job { name = "caps", user = "nobody", caps = { "net_bind_service", "CAP_CHOWN" } },
    job { name = "rootcaps", caps = { "kill" } },
    job { name = "seccomp", user = "nobody", sandbox = { seccomp = "basic" },
      run = sh "unshare -U true 2> $OUT/denied; cat /proc/self/status > $OUT/seccomp" },
    job { name = "allow", sandbox = { seccomp = { deny = { "mkdir", "mkdirat" } } },
      run = sh "mkdir $OUT/made 2> $OUT/mkdir; true" },
    job { name = "land",
      sandbox = { landlock = { ro = { "/" }, rw = { os.getenv "OUT", "/dev" } } },
      run = sh "echo x > $OUT/landed; echo x > $OUT/../outside; true" },
    job { name = "private", ns = { "mount", "uts", "ipc", "net", "pid", tmp = "private",
      ro = { "/usr" }, hide = { "/etc/passwd", "/root" } },
      run = function()
        local S = require "syscall"
        local file = io.open(os.getenv "SHARED", "w")
        file:write(S.getpid(), " ", #(require("nl").interfaces() or {}), " ",
          tostring(io.open("/usr/luabox-a40", "w")), " ",
          #(io.open "/etc/passwd":read "a"), " ", tostring(S.stat(os.getenv "TEMPORARY")))
        file:close()
      end },
    job { name = "priorities", limits = { nice = 5, ioprio = "idle", sched = "batch",
      nofile = { 100, 200 }, oom = 500 }, run = look "priorities" },
  }]] }, function(sup)
  for _, name in ipairs { "user", "caps", "rootcaps", "seccomp", "allow", "priorities" } do
    t.ok(sup:reach(name, "done"), "A40: " .. name .. " has run", sup:log())
  end
  local function field(name, key) return report(name):match(key .. ":%s+(%S+)") end
  t.ok(report("user.id"):find("uid=65534", 1, true), "another user")
  t.is(field("user", "NoNewPrivs"), "1", "nonewprivs comes with it")
  t.is(field("user", "CapEff"), ("0"):rep(16), "no capability")
  t.is(field("caps", "CapEff"), "0000000000000401", "the two that were asked for")
  t.is(field("caps", "CapBnd"), "0000000000000401", "and never another one")
  t.is(field("rootcaps", "CapEff"), "0000000000000020", "root with one capability")
  t.is(field("seccomp", "Seccomp"), "2", "a filter")
  t.ok(report("denied"):find("not permitted"), "unshare is denied", report "denied")
  t.ok(report("mkdir"):find("not permitted"), "so is what a list denies", report "mkdir")
  t.is(field("priorities", "NoNewPrivs"), "0", "nobody asked for that")
  if S.landlock_create_ruleset(nil, "version") then
    t.ok(sup:reach("land", "done"), "A40: land has run", sup:log())
    t.ok(S.stat(out .. "/landed"), "Landlock lets write where it may")
    t.ok(not S.stat(out .. "/../outside"), "and nowhere else")
  else
    t.skip_one("A40: Landlock", "this kernel has none")
  end
  t.ok(sup:reach("private", "done"), "namespaces", sup:log())
  local file = io.open(shared)
  t.is(file and file:read("a"), "1 1 nil 0 nil", "its own pids, links, /tmp; read-only; hidden")
end, { env = { OUT = out, SHARED = shared, TEMPORARY = "/tmp" .. own } })

-- A40: a kernel that cannot do it: both calls are made to be unknown before PID 1 starts
local function old_kernel()
  local filter = {
    S.t.sock_filter("LD,W,ABS", 0), -- the number of the call
    S.t.sock_filter("JMP,JEQ,K", nr.SYS.landlock_create_ruleset, 1, 0),
    S.t.sock_filter("JMP,JEQ,K", nr.SYS.seccomp, 0, 1),
    S.t.sock_filter("RET,K", S.c.SECCOMP_RET.ERRNO | S.c.E.NOSYS),
    S.t.sock_filter("RET,K", S.c.SECCOMP_RET.ALLOW),
  }
  assert(S.seccomp("set_mode_filter", 0, S.t.sock_filters(filter)))
  local ok, err = S.landlock_create_ruleset(nil, "version")
  t.ok(not ok and err.NOSYS, "A40: a kernel without Landlock")
end

supervisor.with({ ["old.lua"] = [[
  local function job(name, sandbox)
    return oneshot { name = name, restart = "never", run = sh("echo " .. name .. " runs"),
      sandbox = sandbox }
  end
  local land = { ro = { "/" } }
  return {
    job("landlock", { landlock = land }),
    job("net", { landlock = { ro = { "/" }, net = { 80 } } }),
    job("seccomp", { seccomp = "basic" }),
    job("unlandlocked", { landlock = land, required = false }),
    job("unfiltered", { seccomp = "basic", required = false }),
  }]] }, function(sup)
  for name, detail in pairs {
    landlock = "sandbox.landlock: Operation not supported",
    net = "sandbox.landlock: Operation not supported",
    seccomp = "sandbox.seccomp: Function not implemented",
  } do
    local status = sup:reach(name, "failed") or {}
    t.is({ status.reason, status.detail }, { "exec", detail },
      "A40: " .. name .. " is required and fails, with a reason")
    t.ok(not sup:log():find(name .. " runs", 1, true), "A40: it has not run")
  end
  for name, warning in pairs {
    unlandlocked = "sandbox.landlock: Operation not supported",
    unfiltered = "sandbox.seccomp: Function not implemented",
  } do
    t.ok(sup:reach(name, "done"), "A40: what is not required does not keep it from running")
    t.ok(sup:says(("%s: %s, going on without it\n"):format(name, warning)), "A40: and is said",
      sup:log())
  end
end, { before = old_kernel })
