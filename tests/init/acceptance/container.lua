-- container.lua - A04, A05, A28, A29: PID 1 of a container, with next to nothing

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"

-- A04
local wrong = {}
for code = 0, 255 do
  local got = t.execute { "run", "--", "sh", "-c", "exit " .. code }
  if got.status ~= code then wrong[#wrong + 1] = code end
end
t.is(wrong, {}, "A04: exit codes 0 to 255")
for sig = 1, 15 do
  local got = t.execute { "run", "--", "sh", "-c", "ulimit -c 0; kill -" .. sig .. " $$" }
  if got.status ~= 128 + sig then wrong[#wrong + 1] = sig end
end
t.is(wrong, {}, "A04: killed by signal n is 128 + n")

-- A05
local ends = t.write(t.tmp() .. "/ends", "")
supervisor.with({ ["a.lua"] = ([==[
  -- ready: has its trap
  local function tell(name, pause, code)
    return sh(("trap 'sleep %s; echo %s >> OUT; exit %d' TERM; echo >&3; ")
      :format(pause, name, code) .. "while :; do sleep 0.02; done")
  end
  return {
    service { name = "first", ready = 3, run = tell("first", 0, 0) },
    service { name = "second", ready = 3, run = tell("second", 0, 0), needs = { "first" } },
    service { name = "app", ready = 3, run = tell("app", 1, 7), needs = { "second" }, main = true },
  }]==]):gsub("OUT", ends) }, function(sup)
  t.ok(sup:reach("app", "up"), "A05: the main service runs")
  sup:signal("term")
  t.is(sup:ended(), 7, "A05: its exit code is the container's")
  t.is(t.read(ends), "app\nsecond\nfirst\n", "A05: the others end in reverse order")
end)

-- A28: a read-only root without /run, as nobody, with no capability; only a folder for temporary
-- files can be written. With TMPDIR, and where that is /tmp.

--- A root with the machine's programs and nothing else.
local function mount_root(at, writable)
  S.mkdir(at, "0755")
  assert(S.mount("none", at, "tmpfs", nil, "mode=0755"))
  for _, name in ipairs { "usr", "dev", "etc", "bin", "sbin", "lib", "lib32", "lib64" } do
    local link, there = S.readlink("/" .. name), S.stat("/" .. name)
    if link then
      assert(S.symlink(link, at .. "/" .. name))
    elseif there then
      S.mkdir(at .. "/" .. name, "0755")
      assert(S.mount("/" .. name, at .. "/" .. name, nil, "bind, rec"))
    end
  end
  for _, name in ipairs { "proc", "services", writable } do S.mkdir(at .. "/" .. name, "0755") end
  t.write(at .. "/services/a.lua", [[return {
    service { name = "a", run = { "sleep", "1000" } },
    service { name = "asks", needs = { "a" }, run = sh "id -u; > /made; ls /run; exec sleep 1000" },
  }]])
  t.write(at .. "/luabox", "")
  assert(S.mount(t.binary, at .. "/luabox", nil, "bind"))
  assert(S.mount("none", at .. "/" .. writable, "tmpfs", "nosuid, nodev", "mode=1777"))
  assert(S.mount("none", at, nil, "remount, bind, rdonly"))
end

--- Become PID 1 of that root, and nobody.
local function enter_root(at, env)
  assert(S.mount("proc", at .. "/proc", "proc"))
  assert(S.chroot(at))
  assert(S.chdir("/"))
  assert(S.setgroups {})
  assert(S.setresgid(65534, 65534, 65534))
  assert(S.setresuid(65534, 65534, 65534))
  assert(S.prctl("set_no_new_privs", 1))
  S.execve("/luabox", { "luabox", "init", "--services", "/services" }, env)
end

for _, case in ipairs {
  { writable = "tmp", env = { "PATH=/usr/bin:/bin" } },
  { writable = "scratch", env = { "PATH=/usr/bin:/bin", "TMPDIR=/scratch" } },
} do
  local base = t.tmp() .. "/" .. case.writable
  local console = base .. ".console"
  t.write(console, "")
  t.isolated("newpid, newns", function()
    mount_root(base, case.writable)
    -- above those that they are to become: the test's own may be closed
    local out = assert(S.open(console, "wronly, creat, append", "0644"))
      :fcntl("dupfd_cloexec", 10)
    local null = assert(S.open("/dev/null", "rdonly")):fcntl("dupfd_cloexec", 10)
    local pid = assert(S.fork())
    if pid == 0 then
      S.prctl("set_pdeathsig", "kill")
      for fd, from in pairs { [0] = null, [1] = out, [2] = out } do S.dup2(from, fd):nogc() end
      local ok, err = pcall(enter_root, base, case.env)
      io.stderr:write(tostring(ok), " ", tostring(err), "\n")
      S._exit(1)
    end
    local function ask(...)
      return t.execute({ "svc", ... }, { env = case.env, spawn = { path = "/luabox", chroot = base,
        cwd = "/", uid = 65534, gid = 65534, groups = {} } })
    end
    local function says(text)
      return supervisor.eventually(function() return t.read(console):find(text, 1, true) end)
    end
    local socket = ("/%s/luabox-65534"):format(case.writable)
    t.ok(supervisor.eventually(function() return ask("list").out:find("asks +up") end),
      "A28: services are up, svc list works: " .. socket, t.read(console))
    t.ok(says("luabox: the control socket is in " .. socket .. "\n"), "A28: which the log says")
    t.ok(says("asks: 65534\n"), "A28: as nobody", t.read(console))
    t.ok(says("Read-only file system"), "A28: on a read-only root", t.read(console))
    t.ok(says("/run': No such file or directory"), "A28: without /run", t.read(console))
    local status = t.read(base .. "/proc/1/status")
    for _, set in ipairs { "CapInh", "CapPrm", "CapEff", "CapAmb" } do
      t.is(status:match(set .. ":%s+(%x+)"), ("0"):rep(16), "A28: PID 1 has no " .. set)
    end
    t.is(status:match("Uid:%s+(.-)\n"), "65534\t65534\t65534\t65534", "A28: PID 1 is nobody")
    t.is(ask("stop", "-w", "asks").status, 0, "A28: it obeys")
    S.kill(pid, "term")
    local ended = supervisor.eventually(function()
      local done, _, code = S.waitpid(pid, "nohang")
      return done and done ~= 0 and code
    end)
    t.is(ended and ended.EXITSTATUS, 0, "A28: TERM ends it")
  end)
end

-- A29: no console, descriptors 0 to 2 are closed
supervisor.with({ ["a.lua"] = ([==[return {
  oneshot { name = "look", log = false,
    run = sh "ls -l /proc/self/fd > OUT; echo printed; echo complained >&2" },
  service { name = "stays", run = sh "echo heard; exec sleep 1000" },
}]==]):gsub("OUT", t.tmp() .. "/fds") }, function(sup)
  t.ok(sup:reach("look", "done"), "A29: it starts with closed descriptors, and works")
  t.ok(supervisor.eventually(function()
    return sup:svc("log", "stays").out:find("heard")
  end), "A29: output is in the journal")
  local fds = {}
  for number, target in t.read(t.tmp() .. "/fds"):gmatch("(%d+) %-> ([^\n]+)") do
    if not target:find("^/proc/") then fds[tonumber(number)] = target end
  end
  t.is(fds, { [0] = "/dev/null", [1] = t.tmp() .. "/fds", [2] = "/dev/null" },
    "A29: a child has three, and none of PID 1's")
end, { closed = true })

-- A29: nor anything in /dev: no console, no null
supervisor.with({ ["a.lua"] = ([==[return {
  oneshot { name = "look", log = false, run = sh "ls -l /proc/self/fd > OUT; echo printed" },
  service { name = "stays", run = sh "echo heard; read -r line || exec sleep 1000" },
  service { name = "shares", console = "share", run = { "sleep", "1000" } },
  service { name = "calls", run = function()
    print "Lua runs"
    require("syscall").nanosleep(1000)
  end },
}]==]):gsub("OUT", t.tmp() .. "/bare") }, function(sup)
  t.ok(sup:reach("look", "done"), "A29: it starts without /dev/console", sup:log())
  for _, name in ipairs { "stays", "shares", "calls" } do
    t.ok(sup:reach(name, "up"), "A29: " .. name .. " is up", sup:log())
  end
  t.ok(supervisor.eventually(function()
    return sup:svc("log").out:find("calls: Lua runs") and sup:svc("log").out:find("stays: heard")
  end), "A29: output is in the journal")
  local list = {}
  for number, target in t.read(t.tmp() .. "/bare"):gmatch("(%d+) %-> (%a+)") do
    if target ~= "proc" then list[#list + 1] = number .. target end
  end
  t.ok(#list <= 4 and list[1] == "0pipe", "A29: an input at its end, and none of PID 1's",
    table.concat(list, " "))
  t.is(sup:svc("stop", "-w", "stays").status, 0, "A29: and it can be stopped")
  sup:signal "term"
  t.is(sup:ended(), 0, "A29: as PID 1 can")
end, { closed = true, bare = true })

-- critical services go last, and what they need with them; strangers before
supervisor.with({ ["a.lua"] = ([==[
  -- on 3: its trap is set
  local function tell(name) return sh("trap 'echo " .. name .. " >> OUT; exit' TERM; echo >&3; " ..
    "while :; do sleep 0.02; done") end
  return {
    service { name = "ground", ready = 3, run = tell "ground" },
    service { name = "key", ready = 3, critical = true, needs = { "ground" }, run = tell "key" },
    service { name = "plain", ready = 3, needs = { "ground" }, run = tell "plain" },
    oneshot { name = "stray", run = sh("(" .. tell("stray")[3] .. ") 3> OUT.stray & ") },
  }]==]):gsub("OUT", t.tmp() .. "/order") }, function(sup)
  t.ok(sup:reach("key", "up") and sup:reach("plain", "up") and sup:reach("stray", "done"),
    "a critical service, one that it needs, another, and a process left behind")
  supervisor.eventually(function()
    local st = S.stat(t.tmp() .. "/order.stray")
    return st and st.size > 0
  end)
  sup:signal("term")
  t.is(sup:ended(), 0, "the end")
  t.is(t.read(t.tmp() .. "/order"), "plain\nstray\nkey\nground\n", "in that order")
end)

-- LUABOX_GRACE is a hard limit, whatever the services think of it
supervisor.with({ ["a.lua"] = [[
  local list = {}
  for i = 1, 5 do
    list[i] = service { name = "s" .. i, stop = { timeout = 1000 }, ready = 3,
      needs = i > 1 and { "s" .. i - 1 } or {},
      run = sh "trap '' TERM; echo >&3; while :; do sleep 0.05; done" }
  end
  return list
]] }, function(sup)
  t.ok(sup:reach("s5", "up"), "a chain of stubborn services")
  sup:signal("term")
  t.ok(sup:ended(), "ends at the deadline")
  t.ok(sup:log():find("exit: out of time", 1, true), "which is said", sup:log())
end, { env = { LUABOX_GRACE = "2" } })
