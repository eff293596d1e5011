-- fs/disks.lua - the disks and partitions of this machine, and which of them is meant
--
-- Layer: library; reads /sys/class/block and, for what they hold, the devices themselves
-- (fs.superblock): there need not be a udev that knows. Node names are the kernel's, in /dev.

local S = require "syscall"
local mem = require "syscall.mem"
local superblock = require "fs.superblock"

local disks = {}

local CLASS = "/sys/class/block"

---@class fs.Disk
---@field name string "vda1"
---@field path string "/dev/vda1"
---@field major integer
---@field minor integer
---@field bytes integer
---@field partition integer? its number on `disk`
---@field disk string? "vda"

local function line(path)
  local file <close> = io.open(path)
  return file and file:read("l")
end

local function number(path) return math.tointeger(tonumber(line(path))) end

--- All that have a size, by name.
---@return fs.Disk[]
function disks.list()
  local folder <close> = S.open(CLASS, "rdonly, directory")
  local list = {}
  for _, name in ipairs(folder and require("fs.dir").list(folder) or {}) do
    local at = CLASS .. "/" .. name
    local major, minor = (line(at .. "/dev") or ""):match("^(%d+):(%d+)$")
    local sectors = number(at .. "/size") or 0
    if major and sectors > 0 then
      local disk = { name = name, path = "/dev/" .. name:gsub("!", "/"), bytes = sectors * 512,
        major = math.tointeger(tonumber(major)), minor = math.tointeger(tonumber(minor)),
        partition = number(at .. "/partition") }
      if disk.partition then
        disk.disk = (S.readlink(at) or ""):match("([^/]+)/[^/]+$")
      end
      list[#list + 1] = disk
    end
  end
  table.sort(list, function(a, b) return a.name < b.name end)
  return list
end

local function reader(path)
  local fd = S.open(path, "rdonly, cloexec, nonblock")
  local buffer = S.t.buffer(4096) -- no part that superblock asks for is larger
  return fd, function(offset, size)
    local got = fd:pread(buffer, size, offset)
    return got and mem.string(buffer, got)
  end
end

--- What it holds.
---@param disk fs.Disk
---@return fs.Superblock? found with `partuuid` and `partlabel` of a partition
function disks.identify(disk)
  local found = {}
  local fd <close>, read = reader(disk.path)
  if not fd then return nil end
  found = superblock.identify(read) or found
  if disk.disk then
    local whole <close>, read_whole = reader("/dev/" .. disk.disk:gsub("!", "/"))
    local sector = number(("%s/%s/queue/logical_block_size"):format(CLASS, disk.disk)) or 512
    local entry = whole and superblock.partition(read_whole, disk.partition, sector) or {}
    found.partuuid, found.partlabel = entry.partuuid, entry.partlabel
  end
  return next(found) and found
end

local TAGS = { UUID = "uuid", LABEL = "label", PARTUUID = "partuuid", PARTLABEL = "partlabel" }

--- A device number as the kernel's root= takes it: "8:1", or hexadecimal as "801".
local function device_number(text)
  local major, minor = text:match("^(%d+):(%d+)$")
  if major then return math.tointeger(tonumber(major)), math.tointeger(tonumber(minor)) end
  local hex = text:match("^%x%x%x+$") and tonumber(text, 16)
  if not hex then return nil end
  return hex >> 8 & 0xfff, hex & 0xff | hex >> 12 & 0xfff00
end

--- The device that a name means: a path, "vda1", a number, or TAG=VALUE.
---@param name string
---@param list fs.Disk[]? disks.list()
---@return string? path
function disks.find(name, list)
  if name:find("^/") then return S.stat(name) and name end
  list = list or disks.list()
  local tag, value = name:match("^(%u+)=(.*)$")
  local key = TAGS[tag]
  local major, minor = device_number(name)
  -- "PARTUUID=.../PARTNROFF=1": the partition after that one
  local offset = 0
  if tag == "PARTUUID" and value:find("/PARTNROFF=", 1, true) then
    value, offset = value:match("^(.-)/PARTNROFF=(-?%d+)$")
    offset = math.tointeger(tonumber(offset))
    if not offset then return nil end
  end
  for _, disk in ipairs(list) do
    local same
    if key then
      local found = disks.identify(disk)
      local is = found and found[key]
      same = is and (is == value or tag ~= "LABEL" and is:lower() == value:lower())
      if same and offset ~= 0 then
        for _, other in ipairs(list) do
          if other.disk == disk.disk and other.partition == disk.partition + offset then
            return other.path
          end
        end
        return nil
      end
    else
      same = disk.name == name or major == disk.major and minor == disk.minor
    end
    if same then return disk.path end
  end
  return nil
end

return disks
