-- never.lua - what PID 1 must never do, as far as one can watch it
--
-- strace on a living PID 1 while services start, fail, are restarted, talk, are stopped, and a
-- plan is applied: no memory from the system, no path that a user named, no waiting but in the
-- one place, nothing signalled by a bare number that may be another's by now.

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"

local strace = t.need "strace"
local base = t.tmp()

supervisor.with({ ["busy.lua"] = ([[
  local base = %q
  return {
    service { name = "steady", run = { "sleep", "1000" }, dir = base, tty = nil },
    service { name = "crashing", run = sh "sleep 0.05; exit 1",
      restart = { delay = 0.05, factor = 1 } },
    service { name = "told", ready = "notify", watchdog = 5, restart = "always",
      run = function()
        local S = require "syscall"
        local fd = S.socket("unix", "dgram")
        fd:connect(S.t.sockaddr_un(os.getenv "NOTIFY_SOCKET"))
        fd:send "READY=1"
        S.nanosleep(0.2)
      end },
    service { name = "probed", run = sh("sleep 0.1; > " .. base .. "/up; exec sleep 1000"),
      ready = { file = base .. "/up" } },
    service { name = "socket", run = { "sleep", "1000" },
      listen = { a = "unix:" .. base .. "/s" } },
    service { name = "when", run = { "sleep", "1000" }, when = "path:" .. base .. "/flag",
      hold = true },
    service { name = "missing", run = { base .. "/nothing" }, envfile = "-" .. base .. "/env" },
    timer { name = "tick", every = 0.2, run = { "true" } },
    group { name = "default" },
  }
]]):format(base) }, function(sup)
  local trace = base .. "/trace"
  local tracer = assert(S.spawn { "strace", "-p", "1", "-o", trace, "-s", "200", path = strace,
    fds = { [2] = assert(S.open("/dev/null", "wronly")) }, pdeathsig = "kill" })
  t.ok(supervisor.eventually(function()
    sup:svc("list")
    return S.stat(trace) and t.read(trace):find("epoll")
  end), "strace sees PID 1")

  for _, name in ipairs { "steady", "crashing", "told", "probed", "socket", "when", "missing",
    "tick" } do
    sup:svc("start", name)
  end
  -- one of them is up for a moment only
  t.ok(sup:events_until(0, function(e) return e.name == "told" and e.state == "up" end) and
    sup:reach("probed", "up"), "services start", sup:log())
  t.write(base .. "/flag", "")
  t.ok(sup:reach("when", "up"), "by a condition, too")
  os.remove(base .. "/flag")
  t.ok(sup:reach("when", "waiting"), "and stop with it")
  t.write(sup.folder .. "/more.lua", 'return service { name = "more", run = { "sleep", "9" } }')
  t.is(sup:svc("apply").status, 0, "a plan is applied")
  t.is(sup:svc("restart", "-w", "steady").status, 0, "one is restarted")
  t.is(sup:svc("stop", "-w", "probed").status, 0, "one is stopped")
  local function times(call) return select(2, t.read(trace):gsub("\n" .. call, "")) end
  supervisor.eventually(function()
    return times "clone" + times "fork" > 10 and times "waitid" > 0 and times "epoll_p?wait" > 10
  end)
  -- it ends by itself when what it traces does; ask it to let go first
  sup:shell("pkill -x strace || kill $(pidof strace)")
  S.waitpid(tracer)

  local calls, paths, waits = {}, {}, {}
  for line in t.read(trace):gmatch("[^\n]+") do
    local name, rest = line:match("^([%w_]+)%((.*)$")
    if name then
      calls[name] = (calls[name] or 0) + 1
      if name:find("^wait") and not rest:find("WNOHANG", 1, true) then waits[#waits + 1] = line end
      local path = name:find("open") and rest:match('"([^"]*)"')
      if path then paths[path] = true end
    end
  end
  t.ok((calls.clone3 or 0) + (calls.clone or 0) + (calls.fork or 0) > 10, "children were made")
  t.ok((calls.waitid or 0) > 0 and (calls.epoll_wait or calls.epoll_pwait or 0) > 10,
    "it waits in epoll")
  for _, name in ipairs { "brk", "mremap", "execve", "poll", "select", "pselect6", "ppoll", "pause",
    "nanosleep", "clock_nanosleep", "fsync", "fdatasync", "sync", "flock", "connect", "stat",
    "lstat", "umount2", "mount", "readlink", "futex", "getrandom", "setitimer" } do
    t.is(calls[name], nil, "never " .. name)
  end
  -- a plan is mapped when it is applied, and for nothing else
  local maps = {}
  for line in t.read(trace):gmatch("mmap%([^\n]*") do
    if not line:find("PROT_READ, MAP_SHARED", 1, true) then maps[#maps + 1] = line end
  end
  t.is(maps, {}, "no memory but that of plans")
  t.is(waits, {}, "it waits for no child")
  for path in pairs(paths) do
    t.ok(path:find("^/proc") or path:find("^/sys/fs/cgroup") or path:find("^svc%.") or
      path:find("^cgroup"), "opens only the kernel's files: " .. path)
  end
  for line in t.read(trace):gmatch("\nkill%(([^\n]*)") do
    -- a whole group while its leader stands as a zombie (stop.c): the number is still taken
    t.ok(line:find("^%-%d+, SIG"), "kill with a number is for groups only: " .. line)
  end
end)
