-- applets/envuidgid.lua - run a program with UID and GID of a user in its environment
--
-- Layer: applet; calls runit.change. Follows envuidgid(8) of daemontools.

local change = require "runit.change"

local applet = {
  summary = "run a program with UID and GID of a user in its environment",
  usage = "USER PROG...",
  usage_status = change.USAGE,
  posix = true,
  operands = { min = 2 },
}

function applet.run(_, args)
  local value = table.remove(args, 1)
  return change.run({ envuidgid = value }, args)
end

return applet
