-- fs/attach.lua - mount a file system, and say why when it fails
--
-- Layer: library; calls S. mount(2), mount(8): what the kernel does in several
-- calls (a read-only bind mount, propagation) is one wish here.

local S = require "syscall"
local mount = require "fs.mount"

local attach = {}

local MS = S.c.MS
local HELPER_DIRS = { "/sbin", "/usr/sbin" }

---@class fs.Attach
---@field source string?
---@field target string
---@field type string? nil or "auto": the kernel's types are tried
---@field options string
---@field dry boolean? do all but the calls
---@field no_helper boolean?
---@field tell fun(type: string?)? told when it is done

local function exists(path) return S.stat(path) ~= nil end

--- What the kernel's error means here, and what one does next.
local function reason(err, wish, kind, flags)
  local source, target = wish.source or "none", wish.target
  local is_own = flags & (MS.REMOUNT | MS.BIND | MS.MOVE) ~= 0 -- no file system is made
  if err.PERM then return "only root may mount, and only in a mount namespace it owns" end
  if err.NOENT or err.NOTDIR then
    if not exists(target) then
      return "the mount point does not exist; make it: mkdir -p " .. target
    end
    if flags & (MS.BIND | MS.MOVE) ~= 0 or source:sub(1, 1) == "/" and not exists(source) then
      return source .. " does not exist"
    end
    if err.NOTDIR then return "the mount point is not a directory" end
  end
  if err.NODEV and kind then
    return ("the kernel has no file system %s (/proc/filesystems), nor is there a module for it")
      :format(kind)
  end
  if err.NOTBLK then return source .. " is not a block device; for an image: -o loop" end
  if err.NXIO then return "there is no such device behind " .. source end
  if err.BUSY then return source .. " is mounted already, or the mount point is in use" end
  if err.ROFS or err.ACCES then return source .. " can only be read; mount it with -r" end
  if err.INVAL and flags & MS.REMOUNT ~= 0 then
    return "nothing is mounted there, or an option is not for this file system"
  end
  if err.INVAL and flags & MS.MOVE ~= 0 then
    return source .. " is no mount point, or its parent is a shared mount"
  end
  if err.INVAL and not is_own then
    return "wrong type, an unknown option, or a damaged file system; see: dmesg | tail"
  end
  return nil
end

--- "SOURCE on TARGET type T: Invalid argument: what that means".
local function explain(err, wish, kind, flags)
  local why = reason(err, wish, kind, flags)
  return ("%s on %s%s: %s%s"):format(wish.source or "none", wish.target,
    kind and " type " .. kind or "", err, why and ": " .. why or "")
end

--- Programs that do what the kernel cannot alone: mount.nfs, mount.fuse ...
local function helper(kind)
  for _, dir in ipairs(HELPER_DIRS) do
    local path = dir .. "/mount." .. kind
    if S.access(path, "x") then return path end
  end
end

local function run_helper(path, wish)
  local pid, err = S.spawn { path, wish.source or "none", wish.target, "-o", wish.options,
    path = path }
  if not pid then return nil, path .. ": " .. err end
  local _, _, status = S.waitpid(pid)
  if status.EXITSTATUS ~= 0 then return nil, path .. ": failed: " .. tostring(status) end
  return true
end

--- One type. A type that the kernel does not have yet may be a module.
local function call(source, target, kind, flags, data)
  local ok, err = S.mount(source, target, kind, flags, data)
  if not ok and err.NODEV and kind and not select(2, mount.types())[kind] then
    if (require("kmod").load_alias("fs-" .. kind)) > 0 then
      ok, err = S.mount(source, target, kind, flags, data)
    end
  end
  if not ok and (err.ROFS or err.ACCES) and flags & MS.RDONLY == 0 then
    -- a device that cannot be written: as mount(8), go on reading
    local again = S.mount(source, target, kind, flags | MS.RDONLY, data)
    if again then return true end
  end
  return ok, err
