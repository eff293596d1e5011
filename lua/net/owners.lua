-- net/owners.lua - which processes have a socket
--
-- Layer: library; calls S. Reads the links in /proc/PID/fd: of others' processes only root sees
-- them, and those of processes that end meanwhile are left out.

local S = require "syscall"
local dir = require "fs.dir"
local file = require "proc.file"

local owners = {}

---@class net.Owner
---@field pid integer
---@field fd integer
---@field name string the process' own: comm

local function names_of(path)
  local fd <close> = S.open(path, "rdonly, directory")
  return fd and dir.list(fd) or {}
end

--- All sockets' owners, by the inode of the socket.
---@return table<integer, net.Owner[]>
function owners.by_inode()
  local found = {}
  for _, entry in ipairs(names_of("/proc")) do
    local pid = math.tointeger(tonumber(entry))
    local name
    for _, number in ipairs(pid and names_of(("/proc/%d/fd"):format(pid)) or {}) do
      local target = S.readlink(("/proc/%d/fd/%s"):format(pid, number))
      local inode = target and math.tointeger(tonumber(target:match("^socket:%[(%d+)%]$")))
      if inode then
        name = name or file.line(("/proc/%d/comm"):format(pid)) or ""
        found[inode] = found[inode] or {}
        table.insert(found[inode], { pid = pid, fd = math.tointeger(tonumber(number)),
          name = name })
      end
    end
  end
  return found
end

return owners
