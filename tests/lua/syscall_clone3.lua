-- tests/lua/syscall_clone3.lua - processes: clone3, execveat, pidfds, their memory

local t = require "test"
local S = require "syscall"

local function status_of(pid) return select(3, S.waitpid(pid)) end

-- ---- clone3 goes on in the same state ----

local kept = { "upvalue" }
local pid, _, pidfd = assert(S.clone3 { pidfd = true })
if pid == 0 then
  S._exit(kept[1] == "upvalue" and S.gettid() == S.getpid() and 42 or 1)
end
t.ok(pidfd:fcntl("getfd") == S.c.FD.CLOEXEC, "a pidfd")
t.is(status_of(pid).EXITSTATUS, 42)
t.is({ assert(S.clone3 { exit_signal = 0 }) == 0 and S._exit(0) }, { false })
t.ok(S.wait4(-1, "all"), "a child without a signal is waited for with all")
for _, flags in ipairs { "vm", "thread", "vm, vfork", "settls", "sighand" } do
  t.raises(function() S.clone3 { flags = flags } end, "share one Lua state")
end
t.is(select(2, S.clone3 { flags = "newns, fs" }).sym, "INVAL")
local _, denied = S.clone3 { set_tid = { 1 }, cgroup = 0 }
t.ok(denied.errno > 0, "an error object")
if S.geteuid() == 0 then
  pid = assert(S.clone3 { flags = "newpid" })
  if pid == 0 then S._exit(S.getpid() == 1 and S.gettid() == 1 and 7 or 1) end
  t.is(status_of(pid).EXITSTATUS, 7, "process 1 of its namespace")
end

-- ---- pidfds ----

pid, _, pidfd = assert(S.spawn { "sleep", "100" })
t.ok(S.kcmp(S.getpid(), pid, "vm") ~= 0, "kcmp: another memory")
t.is(S.kcmp(S.getpid(), S.getpid(), "files"), 0)
local other, why = pidfd:pidfd_getfd(1)
if other then
  t.is(S.kcmp(S.getpid(), pid, "file", other, 1), 0, "pidfd_getfd: the same open file")
else
  t.skip_one("pidfd_getfd", tostring(why))
end
t.is(select(2, pidfd:pidfd_getfd(999)).sym, "BADF")
t.ok(pidfd:pidfd_send_signal("term"), "pidfd_send_signal")
t.is(status_of(pid).TERMSIG, S.c.SIG.TERM)
t.is(select(2, pidfd:pidfd_send_signal("term")).sym, "SRCH", "a pidfd means one process for ever")
t.is(select(2, S.pidfd_open(pid)).sym, "SRCH")

-- ---- another process's memory ----

local word = S.t.buffer(16)
S.mem.copy(word, "before")
local _, _, r, w = assert(S.pipe())
local _, _, r2, w2 = assert(S.pipe())
pid = assert(S.fork())
if pid == 0 then
  S.mem.copy(word, "of the child")
  w:write("x")
  r2:read(nil, 1) -- until it was changed
  S._exit(S.mem.string(word) == "of the parent" and 0 or 1)
end
r:read(nil, 1)
local there, here = S.mem.address(word), S.t.buffer(16)
t.is(S.process_vm_readv(pid, here, { there, 16 }), 16)
t.is({ S.mem.string(here), S.mem.string(word) }, { "of the child", "before" })
t.is(S.process_vm_writev(pid, { "of the ", "parent\0" }, { { there, 14 } }), 14)
pidfd = assert(S.pidfd_open(pid))
local page = S.getpagesize()
local advised, err = pidfd:process_madvise({ there // page * page, page }, "cold")
t.ok(advised == page or err.PERM or err.NOSYS, "process_madvise")
t.is(select(2, S.process_vm_readv(pid, here, { 16, 16 })).sym, "FAULT")
w2:write("x")
t.is(status_of(pid).EXITSTATUS, 0, "the child saw what was written")

-- ---- execveat ----

pid = assert(S.fork())
if pid == 0 then
  local sh = S.open("/bin/sh", "path")
  S.execveat(sh, "", { "sh", "-c", "exit $N" }, { "N=5" }, "empty_path")
  S._exit(1)
end
t.is(status_of(pid).EXITSTATUS, 5, "a descriptor was executed")
t.is(select(2, S.execveat("fdcwd", "/no/such", { "x" }, {})).sym, "NOENT")
t.raises(function() S.execveat("fdcwd", "x", { 1 }, {}) end, "array of strings")

-- ---- what the new program of spawn starts with ----

-- libc will not touch 32 to 34: the kernel is told, and asked, with its own sets
local set = S.t.sigset()
set.sig[0], set.sig[1] = 1 << 9 | 1 << 31, 3 -- USR1, 32, 33, 34
S.signal("usr2", "ign")
local function signals(spec)
  local _, _, out, into = assert(S.pipe())
  spec.fds = { [1] = into }
  assert(S.spawn(spec))
  into:close()
  local text = out:read(nil, 65536)
  S.wait()
  local found = {}
  for name, bits in text:gmatch("Sig(%a+):%s*(%x+)") do found[name] = tonumber(bits, 16) end
  return found
end
local cat = { "cat", "/proc/self/status" }
local plain = signals(cat)
t.is({ plain.Blk, plain.Ign, plain.Cgt }, { 0, 0, 0 }, "defaults, whatever ours are")
cat.sigmask = set
t.is(signals(cat).Blk, 1 << 9 | 7 << 31, "sigmask with the signals of libc")
S.signal("usr2", "dfl")
pid = assert(S.fork())
if pid == 0 then
  S.sigprocmask("setmask", set)
  local mask = signals { "cat", "/proc/self/status" }.Blk
  S._exit(mask == 0 and S.sigprocmask().sig[1] == 3 and 0 or 1)
end
t.is(status_of(pid).EXITSTATUS, 0, "a mask of ours is not the new program's, and stays ours")

if S.geteuid() == 0 then
  local _, _, out, into = assert(S.pipe())
  assert(S.spawn { "sh", "-c", "echo $$", namespaces = "newpid, newns", fds = { [1] = into } })
  into:close()
  t.is(out:read(), "1\n", "namespaces from birth")
  S.wait()
end
t.raises(function() S.spawn { "true", namespaces = "vm" } end, "only namespaces")

local function in_group(root)
  local group = ("%s/luabox-test.%d.%06x"):format(root, S.getpid(), math.random(0, 0xffffff))
  assert(S.mkdir(group, "0755"))
  t.cleanup(function() S.rmdir(group) end)
  local dir <close> = assert(S.open(group, "rdonly, directory"))
  local _, _, out, into = assert(S.pipe())
  assert(S.spawn { "cat", "/proc/self/cgroup", cgroup = dir, fds = { [1] = into } })
  into:close()
  t.ok(out:read():find("luabox-test", 1, true), "born in a control group")
  S.wait()
  pid, err = S.clone3 { cgroup = dir }
  if pid == 0 then
    local mine = t.read("/proc/self/cgroup")
    S._exit(mine:find("luabox-test", 1, true) and 9 or 1)
  end
  t.is(pid and status_of(pid).EXITSTATUS or tostring(err), 9, "clone3 into a control group")
end

if S.geteuid() == 0 then
  t.isolated("newns", function()
    local ok, no = S.mount("none", t.tmp(), "cgroup2")
    if not ok then return t.skip_one("control groups", tostring(no)) end
    t.cleanup(function() S.umount(t.tmp(), "detach") end)
    in_group(t.tmp())
  end)
end
