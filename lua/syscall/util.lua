-- syscall/util.lua - S.util: small helpers over S, with ljsyscall's names
--
-- Layer: library, behind S. An index: each helper is in the room of its subject and loaded when
-- it is asked for. Programs of luabox itself use fs, proc and net instead.

local ROOMS = {
  files = { "ls", "dirtable", "rm", "cp", "touch", "createfile", "mapfile", "readfile",
    "writefile", "basename", "dirname", "mounts", "mount" },
  proc = { "ps", "proc" },
  net = { "inet_name", "if_nametoindex", "bridge_add", "bridge_del", "bridge_add_interface",
    "bridge_del_interface", "bridge_list" },
  message = { "recvcmsg", "sendfds", "sendcred" },
  security = { "auditarch", "capget", "capset" },
}

local OF_S = { eventfd_read = true, eventfd_write = true, signalfd_read = true,
  timerfd_read = true }

return setmetatable({}, {
  __index = function(util, name)
    if OF_S[name] then return require("syscall")[name] end
    for room, names in pairs(ROOMS) do
      for _, one in ipairs(names) do
        if one == name then
          local value = require("syscall.util." .. room)[name]
          rawset(util, name, value)
          return value
        end
      end
    end
  end,
})
