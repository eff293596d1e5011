-- tests/applets/ip_fields.lua - how many fields of each object's output are those of the host's
-- iproute2
--
-- One rich network, all objects, with details and counters. What the running kernel lacks is not
-- in it here, but in a machine with Debian's kernel (tests/boot/fields.lua).

local t = require "test"

t.need_root()
t.need("ip")
local S = require "syscall"
local oracle = require "oracle"
if not oracle.ip("-V"):find("iproute2%-6%.1") then
  t.skip("the host's iproute2 is not 6.1, whose output ours follows")
end
local each, compare = oracle.each, oracle.compare_fields

-- Made where the kernel can.
local MORE = [[
  link add du0 type dummy
  link add vl0 link eth0 type vlan id 5 ingress-qos-map 1:2 egress-qos-map 3:4
  link add vrf0 type vrf table 99
  link add bo0 type bond mode active-backup miimon 100
  link add du1 type dummy
  link set du1 master bo0
  link add du2 type dummy
  link set du2 master vrf0
  link add iv0 link du0 type ipvlan mode l3
  link add mt0 link eth0 type macvtap mode bridge
  link add gr0 type gre remote 10.0.0.9 local 10.0.0.1 key 7
  link add gt0 type gretap remote 10.0.0.8 local 10.0.0.1 csum
  link add ip0 type ipip remote 10.0.0.9 local 10.0.0.1 ttl 9
  link add si0 type sit remote 10.0.0.9 local 10.0.0.1
  link add i60 type ip6tnl remote fd00::9 local fd00::1
  link add g60 type ip6gre remote fd00::9 local fd00::1 key 8
  link add vt0 type vti remote 10.0.0.9 local 10.0.0.1 key 5
  link add ge0 type geneve id 5 remote 10.0.0.9
  link add xf0 type xfrm dev eth0 if_id 5
  link add wg0 type wireguard
  link add nm0 type nlmon
  tunnel add tn0 mode gre remote 10.0.0.7 local 10.0.0.1 ttl 9 key 7
  -6 tunnel add tn6 mode ip6ip6 remote fd00::7 local fd00::1
  nexthop add id 1 via 10.0.0.9 dev eth0 onlink
  nexthop add id 2 dev eth0
  nexthop add id 3 blackhole
  nexthop add id 4 via fd00::9 dev eth0 proto static
  nexthop add id 5 via 10.0.0.8 dev eth0 onlink
  nexthop add id 10 group 1/5
  nexthop add id 11 group 1,3/5,7
  nexthop add id 12 group 1/5 type resilient buckets 4 idle_timer 60
  route add 10.50.0.0/16 nhid 10
  route add 10.51.0.0/16 encap mpls 100/200 ttl 5 via 10.0.0.9 dev eth0 onlink
  route add 10.52.0.0/16 encap ip id 7 src 10.0.0.1 dst 10.0.0.2 tos 4 ttl 5 dev eth0
  -6 route add fd64::/32 encap seg6 mode encap segs fd00::7,fd00::8 dev eth0
  addrlabel add prefix fd00::/16 label 7 dev eth0
  token set ::1 dev eth0
  maddr add 33:33:00:00:00:42 dev eth0
  netns add blue
  netns set blue 7
  tc qdisc add dev eth0 root handle 1: htb default 10
  tc class add dev eth0 parent 1: classid 1:1 htb rate 10mbit ceil 20mbit
  tc class add dev eth0 parent 1:1 classid 1:10 htb rate 1mbit burst 15k
  tc qdisc add dev eth0 parent 1:10 handle 10: fq_codel limit 500 ecn
  tc qdisc add dev eth0 ingress
  tc qdisc add dev eth1 root handle 7: prio bands 4
  tc qdisc add dev eth1 parent 7:1 tbf rate 1mbit burst 10kb latency 50ms
  tc qdisc add dev eth1 parent 7:2 fq limit 5000
  tc qdisc add dev eth1 parent 7:3 netem delay 10ms 2ms loss 1%
  tc qdisc add dev eth1 parent 7:4 sfq perturb 10
  link set br0 type bridge vlan_filtering 1
  bridge vlan add dev eth1 vid 10-12
  bridge vlan add dev eth1 vid 20 pvid untagged
  bridge vlan add dev br0 vid 30 self
  bridge fdb add 02:00:00:00:00:77 dev eth1 master static
  bridge fdb add 02:00:00:00:00:79 dev eth1 self
  bridge fdb append 02:00:00:00:00:80 dev vx0 dst 10.0.0.77
  bridge mdb add dev br0 port eth1 grp 239.1.1.1 permanent
  bridge mdb add dev br0 port eth1 grp ff05::1
  bridge link set dev eth1 cost 7 priority 9 learning off
]]

