-- tests/lua/syscall_map.lua - mappings: what is not there raises instead of killing
-- Protections and contents are compared with /proc/self/maps and with the file.

local t = require "test"
local S = require "syscall"
local mem = S.mem

local PAGE = S.getpagesize()
local tmp = t.tmp()

--- The protection of an address as the kernel tells it, "rw-p", or nil where nothing is mapped.
local function protection(address)
  for line in io.lines("/proc/self/maps") do
    local from, to, perms = line:match("^(%x+)-(%x+) (%S+)")
    if tonumber(from, 16) <= address and address < tonumber(to, 16) then return perms end
  end
end

--- A mapping's address, from its printed form.
local function address(m) return tonumber(tostring(m):match("0x%x+")) end

-- ---- a plain one ----

local m = assert(S.mmap(nil, 3 * PAGE, "read, write", "private, anonymous", -1, 0))
t.is(#m, 3 * PAGE, "its length")
t.is(protection(address(m)), "rw-p")
m[0], m[3 * PAGE - 1] = 7, -1
t.is(m[0], 7)
t.is(m[3 * PAGE - 1], -1, "signed, as t.buffer")
t.raises(function() return m[3 * PAGE] end, "out of range")
t.raises(function() m[-1] = 1 end, "out of range")
mem.copy(m, "text")
t.is(mem.string(m), "text")

-- ---- protection ----

local middle = m + PAGE
t.is(S.mprotect(middle, PAGE, "none"), true)
t.is(protection(address(middle)), "---p")
t.raises(function() return m[PAGE] end, "not mapped, or protected")
t.raises(function() return mem.string(middle, 1) end, "not mapped, or protected")
t.raises(function() mem.fill(m, 3 * PAGE) end, "not mapped, or protected", "not even in part")
t.is(m[PAGE - 1], 0, "before it all is well")
t.is(m[2 * PAGE], 0, "and behind it")
t.is(S.mprotect(middle, PAGE, "read"), true)
t.is(m[PAGE], 0, "now it can be read")
t.raises(function() m[PAGE] = 1 end, "not mapped, or protected", "not written")
t.is(S.mprotect(middle, PAGE, "read, write"), true)
m[PAGE] = 1

-- ---- unmapping: a part, then all ----

local view = mem.cast("timespec", middle)
t.is(view.tv_sec, 1)
t.is(S.munmap(middle, PAGE), true)
-- what the kernel has there now may be a new piece of the heap: the next line matters
t.raises(function() return m[PAGE] end, "not mapped")
t.raises(function() return view.tv_sec end, "not mapped", "through any view")
t.raises(function() view[0].tv_sec = 1 end, "not mapped")
t.raises(function() S.write(1, middle, 1) end, "not mapped", "and not in a call")
t.is(m[0], 116, "the rest is there")
t.is(m[2 * PAGE], 0)
t.raises(function() S.munmap(m, 3 * PAGE) end, "not mapped", "unmapped twice")
t.is(S.munmap(m, 1), true, "a shorter length: its page")
t.raises(function() return m[0] end, "not mapped")
t.is(S.munmap(m + 2 * PAGE, PAGE), true)

-- ---- moving ----

m = assert(S.mmap(nil, PAGE, "read, write", "private, anonymous"))
m[0] = 42
local bigger = assert(S.mremap(m, PAGE, 64 * PAGE, "maymove"))
t.is(#bigger, 64 * PAGE)
t.is(bigger[0], 42)
bigger[64 * PAGE - 1] = 1
if address(m) ~= address(bigger) then
  t.raises(function() return m[0] end, "not mapped", "where it was before")
end
local err
if S.abi.abi64 then
  local none
  none, err = S.mremap(bigger, 64 * PAGE, 1 << 46, "maymove")
  t.ok(not none and err.NOMEM, "too large")
else
  t.raises(function() S.mremap(bigger, 64 * PAGE, 1 << 46, "maymove") end, "out of range")
end
t.is(bigger[0], 42, "the old one stays")
t.is(S.munmap(bigger, 64 * PAGE), true)

-- ---- fixed addresses: never over what S.mmap did not make ----

m, err = S.mmap(S.types.pt.void(1), PAGE, "read", "private, fixed, anonymous", -1, 0)
t.ok(not m and err.INVAL, "not at a page's start")
local heap = S.types.t.buffer(4 * PAGE)
local inside = (address(heap) // PAGE + 1) * PAGE
m, err = S.mmap(inside, PAGE, "read, write", "private, fixed, anonymous", -1, 0)
t.ok(not m and err.EXIST, "the heap is not replaced")
m = assert(S.mmap(nil, 2 * PAGE, "none", "private, anonymous"))
local again = assert(S.mmap(m + PAGE, PAGE, "read, write", "private, fixed, anonymous"))
t.is(address(again), address(m) + PAGE, "a mapping is")
again[0] = 3
t.is(m[PAGE], 3)
t.raises(function() return m[0] end, "protected")
t.is(S.munmap(m, 2 * PAGE), true)
t.raises(function() return again[0] end, "not mapped")

t.raises(function() S.munmap(heap, PAGE) end, "memory of S.mmap expected")
t.raises(function() S.madvise(heap, PAGE, "dontneed") end, "memory of S.mmap expected")
t.raises(function() S.mprotect(heap, PAGE, "none") end, "memory of S.mmap expected")
t.raises(function() S.munmap(0x1000, PAGE) end, "memory of S.mmap expected")
t.raises(function() S.mmap(nil, -1, "read", "private") end, "length out of range")
do -- a length that would lead around the end of memory
  local short = assert(S.mmap(nil, PAGE, "read", "private, anonymous"))
  local huge = S.abi.abi64 and math.maxinteger or 0x7fffffff
  t.raises(function() S.munmap(short, huge) end, "not mapped")
  t.raises(function() S.madvise(short, huge, "dontneed") end, "not mapped")
  S.munmap(short, PAGE)
end
t.raises(function() S.mmap(nil, PAGE, "bogus", "private") end, "invalid flag bogus")

-- ---- a file ----

local fd = assert(S.open(tmp .. "/file", "rdwr, creat", "rwxu"))
assert(fd:truncate(2 * PAGE))
m = assert(fd:mmap(nil, PAGE, "read, write", "shared", PAGE))
mem.copy(m, "shared")
t.is(S.msync(m, PAGE, "sync"), true)
t.is(fd:pread(S.types.t.buffer(6), 6, PAGE), 6)
local buffer = S.types.t.buffer(6)
fd:pread(buffer, 6, PAGE)
t.is(mem.string(buffer, 6), "shared", "the file has it")
t.is(#S.mincore(m, PAGE), 1)
t.is(S.mincore(m, PAGE):byte() & 1, 1, "in memory")
t.is(S.madvise(m, PAGE, "willneed"), true)
t.is(S.munmap(m, PAGE), true)
m, err = fd:mmap(nil, PAGE, "read", "shared", 1)
t.ok(not m and err.INVAL, "an offset inside a page")
m = assert(fd:mmap(nil, PAGE, "read", "shared", 2.0 ^ 33), "far behind the end")
t.is(S.munmap(m, PAGE), true)
fd:close()
m, err = S.mmap(nil, PAGE, "read", "shared", 999, 0)
t.ok(not m and err.BADF)

-- ---- shared by name ----

local name = "/luabox-test-" .. S.getpid()
fd = assert(S.shm_open(name, "rdwr, creat", "0600"))
t.ok(S.stat("/dev/shm" .. name), "in /dev/shm")
t.is(S.shm_unlink(name), true)
t.is(S.stat("/dev/shm" .. name), nil)
t.ok(fd:truncate(PAGE))
fd:close()

-- ---- a place alone ----

local place = S.types.pt.void(0x1000)
t.is(#place, 0)
t.raises(function() return place[0] end, "out of range")
t.raises(function() return mem.cast("timespec", place) end, "too short")

-- ---- pages to be kept once they are used; memory of nobody else ----

do
  local pages = assert(S.mmap(nil, 4 * PAGE, "read, write", "private, anonymous"))
  pages[0] = 1
  t.is(S.mlock2(pages, 4 * PAGE, "onfault"), true)
  local locked = tonumber(t.read("/proc/self/smaps"):match(
    ("\n%s%%-.-\nLocked:%%s+(%%d+)"):format(tostring(pages):match("0x(%x+)"))))
  t.is(locked, PAGE // 1024, "one page of four")
  S.munmap(pages, 4 * PAGE)
  local hidden, why = S.memfd_secret()
  if hidden then
    hidden:ftruncate(PAGE)
    local secret = assert(hidden:mmap(nil, PAGE, "read, write", "shared", 0))
    secret[0] = 7
    t.is(secret[0], 7, "memory of nobody else")
    t.is(hidden:read(nil, 1), nil, "not to be read")
  else
    t.ok(why.NOSYS, "memfd_secret: " .. tostring(why))
  end
end
