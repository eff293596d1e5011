-- tests/lua/kmod.lua - finding modules and their order, from files as depmod writes them
-- Loading them is in tests/boot: the machine that builds may have no modules.

local t = require "test"
local S = require "syscall"
local kmod = require "kmod"
local tables = require "kmod.tables"

-- ---- names and aliases ----

t.is(tables.name("kernel/drivers/net/virtio-net.ko.xz"), "virtio_net", "a file's module")
t.is(tables.name("snd-hda-intel"), "snd_hda_intel", "a name's module")

local aliases = tables.aliases()
tables.alias([[
# Aliases extracted from modules themselves.
alias pci:v00001AF4d00001000sv*sd*bc*sc*i* virtio_pci
alias virtio:d00000001v* virtio_net
alias usb:v0BDAp8153d3[0-1]*dc*dsc*dp*ic*isc*ip*in* r8152
alias fs-ext4 ext4
alias acpi*:PNP0C0A:* battery
alias of:N*T*Carm,cortex-a53C* some-pmu
alias virtio:d0000001?v* other
]], aliases)

local function matches(modalias) return tables.match_alias(aliases, modalias) end
t.is(matches("pci:v00001AF4d00001000sv00001AF4sd00000001bc02sc00i00"), { "virtio_pci" })
t.is(matches("virtio:d00000001v00001AF4"), { "virtio_net" })
t.is(matches("virtio:d00000002v00001AF4"), {}, "another device")
t.is(matches("virtio:d00000015v00001AF4"), { "other" }, "? is one character")
t.is(matches("usb:v0BDAp8153d3105dc00dsc00dp00icFFiscFFip00in00"), { "r8152" }, "a set")
t.is(matches("usb:v0BDAp8153d3205dc00dsc00dp00icFFiscFFip00in00"), {}, "outside the set")
t.is(matches("fs-ext4"), { "ext4" }, "as the kernel asks")
t.is(matches("fs_ext4"), { "ext4" }, "both spellings mean the same")
t.is(matches("acpi:PNP0C0A:"), { "battery" }, "a wildcard near the beginning")
t.is(matches("of:NcpuTcpuCarm,cortex-a53C"), { "some_pmu" })
t.is(matches(""), {}, "no text, no module")

-- ---- a tree of modules ----

local root = t.tmp()
for dir in ("etc etc/modprobe.d lib lib/modules lib/modules/6.1.0 lib/modprobe.d"):gmatch("%S+") do
  assert(S.mkdir(root .. "/" .. dir, "0755"))
end
local dir = root .. "/lib/modules/6.1.0/"
t.write(dir .. "modules.dep", [[
kernel/fs/ext4/ext4.ko: kernel/fs/jbd2/jbd2.ko kernel/lib/crc16.ko kernel/fs/mbcache.ko
kernel/fs/jbd2/jbd2.ko:
kernel/lib/crc16.ko:
kernel/fs/mbcache.ko:
kernel/drivers/net/virtio-net.ko: kernel/drivers/net/net_failover.ko kernel/net/core/failover.ko
kernel/drivers/net/net_failover.ko: kernel/net/core/failover.ko
kernel/net/core/failover.ko:
kernel/drivers/char/pcspkr.ko:
kernel/broken.ko: kernel/gone.ko
kernel/crypto/crc32c_generic.ko:
]])
t.write(dir .. "modules.alias",
  "alias virtio:d00000001v* virtio_net\nalias platform:pcspkr pcspkr\n")
t.write(dir .. "modules.builtin", "kernel/drivers/virtio/virtio-pci.ko\n")
t.write(dir .. "modules.softdep", "softdep ext4 pre: crc32c_generic missing\n")
t.write(root .. "/etc/modprobe.d/a.conf", [[
# comment
options virtio_net csum=0 \
  gso=0
blacklist pcspkr
alias net-pf-10 ext4
]])
t.write(root .. "/lib/modprobe.d/a.conf", "blacklist ext4\n") -- hidden by the other a.conf
t.write(root .. "/etc/modprobe.d/b.conf", "install jbd2 /bin/true\noptions virtio-net tx=1\n")

