-- applets/mount.lua - list what is mounted, and mount
--
-- Layer: applet; the work is in lua/fs/attach.lua, the options in lua/fs/mount.lua.
-- Follows util-linux' mount; exit status 32 when mounting failed.

local cli = require "cli"

local FAILED = 32

local applet = {
  summary = "list what is mounted, or mount SOURCE at TARGET",
  usage = "[-afnrvw] [-t TYPE] [-o OPTIONS] [[SOURCE] TARGET]",
  options = {
    { "t", "types", arg = "TYPE", help = "the file system's type; tried out when absent" },
    { "o", "options", arg = "OPTIONS", many = true, help = "ro,noatime,size=4m,remount ..." },
    { "r", "read-only", help = "as -o ro" },
    { "w", "rw", help = "as -o rw", clears = { "read_only" } },
    { false, "read-write", help = "the same" },
    { "a", "all", help = "all of fstab that is not noauto" },
    { "T", "fstab", arg = "FILE", help = "instead of /etc/fstab" },
    { "B", "bind", help = "show a folder at a second place" },
    { "R", "rbind", help = "the same, with all that is mounted in it" },
    { "M", "move", help = "move a mount to another place" },
    { false, "make-shared", help = "mounts below it are passed on both ways" },
    { false, "make-slave", help = "... are received only" },
    { false, "make-private", help = "... stay here" },
    { false, "make-unbindable", help = "... and it can not be bound" },
    { false, "make-rshared", help = "as above, with all below" },
    { false, "make-rslave", help = "as above, with all below" },
    { false, "make-rprivate", help = "as above, with all below" },
    { false, "make-runbindable", help = "as above, with all below" },
    { "f", "fake", help = "do everything but mount" },
    { "i", "internal-only", help = "do not use the helper programs mount.TYPE" },
    { "n", "no-mtab", help = "ignored: there is no mtab" },
    { "v", "verbose", help = "tell each mount" },
    { "l", "show-labels", help = "ignored" },
    { false, "source", arg = "SOURCE", help = "what to mount" },
    { false, "target", arg = "TARGET", help = "where" },
  },
  operands = { max = 2 },
  json = true,
  examples = {
    { "mount -t tmpfs -o size=16m none /tmp", "16 MiB of memory as /tmp" },
    { "mount -o remount,ro /", "no more writing to the root" },
    { "mount --bind /srv/www /mnt", "the same folder at a second place" },
  },
}

local MODES = { "make_shared", "make_slave", "make_private", "make_unbindable", "make_rshared",
  "make_rslave", "make_rprivate", "make_runbindable" }

local function has_type(types, kind)
  return not types or require("fs.mount").has_type(types, kind)
end

local function object(entry)
  return {
    source = entry.source, target = entry.target, type = entry.fstype, root = entry.root,
    options = require("fs.mount").shown_options(entry),
    propagation = require("json").array(entry.propagation),
    device = entry.major .. ":" .. entry.minor, id = entry.id, parent = entry.parent,
  }
end

