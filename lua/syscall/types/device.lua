-- syscall/types/device.lua - what netdevice(7)'s ioctls take
--
-- Layer: library, behind S.t.

local S = require "syscall"
local mem = require "syscall.mem"

local ifreq = { get = {}, set = {} }

function ifreq.set.name(m, name)
  if #name > S.c.IFNAMSIZ then error("name too long: " .. name, 2) end
  mem.set(m, "ifr_name", name)
end

function ifreq.set.flags(m, flags) m.ifr_flags = S.c.IFREQ[flags] end

-- an address of any family, as the 16 bytes of a sockaddr
for _, field in ipairs { "addr", "dstaddr", "broadaddr", "netmask", "hwaddr" } do
  ifreq.set[field] = function(m, address)
    mem.copy(m["ifr_" .. field], address, mem.sizeof("sockaddr"))
  end
end

function ifreq.new(fields)
  local m = mem.new("ifreq")
  for key, value in pairs(fields or {}) do m[key] = value end
  return m
end

return { ifreq = ifreq }
