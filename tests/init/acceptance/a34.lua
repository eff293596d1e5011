-- a34.lua - re-exec under load: 50 services, a `svc log -f` client, an open listening socket
-- Same pids, the client stays and misses no line, uptime counters go on. More of resume.lua.

local t = require "test"
local S = require "syscall"
local json = require "json"
local supervisor = require "supervisor"

local REEXECS, ROUNDS = 5, 10 -- of whoever asks meanwhile, for each
local base = t.tmp()

local function monotonic() return S.clock_gettime("monotonic").time end

-- 40 that sleep, 9 that print numbered lines, one that crashes all the time, and a server
local DEFINITIONS = ([==[
  local S = require "syscall"
  local list = {
    service { name = "crashes", run = { "false" },
      restart = { on = "always", delay = 0.02, factor = 1, jitter = 0 } },
    service { name = "server", listen = { e = "unix:%s/echo" }, run = function()
      local socket = S.t.fd(3)
      while true do
        local peer = assert(socket:accept())
        peer:write("pid " .. S.getpid())
        peer:close()
      end
    end },
  }
  for n = 1, 40 do list[#list + 1] = service { name = "s" .. n, run = { "sleep", "1000" } } end
  for n = 1, 9 do
    list[#list + 1] = service { name = "p" .. n, log = { to = "ring" }, run = function()
      for i = 1, 1 << 30 do
        S.write(1, ("line %%d\n"):format(i))
        S.nanosleep(0.01)
      end
    end }
  end
  return list
]==]):format(base)

--- All records, by name.
local function records(sup)
  local list = {}
  for _, record in ipairs(json.decode(sup:svc("list", "--json").out)) do
    list[record.name] = record
  end
  return list
end

--- Answer of a connection's request: its keys; nil when it has none.
local function ask(fd, words)
  if not fd:send(words) then return nil end
  local values = {}
  repeat
    if S.poll(S.t.pollfds { { fd = fd, events = "in" } }, 60000) ~= 1 then return nil end
    local packet = fd:read(nil, 4096)
    if not packet or packet == "" then return nil end
    for key, value in packet:gmatch("(%w+_?%w*)=([^%z]*)%z") do values[key] = value end
  until values["end"]
  return values
end

--- The sockets among a process's descriptors, as the kernel names them.
local function sockets(pid)
  local list = {}
  for n = 0, 300 do
    local target = S.readlink(("/proc/%d/fd/%d"):format(pid, n)) or ""
    if target:find("^socket:") then list[#list + 1] = target end
  end
  return table.concat(list, " ")
end

--- A process that asks all the time: the server on new connections, PID 1 on one that stays.
--- Its exit code: 0 all was answered; the number of what was not, 100 at most.
local function load(sup)
  local pid = assert(S.fork())
  if pid ~= 0 then return pid end
  S.prctl("set_pdeathsig", "kill")
  local control = supervisor.unix(sup.base .. "/run/ctl", "seqpacket")
  local failed = 0
  local rounds <close> = assert(S.open(base .. "/rounds", "wronly, creat, append", "0644"))
  while not S.stat(base .. "/enough") do
    rounds:write "."
    local peer = supervisor.unix(base .. "/echo", "stream")
    local text = peer and peer:read(nil, 100) or ""
    if not text:find("^pid") then failed = failed + 1 end
    if peer then peer:close() end
    if not ask(control, "list\0") then failed = failed + 1 end
    if not ask(control, "status\0s1\0") then failed = failed + 1 end
  end
  S._exit(math.min(failed, 100))
end

supervisor.with({ ["a.lua"] = DEFINITIONS }, function(sup)
  t.ok(supervisor.eventually(function()
    local up = 0
    for _, record in pairs(records(sup)) do
      up = up + (record.state == "up" and record.kind == "service" and 1 or 0)
    end
    return up >= 50
  end) and sup:reach("default", "up"), "A34: 50 services are up", sup:log())

  local out <close> = assert(S.open(base .. "/followed", "rdwr, creat, cloexec", "0644"))
  local follower = assert(S.spawn { "luabox", "svc", "log", "-f", "p1", path = t.binary,
    fds = { [0] = 0, [1] = out, [2] = out }, pdeathsig = "kill" })
  local function followed() return t.read(base .. "/followed") end
  t.ok(supervisor.eventually(function() return followed():find("line %d+\n") end),
    "A34: a client follows a log")
  local asking = load(sup)
  local function rounds() return (S.stat(base .. "/rounds") or { size = 0 }).size end
  local staying = assert(supervisor.unix(sup.base .. "/run/ctl", "seqpacket"))
  local client = assert(supervisor.find_command("luabox", "svc", "log", "-f", "p1"))
  local connection, listening = sockets(client), S.stat(base .. "/echo").st_ino

  local before = records(sup)
  local up = tonumber(ask(staying, "info\0").up_ms)
  local from = monotonic()
  for n = 1, REEXECS do
    local asked = rounds()
    t.is(sup:svc("reexec").status, 0, "A34: a new image")
    t.ok(supervisor.eventually(function()
      return select(2, sup:log():gsub("running a new image", "")) == n
    end), "A34: which runs", sup:log())
    local length = #followed()
    t.ok(supervisor.eventually(function() return #followed() > length end),
      "A34: the log goes on")
    t.ok(supervisor.eventually(function() return rounds() >= asked + ROUNDS end), "A34: a load")
  end
  local lived = math.floor((monotonic() - from) * 1000) - 1 -- both ends are cut to milliseconds
  local now = tonumber(ask(staying, "info\0").up_ms)
  t.ok(now - up >= lived, "A34: PID 1's own uptime goes on", ("%d + %d, now %d"):format(up,
    lived, now))

  local after, wrong = records(sup), {}
  for name, record in pairs(before) do
    local new = after[name] or {}
    if name ~= "crashes" and (record.pid ~= new.pid or record.state ~= new.state or
        record.restarts ~= new.restarts or record.started_ms ~= new.started_ms or
        record.since_ms + lived > new.since_ms) then
      wrong[#wrong + 1] = { record, new }
    end
  end
  t.is(wrong, {}, "A34: services have their pids, and are up for as long as they are")
  t.ok(after.crashes.restarts > before.crashes.restarts, "A34: restarts are counted on")
  t.is(sockets(client), connection, "A34: the client has the connection that it had")
  t.is(S.stat(base .. "/echo").st_ino, listening, "A34: so has the server its socket")

  t.write(base .. "/enough", "")
  local _, _, status = S.waitpid(asking)
  t.is(status.EXITSTATUS, 0, "A34: whoever asked meanwhile was answered")
  t.is(S.waitpid(follower, "nohang"), 0, "A34: the client stays to the end")
  S.kill(follower, "kill")
  S.waitpid(follower)
  local number, gaps = nil, {} -- the first is the oldest that the journal had
  for line in followed():gmatch("line (%d+)\n") do
    number = number and number + 1 or tonumber(line)
    if tonumber(line) ~= number then gaps[#gaps + 1] = line end
  end
  t.is(gaps, {}, "A34: it has missed no line, and has none twice")
end)
