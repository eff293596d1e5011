-- applets/umount.lua - unmount file systems
--
-- Layer: applet; calls S. Follows util-linux' umount; exit status 32 when
-- unmounting failed. What comes last in the mount table goes first.

local cli = require "cli"
local S = require "syscall"
local mount = require "fs.mount"
local mounts = require "fs.mounts"

local FAILED = 32

local applet = {
  summary = "unmount file systems, by mount point or device",
  usage = "[-dflnqRrv] TARGET...   or: umount -a [-t TYPES]",
  options = {
    { "a", "all", help = "all that is mounted, but what the kernel makes" },
    { "t", "types", arg = "TYPES", help = "with -a: of these types only; noTYPE: all others" },
    { "f", "force", help = "even when a server does not answer" },
    { "l", "lazy", help = "detach it now, clean up when it is no longer in use" },
    { "r", "read-only", help = "when it is in use, let it only be read" },
    { "R", "recursive", help = "with all that is mounted below" },
    { "d", "detach-loop", help = "ignored: a loop device goes by itself" },
    { "n", "no-mtab", help = "ignored: there is no mtab" },
    { "i", "internal-only", help = "ignored: no helper programs are used" },
    { "q", "quiet", help = "no message about what is not mounted" },
    { "v", "verbose", help = "tell each" },
  },
  examples = { { "umount -l /mnt", "take it away although programs use it" } },
}

--- Unmounting these would take the ground away: -a leaves them, as util-linux does.
local KEPT = { proc = true, sysfs = true, devtmpfs = true, devpts = true, cgroup = true,
  cgroup2 = true, rootfs = true, bpf = true, securityfs = true, debugfs = true, tracefs = true }

local HINTS = {
  BUSY = "it is in use; -l detaches it all the same",
  INVAL = "it is not mounted",
  PERM = "only root may unmount",
}

local function unmount(target, opts)
  local flags = (opts.force and S.c.UMOUNT.FORCE or 0) | (opts.lazy and S.c.UMOUNT.DETACH or 0)
  local ok, err = S.umount(target, flags)
  if not ok and err.BUSY and opts.read_only then
    ok, err = S.mount("none", target, nil, "remount,rdonly")
    if ok then cli.warn(target, "in use: it can only be read now") end
  end
  if ok then
    if opts.verbose then io.write("umount: ", target, " unmounted\n") end
    return true
  end
  if opts.quiet and (err.INVAL or err.NOENT) then return nil end
  local text = tostring(err)
  for name, hint in pairs(HINTS) do
    if err[name] then text = text .. ": " .. hint end
  end
  cli.warn(target, text)
  return nil
end

--- Where it is mounted: a mount point, or the last place of a device.
local function places(list, name, opts)
  local target = mount.canonical(name)
  local found
  for _, entry in ipairs(list) do
    if entry.target == target or not found and entry.target == name then found = target end
  end
  for i = #list, 1, -1 do
    if not found and (list[i].source == name or list[i].source == target) then
      found = list[i].target
    end
  end
  if not found then return { name } end -- the kernel says what is wrong with it
  local result = { found }
  if opts.recursive then
    result = {}
    for i = #list, 1, -1 do
      local place = list[i].target
      if place == found or place:sub(1, #found + 1) == found .. "/" then
        result[#result + 1] = place
      end
    end
  end
  return result
end

local function has_type(types, kind)
  if types then return mount.has_type(types, kind) end
  return not KEPT[kind]
end

---@return true|integer status
---@return any err
function applet.run(opts, args)
  local list, err = mounts.list()
  if not list then
    if opts.all or opts.recursive then
      return nil, "/proc/self/mountinfo: " .. err .. " (is /proc mounted?)"
    end
    list = {}
  end
  local targets = {}
  if opts.all then
    for i = #list, 1, -1 do
      if list[i].target ~= "/" and has_type(opts.types, list[i].fstype) then
        targets[#targets + 1] = list[i].target
      end
    end
  elseif #args == 0 then
    cli.usage("missing operand")
  end
  local status = 0
  for _, target in ipairs(targets) do
    if not unmount(target, opts) then status = FAILED end
  end
  for _, name in ipairs(args) do
    for _, place in ipairs(places(list, name, opts)) do
      if not unmount(place, opts) then status = FAILED end
    end
  end
  return status
end

return applet
