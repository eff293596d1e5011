-- tests/lua/syscall_util.lua - S.util, S.cgroup, the modules below syscall.*, S itself
-- Files are compared with what the shell's and /proc's own readers say.

local t = require "test"
local S = require "syscall"
local util, types = S.util, S.t

local tmp = t.tmp()
local function path(name) return tmp .. "/" .. name end

-- ---- files ----

t.is(util.writefile(path "a", "content", "rusr, wusr"), true)
t.is(t.read(path "a"), "content")
t.is(S.stat(path "a").mode & 511, 384)
t.is(util.readfile(path "a"), "content")
t.is(util.readfile(path "a", nil, 3), "con", "one read of that length")
local buffer = types.buffer(4)
t.is(util.readfile(path "a", buffer, 4), 4)
t.is(S.mem.string(buffer, 4), "cont")
t.is(util.mapfile(path "a"), "content")
t.is(util.writefile(path "a", "CON"), true, "without a mode: over what is there")
t.is(t.read(path "a"), "CONtent")
local ok, err = util.writefile(path "none", "x")
t.ok(not ok and err.NOENT)
t.is(util.cp(path "a", path "b", "0600"), true)
t.is(t.read(path "b"), "CONtent")
t.write(path "empty", "")
t.is(util.cp(path "empty", path "empty2", "0600"), true, "an empty file")
local long = ("0123456789"):rep(20000)
t.write(path "long", long)
t.ok(util.mapfile(path "long") == long, "a long file")
ok, err = util.cp(path "none", path "b", "0600")
t.ok(not ok and err.NOENT)

t.is(util.touch(path "touched"), true)
S.utimes(path "touched", { 100, 100 })
t.is(util.touch(path "touched"), true)
t.ok(S.stat(path "touched").mtime > 100, "the times are set anew")
t.is(util.createfile(path "made"), true)

