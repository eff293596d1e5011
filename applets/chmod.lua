-- applets/chmod.lua - change permissions
--
-- Layer: applet; calls S, fs.mode, fs.walk for -R.
-- Follows POSIX chmod and GNU's options. Symbolic links met on the way are left alone.

local S = require "syscall"
local cli = require "cli"
local mode = require "fs.mode"
local dir = require "fs.dir"

local applet = {
  summary = "change permissions",
  usage = "[-Rvcf] MODE FILE... | [-Rvcf] --reference=RFILE FILE...",
  options = {
    { "R", "recursive", help = "change what is in directories, too" },
    { "v", "verbose", help = "say what was done to each file" },
    { "c", "changes", help = "same, only where something changed" },
    { "f", "silent", help = "no messages on files that cannot be changed" },
    { nil, "quiet", help = "same as --silent" },
    { nil, "reference", arg = "RFILE", help = "the permissions of this file" },
    { nil, "preserve-root", help = "with -R, refuse /" },
    { nil, "no-preserve-root", help = "do not (default)" },
  },
  dashed = "^%-[rwxXstugoa]", -- chmod -w file
  examples = {
    { "chmod 644 file", "octal" },
    { "chmod -R u+rwX,go-w dir", "symbolic; X: only for directories and programs" },
  },
}

local function describe(opts, path, status, bits)
  local changed = status.mode ~= bits
  if not (opts.verbose or opts.changes and changed) then return end
  local now = ("%04o (%s)"):format(bits, mode.letters("file", bits):sub(2))
  if changed then
    io.write(("mode of '%s' changed from %04o (%s) to %s\n"):format(path, status.mode,
      mode.letters("file", status.mode):sub(2), now))
  else
    io.write(("mode of '%s' retained as %s\n"):format(path, now))
  end
end

---@param opts table
---@param args string[]
---@return true? ok
---@return string? err
function applet.run(opts, args)
  local change, umask
  if opts.reference then
    local status, err = dir.status(nil, opts.reference, true)
    if not status then return nil, ("%s: %s"):format(opts.reference, tostring(err)) end
    change = { octal = status.mode }
  else
    local text = table.remove(args, 1)
    if not text then cli.usage("no mode given") end
    local err
    change, err = mode.parse(text)
    if not change then return nil, ("%s: %s"):format(err, text) end
  end
  if not args[1] then cli.usage("no file given") end
  umask = S.umask(0)
  S.umask(umask)
  local quiet = opts.silent or opts.quiet

  local function failed(path, err)
    if quiet then cli.failed() else cli.warn(path, err) end
  end

  local function set(path, parent, at, status)
    local bits = mode.apply(change, status.mode, status.type == "directory", umask)
    local ok, err = S.fchmodat(parent, at, bits)
    if not ok then return failed(path, err) end
    describe(opts, path, status, bits)
  end

  for _, path in ipairs(args) do
    if not opts.recursive then
      local status, err = dir.status(nil, path, true)
      if status then set(path, nil, path, status) else failed(path, err) end
    elseif opts.preserve_root and path:find("^/+$") then
      failed(path, "it is dangerous to operate recursively on '/'")
    else
      local walk = require "fs.walk"
      for entry, err in walk.each(path, { follow = "operands" }) do
        local status = not err and entry.type ~= "link" and entry:status()
        if status then
          -- before a directory is entered, so that u+rx opens it
          set(entry.path, entry.parent, entry.at, status)
        elseif err then
          failed(entry.path, err)
        end
      end
    end
  end
  return true
end

return applet
