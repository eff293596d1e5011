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
function long.time_format(style, now)
  if style == "full-iso" then
    return function(seconds, nsec)
      return os.date("%Y-%m-%d %H:%M:%S", seconds) .. (".%09d "):format(nsec) .. os.date("%z",
        seconds)
    end
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
    end
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
---@field context boolean?

--- A formatter that remembers names over all its listings.
---@param options fs.LongOptions
---@return fun(entries: table[]): string[] lines what stands before each name; an entry
---  has status
function long.formatter(options)
  local users = name_cache(passwd.user, options.numeric)
  local groups = name_cache(passwd.group, options.numeric)

  local function fields(status)
    local row = {}
    local function add(text, right) row[#row + 1] = { text, right } end
    if options.inode then add(tostring(status.ino), true) end
    if options.blocks then add(options.blocks(status), true) end
    add(mode.letters(status.type, status.mode))
    add(tostring(status.nlink), true)
    if options.owner then add(users[status.uid]) end
    if options.group then add(groups[status.gid]) end
    if options.author then add(users[status.uid]) end
    if options.context then add("?") end
    if status.major then
      add(("%d, %3d"):format(status.major, status.minor), true)
    else
      add(options.size(status.size), true)
    end
    add(options.show_time(status[options.time], status[options.time .. "_nsec"]), true)
    return row
  end

  return function(entries)
    local rows, widths = {}, {}
    for i, entry in ipairs(entries) do
      local row = entry.status and fields(entry.status) or {}
      rows[i] = row
      for column, field in ipairs(row) do
        local width = #field[1]
        widths[column] = math.max(widths[column] or 0, width)
      end
    end
    local lines = {}
    for i, row in ipairs(rows) do
      local out = {}
      for column, field in ipairs(row) do
        local gap = (" "):rep(widths[column] - #field[1])
        out[column] = field[2] and gap .. field[1] or field[1] .. gap
      end
      lines[i] = table.concat(out, " ") .. " "
    end
    return lines
  end
end

return long