local function list(opts)
  local entries, err = require("fs.mounts").list()
  if not entries then return nil, "/proc/self/mountinfo: " .. err .. " (is /proc mounted?)" end
  local shown_options = require("fs.mount").shown_options
  local quote = require("text.quote").terminal
  local objects = require("json").array {}
  for _, entry in ipairs(entries) do
    if has_type(opts.types, entry.fstype) then
      if opts.json then
        objects[#objects + 1] = object(entry)
      else
        io.write(quote(entry.source), " on ", quote(entry.target), " type ", entry.fstype,
          " (", shown_options(entry), ")\n")
      end
    end
  end
  if opts.json then io.write(require("json").encode(objects), "\n") end
  return true
end

--- All options of the command line as one list.
local function option_text(opts)
  local parts = table.move(opts.options or {}, 1, #(opts.options or {}), 1, {})
  if opts.read_only then parts[#parts + 1] = "ro" end
  if opts.rw or opts.read_write then parts[#parts + 1] = "rw" end
  if opts.bind then parts[#parts + 1] = "bind" end
  if opts.rbind then parts[#parts + 1] = "rbind" end
  if opts.move then parts[#parts + 1] = "move" end
  for _, mode in ipairs(MODES) do
    if opts[mode] then parts[#parts + 1] = mode:sub(6) end
  end
  return table.concat(parts, ",")
end

local function joined(a, b) return a == "" and b or b == "" and a or a .. "," .. b end

local function do_mount(opts, wish)
  local device = wish.source
  if device then
    local err
    device, err = require("fs.mount").device(device)
    if not device then return nil, err end
  end
  wish.source, wish.dry, wish.no_helper = device, opts.fake, opts.internal_only
  if opts.verbose then
    wish.tell = function(kind)
      io.write(("mount: %s mounted on %s%s\n"):format(device or "none", wish.target,
        kind and " type " .. kind or ""))
    end
  end
  return require("fs.attach").mount(wish)
end

local function is_mounted(entries, entry)
  local target = require("fs.mount").canonical(entry.target)
  for _, mounted in ipairs(entries) do
    if mounted.target == target then return true end
  end
end

local function mount_all(opts)
  local mount = require "fs.mount"
  local entries, err = mount.fstab(opts.fstab)
  if not entries then return nil, err end
  local mounted = require("fs.mounts").list() or {}
  local status = 0
  for _, entry in ipairs(entries) do
    local has = mount.options(entry.options).has
    local skip = has.noauto or entry.type == "swap" or entry.type == "ignore" or
      entry.target == "none" or not has_type(opts.types, entry.type) or is_mounted(mounted, entry)
    if not skip then
      local ok
      ok, err = do_mount(opts, { source = entry.source, target = entry.target, type = entry.type,
        options = joined(entry.options, option_text(opts)) })
      if not ok and not has.nofail then
        cli.warn(nil, err)
        status = FAILED
      end
    end
  end
  return status
end

--- One operand: fstab knows the rest.
local function from_fstab(opts, name)
  local mount = require "fs.mount"
  local entries, err = mount.fstab(opts.fstab)
  local canonical = mount.canonical(name)
  for _, entry in ipairs(entries or {}) do
    if entry.target == name or entry.target == canonical or entry.source == name then
      return { source = entry.source, target = entry.target, type = opts.types or entry.type,
        options = joined(entry.options, option_text(opts)) }
    end
  end
  return nil, name .. ": " .. (entries and "not in " .. (opts.fstab or "/etc/fstab") or err)
end

--- A remount replaces all options: those it has now stay, unless told otherwise.
local function for_remount(target, options)
  local mounts = require "fs.mounts"
  local canonical = require("fs.mount").canonical(target)
  local now
  for _, entry in ipairs(mounts.list() or {}) do
    if entry.target == canonical then now = entry end
  end
  if not now then return { target = target, options = options } end
  return { source = now.source, target = target, options = joined(now.options, options) }
end

---@param args string[]
---@return true|integer? status
---@return any err
function applet.run(opts, args)
  if opts.all then
    if #args > 0 then cli.usage("-a goes with no operands") end
    return mount_all(opts)
  end
  local source, target = opts.source, opts.target
  if #args == 2 then
    source, target = args[1], args[2]
  elseif args[1] and (source or target) then
    source, target = source or args[1], target or args[1]
  end
  local options = option_text(opts)
  if not args[1] and not target and not source then
    if options ~= "" then cli.usage("missing operand") end
    return list(opts)
  end

  local wish, err
  local parsed = require("fs.mount").options(options)
  if source and target then
    wish = { source = source, target = target, type = opts.types, options = options }
  elseif parsed.has.remount then
    wish = for_remount(target or args[1], options)
  elseif #parsed.propagation > 0 then
    wish = { target = target or args[1], options = options }
  else
    wish, err = from_fstab(opts, target or source or args[1])
  end
  local ok
  if wish then ok, err = do_mount(opts, wish) end
  if ok then return true end
  cli.warn(nil, err)
  return FAILED
end

return applet
