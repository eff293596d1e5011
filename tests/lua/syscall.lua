-- tests/lua/syscall.lua - the machinery of S: errors, descriptors, flags, memory
-- Values come from the kernel's headers and man pages, forms from ljsyscall's.

local t = require "test"
local S = require "syscall"
local c, types = S.c, S.t

local tmp = t.tmp()

-- ---- errors ----

local ok, err = S.open(tmp .. "/none")
t.is(ok, nil, "a failed call gives nil")
t.is(err.errno, 2, "err.errno")
t.ok(err.NOENT and err.noent and err.ENOENT, "err.NOENT in all its spellings")
t.is(err.ACCES, false, "it is no other error")
t.is(tostring(err), "No such file or directory")
t.is(err .. "!", "No such file or directory!", "concatenation")
t.is(err.sym .. err.lsym, "NOENTnoent", "sym and lsym")
t.ok(rawequal(err, select(2, S.open(tmp .. "/none"))), "one object for each errno")
t.raises(function() return err.NOSUCH end, "invalid error NOSUCH")
t.is(types.error("perm").errno, 1, "t.error by name")
t.is(c.errornames.NOENT, "No such file or directory")

-- ---- flags ----

t.is(c.O.CREAT, 64) -- octal 100 of fcntl.h on x86 and arm
t.is(c.O["rdwr, creat"], c.O.RDWR | c.O.CREAT, "a list in any case, blanks trimmed")
t.is(rawget(getmetatable(c.O).__index, "rdwr, creat"), c.O.RDWR | c.O.CREAT, "it is remembered")
t.is(rawget(c.O, "rdwr, creat"), nil, "but not among the members")
t.is(c.O.NOSUCH, nil, "a presence test")
t.is(c.O("creat, excl", "~creat"), c.O.EXCL, "~ clears")
t.is(c.O[""], 0, "nothing is no flag")
t.is(c.O[5], 5, "a number is itself")
t.raises(function() return c.O["rdwr, bogus"] end, "invalid flag bogus")
t.raises(function() return c.O["rdwr,,creat"] end, "empty flag")
t.raises(function() S.open("/", "bogus") end, "invalid flag bogus", "and in a call")
t.is(c.MODE["0755"], 493)
t.is(c.MODE["rusr, 0011"], 265)
t.is(c.S_I["fchr,0666"], 8630)
t.is(c.OK["rw"], 6)
t.is(c.SIG["term"], 15)
t.is(c.SIG.nosuch, nil, "an unknown name of a single kind is nil")
t.is(c.AT_FDCWD.fdcwd, -100)
t.is(c.AT_FDCWD[nil], -100)
t.is(c.SWAP_FLAG["23, discard"], 0x8000 | 23 | 0x10000)
t.is(c.NO_SUCH_TABLE, nil, "an unknown table is nil")

-- ---- descriptors ----

local fd = assert(S.open(tmp .. "/file", "rdwr, creat", "rwxu"))
local number = fd:getfd()
t.is(fd:fcntl("getfd"), 1, "close-on-exec from birth")
t.is(fd:write("hello"), 5)
t.is(fd:seek(1), 1)
t.is(fd:read(), "ello", "read gives a string")
t.is(fd:read(), "", "and an empty one at the end")
t.is(fd:pread(types.buffer(3), 3, 2), 3)
t.is(fd:stat().size, 5, "fd:stat is fstat")
t.is(fd.filenum, number)
t.is(fd.nosuch, nil, "no such method")
t.ok(fd:close() and fd:close(), "a second close does nothing")
t.is(fd:getfd(), -1)
t.is({ S.fcntl(number, "getfd") }, { nil, types.error("badf") }, "it is closed")
do
  local inner <close> = assert(S.open("/dev/null"))
  number = inner:getfd()
end
t.is(S.fcntl(number, "getfd"), nil, "closed when its block is left")
do
  local lost = assert(S.open("/dev/null")) -- luacheck: ignore
  number = lost:getfd()
  lost = nil -- luacheck: ignore
end
collectgarbage()
t.is(S.fcntl(number, "getfd"), nil, "closed when collected")
local kept = assert(S.open("/dev/null")):nogc():getfd()
collectgarbage()
t.is(S.fcntl(kept, "getfd"), 1, "nogc")
t.ok(S.close(kept), "close of a number")
t.raises(function() S.read("1") end, "fd or number expected")
t.raises(function() S.open("a\0b") end, "embedded zero")
t.raises(function() S.read(0, types.buffer(4), 5) end, "larger than the buffer")

