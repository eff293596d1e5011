-- syscall/cgroup.lua - S.cgroup: which control groups a process is in
--
-- Layer: library, behind S; calls S.

local S = require "syscall"

local cgroup = {}

--- The lines of /proc/PID/cgroup, by the number of the hierarchy: cgroups(7).
---@param pid integer? this process
---@return table<integer, { name: string, path: string }>? groups the name is "" in version 2
---@return S.Error? err
function cgroup.cgroups(pid)
  local text, err = S.util.mapfile("/proc/" .. (pid or "self") .. "/cgroup")
  if not text then return nil, err end
  local groups = {}
  for id, name, path in text:gmatch("(%d+):([^:\n]*):([^\n]*)") do
    groups[math.tointeger(tonumber(id))] = { name = name, path = path }
  end
  return groups
end

--- Mount a hierarchy of version 1.
---@param mount { target: string, source: string?, data: string? } data: the controllers
---@return true? ok
---@return S.Error? err
function cgroup.mount(mount)
  return S.mount(mount.source or "cgroup", mount.target or mount.dir, mount.type or "cgroup",
    mount.flags, mount.data)
end

return cgroup