kmod.root, kmod.release = root, "6.1.0"

local function names(name, opts)
  local steps, err = kmod.resolve(name, opts)
  if not steps then return err end
  local list = {}
  for i, step in ipairs(steps) do list[i] = step.name end
  return table.concat(list, " ")
end

t.is(names("virtio-net"), "failover net_failover virtio_net", "what it needs goes first")
t.is(names("virtio:d00000001v00001AF4"), "failover net_failover virtio_net", "by a device's alias")
t.is(names("net-pf-10"), "crc32c_generic mbcache crc16 jbd2 ext4", "by the user's alias")
t.is(names("virtio_pci"), "", "part of the kernel: nothing to do")
t.is(names("nothing"), "nothing: no such module in " .. root .. "/lib/modules/6.1.0")
t.is(names("broken"),
  "gone: no such module in " .. root .. "/lib/modules/6.1.0, needed by broken")
t.is(names("pcspkr"), "pcspkr", "blacklisted, but named")
t.is(names("pcspkr", { blacklist = true }), "", "blacklisted, and that matters")
t.is(names("platform:pcspkr"), "", "blacklisted: not by alias")

local steps = kmod.resolve("virtio_net")
t.is(steps[3], { name = "virtio_net", path = dir .. "kernel/drivers/net/virtio-net.ko",
  params = "csum=0 gso=0 tx=1", wanted = true }, "options of all files")
t.is(steps[1].wanted, nil, "it only comes along")
t.is(kmod.resolve("ext4")[4], { name = "jbd2", command = "/bin/true", params = "" })

-- ---- the kernel's command line ----

local config = tables.new_config()
tables.command_line(
  "ro modprobe.blacklist=floppy,pc-speaker usb-storage.quirks=1:2:u quiet", config)
t.is(config.blacklist, { floppy = true, pc_speaker = true })
t.is(config.options, { usb_storage = "quirks=1:2:u" })

-- ---- loading ----

t.is({ kmod.load("nothing") },
  { [2] = "nothing: no such module in " .. root .. "/lib/modules/6.1.0" })
t.is({ kmod.load("virtio_pci") }, { true }, "a part of the kernel is there")
t.is({ kmod.load("virtio_pci", nil, { first = true }) },
  { [2] = "virtio_pci: is part of the kernel" })
t.is({ kmod.load_alias("virtio:d00000099v00001AF4") }, { 0 }, "most devices need no module")
t.is({ kmod.load_alias("platform:pcspkr") }, { 0 }, "blacklisted")

local told = {}
kmod.load("ext4", "opt=1", {
  dry = true,
  each = function(step) told[#told + 1] = step.name .. " " .. step.params end,
})
t.is(told[#told], "ext4 opt=1", "parameters are for the module that was named")

local _, missing = kmod.load("pcspkr")
t.is(missing, dir .. "kernel/drivers/char/pcspkr.ko: No such file or directory")
if S.geteuid() == 0 then
  assert(S.mkdir(dir .. "kernel", "0755"))
  t.write(dir .. "kernel/not.ko", "not a module")
  local ok, err = kmod.insert(dir .. "kernel/not.ko")
  t.ok(not ok and err:find("not.ko: ", 1, true), "the kernel refuses what is no module", err)
end

t.is(require("proc.modules").parse(
  "nf_nat 57344 2 nft_chain_nat,xt_nat, Live 0xffffffffc0a5b000\n" ..
  "ext4 1024000 1 - Live 0x0 (E)\nmac80211 5 0 [permanent], Live 0x0\nx 1 - - Loading 0x0\n"), {
  { name = "nf_nat", size = 57344, refs = 2, users = { "nft_chain_nat", "xt_nat" },
    state = "Live", permanent = false },
  { name = "ext4", size = 1024000, refs = 1, users = {}, state = "Live", permanent = false },
  { name = "mac80211", size = 5, refs = 0, users = {}, state = "Live", permanent = true },
  { name = "x", size = 1, refs = -1, users = {}, state = "Loading", permanent = false },
}, "/proc/modules")
