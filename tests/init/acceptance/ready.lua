-- ready.lua - A14 to A16, and every other way to tell that a service is ready

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"

local function numbers(text)
  local list = {}
  for word in text:gmatch("%S+") do list[#list + 1] = tonumber(word) end
  return list
end

-- A14: a newline on descriptor 3 after 1 s; a dependant's first instruction comes later
local stamps = t.tmp() .. "/a14"
supervisor.with({ ["a14.lua"] = [[
  local env = { STAMPS = os.getenv "STAMPS" }
  return {
    service { name = "slow", env = env, ready = 3,
      run = sh "cut -d' ' -f1 /proc/uptime >> $STAMPS; sleep 1; echo >&3; exec sleep 1000" },
    service { name = "after", run = sh "cut -d' ' -f1 /proc/uptime >> $STAMPS; exec sleep 1000",
      env = env, needs = { "slow" } },
    service { name = "silent", run = sh "exit 0", ready = 3, restart = "never" },
  }
]] }, function(sup)
  t.ok(sup:reach("after", "up"), "A14: the dependant is up")
  t.ok(supervisor.eventually(function() return #numbers(t.read(stamps)) == 2 end), "both ran")
  local at = numbers(t.read(stamps))
  t.ok(at[2] - at[1] >= 1 - 0.011, "a second apart", tostring(at[2] - at[1])) -- in hundredths
  local silent = sup:reach("silent", "failed")
  t.is(silent and silent.detail, "before ready: exit code 0", "an end without a newline")
end, { env = { STAMPS = stamps } })

local NOTIFY = [[
  --- What sd_notify(3) does.
  local function notify(text)
    local S = require "syscall"
    local fd = assert(S.socket("unix", "dgram"))
    assert(fd:connect(S.t.sockaddr_un(os.getenv "NOTIFY_SOCKET")))
    assert(fd:send(text))
    fd:close()
  end
]]

-- A15: READY=1 counts from the service's own processes only: those of its cgroup, or without one
-- of its session
local SENDERS = { ["a15.lua"] = NOTIFY .. [[
  return {
    service { name = "self", ready = "notify", run = function()
      notify "STATUS=warming up\nREADY=1"
      require("syscall").nanosleep(1000)
    end },
    service { name = "child", ready = "notify", run = function()
      local S = require "syscall"
      local pid = S.fork()
      if pid == 0 then
        notify "READY=1"
        S.nanosleep(1000)
      end
      S.nanosleep(1000)
    end },
    service { name = "victim", ready = { "notify", timeout = 0 }, run = { "sleep", "1000" } },
    service { name = "stranger", needs = { "self" }, env = { NOTIFY_SOCKET = "" },
      run = function()
        local S = require "syscall"
        S.setenv("NOTIFY_SOCKET", os.getenv "LUABOX_RUN" .. "/notify", true)
        notify "READY=1"
        print "has sent it"
        io.stdout:flush()
        S.nanosleep(1000)
      end },
    group { name = "default", wants = { "self", "child" } },
  }
]] }

local function only_their_own(sup)
  t.ok(sup:reach("self", "up"), "A15: the main process says so itself")
  t.ok(sup:reach("child", "up"), "or a child of it")
  sup:svc("start", "victim")
  sup:svc("start", "-w", "stranger")
  t.ok(sup:says("stranger: has sent it\n"), "another service sends READY=1", sup:log())
  t.is(sup:state("victim"), "starting", "another service's READY=1 is none of its business")
  -- and somebody from outside of all services, who names the victim's pid
  local fd = S.socket("unix", "dgram")
  assert(fd:connect(S.t.sockaddr_un(sup.base .. "/run/notify")))
  t.ok(fd:send("READY=1\nMAINPID=" .. sup:status("victim").pid), "anybody may write to the socket")
  t.is(sup:state("victim"), "starting", "without effect" ..
    (sup.cgroup and ", from outside of the cgroup" or ""))
end

supervisor.with(SENDERS, only_their_own)
supervisor.with(SENDERS, only_their_own, { cgroup = true })

-- A16: never ready: stopped, abnormal, and its hook runs once
local hooked = t.tmp() .. "/a16"
supervisor.with({ ["a16.lua"] = [[
  return service { name = "late", run = { "sleep", "1000" }, ready = { fd = 3, timeout = 1 },
    restart = { on = "abnormal", limit = { 1, 100 }, delay = 0 },
    on = { ready_timeout = sh "echo $LUABOX_EVENT $LUABOX_SERVICE >> $OUT" },
    env = { OUT = os.getenv "OUT" } }
]] }, function(sup)
  local late = sup:reach("late", "failed")
  t.is(late and late.reason, "restart limit", "A16: too late counts as abnormal")
  t.is(late and late.restarts, 1, "so it was tried once more")
  supervisor.eventually(function() return #t.read(hooked) >= 2 * #"ready_timeout late\n" end)
  S.nanosleep(0.2) -- for one too many
  t.is(t.read(hooked), ("ready_timeout late\n"):rep(2), "the hook ran once for each")
end, { env = { OUT = t.write(hooked, "") } })

-- what a prober finds out
local base = t.tmp() .. "/probed"
S.mkdir(base, "0755")
for n = 2, 9 do t.write(base .. "/pid" .. n, n .. "\n") end -- left by an earlier life
supervisor.with({ ["stale.lua"] = ([[
  local list = {}
  for n = 2, 9 do
    local file = %q .. "/pid" .. n
    list[#list + 1] = service { name = "d" .. n, ready = { pidfile = file },
      run = sh("sleep 0.2; sleep 1000 & echo $! > " .. file) }
  end
  return list
]]):format(base) }, function(sup)
  for n = 2, 9 do
    local status = sup:reach("d" .. n, "up")
    t.ok(status and tostring(status.pid) == t.read(base .. "/pid" .. n):match("%d+"),
      "a stale pidfile names nobody", sup:log())
  end
end)
supervisor.with({ ["probe.lua"] = ([[
  local base = %q
  return {
    service { name = "file", run = sh("sleep 0.3; > " .. base .. "/file; exec sleep 1000"),
      ready = { file = base .. "/file" } },
    service { name = "unix", ready = { unix = base .. "/unix" }, run = function()
      local S = require "syscall"
      S.nanosleep(0.2)
      local fd = assert(S.socket("unix", "stream"))
      assert(fd:bind(S.t.sockaddr_un(base .. "/unix")))
      assert(fd:listen(8))
      S.nanosleep(1000)
    end },
    service { name = "tcp", ready = { tcp = 4711 }, run = function()
      local S = require "syscall"
      S.nanosleep(0.2)
      local fd = assert(S.socket("inet", "stream"))
      assert(fd:setsockopt("socket", "reuseaddr", true))
      assert(fd:bind(S.t.sockaddr_in(4711, "127.0.0.1")))
      assert(fd:listen(8))
      S.nanosleep(1000)
    end },
    service { name = "check", run = { "sleep", "1000" },
      ready = { check = sh("echo x >> " .. base .. "/tries; test $(wc -l < " .. base ..
        "/tries) -ge 3"), every = 0.1, ok = 2 } },
    service { name = "lua", run = { "sleep", "1000" },
      ready = { check = function(ctx) return ctx.name == "lua" end, every = 0.1 } },
    service { name = "daemon", ready = { pidfile = base .. "/pid" },
      run = sh("(sleep 1000 & echo $! > " .. base .. "/pid)"), stop = "HUP" },
    service { name = "never", run = { "sleep", "1000" }, restart = "never",
      ready = { file = base .. "/never", timeout = 0.5 } },
  }
]]):format(base) }, function(sup)
  for _, name in ipairs { "file", "unix", "tcp", "check", "lua", "daemon" } do
    t.ok(sup:reach(name, "up"), "ready by " .. name, sup:log())
  end
  t.is(select(2, t.read(base .. "/tries"):gsub("x", "")), 4, "two good checks after two bad ones")
  local pid = t.read(base .. "/pid"):match("%d+")
  t.is(tostring(sup:status("daemon").pid), pid, "the daemon's process is the service")
  local never = sup:reach("never", "failed")
  t.is(never and never.reason, "timeout", "a file that never comes")
  t.ok(supervisor.eventually(function()
    return not t.execute({ "sh", "-c", "cat /proc/[0-9]*/comm" }, { program = "/bin/sh" }).out
      :find("luabox%-probe")
  end), "no prober is left")
  t.run({ "svc", "stop", "-w", "daemon" }, {})
  t.ok(supervisor.eventually(function() return not S.stat("/proc/" .. pid) end),
    "stopping ends the daemon")
  sup:svc("start", "-w", "daemon")
  local again = sup:status("daemon").pid
  t.ok(again and tostring(again) ~= pid, "and it comes again")
  sup:svc("kill", "KILL", "daemon")
  t.ok(supervisor.eventually(function()
    local status = sup:status("daemon")
    return status.state == "up" and status.pid ~= again
  end), "as it does after a crash")
end, { network = "lo" })

-- a dead man's handle
supervisor.with({ ["watchdog.lua"] = NOTIFY .. [[
  return {
    service { name = "alive", ready = "notify", watchdog = 3, run = function()
      assert(os.getenv "WATCHDOG_USEC" == "3000000")
      notify "READY=1"
      while true do
        require("syscall").nanosleep(0.1)
        notify "WATCHDOG=1"
      end
    end },
    service { name = "hangs", ready = "notify", watchdog = 0.3, restart = "never",
      run = function()
        notify "READY=1"
        require("syscall").nanosleep(1000)
      end },
  }
]] }, function(sup)
  local hangs = sup:reach("hangs", "failed")
  t.is({ hangs and hangs.reason, hangs and hangs.signal }, { "watchdog", "ABRT" },
    "a service that goes silent is aborted")
  local alive
  supervisor.eventually(function()
    alive = sup:status("alive")
    return alive.since_ms and alive.since_ms > 4000
  end)
  t.is({ alive.state, alive.restarts }, { "up", 0 }, "one that reports is left alone")
end)
