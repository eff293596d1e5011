-- applets/runsv.lua - supervise a service folder
--
-- Layer: applet; calls runit.runsv. Follows runsv(8) of runit.

local S = require "syscall"

local applet = {
  summary = "supervise the service in a folder, and its log",
  usage = "DIR",
  usage_status = 1,
  operands = { min = 1, max = 1 },
}

function applet.run(_, args)
  local ok, err = S.chdir(args[1])
  if not ok then
    io.stderr:write("runsv ", args[1], ": fatal: unable to change to directory: ", tostring(err),
      "\n")
    return 111
  end
  return require("runit.runsv").run(args[1]:match("([^/]+)/*$") or args[1])
end

return applet
