-- guard.lua - PID 1 does not spin, and is never slowed down by what there is to do
--
-- The fault: a descriptor that is always readable and that no room of PID 1 knows is put among
-- those that it waits for. epoll keeps it for as long as the file is open: here, in the test.

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"

local LOAD_SECONDS = 3
local TURNS = 1000 -- in a second: as many for nothing would be too many (init/loop.c)

--- The clock ticks that PID 1 has used.
local function ticks()
  local fields = t.read("/proc/1/stat"):match("%) (.*)")
  local user, system = fields:match("^" .. ("%S+ "):rep(11) .. "(%d+) (%d+)")
  return user + system
end

--- PID 1's descriptor of that kind, as one of ours.
local function descriptor(sup, kind)
  local pidfd = assert(S.pidfd_open(sup.pid))
  for number = 3, 300 do
    if S.readlink("/proc/1/fd/" .. number) == "anon_inode:[" .. kind .. "]" then
      return S.pidfd_getfd(pidfd, number)
    end
  end
end

supervisor.with({ ["a.lua"] = [[return {
  service { name = "a", run = { "sleep", "1000" } },
  service { name = "busy", run = { "true" }, restart = { on = "always", delay = 0, max = 0 } },
  group { name = "default", wants = { "a" } },
}]] }, function(sup)
  t.ok(sup:reach("a", "up"), "a service")

  -- thousands of requests a second, then a service that ends at once: work, however much
  local fd = assert(S.socket("unix", "seqpacket"))
  assert(fd:connect(S.t.sockaddr_un(sup.base .. "/run/ctl")))
  local busy, counts = 0, {} -- how many seconds were, and what each had
  supervisor.eventually(function()
    local packets, deadline = 0, S.clock_gettime("monotonic").time + 1
    repeat
      assert(fd:send "once\0a\0")
      assert(fd:read(nil, 4096))
      packets = packets + 1
    until S.clock_gettime("monotonic").time > deadline
    counts[#counts + 1] = packets
    busy = packets > 2 * TURNS and busy + 1 or 0
    return busy == LOAD_SECONDS
  end)
  t.is(busy, LOAD_SECONDS, "a load of requests: " .. table.concat(counts, " "))
  sup:svc("start", "busy")
  t.ok(supervisor.eventually(function() return sup:status("busy").starts > 200 end),
    "and of restarts")
  sup:svc("stop", "-w", "busy")
  t.ok(not sup:log():find("busy: %d+ turns"), "which is never slowed down", sup:log())

  local epoll, err = descriptor(sup, "eventpoll")
  if not epoll then
    t.skip_one("a source that nobody reads", "needs pidfd_getfd(2): " .. tostring(err))
    return
  end
  local before = ticks()
  S.nanosleep(1)
  t.ok(ticks() - before < 20, "PID 1 is idle", ticks() - before) -- of 100
  local fault = assert(S.eventfd(1, "cloexec"))
  assert(epoll:epoll_ctl("add", fault, "in"))
  t.ok(sup:says("turns in a second for nothing"), "a source that nobody reads is noticed")
  local _, count = sup:log():gsub("turns in a second for nothing", "")
  before = ticks()
  local from = S.clock_gettime("monotonic").time
  S.nanosleep(3)
  local used = (ticks() - before) / (S.clock_gettime("monotonic").time - from)
  t.ok(used < 20, "and PID 1 does not burn the machine", used) -- of 100
  t.is(select(2, sup:log():gsub("turns in a second for nothing", "")), count, "it is said once")
  t.is(sup:svc("restart", "-w", "a").status, 0, "it obeys meanwhile")
  t.is(sup:state("a"), "up", "and does its work")
  S.nanosleep(0.7) -- amid a second of PID 1's
  fault:close()
  S.nanosleep(2.5)
  fault = assert(S.eventfd(1, "cloexec"))
  assert(epoll:epoll_ctl("add", fault, "in"))
  t.ok(supervisor.eventually(function()
    return select(2, sup:log():gsub("turns in a second for nothing", "")) > count
  end), "once it was over, the next is noticed anew")
end)

-- no descriptor is left: the silent client goes, and with nobody to shed a connection is ended
supervisor.with({ ["a.lua"] = 'return service { name = "a", run = { "sleep", "1000" } }' },
  function(sup)
  local function connect() return assert(supervisor.unix(sup.base .. "/run/ctl", "seqpacket")) end
  local function ended(fd)
    local fds = S.t.pollfds { { fd = fd, events = "in" } }
    return S.poll(fds, 10000) == 1 and fd:read(nil, 100) == ""
  end
  local function accepted()
    local count = 0
    for number = 3, 300 do
      if (S.readlink("/proc/1/fd/" .. number) or ""):find("^socket:") then count = count + 1 end
    end
    return count
  end

  t.ok(sup:reach("a", "up"), "a service")
  local before = sup:settled(accepted) - 1 -- but for who asks
  local silent = connect()
  t.ok(supervisor.eventually(function() return accepted() == before + 1 end), "a client")
  local free = 3
  while S.readlink("/proc/1/fd/" .. free) do free = free + 1 end
  assert(S.prlimit(sup.pid, "nofile", { cur = free, max = free }))
  t.is(sup:svc("status", "a").status, 0, "another is heard when descriptors have run out")
  t.ok(ended(silent), "and the one that was silent is shed")

  local closed
  supervisor.eventually(function()
    free = 3
    while S.readlink("/proc/1/fd/" .. free) do free = free + 1 end
    assert(S.prlimit(sup.pid, "nofile", { cur = free, max = free }))
    local fd <close> = connect()
    closed = ended(fd)
    return closed
  end)
  t.ok(closed, "with nobody to shed a connection is ended at once")
  local used = ticks()
  S.nanosleep(1)
  t.ok(ticks() - used < 50, "and PID 1 does not spin", tostring(ticks() - used))
end)
