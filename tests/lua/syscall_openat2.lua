-- tests/lua/syscall_openat2.lua - how paths resolve, statx, handles, ranges of descriptors

local t = require "test"
local S = require "syscall"

local tmp = t.tmp()

local function sym(fn, ...) return select(2, fn(...)).sym end

-- ---- openat2 ----

assert(S.mkdir(tmp .. "/d", "0755"))
t.write(tmp .. "/d/f", "hello")
assert(S.symlink("../../etc/passwd", tmp .. "/d/out"))
assert(S.symlink("f", tmp .. "/d/in"))
local dir <close> = assert(S.open(tmp .. "/d", "path"))

local f = assert(S.openat2(dir, "f", { flags = "rdonly", resolve = "beneath" }))
t.is(f:read(), "hello", "openat2")
t.is(f:fcntl("getfd"), S.c.FD.CLOEXEC, "born close-on-exec")
f:close()
t.is(sym(S.openat2, dir, "out", { resolve = "beneath" }), "XDEV")
t.is(sym(S.openat2, dir, "in", { resolve = "no_symlinks" }), "LOOP")
t.is(dir:openat2("/f", { resolve = "in_root" }):read(), "hello", "in_root starts at the directory")
local made = assert(S.openat2(dir, "new", { flags = "creat, wronly", mode = "0640" }))
t.is(S.fstat(made).mode & 4095, tonumber("640", 8))
made:close()
t.raises(function() S.openat2(dir, "f", { resolve = "nonsense" }) end, "nonsense")
t.raises(function() S.openat2(dir, "f", { flag = "rdonly" }) end, "invalid index flag")
t.is(S.t.open_how({ flags = "rdwr" }).flags, S.c.O.RDWR)

-- ---- statx, against stat ----

local st, sx = S.stat(tmp .. "/d/f"), assert(S.statx("fdcwd", tmp .. "/d/f"))
t.is({ sx.size, sx.ino, sx.mode, sx.nlink, sx.uid, sx.isreg, sx.typename },
  { st.size, st.ino, st.mode, st.nlink, st.uid, true, "file" })
t.is({ sx.mtime.sec, sx.mtime.nsec, sx.modification }, { st.mtime, st.st_mtime_nsec, st.mtime })
t.ok(sx.dev == st.dev, "the device")
t.is(S.statx(dir).isdir, true, "of a descriptor")
t.is(S.statx("fdcwd", tmp .. "/d/in", "symlink_nofollow").islnk, true)
t.is(S.statx(dir, "f", nil, "size").size, 5)
t.ok(sx.immutable ~= true, "attributes")
t.raises(function() return sx.no_such end, "invalid index no_such")
t.is(S.c.STATX.BTIME & S.statx("fdcwd", "/proc/self", nil, "btime").mask & ~0x800, 0)

-- ---- handles ----

local handle, err, mount_id = S.name_to_handle_at(dir, "f")
if handle then
  t.ok(math.type(mount_id) == "integer", "the mount's id")
  t.is(handle, (S.name_to_handle_at(dir, "f")), "a file's handle is always the same")
  local again, why = S.open_by_handle_at(dir, handle, "rdonly")
  if not again then again, why = S.open_by_handle_at(assert(S.open(tmp)), handle, "rdonly") end
  if again then
    t.is(again:read(), "hello", "opened by its handle")
  else
    t.skip_one("open_by_handle_at", tostring(why))
  end
else
  t.skip_one("handles", tostring(err))
end
t.raises(function() S.open_by_handle_at(dir, "") end, "not a handle")
t.raises(function() S.open_by_handle_at(dir, ("\255"):rep(12)) end, "not a handle")

-- ---- vectors with flags ----

local v = assert(S.open(tmp .. "/v", "creat, rdwr", "0600"))
t.is(v:pwritev2({ "one", "two" }, 0, "dsync"), 6)
t.is(v:pwritev2("!", -1), 1, "at the file's position")
local a, b = S.t.buffer(2), S.t.buffer(8)
t.is(v:preadv2({ a, b }, 1), 5)
t.is({ S.mem.string(a, 2), S.mem.string(b, 3) }, { "ne", "two" })
local big = 1 << 33 -- the upper half of the offset counts, on 32-bit machines too
t.is(v:pwritev2("x", big), 1)
t.is(v:stat().size, big + 1)
t.is(v:preadv2(a, big), 1)
v:close()

-- ---- ranges ----

local _, _, r, w = assert(S.pipe())
local first, last = r:getfd(), w:getfd()
t.ok(S.close_range(first, last), "close_range")
t.is(sym(S.fcntl, first, "getfd"), "BADF")
r:nogc()
w:nogc()
local marked = assert(S.dup(1))
assert(marked:fcntl("setfd", 0))
t.ok(S.close_range(marked, marked, "cloexec"), "close_range marks")
t.is(marked:fcntl("getfd"), S.c.FD.CLOEXEC)

-- ---- the rest ----

t.ok(S.faccessat2(dir, "f", "r", "eaccess"), "faccessat2")
t.is(sym(S.faccessat2, dir, "none", "r"), "NOENT")
local cached
cached, err = S.cachestat(assert(S.open(tmp .. "/d/f")))
if cached then
  t.ok(cached.nr_cache > 0, "what was just written is cached")
else
  t.is(err.sym, "NOSYS", "cachestat: as an error object")
end
local sealed = assert(S.memfd_create("x", "allow_sealing"))
assert(sealed:truncate(10))
t.ok(sealed:fcntl("add_seals", "shrink, grow, seal"), "seals")
t.is(sealed:fcntl("get_seals"), S.c.F_SEAL["shrink, grow, seal"])
t.is({ sym(S.ftruncate, sealed, 5), sym(S.ftruncate, sealed, 20) }, { "PERM", "PERM" })
t.is(sym(S.fcntl, sealed, "add_seals", "write"), "PERM", "sealed against more seals")
