-- tests/applets/modprobe.lua - modprobe, insmod, rmmod, lsmod without loading anything
-- Loading real modules is in the boot tests: a kernel of its own.

local t = require "test"
local S = require "syscall"
local json = require "json"

local root = t.tmp()
for dir in ("etc etc/modprobe.d lib lib/modules lib/modules/6.1.0"):gmatch("%S+") do
  assert(S.mkdir(root .. "/" .. dir, "0755"))
end
local dir = root .. "/lib/modules/6.1.0"
t.write(dir .. "/modules.dep", "kernel/a-one.ko: kernel/b.ko\nkernel/b.ko:\nkernel/c.ko.xz:\n")
t.write(dir .. "/modules.alias", "alias x:* b\nalias x:y* a_one\n")
t.write(dir .. "/modules.builtin", "kernel/inside.ko\n")
t.write(root .. "/etc/modprobe.d/x.conf", "options a_one n=1\nblacklist c\ninstall d /bin/false\n")

local function modprobe(words, want)
  local argv = { "modprobe", "-d", root, "-S", "6.1.0" }
  for word in words:gmatch("%S+") do argv[#argv + 1] = word end
  want.name = "modprobe " .. words
  t.run(argv, want)
end

local insert_b = "insmod " .. dir .. "/kernel/b.ko\n"
local insert_a = "insmod " .. dir .. "/kernel/a-one.ko n=1\n"
modprobe("-nv a-one", { out = insert_b .. insert_a })
modprobe("-nv a_one m=2", { out = insert_b .. insert_a:sub(1, -2) .. " m=2\n" })
modprobe("-D b", { out = insert_b })
modprobe("-nva b c", { out = insert_b })
modprobe("-nv c", { out = "insmod " .. dir .. "/kernel/c.ko.xz\n" })
modprobe("-nvb c", {})
modprobe("-nv d", { out = "install /bin/false\n" })
modprobe("inside", {})
modprobe("--first-time inside", { status = 1, err = "modprobe: inside: is part of the kernel\n" })
modprobe("-R x:z", { out = "b\n" })
modprobe("-R no", { status = 1, err = "modprobe: no: no such module in " .. dir .. "\n" })
modprobe("no", { status = 1, err = "modprobe: no: no such module in " .. dir .. "\n" })
modprobe("-q no", { status = 1 })
modprobe("-l", { out = "kernel/a-one.ko\nkernel/b.ko\nkernel/c.ko.xz\n" })
modprobe("-l a-* c", { out = "kernel/a-one.ko\nkernel/c.ko.xz\n" })
modprobe("-c", { out = t.match "^blacklist c\ninstall d /bin/false\noptions a_one n=1\n" })
modprobe("-r inside", { status = 1, err = "modprobe: inside: is part of the kernel\n" })
modprobe("-rnv b", { out = "rmmod b\n" })
modprobe("", { status = 1, err = t.match "^modprobe: missing operand\nusage: modprobe " })
modprobe("d", { status = 1, err = "modprobe: d: command failed: /bin/false (exit status 1)\n" })
modprobe("b",
  { status = 1, err = "modprobe: " .. dir .. "/kernel/b.ko: No such file or directory\n" })

t.run("insmod /nosuch.ko", { status = 1, err = "insmod: /nosuch.ko: No such file or directory\n" })
t.run("insmod", { status = 1, err = t.match "^insmod: missing operand\n" })
t.run("rmmod no_such_module", { status = 1, err = t.match "^rmmod: no_such_module: [^\n]+\n$" })

local function kernel_has()
  return S.access("/proc/modules", "r") and t.read("/proc/modules") or ""
end
local loaded, listed, before
repeat -- others load modules, too
  before = kernel_has():gsub(" [^\n]*", "")
  loaded, listed = t.execute { "lsmod" }, t.execute { "lsmod", "--json" }
until kernel_has():gsub(" [^\n]*", "") == before
t.is(loaded.out:match("^[^\n]*\n"), "Module                  Size  Used by\n", "lsmod's header")
local lines = select(2, loaded.out:gsub("\n", "")) - 1
local count = select(2, before:gsub("\n", ""))
t.is(lines, count, "a line a module")
t.is(#json.decode(listed.out), count, "an object a module")
