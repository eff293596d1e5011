-- applets/softlimit.lua - run a program with limits
--
-- Layer: applet; calls runit.change. Follows softlimit(8) of daemontools; "=" is
-- the hard limit.

local change = require "runit.change"

local applet = {
  summary = "run a program with limits",
  usage = "[-a|-c|-d|-f|-l|-m|-o|-p|-r|-s BYTES] [-t SECONDS] PROG...",
  usage_status = change.USAGE,
  posix = true,
  options = {
    { "a", "address-space", arg = "BYTES", help = "all memory" },
    { "m", "memory", arg = "BYTES", help = "data, stack, locked and all memory" },
    { "d", "data", arg = "BYTES", help = "the data segment" },
    { "s", "stack", arg = "BYTES", help = "the stack" },
    { "l", "locked", arg = "BYTES", help = "locked memory" },
    { "r", "resident", arg = "BYTES", help = "memory in use" },
    { "o", "files", arg = "N", help = "open files" },
    { "p", "processes", arg = "N", help = "processes of the user" },
    { "f", "file-size", arg = "BYTES", help = "the size of files written" },
    { "c", "core", arg = "BYTES", help = "core files" },
    { "t", "time", arg = "SECONDS", help = "CPU time" },
  },
}

function applet.run(opts, argv) return change.run(opts, argv) end

return applet
