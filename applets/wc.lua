-- applets/wc.lua - count lines, words and bytes
--
-- Layer: applet; calls S, text.count.
-- Follows POSIX wc and GNU's options and column widths.

local S = require "syscall"
local cli = require "cli"

local applet = {
  summary = "count lines, words and bytes",
  usage = "[-lwmcL] [FILE]...",
  options = {
    { "l", "lines", help = "count lines: newline characters" },
    { "w", "words", help = "count words" },
    { "m", "chars", help = "count characters" },
    { "c", "bytes", help = "count bytes" },
    { "L", "max-line-length", help = "columns of the longest line" },
    { nil, "files0-from", arg = "FILE", help = "read the names, ended by NUL, from FILE" },
  },
  json = true,
  examples = { { "wc -l file", "number of lines" } },
}

-- In the order of the columns.
local COLUMNS = {
  { "lines", "lines", "l" }, { "words", "words", "w" }, { "chars", "chars", "m" },
  { "bytes", "bytes", "c" }, { "max_line_length", "width", "L" },
}

local function names_from(name)
  local fd, err = 0, nil
  if name ~= "-" then fd, err = S.open(name) end
  if not fd then return nil, err end
  local names = {}
  local reader <close> = require("text.lines").reader(fd, "\0")
  for line in reader.line, reader do names[#names + 1] = line end
  if reader:failed() then return nil, reader:failed() end
  return names
end

-- Columns as wide as the sum of all sizes; 7 where a size is not known before.
local function column_width(names, columns)
  if #names == 1 and #columns == 1 then return 1 end
  local total, least = 0, 1
  for _, name in ipairs(names) do
    local st = name == "-" and S.fstat(0) or name ~= "-" and S.stat(name)
    if st and st.isreg then
      total = total + st.size
    elseif st then
      least = 7
    end
  end
  return math.max(least, #tostring(total))
end

local function count_file(fd, what, utf8)
  if what == "c" then
    -- the size of a file needs no reading; /proc's say 0
    local st = S.fstat(fd)
    local at = st and st.isreg and st.size > 0 and S.lseek(fd, 0, "cur")
    if at then
      local size = math.max(0, st.size - at)
      S.lseek(fd, 0, "end")
      return { lines = 0, words = 0, chars = 0, bytes = size, width = 0 }
    end
  end
  return require("text.count").fd(fd, what, utf8)
end

---@param opts table
---@param args string[]
---@return true? ok
---@return any err
function applet.run(opts, args)
  local columns, what = {}, ""
  for _, column in ipairs(COLUMNS) do
    if opts[column[1]] then columns[#columns + 1] = column end
  end
  if not columns[1] then columns = { COLUMNS[1], COLUMNS[2], COLUMNS[4] } end
  for _, column in ipairs(columns) do what = what .. column[3] end

  local names = args
  if opts.files0_from then
    if args[1] then cli.usage("file operands cannot be combined with --files0-from") end
    local err
    names, err = names_from(opts.files0_from)
    if not names then return nil, ("%s: %s"):format(opts.files0_from, tostring(err)) end
  elseif not args[1] then
    names = { "-" }
  end
  local utf8 = opts.chars or opts.max_line_length
  if utf8 then utf8 = require("text.locale").is_utf8() end

  local width = column_width(names, columns)
  local total = { lines = 0, words = 0, chars = 0, bytes = 0, width = 0 }
  local list = {}
  local function show(counts, name)
    local out = {}
    for i, column in ipairs(columns) do
      out[i] = ("%" .. width .. "d"):format(counts[column[2]])
    end
    io.write(table.concat(out, " "), name and " " .. name or "", "\n")
  end

  for _, name in ipairs(names) do
    local fd, err = 0, nil
    if name ~= "-" or opts.files0_from then fd, err = S.open(name) end
    if not fd then
      cli.warn(name, err)
    else
      local counts
      counts, err = count_file(fd, what, utf8)
      if fd ~= 0 then fd:close() end
      if err then cli.warn(name == "-" and "standard input" or name, err) end
      for key, value in pairs(counts) do
        total[key] = key == "width" and math.max(total.width, value) or total[key] + value
      end
      if opts.json then
        local row = { name = name }
        for _, column in ipairs(columns) do row[column[1]] = counts[column[2]] end
        list[#list + 1] = row
      else
        show(counts, (args[1] or opts.files0_from) and name)
      end
    end
  end
  if opts.json then
    local json = require "json"
    io.write(json.encode(json.array(list)), "\n")
  elseif #names > 1 then
    show(total, "total")
  end
  return true
end

return applet
