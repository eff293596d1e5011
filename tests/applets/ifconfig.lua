-- tests/applets/ifconfig.lua - ifconfig in a network namespace
-- The form is busybox's; what is set is looked at with the host's iproute2.

local t = require "test"

t.need_root()
t.need("ip")
local oracle = require "oracle"

-- "~" stands for a blank at the end of a line
local function block(text) return (text:gsub("~", " ")) end

local function words(command)
  local list = {}
  for word in command:gmatch("%S+") do list[#list + 1] = word end
  return list
end

t.netns(function()
  oracle.ip("link add eth0 type veth peer name eth1")
  oracle.ip("link set eth0 address 02:00:00:00:00:0a")
  t.run("ifconfig", { out = "" })
  t.run("ifconfig eth0", { out = block [[
eth0      Link encap:Ethernet  HWaddr 02:00:00:00:00:0A~~
          BROADCAST MULTICAST  MTU:1500  Metric:1
          RX packets:0 errors:0 dropped:0 overruns:0 frame:0
          TX packets:0 errors:0 dropped:0 overruns:0 carrier:0
          collisions:0 txqueuelen:1000~
          RX bytes:0 (0.0 B)  TX bytes:0 (0.0 B)

]] })
  t.run("ifconfig nope", { status = 1,
    err = "ifconfig: nope: error fetching interface information: Device not found\n" })
  t.run("ifconfig lo 127.0.0.1", {})
  t.ok(oracle.ip("addr show lo"):find("UP.*inet 127%.0%.0%.1/8 scope host lo\n"),
    "an address of class A, and up")
  t.run("ifconfig lo", { out = t.match "inet addr:127%.0%.0%.1  Mask:255%.0%.0%.0\n"
    and t.match "^lo        Link encap:Local Loopback  \n          inet addr:127" })

  t.run("ifconfig eth0 192.168.7.1", {})
  t.ok(oracle.ip("addr show eth0"):find("inet 192%.168%.7%.1/24 brd 192%.168%.7%.255 "),
    "class C, with broadcast")
  t.run("ifconfig eth0 10.1.2.3 netmask 255.255.255.128 mtu 1400 txqueuelen 77", {})
  local shown = oracle.ip("addr show eth0")
  t.ok(shown:find("mtu 1400.*qlen 77.*inet 10%.1%.2%.3/25 brd 10%.1%.2%.127")
    and not shown:find("192%.168"), "the address is replaced", shown)
  t.run("ifconfig eth0 netmask 255.255.0.0", {})
  t.ok(oracle.ip("addr show eth0"):find("inet 10%.1%.2%.3/16 brd 10%.1%.255%.255"), "a mask alone")
  t.run("ifconfig eth0 broadcast 10.1.0.9", {})
  t.ok(oracle.ip("addr show eth0"):find("10%.1%.2%.3/16 brd 10%.1%.0%.9"), "a broadcast address")
  t.run("ifconfig eth0 10.2.0.1/20", {})
  t.ok(oracle.ip("addr show eth0"):find("inet 10%.2%.0%.1/20 brd 10%.2%.15%.255"), "a length")
  t.run("ifconfig eth0:5 10.6.6.6", {})
  t.ok(oracle.ip("addr show eth0"):find("10%.6%.6%.6/8 brd 10%.255%.255%.255 scope global eth0:5"),
    "a label")
  t.run("ifconfig eth0:5", { out = block [[
eth0:5    Link encap:Ethernet  HWaddr 02:00:00:00:00:0A~~
          inet addr:10.6.6.6  Bcast:10.255.255.255  Mask:255.0.0.0
          UP BROADCAST MULTICAST  MTU:1400  Metric:1

]] })
  t.run("ifconfig", { out = t.match "^eth0 .*\n\neth0:5 .*\n\nlo " })
  t.run("ifconfig -a", { out = t.match "\n\neth1 " })
  t.run("ifconfig eth0:5 down", {})
  shown = oracle.ip("addr show eth0")
  t.ok(not shown:find("eth0:5") and shown:find("10%.2%.0%.1") and shown:find("[<,]UP"),
    "a label goes down alone", shown)
  t.run("ifconfig eth0 add fd00::5/64 add 10.8.0.1/24", {})
  t.ok(oracle.ip("addr show eth0"):find("10%.8%.0%.1/24.*fd00::5/64"), "further addresses")
  t.run("ifconfig eth0", { out = t.match "inet6 addr: fd00::5/64 Scope:Global\n" })
  t.run("ifconfig eth0 del fd00::5/64", {})
  t.ok(not oracle.ip("addr show eth0"):find("fd00::5"), "an address is taken away")
  t.run("ifconfig eth0 hw ether 02:00:00:00:00:0b -arp promisc", {})
  t.ok(oracle.ip("-d link show eth0"):find("NOARP.*PROMISC.*02:00:00:00:00:0b"), "flags, hardware")
  t.run("ifconfig eth0 arp -promisc", {})
  t.ok(not oracle.ip("link show eth0"):find("NOARP"), "flags are cleared")
  t.run("ifconfig eth0 0.0.0.0", {})
  t.ok(not oracle.ip("addr show eth0"):find("inet 10%.2"), "0.0.0.0 takes the address away")
  t.run("ifconfig eth0 down", {})
  t.ok(not oracle.ip("link show eth0"):find("[<,]UP"), "down")

  t.run("ifconfig eth0 bogus", { status = 1, err = "ifconfig: bad address 'bogus'\n" })
  t.run("ifconfig eth0 mtu abc", { status = 1, err = "ifconfig: bad number 'abc'\n" })
  t.run("ifconfig eth0 mtu 1", { status = 1,
    err = "ifconfig: eth0: mtu less than device minimum\n" })
  t.run("ifconfig eth0 mtu", { status = 1, err = t.match "mtu needs a value" })
  t.run("ifconfig nope up", { status = 1, err = "ifconfig: nope: No such device\n" })
  t.run("ifconfig eth0 netmask 255.0.255.0", { status = 1,
    err = "ifconfig: bad address '255.0.255.0'\n" })
  local got = t.execute(words "ifconfig --json lo")
  t.is(require("json").decode(got.out)[1].inet, { address = "127.0.0.1", netmask = "255.0.0.0" },
    "--json")
end)
