-- applets/ls.lua - list directories
--
-- Layer: applet; calls S and fs.dir; fs.listing for all that an option asks for.
-- Follows POSIX ls and GNU's options; names are in the order of their bytes. Exit status
-- 2: an operand cannot be listed, 1: something below one cannot.

local S = require "syscall"
local cli = require "cli"
local dir = require "fs.dir"

local applet = {
  summary = "list directories",
  usage = "[OPTION]... [FILE]...",
  json = true,
  options = {
    { "a", "all", help = "names that begin with a dot, too", clears = { "almost_all" } },
    { "A", "almost-all", help = "these, but not . and ..", clears = { "all" } },
    { "l", nil, help = "one a line with permissions, owner, size and time",
      clears = { "one", "C", "x", "m" } },
    { "1", "one", help = "one name a line", clears = { "C", "x", "m" } },
    { "C", nil, help = "in columns", clears = { "one", "x", "m", "l", "g", "o" } },
    { "x", nil, help = "in columns, sorted across", clears = { "one", "C", "m", "l", "g", "o" } },
    { "m", nil, help = "with commas between", clears = { "one", "C", "x", "l", "g", "o" } },
    { nil, "format", arg = "WORD", help = "across, commas, long, single-column or vertical" },
    { nil, "zero", help = "end lines with NUL" },
    { "R", "recursive", help = "what is in directories, too" },
    { "d", "directory", help = "directories themselves, not what is in them" },
    { "L", "dereference", help = "follow symbolic links" },
    { "H", "dereference-command-line", help = "follow those named as FILE" },
    { nil, "dereference-command-line-symlink-to-dir", help = "when they lead to directories" },
    { "F", "classify", arg = "WHEN", optional = true,
      help = "a mark behind names: / directory, * program, @ link, | fifo, = socket" },
    { "p", nil, help = "/ behind directories" },
    { nil, "file-type", help = "as -F, without *" },
    { nil, "indicator-style", arg = "WORD", help = "none, slash, file-type or classify" },
    { "i", "inode", help = "the number of the inode" },
    { "s", "size", help = "how much the file occupies" },
    { "h", "human-readable", help = "sizes such as 1.5K" },
    { nil, "si", help = "same, in powers of 1000" },
    { "k", "kibibytes", help = "blocks of 1024 bytes (default)" },
    { nil, "block-size", arg = "SIZE", help = "sizes in these units" },
    { "n", "numeric-uid-gid", help = "as -l, owners as numbers" },
    { "g", nil, help = "as -l, without owner" },
    { "o", nil, help = "as -l, without group" },
    { "G", "no-group", help = "no group in -l" },
    { nil, "author", help = "the author, which is the owner, in -l" },
    { "t", nil, help = "newest first", clears = { "S", "X", "v", "U", "sort" } },
    { "S", nil, help = "largest first", clears = { "t", "X", "v", "U", "sort" } },
    { "X", nil, help = "by extension", clears = { "S", "t", "v", "U", "sort" } },
    { "v", nil, help = "by version number", clears = { "S", "X", "t", "U", "sort" } },
    { "U", nil, help = "not sorted", clears = { "S", "X", "v", "t", "sort" } },
    { "f", nil, help = "as -aU" },
    { nil, "sort", arg = "WORD", help = "none, size, time, version, extension, width or name",
      clears = { "S", "X", "v", "t", "U" } },
    { "r", "reverse", help = "the other way round" },
    { nil, "group-directories-first", help = "directories first" },
    { "c", nil, help = "time of the last change of status", clears = { "u", "time" } },
    { "u", nil, help = "time of the last access", clears = { "c", "time" } },
    { nil, "time", arg = "WORD", help = "atime, ctime or mtime", clears = { "c", "u" } },
    { nil, "full-time", help = "as -l, with the whole time" },
    { nil, "time-style", arg = "STYLE", help = "full-iso, long-iso, iso, locale or +FORMAT" },
    { "w", "width", arg = "N", type = "integer", help = "width of a line; 0: no limit" },
    { "T", "tabsize", arg = "N", help = "accepted, not used" },
    { nil, "color", arg = "WHEN", optional = true, help = "colours: always, never or auto" },
    { "q", "hide-control-chars", help = "? for control characters" },
    { nil, "show-control-chars", help = "show them as they are" },
    { "b", "escape", help = "backslashes for them", clears = { "literal", "quote_name" } },
    { "Q", "quote-name", help = "names in double quotes", clears = { "literal", "escape" } },
    { "N", "literal", help = "names as they are", clears = { "quote_name", "escape" } },
    { nil, "quoting-style", arg = "WORD", help = "literal, shell, shell-escape, c or escape" },
    { "I", "ignore", arg = "GLOB", many = true, help = "without names that match" },
    { nil, "hide", arg = "GLOB", many = true, help = "same, unless -a or -A" },
    { "B", "ignore-backups", help = "without names that end in ~" },
    { "Z", "context", help = "the security context: always ?" },
  },
  examples = {
    { "ls -la", "everything, with all details" },
    { "ls -lhS --group-directories-first", "the largest first" },
  },
}

-- The commonest case: names of one directory, one a line.
local function list_plain(path)
  local fd, err = S.open(path, "rdonly, directory")
  if not fd then return nil, err end
  local names
  names, err = dir.list(fd)
  if not names then return nil, err end
  local shown = {}
  for _, name in ipairs(names) do
    if name:byte() ~= 46 then shown[#shown + 1] = name end
  end
  table.sort(shown)
  if shown[1] then io.write(table.concat(shown, "\n"), "\n") end
  return true
end

---@param opts table
---@param args string[]
---@return integer|true|nil status
---@return any err
function applet.run(opts, args)
  if not next(opts) and not args[2] and not S.isatty(1) then
    local path = args[1] or "."
    local ok, err = list_plain(path)
    if ok then return true end
    if not err.NOTDIR then
      cli.warn(path, err)
      return 2
    end
  end
  return require("fs.listing").run(opts, args)
end

return applet
