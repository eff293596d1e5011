-- tests/applets/route.lua - route in a network namespace
-- The form is busybox's; what is set is looked at with the host's iproute2.

local t = require "test"

t.need_root()
t.need("ip")
local oracle = require "oracle"

local HEAD = "Kernel IP routing table\nDestination     Gateway         Genmask         "
  .. "Flags Metric Ref    Use Iface\n"

t.netns(function()
  oracle.ip("link add eth0 type veth peer name eth1")
  oracle.ip("link set eth0 up")
  oracle.ip("link set eth1 up")
  oracle.ip("addr add 10.0.0.1/24 dev eth0")
  oracle.ip("-6 addr add fd00::1/64 dev eth0 nodad")
  t.run("route -n", { out = HEAD
    .. "10.0.0.0        0.0.0.0         255.255.255.0   U     0      0        0 eth0\n" })

  local function shows(command, pattern)
    t.run("route " .. command, {})
    local shown = oracle.ip("route") .. oracle.ip("-6 route")
    t.ok(shown:find(pattern), "after route " .. command, shown)
  end
  shows("add default gw 10.0.0.254", "default via 10%.0%.0%.254 dev eth0 \n")
  shows("add -net 10.5.0.0 netmask 255.255.0.0 gw 10.0.0.9 metric 7",
    "10%.5%.0%.0/16 via 10%.0%.0%.9 dev eth0 metric 7 \n")
  shows("add -net 10.6.0.0/16 dev eth0", "10%.6%.0%.0/16 dev eth0 scope link \n")
  shows("add -net 172.16.0.0 eth0", "172%.16%.0%.0/16 dev eth0 scope link \n")
  shows("add -host 10.7.0.1 gw 10.0.0.9 mss 500 window 9000",
    "10%.7%.0%.1 via 10%.0%.0%.9 dev eth0 window 9000 advmss 500 \n")
  shows("add -net 10.8.0.0/16 reject", "unreachable 10%.8%.0%.0/16 \n")
  shows("-A inet6 add fd01::/32 gw fd00::9 metric 5", "fd01::/32 via fd00::9 dev eth0 metric 5 ")

  t.run("route -n", { out = HEAD .. [[
0.0.0.0         10.0.0.254      0.0.0.0         UG    0      0        0 eth0
10.0.0.0        0.0.0.0         255.255.255.0   U     0      0        0 eth0
10.5.0.0        10.0.0.9        255.255.0.0     UG    7      0        0 eth0
10.6.0.0        0.0.0.0         255.255.0.0     U     0      0        0 eth0
10.7.0.1        10.0.0.9        255.255.255.255 UGH   0      0        0 eth0
10.8.0.0        0.0.0.0         255.255.0.0     !     0      0        0 *
172.16.0.0      0.0.0.0         255.255.0.0     U     0      0        0 eth0
]] })
  t.run("route", { out = t.match "\ndefault         10.0.0.254      0.0.0.0         UG " })
  t.run("route", { out = t.match "\n10.0.0.0        %*               255.255.255.0   U  " })
  t.run("route -A inet6 -n", { out = t.match("^Kernel IPv6 routing table\nDestination"
    .. (" "):rep(33) .. "Next Hop.*\nfd01::/32 +fd00::9 +UG +5 +%d+ +%d+ eth0 +\n") })

  t.run("route del default", {})
  t.run("route del -net 10.5.0.0/16", {})
  t.run("route del -host 10.7.0.1", {})
  t.run("route del -net 10.8.0.0/16 reject", {})
  t.run("route -A inet6 del fd01::/32", {})
  t.is(oracle.ip("route"), "10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1 \n"
    .. "10.6.0.0/16 dev eth0 scope link \n172.16.0.0/16 dev eth0 scope link \n", "deleted")
  t.run("route del default", { status = 1, err = "route: SIOCDELRT: No such process\n" })
  t.run("route add 10.1.1.1", { status = 1, err = "route: SIOCADDRT: No such device\n" })
  t.run("route add -net 10.6.0.0/16 dev eth0", { status = 1,
    err = "route: SIOCADDRT: File exists\n" })
  t.run("route add default gw 99.9.9.9", { status = 1,
    err = "route: SIOCADDRT: Nexthop has invalid gateway\n" })
  t.run("route add foo gw bar", { status = 1, err = "route: resolving foo\n" })
  t.run("route add -net 10.6.0.1 netmask 255.255.0.0 eth0", { status = 1,
    err = "route: netmask and route address conflict\n" })
  t.run("route add", { status = 1, err = t.match "^route: no target\nusage: route " })
  t.run("route -A bogus", { status = 1, err = t.match "^route: unknown address family bogus\n" })
  t.run("route change default", { status = 1, err = t.match "^route: unknown word change\n" })
  t.is(require("json").decode(t.execute({ "route", "--json" }).out)[1].destination, "10.0.0.0",
    "--json")
end)
