-- tests/applets/bridge.lua - ports, forwarding entries, VLANs and groups against the host's bridge
--
-- What the running kernel lacks is skipped here and done in a machine with Debian's kernel
-- (tests/boot/bridge.lua).

local t = require "test"

t.need_root()
t.need("bridge")
local oracle = require "oracle"
if not oracle.ip("-V"):find("iproute2%-6%.1") then
  t.skip("the host's iproute2 is not 6.1, whose output ours follows")
end

local each = oracle.each

local function network(options)
  each([[
    link add eth0 type veth peer name eth1
    link set eth0 address 02:00:00:00:00:10
    link set eth1 address 02:00:00:00:00:11
  ]], oracle.ip)
  -- the bridge would learn its address from what the kernel sends there, at any moment
  t.write("/proc/sys/net/ipv6/conf/eth0/disable_ipv6", "1")
  each([[
    link set eth0 up
    link set eth1 up
  ]], oracle.ip)
  oracle.ip("link add br0 address 02:00:00:00:00:20 type bridge mcast_snooping 1 " .. options)
  oracle.ip("link set eth1 master br0")
  oracle.ip("link set br0 up")
  oracle.settle()
end

t.netns(function()
  network ""
  each([[
    bridge fdb add 02:00:00:00:00:77 dev eth1 master
    bridge fdb add 02:00:00:00:00:78 dev eth1 master static
    bridge fdb add 02:00:00:00:00:79 dev eth1 self
    bridge mdb add dev br0 port eth1 grp 239.1.1.1 permanent
    bridge mdb add dev br0 port eth1 grp ff05::1
  ]], oracle.ip)
  each([[
    bridge link
    bridge -d link
    bridge -j link
    bridge -j -d link
    bridge link show dev eth1
    bridge fdb
    bridge -j fdb
    bridge fdb show dev eth1
    bridge fdb show br br0
    bridge fdb show brport eth1
    bridge fdb show state permanent
    bridge fdb get 02:00:00:00:00:77 dev eth1 master
    bridge mdb
    bridge -d mdb
    bridge -j mdb
    bridge mdb show dev br0
    bridge foo
    bridge fdb foo
    bridge fdb add
    bridge fdb add zz dev eth1
    bridge fdb add 02:00:00:00:00:77
    bridge fdb add 02:00:00:00:00:77 dev nope
    bridge fdb add 02:00:00:00:00:77 dev eth1 master
    bridge fdb del 02:00:00:00:00:66 dev eth1 master
    bridge fdb show dev nope
    bridge vlan foo
    bridge vlan add dev eth1
    bridge vlan add vid 5
    bridge vlan add dev eth1 vid 5000
    bridge vlan add dev nope vid 5
    bridge mdb add dev br0
    bridge mdb add dev br0 port eth1 grp bogus
    bridge mdb foo
    bridge link set
    bridge link set dev nope cost 7
    bridge link foo
    bridge -foo
  ]], oracle.same)
  oracle.same_fields("bridge -d link")
  oracle.same_fields("bridge fdb")
  oracle.same_fields("bridge mdb")
  each([[
    cost 7
    hairpin on
    priority 5 learning off
    guard on root_block on fastleave on
    mcast_flood off bcast_flood off neigh_suppress on isolated on
    state disabled
    mcast_router 2
  ]], function(words)
    oracle.same_change("bridge -d link", { "link set eth1 nomaster", "link set eth1 master br0",
      "bridge link set dev eth1 cost 2 state 3" }, "bridge link set dev eth1 " .. words, true)
  end)
  each([[
    dev eth1 master
    dev eth1 master static
    dev eth1 master dynamic
    dev eth1 self
    dev eth1
    dev eth1 master extern_learn dynamic
  ]], function(words)
    oracle.same_change("bridge fdb show dev eth1", {
      "bridge fdb del 02:00:00:00:00:55 " .. (words:find("master") and "dev eth1 master"
        or "dev eth1 self") }, "bridge fdb add 02:00:00:00:00:55 " .. words)
  end)
  oracle.same_change("bridge mdb", { "bridge mdb del dev br0 port eth1 grp 239.2.2.2" },
    "bridge mdb add dev br0 port eth1 grp 239.2.2.2 permanent")
  oracle.ip("bridge mdb add dev br0 port eth1 grp 239.1.1.1 permanent")
  t.run("bridge mdb del dev br0 port eth1 grp 239.1.1.1", {})
  t.ok(not oracle.ip("bridge mdb"):find("239.1.1.1", 1, true), "a group is deleted")
end)

t.netns(function()
  if oracle.try("link add br9 type bridge vlan_filtering 1").status ~= 0 then
    t.skip_one("bridge vlan", "this kernel's bridges filter no VLANs")
    return
  end
  oracle.ip("link del br9")
  network "vlan_filtering 1"
  each([[
    bridge vlan add dev eth1 vid 10 pvid untagged
    bridge vlan add dev eth1 vid 20-23
    bridge vlan add dev br0 vid 10 self
    bridge fdb add 02:00:00:00:00:78 dev eth1 master static vlan 10
    bridge mdb add dev br0 port eth1 grp ff05::1 vid 10
  ]], oracle.ip)
  each([[
    bridge vlan
    bridge -j vlan
    bridge -j -p vlan
    bridge vlan show dev eth1
    bridge vlan show vid 21
    bridge -d vlan
    bridge -j -d vlan
    bridge -d vlan show dev eth1
    bridge -d vlan show dev eth1 vid 21
    bridge -d -s vlan
    bridge -j -d -s vlan
    bridge vlan set dev eth1
    bridge vlan set dev eth1 vid 10
    bridge vlan set dev nope vid 10 state blocking
    bridge vlan set dev eth1 vid 77 state blocking
    bridge fdb show dev eth1
    bridge -j fdb show dev eth1
    bridge fdb show vlan 10
    bridge mdb
    bridge -j mdb
    bridge mdb show vid 10
  ]], oracle.same)
  oracle.same_fields("bridge vlan")
  oracle.same_change("bridge -d vlan", { "bridge vlan set dev eth1 vid 21-22 state forwarding" },
    "bridge vlan set dev eth1 vid 21-22 state learning")
  if oracle.try("link set br0 type bridge mcast_vlan_snooping 1").status == 0 then
    each([[
      bridge vlan global show
      bridge -j vlan global show
      bridge vlan global show vid 22
    ]], oracle.same)
    oracle.same_change("bridge vlan global show",
      { "bridge vlan global set dev br0 vid 10 mcast_igmp_version 2 mcast_query_interval 12500" },
      "bridge vlan global set dev br0 vid 10 mcast_igmp_version 3 mcast_query_interval 10000")
  else
    t.skip_one("bridge vlan global", "this kernel has no such options")
  end
  local undo = { "bridge vlan del dev eth1 vid 30-40" }
  each([[
    vid 30
    vid 30 untagged
    vid 30-35
    vid 33-34 untagged master
  ]], function(words)
    oracle.same_change("bridge vlan", undo, "bridge vlan add dev eth1 " .. words)
  end)
  oracle.same_change("bridge vlan", { "bridge vlan add dev eth1 vid 20-23" },
    "bridge vlan del dev eth1 vid 21-22")
  oracle.same_change("bridge vlan", { "bridge vlan del dev br0 vid 50 self" },
    "bridge vlan add dev br0 vid 50 self")
  oracle.report_fields()
end)
