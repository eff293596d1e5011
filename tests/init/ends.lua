-- ends.lua - shutdowns that somebody disturbs

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"

-- ready: TERM is ignored from now on
local STUBBORN = [[service { name = %q, stop = { timeout = 1000 }, ready = 3,
  run = sh "trap '' TERM; echo >&3; while :; do sleep 1; done" }]]

-- an apply that waits for somebody who does not stop, and then the end
supervisor.with({ ["a.lua"] = "return { " .. STUBBORN:format "stubborn" .. [[,
  service { name = "plain", run = { "sleep", "1000" } } } ]] }, function(sup)
  t.ok(sup:reach("stubborn", "up"), "up")
  t.write(sup.folder .. "/a.lua", [[return {
    service { name = "stubborn", run = { "sleep", "4711" } },
    service { name = "plain", run = { "sleep", "1000" } } }]])
  local apply = assert(S.spawn { "luabox", "svc", "apply", path = t.binary,
    env = { "LUABOX_RUN=" .. sup.base .. "/run", "LUABOX_SERVICES=" .. sup.folder },
    pdeathsig = "kill" })
  t.ok(sup:reach("stubborn", "stopping"), "the apply waits")
  t.is(sup:state("plain"), "up", "others go on")
  sup:signal("term")
  t.ok(sup:reach("plain", "down"), "the end begins")
  sup:shell("kill -9 " .. sup:status("stubborn").pid)
  S.waitpid(apply)
  t.is(sup:ended(), 0, "and comes", sup:log())
  t.ok(not sup:log():find("starting it again", 1, true), "nothing is started any more")
end, { env = { LUABOX_GRACE = "1000" } })

-- a console that nobody reads: PID 1 ends all the same
for _, kind in ipairs { "pipe", "terminal" } do
  t.isolated("newpid, newns", function()
    local base = t.tmp() .. "/" .. kind
    S.mkdir(base, "0755")
    S.mkdir(base .. "/services", "0755")
    t.write(base .. "/services/a.lua", "return { " .. STUBBORN:format "stubborn" .. [[,
      service { name = "loud", run = sh("i=0; while [ $i -lt 20000 ]; do echo line $i of a log " ..
        "that nobody reads any more; i=$((i+1)); done; : > ]] .. base ..
        [[/through; exec sleep 1000") } }]])
    local far, near
    if kind == "pipe" then
      local _, _, read_end, write_end = assert(S.pipe2("cloexec"))
      far, near = read_end, write_end
    else
      far = assert(S.open("/dev/ptmx", "rdwr, noctty, cloexec"))
      assert(S.unlockpt(far))
      near = assert(S.open(S.ptsname(far), "rdwr, noctty, cloexec"))
    end
    local pid = assert(S.spawn { "sh", "-c", 'mount -t proc proc /proc && exec "$0" "$@"',
      t.binary, "init", "--services", base .. "/services", path = "/bin/sh",
      fds = { [0] = near, [1] = near, [2] = near }, pdeathsig = "kill",
      env = { "LUABOX_RUN=" .. base .. "/run", "LUABOX_GRACE=1", "PATH=" .. os.getenv "PATH" } })
    near:close()
    t.ok(supervisor.eventually(function() return S.stat(base .. "/through") end),
      "a service does not wait for a " .. kind .. " that nobody reads")
    S.kill(pid, "term")
    local ended = supervisor.eventually(function()
      local got = S.waitpid(pid, "nohang")
      return got and got ~= 0
    end)
    t.ok(ended, "nor does the end")
    if not ended then
      S.kill(pid, "kill")
      S.waitpid(pid)
    end
    far:close()
  end)
end

-- a supervisor of a user that gives up waiting takes what it started with it
t.isolated("newpid, newns", function()
  local base = t.tmp() .. "/user"
  S.mkdir(base, "0755")
  S.mkdir(base .. "/services", "0755")
  t.write(base .. "/services/a.lua", "return " .. STUBBORN:format "stubborn")
  S.setenv("LUABOX_RUN", base .. "/run")
  local first = assert(S.spawn { "sh", "-c", "mount -t proc proc /proc; exec sleep 1000",
    path = "/bin/sh", pdeathsig = "kill" })
  supervisor.eventually(function() return t.read("/proc/1/comm") == "sleep\n" end)
  local log = assert(S.open(base .. "/log", "wronly, creat", "0644"))
  local pid = assert(S.spawn { "luabox", "init", "--services", base .. "/services",
    path = t.binary, fds = { [0] = 0, [1] = log, [2] = log }, pdeathsig = "kill",
    env = { "LUABOX_RUN=" .. base .. "/run", "LUABOX_GRACE=1", "PATH=" .. os.getenv "PATH" } })
  local status
  t.ok(supervisor.eventually(function()
    local got = t.execute { "svc", "status", "--json", "stubborn" }
    status = got.out ~= "" and require("json").decode(got.out) or {}
    return status.state == "up"
  end), "up", t.read(base .. "/log"))
  S.kill(pid, "term")
  local code = supervisor.eventually(function()
    local got, _, how = S.waitpid(pid, "nohang")
    return got and got ~= 0 and how.EXITSTATUS
  end)
  t.is(code, 0, "it ends")
  t.ok(supervisor.eventually(function()
    return t.read("/proc/" .. status.pid .. "/cmdline") == "" -- which nobody reaps here
  end), "and so has its service")
  S.kill(first, "kill")
  S.waitpid(first)
end)
