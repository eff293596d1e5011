-- ip/netns.lua - named network namespaces: files in /run/netns
--
-- Layer: library of ip; calls S. `ip netns` mounts /proc/PID/ns/net there under a name.

local netns = {}

netns.DIRECTORY = "/run/netns"

--- An fd of a namespace by name, or by path.
---@param name string
---@return S.fd? fd
---@return S.Error? err
function netns.open(name)
  local path = name:find("/", 1, true) and name or netns.DIRECTORY .. "/" .. name
  return require("syscall").open(path, "rdonly, cloexec")
end

--- The names, as the directory has them.
---@return string[]
function netns.list()
  local directory <close> = require("syscall").open(netns.DIRECTORY, "rdonly, directory, cloexec")
  return directory and require("fs.dir").list(directory) or {}
end

netns.NSID = require "nl.schema.nsid"

--- The name that this namespace's id stands for; nil when it has none.
---@param ip ip.Context
---@param id integer
---@return string?
function netns.name(ip, id)
  local by_id = ip.netns_names
  if not by_id then
    by_id = {}
    ip.netns_names = by_id
    for _, name in ipairs(netns.list()) do
      local fd = netns.open(name)
      if fd then
        local answer = ip:side():get(netns.NSID, { fd = fd:getfd() })
        fd:close()
        if answer and answer.nsid and answer.nsid >= 0 then by_id[answer.nsid] = name end
      end
    end
  end
  return by_id[id]
end

return netns
