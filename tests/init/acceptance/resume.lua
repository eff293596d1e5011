-- resume.lua - A34 and what it stands for: PID 1 is replaced, crashes, changes its root; its
-- services do not notice

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"

local base = t.tmp()

local function pids(sup)
  local list = {}
  for name, pid in sup:svc("list").out:gmatch("\n(s%d+) +up +%S+ +(%d+)") do list[name] = pid end
  return list
end

local files = { ["net.lua"] = ([[
  local S = require "syscall"
  return {
    service { name = "echo", listen = { e = "unix:" .. %q .. "/echo" }, run = function()
      local socket = S.t.fd(3)
      while true do
        local peer = assert(socket:accept())
        peer:write("pid " .. S.getpid())
        peer:close()
      end
    end },
    service { name = "lazy", run = { "sleep", "1000" },
      listen = { l = "unix:" .. %q .. "/lazy", demand = true } },
    timer { name = "tick", every = 0.3, run = sh("echo >> " .. %q .. "/ticks") },
    service { name = "watched", run = { "sleep", "1000" }, when = "path:" .. %q .. "/there" },
    service { name = "slow", ready = "notify", run = { "sleep", "1000" } },
    service { name = "looper", run = { "false" }, restart = { delay = 1000, jitter = 0 } },
    group { name = "default", wants = { "echo", "lazy", "tick", "watched", "looper" } },
  }
]]):format(base, base, base, base) }
for n = 1, 50 do
  files[("s%d.lua"):format(n)] = ([[
    return service { name = "s%d", run = { "sleep", "1000" }, before = { "default" } }]]):format(n)
end

