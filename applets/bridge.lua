-- applets/bridge.lua - show and change bridges: ports, forwarding entries, VLANs, groups
--
-- Layer: applet; calls lua/bridge. Words, output, messages and exit statuses are iproute2's
-- (bridge(8), version 6.1).

local command = require "ip.command"

local USAGE = [[
Usage: bridge [ OPTIONS ] OBJECT { COMMAND | help }
       bridge [ -force ] -batch filename
where  OBJECT := { link | fdb | mdb | vlan }
       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] |
                    -o[neline] | -t[imestamp] | -n[etns] name |
                    -c[ompressvlans] -p[retty] -j[son] }
]]

local OBJECTS = { { "link", "bridge.link" }, { "fdb", "bridge.fdb" }, { "mdb", "bridge.mdb" },
  { "vlan", "bridge.vlan" } }

local applet = {
  summary = "show and change bridges: ports, forwarding entries, VLANs, groups",
  usage = "[OPTIONS] OBJECT {COMMAND | help}",
  raw = true, -- the language is iproute2's own
  examples = {
    { "bridge link", "ports and their states" },
    { "bridge vlan add dev eth1 vid 10 pvid untagged", "a port's own VLAN" },
    { "bridge fdb show br br0", "which addresses are where" },
  },
}

---@param args string[]
---@return integer status
function applet.run(_, args)
  return command.run({ name = "bridge", usage = USAGE, objects = OBJECTS, unknown = 255,
    option_help = "help" }, args)
end

return applet
