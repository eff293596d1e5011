-- rescue.lua - B03: a prompt instead of services, and every way out of it

local machine = require "machine"
local t = require "test"

local vm <close> = machine.boot { network = "none", append = "rescue luabox.svc=-dhcp" }
vm:expect("starting a prompt; leave it to load the services again")
vm:prompt()
local list = vm:type("svc list")
t.ok(not list:find("console"), "no service runs", list)
t.ok(tonumber(vm:type('=S.getpid()')) > 1, "the prompt is a child of PID 1")

-- kill -9 of the prompt: the services are loaded, the machine goes on
vm:send("=S.kill(S.getpid(), 'kill')")
vm:expect("rescue: shell ended, loading the services again")
vm:expect("default is up")
vm:settle()
t.ok(vm:type("svc list"):find("\nconsole +up"), "the services run")

-- down to nothing and up again, without the firmware
vm:send("svc soft")
vm:expect("soft reboot: stopping")
vm:expect("starting a prompt; leave it to load the services again") -- as the command line says
vm:prompt()
t.is(vm:type("=1 + 1"), "2", "booted again without the firmware")
vm.input:write("\4") -- ^D
vm:expect("rescue: shell ended, loading the services again")
vm:expect("default is up")
vm:settle()
t.is(vm:poweroff(), 0, "poweroff ends QEMU")
