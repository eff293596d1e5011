-- fs/mount.lua - fstab, and mount options understood
--
-- Layer: library; calls S. fstab(5), mount(8). What is mounted: fs/mounts.lua.

local S = require "syscall"

local mount = {}

--- A field as it is: blanks, newlines and backslashes are \ooo in the file.
local function unescape(field)
  return (field:gsub("\\([0-7][0-7][0-7])", function(octal)
    return string.char(tonumber(octal, 8) & 255)
  end))
end

--- The options of the mount and of the file system as one list: it is writable
--- when both say so.
---@param entry fs.Mount of fs.mounts
---@return string
function mount.shown_options(entry)
  local parts, is_ro = {}, false
  for option in (entry.options .. "," .. entry.super_options):gmatch("[^,]+") do
    if option == "ro" then
      is_ro = true
    elseif option ~= "rw" then
      parts[#parts + 1] = option
    end
  end
  table.insert(parts, 1, is_ro and "ro" or "rw")
  return table.concat(parts, ",")
end

---@class fs.FstabEntry
---@field source string
---@field target string
---@field type string
---@field options string

--- fstab(5): six fields, of which the last three may be missing.
---@param text string
---@return fs.FstabEntry[]
function mount.parse_fstab(text)
  local list = {}
  for line in text:gmatch("[^\n]+") do
    local source, target, kind, options = line:match("^%s*([^#%s]%S*)%s+(%S+)%s+(%S+)%s*(%S*)")
    if source then
      list[#list + 1] = {
        source = unescape(source:gsub('"', "")),
        target = unescape(target),
        type = kind,
        options = options == "" and "defaults" or unescape(options),
      }
    end
  end
  return list
end

-- ---- options ----

--- Each sets the flags, or clears them with "-".
local FLAGS = {
  ro = "rdonly", rdonly = "rdonly", rw = "-rdonly",
  nosuid = "nosuid", suid = "-nosuid", nodev = "nodev", dev = "-nodev",
  noexec = "noexec", exec = "-noexec", sync = "synchronous", async = "-synchronous",
  dirsync = "dirsync", remount = "remount", bind = "bind", rbind = "bind,rec", move = "move",
  mand = "mandlock", nomand = "-mandlock", noatime = "noatime", atime = "-noatime",
  nodiratime = "nodiratime", diratime = "-nodiratime", relatime = "relatime",
  norelatime = "-relatime", strictatime = "strictatime", nostrictatime = "-strictatime",
  lazytime = "lazytime", nolazytime = "-lazytime", silent = "silent", loud = "-silent",
  iversion = "i_version", noiversion = "-i_version",
  nosymfollow = 256, -- MS_NOSYMFOLLOW, which C libraries do not name yet
}

local PROPAGATION = { private = true, shared = true, slave = true, unbindable = true }

--- For users and boot scripts; the kernel must not see them.
local IGNORED = {
  defaults = true, auto = true, noauto = true, user = true, nouser = true, users = true,
  nousers = true, owner = true, noowner = true, group = true, nogroup = true, _netdev = true,
  nofail = true, fail = true, loop = true,
}

---@class fs.MountOptions
---@field flags integer MS flags
---@field data string what is for the file system
---@field propagation string[] "private", "rec,private" ...: calls of their own
---@field loop string|true|nil a loop device is wanted
---@field has table<string, string|true> every option that was given

--- Take a list of options apart.
---@param text string
---@return fs.MountOptions
function mount.options(text)
  local data = {}
  local result = { flags = 0, propagation = {}, has = {} }
  -- a comma inside quotes is part of the value, as SELinux contexts have them
  text = text:gsub('"([^"]*)"', function(quoted) return (quoted:gsub(",", "\0")) end)
  for option in text:gmatch("[^,]+") do
    option = option:gsub("%z", ",")
    local name, value = option:match("^([^=]+)=?(.*)$")
    result.has[name or option] = value ~= "" and value or true
    local flags = FLAGS[option]
    local kind = option:match("^r?(%l+)$")
    if flags then
      local bits = S.c.MS[type(flags) == "string" and flags:gsub("^%-", "") or flags]
      local is_clear = type(flags) == "string" and flags:sub(1, 1) == "-"
      result.flags = is_clear and result.flags & ~bits or result.flags | bits
    elseif PROPAGATION[option] or PROPAGATION[kind] and option == "r" .. kind then
      table.insert(result.propagation, (option == kind and "" or "rec,") .. kind)
    elseif not (IGNORED[name] or option:find("^[xX]%-") or option:find("^comment=")) then
      data[#data + 1] = option
    end
  end
  result.loop = result.has.loop
  result.data = table.concat(data, ",")
  return result
end

--- Is it one of "ext4,tmpfs", or none of "noproc,nosysfs"?
---@param types string
---@param kind string
---@return boolean
function mount.has_type(types, kind)
  local is_not = types:sub(1, 2) == "no"
  for name in types:gmatch("[^,]+") do
    if is_not then name = name:gsub("^no", "") end
    if name == kind then return not is_not end
  end
  return is_not
end

-- ---- reading ----

---@param path string?
---@return fs.FstabEntry[]? list
---@return string? err
function mount.fstab(path)
  path = path or "/etc/fstab"
  local text, err = require("proc.file").read(path)
  if not text then return nil, path .. ": " .. err end
  return mount.parse_fstab(text)
end

--- The path without links and dots, as the mount table has it; the path itself
--- when there is no such file.
---@param path string
---@return string
function mount.canonical(path)
  local fd <close> = S.open(path, "path")
  local real = fd and S.readlink("/proc/self/fd/" .. fd:getfd())
  return real or path
end

--- File systems for a device that the kernel has now.
---@return string[] names
---@return table<string, true> all also those without a device
function mount.types()
  local names, all = {}, {}
  local text = require("proc.file").read("/proc/filesystems") or ""
  for nodev, name in text:gmatch("(%l*)\t(%S+)") do
    all[name] = true
    if nodev == "" then names[#names + 1] = name end
  end
  return names, all
end

--- LABEL=x and the like are names of devices that /dev/disk has.
---@param source string
---@return string? path
---@return string? err
function mount.device(source)
  local tag, value = source:match("^(%u+)=(.*)$")
  local dir = ({ LABEL = "label", UUID = "uuid", PARTLABEL = "partlabel", PARTUUID = "partuuid",
    ID = "id" })[tag]
  if not dir then return source end
  local path = "/dev/disk/by-" .. dir .. "/" .. value
  if not S.stat(path) then return nil, source .. ": there is no " .. path end
  return mount.canonical(path)
end

return mount
