-- applets/rmmod.lua - unload kernel modules
--
-- Layer: applet; calls S through kmod. Follows kmod's rmmod.

local cli = require "cli"
local S = require "syscall"
local kmod = require "kmod"

local applet = {
  summary = "unload kernel modules",
  usage = "[-fsvw] MODULE...",
  options = {
    { "f", "force", help = "even when it is in use: this may bring the system down" },
    { "w", "wait", help = "wait until nothing uses it" },
    { "v", "verbose", help = "tell each module" },
    { "s", "syslog", help = "ignored: errors go to standard error" },
  },
  operands = { min = 1 },
}

local POLL_SECONDS = 0.2

---@return true
function applet.run(opts, args)
  for _, name in ipairs(args) do
    if opts.verbose then io.write("rmmod ", name, "\n") end
    local ok, err, syserr
    repeat
      ok, err, syserr = kmod.unload(name, opts.force and "nonblock,trunc" or nil)
      -- the kernel itself waits no more, since Linux 3.13
      local again = not ok and opts.wait and (syserr.AGAIN or syserr.BUSY)
      if again then S.nanosleep(POLL_SECONDS) end
    until not again
    if not ok then cli.warn(nil, err) end
  end
  return true
end

return applet
