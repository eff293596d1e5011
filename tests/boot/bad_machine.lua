-- bad_machine.lua - a boot script that raises, no DHCP server, no network card: the prompt comes

local machine = require "machine"
local t = require "test"

do
  local vm <close> = machine.boot {
    files = {
      ["etc/luabox/rc.lua"] = 'local ok, err = require("kmod").load("nothere")\n'
        .. 'io.stderr:write("kmod said: ", tostring(err), "\\n")\n'
        .. 'error("the disk is on fire")\n',
    },
    network = "none",
  }
  vm:expect_all("rc: kmod said: [^\n]*nothere: no such module",
    "rc: /etc/luabox/rc%.lua:3: the disk is on fire", "luabox: rc: failed")
  vm:prompt()
  t.ok(vm:type("svc list"):find("\nrc +failed .*exit code 1"), "svc list: rc failed")
  t.is(vm:poweroff(), 0, "poweroff ends QEMU")
end

do
  local vm <close> = machine.boot { network = "silent" }
  vm:expect("dhcp: udhcpc: eth0: no answer from a DHCP server yet")
  vm:prompt()
  t.ok(vm:type("svc list"):find("\ndhcp +starting "), "dhcp goes on asking")
  t.is(vm:poweroff(), 0, "poweroff ends QEMU")
end

do
  local vm <close> = machine.boot { network = "none" }
  vm:expect("dhcp: udhcpc: no wired link yet")
  vm:prompt()
  t.ok(vm:type("svc list"):find("\ndhcp +starting "), "dhcp waits for a link")
  t.is(vm:poweroff(), 0, "poweroff ends QEMU")
end
