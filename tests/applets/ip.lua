-- tests/applets/ip.lua - ip against the host's iproute2, in network namespaces
-- What iproute2 set we show as it does; what we set it shows; errors are told in the same words.

local t = require "test"

t.need_root()
t.need("ip")
local eventually = require "eventually"
local oracle = require "oracle"
if not oracle.ip("-V"):find("iproute2%-6%.1") then
  t.skip("the host's iproute2 is not 6.1, whose output ours follows")
end

local each = oracle.each

t.netns(function()
  oracle.network()
  each([[
    link
    -d link
    -s link
    -s -s -d link
    -br link
    -o link
    -o -d link
    -j link
    -j -d link
    -j -s link
    -j -s -s -d link
    -j -p -d link
    -j -br link
    -4 link
    link show eth0
    link show lan0
    link show dev eth0 up
    link show type veth
    link show type bridge_slave
    link show master br0
    link show nomaster
    link show group default
    addr
    -d addr
    -s addr
    -br addr
    -o addr
    -4 addr
    -6 addr
    -0 addr
    -4 -o addr
    -j addr
    -j -d addr
    -j -p -d addr
    -j -br addr
    -6 -j -p addr
    a s eth0
    addr show up
    addr show scope link
    addr show to 10.0.0.0/24
    addr show label eth*
    addr show permanent
    addr show dynamic
    addr show secondary
    addr show type bridge
    route
    -d route
    -s route
    -o route
    -j route
    -j -d route
    -j -p route
    -6 route
    -6 -j route
    route show table all
    -j route show table all
    -6 route show table all
    route show table local
    route show table 100
    route show dev eth0
    route show via 10.0.0.254
    route show proto static
    route show proto kernel
    route show scope link
    route show type blackhole
    route show default
    route show 10.0.0.0/24
    route show root 10.0.0.0/8
    route show match 10.5.1.1
    route show exact 10.5.0.0/16
    route show metric 100
    route show src 10.0.0.1
    -6 route show default
    route get 10.5.0.1
    route get 10.0.0.1
    -j route get 10.5.0.1
    route get fd01::5
    route get fibmatch 10.5.0.1
    route get 10.5.0.1 from 10.0.0.2
    route get 10.0.0.0/24
    neigh
    -j neigh
    -s neigh
    -j -s neigh
    -4 neigh
    -6 neigh
    -br neigh
    -j -p neigh
    neigh show proxy
    neigh show dev eth0
    -j neigh show dev eth0
    neigh show nud permanent
    neigh show nud all
    neigh show to 10.0.0.77
    neigh get 10.0.0.77 dev eth0
    rule
    -d rule
    -j rule
    -j -d rule
    -6 rule
    -6 -j -p rule
    rule show table 100
    rule show from 10.1.0.0/16
    rule show pref 77
    rule show fwmark 5
    rule show to 10.2.0.1
  ]], oracle.same)

  -- wrong words, and what the kernel refuses
  each([[
    foo
    -foo
    -f bogus link
    link foo
    link show nope
    link add
    link add foo
    link add d0 type bogus
    link add x type vxlan id 99999999
    link add name toolongifname1234 type veth
    link add br0 type bridge
    link set
    link set nope up
    link set eth0 mtu
    link set eth0 mtu abc
    link set eth0 mtu 1
    link set eth0 mtu 1400 mtu 1500
    link set eth0 address 00:11
    link set eth0 address 00:zz:11:22:33:44
    link set eth0 master nope
    link set eth0 arp maybe
    link set eth0 promisc
    link set dev eth0 eth1 up
    link set eth0 netns nope
    link set eth0 index 7
    link del nope
    link del
    addr foo
    addr add
    addr add 10.1.1.1/24
    addr add 10.1.1.1/24 dev nope
    addr add 10.1.1.300/24 dev eth0
    addr add 10.1.1.1/44 dev eth0
    addr add 10.0.0.1/24 dev eth0
    addr add 10.1.1.1/24 10.1.1.2/24 dev eth0
    addr add 10.1.1.1/24 brd x dev eth0
    addr add 10.1.1.1/24 dev eth0 scope bogus
    addr add 10.1.1.1/24 dev eth0 valid_lft 5 preferred_lft 9
    addr add fd00::9/64 brd + dev eth0
    addr del 10.44.0.1/24 dev eth0
    addr del 10.44.0.1 dev eth0
    addr flush
    addr show nope
    addr show bogus1 bogus2
    addr show scope bogus
    route foo
    route get
    route get 99.9.9.9 oif nope
    route get 10.6.0.1
    route get nope
    route show dev nope
    route show table bogus
    route show table 33
    route show proto bogus
    route flush
    route add 10.44.0.0/16
    route add 10.44.0.0/16 via 1.2.3.4
    route add 10.44.0.0/16 via bogus
    route add 10.44.0.0/16 dev nope
    route add default via 10.0.0.254
    route add 10.44.0.1/16 dev eth0
    route add 10.44.0.0/33 dev eth0
    route add 10.44.0.0/16 dev eth0 metric abc
    route add 10.44.0.0/16 dev eth0 table abc
    route add 10.44.0.0/16 dev eth0 mtu
    route add 10.44.0.0/16 proto bogus dev eth0
    route add 10.44.0.0/16 via 10.0.0.254 via 10.0.0.253
    route add 10.44.0.0/16 nexthop
    route add 10.44.0.0/16 nexthop dev nope
    route add 10.44.0.0/16 nexthop via 10.0.0.254 foo
    route add 10.44.0.0/16 10.45.0.0/16 dev eth0
    -4 route add fd09::/64 dev eth0
    route del 10.44.0.0/16
    route del 10.0.0.0/24 dev br0
    neigh foo
    neigh add
    neigh add 10.0.0.5
    neigh add 10.0.0.5 lladdr 00:xx dev eth0
    neigh add 10.0.0.5 nud bogus dev eth0
    neigh add 10.0.0.77 lladdr 00:11:22:33:44:55 dev eth0
    neigh del 10.0.0.99 dev eth0
    neigh get
    neigh get 10.0.0.99 dev eth0
    neigh show nope
    neigh show dev nope
    neigh flush
    rule foo
    rule add
    rule add bogus
    rule add table bogus
    rule add pref x
    rule add from 1.2.3.4/55
    rule add fwmark x
    rule add from 10.1.0.0/16 table 100
    rule del
    rule del from 99.0.0.0/8
    monitor foo
  ]], oracle.same)

  t.run("ip", { status = 255, err = t.match "^Usage: ip " })
  t.run("ip help", { status = 255, err = t.match "^Usage: ip " })
  t.run("ip route add", { status = 255, err = t.match "^Usage: ip route" })
  t.run("ip -j link show type dummy", { out = "[]\n" }) -- iproute2 prints {} for each left out
  t.run("ip link add v9 type vxlan id 5 bogus", { status = 1,
    err = 'vxlan: unknown command "bogus"?\n' })
  t.run("ip --version", { out = t.match "^ip %(luabox%)" })
end)

