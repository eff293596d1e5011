-- tests/applets/mount.lua - mount, umount, mountpoint in a mount namespace
-- Expected values: the kernel's own table, and util-linux where it is installed.

local t = require "test"
local S = require "syscall"
local json = require "json"
local mount = require "fs.mount"

-- ---- pure ----

t.is(mount.parse_fstab([[
# comment
UUID=ab  /            ext4  errors=remount-ro 0 1
none     /my\040dir   tmpfs
"/dev/x" /y           auto  noauto,user
]]), {
  { source = "UUID=ab", target = "/", type = "ext4", options = "errors=remount-ro" },
  { source = "none", target = "/my dir", type = "tmpfs", options = "defaults" },
  { source = "/dev/x", target = "/y", type = "auto", options = "noauto,user" },
})
local function flags(text) return mount.options(text).flags end
t.is(flags("ro,nosuid,noatime"), S.c.MS["rdonly,nosuid,noatime"])
t.is(flags("ro,nosuid,rw,suid"), 0, "the last one counts")
t.is(flags("remount,bind,ro"), S.c.MS["remount,bind,rdonly"])
t.is(mount.options("size=4m,nodev,x-a.b=c,nofail,mode=700").data, "size=4m,mode=700")
t.is(mount.options('context="a,b",ro').data, "context=a,b", "a quoted comma")
t.is(mount.options("rprivate,shared").propagation, { "rec,private", "shared" })
t.is(mount.has_type("ext4,tmpfs", "tmpfs"), true)
t.is(mount.has_type("noext4,notmpfs", "tmpfs"), false)
t.is(mount.has_type("noext4", "tmpfs"), true)
t.is(mount.shown_options { options = "rw,relatime", super_options = "ro,size=4k" },
  "ro,relatime,size=4k")
t.is({ mount.device("/dev/x") }, { "/dev/x" })
t.is({ mount.device("UUID=nope") }, { [2] = "UUID=nope: there is no /dev/disk/by-uuid/nope" })

-- ---- listing ----

local function listing()
  local util_linux = t.find("mount")
  if not util_linux then return end
  local theirs = t.execute({ "mount" }, { program = util_linux })
  t.run("mount", { out = theirs.out })
  theirs = t.execute({ "mount", "-t", "proc,sysfs" }, { program = util_linux })
  t.run("mount -t proc,sysfs", { out = theirs.out })
end

if S.geteuid() == 0 then
  t.isolated("newns", listing) -- where nobody mounts anything meanwhile
else
  listing()
end

-- ---- mounting ----

