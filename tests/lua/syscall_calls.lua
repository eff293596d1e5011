-- tests/lua/syscall_calls.lua - the calls themselves, against what the kernel shows elsewhere

local t = require "test"
local S = require "syscall"

local tmp = t.tmp()

-- ---- files and directories ----

assert(S.mkdir(tmp .. "/d", "0755"))
local names = {}
for _, name in ipairs { "a", "b\n", "c d" } do
  assert(S.open(tmp .. "/d/" .. name, "creat, wronly", "0600")):close()
end
local dir = assert(S.open(tmp .. "/d", "rdonly, directory"))
for d in dir:getdents() do
  names[#names + 1] = d.name .. (d.REG and " file" or d.DIR and " dir" or " ?")
end
table.sort(names)
t.is(names, { ". dir", ".. dir", "a file", "b\n file", "c d file" }, "getdents")
t.is({ dir:getdents() }, {}, "nothing at the end")
dir:close()
t.is(select(2, S.rmdir(tmp .. "/d")).sym, "NOTEMPTY")
t.ok(S.symlink("a b", tmp .. "/link"), "symlink")
t.is(S.readlink(tmp .. "/link"), "a b")
t.ok(S.lstat(tmp .. "/link").islnk, "lstat does not follow")
t.ok(S.rename(tmp .. "/link", tmp .. "/link2"), "rename")
t.is(S.access(tmp .. "/link", "f"), nil)
t.ok(S.utimensat("fdcwd", tmp .. "/d/a", { 1.5, 2 }), "utimensat")
local st = S.stat(tmp .. "/d/a")
t.is({ st.atime, st.st_atime_nsec, st.mtime }, { 1, 500000000, 2 })
t.ok(S.chmod(tmp .. "/d/a", "0640"), "chmod")
t.is(S.stat(tmp .. "/d/a").mode, tonumber("100640", 8))
t.is(S.stat(tmp .. "/d/a").typename, "file")
t.ok(S.truncate(tmp .. "/d/a", 1 << 33), "a length of more than 32 bits")
t.is(S.stat(tmp .. "/d/a").size, 1 << 33)
local old = S.umask("077")
t.is(S.umask(old), 63)
t.ok(S.statfs("/proc").f_type == 0x9fa0, "statfs knows proc") -- linux/magic.h
local memfd = assert(S.memfd_create("x", "allow_sealing"))
t.ok(memfd:fcntl("add_seals", "write"), "a sealed memfd")
t.is(select(2, memfd:write("x")).sym, "PERM")

-- ---- processes ----

S.setenv("PATH", "/usr/bin:/bin", true) -- a folder that we may not enter would be another error

local function run(spec)
  local pid, err, pidfd = S.spawn(spec)
  if not pid then return nil, err end
  pidfd:close()
  return select(3, S.waitpid(pid))
end

t.is(run { "sh", "-c", "exit 7" }.EXITSTATUS, 7)
t.is(run { "sh", "-c", "kill -9 $$" }.TERMSIG, 9)
t.is(select(2, run { "/no/such" }).sym, "NOENT", "exec's error is spawn's")
t.is(select(2, run { "no-such-program-anywhere" }).sym, "NOENT")
t.is(select(2, run { tmp .. "/d/a" }).sym, "ACCES")
t.is(select(2, run { "true", cwd = "/no/such" }).sym, "NOENT")
t.raises(function() S.spawn {} end, "no program")
t.raises(function() S.spawn { "a", 1 } end, "string expected")
t.raises(function() S.spawn { "true", uid = "root" } end, "uid: number expected")

local function output(spec)
  local _, _, r, w = assert(S.pipe())
  spec.fds = spec.fds or {}
  spec.fds[1] = w
  assert(S.spawn(spec))
  w:close()
  local parts = {}
  while true do
    local text = r:read()
    if text == "" then break end
    parts[#parts + 1] = text
  end
  r:close()
  S.wait()
  return table.concat(parts)
end

t.is(output { "sh", "-c", "echo $X$Y", env = { X = "1", Y = "2" }, path = "/bin/sh" }, "12\n")
t.is(output { "sh", "-c", "echo $X", env = { "X=3" }, path = "/bin/sh" }, "3\n")
t.is(output { "sh", "-c", "pwd", cwd = "/usr" }, "/usr\n")
t.is(output { "sh", "-c", "ulimit -n", limits = { nofile = 64 } }, "64\n")
t.is(output { "sh", "-c", "umask", umask = 23 }, "0027\n")
do -- (where the test runs may itself hand on descriptors)
  local own = assert(S.open("/dev/null")):getfd()
  local list = " " .. output { "sh", "-c", "ls /proc/self/fd | tr '\\n' ' '" }
  t.ok(list:find(" 0 1 ") and not list:find(" " .. own .. " "),
    "no descriptor of ours is handed on", list)
end
do -- a swap: what moves first must not overwrite what moves later
  local _, _, r1, w1 = assert(S.pipe())
  local _, _, r2, w2 = assert(S.pipe())
  assert(S.spawn { "sh", "-c",
    "echo a >/proc/self/fd/" .. w1:getfd() .. "; echo b >/proc/self/fd/" .. w2:getfd(),
    fds = { [w1:getfd()] = w2, [w2:getfd()] = w1 } })
  S.wait()
  t.is({ r1:read(), r2:read() }, { "b\n", "a\n" }, "descriptors swap")
end
do
  local set = S.t.sigset("usr1")
  S.sigprocmask("block", set)
  t.is(output { "sh", "-c", "grep SigBlk /proc/self/status" }:match("%x+\n"), "0000000000000000\n",
    "an empty signal mask")
  S.sigprocmask("unblock", set)
end

local pid = assert(S.fork())
if pid == 0 then S._exit(5) end
local got, _, status = S.waitpid(pid)
t.is({ got, status.EXITSTATUS }, { pid, 5 })
t.is(select(2, S.waitpid(-1)).sym, "CHILD")

-- ---- time and events ----

local epoll = assert(S.epoll_create())
local timer = assert(S.timerfd_create("monotonic", "nonblock"))
t.is(timer:timerfd_read(), 0, "a timer that has not run out")
assert(timer:timerfd_settime(nil, { 0, 0.001 }))
assert(epoll:epoll_ctl("add", timer, "in"))
local events = S.t.epoll_events(4)
for _, event in assert(epoll:epoll_wait(events, 60000)) do
  t.is({ event.fd, event.IN, event.HUP }, { timer:getfd(), true, false })
end
t.is(timer:timerfd_read(), 1)

local set = S.t.sigset("usr2")
S.sigprocmask("block", set)
local signals = assert(S.signalfd(set, "nonblock"))
t.is(#signals:signalfd_read(), 0)
S.kill(S.getpid(), "usr2")
local info = signals:signalfd_read()
t.is({ #info, info[1].usr2, info[1].pid }, { 1, true, S.getpid() })

local pidfd = select(3, assert(S.spawn { "sleep", "60" }))
t.is(S.poll({ { fd = pidfd, events = "in" } }, 0), 0, "a pidfd of a process that runs")
t.ok(pidfd:pidfd_send_signal("kill"), "pidfd_send_signal")
t.is(S.poll({ { fd = pidfd, events = "in" } }, 60000), 1, "and that ended")
S.wait()

local event = assert(S.eventfd(3, "nonblock"))
t.is(event:eventfd_read(), 3)
t.is(event:eventfd_read(), 0)
t.ok(S.nanosleep(0.001), "nanosleep")
local earliest, now, latest = os.time(), S.clock_gettime("realtime").sec, os.time()
t.ok(earliest - 1 <= now and now <= latest + 1, "clock_gettime agrees with os.time")

-- ---- sockets ----

local server = assert(S.socket("inet", "stream"))
assert(server:setsockopt("socket", "reuseaddr", true))
assert(server:bind(S.t.sockaddr_in(0, "loopback")))
assert(server:listen())
local address = server:getsockname()
t.is(tostring(address.addr), "127.0.0.1")
local client = assert(S.socket("inet", "stream"))
assert(client:connect(address))
local peer = assert(server:accept())
t.is(client:send("ping"), 4)
t.is(peer:read(), "ping")
t.is(client:getsockopt("socket", "type"), S.c.SOCK.STREAM)
t.is(peer:getpeername().port, client:getsockname().port)
t.is(select(2, server:bind(address)).sym, "INVAL")

local a = assert(S.socket("inet", "dgram"))
local b = assert(S.socket("inet", "dgram"))
assert(a:bind(S.t.sockaddr_in(0, "loopback")))
assert(b:bind(S.t.sockaddr_in(0, "loopback")))
t.is(a:sendto("x", nil, nil, b:getsockname()), 1)
local buffer = S.t.buffer(10)
local n, _, from = b:recvfrom(buffer)
t.is({ n, from.port }, { 1, a:getsockname().port })

local path = tmp .. "/socket"
local unix = assert(S.socket("unix", "seqpacket, nonblock"))
assert(unix:bind(S.t.sockaddr_un(path)))
t.is(unix:getsockname().name, path)
t.is(select(2, unix:accept()).sym, "INVAL", "not listening")

-- ---- limits, names ----

local limit = S.getrlimit("nofile")
t.is(S.setrlimit("nofile", { cur = limit.cur, max = limit.max }), true)
t.is(S.getrlimit("core").max, S.prlimit(0, "core").max)
t.is(S.uname().nodename, t.read("/proc/sys/kernel/hostname"):match("[^\n]*"))
t.is(S.sysctl("kernel.ostype"), "Linux")
t.is(select(2, S.sysctl("kernel.no_such")).sym, "NOENT")
t.ok(S.prctl("set_name", "renamed"), "prctl")
t.is(S.prctl("get_name"), "renamed")

t.isolated("newns", function()
  assert(S.mkdir(tmp .. "/mnt", "0755"))
  t.ok(S.mount("none", tmp .. "/mnt", "tmpfs", "rdonly, noatime"), "mount")
  t.ok(t.read("/proc/self/mounts"):find(tmp .. "/mnt tmpfs ro,noatime", 1, true),
    "mounted with its flags")
  t.is(select(2, S.open(tmp .. "/mnt/x", "creat", "0600")).sym, "ROFS")
  t.ok(S.umount(tmp .. "/mnt", "detach"), "umount")
  t.ok(S.mknod(tmp .. "/null", "fchr,0666", S.t.device(1, 3)), "mknod")
  t.is(tostring(S.stat(tmp .. "/null").rdev), "1:3")
  t.is(select(2, S.mount("x", "/no/such", "tmpfs")).sym, "NOENT")
end)

-- ---- an argument that is not there stays nothing ----

pcall(S.nanosleep)
pcall(S.writev, -1)
pcall(S.timerfd_settime, -1)
t.is({ pcall(math.random, 1) }, { true, 1 }, "Lua's nil is nil")
t.is(select("#", string.find("a", "b")), 1)
t.raises(function() S.timerfd_settime(assert(S.timerfd_create("monotonic")), nil,
  S.t.buffer(64) + 1) end, "misaligned")
t.is(S.strerror(200), "Unknown error 200")
t.is(S.strerror(-1), "Unknown error -1")

-- ---- ids for files, and how programs are run ----

do
  local child = assert(S.fork())
  if child == 0 then
    local before = S.setfsuid(1234)
    local uid = t.read("/proc/self/status"):match("Uid:%s*%d+%s+%d+%s+%d+%s+(%d+)")
    local is_set = uid == "1234" and S.setfsuid(before) == 1234
    local flags = S.personality("addr_no_randomize")
    local shown = tonumber(t.read("/proc/self/personality"), 16)
    S._exit(is_set and flags and shown == S.c.PERSONALITY.ADDR_NO_RANDOMIZE
      and S.personality() == shown and 0 or 1)
  end
  if S.geteuid() == 0 then
    t.is(select(3, S.waitpid(child)).EXITSTATUS, 0, "setfsuid, personality")
  else
    S.waitpid(child)
  end
  local ok, err = S.kexec_file_load(-1, -1, "x")
  t.ok(not ok and (err.BADF or err.PERM or err.NOSYS), "no kernel to load")
end
