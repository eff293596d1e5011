-- syscall/types/statx.lua - what statx(2) says of a file
--
-- Layer: library, behind S.t. Fields are named as those of t.stat where both have them.

local S = require "syscall"
local file = require "syscall.types.file"

local statx = {}

local FORMAT = 0xf000 -- S_IFMT

local get = {
  access = function(st) return st.stx_atime.tv_sec end,
  modification = function(st) return st.stx_mtime.tv_sec end,
  change = function(st) return st.stx_ctime.tv_sec end,
  type = function(st) return st.stx_mode & FORMAT end,
  typename = function(st) return file.stat.get.typename { st_mode = st.stx_mode } end,
  dev = function(st) return file.device.new(st.stx_dev_major, st.stx_dev_minor) end,
  rdev = function(st) return file.device.new(st.stx_rdev_major, st.stx_rdev_minor) end,
}

for _, name in ipairs { "isfifo", "ischr", "isdir", "isblk", "isreg", "islnk", "issock" } do
  local of_stat = file.stat.get[name]
  get[name] = function(st) return of_stat { st_mode = st.stx_mode } end
end

--- Attributes as booleans (st.immutable); nil where the file system does not say.
statx.statx = {
  get = get,
  index = function(st, name)
    local bit = S.c.STATX_ATTR[name:upper()]
    if not bit then error("invalid index " .. name, 2) end
    if st.stx_attributes_mask & bit == 0 then return nil end
    return st.stx_attributes & bit ~= 0
  end,
}

statx.statx_timestamp = {
  get = {
    sec = function(ts) return ts.tv_sec end,
    nsec = function(ts) return ts.tv_nsec end,
    time = function(ts) return ts.tv_sec + ts.tv_nsec / 1e9 end,
  },
  tostring = function(ts) return tostring(ts.tv_sec + ts.tv_nsec / 1e9) end,
}

return statx
