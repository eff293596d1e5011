-- syscall/constants.lua - members of S.c that are not tables of the kernel's names
--
-- Layer: library, behind S.c. Compatible with ljsyscall.

local S = require "syscall"

local constants = {
  PATH_MAX = 4096,
  SOMAXCONN = 128,
  IFNAMSIZ = 16,
  IFHWADDRLEN = 6,
  HOST_NAME_MAX = 64,
  SYSFS_BRIDGE_ATTR = "bridge",
  SYSFS_BRIDGE_FDB = "brforward",
  SYSFS_BRIDGE_PORT_SUBDIR = "brif",
  SYSFS_BRIDGE_PORT_ATTR = "brport",
  SYSFS_BRIDGE_PORT_LINK = "bridge",
  LINUX_CAPABILITY_VERSION = { 0x19980330, 0x20071026, 0x20080522 },
  LINUX_CAPABILITY_U32S = { 1, 2, 2 },
}

--- Masks of c_cflag that are no flags by themselves.
local CFLAG_MASKS = { CBAUD = true, CBAUDEX = true, CIBAUD = true, CMSPAR = true, CRTSCTS = true }

local function errornames()
  local names = {}
  for sym, number in pairs(S.c.E) do names[sym] = S.strerror(number) end
  return names
end

return setmetatable(constants, {
  __index = function(t, name)
    local value
    if name == "errornames" then
      value = errornames()
    elseif name == "IOCTL" then
      value = require "syscall.ioctl"
    elseif CFLAG_MASKS[name] then
      value = S.c.CFLAG_MASK[name]
    end
    t[name] = value
    return value
  end,
})
