-- fs/mount.lua - the mount table, fstab, and mount options understood
--
-- Layer: library; calls S. proc_pid_mountinfo(5), fstab(5), mount(8). Parsing
-- is pure; reading and mounting are at the end.

local S = require "syscall"

local mount = {}

local BLANKS = { [" "] = "\\040", ["\t"] = "\\011", ["\n"] = "\\012", ["\\"] = "\\134" }

--- A field as it is: blanks, newlines and backslashes are \ooo in the files.
---@param field string
---@return string
function mount.unescape(field)
  return (field:gsub("\\([0-7][0-7][0-7])", function(octal)
    return string.char(tonumber(octal, 8) & 255)
  end))
end

--- The other way round.
function mount.escape(field) return (field:gsub("[ \t\n\\]", BLANKS)) end

---@class fs.Mount
---@field id integer?
---@field parent integer?
---@field device string? "major:minor"
---@field root string? the folder of the file system that is shown here
---@field target string
---@field source string
---@field type string
---@field mount_options string? of this mount
---@field super_options string? of the file system
---@field options string both in one
---@field propagation table<string, string|true>? shared, master, propagate_from, unbindable

--- Both kinds of options as one list: it is writable when both say so.
local function merged(mount_options, super_options)
  local parts, is_ro = {}, false
  for option in (mount_options .. "," .. super_options):gmatch("[^,]+") do
    if option == "ro" then
      is_ro = true
    elseif option ~= "rw" then
      parts[#parts + 1] = option
    end
  end
  table.insert(parts, 1, is_ro and "ro" or "rw")
  return table.concat(parts, ",")
end

--- /proc/PID/mountinfo.
---@param text string
---@return fs.Mount[] in the order of mounting
function mount.parse_mountinfo(text)
  local list = {}
  for line in text:gmatch("[^\n]+") do
    local id, parent, device, root, target, options, optional, kind, source, super = line:match(
      "^(%d+) (%d+) (%d+:%d+) (%S+) (%S+) (%S+)(.-) %- (%S+) (%S*) ?(%S*)")
    if id then
      local propagation = {}
      for name, value in optional:gmatch("([%l_]+):?(%d*)") do
        propagation[name] = value ~= "" and value or true
      end
      list[#list + 1] = {
        id = math.tointeger(tonumber(id)),
        parent = math.tointeger(tonumber(parent)),
        device = device,
        root = mount.unescape(root),
        target = mount.unescape(target),
        source = mount.unescape(source),
        type = mount.unescape(kind),
        mount_options = options,
        super_options = super,
        options = merged(options, super),
        propagation = propagation,
      }
    end
  end
  return list
end

--- /proc/mounts and fstab: six fields, the last two may be missing.
---@param text string
---@return fs.Mount[]
function mount.parse_fstab(text)
  local list = {}
  for line in text:gmatch("[^\n]+") do
    local source, target, kind, options = line:match("^%s*([^#%s]%S*)%s+(%S+)%s+(%S+)%s*(%S*)")
    if source then
      list[#list + 1] = {
        source = mount.unescape(source:gsub('"', "")),
        target = mount.unescape(target),
        type = kind,
        options = options == "" and "defaults" or mount.unescape(options),
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

-- ---- reading ----

local function read(path)
  return require("proc.file").read(path)
end

--- All that is mounted, as this process sees it.
---@return fs.Mount[]? list
---@return string? err
function mount.list()
  local text, err = read("/proc/self/mountinfo")
  if text then return mount.parse_mountinfo(text) end
  return nil, "/proc/self/mountinfo: " .. err .. " (is /proc mounted?)"
end

---@param path string?
---@return fs.Mount[]? list
---@return string? err
function mount.fstab(path)
  path = path or "/etc/fstab"
  local text, err = read(path)
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

--- The mount that is seen at a path: the last of those in the same place.
---@param list fs.Mount[]
---@param target string canonical
---@return fs.Mount?
function mount.at(list, target)
  for i = #list, 1, -1 do
    if list[i].target == target then return list[i] end
  end
end

--- File systems for a device that the kernel has now.
---@return string[] names
---@return table<string, true> all also those without a device
function mount.types()
  local names, all = {}, {}
  for nodev, name in (read("/proc/filesystems") or ""):gmatch("(%l*)\t(%S+)") do
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
