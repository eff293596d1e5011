-- endings.lua - B01, B03, B05: how a machine goes down, and who cannot keep it from that

local S = require "syscall"
local machine = require "machine"
local t = require "test"

local BOOTS = tonumber(os.getenv "LUABOX_BOOTS") or 2 -- of B01; the specification says 20
local FOLDER = "etc/luabox/services/"
-- it is up when it is stubborn
local STUBBORN = [[return service { name = "stubborn", after = { "rc" }, stop = { timeout = 1000 },
  ready = 3, run = function()
  local S = require "syscall"
  S.sigaction("term", "ign")
  S.t.fd(3):write "\n"
  while true do S.nanosleep(1000) end
end }]]

--- A text of the guest's kernel, and when it said it: seconds of its own clock, whatever the
--- emulation makes of them.
local function stamped(vm, text)
  return tonumber(vm.log:match("%[ *(%d+%.%d+)%] " .. text))
end

-- B01: up and off, again and again, with a disk that is written to until the end
local disk
if t.find "mkfs.ext4" then
  disk = t.write(t.tmp() .. "/disk", "")
  local make = t.execute({ "mkfs.ext4", "-q", disk, "16M" }, { program = t.find "mkfs.ext4" })
  t.is(make.status, 0, "a disk", make.err)
else
  t.skip_one("B01: a file system with a journal", "needs the program mkfs.ext4")
end
local WRITES = [[return {
  mount { name = "data", what = "/dev/vda", type = "ext4", where = "/srv",
    when = "dev:vda" },
  service { name = "writes", needs = { "data" }, ready = 3, run = function()
    local S = require "syscall"
    local file <close> = assert(io.open("/srv/lines", "a"))
    for n = 1, math.huge do
      file:write("line ", n, "\n"):flush()
      if n == 1 then S.t.fd(3):write "\n" end
      S.nanosleep(0.01)
    end
  end },
}]]
-- ext4's superblock, 1024 bytes from the start: s_state, clean or not, and of s_feature_incompat
-- the bit for a journal to be replayed
local function is_clean()
  local bytes = t.read(disk):sub(1025, 2048)
  local state, incompat = ("<I2"):unpack(bytes, 0x3a + 1), ("<I4"):unpack(bytes, 0x60 + 1)
  return state == 1 and incompat & 4 == 0
end
local bad, dirty, starts = 0, 0, 0
for _ = 1, BOOTS do
  local vm <close> = machine.boot { disk = disk,
    files = { [FOLDER .. "w.lua"] = disk and WRITES or "return {}" } }
  vm:expect("default is up")
  vm:prompt()
  if disk then vm:type("svc wait -t 200 writes") end
  if disk and is_clean() then dirty = dirty + 1 end -- it is in use
  if vm:poweroff() ~= 0 then bad = bad + 1 end
  if disk and not is_clean() then dirty = dirty + 1 end
end
t.is(bad, 0, "B01: it ends " .. BOOTS .. " times")
if disk then
  t.is(dirty, 0, "B01: in use the disk has a journal to replay, afterwards it has none")
  local check = t.find "e2fsck"
  if check then
    local said = t.execute({ "e2fsck", "-f", "-n", disk }, { program = check })
    t.is(said.status, 0, "e2fsck finds nothing", said.out .. said.err)
  end
  local debugfs = t.find "debugfs"
  if debugfs then
    local lines = t.execute({ "debugfs", "-R", "cat /lines", disk }, { program = debugfs }).out
    for _ in lines:gmatch("line 1\n") do starts = starts + 1 end
    t.is(starts, BOOTS, "every boot has written, to whole lines", lines:sub(-100))
    t.ok(lines:find("^[lie0-9n \n]+\n$"), "and nothing else", lines:sub(-100))
  end
end

