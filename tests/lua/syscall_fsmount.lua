-- tests/lua/syscall_fsmount.lua - mounts made step by step, in a namespace of their own

local t = require "test"
local S = require "syscall"

local tmp = t.tmp()

t.isolated("newns", function()
  assert(S.mkdir(tmp .. "/a", "0755"))
  assert(S.mkdir(tmp .. "/b", "0755"))

  local context = assert(S.fsopen("tmpfs"))
  t.ok(context:fsconfig("set_string", "size", "1m"), "an option")
  t.ok(context:fsconfig("set_flag", "ro"), "a flag")
  t.ok(context:fsconfig("cmd_create"), "the file system")
  local mount = assert(context:fsmount(nil, "nosuid, noexec"))
  t.ok(mount:move_mount(nil, "fdcwd", tmp .. "/a"), "and its place")
  local place = tmp:gsub("%p", "%%%0") .. "/a"
  local line = t.read("/proc/self/mountinfo"):match("[^\n]*" .. place .. "[^\n]*")
  t.ok(line:find("nosuid,noexec") and line:find("tmpfs") and line:find("size=1024k"), line)
  t.is(select(2, S.mkdir(tmp .. "/a/x", "0755")).sym, "ROFS")

  local again = assert(S.fspick("fdcwd", tmp .. "/a"))
  assert(again:fsconfig("set_flag", "rw"))
  t.ok(again:fsconfig("cmd_reconfigure"), "reconfigured")
  t.ok(S.mkdir(tmp .. "/a/x", "0755"), "now writable")

  local tree = assert(S.open_tree("fdcwd", tmp .. "/a", "clone"))
  t.ok(tree:mount_setattr(nil, nil, { attr_set = "rdonly", attr_clr = "noexec" }), "attributes")
  t.ok(S.move_mount(tree, nil, "fdcwd", tmp .. "/b"), "a clone elsewhere")
  t.is(select(2, S.mkdir(tmp .. "/b/y", "0755")).sym, "ROFS")
  t.ok(S.mkdir(tmp .. "/a/y", "0755"), "the original is as it was")
  t.ok(S.mount_setattr("fdcwd", tmp .. "/a", "recursive", { propagation = "shared" }),
    "propagation")

  local wrong = assert(S.fsopen("tmpfs"))
  t.is(select(2, wrong:fsconfig("set_string", "no_such_option", "1")).sym, "INVAL")
  t.ok(wrong:read():find("Unknown parameter"), "the kernel says why")
  t.is(select(2, S.fsopen("no such type")).sym, "NODEV")
  t.raises(function() wrong:fsconfig("set_nothing", "x") end, "invalid flag set_nothing")
end)
