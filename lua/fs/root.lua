-- fs/root.lua - the root file system that the kernel's command line names
--
-- Layer: library; calls S. An initramfs does what the kernel does without one:
-- Documentation/admin-guide/kernel-parameters.txt, root= and its like. words() is pure.

local S = require "syscall"
local disks = require "fs.disks"
local mounts = require "fs.mounts"

local root = {}

local PATIENCE = 10 -- seconds for a device without rootwait: drivers have been loaded, disks
                    -- may still be looking for their partitions
local LOOK = 0.1 -- seconds between two looks

--- Programs that the kernel would try.
local INITS = { "/sbin/init", "/etc/init", "/bin/init" }

---@class fs.Root
---@field device string what root= says
---@field type string? rootfstype=
---@field options string as mount -o takes them, with ro or rw
---@field wait number seconds for the device; math.huge: for ever
---@field delay number seconds before
---@field init string? init=

--- What a command line says; nil: no root=.
---@param line string
---@return fs.Root?
function root.words(line)
  local found = { wait = PATIENCE, delay = 0 }
  local mode, flags = "ro", nil
  for word in line:gmatch("%S+") do
    local key, value = word:match("^([^=]+)=(.*)$")
    if word == "--" then break end -- what follows is for init
    if word == "ro" or word == "rw" then
      mode = word
    elseif word == "rootwait" then
      found.wait = math.huge
    elseif key == "rootwait" then
      found.wait = tonumber(value) or found.wait
    elseif key == "rootdelay" then
      found.delay = tonumber(value) or 0
    elseif key == "root" then
      found.device = value ~= "" and value or nil
    elseif key == "rootfstype" then
      found.type = value ~= "" and value or nil
    elseif key == "rootflags" then
      flags = value ~= "" and value or nil
    elseif key == "init" then
      found.init = value
    end
  end
  found.options = mode .. (flags and "," .. flags or "")
  return found.device and found
end

--- Are we the initramfs that is to find it?
---@return fs.Root?
function root.wanted()
  local file <close> = io.open("/proc/cmdline")
  local found = root.words(file and file:read("a") or "")
  local here = found and mounts.of(mounts.list() or {}, "/")
  return here and here.fstype == "rootfs" and found or nil
end

--- Wait for the device; nil when it does not come.
local function device(wish)
  local start, seen = S.clock_gettime("boottime").time, nil
  while true do
    local list, names = disks.list(), {}
    for i, disk in ipairs(list) do names[i] = disk.name end
    local now = table.concat(names, " ")
    -- what disks hold is read again only when there is another
    if now ~= seen or wish.device:find("^/") then
      seen = now
      local path = disks.find(wish.device, list)
      if path then return path end
    end
    if S.clock_gettime("boottime").time - start > wish.wait then return nil end
    S.nanosleep(LOOK)
  end
end

--- A type whose root is no device: 9p, virtiofs, tmpfs, overlay ...
local function without_device(kind)
  if not kind then return false end
  local fs_mount = require "fs.mount"
  local function is(names, all)
    if not all[kind] then return nil end
    for _, name in ipairs(names) do
      if name == kind then return false end
    end
    return true
  end
  local known = is(fs_mount.types())
  if known == nil then
    require("kmod").load_alias("fs-" .. kind)
    known = is(fs_mount.types())
  end
  return known == true
end

--- Every disk with what it holds, as lines for somebody who has to choose.
---@return string[]
function root.found()
  local lines = {}
  for _, disk in ipairs(disks.list()) do
    local holds = disks.identify(disk) or {}
    local words = { disk.path, ("%d MiB"):format(disk.bytes >> 20), holds.type or "-" }
    for _, tag in ipairs { "label", "uuid", "partlabel", "partuuid" } do
      if holds[tag] then words[#words + 1] = ('%s="%s"'):format(tag:upper(), holds[tag]) end
    end
    lines[#lines + 1] = table.concat(words, "  ")
  end
  return lines
end

--- Mount it; what is mounted there already is taken as it is.
---@param wish fs.Root
---@param target string a folder, made if need be
---@return true? ok
---@return string? err
function root.mount(wish, target)
  S.mkdir(target, "0755")
  local on = mounts.of(mounts.list() or {}, target)
  if on and on.target == target then return true end
  if wish.delay > 0 then S.nanosleep(wish.delay) end
  local source, kind = wish.device, wish.type
  if not without_device(kind) then
    source = device(wish)
    if not source then return nil, ("root=%s: there is no such device"):format(wish.device) end
  end
  -- several types are tried in turn, as the kernel does; without any, what it holds tells
  if not kind then
    for _, disk in ipairs(disks.list()) do
      local holds = disk.path == source and disks.identify(disk)
      kind = holds and holds.type or kind
    end
  end
  local err
  for one in (kind or "auto"):gmatch("[^,]+") do
    local ok, failed = require("fs.attach").mount { source = source, target = target, type = one,
      options = wish.options }
    if ok then return true end
    err = err or failed
  end
  return nil, err
end

--- The program that goes on there.
---@param wish fs.Root
---@param target string
---@return string? path below target
---@return string? err
function root.init(wish, target)
  local function is_there(path)
    -- links are of the new root: an absolute one need not lead anywhere from here
    local st = S.lstat(target .. path)
    return st and (st.islnk or S.access(target .. path, "x"))
  end
  for _, path in ipairs(wish.init and { wish.init } or INITS) do
    if is_there(path) then return path end
  end
  return nil, wish.init and ("init=%s: not on the new root"):format(wish.init) or
    "the new root has no init: " .. table.concat(INITS, ", ")
end

return root
