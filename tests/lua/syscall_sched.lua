-- tests/lua/syscall_sched.lua - timers, scheduling, capabilities, prctl: beside /proc

local t = require "test"
local S = require "syscall"
local c, types, mem = S.c, S.t, S.mem

local function status(field)
  return t.read("/proc/self/status"):match("\n" .. field .. ":%s*([^\n]*)")
end

-- ---- POSIX timers ----

local timer = assert(S.timer_create("monotonic", { notify = "none" }))
t.is(timer:gettime().value.time, 0, "not set")
local is_set, _, old = timer:settime(0, { 2, 1000 })
t.is({ is_set, old.value.time }, { true, 0 }, "set, with what was before")
local left = timer:gettime()
t.ok(left.value.time > 900 and left.value.time <= 1000, "it runs")
t.is(left.interval.time, 2)
t.is(select("#", timer:settime("abstime", { 0, 0 }, false)), 1, "no old value where none is wanted")
t.is(timer:getoverrun(), 0)
t.ok(timer:delete())
t.is({ timer:gettime() }, { nil, types.error("inval") }, "it is gone")
t.raises(function() S.timer_settime(timer) end, "itimerspec expected")
t.raises(function() S.timer_create("monotonic", { notify = "nosuch" }) end, "number expected")

-- a signal with a value, and the overrun of a timer that is faster than its reader
local set = types.sigset("usr1")
S.sigprocmask("block", set)
local signals = assert(S.signalfd(set, "nonblock"))
timer = assert(S.timer_create("monotonic", { notify = "signal", signo = "usr1", value = 77 }))
assert(timer:settime(0, { 0.0001, 0.0001 }))
S.nanosleep(0.02)
local info = S.util.signalfd_read(signals)[1]
t.is({ info.usr1, info.int, info.code }, { true, 77, c.SI.TIMER })
t.ok(info.overrun > 0, "it came more than once")
timer:delete()
S.util.signalfd_read(signals)
S.sigprocmask("unblock", set)

local state = S.clock_adjtime("realtime")
t.ok(state and state.timex.tick > 0, "clock_adjtime asks only")
t.raises(function() types.timex { modes = "nosuch" } end, "invalid flag nosuch")

-- ---- two times ----

local path = t.tmp() .. "/times"
assert(S.open(path, "creat, wronly", "rwxu")):close()
t.ok(S.utimensat(nil, path, types.timespec2(1.5, 2)))
t.is({ S.stat(path).atime, S.stat(path).mtime }, { 1, 2 })
t.ok(S.utimensat(nil, path, types.timespec2("omit", { 7, 5 })))
t.is({ S.stat(path).atime, S.stat(path).mtime, S.stat(path).st_mtime_nsec }, { 1, 7, 5 })
t.ok(S.utimes(path, types.timeval2 { { 3, 4 }, 5 }))
t.is({ S.stat(path).atime, S.stat(path).st_atime_nsec, S.stat(path).mtime }, { 3, 4000, 5 })
t.raises(function() types.timespec2("later") end, "invalid time later")
t.raises(function() types.timeval2("now") end, "invalid time now")

-- ---- processors ----

