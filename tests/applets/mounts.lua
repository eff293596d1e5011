-- tests/applets/mounts.lua - trees that reach over file systems: cp -x, rm, du -x, walk

local t = require "test"
local S = require "syscall"

local home = t.tmp()

t.isolated("newns", function()
  for _, path in ipairs { "/t", "/t/a", "/t/m", "/t/z" } do S.mkdir(home .. path, "0755") end
  assert(S.mount("none", home .. "/t/m", "tmpfs"))
  t.write(home .. "/t/m/inside", "x")
  t.write(home .. "/t/z/last", "y")
  local function exists(path) return S.lstat(home .. path) ~= nil end

  t.run({ "cp", "-rx", "t", "copy" }, { cwd = home })
  t.ok(exists "/copy/m" and not exists "/copy/m/inside", "cp -x makes the directory, empty")
  t.ok(exists "/copy/z/last" and not exists "/copy/m/z", "and goes on beside it")
  t.run({ "cp", "-r", "t", "all" }, { cwd = home })
  t.ok(exists "/all/m/inside", "cp without -x")
  t.run({ "du", "-x", "-a", "--inodes", "t/m/inside", "t" }, {
    cwd = home, out = t.match "^1\tt/m/inside\n.*\n4\tt\n$",
  })
  t.run({ "rm", "-r", "--one-file-system", "t" }, {
    cwd = home, status = 1, err = t.match "^rm: t/m: [%a ]*busy\n$",
  })
  t.ok(exists "/t/m/inside" and not exists "/t/z" and exists "/t", "rm stays on its file system")
  S.umount(home .. "/t/m", 0)
end)
