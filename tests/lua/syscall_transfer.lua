-- tests/lua/syscall_transfer.lua - several buffers in a call; bytes from descriptor to descriptor
-- What arrived is read back from the file or the pipe.

local t = require "test"
local S = require "syscall"
local mem, types = S.mem, S.t

local tmp = t.tmp()
local FAR = 2.0 ^ 33 -- an offset that needs 64 bits, as a float

local function open(name)
  return assert(S.open(tmp .. "/" .. name, "rdwr, creat, trunc", "rwxu"))
end

-- ---- iovecs ----

local fd = open "vector"
t.is(fd:writev { "test", "ing", "writev" }, 13)
fd:seek(0)
local a, b, c = types.buffer(6), types.buffer(4), types.buffer(3)
t.is(fd:readv { a, b, c }, 13)
t.is(mem.string(a, 6) .. mem.string(b, 4) .. mem.string(c, 3), "testingwritev")

local iov = types.iovecs { "abc", 2, { a, 4 }, types.iovec { base = b, len = 1 } }
t.is(#iov, 4)
t.is(iov[1].len, 3)
t.is(iov.iov[1].len, 2, ".iov counts from 0")
t.is(iov[5], nil)
t.is(iov[3].len, 4)
t.is(tostring(types.iovecs { "ab", "cd" }), "abcd")
fd:seek(0)
t.is(fd:readv(iov), 10)
t.is(tostring(iov), "testingwri", "strings are copied: they may be read into")
t.is(fd:pwritev({ "far", "away" }, FAR), 7)
t.is(fd:stat().size, 8589934599)
iov = types.iovecs { 7 }
t.is(fd:preadv(iov, FAR), 7)
t.is(mem.string(iov[1].base, 7), "faraway")

iov = types.iovecs { { types.buffer(4), 4 } }
collectgarbage()
collectgarbage()
t.is(fd:preadv(iov, 0), 4, "a buffer lives as long as what points to it")
t.is(mem.string(iov[1].base, 4), "test")
iov[1].len = 5
t.raises(function() fd:readv(iov) end, "a pointer to 4 bytes, of which 5", "past the buffer")
iov[1].base, iov[1].len = 0x1000, 1
t.raises(function() fd:readv(iov) end, "a pointer to 0 bytes", "an address is no memory")
iov[1].base, iov[1].len = nil, 0
t.is(fd:readv(iov), 0, "nothing to nowhere")
local n, err = S.readv(999, { 1 })
t.ok(not n and err.BADF)
fd:close()

-- ---- splice, tee, vmsplice ----

fd = open "splice"
fd:write("through the pipe")
local _, _, r, w = assert(S.pipe())
local _, _, r2, w2 = assert(S.pipe())
t.is(S.splice(fd, 0, w, nil, 7, "nonblock"), 7)
t.is(fd:tell(), 16, "an offset of its own leaves the position")
t.is(S.tee(r, w2, 100, "nonblock"), 7)
t.is(r:read(), "through")
t.is(r2:read(), "through", "tee has doubled it")
local offset = types.off1(8)
t.is(S.splice(fd, offset, w, nil, 3), 3)
t.is(offset[0], 11, "t.off1 is moved on")
t.is(r:read(), "the")
t.is(S.vmsplice(w, { "memory" }), 6)
t.is(r:read(), "memory")
n, err = S.tee(r, w2, 1, "nonblock")
t.ok(not n and err.AGAIN, "an empty pipe")
n, err = S.splice(fd, 0, fd, 0, 1)
t.ok(not n and err.INVAL, "neither is a pipe")
t.raises(function() S.splice(fd, 0, w, nil, -1) end, "negative count")
t.raises(function() S.splice(fd, 0, w, nil, 1, "bogus") end, "invalid flag bogus")

local out = open "out"
offset = types.off1(8)
t.is(out:sendfile(fd, offset, 3), 3)
t.is(offset[0], 11)
t.is(S.copy_file_range(fd, 0, out, 3, 7), 7)
t.is(t.read(tmp .. "/out"), "thethrough")
fd:pwrite("x", 1, FAR)
offset = types.off1(FAR)
t.is(out:sendfile(fd, offset, 1), 1, "from behind 4 GiB")
t.is(offset[0], 8589934593)

-- ---- room and hints ----

t.is(S.fallocate(out, "keep_size", 0, 65536), true)
t.is(out:stat().size, 10, "keep_size keeps it")
t.ok(out:stat().blocks * 512 >= 65536, "and there is room")
t.is(S.posix_fallocate(out, 0, 100), true)
t.is(out:stat().size, 100)
t.is(S.fallocate(out, "punch_hole, keep_size", 0, 65536), true)
t.is(t.read(tmp .. "/out"), ("\0"):rep(100))
t.is(out:fadvise("dontneed"), true)
t.is(out:readahead(0, 4096), true)
t.is(out:sync_file_range(0, 0, "wait_before, write, wait_after"), true)
n, err = S.fallocate(out, 0, 0, 0)
t.ok(not n and err.INVAL)
n, err = S.sync_file_range(r, 0, 0, "write")
t.ok(not n and err.SPIPE, "a pipe has no ranges")

-- ---- locks ----

fd:truncate(4096)
fd:seek(0)
t.is(fd:lockf("tlock", 100), true)
local pid = assert(S.fork())
if pid == 0 then -- the child has none of its parent's locks
  local other = assert(S.open(tmp .. "/splice", "rdwr"))
  local free = other:lockf("test", 100)
  local got, why = other:lockf("tlock", 1)
  other:seek(100)
  S._exit(free == false and not got and (why.AGAIN or why.ACCES) and other:lockf("test", 10) and 0
    or 1)
end
t.is(select(3, S.waitpid(pid)).EXITSTATUS, 0, "another process sees the lock, and where it ends")
t.is(fd:lockf("test", 100), true, "one's own is none")
t.is(fd:lockf("ulock", 100), true)
t.raises(function() fd:lockf("bogus", 1) end, "invalid flag bogus")

-- ---- extended attributes ----

local path = tmp .. "/attributes"
t.write(path, "")
local ok = S.setxattr(path, "user.one", "1", "create")
if not ok then
  t.skip_one("extended attributes", "the file system has none")
else
  ok, err = S.setxattr(path, "user.one", "1", "create")
  t.ok(not ok and err.EXIST, "create, a second time")
  ok, err = S.setxattr(path, "user.none", "1", "replace")
  t.ok(not ok and err.NODATA and err.NOATTR, "replace what is not there")
  local file = assert(S.open(path))
  t.is(file:fsetxattr("user.two", mem.copy(types.buffer(3), "2\0b", 3)), true, "from a buffer")
  t.is(S.getxattr(path, "user.two"), "2\0b")
  t.is(file:getxattr("user.one"), "1", "fd:getxattr")
  local long = ("x"):rep(2000)
  t.is(S.setxattr(path, "user.long", long), true)
  t.is(S.getxattr(path, "user.long"), long, "longer than the first try")
  local names = table.concat(S.listxattr(path), " ")
  t.ok(names:find("user.one") and names:find("user.two") and names:find("user.long"), names)
  t.is(S.removexattr(path, "user.long"), true)
  local wanted = { ["user.two"] = "2\0b", ["user.three"] = "3" }
  t.is(S.xattr(path, wanted), true)
  t.is(next(wanted), nil, "all could be set")
  local values = S.xattr(path)
  t.is({ values["user.one"], values["user.two"], values["user.three"] }, { nil, "2\0b", "3" })
  t.is(file:fxattr()["user.three"], "3")
  t.is(S.lxattr(path)["user.three"], "3")
  t.raises(function() S.getxattr(path, "user\0one") end, "embedded zero")
  file:close()
end
n, err = S.listxattr(tmp .. "/none")
t.ok(not n and err.NOENT)

-- ---- limits ----

t.is(S.pathconf("/", "name_max"), 255)
t.is(fd:pathconf("path_max"), 4096)
t.is(S.pathconf("/", S.c.PC.PIPE_BUF), 4096)
t.is(S.pathconf("/", "rec_xfer_align"), S.getpagesize())
n, err = S.pathconf("/", 12345)
t.ok(not n and err.INVAL)

for _, one in ipairs { fd, out, r, w, r2, w2 } do one:close() end
