-- applets/setuidgid.lua - run a program as another user
--
-- Layer: applet; calls runit.change. Follows setuidgid(8) of daemontools.

local change = require "runit.change"

local applet = {
  summary = "run a program as another user",
  usage = "USER PROG...",
  usage_status = change.USAGE,
  posix = true,
  operands = { min = 2 },
}

function applet.run(_, args)
  local value = table.remove(args, 1)
  return change.run({ user = value }, args)
end

return applet
