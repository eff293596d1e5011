-- tests/applets/chown.lua - owners change only as root

local t = require "test"
local S = require "syscall"
t.need_root()

local dir = t.tmp()
local file = t.write(dir .. "/f", "")
S.mkdir(dir .. "/d", "0755")
t.write(dir .. "/d/g", "")
S.symlink("g", dir .. "/d/link")
S.symlink("nowhere", dir .. "/d/broken")

local function owner(path)
  local st = S.lstat(path)
  return { st.uid, st.gid }
end

t.run({ "chown", "7:8", file }, {})
t.is(owner(file), { 7, 8 })
t.run({ "chown", "root", file }, {})
t.is(owner(file), { 0, 8 }, "the group stays")
t.run({ "chown", ":5", file }, {})
t.is(owner(file), { 0, 5 })
t.run({ "chown", "--from=1", "9", file }, {})
t.is(owner(file), { 0, 5 }, "--from another owner")
t.run({ "chown", "-v", "--from=0:5", "9", file },
  { out = t.match "^changed ownership of '.*/f' from .* to .*\n$" })
t.is(owner(file), { 9, 5 })
t.run({ "chown", "-R", "3:4", dir .. "/d" }, {})
t.is({ owner(dir .. "/d"), owner(dir .. "/d/g"), owner(dir .. "/d/broken") }, { { 3, 4 }, { 3, 4 },
  { 3, 4 } })
t.run({ "chown", "-h", "6", dir .. "/d/link" }, {})
t.is({ owner(dir .. "/d/link")[1], owner(dir .. "/d/g")[1] }, { 6, 3 }, "-h: the link itself")
t.run({ "chown", "1", dir .. "/d/link" }, {})
t.is(owner(dir .. "/d/g")[1], 1, "otherwise what it leads to")
t.run({ "chown", "--reference=" .. file, dir .. "/d/g" }, {})
t.is(owner(dir .. "/d/g"), { 9, 5 })
t.run({ "chown", "nosuchuser", file }, { status = 1, err = "chown: unknown user nosuchuser\n" })
t.run({ "chown", "0", dir .. "/none" }, { status = 1,
  err = "chown: " .. dir .. "/none: No such file or directory\n" })
t.run({ "chown", "-f", "0", dir .. "/none" }, { status = 1 })