-- object, command, "text" for what iproute2 has no JSON for
local COMMANDS = [[
  link: -d -s link
  link: -s -s link
  addr: -d addr
  addr: -d -s addr
  route: -d -4 route show table all
  route: -d -6 route show table all
  route: -s route show table 100
  route: route get 10.5.0.1
  route: -6 route get fd01::1
  rule: -d rule
  rule: -6 rule
  neigh: -s neigh
  neigh: neigh show proxy
  nexthop: -d nexthop
  nexthop: nexthop bucket
  netns: netns
  netns: netns list-id
  tunnel: tunnel show tn0
  tunnel: -6 tunnel show tn6 text
  tuntap: tuntap
  maddr: maddr
  addrlabel: addrlabel
  token: token
  ntable: ntable show dev eth0
  netconf: netconf
  tcp_metrics: tcp_metrics
  vrf: vrf
  tc qdisc: tc -d qdisc
  tc qdisc: tc -s qdisc
  tc class: tc -d class show dev eth0 text
  tc class: tc -s class show dev eth0 text
  bridge fdb: bridge -d fdb
  bridge mdb: bridge -d mdb
  bridge vlan: bridge -d vlan
  bridge link: bridge -d link
  ss: ss -A inet,unix,packet -anempoi text
]]

local function socket(family, kind)
  return assert(S.socket(family, kind, 0))
end

-- Connections of each kind, which stay.
local function sockets(kept)
  local listener, client = socket("inet", "stream"), socket("inet", "stream")
  assert(listener:bind(S.t.sockaddr_in(2222, "127.0.0.1")))
  assert(listener:listen(5))
  assert(client:setsockopt("socket", "keepalive", true))
  assert(client:connect(S.t.sockaddr_in(2222, "127.0.0.1")))
  local server = assert(listener:accept())
  assert(client:write("hello"))
  for _ = 1, 3 do -- TCP remembers those that have ended
    local first <close> = socket("inet", "stream")
    assert(first:connect(S.t.sockaddr_in(2222, "127.0.0.1")))
    local second <close> = assert(listener:accept())
    for _ = 1, 20 do
      second:write(("x"):rep(5000))
      first:read(nil, 5000)
    end
  end
  local six, datagram, path = socket("inet6", "stream"), socket("inet", "dgram"), t.tmp() .. "/s"
  assert(six:bind(S.t.sockaddr_in6(80, "::")))
  assert(six:listen(128))
  assert(datagram:bind(S.t.sockaddr_in(53, "0.0.0.0")))
  local stream, other = socket("unix", "stream"), socket("unix", "stream")
  assert(stream:bind(S.t.sockaddr_un(path)))
  assert(stream:listen(3))
  assert(other:connect(S.t.sockaddr_un(path)))
  table.move({ listener, client, server, six, datagram, stream, other }, 1, 7, 1, kept)
end

t.isolated("newnet, newns", function()
  if not S.access("/dev/net/tun", "r") then
    S.mkdir("/dev/net", "0755")
    S.mknod("/dev/net/tun", "fchr,0666", S.t.device(10, 200))
  end
  assert(S.mount("none", "/", "none", "private, rec"))
  S.mkdir("/sys", "0755")
  S.mount("none", "/sys", "sysfs")
  assert(S.mount("none", "/run", "tmpfs"))
  oracle.network()
  each(MORE, function(command)
    local got = oracle.try(command)
    if got.status ~= 0 then t.skip_one(command, "this kernel: " .. got.err:gsub("\n", " ")) end
  end)
  oracle.settle()
  local kept = {}
  sockets(kept)
  each(COMMANDS, function(line)
    local object, command, text = line:match("^(.-): (.-)( ?t?e?x?t?)$")
    compare(object, command, text == " text")
  end)
  oracle.report_fields(true)
end)
