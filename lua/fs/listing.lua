-- lua/fs/listing.lua - what ls does, in all its ways
--
-- Layer: library; calls S, cli and fs.dir; fs.long, fs.colors, text.columns and text.names
-- when they are needed. Entries are read into tables first and printed last.

local S = require "syscall"
local cli = require "cli"
local dir = require "fs.dir"

local listing = {}

-- ---- what is to be done: one table made of the options

local SORTS = {
  none = "U", size = "S", time = "t", extension = "X", version = "v", name = "name",
    width = "width",
}
local FORMATS = {
  long = "long", verbose = "long", ["single-column"] = "single", vertical = "columns",
  across = "across", horizontal = "across", commas = "commas",
}
local TIMES = {
  atime = "atime", access = "atime", use = "atime", ctime = "ctime", status = "ctime",
  mtime = "mtime", modification = "mtime",
}
local INDICATORS = { none = "none", slash = "slash", ["file-type"] = "type", classify = "all" }
local STYLES = {
  literal = "literal", shell = "shell", ["shell-always"] = "shell", ["shell-escape"] = "shell",
  ["shell-escape-always"] = "shell", c = "c", ["c-maybe"] = "c", escape = "escape", locale = "c",
}

local function word(opts, key, words, option)
  local text = opts[key]
  if not text or text == true then return text end
  local found = words[text]
  if not found then cli.usage(("--%s: unknown word %s"):format(option, text)) end
  return found
end

local function when(opts, key, tty)
  local text = opts[key]
  if text == true or text == "always" or text == "yes" or text == "force" then return true end
  return (text == "auto" or text == "tty" or text == "if-tty") and tty
end

local function terminal_width(opts)
  if opts.width then return opts.width == 0 and math.maxinteger or opts.width end
  local columns = tonumber(os.getenv("COLUMNS") or "")
  if columns and columns > 0 then return math.tointeger(columns) or 80 end
  local size = S.tcgetwinsize(1)
  return size and size.col > 0 and size.col or 80
end

-- How sizes and blocks are written.
local function size_writers(opts)
  local sizes = require "text.size"
  local base = opts.human_readable and 1024 or opts.si and 1000
  local unit, scale = 1024, nil
  if opts.block_size then
    if opts.block_size == "human-readable" then
      base = 1024
    elseif opts.block_size == "si" then
      base = 1000
    else
      scale = sizes.parse(opts.block_size)
      if not scale or scale < 1 then cli.usage("invalid block size: " .. opts.block_size) end
      unit = scale
    end
  end
  if base then
    local function human(bytes) return sizes.human(bytes, base) end
    return human, function(status) return human(status.blocks * 512) end, human
  end
  local function blocks(bytes) return tostring(sizes.blocks(bytes, unit)) end
  return scale and blocks or tostring, function(status) return blocks(status.blocks * 512) end,
    blocks
end

