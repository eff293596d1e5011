-- boot.lua - from the kernel's "Run /init" to everything up, against busybox
--
--   luabox lua tests/bench/boot.lua LUABOX-IMAGE FOLDER MODULES-FOLDER QEMU [RUNS]
--
-- The work: mounts, network driver, host name, loopback, a DHCP lease, three supervised
-- services. busybox does just that, by its init and a short script; luabox boots its own
-- default policy (which loads drivers by what the machine has) with the services added.
-- QEMU counts guest instructions as time (-icount), so that a span repeats to a percent
-- however busy this machine is.

package.path = "initramfs/?.lua;" .. package.path

local cpio = require "cpio"
local modules = require "modules"

local luabox_image, folder, modules_folder, qemu = table.unpack(arg, 1, 4)
local runs = tonumber(arg[5] or 3)

local NAMES = { "one", "two", "three" }

local function read(path)
  local f <close> = assert(io.open(path, "rb"))
  return f:read("a")
end

local function write(path, data)
  local f <close> = assert(io.open(path, "wb"))
  assert(f:write(data))
end

local function file(path, data, mode)
  return { path = path, type = "file", mode = tonumber(mode or "644", 8), data = data }
end

local function link(path, target)
  return { path = path, type = "link", mode = tonumber("777", 8), data = target }
end

local mark = file("bin/boot-mark", read(folder .. "/boot-mark"), "755")

-- luabox: the image that is shipped, and the services as a user would add them
local function luabox()
  local entries = { mark }
  for _, name in ipairs(NAMES) do
    entries[#entries + 1] = file("etc/luabox/services/" .. name .. ".lua",
      ('return service { name = "%s", run = { "/bin/boot-mark", "%s" } }\n'):format(name, name))
  end
  entries[#entries + 1] = file("etc/luabox/services/report.lua",
    ('return service { name = "report", run = { "/bin/boot-mark", "--report", "%s" } }\n')
    :format(table.concat(NAMES, '", "')))
  return read(luabox_image) .. cpio.archive(entries)
end

local RC = [[
#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mount -t tmpfs run /run
modprobe -a virtio_pci virtio_net
hostname lbx
ip addr add 127.0.0.1/8 dev lo
ip link set lo up
ip link set eth0 up
udhcpc -i eth0 -q -n -f -t 10 -T 1 -s /etc/udhcpc.sh >/dev/null 2>&1 &
]]

local LEASE = [[
#!/bin/sh
case $1 in bound|renew)
	ip addr add "$ip/$mask" dev "$interface"
	ip route add default via "$router"
	echo "nameserver $dns" >/etc/resolv.conf ;;
esac
]]

local function lines(path)
  local list = {}
  for line in io.lines(path) do list[#list + 1] = line end
  return list
end

local function busybox()
  local inittab = { "::sysinit:/etc/rc.sh\n" }
  for _, name in ipairs(NAMES) do
    inittab[#inittab + 1] = "::respawn:/bin/boot-mark " .. name .. "\n"
  end
  inittab[#inittab + 1] = "::once:/bin/boot-mark --report " .. table.concat(NAMES, " ") .. "\n"
  local entries = {
    mark,
    file("bin/busybox", read(folder .. "/busybox"), "755"),
    file("etc/inittab", table.concat(inittab)),
    file("etc/rc.sh", RC, "755"),
    file("etc/udhcpc.sh", LEASE, "755"),
    link("init", "bin/busybox"),
    { path = "dev/console", type = "char", mode = tonumber("600", 8), major = 5, minor = 1 },
  }
  for _, path in ipairs { "proc", "sys", "run", "tmp" } do
    entries[#entries + 1] = { path = path, type = "dir", mode = tonumber("755", 8) }
  end
  for applet in ("sh mount modprobe hostname ip udhcpc init"):gmatch("%S+") do
    entries[#entries + 1] = link("bin/" .. applet, "busybox")
  end
  local choice = assert(modules.choose({ "virtio_pci", "virtio_net" },
    lines(modules_folder .. "/modules.order"), {},
    function(path) return read(modules_folder .. "/" .. path) end))
  local target = "lib/modules/" .. modules_folder:match("[^/]+$") .. "/"
  for _, module in ipairs(choice.files) do
    entries[#entries + 1] = file(target .. module.path, module.data)
  end
  entries[#entries + 1] = file(target .. "modules.dep", choice.dep)
  return cpio.archive(entries)
end

-- one boot: what boot-mark said, by name
local function boot(image)
  local command = ("timeout 120 %s -icount shift=0,sleep=off -smp 1 -serial stdio -monitor none "
    .. "-netdev user,id=n0 -device virtio-net-pci,netdev=n0,romfile=,mac=52:54:00:12:34:56 "
    .. "-initrd %s -append 'console=ttyS0 quiet panic=-1 mitigations=off no_timer_check "
    .. "random.trust_cpu=on' </dev/null 2>&1"):format(qemu, image)
  local output <close> = assert(io.popen(command))
  local text = output:read("a")
  local said = {}
  for name, value in text:gmatch("boot%-mark (%S+)=(%d+)") do said[name] = tonumber(value) end
  if not said.done then
    io.stderr:write("---- console\n", text:sub(-2000), "\n----\n")
    return nil
  end
  return said
end

local contenders = { { "luabox", luabox() }, { "busybox", busybox() } }
for _, contender in ipairs(contenders) do
  contender.path = folder .. "/boot-" .. contender[1]
  write(contender.path, contender[2])
  contender.said = {}
end
for _ = 1, runs do -- in turns
  for _, contender in ipairs(contenders) do
    contender.said[#contender.said + 1] = boot(contender.path)
  end
end

local function median(contender, name)
  local values = {}
  for _, said in ipairs(contender.said) do values[#values + 1] = said[name] end
  table.sort(values)
  return values[(#values + 1) // 2]
end

io.write(("\n%-10s %14s %14s %14s %8s\n"):format("boot", "/init to up ms", "PID 1 PSS KB",
  "all PSS KB", "forks"))
for _, contender in ipairs(contenders) do
  if contender.said[1] then
    io.write(("%-10s %14.1f %14d %14d %8d\n"):format(contender[1],
      median(contender, "span_us") / 1000, median(contender, "init_pss_kb"),
      median(contender, "all_pss_kb"), median(contender, "forks")))
  else
    io.write(contender[1], " did not come up\n")
  end
end
if contenders[1].said[1] and contenders[2].said[1] then
  io.write(("luabox/busybox %.2f (limit 1.00)\n"):format(
    median(contenders[1], "span_us") / median(contenders[2], "span_us")))
end
