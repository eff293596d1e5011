-- tests/applets/uname.lua - against the kernel's files

local t = require "test"

local function kernel(name) return t.read("/proc/sys/kernel/" .. name):match("[^\n]*") end
local sysname, release, version = kernel "ostype", kernel "osrelease", kernel "version"
local node = kernel "hostname"
local machine = require("syscall").uname().machine

t.run("uname", { out = sysname .. "\n" })
t.run("uname -s", { out = sysname .. "\n" })
t.run("uname -r", { out = release .. "\n" })
t.run("uname -v", { out = version .. "\n" })
t.run("uname -n", { out = node .. "\n" })
t.run("uname -o", { out = "GNU/Linux\n" })
t.run("uname -mrs", { out = ("%s %s %s\n"):format(sysname, release, machine) })
t.run("uname --kernel-release --nodename", { out = node .. " " .. release .. "\n" })
t.run("uname -p", { out = "unknown\n" })
t.run("uname -a",
  { out = table.concat({ sysname, node, release, version, machine, "GNU/Linux" }, " ") .. "\n" })
t.run("uname -r --json", { out = ('{"kernel_release":"%s"}\n'):format(release) })
t.run("uname --json", { out = t.match '"kernel_name":"Linux",.*"operating_system":"GNU/Linux"' })
t.run("uname x", { status = 1, err = "uname: too many operands\nusage: uname [-asnrvmpio]\n" })