end

--- All types for a device, until one fits.
local function guess(source, target, flags, data)
  local failed
  for _, kind in ipairs((mount.types())) do
    local ok, err = call(source, target, kind, flags, data)
    if ok then return true, nil, kind end
    failed = failed or err
    if not err.INVAL then -- it is not a matter of the type
      failed = err
      break
    end
  end
  return nil, failed or S.t.error("NODEV")
end

--- A file is mounted through a loop device, which goes away with the mount.
local function through_loop(wish, options)
  local st = wish.source and S.stat(wish.source)
  if not (st and st.isreg) then return wish.source end
  return require("fs.loop").attach(wish.source, {
    offset = options.has.offset, sizelimit = options.has.sizelimit,
    read_only = options.flags & MS.RDONLY ~= 0,
  })
end

--- Options of the loop device are not for the file system.
local function without_loop(data)
  local kept = {}
  for option in data:gmatch("[^,]+") do
    if not option:find("^offset=") and not option:find("^sizelimit=") then
      kept[#kept + 1] = option
    end
  end
  return table.concat(kept, ",")
end

--- A bind mount takes its other options in a second call.
local function bind_options(wish, flags)
  local rest = flags & ~(MS.BIND | MS.REC)
  if flags & MS.BIND == 0 or flags & MS.REMOUNT ~= 0 or rest == 0 then return true end
  return S.mount("none", wish.target, nil, rest | MS.BIND | MS.REMOUNT)
end

--- Is it of a type that the kernel makes without any device?
local function is_nodev(kind)
  local names, all = mount.types()
  if not (kind and all[kind]) then return false end
  for _, name in ipairs(names) do
    if name == kind then return false end
  end
  return true
end

--- What changes mounts instead of making one.
local function change(wish, kind, flags, data)
  local first = flags
  if flags & MS.REMOUNT == 0 then first = flags & (MS.BIND | MS.MOVE | MS.REC) end
  local ok, err = S.mount(wish.source, wish.target, kind, first, data)
  if ok then ok, err = bind_options(wish, flags) end
  return ok, err, kind
end

---@return true? ok
---@return any err text, or the kernel's
---@return string? kind
local function attach_one(wish, options)
  local flags, data = options.flags, options.data
  local kind = wish.type ~= "auto" and wish.type or nil
  if flags & (MS.BIND | MS.MOVE | MS.REMOUNT) ~= 0 then return change(wish, kind, flags, data) end
  if is_nodev(kind) then
    local ok, err = call(wish.source, wish.target, kind, flags, data)
    return ok, err, kind
  end
  -- the second value keeps a loop device until the mount holds it
  local source, held = through_loop(wish, options)
  if not source then return nil, held or "no device was given" end
  local _ <close> = held
  data = without_loop(data)
  if kind then
    local ok, err = call(source, wish.target, kind, flags, data)
    return ok, err, kind
  end
  return guess(source, wish.target, flags, data)
end

--- Mount what is wished.
---@param wish fs.Attach
---@return true? ok
---@return string? err a whole sentence: what, where, the kernel's word, what to do
function attach.mount(wish)
  local options = mount.options(wish.options)
  local kind = wish.type ~= "auto" and wish.type or nil
  local program = kind and not wish.no_helper and helper(kind)
  if wish.dry then return true end
  if program then return run_helper(program, wish) end

  local only_propagation = #options.propagation > 0 and not wish.source
  if not only_propagation then
    local ok, err, found = attach_one(wish, options)
    if not ok then
      if type(err) == "string" then return nil, err end
      return nil, explain(err, wish, found or kind, options.flags)
    end
    if wish.tell then wish.tell(found or kind) end
  end
  for _, propagation in ipairs(options.propagation) do
    local ok, err = S.mount("none", wish.target, nil, propagation)
    if not ok then
      return nil, ("%s: cannot make it %s: %s"):format(wish.target, propagation, err)
    end
  end
  return true
end

return attach
