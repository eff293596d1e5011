-- text/grep.lua - print lines that match a pattern: grep, egrep and fgrep
--
-- Layer: applet under several names (variant.lua); calls S, text.regex, text.lines; fs.walk for -r.
-- Follows POSIX grep and GNU's options and texts; exit status 0: a line was
-- selected, 1: none, 2: trouble.

local S = require "syscall"
local cli = require "cli"
local regex = require "text.regex"
local lines = require "text.lines"

local applet = {
  summary = "print lines that match a pattern",
  usage = "[OPTION]... PATTERNS [FILE]...",
  options = {
    { "E", "extended-regexp", help = "patterns are extended regular expressions" },
    { "F", "fixed-strings", help = "patterns are plain strings" },
    { "G", "basic-regexp", help = "patterns are basic regular expressions (default)" },
    { "e", "regexp", arg = "PATTERNS", many = true, help = "match these, one a line" },
    { "f", "file", arg = "FILE", many = true, help = "match the patterns in FILE" },
    { "i", "ignore-case", help = "small and large letters are the same" },
    { "y", nil, help = "same as -i" },
    { nil, "no-ignore-case", help = "they differ (default)" },
    { "w", "word-regexp", help = "match whole words" },
    { "x", "line-regexp", help = "match whole lines" },
    { "v", "invert-match", help = "select the lines that do not match" },
    { "c", "count", help = "print only the number of selected lines" },
    { "l", "files-with-matches", help = "print only names of files with selected lines" },
    { "L", "files-without-match", help = "print only names of files without" },
    { "m", "max-count", arg = "N", type = "integer",
      help = "stop after N selected lines of a file" },
    { "o", "only-matching", help = "print only what matched" },
    { "q", "quiet", help = "print nothing; the exit status tells" },
    { nil, "silent", help = "same as --quiet" },
    { "s", "no-messages", help = "no messages on files that cannot be read" },
    { "b", "byte-offset", help = "print where in the file a line begins" },
    { "H", "with-filename", help = "print the file's name with each line" },
    { "h", "no-filename", help = "never print it" },
    { nil, "label", arg = "NAME", help = "the name of standard input" },
    { "n", "line-number", help = "print the line's number" },
    { "T", "initial-tab", help = "put a tab before the line" },
    { "Z", "null", help = "end names with NUL" },
    { "z", "null-data", help = "lines end with NUL" },
    { "A", "after-context", arg = "N", type = "integer", help = "print N lines behind, too" },
    { "B", "before-context", arg = "N", type = "integer", help = "print N lines before, too" },
    { "C", "context", arg = "N", type = "integer", help = "print N lines before and behind" },
    { nil, "group-separator", arg = "TEXT", help = "between groups of lines (--)" },
    { nil, "no-group-separator", help = "put nothing there" },
    { "a", "text", help = "binary files are text" },
    { "I", nil, help = "binary files do not match" },
    { nil, "binary-files", arg = "HOW", help = "binary, text or without-match" },
    { "U", "binary", help = "accepted, not used" },
    { "r", "recursive", help = "search directories; follow links only on the command line" },
    { "R", "dereference-recursive", help = "search directories, follow links" },
    { "d", "directories", arg = "HOW", help = "read, skip or recurse" },
    { "D", "devices", arg = "HOW", help = "read or skip" },
    { nil, "include", arg = "GLOB", many = true, help = "search only files named so" },
    { nil, "exclude", arg = "GLOB", many = true, help = "skip files named so" },
    { nil, "exclude-from", arg = "FILE", many = true, help = "skip files named as in FILE" },
    { nil, "exclude-dir", arg = "GLOB", many = true, help = "skip directories named so" },
    { nil, "color", arg = "WHEN", optional = true,
      help = "colour what matched: always, never, auto" },
    { nil, "colour", arg = "WHEN", optional = true, help = "same" },
    { nil, "line-buffered", help = "write each line at once" },
  },
  digits = "context", -- grep -3
  usage_status = 2,
  examples = {
    { "grep -rn TODO src", "every TODO, with file and line" },
    { "ps aux | grep -v root", "lines without root" },
  },
}

-- ---- what to look for

