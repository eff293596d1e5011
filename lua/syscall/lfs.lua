-- syscall/lfs.lua - LuaFileSystem's functions over S
--
-- Layer: library; calls S. Follows LuaFileSystem 1.8's manual, but for its locks, which are left
-- out as in ljsyscall. Errors are text.

local S = require "syscall"

local lfs = { _VERSION = "luabox " .. require "version" }

local function checked(ok, err)
  if not ok then return nil, tostring(err) end
  return true
end

local function permissions(mode)
  local text = {}
  for i = 8, 0, -1 do text[#text + 1] = mode & 1 << i ~= 0 and ("xwr"):sub(i % 3 + 1, i % 3 + 1)
    or "-" end
  return table.concat(text)
end

local ATTRIBUTES = {
  dev = function(st) return st.st_dev end,
  ino = function(st) return st.st_ino end,
  mode = function(st) return st.typename end,
  nlink = function(st) return st.st_nlink end,
  uid = function(st) return st.st_uid end,
  gid = function(st) return st.st_gid end,
  rdev = function(st) return st.st_rdev end,
  access = function(st) return st.st_atime end,
  modification = function(st) return st.st_mtime end,
  change = function(st) return st.st_ctime end,
  size = function(st) return st.st_size end,
  permissions = function(st) return permissions(st.st_mode) end,
  blocks = function(st) return st.st_blocks end,
  blksize = function(st) return st.st_blksize end,
}

local function attributes(stat)
  return function(path, wanted)
    local st, err = stat(path)
    if not st then return nil, tostring(err), err.errno end
    if type(wanted) == "string" then
      local get = ATTRIBUTES[wanted] or error("invalid attribute name '" .. wanted .. "'", 2)
      return get(st)
    end
    local values = type(wanted) == "table" and wanted or {}
    for name, get in pairs(ATTRIBUTES) do values[name] = get(st) end
    return values
  end
end

--- A file's attributes, or one of them.
---@param path string
---@param wanted string|table|nil the attribute's name, or a table to fill
---@return table|string|integer|nil
---@return string? err
---@return integer? errno
lfs.attributes = attributes(S.stat)

local link_attributes = attributes(S.lstat)

--- The same of a link itself; also its "target".
function lfs.symlinkattributes(path, wanted)
  if wanted == "target" then
    local target, err = S.readlink(path)
    if not target then return nil, tostring(err) end
    return target
  end
  local values, err, errno = link_attributes(path, wanted)
  if type(values) == "table" then values.target = S.readlink(path) end
  return values, err, errno
end

function lfs.chdir(path) return checked(S.chdir(path)) end
function lfs.rmdir(path) return checked(S.rmdir(path)) end

function lfs.mkdir(path)
  return checked(S.mkdir(path, "rwxu, rgrp, wgrp, xgrp, roth, xoth"))
end

function lfs.currentdir()
  local path, err = S.getcwd()
  if not path then return nil, tostring(err) end
  return path
end

--- Set a file's times: both to one, or to now.
---@param path string
---@param access integer?
---@param modification integer?
function lfs.touch(path, access, modification)
  return checked(S.utimes(path, access and { access, modification or access }))
end

--- Make a link.
---@param old string
---@param new string
---@param symbolic boolean?
function lfs.link(old, new, symbolic)
  return checked((symbolic and S.symlink or S.link)(old, new))
end

--- There are no text files here: always "binary".
function lfs.setmode() return true, "binary" end

local Directory = {}
Directory.__index = Directory

--- The next name; nil at the end, which closes the directory.
function Directory.next(dir)
  if dir.is_closed then error("closed directory", 2) end
  local name = dir.names()
  if not name then dir:close() end
  return name
end

function Directory.close(dir)
  dir.is_closed = true
  if dir.fd then dir.fd:close() end
end

Directory.__close = Directory.close

--- for name in lfs.dir(path): also "." and ".."; raises for what is no directory.
---@param path string
---@return fun(dir: table): string? next
---@return table dir with the methods next and close
function lfs.dir(path)
  local fd, err = S.open(path, "directory, rdonly")
  if not fd then error(("cannot open %s: %s"):format(path, err), 2) end
  local buffer, entries = S.t.buffer(4096), nil
  local function names()
    while true do
      local entry = entries and entries()
      if entry then return entry.name end
      entries = S.getdents(fd, buffer, 4096)
      if not entries then return nil end
    end
  end
  local dir = setmetatable({ fd = fd, names = names }, Directory)
  return Directory.next, dir, nil, dir
end

return lfs
