-- applets/chpst.lua - run a program with a changed process state
--
-- Layer: applet; calls runit.change. Follows chpst(8) of runit.

local change = require "runit.change"

local applet = {
  summary = "run a program with a changed process state",
  usage = "[-P012] [-u USER] [-U USER] [-b ARGV0] [-e DIR] [-/ ROOT] [-C DIR] [-n INC] [-l|-L LOCK]"
    .. " [-m|-d|-o|-p|-f|-c BYTES] [-t SECONDS] PROG...",
  usage_status = change.USAGE,
  posix = true,
  options = {
    { "u", "user", arg = "USER[:GROUP]...", help = "become this user, with these groups" },
    { "U", "envuidgid", arg = "USER[:GROUP]", help = "set UID and GID in the environment" },
    { "b", "argv0", arg = "NAME", help = "the program's own name for itself" },
    { "e", "envdir", arg = "DIR", help = "variables from the files in DIR" },
    { "/", "root", arg = "ROOT", help = "change the root directory" },
    { "C", "chdir", arg = "DIR", help = "change the working directory" },
    { "n", "nice", arg = "INC", help = "add to the nice value" },
    { "l", "lock", arg = "FILE", help = "lock FILE, wait for that" },
    { "L", "lock-now", arg = "FILE", help = "lock FILE or fail" },
    { "m", "memory", arg = "BYTES", help = "limit data, stack, locked and all memory" },
    { "d", "data", arg = "BYTES", help = "limit the data segment" },
    { "o", "files", arg = "N", help = "limit open files" },
    { "p", "processes", arg = "N", help = "limit processes of the user" },
    { "f", "file-size", arg = "BYTES", help = "limit the size of files written" },
    { "c", "core", arg = "BYTES", help = "limit core files" },
    { "t", "time", arg = "SECONDS", help = "limit CPU time" },
    { "P", "group", help = "a new process group" },
    { "v", "verbose", help = "accepted, says nothing more" },
    { "0", "close-stdin", help = "close standard input" },
    { "1", "close-stdout", help = "close standard output" },
    { "2", "close-stderr", help = "close standard error" },
  },
  examples = {
    { "chpst -u www:www -o 64 httpd -f", "as user www, with at most 64 open files" },
  },
}

function applet.run(opts, argv)
  opts.close = {}
  for number, name in pairs { [0] = "stdin", "stdout", "stderr" } do
    if opts["close_" .. name] then table.insert(opts.close, number) end
  end
  return change.run(opts, argv)
end

return applet