--- Everything that must go on.
local function check(sup, what, before, client)
  t.is(pids(sup), before, what .. ": 50 services keep their processes")
  t.is(sup:status("looper").state, "backoff", what .. ": a deadline is still there")
  t.is(sup:status("lazy").state, "waiting", what .. ": nobody woke the lazy one")
  local peer = supervisor.unix(base .. "/echo", "stream")
  t.ok(peer and (peer:read(nil, 100) or ""):find("^pid"), what .. ": a socket goes on")
  local count = #t.read(base .. "/ticks")
  t.ok(supervisor.eventually(function() return #t.read(base .. "/ticks") > count end),
    what .. ": timers go on")
  t.ok(client:send "info\0", what .. ": a client's connection is still there")
  local buffer = S.t.buffer(4096)
  local polled = S.poll(S.t.pollfds { { fd = client, events = "in" } }, 60000)
  t.ok(polled == 1 and client:recv(buffer, 4096) > 10, what .. ": and answered")
  client:recv(buffer, 4096)
  -- a fault right behind an answer, before PID 1 has noted that it was given, gives it again
  sup:settled(function() end)
end

supervisor.with(files, function(sup)
  for n = 1, 50 do sup:svc("start", "-w", ("s%d"):format(n)) end
  t.ok(sup:reach("s50", "up"), "50 services are up", sup:log())
  local before = pids(sup)
  t.is(sup:svc("status", "echo").status, 0, "so is a server")
  local client = assert(S.socket("unix", "seqpacket"))
  assert(client:connect(S.t.sockaddr_un(base .. "/1/run/ctl")))
  sup:reach("looper", "backoff")
  supervisor.eventually(function() return S.stat(base .. "/ticks") end)
  local open_before = sup:descriptors()

  t.is(sup:svc("reexec").status, 0, "A34: a new image")
  t.ok(sup:says("running a new image"), "runs")
  check(sup, "re-exec", before, client)

  for crash, signal in ipairs { "SEGV", "ABRT", "BUS" } do
    sup:signal(signal:lower())
    t.ok(supervisor.eventually(function()
      return select(2, sup:log():gsub("recovered from a fault", "")) == crash
    end), "PID 1 recovers from SIG" .. signal, sup:log())
    check(sup, signal, before, client)
  end

  -- what was asked for before the crash is obeyed after it
  t.write(base .. "/there", "")
  t.ok(sup:reach("watched", "up"), "conditions are still watched")
  t.ok(supervisor.unix(base .. "/lazy", "stream"), "somebody connects")
  t.ok(sup:reach("lazy", "up"), "and wakes the lazy one")
  local one = before.s1
  sup:svc("kill", "KILL", "s1")
  t.ok(supervisor.eventually(function()
    local now = pids(sup).s1
    return now and now ~= one
  end), "a service that ends is restarted")
  t.is(sup:svc("stop", "-w", "s2").status, 0, "one that is stopped ends")
  -- two more run than before, one less; timers come and go
  t.ok(sup:descriptors() < open_before + 10, "descriptors do not pile up")

  -- a binary that cannot take over is not tried on the living
  t.write(base .. "/no-luabox", "#!/bin/sh\necho something else\nexit 3\n", "0755")
  local got = sup:svc("reexec", base .. "/no-luabox")
  t.is(got.status, 1, "a program that is no luabox is refused")
  got = sup:svc("reexec", "/no/such/file")
  t.ok(got.status == 1 and got.err:find("No such file", 1, true), "so is none at all", got.err)
  t.is(sup:svc("status", "echo").status, 0, "all goes on")
  os.execute(("cp %s %s/new"):format(t.binary, base))
  t.is(sup:svc("reexec", base .. "/new").status, 0, "another binary")
  t.ok(supervisor.eventually(function()
    return sup:shell("readlink /proc/1/exe").out == base .. "/new\n"
  end), "takes over", sup:shell("readlink /proc/1/exe").out)
  t.is(sup:svc("status", "echo").status, 0, "and goes on")
end)

-- a fault while it recovers, again and again: no endless loop of restarts
supervisor.with({ ["a.lua"] = [[return service { name = "a", run = { "sleep", "1000" } }]] },
  function(sup)
    t.ok(sup:reach("a", "up"), "a service")
    local pid = sup:status("a").pid
    for n = 1, 5 do
      sup:signal "segv"
      supervisor.eventually(function()
        return select(2, sup:log():gsub("recovered from a fault", "")) == n
      end)
    end
    t.is(sup:status("a").pid, pid, "five faults in a row cost no service")
  end)

-- a new root has no libraries for a binary that wants some (make SAN=1)
if t.read(t.binary):find("/ld-linux", 1, true) then
  t.skip_one("B06: switch_root", "the binary is not static")
  return
end

-- switch_root: the initramfs's PID 1 becomes the real root's
supervisor.with({ ["early.lua"] = [[
  return {
    service { name = "dhcp", run = { "sleep", "1000" }, ready = "exec" },
    service { name = "early", run = { "sleep", "1001" } },
    oneshot { name = "root", run = sh("mkdir -p $ROOT && mount -t tmpfs root $ROOT && "
      .. "mkdir -p $ROOT/sbin $ROOT/etc/luabox/services $ROOT/tmp && "
      .. "cp $BINARY $ROOT/sbin/init && "
      .. "cp /etc/passwd $ROOT/etc && "
      .. "cp " .. os.getenv "SERVICES" .. "/real.txt $ROOT/etc/luabox/services/real.lua"),
      env = { ROOT = os.getenv "ROOT", BINARY = os.getenv "BINARY" } },
  }]], ["real.txt"] = [[
  return {
    service { name = "dhcp", run = { "sleep", "1000" }, ready = "exec" },
    service { name = "late", run = { "sleep", "1002" } },
  }]] }, function(sup)
  t.ok(sup:reach("default", "up"), "the early services are up", sup:log())
  local dhcp = sup:status("dhcp").pid
  local got = sup:svc("switch-root", base .. "/newroot", "/sbin/none")
  t.is(got.status, 1, "a root without the binary is refused")
  t.is(sup:status("dhcp").pid, dhcp, "and nothing has happened")
  got = sup:svc("switch-root", base .. "/newroot", "/sbin/init")
  t.is(got.status, 0, "B06: the new root takes over", got.err .. sup:log())
  t.ok(sup:says("luabox: applying a plan"), "its services are loaded", sup:log())
  -- our own root is still the old one: ask over the socket that we know
  t.ok(sup:reach("late", "up"), "what only it has is started", sup:log())
  t.is(sup:status("dhcp").pid, dhcp, "what both have kept its process")
  t.is(sup:svc("status", "early").status, 4, "what it does not know is gone")
  t.ok(S.stat("/proc/1/root/etc/luabox/services/real.lua"), "PID 1 is there")
  t.ok(S.stat("/proc/1/root/proc/1/stat"), "and /proc is there, too")
end, { env = { ROOT = base .. "/newroot", BINARY = t.binary,
  SERVICES = base .. "/3/services" } })

-- to a program that is no luabox: the services end, then it is PID 1 of the new root
supervisor.with({ ["early.lua"] = [[
  return {
    service { name = "early", run = { "sleep", "1001" } },
    oneshot { name = "root", undo = sh "echo undone > $ROOT/undone",
      run = sh("mkdir -p $ROOT && mount -t tmpfs root $ROOT && mkdir -p $ROOT/sbin && "
      .. "cp $BINARY $ROOT/sbin/luabox && cp $SCRIPT $ROOT/sbin/other && mkdir $ROOT/proc && "
      .. "mount --bind /proc $ROOT/proc && chmod 755 $ROOT/sbin/other && > $ROOT/sbin/data"),
      env = { ROOT = os.getenv "ROOT", BINARY = os.getenv "BINARY", SCRIPT = os.getenv "SCRIPT" } },
  }]], ["other.txt"] = [[#!/sbin/luabox lua
  local S = require "syscall"
  local status = io.open("/proc/self/status"):read("a")
  local list = { "pid " .. S.getpid(), "name " .. arg[0],
    status:match("SigBlk:%s+%x+"), status:match("SigIgn:%s+%x+") }
  for n = 0, 9 do list[#list + 1] = S.readlink("/proc/self/fd/" .. n) and "fd " .. n end
  local out = io.open("/said", "w")
  out:write(table.concat(list, "\n"), "\n")
  out:close()
  S.nanosleep(1000)
]] }, function(sup)
  local root = base .. "/plain"
  t.ok(sup:reach("default", "up"), "the early services are up", sup:log())
  local got = sup:svc("switch-root", root, "/sbin/other")
  t.ok(got.status == 1 and got.err:find("no luabox", 1, true), "without --force it is refused",
    got.err)
  got = sup:svc("switch-root", "-f", root, "/sbin/data")
  t.ok(got.status == 1 and got.err:find("Permission denied", 1, true), "so is what is no program")
  got = sup:svc("switch-root", "-f", root, "/sbin/other")
  -- nil: it was itself among the last that are killed
  t.ok(got.status == 0 or not got.status, "with it it is done", got.err)
  t.ok(supervisor.eventually(function()
    return S.stat("/proc/1/root/said") and t.read("/proc/1/root/said") ~= ""
  end), "it runs", sup:log())
  local fds = t.read("/proc/1/root/said"):gsub(":%s+0+\n", " none\n")
  t.is(fds, "pid 1\nname /sbin/other\nSigBlk none\nSigIgn none\nfd 0\nfd 1\nfd 2\nfd 3\n",
    "as PID 1, with nothing of the former one (3 is its script)")
  t.is(t.read("/proc/1/root/undone"), "undone\n", "what was there was stopped in order")
  t.ok(not sup:shell("ps ax -o args").out:find("sleep 1001"), "and is gone")
end, { env = { ROOT = base .. "/plain", BINARY = t.binary,
  SCRIPT = base .. "/4/services/other.txt" } })
