-- syscall/pathconf.lua - S.pathconf and S.fpathconf: limits that are the same on every Linux
--
-- Layer: library, behind S; calls S. The kernel has no such call; the values are those of
-- limits.h and of fpathconf(3) in the C libraries. The file is not looked at.

local S = require "syscall"

local VALUES = {
  LINK_MAX = 8, MAX_CANON = 255, MAX_INPUT = 255, NAME_MAX = 255, PATH_MAX = 4096,
  PIPE_BUF = 4096, CHOWN_RESTRICTED = 1, NO_TRUNC = 1, VDISABLE = 0, SYNC_IO = 1,
  ASYNC_IO = -1, PRIO_IO = -1, SOCK_MAXBUF = -1, FILESIZEBITS = 64, SYMLINK_MAX = 255,
  ["2_SYMLINKS"] = 1,
}

local function value_of(name)
  local number = S.c.PC[name]
  for key, value in pairs(S.c.PC) do
    if value == number then return VALUES[key] or S.getpagesize() end
  end
  return nil, S.t.error("INVAL")
end

return {
  --- A limit by its name in c.PC; -1 where there is none.
  ---@param _ string the path
  ---@param name string|integer
  ---@return integer? value
  ---@return S.Error? err
  pathconf = function(_, name) return value_of(name) end,
  fpathconf = function(_, name) return value_of(name) end,
}
