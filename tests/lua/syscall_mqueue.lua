-- tests/lua/syscall_mqueue.lua - message queues, beside what /proc says of them

local t = require "test"
local S = require "syscall"
local c, types, mem = S.c, S.t, S.mem

local name = "luabox-test." .. S.getpid()
S.mq_unlink(name) -- of a test that was killed
local queue, err = S.mq_open(name, "rdwr, creat, nonblock", "rusr, wusr",
  { maxmsg = 3, msgsize = 16 })
if not queue then t.skip("no message queues: " .. tostring(err)) end
t.cleanup(function() S.mq_unlink(name) end)

t.is(S.fcntl(queue, "getfd"), 1, "close-on-exec")
local attr = assert(queue:getattr())
t.is({ attr.flags, attr.maxmsg, attr.msgsize, attr.curmsgs }, { c.O.NONBLOCK, 3, 16, 0 })
t.ok(queue:send("low", nil, 1))
t.ok(queue:send("higher", 4, 9))
t.is(queue:getattr().curmsgs, 2)
local priority = types.int1()
t.is({ queue:receive(nil, 16, priority), priority[0] }, { "high", 9 }, "the highest first")
local buffer = types.buffer(16)
t.is({ queue:receive(buffer, 16), mem.string(buffer) }, { true, "low" })
t.is({ queue:receive(nil, 16) }, { nil, types.error("again") })
t.is({ queue:receive(nil, 4) }, { nil, types.error("msgsize") })
t.is({ queue:send(("x"):rep(17)) }, { nil, types.error("msgsize") })
t.raises(function() queue:receive(types.buffer(4), 5) end, "larger than the buffer")
t.raises(function() queue:send("abc", 4) end, "larger than the buffer")
t.ok(queue:setattr(0), "block from now on")
t.is(queue:getattr().flags, 0)
local before = S.clock_gettime("realtime").time
t.is({ S.mq_timedreceive(queue, nil, 16, nil, before + 0.01) }, { nil, types.error("timedout") })
t.ok(queue:setattr("nonblock"))
t.raises(function() queue:setattr("append") end, "invalid flag append")

-- a name with a slash, as mq_overview(7) has them, is the same
local again = assert(S.mq_open("/" .. name, "rdonly"))
t.ok(queue:send("once"))
t.is(again:receive(nil, 16), "once")
t.is({ again:send("x") }, { nil, types.error("badf") }, "read only")
local number = again:getfd()
again = nil -- luacheck: ignore
collectgarbage()
t.is(S.fcntl(number, "getfd"), nil, "a queue that is dropped is closed")
do
  local scoped <close> = assert(S.mq_open(name, "rdonly"))
  number = scoped:getfd()
end
t.is(S.fcntl(number, "getfd"), nil, "and one whose block is left")
t.is({ S.mq_open(name, "rdwr, creat, excl", "rusr") }, { nil, types.error("exist") })
t.is({ S.mq_open("nosuch" .. name, "rdonly") }, { nil, types.error("noent") })
t.ok(S.mq_unlink(name))
t.is({ S.mq_unlink(name) }, { nil, types.error("noent") })
t.ok(queue:close() and queue:close(), "a second close does nothing")
t.is(queue:getfd(), -1)
t.is(queue.no_such_method, nil)
t.is(types.mqd(5):nogc():getfd(), 5)
t.raises(function() S.mq_open("a\0b", "rdonly") end, "embedded zero")

-- ---- a message that is told of ----

do
  local told = assert(S.mq_open("luabox-notify." .. S.getpid(), "creat, rdwr", "0600",
    { maxmsg = 2, msgsize = 10 }))
  S.mq_unlink("luabox-notify." .. S.getpid())
  S.sigprocmask("block", "usr2")
  t.is(S.mq_notify(told, { notify = "signal", signo = "usr2" }), true)
  t.is(S.mq_timedsend(told, "text"), true)
  t.is(S.sigtimedwait("usr2", 60), S.c.SIG.USR2, "a signal tells of it")
  t.is(S.mq_notify(told, { notify = "none" }), true)
  t.is(S.mq_notify(told), true, "no more")
  S.sigprocmask("unblock", "usr2")
end
