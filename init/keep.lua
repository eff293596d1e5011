-- init/keep.lua - the last good plan, on disk: kept after a boot, used when loading fails
--
-- Layer: PID 1's Lua side; a short-lived child of the core, for it opens files. A plan that a
-- boot or an operator found good replaces the one that is there, old or new and never half, and
-- only if it differs: it may be a flash. Nothing needs it, so what fails is silent.
-- usage: init-keep save|load --fd N

local S = require "syscall"
local mem = require "syscall.mem"

local FOLDER = "/var/lib/luabox"
local LARGEST = 64 << 20

local keep = {}

local function contents(fd)
  local buffer = S.t.buffer(65536)
  local parts, at = {}, 0
  while at < LARGEST do
    local got = S.pread(fd, buffer, 65536, at)
    if not got or got == 0 then break end
    parts[#parts + 1] = mem.string(buffer, got)
    at = at + got
  end
  return table.concat(parts)
end

local function read(path)
  local fd <close> = S.open(path, "rdonly, cloexec")
  return fd and contents(fd)
end

local function save(fd, path)
  local image = contents(fd)
  if image == "" or read(path) == image then return 0 end
  local folder = path:match("^(.*)/")
  S.mkdir(folder, "0700")
  local file <close> = S.open(path .. ".new", "wronly, creat, trunc, cloexec", "0600")
  if not file then return 1 end
  local at = 0
  while at < #image do
    local n = file:write(image:sub(at + 1, at + 65536))
    if not n then
      S.unlink(path .. ".new")
      return 1
    end
    at = at + n
  end
  if not S.fsync(file) then return 1 end
  return S.rename(path .. ".new", path) and 0 or 1
end

local function load_into(fd, path)
  local image = read(path)
  if not image or image == "" then return 1 end
  local at = 0
  while at < #image do
    local n = S.pwrite(fd, image:sub(at + 1, at + 65536), nil, at)
    if not n then return 1 end
    at = at + n
  end
  return 0
end

---@param argv string[]
---@return integer status
function keep.main(argv)
  local fd = assert(math.tointeger(tonumber(argv[3])), "--fd N is missing")
  local path = (os.getenv "LUABOX_STATE" or FOLDER) .. "/plan"
  if argv[1] == "save" then return save(fd, path) end
  return load_into(fd, path)
end

return keep
