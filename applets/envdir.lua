-- applets/envdir.lua - run a program with variables from the files of a folder
--
-- Layer: applet; calls runit.change. Follows envdir(8) of daemontools.

local change = require "runit.change"

local applet = {
  summary = "run a program with variables from the files of a folder",
  usage = "DIR PROG...",
  usage_status = change.USAGE,
  posix = true,
  operands = { min = 2 },
}

function applet.run(_, args)
  local value = table.remove(args, 1)
  return change.run({ envdir = value }, args)
end

return applet
