-- root.lua - B02 and B06: from an initramfs to the root on a disk, first by hand
--
-- One disk, two boots: a root= that is not there, and one whose init is no luabox.

local machine = require "machine"
local t = require "test"
local S = require "syscall"

local EARLY = 'service { name = "early", run = { "sleep", "100000" } }'
local mkfs = t.need "mkfs.ext4"
local root, disk = t.tmp() .. "/root", t.tmp() .. "/disk"

local OTHER = [[#!/bin/luabox lua
-- some other init: says what it is, and switches off
local S = require "syscall"
local console = assert(io.open("/dev/console", "w"))
local function say(...) console:write("other: ", table.concat { ... }, "\n"):flush() end
say("pid ", tostring(S.getpid()), " argv ", arg[0])
for line in io.lines("/proc/mounts") do
  if line:find("^/dev/vda ") then say(line) end
end
for pid in io.open("/proc/1/task/1/children"):read("a"):gmatch("%d+") do
  say("child ", (io.open("/proc/" .. pid .. "/cmdline"):read("a"):gsub("%z", " ")))
end
say "end"
S.sync()
S.open("/dev/console", "wronly"):tcdrain() -- all of it has left the machine
S.mount("none", "/", nil, "remount, rdonly")
S.reboot("power_off")
]]

for _, folder in ipairs {
  "", "/sbin", "/bin", "/etc", "/etc/other", "/etc/other/services", "/dev", "/proc", "/sys",
  "/run", "/tmp",
} do
  S.mkdir(root .. folder, "0755")
end
t.write(root .. "/sbin/init", t.read(t.binary), "0755")
t.write(root .. "/bin/luabox", t.read(t.binary), "0755")
t.write(root .. "/bin/other", OTHER, "0755")
t.write(root .. "/etc/hostname", "realroot\n")
t.write(root .. "/etc/other/services/real.lua",
  "return {" .. EARLY .. ', service { name = "late", run = { "sleep", "100002" } } }')
t.write(disk, "")
local make = t.execute({ "sh", "-c", ("%s -q -L real -d %s %s 24M"):format(mkfs, root, disk) },
  { program = "/bin/sh" })
t.is(make.status, 0, "a disk", make.err)

do
  local vm <close> = machine.boot {
    network = "none", disk = disk,
    append = "root=LABEL=wrong rootwait=1 rw luabox.svc=-dhcp,-never luabox.max=40 "
      .. "luabox.conf=/etc/other init_debug",
    files = {
      ["etc/other/services/early.lua"] = "return {" .. EARLY .. "}",
      ["etc/other/services/never.lua"] = 'return service { name = "never", run = { "true" } }',
      ["etc/luabox/services/not.lua"] = 'return service { name = "not-this", run = { "true" } }',
    },
  }
  vm:expect_all("luabox: init_debug: [^\n]*max=40 conf=/etc/other", "luabox: rc: starting\n",
    "root: found these devices:\n", "root: */dev/vda  24 MiB  ext4  LABEL=\"real\"  UUID=",
    "root: root=LABEL=wrong: there is no such device",
    "root: is critical: the boot cannot go on")
  vm:prompt()
  local list = vm:type("svc list")
  local pid = list:match("\nearly +up +%S+ +(%d+)")
  t.ok(pid, "a service of the initramfs runs", list)
  t.ok(list:find("\nnever +down") and not list:find("not%-this"), "as the command line says",
    list)
  t.ok(not list:find("\nconsole "), "what is for the real root is not started here", list)
  local kernel = vm:type("dmesg")
  t.ok(kernel:find("luabox: root: failed", 1, true), "init_debug: the kernel's log has it",
    kernel:sub(-2000))
  vm:type("mount -t ext4 /dev/vda /newroot")
  vm:send("exit")
  vm:expect("luabox: handing over to /sbin/init")
  vm:expect("luabox: applying a plan")
  vm:expect("luabox: default: up")
  vm:settle()
  list = vm:type("svc list")
  t.is(list:match("\nearly +up +%S+ +(%d+)"), pid, "B06: the same process", list)
  t.ok(list:find("\nlate +up") and not list:find("\nroot "), "with the services of the root", list)
  t.is(vm:type("hostname"), "realroot", "whose boot script has run")
  t.ok(vm:type("mount"):find("/dev/vda on / type ext4 (rw", 1, true), "it is the root, writable")
  local chart = vm:type("svc bootchart")
  t.ok(chart:find("early") and chart:find("late") and chart:find("rc "), "bootchart has both",
    chart)
  t.is(vm:poweroff(), 0, "poweroff ends QEMU")
end

local function features()
  local dumpe2fs = t.find "dumpe2fs"
  return dumpe2fs and t.execute({ "dumpe2fs", "-h", disk }, { program = dumpe2fs }).out
end
local state = features()
if state then
  t.ok(state:find("Filesystem state: +clean") and not state:find("needs_recovery"),
    "B01: the file system is clean, there is no journal to replay", state)
end

do
  local vm <close> = machine.boot {
    network = "none", disk = disk,
    append = "root=/dev/vda rootfstype=ext3,ext4 rootflags=noatime,errors=panic rootdelay=0.1 "
      .. "init=/bin/other",
    files = { ["etc/luabox/services/early.lua"] = "return {" .. EARLY .. "}" },
  }
  vm:expect("luabox: switch root: stopping")
  vm:expect("other: pid 1 argv /bin/other")
  vm:expect("other: /dev/vda / ext4 ro,noatime,errors=panic")
  vm:expect("other: end\n")
  t.is(vm:wait(), 0, "it is the master of the machine")
  t.ok(not vm.log:find("other: child sleep"), "what ran in the initramfs does not run any more")
end
