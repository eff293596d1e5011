-- applets/ip.lua - show and change links, addresses, routes, rules and neighbours
--
-- Layer: applet; calls lua/ip. Words, abbreviations, output, messages and exit statuses are
-- iproute2's (ip(8), version 6.1). Each object is a file in lua/ip, loaded when it is asked for.

local USAGE = [[
Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }
       ip [ -force ] -batch filename
where  OBJECT := { address | addrlabel | link | maddress | monitor | neighbor | neighbour |
                   netconf | netns | nexthop | ntable | route | rule | tcp_metrics | token |
                   tunnel | tuntap | vrf }
       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] | -r[esolve] |
                    -j[son] | -p[retty] | -f[amily] { inet | inet6 | bridge | link } |
                    -4 | -6 | -B | -0 | -l[oops] { maximum-addr-flush-attempts } |
                    -br[ief] | -o[neline] | -t[imestamp] | -ts[hort] | -b[atch] [filename] |
                    -n[etns] name | -N[umeric] | -a[ll] | -c[olor] }
]]

local command = require "ip.command"

-- The first that the word abbreviates counts: the order is part of the interface.
local OBJECTS = {
  { "address", "ip.addr" },
  { "addrlabel", "ip.addrlabel" },
  { "route", "ip.route" },
  { "rule", "ip.rule" },
  { "neighbor", "ip.neigh" },
  { "neighbour", "ip.neigh" },
  { "ntable", "ip.ntable" },
  { "link", "ip.link" },
  { "tunnel", "ip.tunnel" },
  { "tuntap", "ip.tuntap" },
  { "tap", "ip.tuntap" },
  { "token", "ip.token" },
  { "tcpmetrics", "ip.tcp_metrics" },
  { "tcp_metrics", "ip.tcp_metrics" },
  { "maddress", "ip.maddr" },
  { "monitor", "ip.monitor" },
  { "netns", "ip.netns_command" },
  { "netconf", "ip.netconf" },
  { "vrf", "ip.vrf" },
  { "nexthop", "ip.nexthop" },
}

local applet = {
  summary = "show and change links, addresses, routes, rules and neighbours",
  usage = "[OPTIONS] OBJECT {COMMAND | help}",
  raw = true, -- the language is iproute2's own
  examples = {
    { "ip -br addr", "addresses, a link a line" },
    { "ip link set eth0 up", "start a link" },
    { "ip -j route", "the routes as JSON" },
  },
}

---@param args string[]
---@return integer status
function applet.run(_, args)
  return command.run({ name = "ip", usage = USAGE, objects = OBJECTS, unknown = 1 }, args)
end

return applet
