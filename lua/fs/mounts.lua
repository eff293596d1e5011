-- lua/fs/mounts.lua - what is mounted where
--
-- Layer: library; reads /proc/self/mountinfo, proc(5). parse is pure.

local S = require "syscall"

local mounts = {}

---@class fs.Mount
---@field id integer
---@field parent integer
---@field major integer
---@field minor integer
---@field root string the directory of the file system that is mounted
---@field target string
---@field options string of the mount
---@field propagation string[] "shared:1", ...
---@field fstype string
---@field source string
---@field super_options string of the file system

-- Blanks and backslashes in names are octal.
local function unescape(text)
  return (text:gsub("\\(%d%d%d)", function(digits) return string.char(tonumber(digits, 8)) end))
end

--- Read the text of a mountinfo file.
---@param text string
---@return fs.Mount[]
function mounts.parse(text)
  local list = {}
  for line in text:gmatch("[^\n]+") do
    local id, parent, major, minor, root, target, options, optional, fstype, source, super =
      line:match("^(%d+) (%d+) (%d+):(%d+) (%S+) (%S+) (%S+) (.-)%- (%S+) (%S*) (%S+)")
    if id then
      local propagation = {}
      for word in optional:gmatch("%S+") do propagation[#propagation + 1] = word end
      list[#list + 1] = {
        id = math.tointeger(tonumber(id)), parent = math.tointeger(tonumber(parent)),
        major = math.tointeger(tonumber(major)), minor = math.tointeger(tonumber(minor)),
        root = unescape(root), target = unescape(target), options = options,
        propagation = propagation, fstype = fstype, source = unescape(source),
        super_options = super,
      }
    end
  end
  return list
end

--- All mounts that this process sees, in the order they were made.
---@return fs.Mount[]? list
---@return any err
function mounts.list()
  local fd, err = S.open("/proc/self/mountinfo")
  if not fd then return nil, err end
  local parts = {}
  while true do
    local block
    block, err = S.read(fd, nil, 65536)
    if not block then break end
    if block == "" then
      fd:close()
      return mounts.parse(table.concat(parts))
    end
    parts[#parts + 1] = block
  end
  fd:close()
  return nil, err
end

--- The mount a path lies on: the one with the longest fitting target; of several on one
--- directory the last, which hides the others.
---@param list fs.Mount[]
---@param path string absolute, without . .. and links
---@return fs.Mount?
function mounts.of(list, path)
  local best
  for _, mount in ipairs(list) do
    local target = mount.target
    local inside = target == "/" or path == target or path:sub(1, #target + 1) == target .. "/"
    if inside and (not best or #target >= #best.target) then best = mount end
  end
  return best
end

return mounts
