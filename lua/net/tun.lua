-- net/tun.lua - devices whose other end is a program: tun(4), Documentation/networking/tuntap.rst
--
-- Layer: library; calls S.

local S = require "syscall"

local tun = {}

local DEVICE = "/dev/net/tun"
local IFF_TUN, IFF_TAP, IFF_NO_PI = 0x1, 0x2, 0x1000

-- Attach to a device; makes it where there is none. "tun%d" lets the kernel choose the number.
local function attach(path, name, mode)
  local fd, err = S.open(path or DEVICE, "rdwr, nonblock")
  if not fd then return nil, ("%s: %s"):format(path or DEVICE, tostring(err)) end
  local request = S.t.ifreq()
  request.ifr_name = name
  request.ifr_flags = (mode == "tap" and IFF_TAP or IFF_TUN) | IFF_NO_PI
  local ok
  ok, err = S.ioctl(fd, "TUNSETIFF", request)
  if not ok then
    fd:close()
    return nil, ("TUNSETIFF: %s"):format(tostring(err))
  end
  return fd, request.ifr_name:match("^[^%z]*")
end

local function set(fd, name, value)
  local ok, err = S.ioctl(fd, name, value)
  if not ok then return nil, ("%s: %s"):format(name, tostring(err)) end
  return true
end

--- Make a device that stays.
---@param options table name, mode ("tun" or "tap"), owner, group (numbers), path
---@return string? name
---@return string? err
function tun.create(options)
  local fd, name = attach(options.path, options.name, options.mode)
  if not fd then return nil, name end
  local file <close> = fd
  for request, value in pairs { TUNSETOWNER = options.owner or false,
    TUNSETGROUP = options.group or false } do
    if value then
      local ok, err = set(file, request, value)
      if not ok then return nil, err end
    end
  end
  local ok, err = set(file, "TUNSETPERSIST", 1)
  if not ok then return nil, err end
  return name
end

--- Remove a device that stays.
---@param options { name: string, mode: "tun"|"tap", path: string? }
---@return string? name
---@return string? err
function tun.remove(options)
  local fd, name = attach(options.path, options.name, options.mode)
  if not fd then return nil, name end
  local file <close> = fd
  local ok, err = set(file, "TUNSETPERSIST", 0)
  if not ok then return nil, err end
  return name
end

return tun