t.netns(function()
  oracle.ip("link add eth0 type veth peer name eth1")
  oracle.ip("link add br0 type bridge")
  oracle.ip("link set eth0 up")
  oracle.ip("link set eth1 up")
  oracle.ip("addr add 10.0.0.1/24 dev eth0")
  oracle.ip("-6 addr add fd00::1/64 dev eth0 nodad")
  oracle.settle()

  local routes = { "route flush 10.44.0.0/16 table all", "-6 route flush fd44::/32" }
  each([[
    10.44.0.0/16 dev eth0
    10.44.0.0/16 via 10.0.0.9
    10.44.0.0/16 via 10.0.0.9 metric 7 proto static src 10.0.0.1 mtu lock 1300 advmss 500 window 9
    10.44.0.0/16 dev eth0 rtt 20ms rttvar 5ms ssthresh 6 cwnd 5 initcwnd 10 initrwnd 11
    10.44.0.0/16 dev eth0 hoplimit 5 reordering 4 rto_min 30ms quickack 1 features ecn
    10.44.0.0/16 dev eth0 congctl cubic
    blackhole 10.44.0.0/16
    unreachable 10.44.0.0/16 table 300
    prohibit 10.44.0.0/16
    throw 10.44.0.0/16 table 5
    local 10.44.0.0/16 dev lo
    10.44.0.0/16 nexthop via 10.0.0.9 weight 3 nexthop via 10.0.0.10 dev eth0 onlink
    10.44.0.0/16 via inet6 fe80::1 dev eth0
    10.44.0.0/16 dev eth0 realms 3/4
    10.44.0.0/16 via 99.1.1.1 dev eth0 onlink
    10.44.0.0/16 dev eth0 tos 8
    10.44/16 dev eth0 scope host
    fd44::/32 via fd00::9 metric 9 pref high
    fd44::/32 dev eth0 expires 1000
    fd44::/32 nexthop via fd00::3 nexthop via fd00::4
  ]], function(words)
    oracle.same_change("-d route show table all", routes, "route add " .. words)
  end)

  local addresses = { "addr flush dev br0" }
  each([[
    10.1.0.1/24
    10.1.0.1/24 brd +
    10.1.0.1/24 brd -
    10.1.0.1/24 broadcast 10.1.0.99 label br0:7 scope link
    10.1.0.1 peer 10.1.0.2/32
    10.1.0.1/24 valid_lft 1000 preferred_lft 500 metric 9 noprefixroute
    fd09::1/64 nodad
    fd09::1/64 nodad home mngtmpaddr
    fd09::1 peer fd09::2/128
    127.0.0.9/8
  ]], function(words)
    oracle.same_change("addr show dev br0", addresses, "addr add dev br0 " .. words)
    oracle.same_change("addr show dev br0", addresses, "addr replace dev br0 " .. words)
  end)

  local neighbours = { "neigh flush nud all dev eth0", "neigh flush proxy dev eth0" }
  each([[
    10.0.0.5 lladdr 00:11:22:33:44:55
    10.0.0.5 lladdr 00:11:22:33:44:55 nud reachable
    10.0.0.5 lladdr 00:11:22:33:44:55 nud stale protocol static
    fd00::5 lladdr 00:11:22:33:44:55 router
    10.0.0.5 lladdr 00:11:22:33:44:55 extern_learn
  ]], function(words)
    oracle.same_change("neigh show nud all dev eth0", neighbours, "neigh add dev eth0 " .. words)
    oracle.same_change("neigh show nud all dev eth0", neighbours,
      "neigh replace dev eth0 " .. words)
  end)

  local rules = { "rule del pref 60" }
  each([[
    from 10.1.0.0/16 table 100
    to 10.2.0.1 fwmark 0x5/0xff lookup 5
    iif eth0 oif br0 blackhole
    not from 1.2.3.4 prohibit
    ipproto udp sport 5-9 dport 80 uidrange 1-1000 table 900 suppress_prefixlength 3
    goto 32766
    tos 8 table 4 realms 3/4
    nop
    unreachable
    protocol static table main suppress_ifgroup 5
  ]], function(words)
    oracle.same_change("-d rule", rules, "rule add pref 60 " .. words)
  end)

  -- "link" is what is made or changed; a hardware address of its own would differ
  local function link(undo, words)
    oracle.same_change("-d link", undo, "link " .. words)
  end
  local gone = { "link del new0" }
  each([[
    type bridge
    type bridge forward_delay 400 ageing_time 1000 stp_state 1 priority 100
    type veth peer name new1 address 02:00:00:00:00:02 mtu 1400
    mtu 1300 txqueuelen 55 type veth peer new1 address 02:00:00:00:00:02
    type vxlan id 77 remote 10.0.0.9 local 10.0.0.1 dstport 4789 ttl 9 nolearning
    type vxlan id 78 group 239.1.1.1 dev eth0 srcport 1000 2000 ageing 90 maxaddress 44 proxy
    type vxlan external dstport 4790
    type vxlan id 79 remote fd00::9 dstport 5 tos 4 udpcsum
    link eth0 type macvlan mode vepa
    link eth0 type macvtap mode bridge
    type ifb
    index 77 type bridge
  ]], function(words)
    link(gone, "add new0 address 02:00:00:00:00:01 " .. words)
  end)
  link({ "link set eth0 mtu 1500" }, "set eth0 mtu 1400")
  link({ "link set eth0 txqueuelen 1000" }, "set dev eth0 txqueuelen 12")
  link({ "link set br0 down" }, "set br0 up")
  link({ "link set eth1 nomaster" }, "set eth1 master br0")
  link({ "link set eth0 promisc off" }, "set eth0 promisc on")
  link({ "link set eth0 arp on" }, "set eth0 arp off")
  link({ "link set eth0 allmulticast off multicast on" }, "set eth0 allmulticast on multicast off")
  link({ "link set dev br0 group default" }, "set br0 group 9")
  link({ "link set new9 name br0" }, "set br0 name new9")
  link({ "link property del dev br0 altname other" }, "property add dev br0 altname other")
  link({ "link set br0 addrgenmode eui64" }, "set br0 addrgenmode none")
  oracle.ip("link set eth1 master br0")
  link({ "link set eth1 type bridge_slave cost 2 hairpin off" },
    "set eth1 type bridge_slave cost 77 hairpin on")

  -- one line after another; the first that fails ends it
  local file = t.tmp() .. "/batch"
  t.write(file, "# a comment\naddr add 10.7.0.1/24 dev br0\n\nlink set br0 \\\nmtu 1400\n")
  t.run({ "ip", "-batch", file }, {})
  t.ok(oracle.ip("addr show dev br0"):find("mtu 1400.*10%.7%.0%.1/24"), "a batch is carried out")
  t.write(file, "addr add 10.7.0.1/24 dev br0\naddr add 10.7.0.2/24 dev br0\n")
  t.run({ "ip", "-b", file }, { status = 1,
    err = "Error: ipv4: Address already assigned.\nCommand failed " .. file .. ":1\n" })
  t.run({ "ip", "-force", "-b", file }, { status = 1,
    err = "Error: ipv4: Address already assigned.\nCommand failed " .. file .. ":1\n" })
  t.ok(oracle.ip("addr show dev br0"):find("10%.7%.0%.2"), "-force goes on after a failure")
  t.run({ "ip", "-b", file .. "x" }, { status = 1,
    err = ('Cannot open file "%sx" for reading: No such file or directory\n'):format(file) })

  t.run("ip addr flush dev br0 to 10.7.0.0/16", {})
  t.ok(not oracle.ip("addr show dev br0"):find("10%.7"), "flush deletes what it selects")
  t.run("ip -s addr flush dev br0 to 10.7.0.0/16", { out = "Nothing to flush.\n" })
  t.run("ip route flush table main dev eth0", {})
  t.is(oracle.ip("-4 route show dev eth0"), "", "route flush")
end)

