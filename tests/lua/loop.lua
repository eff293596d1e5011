-- tests/lua/loop.lua - the event loop
--
-- Order of events is asserted, never speed: deadlines are short, and what must not happen
-- before them is made to take for ever.

local t = require "test"
local S = require "syscall"
local loop = require "loop"
local timers = require "loop.timers"

local SHORT = 0.01

local function pipe()
  local _, _, r, w = assert(S.pipe2("nonblock"))
  return r, w
end

--- A value that notes its closing in `log`.
local function noting(log, what)
  return setmetatable({}, { __close = function() log[#log + 1] = what end })
end

-- The heap: waits come out in the order of their deadlines, ended ones not at all.
do
  local heap, all = timers.new(), {}
  math.randomseed(7)
  for i = 1, 500 do
    all[i] = { at = math.random(1, 200) }
    heap:add(all[i])
  end
  local live = {}
  for i, wait in ipairs(all) do
    if i % 3 == 0 then live[#live + 1] = wait.at else wait.done = true heap:leave() end
  end
  t.ok(#heap.heap < 400, "ended waits are sorted out: " .. #heap.heap)
  table.sort(live)
  t.is(heap:earliest(), live[1], "earliest")
  local order = {}
  local wait = heap:due(1000)
  while wait do
    order[#order + 1] = wait.at
    wait = heap:due(1000)
  end
  t.is(order, live, "order")
  t.is({ heap:earliest(), heap.ended }, { nil, 0 }, "empty")
  heap:add { at = 5 }
  t.is(heap:due(4.9), nil, "not due yet")
  t.is(heap:due(5).at, 5, "due")
end

t.is({ loop.run(function(...) return ... end, 1, nil, 3) }, { 1, nil, 3 }, "arguments and results")
t.raises(function() loop.sleep(0) end, "only a task", "waiting outside a task")
t.raises(function() loop.spawn(print) end, "only within loop.run", "spawning outside run")

-- Sleeping: order by deadline, whatever the order of starting.
loop.run(function()
  local order, tasks = {}, {}
  local now, start = loop.now, loop.now()
  loop.now = function() return start end -- they all begin at one time
  for i, seconds in ipairs { 0.03, 0.01, 0.02, 0 } do
    tasks[i] = loop.spawn(function()
      loop.sleep(seconds)
      order[#order + 1] = i
    end)
  end
  loop.sleep(0)
  loop.now = now
  for _, task in ipairs(tasks) do task:join() end
  t.is(order, { 4, 2, 3, 1 }, "sleepers wake in order")
end)

-- Descriptors.
loop.run(function()
  local r, w = pipe()
  local reader = loop.spawn(loop.read, r, 10)
  local timed_out = S.t.error("TIMEDOUT")
  t.is({ reader:join(loop.now() + SHORT) }, { nil, timed_out }, "joining has a deadline")
  w:write("hello")
  t.is(reader:join(), "hello", "read waits for bytes")
  local ok, err = loop.readable(r, loop.now() + SHORT)
  t.is({ ok, err and err.TIMEDOUT }, { nil, true }, "a deadline passes")
  t.is(loop.readable(r, loop.now() - 1), nil, "a deadline in the past passes, too")
  w:write("x")
  t.is(loop.readable(r, loop.now() - 1), true, "what is ready at once has no need of time")
  t.is(loop.read(r), "x", "still there")
  local waiting = loop.spawn(loop.readable, r)
  loop.sleep(0)
  t.raises(function() loop.readable(r) end, "another task waits", "two readers of one descriptor")
  w:close()
  t.is(waiting:join(), true, "the end of file wakes")
  t.is(loop.read(r), "", "and reads as nothing")
  r:close()

  -- A number that is used again means another file.
  local r2, w2 = pipe()
  w2:write("y")
  t.is(loop.read(r2), "y", "a descriptor's number used again")
  r2:close()
  S.signal("pipe", "ign")
  local _, failure = loop.write(w2, "z")
  t.ok(failure and failure.PIPE, "writing where nobody reads")
  S.signal("pipe", "dfl")

  local file = assert(S.open("/proc/self/exe", "rdonly"))
  t.is(loop.readable(file), true, "a regular file never waits")
  _, failure = loop.readable(999)
  t.ok(failure and failure.BADF, "a descriptor that is not open")
end)

-- Both directions of one descriptor at a time.
loop.run(function()
  local _, _, a, b = assert(S.socketpair("unix", "stream, nonblock"))
  local big = ("0123456789"):rep(100000)
  local writer = loop.spawn(loop.write, a, big)
  local echo = loop.spawn(loop.read, a, 4)
  loop.sleep(0)
  loop.write(b, "back")
  t.is(echo:join(), "back", "reading while the other task's write waits")
  local got = {}
  local size = 0
  while size < #big do
    got[#got + 1] = loop.read(b, 65536)
    size = size + #got[#got]
  end
  t.is({ writer:join(), table.concat(got) == big }, { true, true }, "a write in many pieces")
end)

-- Connections.
loop.run(function()
  local server <close> = assert(S.socket("inet", "stream, nonblock"))
  assert(server:bind(S.t.sockaddr_in(0, "127.0.0.1")))
  assert(server:listen())
  local address = server:getsockname()
  local accepting = loop.spawn(function()
    local one <close> = assert(loop.accept(server))
    loop.write(one, loop.read(one):upper())
  end)
  local client <close> = assert(S.socket("inet", "stream, nonblock"))
  t.ok(loop.connect(client, address, loop.now() + 60), "connect")
  loop.write(client, "ping")
  t.is(loop.read(client), "PING", "accept, read, write")
  accepting:join()
  server:close()
  local refused <close> = assert(S.socket("inet", "stream, nonblock"))
  local _, err = loop.connect(refused, address, loop.now() + 60)
  t.ok(err and err.CONNREFUSED, "a refused connection says so")
end)

-- Children and signals.
loop.run(function()
  local pid, _, pidfd = assert(S.spawn { t.binary, "lua", "-e", "os.exit(7)" })
  t.is(loop.child(pid, pidfd).EXITSTATUS, 7, "a child's status")
  pid = assert(S.spawn { t.binary, "lua", "-e", "require'syscall'.pause()" })
  local _, err = loop.child(pid, nil, loop.now() + SHORT)
  t.ok(err and err.TIMEDOUT, "a child that goes on")
  S.kill(pid, "kill")
  t.is(loop.child(pid).TERMSIG, S.c.SIG.KILL, "a child that was killed")

  local signals <close> = loop.signals("usr1, usr2")
  S.kill(S.getpid(), "usr2")
  t.is(signals:wait(), "usr2", "a signal")
  _, err = signals:wait(loop.now() + SHORT)
  t.ok(err and err.TIMEDOUT, "no further signal")
end)
t.ok(not S.sigprocmask().usr1, "the mask is as before")

-- Cancelling closes what the task holds, wherever it waits.
loop.run(function()
  local log = {}
  local r = pipe()
  local queue = loop.queue()
  local ways = {
    sleeping = function() loop.sleep(1e9) end,
    reading = function() loop.read(r) end,
    queueing = function() queue:get() end,
    joining = function()
      local inner <close> = loop.spawn(function()
        local _ <close> = noting(log, "inner")
        loop.sleep(1e9)
      end)
      inner:join()
    end,
  }
  for what, way in pairs(ways) do
    local task = loop.spawn(function()
      local _ <close> = noting(log, what)
      way()
    end)
    loop.sleep(0)
    loop.sleep(0)
    task:cancel()
    t.is(log[#log], what, "cancelled while " .. what)
    local _, err = task:join()
    t.ok(err and err.CANCELED, "and says so")
    task:cancel() -- again: nothing
  end
  t.ok(table.concat(log, " "):find("inner joining"), "a task closed with the one that owns it")
  queue:put("value")
  t.is(queue:get(), "value", "a cancelled task takes nothing from a queue")
  t.is(loop.readable(r, loop.now() + SHORT), nil, "and holds no descriptor")

  local ran = false
  local early = loop.spawn(function() ran = true end)
  early:cancel()
  loop.sleep(0)
  t.is(ran, false, "cancelled before it ran")

  local self_cancel
  self_cancel = loop.spawn(function()
    local _ <close> = noting(log, "self")
    self_cancel:cancel()
  end)
  self_cancel:join()
  t.is(log[#log], "self", "a task cancels itself")
end)

do
  local log = {}
  loop.run(function()
    loop.spawn(function()
      local _ <close> = noting(log, "left over")
      loop.sleep(1e9)
    end)
    loop.sleep(0)
  end)
  t.is(log, { "left over" }, "tasks left when run ends are cancelled")
end

-- Queues.
loop.run(function()
  local queue = loop.queue()
  queue:put(1)
  queue:put(2)
  t.is({ queue:get(), queue:get() }, { 1, 2 }, "first in, first out")
  local first, second = loop.spawn(queue.get, queue), loop.spawn(queue.get, queue)
  loop.sleep(0)
  queue:put("a")
  queue:put("b")
  t.is({ first:join(), second:join() }, { "a", "b" }, "who waits longest is served first")
  t.is(queue:get(loop.now() + SHORT), nil, "nothing more")
  queue:put("c")
  t.is(queue:get(), "c", "a wait that timed out takes nothing")
end)

-- Errors.
t.raises(function() loop.run(function() error("in main") end) end, "in main\nstack traceback",
  "an error of the first task is raised")
t.raises(function() loop.run(function() error({}) end) end, "table:", "whatever it is")
loop.run(function()
  local task = loop.spawn(function() error("in a task") end)
  t.raises(function() task:join() end, "in a task\nstack traceback", "joining raises the error")
end)
local lone = t.execute { "lua", "-e", [[
  local loop = require "loop"
  loop.run(function()
    loop.spawn(function() error("nobody listens") end)
    loop.sleep(0)
    print("alive")
  end)]] }
t.is({ lone.status, lone.out }, { 0, "alive\n" }, "an error in a task leaves the others alone")
t.ok(lone.err:find("nobody listens\nstack traceback"), "and is reported")
t.raises(function() loop.run(function() loop.queue():get() end) end, "every task waits",
  "waiting for nothing is found out")
t.is(loop.run(function() return "fresh" end), "fresh", "run works after an error")
t.is(loop.run(loop.run, function() return "nested" end), "nested", "run in run")

-- A busy pair of tasks does not starve descriptors or time.
loop.run(function()
  local there, back, r, w = loop.queue(), loop.queue(), pipe()
  local function pass(from, to)
    while true do to:put(from:get()) end
  end
  local _ <close> = loop.spawn(pass, there, back)
  local _ <close> = loop.spawn(pass, back, there)
  there:put("ball")
  loop.sleep(SHORT)
  w:write("!")
  t.is(loop.read(r), "!", "two tasks that never rest do not starve a third")
end)

-- Many timers at once.
loop.run(function()
  local tasks, sum = {}, 0
  for i = 1, 2000 do
    tasks[i] = loop.spawn(function()
      loop.sleep(i % 20 / 1000)
      sum = sum + 1
    end)
  end
  for i = 1, 2000, 2 do tasks[i]:cancel() end
  for i = 2, 2000, 2 do tasks[i]:join() end
  t.is(sum, 1000, "two thousand sleepers, half of them cancelled")
end)

t.is(#(function()
  local open = {}
  for d in assert(S.open("/proc/self/fd", "rdonly, directory")):getdents() do
    if d.name:find("%d") then open[#open + 1] = d.name end
  end
  return open
end)() < 40, true, "descriptors are given back")
