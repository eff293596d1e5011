-- syscall/lock.lua - S.lockf: a lock from the position on, as lockf(3)
--
-- Layer: library, behind S; calls S.

local S = require "syscall"

local lock = {}

--- Lock, unlock or test `length` bytes from the file's position on.
---@param fd S.fd
---@param command string|integer c.LOCKF: "lock" waits, "tlock" does not, "ulock", "test"
---@param length integer? 0: to the end, however far that moves; negative: before the position
---@return boolean? ok for "test": is it free, or the caller's own?
---@return S.Error? err
function lock.lockf(fd, command, length)
  local LOCKF = S.c.LOCKF
  local number = LOCKF[command] or error("invalid flag " .. tostring(command), 2)
  local range = { type = number == LOCKF.ULOCK and "unlck" or "wrlck", whence = "cur", start = 0,
    len = length or 0 }
  if number == LOCKF.TEST then
    local found, err = S.fcntl(fd, "getlk", range)
    if not found then return nil, err end
    return found.l_type == S.c.FCNTL_LOCK.UNLCK or found.pid == S.getpid()
  end
  return S.fcntl(fd, number == LOCKF.LOCK and "setlkw" or "setlk", range)
end

return lock
