-- ip/netns.lua - named network namespaces: files in /run/netns
--
-- Layer: library of ip; calls S. `ip netns` mounts /proc/PID/ns/net there under a name.

local netns = {}

local DIRECTORY = "/run/netns"

--- An fd of a namespace by name, or by path.
---@param name string
---@return S.fd? fd
---@return S.Error? err
function netns.open(name)
  local path = name:find("/", 1, true) and name or DIRECTORY .. "/" .. name
  return require("syscall").open(path, "rdonly, cloexec")
end

-- Namespace ids as the kernel knows them here: rtnetlink's RTM_GETNSID
local NSID = {
  name = "netns",
  protocol = 0,
  messages = { new = 88, del = 89, get = 90 },
  header = { "=Bxxx", "family" },
  [1] = { "nsid", "s32" },
  [2] = { "pid", "u32" },
  [3] = { "fd", "u32" },
}

--- The name that this namespace's id stands for; nil when it has none.
---@param ip ip.Context
---@param id integer
---@return string?
function netns.name(ip, id)
  local by_id = ip.netns_names
  if not by_id then
    by_id = {}
    ip.netns_names = by_id
    local directory = require("syscall").open(DIRECTORY, "rdonly, directory, cloexec")
    for _, name in ipairs(directory and require("fs.dir").list(directory) or {}) do
      local fd = netns.open(name)
      if fd then
        local answer = ip:side():get(NSID, { fd = fd:getfd() })
        fd:close()
        if answer and answer.nsid and answer.nsid >= 0 then by_id[answer.nsid] = name end
      end
    end
    if directory then directory:close() end
  end
  return by_id[id]
end

return netns
