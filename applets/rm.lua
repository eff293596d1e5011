-- applets/rm.lua - remove files and directories
--
-- Layer: applet; calls S, fs.remove.
-- Follows POSIX rm and GNU's options; / . and .. are refused.

local S = require "syscall"
local cli = require "cli"

local applet = {
  summary = "remove files and directories",
  usage = "[-rRfidvI] FILE...",
  options = {
    { "r", "recursive", help = "remove directories and what is in them" },
    { "R", nil, help = "same" },
    { "f", "force", help = "no questions, no error for what is not there",
      clears = { "i", "I", "interactive" } },
    { "i", nil, help = "ask before each removal", clears = { "force", "I", "interactive" } },
    { "I", nil, help = "ask once, for -r or more than three files",
      clears = { "force", "i", "interactive" } },
    { nil, "interactive", arg = "WHEN", optional = true, help = "never, once (-I) or always (-i)" },
    { "d", "dir", help = "remove empty directories" },
    { "v", "verbose", help = "say what was removed" },
    { nil, "one-file-system", help = "stay on the file system of each FILE" },
    { nil, "preserve-root", help = "refuse / (default)" },
    { nil, "no-preserve-root", help = "do not" },
  },
  examples = { { "rm -rf build", "a tree, without questions" } },
}

local KIND = {
  file = "regular file", directory = "directory", link = "symbolic link", fifo = "fifo",
  char = "character special file", block = "block special file", socket = "socket",
}

local function kind_of(entry)
  local status = entry:status()
  if status and status.type == "file" and status.size == 0 then return "regular empty file" end
  return KIND[entry.type] or "file"
end

-- Questions, as POSIX rm has them: with -i always, without -f for files that cannot be
-- written when a person is there to answer.
local function questions(always)
  local target = require "fs.target"
  local function protected(entry)
    if always or entry.type == "link" then return "" end
    if S.faccessat(entry.parent, entry.at, "w") then return nil end
    return "write-protected "
  end
  local function is_empty(entry)
    local fd <close> = entry:open("rdonly, directory")
    local names = fd and require("fs.dir").list(fd)
    return names ~= nil and names[1] == nil
  end
  local function descend(entry)
    if is_empty(entry) then return true end -- one question is enough
    local how = protected(entry)
    if not how then return true end
    return target.ask(("rm: descend into %sdirectory '%s'? "):format(how, entry.path))
  end
  local function confirm(entry)
    local how = protected(entry)
    if not how or entry.type == "link" and not always then return true end
    return target.ask(("rm: remove %s%s '%s'? "):format(how, kind_of(entry), entry.path))
  end
  return descend, confirm
end

---@param opts table
---@param args string[]
---@return true? ok
---@return any err
function applet.run(opts, args)
  if not args[1] then
    if opts.force then return true end
    cli.usage("no file given")
  end
  local when = opts.interactive == true and "always" or opts.interactive
  local recursive = opts.recursive or opts.R
  local always = (opts.i or when == "always" or when == "yes") and not opts.force
  local once = (opts.I or when == "once") and not always

  if once and (recursive or #args > 3) then
    local question = ("rm: remove %d argument%s%s? "):format(#args, #args == 1 and "" or "s",
      recursive and " recursively" or "")
    if not require("fs.target").ask(question) then return true end
  end

  local options = {
    recursive = recursive, empty_directories = opts.dir, one_file_system = opts.one_file_system,
    failed = cli.warn,
  }
  -- with once, no more questions
  if always or not opts.force and not once and S.isatty(0) then
    options.descend, options.confirm = questions(always)
  end
  if opts.verbose then
    options.removed = function(entry, is_directory)
      io.write(is_directory and "removed directory '" or "removed '", entry.path, "'\n")
    end
  end
  if opts.force then
    options.failed = function(path, err)
      local absent = type(err) ~= "string" and (err.NOENT or err.NOTDIR)
      if not absent then cli.warn(path, err) end
    end
  end

  local remove = require "fs.remove"
  for _, path in ipairs(args) do
    if path:find("^/+$") and recursive and not opts.no_preserve_root then
      cli.warn(path, "refusing to remove the root directory (--no-preserve-root)")
    elseif path:find("^%.%.?/*$") or path:find("/%.%.?/*$") then
      cli.warn(path, "refusing to remove '.' or '..' directory")
    else
      remove.tree(path, options)
    end
  end
  return true
end

return applet
