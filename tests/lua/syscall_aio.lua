-- tests/lua/syscall_aio.lua - io_submit(2): reading and writing that ends later

local t = require "test"
local S = require "syscall"
local c, types, mem = S.c, S.t, S.mem

local context, err = S.io_setup(8)
if not context then t.skip("no aio here: " .. tostring(err)) end

local file = assert(S.open(t.tmp() .. "/file", "creat, rdwr", "rwxu"))
assert(file:write("hello, world"))

local buffer = types.buffer(5)
local batch = types.iocb_array {
  { opcode = "pread", data = 42, fildes = file, buf = buffer, nbytes = 5, offset = 7 },
}
t.is({ batch.nr, batch.iocbs[0].aio_lio_opcode, batch.iocbs[0].aio_nbytes },
  { 1, c.IOCB_CMD.PREAD, 5 })
t.is(S.io_submit(context, batch), 1)
local events = types.io_events(4)
local seen = {}
for i, event in assert(S.io_getevents(context, 1, events)) do
  seen[#seen + 1] = { i, event.data, event.res, event.error }
end
t.is(seen, { { 0, 42, 5 } })
t.is(mem.string(buffer, 5), "world")

-- several at once; an event for each, by its data
local write = { opcode = "pwrite", data = 1, fildes = file, buf = types.buffer(3, { 97, 98, 99 }),
  nbytes = 3, offset = 0 }
local bad = { opcode = "pread", data = 2, fildes = file, buf = nil, nbytes = 5, offset = 0 }
t.is(S.io_submit(context, types.iocb_array { write, bad }), 2)
local results = {}
local got = 0
while got < 2 do
  local _, _, n = assert(S.io_getevents(context, 1, events, 60))
  for i = 1, n do results[events[i].data] = events[i] end
  got = got + n
end
t.is(results[1].res, 3)
t.ok(results[2].error and results[2].error.FAULT, "no buffer")
local back = types.buffer(5)
t.is({ file:pread(back, 5, 0), mem.string(back, 5) }, { 5, "abclo" })

-- an eventfd tells
local told = assert(S.eventfd())
batch = types.iocb_array { { opcode = "pread", fildes = file, buf = buffer, nbytes = 5, offset = 0,
  resfd = told } }
t.is(batch.iocbs[0].aio_flags, c.IOCB_FLAG.RESFD)
t.is(S.io_submit(context, batch), 1)
t.is(S.util.eventfd_read(told), 1)
local _, _, n = S.io_getevents(context, 0, events)
t.is(n, 1)
_, _, n = S.io_getevents(context, 0, events)
t.is(n, 0, "no more of them")

-- the kernel has the buffer until the event is read: nobody else needs to
local _, _, r, w = assert(S.pipe())
do
  local weak = setmetatable({}, { __mode = "v" })
  weak[1] = types.buffer(8)
  local poll = types.iocb_array { { opcode = "poll", fildes = r, buf = c.POLL.IN } }
  weak[2] = poll.iocbs
  t.is(S.io_submit(context, poll), 1, "a wait for a pipe")
  poll = nil -- luacheck: ignore
  collectgarbage()
  collectgarbage()
  t.ok(weak[2], "what was submitted stays")
  w:write("x")
  S.io_getevents(context, 1, events, 60)
  collectgarbage()
  collectgarbage()
  t.is(weak[2], nil, "and goes with its event")
end

-- what cannot be
t.raises(function()
  S.io_submit(context, types.iocb_array { { opcode = "pread", fildes = file, buf = buffer,
    nbytes = 6 } })
end, "a pointer to 5 bytes, of which 6 are asked")
t.raises(function()
  S.io_submit(context, types.iocb_array { { opcode = "pread", fildes = file, buf = 4096,
    nbytes = 6 } })
end, "a pointer to 0 bytes", "a number is no memory")
t.raises(function() -- an address alone is no list of buffers
  S.io_submit(context, types.iocb_array { { opcode = "preadv", fildes = file, buf = 4096,
    nbytes = 1 } })
end, "more buffers")
t.raises(function() S.io_submit(context, { {} , 5 }) end, "bad argument")
t.raises(function() S.io_submit(context) end, "iocb_array expected")
t.raises(function() types.iocb { opcode = "nosuch" } end, "number expected")
t.raises(function() S.io_getevents(context, 1, buffer) end, "io_events expected")
t.is({ S.io_submit(1, batch) }, { nil, types.error("inval") }, "no such context")
t.ok(not S.io_cancel(context, types.iocb()), "nothing to cancel")
t.ok(S.io_destroy(context))
t.is({ S.io_destroy(context) }, { nil, types.error("inval") })
t.is({ S.io_setup(0) }, { nil, types.error("inval") })
