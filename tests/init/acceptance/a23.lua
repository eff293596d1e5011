-- a23.lua - noise on the control socket: random packets, half-open connections, 200 clients
-- Meanwhile, and after it, a list is whole and there within 50 ms; PID 1 does not grow.

local t = require "test"
local S = require "syscall"
local json = require "json"
local steady = require "steady"
local supervisor = require "supervisor"

local PACKETS = 100000
local BOUND = 0.05 -- seconds, of one list
local WARM = 5000 -- packets; what they touch for the first time, they have touched by then
local EVERY = 500 -- packets, between two lists

local function monotonic() return S.clock_gettime("monotonic").time end

--- Until there is a place in the queue of those to be accepted.
local function connected(sup, name)
  return assert(supervisor.eventually(function() return sup:connect(name) end))
end

--- Ask for a list: seconds that it took, but for those in which others had the processors, and how
--- many services it has; nil when there is no answer.
local function list(fd)
  local from = monotonic() - steady.waited("self", 1)
  local count = 0
  if not fd:send "list\0" then return nil end
  while true do
    local fds = S.t.pollfds { { fd = fd, events = "in" } }
    if S.poll(fds, 30000) ~= 1 then return nil end
    local packet = fd:read(nil, 4096)
    if not packet or packet == "" then return nil end
    if packet:find("name=", 1, true) == 1 then count = count + 1 end
    if packet:find("end=0\0", 1, true) then
      return monotonic() - steady.waited("self", 1) - from, count
    end
  end
end

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

--- What a part of the test has seen of its lists.
local function watch(services)
  local seen = { worst = 0, wrong = 0, count = 0 }
  function seen.ask(fd)
    local took, count = list(fd)
    seen.count = seen.count + 1
    if not took or count ~= services then
      seen.wrong = seen.wrong + 1
    else
      seen.worst = math.max(seen.worst, took)
    end
  end
  --- for steady.holds
  function seen.verdict()
    local detail = ("%d lists, the slowest took %.4f s, %d are not whole"):format(seen.count,
      seen.worst, seen.wrong)
    return seen.wrong == 0 and seen.worst - BOUND or math.huge, detail
  end
  return seen
end

--- Send `number` packets; some senders go away at once, some never read.
local function shower(sup, number, each)
  local fd
  local i = 0
  while i < number do
    fd = fd or sup:connect()
    if not fd then
      S.nanosleep(0.0005)
    else
      local sent = fd:send(i % 2 == 0 and noise() or almost())
      if sent then
        i = i + 1
        if each and i % EVERY == 0 then each() end
      end
      if not sent or math.random(16) == 1 then
        fd:close()
        fd = nil
      elseif math.random(3) == 1 then
        fd:read(nil, 4096)
      end
    end
  end
  if fd then fd:close() end
end

--- 200 clients: that say nothing, that never read, that have closed half of the connection
local function crowd(sup)
  local clients = {}
  for n = 1, 200 do
    local fd = connected(sup, n % 4 == 0 and "info" or "ctl")
    clients[n] = fd
    if n % 3 == 0 then
      for _ = 1, 40 do fd:send "list\0" end
    elseif n % 7 == 0 then
      fd:shutdown("wr")
    elseif n % 5 == 0 then
      fd:send(("x"):rep(20000)) -- oversize
    end
  end
  return clients
end

supervisor.with({ ["a.lua"] = [[return {
  service { name = "a", run = { "sleep", "1000" } },
  service { name = "b", run = { "sleep", "1000" } },
}]] }, function(sup)
  t.ok(sup:reach("b", "up"), "A23: services")
  math.randomseed(3)
  local services = #json.decode(sup:svc("list", "--json").out)

  shower(sup, WARM)
  for _, fd in ipairs(crowd(sup)) do fd:close() end
  sup:svc("list")
  local fds = sup:descriptors()
  local memory = supervisor.memory()

  steady.holds(("A23: %d random packets: each list within 50 ms"):format(PACKETS), function()
    local seen = watch(services)
    shower(sup, PACKETS, function()
      local fd <close> = connected(sup)
      seen.ask(fd)
    end)
    return seen.verdict()
  end)

  steady.holds("A23: 200 clients that are silent, never read, or send too much: so are theirs",
    function()
      local seen = watch(services)
      local clients = crowd(sup)
      for _ = 1, 50 do
        local fd <close> = connected(sup)
        seen.ask(fd)
        clients[#clients + 1] = connected(sup)
      end
      for _, fd in ipairs(clients) do fd:close() end
      return seen.verdict()
    end)

  local big = connected(sup)
  big:send(("x"):rep(20000))
  t.ok(supervisor.answer(big):find("end=2", 1, true), "A23: a packet that is too long is malformed")
  big:close()
  local strangers = {}
  for _ = 1, 200 do strangers[#strangers + 1] = sup:connect("info") end
  t.is(sup:svc("list").status, 0, "A23: 200 strangers do not lock out root")
  for _, one in ipairs(strangers) do one:close() end

  -- a descriptor that nobody asked for is not kept
  local send = require "init.send"
  local one = connected(sup)
  for _ = 1, 50 do
    send(one, "list\0", one)
    repeat until supervisor.answer(one):find("end=", 1, true)
  end
  local plan = S.memfd_create("x", "cloexec, allow_sealing")
  for _, text in ipairs { "", "nonsense", ("\0"):rep(4096), "LPLN" .. ("\1"):rep(500) } do
    S.ftruncate(plan, 0)
    S.pwrite(plan, text, nil, 0)
    send(one, "apply\0", plan)
    local told = supervisor.answer(one)
    t.ok(told:find("end=1", 1, true), "A23: a plan that is none is refused", told)
    plan:close()
    plan = S.memfd_create("x", "cloexec, allow_sealing")
  end
  one:close()

  t.is(sup:descriptors(), fds, "A23: no descriptor is kept")
  supervisor.has_not_grown(memory, 4, "A23: no growth")

  -- the socket vanishes: it is made again
  os.remove(sup.base .. "/run/ctl")
  t.ok(supervisor.eventually(function() return sup:svc("list").status == 0 end),
    "the socket comes back when it was removed")
  S.rename(sup.base .. "/run", sup.base .. "/gone")
  t.ok(supervisor.eventually(function() return sup:svc("list").status == 0 end),
    "and so it does when its folder was")
end)
