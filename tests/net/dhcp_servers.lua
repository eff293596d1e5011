-- tests/net/dhcp_servers.lua - leases from servers that others wrote
--
-- Needs root: network and mount namespaces. Programs: dnsmasq, busybox's udhcpd.

local t = require "test"
local S = require "syscall"

t.need_root()
local dnsmasq, udhcpd = t.find("dnsmasq"), t.find("udhcpd")
local tmp = t.tmp()

if not dnsmasq then
  t.skip_one("dnsmasq", "needs the program dnsmasq")
else
  t.netns(function()
    local lan = require "lan"
    local nl = require "nl"
    lan.resolver("nameserver 192.0.2.53\noptions timeout:1\n")
    lan.join("eth0", function(link)
      lan.address(link, "10.77.0.1/24")
      lan.exec { dnsmasq, "-k", "-C", "/dev/null", "--interface=" .. link, "--bind-interfaces",
        "--port=0", "--no-ping", "--dhcp-range=10.77.0.50,10.77.0.50,10m",
        "--dhcp-option=121,10.9.0.0/16,10.77.0.254,0.0.0.0/0,10.77.0.2",
        "--dhcp-option=3,10.77.0.99", "--dhcp-option=26,1400", "--dhcp-option=15,lan.example",
        "--dhcp-option=119,a.example,b.a.example", "--dhcp-option=6,10.77.0.3,10.77.0.4",
        "--dhcp-leasefile=" .. tmp .. "/leases", "--pid-file=", "--log-facility=/dev/null",
        "--user=root" }
    end)
    t.run("udhcpc -i eth0 -n -q -t 25 -T 1", { -- it takes a while to start
      err = "udhcpc: eth0: lease of 10.77.0.50 obtained from 10.77.0.1, lease time 600\n",
    })
    t.is(lan.addresses("eth0"), "10.77.0.50/24", "dnsmasq: the address stands")
    t.is(lan.routes("eth0"), { "0.0.0.0/0 via 10.77.0.2", "10.9.0.0/16 via 10.77.0.254" },
      "dnsmasq: routes of option 121, none of option 3")
    local link = nl.interface("eth0")
    t.is(link.mtu, 1400, "dnsmasq: MTU")
    local info = link.inet[1].cacheinfo
    t.ok(info.valid > 300 and info.valid <= 600, "dnsmasq: the kernel ends the lease in time")
    t.is(link.inet[1].broadcast, "10.77.0.255", "dnsmasq: broadcast address")
    t.is(t.read("/etc/resolv.conf"), [[
nameserver 192.0.2.53
options timeout:1
# search of eth0: a.example b.a.example
search a.example b.a.example
nameserver 10.77.0.3 # eth0
nameserver 10.77.0.4 # eth0
]], "dnsmasq: resolv.conf")

    -- The lease's server is there: ping it by the address that we got.
    t.run("ping -c 1 -W 25 10.77.0.1", { out = t.match(
      "^PING 10.77.0.1 %(10.77.0.1%): 56 data bytes\n"
      .. "64 bytes from 10.77.0.1: seq=0 ttl=64 time=%d+%.%d%d%d ms\n\n"
      .. "%-%-%- 10.77.0.1 ping statistics %-%-%-\n"
      .. "1 packets transmitted, 1 packets received, 0%% packet loss\n"
      .. "round%-trip min/avg/max = %d+%.%d+/%d+%.%d+/%d+%.%d+ ms\n$") })
    t.run("ping -c 1 -W 0.2 -q 10.77.0.66", { status = 1, out = [[
PING 10.77.0.66 (10.77.0.66): 56 data bytes

--- 10.77.0.66 ping statistics ---
1 packets transmitted, 0 packets received, 100% packet loss
]] })
    t.run("ping -c 1 -W 25 -I 10.77.0.50 10.77.0.1", { out = t.match("1 packets received") })
    t.run("ping -c 1 -W 25 -s 10 -t 1 -I eth0 10.77.0.1",
      { out = t.match("\n18 bytes from 10.77.0.1: seq=0 ttl=64 ") })

    -- For scripts: one call, nothing applied.
    local dhcp = require "net.dhcp"
    link:deladdress("10.77.0.50/24")
    local lease, err = dhcp.request("eth0")
    t.is({ lease and lease.address, err }, { "10.77.0.50" }, "net.dhcp.request")
    t.is(lease and lease.ntp, {}, "net.dhcp.request: empty lists, not nil")
    t.is(lan.addresses("eth0"), "", "net.dhcp.request applies nothing")
    lease, err = dhcp.request("nosuch")
    t.ok(not lease and err.NODEV, "net.dhcp.request: no such link")
  end)
end

if not udhcpd then
  t.skip_one("udhcpd", "needs the program udhcpd")
else
  t.netns(function()
    local lan = require "lan"
    lan.resolver("")
    lan.join("eth0", function(link)
      lan.address(link, "10.78.0.1/24")
      t.write(tmp .. "/udhcpd.conf", table.concat({ "start 10.78.0.20", "end 10.78.0.20",
        "interface " .. link, "lease_file " .. tmp .. "/udhcpd.leases",
        "pidfile " .. tmp .. "/udhcpd.pid", "opt dns 10.78.0.1", "option subnet 255.255.255.0",
        "opt router 10.78.0.1", "option domain local.example", "option lease 864000",
        "siaddr 10.78.0.5", "boot_file boot.img", "" }, "\n"))
      t.write(tmp .. "/udhcpd.leases", "")
      local null = S.open("/dev/null", "rdwr")
      null:dup2(1)
      null:dup2(2)
      lan.exec { udhcpd, "-f", tmp .. "/udhcpd.conf" }
    end)
    -- A script gets busybox's environment, and applies what it likes: here nothing.
    local script = t.write(tmp .. "/script", ([[#!/bin/sh
{ echo "event $1"
env | grep -v '^PATH=\|^PWD=\|^SHLVL=\|^_=\|^HOME=\|^OLDPWD=' | LC_ALL=C sort; } >>%s/events
]]):format(tmp), "0755")
    t.run({ "udhcpc", "-i", "eth0", "-n", "-q", "-t", "25", "-T", "1", "-s", script }, {
      err = "udhcpc: eth0: lease of 10.78.0.20 obtained from 10.78.0.1, lease time 864000\n",
    })
    t.is(t.read(tmp .. "/events"), [[
event deconfig
interface=eth0
event bound
boot_file=boot.img
dns=10.78.0.1
domain=local.example
interface=eth0
ip=10.78.0.20
lease=864000
mask=24
router=10.78.0.1
serverid=10.78.0.1
siaddr=10.78.0.5
subnet=255.255.255.0
]], "udhcpd: the script's environment")
    t.is({ lan.addresses("eth0"), t.read("/etc/resolv.conf") }, { "", "" },
      "udhcpd: with a script nothing is applied")
    t.run("udhcpc -i eth0 -n -q -t 25 -T 1 --no-resolver", { err = t.any })
    t.is({ lan.addresses("eth0"), lan.routes("eth0")[1], t.read("/etc/resolv.conf") },
      { "10.78.0.20/24", "0.0.0.0/0 via 10.78.0.1", "" }, "udhcpd: applied, but resolv.conf")
  end)
end
