-- switch_root.lua - B06: services of the initramfs are those of the real root

local machine = require "machine"
local t = require "test"

local DHCP = [[
  service { name = "early", run = { "sleep", "100000" } }]]

local vm <close> = machine.boot {
  network = "none",
  append = "luabox.svc=-dhcp",
  files = {
    ["etc/luabox/services/early.lua"] = "return {" .. DHCP .. "}",
    ["etc/luabox/services/gone.lua"] =
      'return service { name = "gone", run = { "sleep", "100001" } }',
    ["real.lua"] = "return {" .. DHCP
      .. ', service { name = "late", run = { "sleep", "100002" } } }',
  },
}
vm:expect("luabox: default is up")
vm:prompt()
local pid = vm:type("svc list"):match("\nearly +up +%S+ +(%d+)")
t.ok(pid, "a service of the initramfs")
vm:switch_root()
local list
vm.await(function()
  list = vm:type("svc list")
  return list:find("\nlate +up")
end)
t.is(list:match("\nearly +up +%S+ +(%d+)"), pid, "it keeps its process")
t.ok(list:find("\nlate +up"), "what the real root has is started", list)
t.ok(not list:find("\ngone "), "what it does not know is gone", list)
t.ok(not vm:type("ls /proc/1/root/"):find("real.lua", 1, true), "PID 1 is in the new root")
t.ok(vm:type("ls /proc/1/root/proc"):find("cmdline", 1, true), "and /proc has gone along")
t.ok(vm:type("ls /"):find("real.lua", 1, true), "who stays has the files that he had")
t.is(vm:poweroff(), 0, "poweroff ends QEMU")