t.isolated("newns", function()
  local dir = t.tmp() .. "/a b"
  local other = t.tmp() .. "/other"
  assert(S.mkdir(dir, "0755"))
  assert(S.mkdir(other, "0755"))
  local function entry(target) -- the kernel's line, from behind the mount's number
    local found
    for line in t.read("/proc/self/mounts"):gmatch("[^\n]+") do
      local _, place, kind, options = line:match("^(%S+) (%S+) (%S+) (%S+)")
      if place == target:gsub(" ", "\\040") then found = kind .. " " .. options end
    end
    return found
  end

  t.run({ "mountpoint", dir }, { status = 32, out = dir .. " is not a mountpoint\n" })
  t.run({ "mount", "-t", "tmpfs", "-o", "size=64k,nosuid", "-r", "none", dir }, {})
  t.is(entry(dir):match("^tmpfs ro,nosuid,relatime,size=64k"), "tmpfs ro,nosuid,relatime,size=64k")
  t.run({ "mountpoint", dir }, { out = dir .. " is a mountpoint\n" })
  t.run({ "mountpoint", "-q", dir .. "/../a b/." }, {})
  t.run({ "mountpoint", "-n", dir }, { out = "none " .. dir .. "\n" })
  t.run({ "mountpoint", "-d", dir }, { out = tostring(S.stat(dir).dev) .. "\n" })
  t.run({ "mount", "-o", "remount,rw", dir }, {})
  t.is(entry(dir):match("^tmpfs rw,nosuid"), "tmpfs rw,nosuid", "a remount keeps the rest")

  t.write(dir .. "/file", "x")
  t.run({ "mount", "--bind", "-o", "ro", dir, other }, {})
  t.ok(entry(other):find("^tmpfs ro,"), "a bind mount takes its options")
  t.ok(entry(dir):find("^tmpfs rw,"), "and only it")
  t.run({ "umount", other }, {})
  t.is(S.stat(other .. "/file"), nil, "it is gone")

  t.run({ "mount", "--make-shared", dir }, {})
  local shown = json.decode(t.execute({ "mount", "--json", "-t", "tmpfs" }).out)
  local last = shown[#shown]
  t.is({ last.target, last.type, last.source }, { dir, "tmpfs", "none" }, "as JSON")
  t.ok(last.propagation[1]:find("^shared:%d+$"), "it is shared now")
  t.run({ "mount", "--make-private", dir }, {})

  assert(S.mkdir(dir .. "/sub", "0755"))
  t.run({ "mount", "-v", "-t", "tmpfs", "two", dir .. "/sub" },
    { out = "mount: two mounted on " .. dir .. "/sub type tmpfs\n" })
  t.run({ "umount", dir }, { status = 32, err = "umount: " .. dir ..
    ": Device or resource busy: it is in use; -l detaches it all the same\n" })
  t.run({ "mount", "--rbind", dir, other }, {})
  t.ok(entry(other .. "/sub"), "all below came along")
  t.run({ "umount", "-R", other }, {})
  t.is(entry(other), nil, "-R takes all below")
  t.run({ "umount", "two" }, {})
  t.is(entry(dir .. "/sub"), nil, "by what is mounted")
  t.run({ "mount", "--move", dir, other }, {})
  t.ok(entry(other) and not entry(dir), "moved")
  t.run({ "umount", "-v", other }, { out = "umount: " .. other .. " unmounted\n" })

  -- fstab
  local fstab = t.write(t.tmp() .. "/fstab", table.concat({
    "none " .. dir:gsub(" ", "\\040") .. " tmpfs size=8k,nodev 0 0",
    "/dev/no_such_device " .. other .. " ext4 nofail 0 0",
    "none " .. other .. " tmpfs noauto 0 0", "" }, "\n"))
  t.run({ "mount", "-a", "-T", fstab }, {})
  t.ok(entry(dir):find("nodev") and not entry(other), "what is auto")
  t.run({ "mount", "-a", "-T", fstab }, { name = "a second time there is nothing to do" })
  t.run({ "umount", dir }, {})
  t.run({ "mount", "-T", fstab, dir, "-o", "noexec" }, {})
  t.ok(entry(dir):find("nodev,noexec"), "fstab knows the rest")
  t.run({ "umount", "-a", "-t", "nfs" }, {})
  t.run({ "umount", "-l", dir }, {})
  t.run({ "mount", "-f", "-t", "tmpfs", "none", dir }, {})
  t.is(entry(dir), nil, "-f only pretends")

  -- messages
  t.run({ "mount", "-t", "tmpfs", "none", "/no/such" }, { status = 32,
    err = "mount: none on /no/such type tmpfs: No such file or directory: " ..
      "the mount point does not exist; make it: mkdir -p /no/such\n" })
  t.run({ "mount", "-t", "nosuchfs", "none", other }, { status = 32,
    err = "mount: none on " .. other .. " type nosuchfs: No such device: the kernel has no " ..
      "file system nosuchfs (/proc/filesystems), nor is there a module for it\n" })
  t.run({ "mount", "-t", "tmpfs", "-o", "nosuch=1", "none", other }, { status = 32,
    err = "mount: none on " .. other .. " type tmpfs: Invalid argument: wrong type, " ..
      "an unknown option, or a damaged file system; see: dmesg | tail\n" })
  t.run({ "mount", "--bind", "/no/such", other }, { status = 32, err = "mount: /no/such on " ..
    other .. ": No such file or directory: /no/such does not exist\n" })
  t.run({ "mount", "-T", fstab, "/nowhere" },
    { status = 32, err = "mount: /nowhere: not in " .. fstab .. "\n" })
  t.run({ "umount", other }, { status = 32,
    err = "umount: " .. other .. ": Invalid argument: it is not mounted\n" })
  t.run({ "umount", "-q", other }, { status = 32 })
  t.run("umount", { status = 1, err = t.match "^umount: missing operand\n" })

  -- an image through a loop device, and its type found by trying
  local mkfs = t.find("mkfs.ext4")
  if mkfs and select(2, mount.types()).ext4 and S.stat("/dev/loop-control") then
    local image = t.tmp() .. "/image"
    t.write(image, "")
    assert(S.truncate(image, 1 << 20))
    t.execute({ "mkfs.ext4", "-q", "-F", image }, { program = mkfs })
    t.run({ "mount", image, other }, {})
    t.ok((entry(other) or ""):find("^ext[24] "), "an image is mounted")
    t.run({ "umount", other }, {})
  else
    t.skip_one("an image through a loop device", "needs mkfs.ext4, ext4 and loop devices")
  end
end)

t.run("mountpoint /", { out = "/ is a mountpoint\n" })
t.run("mountpoint -q /proc", {})
t.run("mountpoint /nosuch",
  { status = 1, err = "mountpoint: /nosuch: No such file or directory\n" })
t.run("mountpoint -x /", { status = 32, err = "mountpoint: /: not a block device\n" })
t.run("mountpoint", { status = 1, err = t.match "^mountpoint: missing operand\n" })
