-- rc/rc.lua - the boot script of a machine
--
-- Layer: policy. PID 1 runs this once as the oneshot `rc`, before the services
-- that come after it. A file /etc/luabox/rc.lua takes its place, and has all of
-- it by `require "rc.rc"`. What fails is reported and the rest goes on: a
-- machine with a fault is better than none.

local S = require "syscall"

local function check(what, ok, err)
  if not ok then io.stderr:write(what, ": ", tostring(err), "\n") end
  return ok
end

-- ---- file systems of the kernel; the core may have mounted some already ----

local function mount(fstype, path, flags, data)
  S.mkdir(path, "0755")
  local here, parent = S.stat(path), S.stat(path .. "/..")
  if here and parent and here.st_dev ~= parent.st_dev then return end
  check("mount " .. path, S.mount(fstype, path, fstype, flags, data))
end

mount("proc", "/proc", "nosuid, nodev, noexec")
mount("sysfs", "/sys", "nosuid, nodev, noexec")
mount("devtmpfs", "/dev", "nosuid", "mode=0755")
mount("devpts", "/dev/pts", "nosuid, noexec", "gid=5,mode=620,ptmxmode=666")
mount("tmpfs", "/dev/shm", "nosuid, nodev", "mode=1777")
mount("tmpfs", "/run", "nosuid, nodev", "mode=0755")
mount("tmpfs", "/tmp", "nosuid, nodev", "mode=1777")

for name, target in pairs {
  fd = "/proc/self/fd", stdin = "fd/0", stdout = "fd/1", stderr = "fd/2",
} do
  S.symlink(target, "/dev/" .. name)
end

-- ---- drivers of the devices that are there ----

require("kmod.coldplug").run(function(alias, err) check(alias, nil, err) end)

-- ---- who and when we are ----

local file = io.open("/etc/hostname")
local hostname = file and file:read("l")
if file then file:close() end
if hostname and hostname ~= "" then check("hostname", S.sethostname(hostname)) end

-- A clock without a battery starts in 1970: no certificate and no log makes
-- sense of that. It is at least as late as this binary was made.
local built = S.stat("/proc/self/exe")
if built and S.clock_gettime("realtime").tv_sec < built.st_mtime then
  check("clock", S.clock_settime("realtime", built.st_mtime))
end

-- ---- the machine talks to itself; other links are the service dhcp's ----

local socket = check("lo", S.socket("inet", "dgram"))
if socket then
  check("lo", socket:ioctl("SIOCSIFFLAGS", S.t.ifreq { name = "lo", flags = S.c.IFF.UP }))
  socket:close()
end
