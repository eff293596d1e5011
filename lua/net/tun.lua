-- net/tun.lua - devices whose other end is a program: tun(4), Documentation/networking/tuntap.rst
--
-- Layer: library; calls S.

local S = require "syscall"

local tun = {}

local DEVICE = "/dev/net/tun"
local IFF_TUN, IFF_TAP, IFF_NO_PI = 0x1, 0x2, 0x1000

--- Attach to a device; makes it where there is none.
---@param name string "tun%d" and "" let the kernel choose
---@param flags integer IFF_TUN 1 or IFF_TAP 2, IFF_NO_PI 0x1000, ...: linux/if_tun.h
---@param path string? "/dev/net/tun"
---@return S.fd? fd
---@return string|S.Error name, or err
---@return string? call that failed: "open", "TUNSETIFF"
function tun.attach(name, flags, path)
  local fd, err = S.open(path or DEVICE, "rdwr, nonblock, cloexec")
  if not fd then return nil, err, "open" end
  local request = S.t.ifreq()
  request.ifr_name, request.ifr_flags = name, flags
  local ok
  ok, err = S.ioctl(fd, "TUNSETIFF", request)
  if not ok then
    fd:close()
    return nil, err, "TUNSETIFF"
  end
  return fd, request.ifr_name:match("^[^%z]*")
end

local function attach(options)
  local fd, name, call = tun.attach(options.name,
    (options.mode == "tap" and IFF_TAP or IFF_TUN) | IFF_NO_PI, options.path)
  if fd then return fd, name end
  return nil, ("%s: %s"):format(call == "open" and (options.path or DEVICE) or call, tostring(name))
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
  local fd, name = attach(options)
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
  local fd, name = attach(options)
  if not fd then return nil, name end
  local file <close> = fd
  local ok, err = set(file, "TUNSETPERSIST", 0)
  if not ok then return nil, err end
  return name
end

return tun
