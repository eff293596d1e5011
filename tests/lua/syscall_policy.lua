-- tests/lua/syscall_policy.lua - shares of processor, disk and memory; waiting to the nanosecond

local t = require "test"
local S = require "syscall"

-- ---- scheduling, in a child: it cannot all be taken back ----

local pid = assert(S.fork())
if pid == 0 then
  local good = S.sched_setattr(0, { sched_policy = "batch", sched_nice = 5 })
  local attr = assert(S.sched_getattr())
  good = good and attr.policy == S.c.SCHED_POLICY.BATCH and attr.sched_nice == 5
  good = good and S.getpriority("process") == 5 and attr.size >= 48
  S._exit(good and 0 or 1)
end
t.is(select(3, S.waitpid(pid)).EXITSTATUS, 0, "sched_setattr")
t.is(select(2, S.sched_setattr(0, { sched_policy = 99 })).sym, "INVAL")
t.raises(function() S.sched_setattr(0, { sched_policy = "no_such" }) end, "invalid flag no_such")
t.is(select(2, S.sched_getattr(-1)).sym, "INVAL")

pid = assert(S.fork())
if pid == 0 then
  local ok = S.ioprio_set("process", 0, "be", 6)
  local class, _, level = S.ioprio_get("process")
  S._exit(ok and class == S.c.IOPRIO_CLASS.BE and level == 6 and 0 or 1)
end
t.is(select(3, S.waitpid(pid)).EXITSTATUS, 0, "ioprio")
t.raises(function() S.ioprio_set("process", 0, "be", 8) end, "0 to 7")

pid = assert(S.fork())
if pid == 0 then
  local ok, err = S.set_mempolicy("bind", 1)
  S._exit((ok or err.NOSYS) and (S.set_mempolicy("default") or err) and 0 or 1)
end
t.is(select(3, S.waitpid(pid)).EXITSTATUS, 0, "set_mempolicy")

-- ---- epoll_pwait2 ----

local epoll = assert(S.epoll_create())
local _, _, r, w = assert(S.pipe())
assert(epoll:epoll_ctl("add", r, "in"))
local events = S.t.epoll_events(4)
local _, _, n = assert(epoll:epoll_pwait2(events, 0.001))
t.is(n, 0, "nothing in a millisecond")
w:write("x")
for _, event in assert(epoll:epoll_pwait2(events, nil, S.t.sigset("usr1"))) do
  t.is({ event.fd, event.IN }, { r:getfd(), true })
end

-- ---- quotas: of a file system that has none ----

local memfd = assert(S.memfd_create("x"))
local _, err = memfd:quotactl_fd("getquota", "usr", 0)
t.ok(err.NOSYS or err.INVAL or err.SRCH or err.OPNOTSUPP or err.PERM, "quotactl_fd: " .. err)
_, err = S.quotactl("/no/such/device", "getfmt", "grp")
t.ok(err.NOENT or err.NOTBLK or err.NOSYS or err.PERM, "quotactl: " .. err)
local fields = S.mem.fields("dqblk")
t.is(fields[#fields].offset, 64, "struct if_dqblk of linux/quota.h")
t.raises(function() S.quotactl_fd(memfd, 0, "usr") end, "unknown command")
