-- control.lua - A22, A23, A35, A36: who may ask PID 1, what it says, what it survives

local t = require "test"
local S = require "syscall"
local json = require "json"
local supervisor = require "supervisor"

local PACKETS = 100000

local function connect(sup, name)
  local fd = assert(S.socket("unix", "seqpacket, nonblock, cloexec"))
  local ok, err = fd:connect(S.t.sockaddr_un(sup.base .. "/run/" .. (name or "ctl")))
  if ok then return fd end
  fd:close()
  return nil, err
end

local function answer(fd)
  return supervisor.eventually(function() return fd:read(nil, 4096) end) or ""
end

-- A22: others than root
supervisor.with({ ["a.lua"] = [[return service { name = "a", run = { "sleep", "1000" } }]] },
  function(sup)
    t.ok(sup:reach("a", "up"), "A22: a service")
    local pid = assert(S.fork())
    if pid == 0 then
      S.setgroups {}
      S.setresgid(1000, 1000, 1000)
      S.setresuid(1000, 1000, 1000)
      local _, err = connect(sup, "ctl")
      local info = connect(sup, "info")
      info:send "list\0"
      local list = answer(info)
      while not list:find("end=", 1, true) do list = list .. answer(info) end
      info:send "stop\0a\0"
      local stop = answer(info)
      S._exit((err and err.ACCES and 1 or 0) + (list:find("name=a%z") and 2 or 0) +
        (list:find("end=0", 1, true) and 4 or 0) + (stop:find("end=5", 1, true) and 8 or 0))
    end
    local _, _, status = S.waitpid(pid)
    t.is(status.EXITSTATUS, 15, "A22: ctl is refused, info lists, and refuses to stop")
    t.is(sup:state("a"), "up", "A22: nothing happened")
  end)

-- A23: noise
local function noise()
  local bytes = {}
  for i = 1, math.random(1, 24) do bytes[i] = string.char(math.random(0, 255)) end
  return table.concat(bytes)
end

local WORDS = { "list", "status", "start", "a", "wait=", "wait=1", "force=1", "why", "log", "kill",
  "signal=99", "info", "", "=", "x=y", "restart", "none", "events", "since=0", "graph", "apply",
  "confirm", "confirm=1", "dry=1", "once", "follow=1" }

