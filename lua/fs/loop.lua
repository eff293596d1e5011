-- fs/loop.lua - a file as a block device
--
-- Layer: library; calls S. loop(4). The device frees itself when nothing uses
-- it any more: so its descriptor is kept until it is mounted.

local S = require "syscall"

local loop = {}

local LOOP_SET_STATUS64, LOOP_SET_FD = 0x4c04, 0x4c00 -- linux/loop.h
local LOOP_CTL_GET_FREE = 0x4c82
local CONTROL = "/dev/loop-control"
local READ_ONLY, AUTOCLEAR = 1, 4
local NAME_SIZE = 64
local TRIES = 16 -- another process may take the device that was free

--- Bytes of "512", "4k", "1M".
local function bytes(text)
  if not text then return 0 end
  local digits, unit = tostring(text):match("^(%d+)([kKmMgG]?)")
  local shift = ({ k = 10, m = 20, g = 30 })[(unit or ""):lower()] or 0
  return digits and math.tointeger(tonumber(digits)) << shift or 0
end

local function open_control()
  local control = S.open(CONTROL, "rdwr")
  if control then return control end
  require("kmod").load("loop") -- it may be a module
  return S.open(CONTROL, "rdwr")
end

---@param file string
---@param opts { offset: string?, sizelimit: string?, read_only: boolean? }
---@return string? device
---@return S.fd|string fd keep it open until the device is mounted; or what failed
function loop.attach(file, opts)
  local control <close>, err = open_control()
  if not control then
    return nil, file .. ": " .. CONTROL .. ": " .. err .. ": the kernel has no loop devices"
  end
  local backing <close> = S.open(file, opts.read_only and "rdonly" or "rdwr") or
    S.open(file, "rdonly")
  if not backing then return nil, file .. ": cannot be opened" end
  for _ = 1, TRIES do
    local number
    number, err = S.ioctl(control, LOOP_CTL_GET_FREE)
    if not number then return nil, file .. ": no loop device is free: " .. err end
    local device = "/dev/loop" .. (number == true and 0 or number)
    local fd, ok
    fd, err = S.open(device, "rdwr")
    if not fd then return nil, device .. ": " .. err end
    ok, err = S.ioctl(fd, LOOP_SET_FD, backing)
    if ok then
      local info = S.t.loop_info64()
      info.lo_offset, info.lo_sizelimit = bytes(opts.offset), bytes(opts.sizelimit)
      info.lo_flags = AUTOCLEAR | (opts.read_only and READ_ONLY or 0)
      info.lo_file_name = file:sub(-(NAME_SIZE - 1))
      ok, err = S.ioctl(fd, LOOP_SET_STATUS64, info)
      if ok then return device, fd end
      fd:close()
      return nil, device .. ": " .. err
    end
    fd:close()
    if not err.BUSY then return nil, device .. ": " .. err end
  end
  return nil, file .. ": every loop device is taken"
end

return loop
