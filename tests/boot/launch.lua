-- launch.lua - what a service is born with, on the machine that was built for
--
-- Services start without a copy of PID 1, by a clone written by hand for each architecture
-- (init/raw.h): `make test ARCH=arm64 TESTS=tests/boot/launch.lua` tries another one.

local machine = require "machine"
local t = require "test"

local vm <close> = machine.boot { network = "none", append = "luabox.svc=-dhcp", files = {
  ["etc/passwd"] = "root:x:0:0:root:/root:/bin/lua\nnobody:x:65534:65534:n:/:/bin/lua\n",
  ["etc/group"] = "root:x:0:\nnogroup:x:65534:\n",
  ["see.lua"] = [[
    local S = require "syscall"
    print("sees", arg[1], S.getuid(), os.getenv "WORD", S.getcwd(),
      io.open("/proc/self/status"):read("a"):match("SigBlk:%s+(%x+)"),
      io.open("/proc/self/limits"):read("a"):match("Max open files%s+(%d+)"))
    S.nanosleep(1000)]],
  ["etc/luabox/services/a.lua"] = [[return {
    service { name = "plain", run = { "lua", "/see.lua", "x y" }, env = { WORD = "w" },
      dir = "/tmp" },
    service { name = "who", run = { "lua", "/see.lua", "u" }, user = "nobody",
      env = { WORD = "n" }, limits = { nofile = 77 }, after = { "plain" } },
    service { name = "missing", run = { "no-such-program" }, after = { "who" } },
    service { name = "nodir", run = { "true" }, dir = "/none" },
    service { name = "back", run = { "sleep", "1000" }, restart = { on = "always", delay = 0 } },
  }]],
} }
vm:expect_all("plain: sees\tx y\t0\tw\t/tmp\t0000000000000000",
  "who: sees\tu\t65534\tn\t/\t0000000000000000\t77")
vm:prompt()
local list
vm.await(function()
  list = vm:type("svc list")
  return list:find("\nmissing +failed") and list:find("\nnodir +failed") and
    list:find("\nback +up")
end)
t.ok(list:find("\nmissing +failed .*no%-such%-program: No such file or directory"),
  "an exec that fails is told", list)
t.ok(list:find("\nnodir +failed .*/none: No such file or directory"), "so is a folder", list)
local pid = list:match("\nback +up +%S+ +(%d+)")
vm:type("svc kill KILL back")
local again
vm.await(function()
  again = vm:type("svc list"):match("\nback +up +%S+ +(%d+)")
  return again and again ~= pid
end)
t.ok(pid and again and pid ~= again, "one that is killed comes back")
t.is(vm:poweroff(), 0, "poweroff ends QEMU")
