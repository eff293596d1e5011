-- sockets.lua - A20 and A21: sockets that PID 1 holds, and what services store

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"

local base = t.tmp()

--- A server that answers each connection with its pid, and ends after `count` of them.
local SERVER = [[
  local S = require "syscall"
  local function serve(count)
    return function()
      assert(os.getenv "LISTEN_PID" == tostring(S.getpid()))
      local names = {}
      for name in os.getenv "LISTEN_FDNAMES":gmatch("[^:]+") do names[#names + 1] = name end
      assert(#names == tonumber(os.getenv "LISTEN_FDS"))
      local socket = S.t.fd(3)
      for _ = 1, count do
        local peer = assert(socket:accept())
        peer:write(names[1] .. " " .. S.getpid() .. "\n")
        peer:close()
      end
    end
  end
]]

--- A connection to a path, or to a port of this machine.
local function connect(where)
  local kind = type(where) == "number" and "inet" or "unix"
  local fd = assert(S.socket(kind, "stream"))
  local ok, err = fd:connect(kind == "inet" and S.t.sockaddr_in(where, "127.0.0.1") or
    S.t.sockaddr_un(where))
  return ok and fd, tostring(err)
end

local function ask(where)
  local fd <close>, err = connect(where)
  if not fd then return nil, err end
  local polled = S.poll(S.t.pollfds { { fd = fd, events = "in" } }, 60000)
  return polled == 1 and fd:read(nil, 100) or nil, "no answer"
end

-- A20: connections before the start and over 50 restarts
for _, case in ipairs {
  { listen = "unix:" .. base .. "/api?mode=0660", where = base .. "/api", open = "open1" },
  { listen = "tcp:127.0.0.1:4711", where = 4711, open = "open2" },
} do
  supervisor.with({ ["a20.lua"] = SERVER .. ([[
    return {
      service { name = "gate", run = { "sleep", "1000" }, ready = { file = %q .. "/%s" } },
      service { name = "server", run = serve(1), pre = sh "sleep 0.02",
        listen = { api = %q }, needs = { "gate" }, restart = { on = "always", delay = 0 } },
    }
  ]]):format(base, case.open, case.listen) }, function(sup)
    local early
    t.ok(supervisor.eventually(function()
      early = connect(case.where)
      return early
    end), "A20: a client connects before the service may start, " .. case.listen)
    t.is(sup:state("server"), "waiting", "which waits for another")
    t.write(base .. "/" .. case.open, "")
    t.ok((early:read(nil, 100) or ""):find("^api %d+\n"), "and is served")
    local pids, refused = {}, nil
    for _ = 1, 50 do
      local answer, err = ask(case.where)
      if answer then
        pids[answer] = true
      else
        refused = refused or err
      end
    end
    t.is(refused, nil, "50 restarts refuse nobody")
    local count = 0
    for _ in pairs(pids) do count = count + 1 end
    t.is(count, 50, "each was another process")
    if case.where ~= 4711 then
      t.is(S.stat(base .. "/api").mode & tonumber("777", 8), tonumber("660", 8), "with its mode")
    end
    t.is(sup:svc("stop", "-w", "server").status, 0, "when it is stopped")
    t.ok(not ask(case.where), "nobody listens any more")
  end, { network = "lo" })
end

-- A21: nobody runs until somebody connects; a clean end waits for the next
supervisor.with({ ["a21.lua"] = SERVER .. ([[
  return {
    service { name = "lazy", run = serve(2),
      listen = { http = "tcp:127.0.0.1:4712", b = "unix:" .. %q .. "/lazy", demand = true } },
    service { name = "uses", run = { "sleep", "1000" }, needs = { "lazy" } },
  }
]]):format(base) }, function(sup)
  t.ok(sup:reach("uses", "up"), "A21: who needs it is up")
  local lazy = sup:status("lazy")
  t.is({ lazy.state, lazy.reason, lazy.pid }, { "waiting", "first connection", nil },
    "there is no process")
  local answer = ask(base .. "/lazy")
  t.ok(answer and answer:find("^b %d+"), "the first connection is served", answer)
  t.is(sup:state("lazy"), "up", "by a process")
  ask(base .. "/lazy")
  t.ok(sup:reach("lazy", "waiting"), "it ends and waits again")
  answer = ask(base .. "/lazy")
  t.ok(answer and answer:find("^b %d+"), "for the next")
  t.is(sup:state("uses"), "up", "nobody else noticed")
end, { network = "lo" })

-- all kinds of sockets are what they say
supervisor.with({ ["kinds.lua"] = ([[
  local base = %q
  return service {
    name = "kinds", ready = "exit", restart = "never",
    listen = {
      a = "tcp:127.0.0.1:4713", b = "tcp:[::1]:4713", c = "udp:127.0.0.1:4713",
      d = "unix:" .. base .. "/stream", e = "seqpacket:" .. base .. "/seq",
      f = "dgram:" .. base .. "/dgram", g = "fifo:" .. base .. "/fifo?mode=0622",
      h = "netlink:uevent",
    },
    run = sh "for n in 3 4 5 6 7 8 9 10 11; do readlink /proc/self/fd/$n || echo none; done",
  }
]]):format(base) }, function(sup)
  t.ok(sup:reach("kinds", "done"), "all are made", sup:log())
  t.ok(supervisor.eventually(function() return sup:log():find("kinds: none") end), "it has run")
  local list = {}
  for kind in sup:log():gmatch("kinds: (%S-)[:%s]") do list[#list + 1] = kind end
  t.is(list, { "socket", "socket", "socket", "socket", "socket", "socket", base .. "/fifo",
    "socket", "none" }, "eight descriptors from 3 on, and no more")
end, { network = "lo" })
supervisor.with({ ["taken.lua"] = [[
  return {
    service { name = "first", run = { "sleep", "1000" }, listen = { a = "tcp:127.0.0.1:4714" },
      restart = "never" },
    service { name = "second", run = { "sleep", "1000" }, listen = { a = "tcp:127.0.0.1:4714" },
      restart = "never" },
  }
]] }, function(sup)
  local function one_failed()
    for _, name in ipairs { "first", "second" } do
      if sup:state(name) == "failed" then return name end
    end
  end
  local name = supervisor.eventually(one_failed)
  t.ok(name, "one of two gets the port")
  t.is(sup:status(name or "first").detail, "listen.a: Address already in use",
    "the other says why not")
end, { network = "lo" })

-- descriptors that a service stores
supervisor.with({ ["store.lua"] = ([[
  local S = require "syscall"
  return service { name = "keeper", store = 2, ready = "notify",
    restart = { on = "always", delay = 0 }, run = function()
      local path = os.getenv "NOTIFY_SOCKET"
      local fd = assert(S.socket("unix", "dgram"))
      assert(fd:connect(S.t.sockaddr_un(path)))
      local count = tonumber(os.getenv "LISTEN_FDS" or 0)
      print("has " .. count .. " " .. tostring(os.getenv "LISTEN_FDNAMES"))
      if count == 0 then
        local file = assert(S.open(%q .. "/stored", "rdwr, creat, trunc", "0600"))
        file:write("state")
        for _, name in ipairs { "one", "two", "three" } do
          local message = S.t.msghdr { iov = S.t.iovecs { "FDSTORE=1\nFDNAME=" .. name },
            control = S.t.cmsghdr("socket", "rights", { file }) }
          assert(fd:sendmsg(message))
        end
        fd:send "READY=1"
        S.nanosleep(0.1)
        os.exit(0)
      end
      local stored = S.t.fd(3)
      stored:seek(0, "set")
      print("read " .. stored:read(nil, 100))
      fd:send "READY=1"
      S.nanosleep(1000)
    end }
]]):format(base) }, function(sup)
  t.ok(sup:says("keeper: read state"), "what was stored comes back", sup:log())
  t.ok(sup:log():find("keeper: has 2 two:one", 1, true), "as many as the definition allows",
    sup:log())
end)