-- ---- memory ----

local buffer = types.buffer(4, { 1, 2, 3, 4 })
t.is({ buffer[0], buffer[3], #buffer }, { 1, 4, 4 })
t.raises(function() return buffer[4] end, "out of range")
t.raises(function() return buffer[-1] end, "out of range")
t.raises(function() buffer[4] = 1 end, "out of range")
t.is(S.mem.string(buffer + 1, 2), "\2\3", "a view behind an offset")
t.raises(function() return buffer + 5 end, "out of range")
t.raises(function() S.mem.copy(buffer, "12345", 5) end, "longer than the destination")
t.is(types.int1(5)[0], 5)
t.is(types.uint64_1(-1)[0], -1, "64 bits are an integer")
t.is(types.uint8(257), 1, "a scalar is cut to its width")

local ts = types.timespec(1.5)
t.is({ ts.sec, ts.nsec, ts.tv_sec, ts.time }, { 1, 500000000, 1, 1.5 })
t.is(types.timespec { 2, 3 }.nsec, 3)
t.is(types.timespec(-0.25).sec, -1, "nanoseconds are never negative")
t.raises(function() return ts.nosuch end, "invalid index nosuch")
t.raises(function() ts.nosuch = 1 end, "invalid index nosuch")

local timer = types.itimerspec { 1, 2.5 }
t.is({ timer.interval.sec, timer.value.nsec }, { 1, 500000000 })
timer.value.sec = 7
t.is(timer.it_value.tv_sec, 7, "a nested field is a view")
local view = types.itimerspec({ value = 9 }).value
collectgarbage()
collectgarbage()
t.is(view.sec, 9, "which keeps its parent")

local address = types.sockaddr_in { port = 80, addr = "any" }
t.is(tostring(address.sin_addr), "0.0.0.0")
t.is(address.port, 80)
t.is(address.sin_port, string.unpack("=I2", "\0\80"), "raw fields are as on the wire")
t.is(address.family, c.AF.INET)
t.is(#address, 16)
t.is(tostring(types.sockaddr_in(8080, "10.1.2.3")), "10.1.2.3:8080")
t.is(tostring(types.sockaddr_in6(1, "fe80::1", 0, 3)), "[fe80::1]:1")
t.raises(function() types.in_addr("1.2.3") end, "invalid address")
t.is(types.sockaddr_un("/tmp/x").path, "/tmp/x")
t.raises(function() types.sockaddr_un(("x"):rep(109)) end, "do not fit")
local storage = types.sockaddr_storage { family = "inet6", port = 2 }
t.is({ storage.port, #storage }, { 2, 28 })

local set = types.sigset("term, int")
t.is({ set.term, set.hup, set.isemptyset }, { true, false, false })
set:del("term, int")
t.ok(set.isemptyset, "an empty set")
t.raises(function() return set.bogus end, "invalid signal: bogus")

local device = types.device(8, 1)
t.is({ device.dev, device.major, device.minor }, { 0x801, 8, 1 })
t.is(types.device(0x801).minor, 1)

local status = types.waitstatus(0x300)
t.is({ status.WIFEXITED, status.EXITSTATUS, status.WIFSIGNALED }, { true, 3 })
t.is(types.waitstatus(9).TERMSIG, 9)
t.is(types.waitstatus(9).termsig, 9, "any case")

-- ---- S itself ----

t.is(type(S.open), "function")
t.is(S.no_such_function, nil)
t.is(S.stdout:getfd(), 1)
t.is(S.abi.os, "linux")
t.ok(S.abi.le ~= S.abi.be, "one byte order")

-- ---- assigning a field to itself ----

local loopback = types.in6_addr("::1")
loopback.s6_addr = loopback.s6_addr
t.is(tostring(loopback), "::1", "from the same memory")

-- ---- every type without an argument: zeros ----

for _, one in ipairs { "sockaddr", "stat", "statfs", "sigset", "winsize", "epoll_event" } do
  t.is(S.mem.string(types[one](), #types[one]), ("\0"):rep(#types[one]), "t." .. one .. "()")
end
