-- applets/tc.lua - show and change how links queue what they send
--
-- Layer: applet; calls lua/tc. Words, output, messages and exit statuses are iproute2's (tc(8),
-- version 6.1): qdisc and class. Kinds are files in lua/tc/kind.

local command = require "ip.command"

local USAGE = [=[
Usage:	tc [ OPTIONS ] OBJECT { COMMAND | help }
	tc [-force] -batch filename
where  OBJECT := { qdisc | class }
       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] | -o[neline] | -j[son] |
		    -p[retty] | -c[olor] | -b[atch] [filename] | -n[etns] name |
		    -N[umeric] }
]=]

local OBJECTS = { { "qdisc", "tc.qdisc" }, { "class", "tc.class" } }

local applet = {
  summary = "show and change how links queue what they send",
  usage = "[OPTIONS] OBJECT {COMMAND | help}",
  raw = true, -- the language is iproute2's own
  examples = {
    { "tc qdisc", "every link's queueing discipline" },
    { "tc qdisc replace dev eth0 root netem delay 50ms loss 1%", "a bad network, for tests" },
    { "tc -s class show dev eth0", "what each class has sent" },
  },
}

---@param args string[]
---@return integer status
function applet.run(_, args)
  return command.run({ name = "tc", usage = USAGE, objects = OBJECTS, unknown = 255,
    help_status = 0 }, args)
end

return applet
