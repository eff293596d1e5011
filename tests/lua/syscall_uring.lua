-- tests/lua/syscall_uring.lua - io_uring: requests, completions, and whose memory it is meanwhile

local t = require "test"
local S = require "syscall"

local ring, unsupported = S.io_uring_setup(8)
if not ring then t.skip("no io_uring here: " .. tostring(unsupported)) end

local tmp = t.tmp()
local PATIENCE = 60 -- seconds, for what is under way

--- Submits, waits for n, and gives what completed by number: {result, err}.
local function complete(n)
  assert(ring:submit(n, PATIENCE))
  local done = {}
  for id, result, err in ring:completions() do done[id] = { result, err } end
  return done
end

--- One request: result, err.
local function one(id, err)
  assert(id, err)
  local done = complete(1)
  return done[id][1], done[id][2]
end

t.is(one(ring:nop()), 0, "nop")
t.is(#ring, 0, "nothing under way")

-- ---- files ----

local f = one(ring:openat("fdcwd", tmp .. "/f", "creat, rdwr", "0640"))
t.is(tostring(f):match("^fd"), "fd", "a descriptor as an object")
t.is(f:fcntl("getfd"), S.c.FD.CLOEXEC, "born close-on-exec")
t.is(one(ring:write(f, "hello world")), 11)
local buffer = S.t.buffer(5)
t.is(one(ring:read(f, buffer, 5, 6)), 5)
t.is(S.mem.string(buffer, 5), "world")
t.is(one(ring:writev(f, { "ab", "cd" }, 0)), 4)
local a, b = S.t.buffer(1), S.t.buffer(3)
t.is(one(ring:readv(f, { a, b }, 1)), 4)
t.is(S.mem.string(a, 1) .. S.mem.string(b, 3), "bcdo")
local iovecs = S.t.iovecs { 2, 2 }
t.is(one(ring:readv(f, iovecs, 0)), 4)
t.is(tostring(iovecs), "abcd", "t.iovecs, too")
t.is(one(ring:fsync(f, "datasync")), 0)
local st = one(ring:statx("fdcwd", tmp .. "/f"))
t.is({ st.size, st.mode & 511, st.isreg }, { 11, tonumber("640", 8), true }, "statx: the struct")
t.is(one(ring:fallocate(f, 0, 0, 4096)) or 0, 0)
t.is(one(ring:mkdirat("fdcwd", tmp .. "/d", "0700")), 0)
t.is(one(ring:symlinkat("there", "fdcwd", tmp .. "/d/l")), 0)
t.is(S.readlink(tmp .. "/d/l"), "there")
t.is(one(ring:renameat("fdcwd", tmp .. "/d/l", "fdcwd", tmp .. "/d/m")), 0)
t.is(one(ring:unlinkat("fdcwd", tmp .. "/d/m")), 0)
t.is(one(ring:unlinkat("fdcwd", tmp .. "/d", "removedir")), 0)
local how = { flags = "rdonly", resolve = "no_symlinks" }
t.is(one(ring:openat2("fdcwd", tmp .. "/f", how)):read(nil, 4), "abcd")
t.is(select(2, one(ring:openat("fdcwd", "/no/such"))).sym, "NOENT", "errors are error objects")
local number = f:getfd()
t.is(one(ring:close_fd(f)), 0)
t.is(f:getfd(), -1, "the object has given its descriptor up")
t.is(select(2, S.fcntl(number, "getfd")).sym, "BADF")

-- ---- sockets ----

local listener = assert(S.socket("inet", "stream"))
assert(listener:bind(S.t.sockaddr_in(0, "127.0.0.1")))
assert(listener:listen())
local client = one(ring:socket("inet", "stream"))
local accepting = assert(ring:accept(listener))
local connecting = assert(ring:connect(client, listener:getsockname()))
local done = complete(2)
local server = done[accepting][1]
t.is(done[connecting][1], 0, "connect")
t.is(one(ring:send(client, "ping")), 4)
t.is(one(ring:recv(server, buffer)), 4)
t.is(S.mem.string(buffer, 4), "ping")
t.is(one(ring:poll_add(client, "out")) & S.c.POLL.OUT, S.c.POLL.OUT, "poll")
t.is(one(ring:shutdown(client, "wr")), 0)
t.is(one(ring:recv(server, buffer)), 0, "the end of the stream")

-- ---- time, cancelling, links ----

t.is(select(2, one(ring:timeout(0.01))).sym, "TIME")
local _, _, r, w = assert(S.pipe())
local reading = assert(ring:read(r, buffer))
t.is(ring:submit(), 1)
t.is(#ring, 1, "under way")
t.is(select(2, ring:submit(1, 0.01)).sym, "TIME", "waited in vain")
local cancelling = assert(ring:cancel(reading))
done = complete(2)
t.is({ done[cancelling][1], done[reading][2].sym }, { 0, "CANCELED" })

reading = assert(ring:read(r, buffer))
ring:mark("io_link")
local limit = assert(ring:link_timeout(0.01))
done = complete(2)
t.is({ done[reading][2].sym, done[limit][2].sym }, { "CANCELED", "TIME" }, "a limit on a read")

local accepted = assert(ring:accept(listener, nil, "multishot"))
ring:submit()
local dialled = {}
for i = 1, 3 do
  dialled[i] = assert(S.socket("inet", "stream"))
  assert(dialled[i]:connect(listener:getsockname()))
end
ring:submit(3, PATIENCE)
local got, more = 0, true
for id, result, err, flags in ring:completions() do
  if id == accepted and result then
    got = got + 1
    more = more and flags & S.c.IORING_CQE.MORE ~= 0
    result:close()
  elseif err then
    more = err
  end
end
t.is({ got, more }, { 3, true }, "one request, three connections")
assert(ring:cancel(accepted))
complete(2)

-- ---- a full ring, and wrong arguments ----

for _ = 1, 8 do assert(ring:nop()) end
t.is(select(2, ring:nop()).sym, "BUSY", "full until it is submitted")
t.is(ring:submit(8), 8)
local count = 0
for _ in ring:completions() do count = count + 1 end
t.is(count, 8)
t.raises(function() ring:read(r, "text") end, "memory expected")
t.raises(function() ring:read(r, buffer, 6) end, "larger than the buffer")
t.raises(function() ring:readv(r, { "x" }) end, "buffers expected")
t.raises(function() ring:timeout() end, "time expected")
t.raises(function() ring:openat("fdcwd", "x", "no_such") end, "invalid flag no_such")
t.raises(function() ring:mark("io_link") end, "nothing prepared")
t.is(#ring, 0, "nothing of these is left")
t.raises(function() S.io_uring_setup(8, 1 << 10) end, "rings' shape")
t.is(select(2, S.io_uring_setup(0)).sym, "INVAL")

-- ---- the kernel holds the memory, so we do ----

do
  local weak = setmetatable({ S.t.buffer(64) }, { __mode = "v" })
  reading = assert(ring:read(r, weak[1]))
  local _, _, silent, writer = assert(S.pipe())
  local vector = assert(ring:readv(silent, { S.t.buffer(8), S.t.buffer(8) }))
  ring:submit()
  collectgarbage()
  collectgarbage()
  t.ok(weak[1], "a buffer that only the kernel knows stays")
  w:write("late")
  ring:submit(1, PATIENCE)
  do
    local buffer_of_it <const> = weak[1] -- it may go as soon as its end is told
    for id, result in ring:completions() do
      t.is({ id, result, S.mem.string(buffer_of_it, 4) }, { reading, 4, "late" })
    end
  end
  collectgarbage()
  t.is(weak[1], nil, "and goes when it is done")
  ring:cancel(vector)
  complete(2)
  writer:close()
end

local page = S.getpagesize()
local map = assert(S.mmap(nil, page, "read, write", "private, anonymous"))
reading = assert(ring:read(r, map))
ring:submit()
t.is(select(2, S.munmap(map, page)).sym, "BUSY", "not while the kernel writes to it")
t.is(select(2, S.mremap(map, page, 2 * page, "maymove")).sym, "BUSY")
t.is(select(2, S.mmap(map, page, "read", "private, anonymous, fixed")).sym, "BUSY")
ring:cancel(reading)
complete(2)
t.ok(S.munmap(map, page), "afterwards it goes")

do -- a ring that goes with requests under way takes them back first
  local lost = S.t.buffer(16)
  do
    local other = assert(S.io_uring_setup(4))
    for _ = 1, 3 do assert(other:read(r, lost)) end
    other:submit()
    assert(other:timeout(1000))
  end
  collectgarbage()
  collectgarbage()
  w:write("for nobody")
  t.is({ lost[0], r:read() }, { 0, "for nobody" }, "nothing was written after the ring's end")
end

do
  local closing <close> = assert(S.io_uring_setup(4))
  assert(closing:accept(listener))
  closing:submit()
  local fd = assert(S.dup(r))
  closing:close_fd(fd)
  closing:close()
  t.is(select(2, S.fcntl(closing and fd, "getfd")).sym, "BADF", "prepared or not, it was given up")
  t.raises(function() closing:nop() end, "closed")
end

local pid = assert(S.fork())
if pid == 0 then
  local ok, err = pcall(ring.nop, ring)
  S._exit(not ok and err:find("another process") and ring:close() and 0 or 1)
end
t.is(select(3, S.waitpid(pid)).EXITSTATUS, 0, "a ring is not inherited")
t.is(one(ring:nop()), 0, "and ours did not suffer")

for _, flags in ipairs { "sqpoll", "single_issuer, defer_taskrun", "coop_taskrun" } do
  local special <close>, no = S.io_uring_setup(4, flags)
  if special then
    local id = assert(special:nop())
    assert(special:submit(1, PATIENCE))
    local seen
    for i in special:completions() do seen = i end
    t.is(seen, id, flags)
  else
    t.skip_one(flags, tostring(no))
  end
end
ring:close()

-- ---- files and buffers that the ring knows ----

do
  local size = S.getpagesize()
  local pool = assert(S.mmap(nil, 2 * size, "read, write", "private, anonymous"))
  local file = assert(S.open(tmp .. "/registered", "creat, rdwr, trunc", "0600"))
  local late = assert(S.io_uring_setup(4))
  local function finish(id, why)
    assert(id, why)
    assert(late:submit(1, PATIENCE))
    for which, result, failure in late:completions() do
      if which == id then return result, failure end
    end
  end

  t.is(late:register_buffers { pool, S.t.buffer(16) }, true)
  local ok, err = late:register_buffers { pool }
  t.ok(not ok and err.BUSY, "one list at a time")
  t.is(select(2, S.munmap(pool, 2 * size)).sym, "BUSY", "the pages are the kernel's")
  S.mem.copy(pool + size, "registered")
  t.is(finish(late:write_fixed(file, pool + size, 10, 0)), 10)
  t.is(finish(late:read_fixed(file, pool, 4, 6)), 4)
  t.is(S.mem.string(pool, 4), "ered")
  t.raises(function() late:read_fixed(file, S.t.buffer(4), 4, 0) end, "within a registered")

  t.is(late:register_files { file, false }, true)
  local id = late:write(0, "by number", 9, 0)
  late:mark("fixed_file")
  t.is(finish(id), 9)
  t.is(file:pread(S.t.buffer(9), 9, 0), 9)
  id = late:write(1, "x", 1, 0)
  late:mark("fixed_file")
  t.is(select(2, finish(id)).sym, "BADF", "a number that is free")
  t.is(late:unregister_files(), true)
  t.is(late:unregister_buffers(), true)
  t.is(S.munmap(pool, 2 * size), true, "ours again")
  local again = assert(S.mmap(nil, size, "read, write", "private, anonymous"))
  assert(late:register_buffers { again })
  late:close()
  t.is(S.munmap(again, size), true, "with the ring they go back, too")

  -- calls that move data, and others
  ring = assert(S.io_uring_setup(8))
  local _, _, from, to = assert(S.pipe())
  t.is(one(ring:fadvise(file, "sequential")), 0)
  t.is(one(ring:sync_file_range(file, 0, 0, "write")), 0)
  t.is(one(ring:splice(file, 0, to, nil, 9)), 9, "from a file into a pipe")
  local _, _, from2, to2 = assert(S.pipe())
  t.is(one(ring:tee(from, to2, 9)), 9)
  t.is({ from:read(), from2:read() }, { "by number", "by number" }, "and twice out of it")
  local epoll = assert(S.epoll_create())
  t.is(one(ring:epoll_ctl(epoll, "add", from, "in")), 0)
  to:write("x")
  local events = S.t.epoll_events(1)
  local n = 0
  for _ in epoll:epoll_wait(events, PATIENCE * 1000) do n = n + 1 end
  t.is(n, 1, "the event is there")
  t.is(one(ring:epoll_ctl(epoll, "del", from)), 0)
  t.is(select(2, one(ring:epoll_ctl(epoll, "del", from))).sym, "NOENT")
end
