-- syscall/types/netlink.lua - names for what rtmsg and ndmsg hold
--
-- Layer: library, behind S.t.

local S = require "syscall"
local mem = require "syscall.mem"

-- Fields that take names of a table of S.c.
local function named(prefix, constants)
  local set = {}
  for field, name in pairs(constants) do
    set[field] = function(m, value) m[prefix .. field] = S.c[name][value] end
  end
  return set
end

local function maker(name)
  return function(fields)
    local m = mem.new(name)
    for field, value in pairs(fields or {}) do m[field] = value end
    return m
  end
end

return {
  rtmsg = {
    set = named("rtm_", { family = "AF", protocol = "RTPROT", type = "RTN", scope = "RT_SCOPE",
      flags = "RTM_F", table = "RT_TABLE" }),
    new = maker("rtmsg"),
  },
  ndmsg = {
    set = named("ndm_", { family = "AF", state = "NUD", flags = "NTF" }),
    new = maker("ndmsg"),
  },
}
