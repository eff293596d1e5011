-- first.lua - from power on to a machine with a network, services and a prompt, and off again

local machine = require "machine"
local t = require "test"

local vm <close> = machine.boot()
t.is(vm:expect("lease of (%S+) obtained"), "10.0.2.15", "QEMU's network leases its one address")
vm:expect("default is up")
vm:type("") -- whatever the services said, from here on a prompt stands alone

local list = vm:type("svc list")
for _, service in ipairs { "console", "dhcp", "syslog" } do
  t.ok(list:find(service .. " +up "), service .. " is up", list)
end
t.ok(list:find("\nrc +done "), "the boot script is done", list)
t.ok(not list:find("failed"), "nothing failed", list)

t.ok(tonumber(vm:type('=require"syscall".getpid()')) > 1, "the prompt answers in Lua")
t.is(vm:type("=S.uname().sysname"), "Linux", "S is there without being asked for")
t.is(vm:type("hostname"), "luabox", "the prompt runs commands")
t.ok(vm:type("ip addr show eth0"):find("inet 10%.0%.2%.15/24"), "the address is set")
t.ok(vm:type("ip route"):find("default via 10%.0%.2%.2 dev eth0"), "so is the default route")
t.ok(vm:type("cat /etc/resolv.conf"):find("nameserver 10%.0%.2%.3"), "and the resolver")
t.ok(tonumber(vm:type("=os.time()")) > 1.7e9, "the clock is not in 1970")

-- a service that is killed comes back; the machine hardly notices
local before = list:match("\nsyslog +up +%S+ +(%d+)")
vm:type(("=S.kill(%s, 'kill')"):format(before))
vm:type("sleep 1")
local after = vm:type("svc list"):match("\nsyslog +up +%S+ +(%d+)")
t.ok(after and after ~= before, "a killed service runs again", before .. " " .. tostring(after))

t.is(vm:poweroff(), 0, "poweroff ends QEMU")