local function hidden_rule(opts)
  local globs = {}
  for _, text in ipairs(opts.ignore or {}) do globs[#globs + 1] = text end
  local shown = opts.all or opts.almost_all or opts.f
  if not shown then
    for _, text in ipairs(opts.hide or {}) do globs[#globs + 1] = text end
  end
  local patterns = {}
  for i, text in ipairs(globs) do patterns[i] = require("text.glob").to_pattern(text) end
  return function(name)
    if not shown and name:byte() == 46 then return true end
    if opts.ignore_backups and name:sub(-1) == "~" then return true end
    for _, pattern in ipairs(patterns) do
      if name:find(pattern) then return true end
    end
    return false
  end
end

local function settle(opts)
  local tty = S.isatty(1) or false
  local self = { opts = opts, hidden = hidden_rule(opts) }
  self.all = opts.all or opts.f
  self.long = (opts.l or opts.g or opts.o or opts.numeric_uid_gid or opts.full_time
    or word(opts, "format", FORMATS, "format") == "long") and not (opts.one or opts.C)
  self.format = self.long and "long" or opts.C and "columns" or opts.x and "across"
    or opts.m and "commas" or opts.one and "single" or opts.zero and "single"
    or word(opts, "format", FORMATS, "format") or tty and "columns" or "single"
  self.sort = (opts.U or opts.f) and "U" or opts.S and "S" or opts.t and "t" or opts.X and "X"
    or opts.v and "v" or word(opts, "sort", SORTS, "sort") or nil
  self.time = opts.u and "atime" or opts.c and "ctime" or word(opts, "time", TIMES, "time")
    or "mtime"
  -- a time that is shown by no -l is sorted by
  if not self.sort then
    local sort_time = (opts.u or opts.c or opts.time) and not self.long
    self.sort = sort_time and "t" or "name"
  end
  self.reverse = opts.reverse
  self.color = when(opts, "color", tty) and require("fs.colors").reader()
  self.indicator = word(opts, "indicator_style", INDICATORS, "indicator-style")
    or opts.p and "slash" or opts.file_type and "type" or nil
  if when(opts, "classify", tty) then self.indicator = "all" end
  if self.indicator == "none" then self.indicator = nil end
  self.follow = opts.dereference and "all" or opts.dereference_command_line and "operands" or nil
  self.end_of_line = opts.zero and "\0" or "\n"

  local names = require "text.names"
  local style = opts.literal and "literal" or opts.escape and "escape" or opts.quote_name and "c"
    or word(opts, "quoting_style", STYLES, "quoting-style")
  if opts.hide_control_chars and (not style or style == "literal") then style = "hide" end
  if not style or opts.json then style = tty and not opts.json and "shell" or "literal" end
  if style == "literal" and tty and not opts.show_control_chars then style = "hide" end
  self.write_name = names[style]
  self.aligned = style == "shell" and (self.format ~= "single" and self.format ~= "commas")

  self.with_status = self.long or opts.inode or opts.size or self.color
    or self.indicator == "all"
    or self.sort == "S" or self.sort == "t" or opts.json or opts.group_directories_first
  self.size, self.blocks, self.total = size_writers(opts)
  if self.format ~= "single" and self.format ~= "long" then self.width = terminal_width(opts) end
  self.utf8 = require("text.locale").is_utf8()
  return self
end

-- ---- entries

local function report(self, path, err, status)
  self.status = math.max(self.status or 0, status)
  cli.warn(path, err)
end

-- Fill in what the options need to know of an entry; false: it is gone.
local function look(self, entry, parent, is_operand)
  local follow = self.follow == "all" or self.follow == "operands" and is_operand
  local status, err = dir.status(parent, entry.at, follow)
  if not status and follow then
    status = dir.status(parent, entry.at)
    entry.broken = true
  end
  if not status then
    report(self, entry.path or entry.name, err, is_operand and 2 or 1)
    return is_operand == nil -- listed without its status
  end
  entry.status, entry.type = status, status.type
  if status.type == "link" and (self.long or self.color or self.opts.json
    or self.opts.group_directories_first) then
    entry.target = S.readlinkat(parent, entry.at)
    local there = dir.status(parent, entry.at, true)
    entry.target_status = there
    if not there then entry.broken = true end
  end
  return true
end

-- For what vanished meanwhile: an order must hold for all entries.
local GONE = setmetatable({}, { __index = function() return 0 end })

local COMPARE = {
  S = function(a, b)
    local x, y = (a.status or GONE).size, (b.status or GONE).size
    if x ~= y then return x > y end
  end,
  X = function(a, b)
    local x, y = a.name:match("%.[^.]*$") or "", b.name:match("%.[^.]*$") or ""
    if x ~= y then return x < y end
  end,
  v = function(a, b)
    local order = require("text.sort").versions(a.name, b.name)
    if order ~= 0 then return order < 0 end
  end,
  width = function(a, b)
    if #a.name ~= #b.name then return #a.name < #b.name end
  end,
}

local function sort_entries(self, entries)
  local kind = self.sort
  local directories_first = self.opts.group_directories_first
  if kind == "U" then return end
  local by = COMPARE[kind]
  if kind == "t" then
    local nsec = self.time .. "_nsec"
    function by(a, b)
      local x, y = a.status or GONE, b.status or GONE
      if x[self.time] ~= y[self.time] then return x[self.time] > y[self.time] end
      if x[nsec] ~= y[nsec] then return x[nsec] > y[nsec] end
    end
  end
  local reverse = self.reverse
  local function is_directory(entry)
    local target = entry.target_status
    return entry.type == "directory" or target ~= nil and target.type == "directory"
  end
  table.sort(entries, function(a, b)
    if directories_first then
      local x, y = is_directory(a), is_directory(b)
      if x ~= y then return x end
    end
    if reverse then a, b = b, a end
    local before = by and by(a, b)
    if before == nil then return a.name < b.name end
    return before
  end)
end

-- ---- output

local MARKS = { directory = "/", link = "@", fifo = "|", socket = "=" }

local function mark_of(self, type, status)
  if self.indicator == "slash" then return type == "directory" and "/" or "" end
  if MARKS[type] then return MARKS[type] end
  if self.indicator == "all" and type == "file" and status and status.mode & 0x49 ~= 0 then
    return "*"
  end
  return ""
end

local function paint(self, name, type, status, broken)
  local text = self.write_name(name)
  if not self.color then return text end
  local code = self.color(name, type, status and status.mode, broken)
  return code and ("\27[0m\27[%sm%s\27[0m"):format(code, text) or text
end

-- The name as it is shown, and its width on the screen (without colour).
local function show_name(self, entry, padded)
  local shown = paint(self, entry.name, entry.type, entry.status, entry.broken)
  local plain = self.color and self.write_name(entry.name) or shown
  local lead = padded and not plain:find("^['\"]") and " " or ""
  local mark = ""
  if self.indicator and not (self.long and entry.type == "link") then
    mark = mark_of(self, entry.type, entry.status)
  end
  if self.long and entry.target then
    local there = entry.target_status
    mark = " -> " .. paint(self, entry.target, there and there.type or "link", there, entry.broken)
    if self.indicator and there then mark = mark .. mark_of(self, there.type, there) end
  end
  return lead .. shown .. mark, lead .. plain .. mark
end

-- -i and -s before names that have no -l.
local function front(self, entry, widths)
  local status, out = entry.status, ""
  if self.opts.inode then
    out = ("%" .. widths[1] .. "s "):format(status and status.ino or "?")
  end
  if self.opts.size then
    out = out .. ("%" .. widths[2] .. "s "):format(status and self.blocks(status) or "?")
  end
  return out
end

local function front_widths(self, entries)
  local widths = { 1, 1 }
  for _, entry in ipairs(entries) do
    if entry.status then
      widths[1] = math.max(widths[1], #tostring(entry.status.ino))
      widths[2] = math.max(widths[2], #self.blocks(entry.status))
    end
  end
  return widths
end

local function print_entries(self, entries, is_directory)
  local opts = self.opts
  if (self.long or opts.size) and is_directory then
    local sum = 0
    for _, entry in ipairs(entries) do sum = sum + (entry.status and entry.status.blocks or 0) end
    io.write("total ", self.total(sum * 512), self.end_of_line)
  end
  local padded = false
  if self.aligned then
    for _, entry in ipairs(entries) do
      padded = padded or self.write_name(entry.name):find("^['\"]") ~= nil
    end
  end
  local items, plain = {}, {}
  for i, entry in ipairs(entries) do items[i], plain[i] = show_name(self, entry, padded) end

  if self.long then
    local heads = self.formatter(entries)
    for i, item in ipairs(items) do items[i] = heads[i] .. item end
  elseif opts.inode or opts.size then
    local widths = front_widths(self, entries)
    for i, entry in ipairs(entries) do
      local text = front(self, entry, widths)
      items[i], plain[i] = text .. items[i], text .. plain[i]
    end
  end
  if self.format == "single" or self.long then
    local ending = self.end_of_line
    if items[1] then io.write(table.concat(items, ending), ending) end
    return
  end
  local columns, count = require "text.columns", require "text.count"
  local widths = {}
  for i, text in ipairs(plain) do widths[i] = count.width(text, self.utf8) end
  if self.format == "commas" then
    io.write(items[1] and columns.commas(items, widths, self.width) or "")
  else
    io.write(columns.layout(items, widths, self.width, self.format == "across"))
  end
end

-- ---- JSON: the same entries, all that is known of them

local function to_json(self, entry, path)
  local status = entry.status or {}
  local row = { name = entry.name, path = path, type = entry.type, target = entry.target }
  for _, key in ipairs { "ino", "nlink", "uid", "gid", "size", "blocks", "major", "minor" } do
    row[key] = status[key]
  end
  if status.mode then
    row.mode = ("%04o"):format(status.mode)
    local passwd = require "passwd"
    local user, group = passwd.user(status.uid), passwd.group(status.gid)
    row.user, row.group = user and user.name, group and group.name
    for _, key in ipairs { "atime", "mtime", "ctime" } do
      row[key] = status[key] + status[key .. "_nsec"] / 1e9
    end
  end
  self.json[#self.json + 1] = row
end

-- ---- directories

local function join(path, name)
  return path:sub(-1) == "/" and path .. name or path .. "/" .. name
end

local function read_directory(self, fd, path)
  local names, types = dir.list(fd)
  if not names then return nil, types end
  local entries = {}
  if self.all then
    entries[1] = { name = ".", at = ".", type = "directory" }
    entries[2] = { name = "..", at = "..", type = "directory" }
  end
  local hidden = self.hidden
  for i, name in ipairs(names) do
    if not hidden(name) then
      entries[#entries + 1] = { name = name, at = name, type = types[i] or "unknown" }
    end
  end
  if self.with_status then
    for _, entry in ipairs(entries) do
      entry.path = join(path, entry.name)
      look(self, entry, fd)
    end
  end
  sort_entries(self, entries)
  return entries
end

local function list_directory(self, path, is_operand, above)
  local fd, err = S.open(path, "rdonly, directory")
  if not fd then return report(self, path, err, is_operand and 2 or 1) end
  local recursive = self.opts.recursive
  local chain
  if recursive and self.follow == "all" then
    -- a link may lead back up
    local here = dir.status(fd, "")
    chain = { key = here.dev .. ":" .. here.ino, above = above }
    local level = above
    while level do
      if level.key == chain.key then
        fd:close()
        return report(self, path, "not listing already-listed directory", 2)
      end
      level = level.above
    end
  end
  local entries
  entries, err = read_directory(self, fd, path)
  fd:close()
  if not entries then return report(self, path, err, is_operand and 2 or 1) end

  if self.json then
    for _, entry in ipairs(entries) do to_json(self, entry, join(path, entry.name)) end
  else
    if self.headers then
      io.write(self.printed and "\n" or "", self.write_name(path), ":\n")
    end
    self.printed = true
    print_entries(self, entries, true)
  end
  if not recursive then return end
  for _, entry in ipairs(entries) do
    local below = join(path, entry.name)
    local type = entry.type
    if type == "unknown" then
      local status = dir.status(nil, below)
      type = status and status.type
    end
    if type == "link" and self.follow == "all" then
      local status = dir.status(nil, below, true)
      type = status and status.type
    end
    if type == "directory" and entry.name ~= "." and entry.name ~= ".." then
      list_directory(self, below, false, chain)
    end
  end
end

--- List operands as the options of ls say.
---@param opts table as cli gives them to ls
---@param args string[]
---@return integer|true status
function listing.run(opts, args)
  local self = settle(opts)
  if not args[1] then args = { "." } end
  if opts.json then self.json = {} end
  if self.long then
    local long = require "fs.long"
    local style = opts.full_time and "full-iso" or opts.time_style or os.getenv("TIME_STYLE")
    if style then style = style:gsub("^posix%-", "") end
    local show_time, exact_time = long.time_format(style, os.time())
    self.formatter = long.formatter {
      owner = not opts.g and not opts.no_owner, group = not opts.o and not opts.no_group,
      author = opts.author, numeric = opts.numeric_uid_gid, inode = opts.inode,
      blocks = opts.size and self.blocks, size = self.size, time = self.time,
      show_time = show_time, exact_time = exact_time, context = opts.context,
    }
  end

  -- a link named on the command line is followed to a directory, but for -l -d -F
  local to_directory = not (self.long or opts.directory or self.indicator == "all")
  local files, directories = {}, {}
  for _, path in ipairs(args) do
    local entry = { name = path, at = path, path = path, type = "unknown" }
    if look(self, entry, nil, true) then
      local type = entry.type
      if type == "link" and (to_directory or path:sub(-1) == "/") then
        local there = dir.status(nil, path, true)
        type = there and there.type == "directory" and "directory" or type
      end
      if type == "directory" and not opts.directory then
        directories[#directories + 1] = entry
      else
        files[#files + 1] = entry
      end
    end
  end
  sort_entries(self, files)
  sort_entries(self, directories)
  if self.json then
    for _, entry in ipairs(files) do to_json(self, entry, entry.path) end
  elseif files[1] then
    print_entries(self, files, false)
    self.printed = true
  end
  self.headers = #args > 1 or opts.recursive
  for _, entry in ipairs(directories) do list_directory(self, entry.path, true) end
  if self.json then
    local json = require "json"
    io.write(json.encode(json.array(self.json)), "\n")
  end
  return self.status or true
end

return listing
