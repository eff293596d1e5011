-- lua/fs/long.lua - the lines of ls -l: one table of fields, columns that line up
--
-- Layer: library; calls fs.mode and passwd.

local mode = require "fs.mode"
local passwd = require "passwd"

local long = {}

local HALF_YEAR = 15778476 -- seconds: 365.2425 / 2 days

--- How a time is shown.
---@param style string? "full-iso", "long-iso", "iso", "locale" or "+FORMAT"
---@param now integer
---@return fun(seconds: integer, nsec: integer): string
---@return boolean? exact nsec matters
function long.time_format(style, now)
  if style == "full-iso" then
    return function(seconds, nsec)
      return os.date("%Y-%m-%d %H:%M:%S", seconds) .. (".%09d "):format(nsec) .. os.date("%z",
        seconds)
    end, true
  elseif style == "long-iso" then
    return function(seconds) return os.date("%Y-%m-%d %H:%M", seconds) end
  elseif style and style:sub(1, 1) == "+" then
    -- a second line of the format is for recent files
    local old, recent = style:sub(2):match("^([^\n]*)\n?(.*)$")
    if recent == "" then recent = old end
    return function(seconds, nsec)
      local format = now - seconds < HALF_YEAR and seconds <= now and recent or old
      -- GNU's two beyond strftime of C
      format = format:gsub("%%(.)", { s = tostring(seconds), N = ("%09d"):format(nsec) })
      return os.date(format, seconds)
    end, true
  end
  local recent = style == "iso" and "%m-%d %H:%M" or "%b %e %H:%M"
  local old = style == "iso" and "%Y-%m-%d " or "%b %e  %Y"
  return function(seconds)
    return os.date(now - seconds < HALF_YEAR and seconds <= now and recent or old, seconds)
  end
end

-- Names of users or groups, looked up once each.
local function name_cache(find, numeric)
  return setmetatable({}, {
    __index = function(cache, id)
      local found = not numeric and find(id)
      local text = found and found.name or tostring(id)
      cache[id] = text
      return text
    end,
  })
end

---@class fs.LongOptions
---@field owner boolean
---@field group boolean
---@field author boolean?
---@field numeric boolean?
---@field inode boolean?
---@field blocks (fun(status: fs.Status): string)? column of allocated blocks
---@field size fun(bytes: integer): string
---@field time "mtime"|"atime"|"ctime"
---@field show_time fun(seconds: integer, nsec: integer): string
---@field exact_time boolean? show_time shows nsec
---@field context boolean?

--- A formatter that remembers names over all its listings.
---@param options fs.LongOptions
---@return fun(entries: table[]): string[] heads what stands before each name; an entry
---  has its status
function long.formatter(options)
  local users = name_cache(passwd.user, options.numeric)
  local groups = name_cache(passwd.group, options.numeric)
  local letters, size, show_time = mode.letters, options.size, options.show_time
  local time, nsec = options.time, options.time .. "_nsec"

  -- the columns that are shown: how each is written, and its side
  local columns, sides = {}, {}
  local function add(write, side)
    columns[#columns + 1] = write
    sides[#sides + 1] = side
  end
  if options.inode then add(function(status) return tostring(status.ino) end, "") end
  if options.blocks then add(options.blocks, "") end
  add(function(status) return letters(status.type, status.mode) end, "-")
  add(function(status) return tostring(status.nlink) end, "")
  local names_side = options.numeric and "" or "-"
  if options.owner then add(function(status) return users[status.uid] end, names_side) end
  if options.group then add(function(status) return groups[status.gid] end, names_side) end
  if options.author then add(function(status) return users[status.uid] end, names_side) end
  if options.context then add(function() return "?" end, "-") end
  add(function(status)
    if status.major then return ("%d, %3d"):format(status.major, status.minor) end
    return size(status.size)
  end, "")
  local exact = options.exact_time
  local texts = {} -- files of one second have one text
  add(function(status)
    local seconds = status[time]
    if exact then return show_time(seconds, status[nsec]) end
    local text = texts[seconds]
    if not text then
      text = show_time(seconds, 0)
      texts[seconds] = text
    end
    return text
  end, "")

  local blanks = setmetatable({}, {
    __index = function(cache, n)
      cache[n] = (" "):rep(n)
      return cache[n]
    end,
  })

  return function(entries)
    local rows, widths = {}, {}
    for column = 1, #columns do widths[column] = 0 end
    for i, entry in ipairs(entries) do
      local row, status = {}, entry.status
      for column, write in ipairs(columns) do
        local text = status and write(status) or "?"
        row[column] = text
        if #text > widths[column] then widths[column] = #text end
      end
      rows[i] = row
    end
    local heads = {}
    for i, row in ipairs(rows) do
      for column, text in ipairs(row) do
        local gap = widths[column] - #text
        if gap > 0 then
          row[column] = sides[column] == "-" and text .. blanks[gap] or blanks[gap] .. text
        end
      end
      row[#row + 1] = ""
      heads[i] = table.concat(row, " ")
    end
    return heads
  end
end

return long
