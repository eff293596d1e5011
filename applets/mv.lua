-- applets/mv.lua - move and rename files
--
-- Layer: applet; calls S, fs.target; fs.copy and fs.remove across file systems.
-- Follows POSIX mv and GNU's options. Extended attributes do not go to other file
-- systems.

local S = require "syscall"
local cli = require "cli"
local target = require "fs.target"

local applet = {
  summary = "move and rename files",
  usage = "[OPTION]... SOURCE DESTINATION | SOURCE... DIRECTORY | -t DIRECTORY SOURCE...",
  options = {
    { "f", "force", help = "do not ask", clears = { "interactive", "no_clobber" } },
    { "i", "interactive",
      help = "ask before replacing a file", clears = { "force", "no_clobber" } },
    { "n", "no-clobber", help = "replace no file", clears = { "force", "interactive" } },
    { "u", "update", help = "replace only files that are older" },
    { "t", "target-directory", arg = "DIRECTORY", help = "move all into DIRECTORY" },
    { "T", "no-target-directory", help = "DESTINATION is the new name, never a directory" },
    { "b", nil, help = "keep what is in the way as NAME~" },
    { nil, "backup", arg = "HOW", optional = true,
      help = "same; none, simple, numbered or existing" },
    { "S", "suffix", arg = "SUFFIX", help = "for backups, not ~" },
    { nil, "strip-trailing-slashes", help = "from each SOURCE" },
    { "Z", "context", help = "accepted, not used" },
    { "v", "verbose", help = "say what was moved" },
  },
  operands = { min = 1 },
}

local function newer(source, there)
  local a, b = source.st_mtime, there.st_mtime
  return a > b or a == b and source.st_mtime_nsec > there.st_mtime_nsec
end

-- May destination be replaced? true; false: not wanted; nil, err
local function may_replace(opts, source, destination, there)
  if opts.no_clobber then return false end
  local from = S.lstat(source)
  if opts.update and from and not newer(from, there) then return false end
  if opts.force then return true end
  local protected = not opts.interactive and S.isatty(0) and not there.islnk
    and not S.access(destination, "w")
  if opts.interactive or protected then
    return target.ask(("mv: %s '%s'? "):format(
      protected and "replace write-protected" or "overwrite", destination))
  end
  return true
end

local function across(opts, source, destination, there)
  if there then
    -- the copy must not go through links or into a directory
    local ok, err = S.unlinkat(nil, destination, there.isdir and "removedir" or 0)
    if not ok then return nil, err end
  end
  local copier = require("fs.copy").new {
    recursive = true, follow = "none", mode = true, owner = true, times = true, links = true,
    failed = cli.warn,
    copied = opts.verbose and function(from, to)
      io.write(("copied '%s' -> '%s'\n"):format(from, to))
    end or nil,
  }
  -- what could not be copied whole is not removed
  if not copier:tree(source, destination) then return false end
  require("fs.remove").tree(source, {
    recursive = true, failed = cli.warn,
    removed = opts.verbose and function(entry, is_directory)
      io.write(is_directory and "removed directory '" or "removed '", entry.path, "'\n")
    end or nil,
  })
  return true
end

local function move(opts, plan, source, destination)
  local from, absent = S.lstat(source)
  if not from then return nil, absent, source end
  local there = S.lstat(destination)
  if there then
    local is_same = from.ino == there.ino and from.st_dev == there.st_dev
    if is_same and (not plan or source == destination) then
      if from.nlink == 1 or source == destination or from.isdir then
        return nil, ("'%s' and '%s' are the same file"):format(source, destination)
      end
      -- two names of one file: rename(2) would leave both
      return S.unlink(source)
    end
    local ok, err = may_replace(opts, source, destination, there)
    if not ok then return ok, err, destination end
    if from.isdir and not there.isdir and not plan then
      return nil, "cannot overwrite non-directory with directory", destination
    elseif not from.isdir and there.isdir and not plan then
      return nil, "cannot overwrite directory with non-directory", destination
    end
    if plan then
      local name, failure = require("fs.backup").make(destination, plan)
      if not name then return nil, failure, destination end
      there = nil
    end
  end
  local ok, err = S.rename(source, destination)
  if not ok and err.XDEV then return across(opts, source, destination, there) end
  if not ok and err.INVAL and from.isdir then
    return nil, ("cannot move to a subdirectory of itself, '%s'"):format(destination), source
  end
  if ok and opts.verbose then io.write(("renamed '%s' -> '%s'\n"):format(source, destination)) end
  return ok, err, err and not err.NOENT and destination or source
end

---@param opts table
---@param args string[]
---@return true? ok
---@return string? err
function applet.run(opts, args)
  local plan, problem = require("fs.backup").plan(opts)
  if problem then return nil, problem end
  if opts.strip_trailing_slashes then
    for i, source in ipairs(args) do args[i] = source:gsub("(.)/+$", "%1") end
  end
  local list, object, err = target.pairs(args, opts)
  if not list then
    cli.warn(object, err)
    return true
  end
  for _, pair in ipairs(list) do
    local ok, failure, what = move(opts, plan, pair[1], pair[2])
    if ok == nil then cli.warn(what or pair[1], failure) end
  end
  return true
end

return applet