local function almost()
  local words = {}
  for i = 1, math.random(1, 8) do words[i] = WORDS[math.random(#WORDS)] end
  return table.concat(words, "\0") .. (math.random(4) > 1 and "\0" or "")
end

local function resident()
  local anonymous, shared = t.read("/proc/1/status"):match("RssAnon:%s+(%d+).-RssShmem:%s+(%d+)")
  return anonymous + shared
end

supervisor.with({ ["a.lua"] = [[return {
  service { name = "a", run = { "sleep", "1000" } },
  service { name = "b", run = { "sleep", "1000" } },
}]] }, function(sup)
  t.ok(sup:reach("b", "up"), "A23: services")
  math.randomseed(3)
  local fd, before
  local files = #json.decode(sup:svc("list", "--json").out)
  local i = 0
  while i < PACKETS do
    if i == 5000 then before = resident() end -- what it touches, it has touched by now
    fd = fd or connect(sup)
    if not fd then
      S.nanosleep(0.0005)
    else
      local sent = fd:send(i % 2 == 0 and noise() or almost())
      if sent then i = i + 1 end
      -- some go away at once, some never read
      if not sent or math.random(16) == 1 then
        fd:close()
        fd = nil
      elseif math.random(3) == 1 then
        fd:read(nil, 4096)
      end
    end
  end
  if fd then fd:close() end
  t.is(#json.decode(sup:svc("list", "--json").out), files,
    "A23: after " .. PACKETS .. " random packets a list is whole")
  t.ok(resident() - before <= 16, "A23: no growth", before .. " " .. resident())
  local big = supervisor.eventually(function() return connect(sup) end)
  big:send(("x"):rep(20000))
  t.ok(answer(big):find("end=2", 1, true), "A23: a packet that is too long is malformed")
  big:close()
  local held = {}
  for _ = 1, 200 do held[#held + 1] = connect(sup, "info") end
  t.is(sup:svc("list").status, 0, "A23: 200 strangers do not lock out root")
  for _, one in ipairs(held) do one:close() end
  -- a descriptor that nobody asked for is not kept
  local send = require "init.send"
  local count = function() return #t.execute({ "sh", "-c", "ls /proc/1/fd" },
    { program = "/bin/sh" }).out end
  local one = supervisor.eventually(function() return connect(sup) end)
  one:send "info\0"
  repeat until answer(one):find("end=", 1, true)
  local fds = count()
  for _ = 1, 50 do
    send(one, "list\0", one)
    repeat until answer(one):find("end=", 1, true)
  end
  t.is(count(), fds, "A23: descriptors that come along are closed")
  local plan = S.memfd_create("x", "cloexec, allow_sealing")
  for _, text in ipairs { "", "nonsense", ("\0"):rep(4096), "LPLN" .. ("\1"):rep(500) } do
    S.ftruncate(plan, 0)
    S.pwrite(plan, text, nil, 0)
    send(one, "apply\0", plan)
    local told = answer(one)
    t.ok(told:find("end=1", 1, true), "A23: a plan that is none is refused", told)
    plan:close()
    plan = S.memfd_create("x", "cloexec, allow_sealing")
  end
  one:close()

  -- the socket vanishes: it is made again
  os.remove(sup.base .. "/run/ctl")
  t.ok(supervisor.eventually(function() return sup:svc("list").status == 0 end),
    "the socket comes back when it was removed")
  S.rename(sup.base .. "/run", sup.base .. "/gone")
  t.ok(supervisor.eventually(function() return sup:svc("list").status == 0 end),
    "and so it does when its folder was")
end)

-- A35, A36
supervisor.with({ ["a.lua"] = [[return {
  service { name = "one", needs = { "two" }, run = { "sleep", "1000" } },
  service { name = "two", needs = { "three" }, run = { "sleep", "1000" } },
  service { name = "three", needs = { "four" }, run = { "sleep", "1000" } },
  service { name = "four", ready = { fd = 3, timeout = 100 }, run = { "sleep", "1000" } },
  service { name = "base", run = { "sleep", "1000" } },
  service { name = "user", needs = { "base" }, run = { "sleep", "1000" } },
  service { name = "key", critical = true, run = { "sleep", "1000" } },
}]] }, function(sup)
  t.ok(sup:reach("four", "starting"), "A35: the last of a chain never becomes ready")
  local why = sup:svc("why", "one")
  t.ok(why.out:find("^one waiting .*<%- two waiting .*<%- three waiting .*<%- four starting .*"
    .. "%(ready=fd, timeout in %d+s%) pid %d+\n$"), "A35: why names it, and its reason", why.out)
  local links = json.decode(sup:svc("why", "--json", "one").out)
  t.is({ #links, links[4].name, links[4].ready }, { 4, "four", "FD" }, "A35: as JSON, too")

  t.ok(sup:reach("user", "up"), "A36: a service that needs another")
  local got = sup:svc("stop", "base")
  t.is(got.status, 5, "A36: the other is not stopped")
  t.is(got.err, "svc: base: 1 services need base: user (--force stops them, too)\n",
    "A36: who needs it is listed")
  t.is({ sup:state("base"), sup:state("user") }, { "up", "up" }, "A36: nothing is stopped")
  t.is(sup:svc("stop", "key").status, 5, "A36: nor is a critical one")
  t.is(sup:svc("stop", "--force", "-w", "base").status, 0, "A36: --force")
  t.is({ sup:state("base"), sup:state("user") }, { "down", "down" }, "A36: stops both")
  t.is(sup:svc("stop", "nobody").status, 4, "no such service")
  t.is(sup:svc("start", "-t", "0.2", "four").status, 3, "a timeout")
  t.is(sup:svc("nonsense").status, 2, "wrong usage")
  t.run({ "svc", "list" }, { status = 6, env = { "LUABOX_RUN=/nowhere", "PATH=/bin" },
    err = "svc: no contact with PID 1: No such file or directory; "
      .. "is luabox init running here? (socket: /nowhere/ctl)\n", name = "no contact" })

  -- events, and followers when PID 1 goes away
  local _, _, r, w = assert(S.pipe2("cloexec"))
  local pid = assert(S.spawn { "luabox", "svc", "events", path = t.binary,
    fds = { [0] = 0, [1] = w, [2] = w } })
  w:close()
  S.nanosleep(0.3)
  sup:svc("start", "-w", "base")
  local text = ""
  t.ok(supervisor.eventually(function()
    text = text .. (r:read(nil, 4096) or "")
    return text:find("base up pid %d+")
  end), "events are told as they happen", text)
  sup:signal("kill")
  t.ok(supervisor.eventually(function()
    local ended = S.waitpid(pid, "nohang")
    return ended and ended ~= 0
  end), "a follower ends when PID 1 is gone")
end)
