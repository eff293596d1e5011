-- applets/insmod.lua - load one kernel module file
--
-- Layer: applet. Follows kmod's insmod. What the module needs must be there
-- already: modprobe sees to that.

local kmod = require "kmod"

local applet = {
  summary = "load a kernel module file",
  usage = "FILE [PARAMETER=VALUE]...",
  operands = { min = 1 },
  examples = { { "insmod ./loop.ko max_loop=8", "with a parameter" } },
}

---@param args string[] file, then parameters
---@return true? ok
---@return string? err
function applet.run(_, args)
  local ok, err, syserr = kmod.insert(args[1], table.concat(args, " ", 2))
  if not ok and syserr and syserr.NOENT and require("syscall").stat(args[1]) then
    err = err .. "; modprobe loads what it needs first"
  end
  return ok, err
end

return applet