local function add_patterns(list, text)
  text = text .. "\n"
  for pattern in text:gmatch("(.-)\n") do list[#list + 1] = pattern end
end

local function read_all(name)
  local fd, err = 0, nil
  if name ~= "-" then fd, err = S.open(name) end
  if not fd then return nil, err end
  local reader <close> = lines.reader(fd)
  local list = {}
  for line in reader.line, reader do list[#list + 1] = line end
  if reader:failed() then return nil, reader:failed() end
  return list
end

---@return table? re
---@return string? err
local function compile(opts, args)
  local patterns = {}
  for _, text in ipairs(opts.regexp or {}) do add_patterns(patterns, text) end
  for _, name in ipairs(opts.file or {}) do
    local list, err = read_all(name)
    if not list then return nil, ("%s: %s"):format(name, tostring(err)) end
    table.move(list, 1, #list, #patterns + 1, patterns)
  end
  if not opts.regexp and not opts.file then
    if not args[1] then cli.usage("no pattern given") end
    add_patterns(patterns, table.remove(args, 1))
  end
  local flags = opts.fixed_strings and "Fn" or opts.extended_regexp and "En" or "n"
  if (opts.ignore_case or opts.y) and not opts.no_ignore_case then flags = flags .. "i" end
  if opts.line_regexp then
    flags = flags .. "x"
  elseif opts.word_regexp then
    flags = flags .. "w"
  end
  if require("text.locale").is_utf8() then flags = flags .. "u" end
  return regex.compile(patterns, flags)
end

-- ---- printing

local COLOR = {
  match = "\27[01;31m\27[K", name = "\27[35m\27[K", number = "\27[32m\27[K",
  separator = "\27[36m\27[K", off = "\27[m\27[K",
}

local function wants_color(opts)
  local when = opts.color or opts.colour
  if when == true then when = "auto" end
  if when == "always" or when == "yes" or when == "force" then return true end
  if not (when == "auto" or when == "tty" or when == "if-tty") then return false end
  local term = os.getenv("TERM")
  return S.isatty(1) and term and term ~= "dumb"
end

-- A function that writes what stands before a line: name, number, offset.
local function prefix_writer(opts, name, color)
  local function part(text, paint, mark)
    if not color then return text .. mark end
    return paint .. text .. COLOR.off .. COLOR.separator .. mark .. COLOR.off
  end
  return function(mark, number, offset)
    local out = {}
    if name then
      if opts.null then
        out[1] = (color and COLOR.name .. name .. COLOR.off or name) .. "\0"
      else
        out[1] = part(name, COLOR.name, mark)
      end
    end
    if opts.line_number then out[#out + 1] = part(tostring(number), COLOR.number, mark) end
    if opts.byte_offset then out[#out + 1] = part(tostring(offset), COLOR.number, mark) end
    if opts.initial_tab and out[1] then out[#out + 1] = "\t" end
    return table.concat(out)
  end
end

-- Every match of a line that is not empty: start, stop. One that is too hard to find ends them,
-- and is in self.fault.
local function matches(self, line)
  local re, at = self.re, 1
  return function()
    while at <= #line do
      local first, last = re:find(line, at)
      if not first then
        self.fault = last
        return nil
      end
      at = math.max(last, first) + 1
      if last >= first then return first, last end
    end
  end
end

local function painted(self, line)
  local out, at = {}, 1
  for first, last in matches(self, line) do
    out[#out + 1] = line:sub(at, first - 1)
    out[#out + 1] = COLOR.match .. line:sub(first, last) .. COLOR.off
    at = last + 1
  end
  return table.concat(out) .. line:sub(at)
end

-- ---- one file

-- Print selected lines with all that may go with them; returns their number.
local function print_lines(self, reader, name)
  local opts, re, max = self.opts, self.re, self.max
  local ending = self.delimiter
  local prefix = prefix_writer(opts, name, self.color)
  local before, after = self.before, self.after
  local held, count, trailing, last_shown = {}, 0, 0, 0
  local offset, number = 0, 0

  local function show(mark, line, line_number, line_offset, selected)
    if selected and opts.only_matching then
      if opts.invert_match then return end
      for first, last in matches(self, line) do
        local text = line:sub(first, last)
        if self.color then text = COLOR.match .. text .. COLOR.off end
        io.write(prefix(mark, line_number, line_offset + first - 1), text, ending)
      end
    elseif not opts.only_matching then
      if self.color and selected ~= (opts.invert_match or false) then line = painted(self, line) end
      io.write(prefix(mark, line_number, line_offset), line, ending)
    end
    if opts.line_buffered then io.stdout:flush() end
  end

  if not self.context then
    -- the search itself passes over the lines that are not wanted
    while count < max do
      local line, ended = re:next(reader, opts.invert_match)
      if not line then return count, ended end
      count = count + 1
      offset, number = reader:tell()
      show(":", line, ended and number or number + 1, offset - #line - (ended and 1 or 0), true)
      if self.fault then return count, self.fault end
    end
    return count
  end

  for line, ended in reader.line, reader do
    number = number + 1
    local found, fault = re:find(line)
    if not found and fault then return count, fault end
    local selected = count < max and (found ~= nil) ~= (opts.invert_match or false)
    if selected then
      count = count + 1
      local first = held[1] and held[1][2] or number
      if self.separator and self.printed and (last_shown == 0 or first ~= last_shown + 1) then
        io.write(self.color and COLOR.separator .. self.separator .. COLOR.off or self.separator,
          "\n")
      end
      for _, item in ipairs(held) do show("-", item[1], item[2], item[3], false) end
      held = {}
      show(":", line, number, offset, true)
      trailing, last_shown, self.printed = after, number, true
    elseif trailing > 0 then
      show("-", line, number, offset, false)
      trailing, last_shown = trailing - 1, number
    else
      if count >= max then break end
      if before > 0 then
        if #held == before then table.remove(held, 1) end
        held[#held + 1] = { line, number, offset }
      end
    end
    offset = offset + #line + (ended and 1 or 0)
  end
  return count, reader:failed()
end

-- Search one open file; returns the number of selected lines.
local function search(self, fd, name)
  local opts, re = self.opts, self.re
  local reader = self.reader
  if reader then
    reader:reset(fd)
  else
    reader = lines.reader(fd, self.delimiter, nil, opts.line_number)
    self.reader = reader
  end
  local shown_name = self.with_name and name or nil
  local invert = opts.invert_match

  local binary = not self.as_text and self.delimiter ~= "\0" and reader:has("\0")
  if binary and self.skip_binary then return 0 end
  if opts.quiet or opts.silent or self.list then
    local count, err = re:count(reader, invert, math.min(1, self.max))
    if self.list and (count and count > 0) == (self.list == "with") then
      io.write(self.color and COLOR.name .. name .. COLOR.off or name, opts.null and "\0" or "\n")
    end
    return count, err
  end
  if opts.count then
    local count, err, partial = re:count(reader, invert, self.max)
    local prefix = shown_name and shown_name .. (opts.null and "\0" or ":") or ""
    io.write(prefix, count or partial, "\n")
    return count, err
  end
  if binary then
    local count, err = re:count(reader, invert, math.min(1, self.max))
    if count and count > 0 and not (opts.only_matching and invert) then
      io.write("grep: ", name, ": binary file matches\n")
    end
    return count, err
  end
  if self.plain and not shown_name then
    local count, err, side, partial = re:copy(reader, 1, invert, self.max)
    if fd == 0 then reader:give_back() end
    if side == "write" then
      self.stop = true -- nothing more can be shown
      return nil, "write error: " .. tostring(err)
    end
    return count or partial, err
  end
  local count, err = print_lines(self, reader, shown_name)
  if fd == 0 then reader:give_back() end
  return count, err
end

-- ---- which files

local function any_matches(globs, name)
  for _, pattern in ipairs(globs) do
    if name:find(pattern) then return true end
  end
  return false
end

local function compile_globs(list)
  local glob = require "text.glob"
  local out = {}
  for i, text in ipairs(list) do out[i] = glob.to_pattern((text:gsub("/+$", ""))) end
  return out
end

-- What --include, --exclude and --exclude-dir say of a name.
local function name_filter(opts)
  if not (opts.include or opts.exclude or opts.exclude_from or opts.exclude_dir) then return nil end
  local excluded = opts.exclude or {}
  for _, name in ipairs(opts.exclude_from or {}) do
    local list = read_all(name)
    for _, text in ipairs(list or {}) do excluded[#excluded + 1] = text end
  end
  local include = opts.include and compile_globs(opts.include)
  local exclude, exclude_dir = compile_globs(excluded), compile_globs(opts.exclude_dir or {})
  return function(name, is_dir)
    if is_dir then return not any_matches(exclude_dir, name) end
    return not any_matches(exclude, name) and (not include or any_matches(include, name))
  end
end

local function report(self, name, err)
  self.trouble = true
  if not self.opts.no_messages then cli.warn(name, err) end
end

local function search_file(self, fd, name)
  -- a file must not be searched while what is found goes to its end
  if self.prints and require("text.copy").same_file(fd, 1) then
    return report(self, name, "input file is also the output")
  end
  local count, err = search(self, fd, name)
  if err then report(self, not self.stop and name or nil, err) end
  if count and (count > 0) ~= (self.list == "without") then self.found = true end
end

local function search_tree(self, root, filter)
  local walk = require "fs.walk"
  local options = { follow = self.opts.dereference_recursive and "all" or "operands" }
  for entry, err in walk.each(root, options) do
    if self.stop then break end
    if err then
      report(self, entry.path, err)
    elseif entry.type == "directory" then
      if filter and entry.depth > 0 and not filter(entry.name, true) then entry:skip() end
    elseif entry.type == "file" or entry.depth == 0 then
      if not filter or filter(entry.name, false) then
        local fd, failure = entry:open("rdonly, nonblock")
        local name = entry.path
        if root == "." and self.implied_root then name = name:gsub("^%./", "") end
        if fd then
          search_file(self, fd, name)
          fd:close()
        else
          report(self, name, failure)
        end
      end
    end
  end
end

local function search_operand(self, name, filter)
  if name == "-" then
    return search_file(self, 0, self.opts.label or "(standard input)")
  end
  if self.recursive then return search_tree(self, name, filter) end
  if filter and not filter(name:match("[^/]+$") or name, false) then return end
  local fd, err = S.open(name)
  if not fd then return report(self, name, err) end
  local skip = self.opts.directories == "skip" and S.fstat(fd).isdir
  if not skip then search_file(self, fd, name) end
  fd:close()
end

---@param opts table
---@param args string[]
---@return integer status
function applet.run(opts, args)
  local re, err = compile(opts, args)
  if not re then
    cli.warn(nil, err)
    return 2
  end
  local how = opts.directories
  if how and how ~= "read" and how ~= "skip" and how ~= "recurse" then
    cli.usage(("--directories: read, skip or recurse expected, not %s"):format(how))
  end
  local self = {
    opts = opts, re = re,
    recursive = opts.recursive or opts.dereference_recursive or how == "recurse",
    delimiter = opts.null_data and "\0" or "\n",
    max = opts.max_count and opts.max_count >= 0 and opts.max_count or math.maxinteger,
    after = opts.after_context or opts.context or 0,
    before = opts.before_context or opts.context or 0,
    context = opts.after_context or opts.before_context or opts.context,
    separator = not opts.no_group_separator and (opts.group_separator or "--") or nil,
    list = opts.files_with_matches and "with" or opts.files_without_match and "without" or nil,
    as_text = opts.text or opts.binary_files == "text",
    skip_binary = opts.I or opts.binary_files == "without-match",
    color = wants_color(opts),
  }
  self.plain = not (opts.line_number or opts.byte_offset or opts.only_matching or opts.initial_tab
    or self.color or opts.line_buffered or self.context)
  if not args[1] then
    args = { self.recursive and "." or "-" }
    self.implied_root = self.recursive
  end
  self.with_name = not opts.no_filename
    and (opts.with_filename or #args > 1 or self.recursive and args[1] ~= "-")
  local silent = opts.quiet or opts.silent
  self.prints = not (silent or self.list or opts.count)

  local filter = name_filter(opts)
  for _, name in ipairs(args) do
    search_operand(self, name, filter)
    if silent and self.found then return 0 end
    if self.stop then break end
  end
  return self.trouble and 2 or self.found and 0 or 1
end

return applet
