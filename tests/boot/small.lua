-- small.lua - a machine with what make SMALL=1 builds: the basic commands are there and work

local machine = require "machine"
local t = require "test"

local vm <close> = machine.boot { small = true }
vm:expect_all("lease of %S+ obtained", "default is up")
t.is(vm.log:match("lease of (%S+) obtained"), "10.0.2.15", "QEMU's network leases its one address")
vm:prompt()

local list = vm:type("svc list")
for _, service in ipairs { "console", "dhcp" } do
  t.ok(list:find(service .. " +up "), service .. " is up", list)
end
t.ok(not list:find("failed"), "nothing failed", list)
t.ok(tonumber(vm:type('=require"syscall".getpid()')) > 1, "the prompt answers in Lua")

local there = {}
for name in vm:type("luabox --list"):gmatch("%S+") do there[name] = true end
local BASIC = "true false echo cat ls mkdir rmdir rm cp mv ln touch chmod chown pwd env printenv "
  .. "sleep date uname hostname id whoami ps kill pidof mount umount mountpoint dmesg df du free "
  .. "uptime sync insmod rmmod lsmod modprobe poweroff reboot halt init lua ip ifconfig route ping "
  .. "udhcpc head tail wc grep sort svc"
local lacking = {}
for name in BASIC:gmatch("%S+") do
  local answer = there[name] and (name == "lua" or name == "init" or vm:type(name .. " --help"))
  if not answer or tostring(answer):find("left out") then lacking[#lacking + 1] = name end
end
t.is(lacking, {}, "every basic command")

t.ok(vm:type("ip addr show eth0"):find("inet 10%.0%.2%.15/24"), "ip shows addresses")
for command, part in pairs {
  ["ip tunnel show"] = "ip.tunnel", ["ip rule"] = "ip.rule", ["svc bootchart"] = "init.svc.chart",
  ["=require'syscall.lfs'"] = "syscall.lfs", ["=require'net.apply'"] = "net.apply",
  ["ip link add v type vxlan id 3 dstport 0"] = "ip.kind.vxlan",
} do
  t.is(vm:type(command):match("([%w.]+) is left out of this luabox"), part, command)
end
t.ok(not there.tc, "and is no command")
if vm:type("uname -m") == "x86_64" then -- others need more for the same
  t.ok(tonumber(vm:type('=S.stat("/proc/self/exe").size')) <= 900 * 1024, "it has 900 KB at most")
end
t.is(vm:poweroff(), 0, "poweroff ends QEMU")