S.mkdir(path "dir", "rwxu")
for _, name in ipairs { "one", "two" } do t.write(path "dir/" .. name, name) end
S.symlink("/no/such/file", path "dir/link")
S.mkdir(path "dir/sub", "rwxu")
t.write(path "dir/sub/deep", "")
t.is(tostring(util.dirtable(path "dir", true)), "link\none\nsub\ntwo\n", "sorted, one a line")
t.is(#util.dirtable(path "dir"), 6, "with the dots")
local kinds = {}
for name, entry in util.ls(path "dir") do
  kinds[name] = entry.DIR and "dir" or entry.LNK and "link" or entry.REG and "file"
end
t.is(kinds, { ["."] = "dir", [".."] = "dir", one = "file", two = "file", link = "link",
  sub = "dir" })
t.raises(function() util.ls(path "none") end, "No such file or directory")
ok, err = util.dirtable(path "none")
t.ok(not ok and err.NOENT)
ok, err = util.dirtable(path "a")
t.ok(not ok and err.NOTDIR)

local function descriptors()
  local n = 0
  for _ in util.ls "/proc/self/fd" do n = n + 1 end
  return n
end
local before = descriptors()
for _ = 1, 5 do util.dirtable(path "dir") end
t.is(descriptors(), before, "ls closes its directory")

S.symlink(tmp, path "dir/out") -- rm must not follow it
t.is(util.rm(path "dir", path "b"), true)
t.is(S.lstat(path "dir"), nil)
t.ok(S.stat(path "a"), "what the link showed to is there")
ok, err = util.rm(path "dir")
t.ok(not ok and err.NOENT)

-- basename(3) and dirname(3): the table of the manual page
for _, row in ipairs { { "/usr/lib", "/usr", "lib" }, { "/usr/", "/", "usr" },
  { "usr", ".", "usr" }, { "/", "/", "/" }, { ".", ".", "." }, { "..", ".", ".." },
  { "", ".", "." }, { "a//b///", "a", "b" }, { "///", "/", "/" }, { "//a", "/", "a" } } do
  t.is({ util.dirname(row[1]), util.basename(row[1]) }, { row[2], row[3] }, row[1])
end

-- ---- mounts ----

local mounts, raw
repeat -- others mount and unmount meanwhile
  raw = t.read("/proc/mounts")
  mounts = assert(util.mounts())
until t.read("/proc/mounts") == raw
t.is(#mounts, select(2, raw:gsub("\n", "\n")), "as many as the file has lines")
t.ok(raw:find(mounts[1].source .. " " .. mounts[1].target, 1, true))
t.is(tostring(mounts[1]), ("%s on %s type %s (%s)"):format(mounts[1].source, mounts[1].target,
  mounts[1].type, mounts[1].flags))
t.write(path "mounts", "a\\040b /x\\011y tmpfs rw,nosuid 0 0\n")
local odd = util.mounts(path "mounts")[1]
t.is({ odd.source, odd.target, S.c.MS[odd.flags] }, { "a b", "/x\ty", S.c.MS.NOSUID })

-- ---- processes ----

local me = util.proc()
t.is(me.pid, S.getpid())
t.ok(me.cmdline:find("lua"))
t.is(me.root, "/")
t.is(me.exe, S.readlink("/proc/self/exe"))
t.is(me.nosuchfile, nil)
t.is(type(me.task), "table", "a directory: its names")
local found
for _, process in ipairs(util.ps()) do found = found or process.pid == S.getpid() end
t.ok(found)
t.ok(tostring(util.ps()):find(S.getpid() .. "  ", 1, true))

-- ---- addresses ----

local function name(...)
  local address, length = util.inet_name(...)
  return address and tostring(address), length
end
t.is({ name "10.0.0.1/8" }, { "10.0.0.1", 8 })
t.is({ name "10.0.0.1" }, { "10.0.0.1", 32 })
t.is({ name("10.0.0.1", 24) }, { "10.0.0.1", 24 })
t.is({ name "fe80::1/64" }, { "fe80::1", 64 })
t.is({ name "::1" }, { "::1", 128 })
t.is(name "10.0.0.256", nil)
t.is(name "10.0.0.1/33", nil)

-- ---- counters ----

local event = assert(S.eventfd(0, "nonblock"))
t.is(util.eventfd_read(event), 0)
util.eventfd_write(event)
util.eventfd_write(event, 4)
t.is(util.eventfd_read(event), 5)
event:close()

-- ---- inotify ----

local watch = assert(S.inotify_init("nonblock"))
local wd = assert(watch:inotify_add_watch(tmp, "create, delete, move"))
t.write(path "watched", "")
S.rename(path "watched", path "moved")
local events = assert(watch:inotify_read())
t.is(#events, 3)
t.is({ events[1].name, events[1].wd, events[1].create, events[1].delete },
  { "watched", wd, true, false })
t.ok(events[2].moved_from and events[3].moved_to and events[2].cookie == events[3].cookie)
t.raises(function() return events[1].bogus end, "invalid flag bogus")
ok, err = watch:inotify_read()
t.ok(not ok and err.AGAIN)
watch:close()

-- ---- control groups ----

local groups = assert(S.cgroup.cgroups())
local lines = t.read("/proc/self/cgroup")
for id, group in pairs(groups) do
  t.ok(lines:find(("%d:%s:%s\n"):format(id, group.name, group.path), 1, true), group.path)
end
ok, err = S.cgroup.cgroups(1 << 30)
t.ok(not ok and err.NOENT)

-- ---- modules ----

t.ok(rawequal(require "syscall.nl", S.nl) and rawequal(require "syscall.util", util))
for _, module in ipairs { "nl", "util", "cgroup", "types" } do
  t.ok(require("syscall.linux." .. module).init(S), "syscall.linux." .. module)
end
t.is(require("syscall.abi").le, string.pack("=I2", 1) == "\1\0")
t.is(require("syscall.linux.nr").SYS.exit_group, S.c.SYS.exit_group)
if S.abi.arch == "x64" then -- of asm/unistd_64.h
  t.is({ S.c.SYS.read, S.c.SYS.getpid, S.c.SYS.openat, S.c.SYS.seccomp }, { 0, 39, 257, 317 })
end
t.is(S.__rump, nil)
t.ok(S._VERSION and S._DESCRIPTION and S._COPYRIGHT)
t.is(S.types.s.timespec, S.mem.sizeof("timespec"))
t.is(S.types.s.nosuchtype, nil)
t.is(S.types.ctypes["struct timespec"](5).sec, 5)

local bit = require "syscall.bit"
-- LuaJIT's documentation: bit.tobit(0xffffffff) is -1, bit.bswap(0x12345678) is 0x78563412 ...
t.is(bit.tobit(0xffffffff), -1)
t.is(bit.bnot(0), -1)
t.is(bit.bor(1, 2, 4, 8), 15)
t.is(bit.band(0x12345678, 0xff), 0x78)
t.is(bit.bxor(0xa5a5f0f0, 0xaa55ff00), 0x0ff00ff0)
t.is(bit.lshift(1, 32), 1)
t.is(bit.lshift(0x87654321, 12), 0x54321000)
t.is(bit.rshift(0x87654321, 12), 0x00087654)
t.is(bit.arshift(0x87654321, 12), -0x789ac)
t.is(bit.rol(0x12345678, 12), 0x45678123)
t.is(bit.ror(0x12345678, 12), 0x67812345)
t.is(bit.bswap(0x12345678), 0x78563412)
t.is({ bit.tohex(1), bit.tohex(-1), bit.tohex(-1, -8) }, { "00000001", "ffffffff", "FFFFFFFF" })
t.is({ bit.tohex(0x21, 4), bit.tohex(0x87654321, 4) }, { "0021", "4321" })
t.is({ bit.i6432(-1) }, { -1, -1 })
t.is({ bit.u6432(0x1ffffffff) }, { 1, 0xffffffff })
t.is(bit.bor64(0x10ffff0000, 0x020000ffff), 0x12ffffffff)
t.is(bit.lshift64(1, 36), 0x1000000000)
t.raises(function() bit.band("x") end, "")

local helpers = require "syscall.helpers"
t.is(helpers.octal("755"), 493)
t.is(helpers.split(",", "a,b,,c"), { "a", "b", "", "c" })
t.is(helpers.split(",", ""), {})
t.is(helpers.trim("  a b "), "a b")
t.is(string.pack("=I2", helpers.htons(0x1234)), "\x12\x34")
t.is(string.pack("=I4", helpers.htonl(0x12345678)), "\x12\x34\x56\x78")
t.is({ helpers.booltoc(true), helpers.booltoc[false], helpers.booltoc() }, { 1, 0, 0 })
t.is({ helpers.divmod(7, 2) }, { 3, 1 })
t.is(helpers.align(5, 4), 8)

-- ---- LuaFileSystem ----

local lfs = require "syscall.lfs"
local attributes = lfs.attributes(path "long")
t.is({ attributes.mode, attributes.size, attributes.nlink }, { "file", #long, 1 })
t.is(lfs.attributes(tmp, "mode"), "directory")
t.is(lfs.attributes(path "long", "permissions"), "rw-r--r--")
local none, text = lfs.attributes(path "none")
t.ok(none == nil and text == "No such file or directory", "an error is text")
t.raises(function() lfs.attributes(tmp, "bogus") end, "invalid attribute name")
lfs.link(path "a", path "link", true)
t.is(lfs.symlinkattributes(path "link", "mode"), "link")
t.is(lfs.symlinkattributes(path "link").target, path "a")
t.is(lfs.mkdir(path "new"), true)
t.is(lfs.rmdir(path "new"), true)
t.is({ lfs.rmdir(path "new") }, { nil, "No such file or directory" })
t.is(lfs.touch(path "a", 100, 200), true)
t.is({ lfs.attributes(path "a", "access"), lfs.attributes(path "a", "modification") }, { 100, 200 })
t.is({ lfs.setmode() }, { true, "binary" })
local here = lfs.currentdir()
t.is(lfs.chdir(tmp), true)
t.is(lfs.currentdir(), tmp)
lfs.chdir(here)
before = descriptors()
local names = 0
for _ in lfs.dir(tmp) do names = names + 1 end
t.is(names, #util.dirtable(tmp))
for one in lfs.dir(tmp) do
  if one ~= "" then break end
end
local _, dir = lfs.dir(tmp)
dir:close()
t.raises(function() dir:next() end, "closed directory")
t.raises(function() lfs.dir(path "none") end, "cannot open")
t.is(descriptors(), before, "each directory is closed, even after break")

-- ---- capabilities of files ----

ok, err = util.capget(path "a")
t.ok(not ok and err.NODATA, "none")
ok, err = util.capset(path "a", { permitted = "net_raw, chown", effective = "net_raw" }, "create")
if not ok then
  t.skip_one("capabilities of files", tostring(err))
else
  -- struct vfs_cap_data of linux/capability.h: revision 2 with the flag, bits 0 and 13
  t.is(S.getxattr(path "a", "security.capability"),
    "\1\0\0\2\1\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "as the kernel keeps it")
  local caps = util.capget(path "a")
  t.ok(caps.permitted.net_raw and caps.permitted.chown and not caps.permitted.sys_admin)
  t.is(tostring(caps.effective), tostring(caps.permitted), "all of the permitted are effective")
  local file = assert(S.open(path "a"))
  t.is(util.capset(file, { inheritable = "audit_read" }), true, "by descriptor")
  t.is(tostring(util.capget(file).inheritable), "AUDIT_READ", "one of the second word")
  t.is(tostring(util.capget(file).effective), "")
  file:close()
end
if S.abi.arch == "x64" then t.is(util.auditarch(), 0xc000003e) end -- linux/audit.h