local all = assert(S.sched_getaffinity())
local listed = {}
for first, last in status("Cpus_allowed_list"):gmatch("(%d+)%-?(%d*)") do
  for cpu = tonumber(first), tonumber(last) or tonumber(first) do listed[#listed + 1] = cpu end
end
t.is(tostring(all), "{" .. table.concat(listed, ",") .. "}", "as /proc lists them")
t.ok(S.sched_setaffinity(0, { listed[1] }))
t.is(status("Cpus_allowed_list"), tostring(listed[1]))
t.is(S.getcpu().cpu, listed[1], "so it runs there")
t.ok(S.sched_setaffinity(0, all))
local cpus = types.cpu_set { 0, 3 }
t.is({ cpus[0], cpus[1], cpus:get(3) }, { true, false, true })
cpus[70] = true
cpus:clear { 0 }
t.is(tostring(cpus), "{3,70}")
t.is(tostring(cpus:zero()), "{}")
t.raises(function() return cpus[1024] end, "no such processor")
t.raises(function() cpus[-1] = true end, "no such processor")
t.is({ S.sched_setaffinity(0, types.cpu_set()) }, { nil, types.error("inval") })

t.is(S.sched_getscheduler(), c.SCHED.NORMAL)
t.is({ S.sched_get_priority_min("fifo"), S.sched_get_priority_max("rr") }, { 1, 99 })
t.is(S.sched_getparam(), 0)
t.ok(S.sched_yield())
t.ok(S.sched_rr_get_interval().time >= 0)
t.is({ S.sched_setscheduler(0, "fifo", 0) }, { nil, types.error("inval") })
t.is({ S.sched_setparam(0, 5) }, { nil, types.error("inval") }, "no priorities without fifo")
t.is({ S.sched_getscheduler(-1) }, { nil, types.error("inval") })
t.raises(function() S.sched_setscheduler(0, "nosuch") end, "invalid flag nosuch")

-- ---- capabilities ----

local function hex(cap) return ("%08x%08x"):format(cap.cap[1], cap.cap[0]) end

local caps = assert(S.capget())
t.is({ hex(caps.effective), hex(caps.permitted), hex(caps.inheritable) },
  { status("CapEff"), status("CapPrm"), status("CapInh") }, "as /proc has them")
t.is(S.capget(types.user_cap_header()).version, 0x20080522, "which version the kernel has")
t.is(S.capget(types.user_cap_header(c.LINUX_CAPABILITY_VERSION[1], 0)).effective.cap[1], 0,
  "32 of them in the first")
local cap = types.cap("sys_admin, chown")
t.is({ cap.SYS_ADMIN, cap.chown, cap.kill }, { true, true, false })
t.is(tostring(cap), "CHOWN,SYS_ADMIN")
cap.checkpoint_restore = true
t.is(cap.cap[1], 1 << 40 - 32)
t.raises(function() return cap.nosuch end, "invalid capability nosuch")
local made = types.capabilities { permitted = "kill", effective = "kill, mknod" }
t.is({ made.permitted.kill, made.effective.mknod, made.inheritable.kill }, { true, true, false })
local header, data = made:hdrdata()
t.is({ header.version, data[0].permitted, data[1].permitted }, { made.version, 1 << 5, 0 })
t.is(tostring(types.capabilities(header, data)), tostring(made), "there and back")
t.raises(function() S.capset() end, "capabilities expected")
if S.geteuid() == 0 and caps.effective.mknod then
  local pid = S.fork()
  if pid == 0 then
    caps.effective.mknod = false
    local ok = S.capset(caps)
    local again = S.capget()
    S._exit(ok and not again.effective.mknod and again.permitted.mknod and
      hex(again.effective) == status("CapEff") and 0 or 1)
  end
  local _, _, ended = S.waitpid(pid)
  t.is(ended.EXITSTATUS, 0, "one less")
end
t.is({ S.capset(types.capabilities { version = 1 }) }, { nil, types.error("inval") })

-- ---- prctl ----

t.ok(S.prctl("set_name", "luabox-name"))
t.is({ S.prctl("get_name"), t.read("/proc/self/comm") }, { "luabox-name", "luabox-name\n" })
t.ok(S.prctl("set_timerslack", 12345))
t.is({ S.prctl("get_timerslack"), t.read("/proc/self/timerslack_ns") }, { 12345, "12345\n" })
t.ok(S.prctl("set_pdeathsig", "term"))
t.is(S.prctl("get_pdeathsig"), 15)
t.ok(S.prctl("set_pdeathsig", 0))
t.is(S.prctl("get_dumpable"), 1)
t.is(S.prctl("capbset_read", "chown"),
  tonumber(status("CapBnd"), 16) & 1) -- CAP_CHOWN is 0
t.is(S.prctl("get_seccomp"), tonumber(status("Seccomp")))
t.is(S.prctl("get_no_new_privs"), tonumber(status("NoNewPrivs")))
t.ok(S.prctl("mce_kill", "set", "early"))
t.is(S.prctl("mce_kill_get"), c.PR_MCE_KILL_OPT.EARLY)
t.ok(S.prctl("mce_kill", "clear"))
t.is({ S.prctl(9999) }, { nil, types.error("inval") })
t.raises(function() S.prctl("nosuch") end, "invalid flag nosuch")
t.raises(function() S.prctl("capbset_read", "nosuch") end, "invalid flag nosuch")

-- ---- packets, sets, records ----

-- RFC 1071's way over a header of RFC 791 that is known: 0xb861
local bytes = "\x45\0\0\x73\0\0\x40\0\x40\x11\0\0\xc0\xa8\0\1\xc0\xa8\0\xc7"
local packet = types.buffer(#bytes, { bytes:byte(1, -1) })
local ip = S.types.pt.iphdr(packet)
t.is({ ip.ihl, ip.version, ip.ttl }, { 5, 4, 64 })
ip:checksum()
t.is(mem.string(packet, 20):sub(11, 12), "\xb8\x61")
ip.version = 6
t.is(packet[0], 0x65, "four bits of a byte")
local udp = types.udphdr()
udp.src, udp.dst, udp.length = 1, 53, 9
t.is(mem.string(udp, 6), "\0\1\0\x35\0\9", "in network order")
udp:checksum(ip, "x")
t.is(string.unpack(">I2", mem.string(udp, 8), 7), (function()
  local sum = 0xc0a8 + 0x0001 + 0xc0a8 + 0x00c7 + 0x11 + 9 + 1 + 53 + 9 + 0x7800
  return ~((sum & 0xffff) + (sum >> 16)) & 0xffff
end)(), "RFC 768")
t.raises(function() S.types.pt.iphdr(types.buffer(19)) end, "too short")

local fds = types.fdset { 0, 64 }
t.is({ fds:get(0), fds:get(1), fds:get(64), mem.sizeof(fds) }, { true, false, true, 128 })
t.raises(function() fds:set(1024) end, "no descriptor")

local nr = require("syscall.linux.nr").SYS
t.ok(nr.getdents64, "getdents64 has a number")
local record = string.pack("=I8i8I2B", 7, 8, 24, 4) .. "a\0\0\0\0"
local gone = string.pack("=I8i8I2B", 0, 8, 24, 4) .. "b\0\0\0\0"
local room = types.buffer(72)
mem.copy(room, record .. gone .. record:sub(1, 19) .. "c\0\0\0\0", 72)
local names = {}
for entry in types.dirents(room, 72) do
  names[#names + 1] = entry.name
  t.is({ entry.ino, entry.DIR, entry.REG, #entry }, { 7, true, false, 24 })
end
t.is(names, { "a", "c" }, "what was removed is passed over")
t.raises(function() for _ in types.dirents(room, 60) do end end,
  "too short")