-- a loop device keeps its file system busy until it is detached; and another kernel
do
  local folder = "build/x86_64/kernel/"
  local release = S.uname().machine == "x86_64" and S.access(folder .. "boot", "r") and
    t.execute({ "ls", folder .. "lib/modules" }).out:match("[^\n]+")
  local module = release and
    folder .. "lib/modules/" .. release .. "/kernel/drivers/block/loop.ko"
  if not disk or not module or not S.access(module, "r") then
    t.skip_one("a disk under a loop device", "needs mkfs.ext4 and the unpacked kernel for x86-64")
  else
    local vm <close> = machine.boot { disk = disk, memory = "512M", files = {
      ["loop.ko"] = t.read(module), vmlinuz = t.read(folder .. "boot/vmlinuz-" .. release),
    } }
    vm:expect("default is up")
    vm:prompt()
    vm:type("insmod /loop.ko")
    vm:type("mkdir -p /srv")
    vm:type("mount -t ext4 /dev/vda /srv")
    vm:type("=io.open('/srv/file', 'w'):write(('x'):rep(65536)):close()")
    vm:type("file = S.open('/srv/file', 'rdwr')")
    t.is(vm:type("=S.ioctl(S.open('/dev/loop0', 'rdwr'), 0x4c00, file)"), "true",
      "a file is a device") -- LOOP_SET_FD
    t.ok(vm:type("svc kexec"):find("no kernel is loaded"), "svc kexec without a kernel is refused")
    vm:type("kernel = S.open('/vmlinuz', 'rdonly')")
    t.is(vm:type("=S.kexec_file_load(kernel, nil, 'console=ttyS0 panic=-1', 'no_initramfs')"),
      "true", "a kernel is loaded")
    vm:send("svc kexec")
    vm:expect("luabox: kexec")
    vm:expect("Linux version") -- it finds no root, and reboots
    t.is(vm:wait(), 0, "svc kexec: the other kernel runs")
    t.ok(is_clean(), "what a loop device was on is clean")
  end
end

-- B03: the prompt without services is left in every way
do
  local vm <close> = machine.boot { append = "rescue" }
  vm:expect("starting a prompt; leave it to load the services again")
  vm:prompt()
  vm:send("os.exit(3)")
  vm:expect("rescue: shell ended, loading the services again")
  vm:expect("default is up")
  vm:settle()
  t.ok(vm:type("svc list"):find("console +up"), "B03: leaving the prompt starts the services")
  t.is(vm:poweroff(), 0, "B03: poweroff")
end
do
  local vm <close> = machine.boot { append = "rescue" }
  vm:prompt()
  vm:send("=S.kill(S.getpid(), 'kill')")
  vm:expect("rescue: shell ended, loading the services again")
  vm:expect("default is up")
  vm:prompt()
  t.is(vm:poweroff(), 0, "B03: kill -9 of the prompt is no panic")
end

-- B05: ctrl-alt-del is SIGINT for PID 1; a stubborn service holds up the first one
do
  local vm <close> = machine.boot { files = { [FOLDER .. "s.lua"] = STUBBORN } }
  vm:expect("default is up")
  vm:prompt()
  vm:send("S.kill(1, 'int')")
  vm:expect("reboot: stopping %d+ services")
  vm:expect("waiting for stubborn, stopping for %d+ s")
  vm:expect("waiting for stubborn, stopping for %d+ s")
  t.ok(not vm.log:find("waiting for rc"), "B05: who is awaited is said, not who waits with us")
end
do
  local vm <close> = machine.boot { files = {
    [FOLDER .. "s.lua"] = STUBBORN,
    -- by then there is no prompt any more: somebody else presses the keys
    [FOLDER .. "keys.lua"] = [[return service { name = "keys", stop = { timeout = 1000 },
      ready = 3, run = function()
        local S = require "syscall"
        S.sigaction("term", "ign")
        S.t.fd(3):write "\n"
        while not S.stat("/run/now") do S.nanosleep(0.05) end
        io.open("/dev/console", "w"):write(("first key at %.2f\n"):format(
          S.clock_gettime("monotonic").time)):close()
        for _ = 1, 8 do
          S.kill(1, "int")
          S.nanosleep(0.1)
        end
        S.nanosleep(1000)
      end }]],
  } }
  vm:expect("default is up")
  vm:prompt()
  vm:send("io.open('/run/now', 'w'):close()")
  local first = tonumber((vm:expect("first key at (%d+%.%d+)\n")))
  t.is(vm:wait(), 0, "B05: ctrl-alt-del seven times ends it")
  local reset = stamped(vm, "reboot: Restarting system")
  -- less than three seconds, and a busy machine ten times that; who waits, waits a thousand
  t.ok(reset and reset - first < 30, "B05: and waits for nothing",
    ("first key at %s, reset at %s"):format(first, reset))
end
