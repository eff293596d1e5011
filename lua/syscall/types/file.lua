-- syscall/types/file.lua - what a stat says, devices, locks
--
-- Layer: library, behind S.t.

local S = require "syscall"
local mem = require "syscall.mem"

local file = {}

-- ---- device: a number with its parts, makedev(3) ----

local Device = {}

local function makedev(major, minor)
  return (minor & 0xff) | ((major & 0xfff) << 8) | ((minor & ~0xff) << 12) |
    ((major & ~0xfff) << 32)
end

function Device.__index(device, key)
  local dev = rawget(device, "dev")
  if key == "major" then return ((dev >> 8) & 0xfff) | ((dev >> 32) & ~0xfff) end
  if key == "minor" then return (dev & 0xff) | ((dev >> 12) & 0xffffff00) end
  if key == "device" then return dev end
end

function Device.__newindex(device, key, value)
  if key == "device" then
    rawset(device, "dev", value)
  elseif key == "major" then
    rawset(device, "dev", makedev(value, device.minor))
  elseif key == "minor" then
    rawset(device, "dev", makedev(device.major, value))
  else
    error("invalid index " .. tostring(key), 2)
  end
end

function Device.__eq(a, b) return a.dev == b.dev end

function Device.__tostring(device) return device.major .. ":" .. device.minor end

file.device = {}

--- t.device(major, minor), {major, minor}, or the number of both.
function file.device.new(major, minor)
  if type(major) == "table" then
    if major.dev then return major end
    major, minor = major[1], major[2]
  end
  local dev = minor and makedev(major, minor) or major
  return setmetatable({ dev = math.tointeger(dev) }, Device)
end

-- ---- stat ----

local FORMAT = 0xf000 -- S_IFMT, the same on every Linux

local TYPES = {
  [0x1000] = "named pipe",
  [0x2000] = "char device",
  [0x4000] = "directory",
  [0x6000] = "block device",
  [0x8000] = "file",
  [0xa000] = "link",
  [0xc000] = "socket",
}

local get = {}

file.stat = { get = get }

function get.type(st) return st.st_mode & FORMAT end
function get.todt(st) return (st.st_mode & FORMAT) >> 12 end
function get.typename(st) return TYPES[st.st_mode & FORMAT] or "other" end
function get.access(st) return st.st_atime end
function get.modification(st) return st.st_mtime end
function get.change(st) return st.st_ctime end

for test, format in pairs {
  isfifo = 0x1000, ischr = 0x2000, isdir = 0x4000, isblk = 0x6000,
  isreg = 0x8000, islnk = 0xa000, issock = 0xc000,
} do
  get[test] = function(st) return st.st_mode & FORMAT == format end
end

-- devices, where the raw st_dev and st_rdev are numbers
function get.dev(st) return file.device.new(st.st_dev) end
function get.rdev(st) return file.device.new(st.st_rdev) end

-- ---- flock ----

file.flock = {
  set = {
    type = function(m, v) m.l_type = S.c.FCNTL_LOCK[v] end,
    whence = function(m, v) m.l_whence = S.c.SEEK[v] end,
  },
}

function file.flock.new(fields)
  local m = mem.new("flock")
  for key, value in pairs(fields or {}) do m[key] = value end
  return m
end

return file
