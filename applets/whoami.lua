-- applets/whoami.lua - print the name of the user one acts as
--
-- Layer: applet; calls S. As id -un.

local S = require "syscall"
local passwd = require "passwd"

local applet = {
  summary = "print the name of the effective user",
  usage = "",
  operands = { max = 0 },
}

---@return true? ok
---@return string? err
function applet.run()
  local uid = S.geteuid()
  local user = passwd.user(uid)
  if not user then return nil, "user " .. uid .. " has no name" end
  io.write(user.name, "\n")
  return true
end

return applet
