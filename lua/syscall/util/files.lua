-- syscall/util/files.lua - files and directories as a whole
--
-- Layer: library, behind S.util; calls S.

local S = require "syscall"
local entries = require("syscall.dir").entries

local files = {}

--- The entries of a directory, "." and ".." too.
---@param path string? "."
---@param buffer S.mem? to read them into
---@param size integer? of that buffer
---@return fun(): string?, S.t.dirent? iterator raises where reading fails later on
function files.ls(path, buffer, size)
  local fd, err = S.open(path or ".", "directory, rdonly")
  if not fd then error(tostring(err), 2) end
  return entries(fd, buffer, size)
end

local Names = {}

function Names.__tostring(names)
  local sorted = table.move(names, 1, #names, 1, {})
  table.sort(sorted)
  return #sorted == 0 and "" or table.concat(sorted, "\n") .. "\n"
end

--- The names in a directory; printed one a line, sorted.
---@param dir string
---@param nodots boolean? leave out "." and ".."
---@return string[]? names
---@return S.Error? err
function files.dirtable(dir, nodots)
  local st, err = S.stat(dir)
  if not st then return nil, err end
  if not st.isdir then return nil, S.t.error("NOTDIR") end
  local names = {}
  for name in files.ls(dir) do
    if not nodots or (name ~= "." and name ~= "..") then names[#names + 1] = name end
  end
  return setmetatable(names, Names)
end

--- Remove files, and directories with all that is in them; links are not followed.
---@param ... string
---@return true? ok
---@return S.Error? err of the first that could not be removed
function files.rm(...)
  for _, path in ipairs { ... } do
    local st, err = S.lstat(path)
    if not st then return nil, err end
    local ok
    if st.isdir then
      for name in files.ls(path) do
        if name ~= "." and name ~= ".." then
          ok, err = files.rm(path .. "/" .. name)
          if not ok then return nil, err end
        end
      end
      ok, err = S.rmdir(path)
    else
      ok, err = S.unlink(path)
    end
    if not ok then return nil, err end
  end
  return true
end

--- A whole file as a string. Read rather than mapped: a mapping of a file that becomes shorter
--- kills its reader.
---@param path string
---@return string? content
---@return S.Error? err
function files.mapfile(path)
  local fd, err = S.open(path, "rdonly")
  if not fd then return nil, err end
  local file <close> = fd
  local parts = {}
  while true do
    local part
    part, err = file:read(nil, 65536)
    if not part then return nil, err end
    if part == "" then return table.concat(parts) end
    parts[#parts + 1] = part
  end
end

--- What one read of a file gives.
---@param path string
---@param buffer S.mem? to read into
---@param length integer? 4096
---@return string|integer|nil content or, with a buffer, the number of bytes
---@return S.Error? err
function files.readfile(path, buffer, length)
  local fd, err = S.open(path, "rdonly")
  if not fd then return nil, err end
  local file <close> = fd
  return file:read(buffer, length or 4096)
end

--- Write a string to a file.
---@param path string
---@param content string
---@param mode string|integer|nil makes the file anew, with this mode
---@param flags string|integer|nil "wronly", for a file that is there
---@return true? ok
---@return S.Error? err
function files.writefile(path, content, mode, flags)
  local fd, err
  if mode then
    fd, err = S.creat(path, mode)
  else
    fd, err = S.open(path, flags or "wronly")
  end
  if not fd then return nil, err end
  local file <close> = fd
  local at = 1
  while at <= #content do
    local n
    n, err = file:write(at == 1 and content or content:sub(at))
    if not n then return nil, err end
    at = at + n
  end
  return file:close()
end

---@param from string
---@param to string
---@param mode string|integer|nil of the new file
---@return true? ok
---@return S.Error? err
function files.cp(from, to, mode)
  local content, err = files.mapfile(from)
  if not content then return nil, err end
  return files.writefile(to, content, mode)
end

--- Make the file if it is not there, and set its times to now.
---@param path string
---@return true? ok
---@return S.Error? err
function files.touch(path)
  local fd, err = S.open(path, "wronly, creat, noctty, nonblock", "0666")
  if not fd then return nil, err end
  local file <close> = fd
  return file:futimens()
end

--- Make an empty file.
---@param path string
---@return true? ok
---@return S.Error? err
function files.createfile(path)
  local fd, err = S.open(path, "wronly, creat, noctty, nonblock", "0666")
  if not fd then return nil, err end
  return fd:close()
end

--- The last part of a path, basename(3).
---@param path string
---@return string
function files.basename(path)
  if path == "" then return "." end
  return path:match("([^/]+)/*$") or "/"
end

--- What stands before the last part, dirname(3).
---@param path string
---@return string
function files.dirname(path)
  local dir = path:gsub("/+$", ""):match("^(.*)/")
  if not dir then return path:find("^/") and "/" or "." end
  dir = dir:gsub("/+$", "")
  return dir == "" and "/" or dir
end

-- ---- mounts ----

---@class syscall.Mount
---@field source string
---@field target string
---@field type string
---@field flags string as c.MS parses them
---@field freq string
---@field passno string
local Mount = {}

function Mount.__tostring(mount)
  return ("%s on %s type %s (%s)"):format(mount.source, mount.target, mount.type, mount.flags)
end

local Mounts = {}

function Mounts.__tostring(mounts)
  local lines = {}
  for i, mount in ipairs(mounts) do lines[i] = tostring(mount) end
  return table.concat(lines, "\n")
end

-- Blanks and backslashes are octal: fstab(5).
local function unescape(text)
  return (text:gsub("\\(%d%d%d)", function(digits) return string.char(tonumber(digits, 8)) end))
end

--- What is mounted, in the order of /proc/mounts.
---@param path string? "/proc/mounts"
---@return syscall.Mount[]?
---@return S.Error? err
function files.mounts(path)
  local text, err = files.mapfile(path or "/proc/mounts")
  if not text then return nil, err end
  local mounts = {}
  for source, target, kind, flags, freq, passno in
    text:gmatch("(%S+) (%S+) (%S+) (%S+) (%S+) (%S+)\n?") do
    mounts[#mounts + 1] = setmetatable({ source = unescape(source), target = unescape(target),
      type = kind, flags = flags, freq = freq, passno = passno }, Mount)
  end
  return setmetatable(mounts, Mounts)
end

--- S.mount with names: what util.mounts lists can be mounted again.
---@param mount syscall.Mount also `data`; the target may be called `dir`
---@return true? ok
---@return S.Error? err
function files.mount(mount)
  return S.mount(mount.source, mount.target or mount.dir, mount.type, mount.flags, mount.data)
end

return files
