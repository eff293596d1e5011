-- passed.lua - descriptors that clients and services hand to PID 1: none is kept, none holds it up

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"

local function pass(fd, text, files)
  return fd:sendmsg(S.t.msghdr { iov = S.t.iovecs { text },
    control = S.t.cmsghdr("socket", "rights", files) })
end

--- A socket whose last close waits for the peer, which never reads: 60 s by SO_LINGER. The peer,
--- the listener and the socket.
local function lingering()
  local listener = assert(S.socket("inet", "stream, cloexec"))
  assert(listener:bind(S.t.sockaddr_in(0, "127.0.0.1")))
  assert(listener:listen(1))
  local fd = assert(S.socket("inet", "stream, cloexec"))
  assert(fd:connect(assert(listener:getsockname())))
  local peer = assert(listener:accept())
  assert(fd:setsockopt("socket", "linger", string.pack("i4i4", 1, 60)))
  assert(fd:nonblock())
  local bytes = ("x"):rep(65536)
  repeat until not fd:write(bytes)
  return peer, listener, fd
end

supervisor.with({ ["a.lua"] = [[
  local S = require "syscall"
  return service { name = "keeper", store = 1, ready = "notify", run = function()
    local fd = assert(S.socket("unix", "dgram"))
    assert(fd:connect(S.t.sockaddr_un(os.getenv "NOTIFY_SOCKET")))
    fd:send "READY=1"
    S.nanosleep(1000)
  end }
]] }, function(sup)
  t.ok(sup:reach("keeper", "up"), "up")
  local before = sup:descriptors()
  for _, name in ipairs { "ctl", "info" } do
    local client = assert(sup:connect(name))
    for _ = 1, 10 do
      for count = 1, 3 do
        local files = {}
        for n = 1, count do files[n] = client end
        assert(pass(client, "info\0", files))
        supervisor.answer(client)
        supervisor.answer(client)
      end
    end
    client:close()
  end
  local notify = assert(supervisor.unix(sup.base .. "/run/notify", "dgram"))
  for count = 1, 40 do
    local files = {}
    for n = 1, count do files[n] = notify end
    assert(pass(notify, "FDSTORE=1", files))
  end
  t.is(sup:svc("list").status, 0, "PID 1 answers")
  local after
  t.ok(supervisor.eventually(function()
    after = sup:descriptors()
    return after <= before
  end), "no descriptor that came along is kept", before .. " -> " .. after)

  -- whoever closes the last one of these waits for a minute: a child sends it, which ends at once
  for _, where in ipairs { "notify", "info", "ctl", "events" } do
    local peer, listener, slow = lingering()
    local to = where == "notify" and notify or
      assert(sup:connect(where == "ctl" and "ctl" or "info"))
    if where == "events" then -- it is not listened to any more
      assert(to:write("events\0"))
      sup:settled(function() end)
    end
    local child = S.fork()
    if child == 0 then
      for _ = 1, where == "events" and 1 or 8 do pass(to, "info\0", { slow }) end
      S._exit(0)
    end
    slow:close() -- the child has it still, or its message has
    if to ~= notify then to:close() end
    S.waitpid(child)
    local began = S.clock_gettime("monotonic").time
    t.is(sup:svc("list").status, 0, "PID 1 answers, " .. where)
    local took = S.clock_gettime("monotonic").time - began
    t.ok(took < 20, "and does not wait for a peer of what was passed to " .. where,
      ("%.1f s"):format(took))
    peer:close()
    listener:close()
  end
end, { network = "lo" })
