-- first.lua - from power on to a machine with a network, services and a prompt, and off again

local machine = require "machine"
local t = require "test"

local vm <close> = machine.boot()
vm:expect_all("lease of %S+ obtained", "default is up")
t.is(vm.log:match("lease of (%S+) obtained"), "10.0.2.15", "QEMU's network leases its one address")
vm:prompt() -- whatever the services said, from here on it stands alone

local list = vm:type("svc list")
for _, service in ipairs { "console", "dhcp" } do
  t.ok(list:find(service .. " +up "), service .. " is up", list)
end
t.ok(list:find("syslog +waiting "), "syslog comes when somebody logs", list)
t.ok(list:find("\nrc +done "), "the boot script is done", list)
t.ok(not list:find("failed"), "nothing failed", list)

t.ok(tonumber(vm:type('=require"syscall".getpid()')) > 1, "the prompt answers in Lua")
t.is(vm:type("=S.uname().sysname"), "Linux", "S is there without being asked for")
t.is(vm:type("hostname"), "luabox", "the prompt runs commands")
t.ok(vm:type("ip addr show eth0"):find("inet 10%.0%.2%.15/24"), "the address is set")
t.ok(vm:type("ip route"):find("default via 10%.0%.2%.2 dev eth0"), "so is the default route")
t.ok(vm:type("cat /etc/resolv.conf"):find("nameserver 10%.0%.2%.3"), "and the resolver")
t.ok(tonumber(vm:type("=os.time()")) > 1.7e9, "the clock is not in 1970")

-- the logger: there with the first message, gone without one, and nothing lost between
vm:type('socket = S.socket("unix", "dgram")')
vm:type('socket:connect(S.t.sockaddr_un("/dev/log"))')
local function log(text) vm:type(('socket:send("<30>Jan  1 00:00:00 me: %s")'):format(text)) end
local function logger() return vm:type("svc list"):match("\nsyslog +(%l+)") end
local messages
local function has_come(...)
  messages = vm:type("cat /var/log/messages")
  for _, text in ipairs { ... } do
    if not messages:find(text, 1, true) then return false end
  end
  return true
end
log "first"
vm.await(function() return has_come("kernel: Linux version", "me: first") end)
t.ok(messages:find("kernel: Linux version", 1, true), "the kernel's messages are there", messages)
t.ok(messages:find("%a+ +%d+ %d%d:%d%d:%d%d me: first"), "and ours, with today's date", messages)
vm.await(function() return logger() == "waiting" end)
t.is(logger(), "waiting", "with nothing to write it is not there")
log "second"
vm.await(function() return has_come("me: second") end)
t.ok(messages:find("me: second", 1, true), "the next message brings it back", messages)
t.is(select(2, messages:gsub("kernel: Linux version", "")), 1, "it knows what it has read")

-- a service that is killed comes back; the machine hardly notices
local before = list:match("\ndhcp +up +%S+ +(%d+)")
vm:type(("=S.kill(%s, 'kill')"):format(before))
local after
vm.await(function()
  after = vm:type("svc list"):match("\ndhcp +up +%S+ +(%d+)")
  return after and after ~= before
end)
t.ok(after and after ~= before, "a killed service runs again", before .. " " .. vm.log:sub(-800))

t.is(vm:poweroff(), 0, "poweroff ends QEMU")
