-- applets/mountpoint.lua - tell whether something is mounted at a directory
--
-- Layer: applet; calls S. Follows util-linux' mountpoint, and its exit status 32
-- for "is not one"; -n is busybox'.

local S = require "syscall"
local mount = require "fs.mount"

local NOT_ONE = 32

local applet = {
  summary = "tell whether something is mounted at a directory",
  usage = "[-qdn] [--nofollow] DIR   or: mountpoint -x DEVICE",
  options = {
    { "q", "quiet", help = "only the exit status" },
    { "d", "fs-devno", help = "print the file system's device number" },
    { "n", "name", help = "print what is mounted there" },
    { "x", "devno", help = "print the number of a block device" },
    { false, "nofollow", help = "a symbolic link is no mount point" },
  },
  operands = { min = 1, max = 1 },
}

--- The mount at a path; without /proc, whether it is on another device than its parent.
local function find(path, st)
  local list = require("fs.mounts").list()
  if list then
    local target = mount.canonical(path)
    for i = #list, 1, -1 do
      if list[i].target == target then return list[i] end
    end
    return nil
  end
  local parent = S.stat(path .. "/..")
  if parent and st.isdir and (parent.st_dev ~= st.st_dev or parent.st_ino == st.st_ino) then
    return { source = "unknown" }
  end
end

---@return true|integer? status
---@return any err
function applet.run(opts, args)
  local path = args[1]
  local st, err = (opts.nofollow and S.lstat or S.stat)(path)
  if not st then
    if opts.quiet then return 1 end
    return nil, path .. ": " .. err
  end
  if opts.devno then
    if not st.isblk then
      if opts.quiet then return NOT_ONE end
      require("cli").warn(path, "not a block device")
      return NOT_ONE
    end
    io.write(tostring(st.rdev), "\n")
    return true
  end
  local found = not (opts.nofollow and st.islnk) and find(path, st)
  if opts.fs_devno or opts.name then
    if not found then return NOT_ONE end
    io.write(opts.name and found.source .. " " .. path or tostring(st.dev), "\n")
    return true
  end
  if not opts.quiet then
    io.write(require("text.quote").terminal(path), found and " is" or " is not",
      " a mountpoint\n")
  end
  return found and 0 or NOT_ONE
end

return applet