-- a link in another namespace
t.isolated("newnet, newns", function()
  local S = require "syscall"
  assert(S.mount("none", "/run", "tmpfs"))
  oracle.ip("netns add blue")
  oracle.ip("link add eth0 type veth peer name eth1")
  t.run("ip link set eth1 netns blue", {})
  t.ok(oracle.ip("-n blue link"):find("eth1@if"), "moved by the name of a namespace")
  oracle.same("-n blue link")
  oracle.same("-n blue -d addr")
  oracle.same("link")
  oracle.same("-j link")
  oracle.same("-n nope link")
  t.run("ip -n blue addr add 10.3.0.1/24 dev eth1", {})
  t.ok(oracle.ip("-n blue addr"):find("10%.3%.0%.1/24"), "a request in another namespace")
end)

-- the same events, told alike
t.netns(function()
  local S = require "syscall"
  local dir = t.tmp()
  oracle.ip("link add eth0 type veth peer name eth1")
  local function watch(program, file, ...)
    local out <close> = assert(S.open(dir .. "/" .. file, "wronly, creat", "0600"))
    local argv = { program, ... }
    argv.path, argv.fds = program, { [1] = out }
    return assert(S.spawn(argv))
  end
  local ours = watch(t.binary, "ours", "ip", "monitor", "link", "address", "route", "neigh", "rule",
    "nexthop", "nsid", "label")
  local host = watch(t.find("ip"), "host", "monitor", "link", "address", "route", "neigh", "rule",
    "nexthop", "nsid", "label")
  -- both listen once they tell of a first event
  local function told(text)
    local i = 0
    return eventually(function()
      i = i + 1
      oracle.ip("link set eth0 mtu " .. 1200 + i % 100)
      return t.read(dir .. "/ours"):find(text) and t.read(dir .. "/host"):find(text)
    end)
  end
  local function since(file)
    local text = t.read(dir .. "/" .. file)
    return text:match("mtu 1404.*$") or text
  end
  t.ok(told("eth0"), "both watch")
  for command in ([[
    link set eth0 mtu 1404
    addr add 10.0.0.1/24 dev eth0
    link set eth0 up
    route add 10.4.0.0/16 dev eth0
    neigh add 10.0.0.5 lladdr 00:11:22:33:44:55 dev eth0
    rule add pref 5 table 5
    rule del pref 5
    link set lo up
    nexthop add id 7 blackhole
    nexthop replace id 7 blackhole proto 99
    nexthop del id 7
    neigh del 10.0.0.5 dev eth0
    route del 10.4.0.0/16
    addr del 10.0.0.1/24 dev eth0
    link set eth0 down
    link del eth0
  ]]):gmatch("[^\n]+") do
    if command:find("%S") then oracle.ip(command) end
  end
  eventually(function()
    return since("ours") == since("host") and since("ours"):find("Deleted %d+: eth1")
  end)
  S.kill(ours, "kill")
  S.kill(host, "kill")
  S.waitpid(ours)
  S.waitpid(host)
  t.is(since("ours"), since("host"), "monitor tells as iproute2 does")
  t.ok(since("ours"):find("%[ADDR%]Deleted 3: eth0    inet 10%.0%.0%.1/24"), "and all of it")
end)
