-- tests/lua/syscall_userfaultfd.lua - a page that another process asks for, and this one fills

local t = require "test"
local S = require "syscall"
local c = S.c.UFFDIO

local uffd, err = S.userfaultfd("user_mode_only")
if not uffd then t.skip("no userfaultfd here: " .. tostring(err)) end
t.is(uffd:fcntl("getfd"), S.c.FD.CLOEXEC)

local api = S.t.uffdio_api { features = "event_fork" }
if not uffd:ioctl(c.API, api) then -- needs a capability
  uffd = assert(S.userfaultfd("user_mode_only"))
  api = S.t.uffdio_api {}
  assert(uffd:ioctl(c.API, api))
end
t.ok(api.ioctls ~= 0, "the kernel's side of the handshake")
local page = S.getpagesize()
local map = assert(S.mmap(nil, page, "read, write", "private, anonymous"))
local register = S.t.uffdio_register { mode = "missing" }
register.range.start, register.range.len = S.mem.address(map), page
t.ok(uffd:ioctl(c.REGISTER, register), "registered")

-- this process is single: the page is filled before it is touched
local source = assert(S.mmap(nil, page, "read, write", "private, anonymous"))
S.mem.copy(source, "served")
local copy = S.t.uffdio_copy {
  dst = S.mem.address(map), src = S.mem.address(source), len = page,
}
t.ok(uffd:ioctl(c.COPY, copy), "copied")
t.is(copy.copy, page)
t.is(S.mem.string(map), "served")
t.is(select(2, uffd:ioctl(c.COPY, copy)).sym, "EXIST", "a page comes once")
local range = S.t.uffdio_range { start = S.mem.address(map), len = page }
t.ok(uffd:ioctl(c.UNREGISTER, range), "unregistered")
t.is(S.mem.sizeof("uffd_msg"), 32, "struct uffd_msg of linux/userfaultfd.h")
