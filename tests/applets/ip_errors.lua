-- tests/applets/ip_errors.lua - wrong words and refused requests: status, message, and no change
--
-- In each line the word that is wrong stands behind "|": our message must name it. Status is
-- iproute2's; so is the text but where iproute2 prints a page of usage instead of the word.

local t = require "test"

t.need_root()
t.need("ip")
local oracle = require "oracle"
if not oracle.ip("-V"):find("iproute2%-6%.1") then
  t.skip("the host's iproute2 is not 6.1, whose output ours follows")
end

local CASES = [[
  link add x0 type bogus | Unknown device type
  link add toolongifname1234 type bridge | toolongifname1234
  link add a/b type bridge | a/b
  link add x0 mtu abc type bridge | abc
  link add x0 address 00:zz:00:00:00:00 type bridge | zz
  link add x0 type bridge forward_delay | not complete
  link add x0 type bridge forward_delay abc | abc
  link add x0 type bridge bogus 1 | bogus
  link add x0 type bridge vlan_protocol 802.1z | 802.1z
  link add x0 type vlan id 5 | Device
  link add link eth0 name x0 type vlan | id
  link add link eth0 name x0 type vlan id 5000 | range
  link add link nope name x0 type vlan id 5 | nope
  link add link eth0 name x0 type vlan id 5 bogus | bogus
  link add x0 type vxlan | network identifier
  link add x0 type vxlan id abc | abc
  link add x0 type vxlan id 5 dstport 99999 | 99999
  link add x0 type vxlan id 5 remote bogus | bogus
  link add x0 type vxlan id 5 dev nope | nope
  link add x0 type vxlan id 5 ttl 999 | 999
  link add x0 type vxlan id 5 bogus | bogus
  link add x0 type veth bogus | peer
  link add x0 link eth0 type macvlan mode bogus | mode
  link add x0 link eth0 type macvlan bogus | bogus
  link add x0 link eth0 type ipvlan mode bogus | mode
  link add x0 type vrf | table
  link add x0 type vrf table | not complete
  link add x0 type vrf table bogus | bogus
  link add x0 type bond mode bogus | bogus
  link add x0 type bond miimon abc | abc
  link add x0 type bond bogus | bogus
  link add x0 type bond arp_ip_target bogus | bogus
  link add x0 type gre remote bogus | bogus
  link add x0 type gre key abc | abc
  link add x0 type gre bogus | bogus
  link add x0 type ipip mode bogus | mode
  link add x0 type geneve | network identifier
  link add x0 type geneve id 5 | remote
  link add x0 type geneve id 5 remote bogus | bogus
  link add x0 type xfrm if_id abc | abc
  link set nope up | nope
  link set eth0 mtu 99999999 | mtu
  link set eth0 name toolongifname1234 | toolongifname1234
  link set eth0 master nope | nope
  link set eth0 vrf nope | nope
  link set eth0 netns nope | nope
  link set eth0 alias | not complete
  link set eth0 bogus | bogus
  link set eth0 group bogus | bogus
  link del nope | nope
  addr add 10.1.1.1/99 dev eth0 | 10.1.1.1/99
  addr add 10.1.1/24/5 dev eth0 | 10.1.1/24/5
  addr add fd00::1/129 dev eth0 | fd00::1/129
  addr add bogus dev eth0 | bogus
  addr add 10.1.1.1/24 dev nope | nope
  addr add 10.1.1.1/24 dev eth0 label eth0:toolonglabelname | label
  addr add 10.1.1.1/24 dev eth0 metric x | x
  addr add 10.1.1.1/24 dev eth0 valid_lft x | x
  addr del 10.99.0.1/24 dev eth0 | not found
  route add 10.5.0.0/33 dev eth0 | 10.5.0.0/33
  route add bogus dev eth0 | bogus
  route add 10.5.0.0/16 dev nope | nope
  route add 10.5.0.0/16 via 99.1.1.1 | gateway
  route add 10.5.0.0/16 dev eth0 mtu x | x
  route add 10.5.0.0/16 dev eth0 proto bogus | bogus
  route add 10.5.0.0/16 dev eth0 scope bogus | scope
  route add 10.5.0.0/16 dev eth0 table bogus | bogus
  route add 10.5.0.0/16 dev eth0 expires x | x
  route add 10.5.0.0/16 dev eth0 pref bogus | bogus
  route add 10.5.0.0/16 nexthop via 10.0.0.9 weight 0 | 0
  route add 10.5.0.0/16 nhid 99 | Nexthop id
  route del 10.5.0.0/16 | No such process
  rule add from bogus | bogus
  rule add pref 5 table bogus | bogus
  rule add fwmark bogus | bogus
  rule add ipproto bogus | bogus
  rule add sport x | x
  rule add uidrange x | x
  rule del pref 4242 | No such file
  neigh add bogus dev eth0 | bogus
  neigh add 10.0.0.5 lladdr xx dev eth0 | xx
  neigh add 10.0.0.5 lladdr 00:11:22:33:44:55 | required
  neigh add 10.0.0.5 lladdr 00:11:22:33:44:55 dev nope | nope
  neigh add 10.0.0.5 lladdr 00:11:22:33:44:55 nud bogus dev eth0 | bogus
]]

-- everything that could have changed; not what the kernel sends to all hosts at some moment, whose
-- address it keeps as a neighbour's
local function state()
  local parts = {}
  for _, show in ipairs { "-d link", "addr", "route show table all", "-6 route show table all",
    "rule", "neigh show nud all", "neigh show proxy", "nexthop" } do
    parts[#parts + 1] = oracle.ip(show)
  end
  return (table.concat(parts):gsub("_timer +[%d.]+", ""):gsub("expires %d+sec", "")
    :gsub("%f[^\n%z]ff02::[^\n]* NOARP *\n", ""))
end

local function words_of(command)
  local argv = { "ip" }
  for word in command:gmatch("%S+") do argv[#argv + 1] = word end
  return argv
end

t.netns(function()
  oracle.ip("link add eth0 type veth peer name eth1")
  oracle.ip("link set eth0 up")
  oracle.ip("link set eth1 up")
  oracle.ip("addr add 10.0.0.1/24 dev eth0")
  oracle.settle()
  local before, same_text, count = state(), 0, 0
  for line in CASES:gmatch("[^\n]+") do
    local command, word = line:match("^%s*(.-) | (.-)%s*$")
    if command then
      local want, got = oracle.try(command), t.execute(words_of(command))
      count = count + 1
      if got.err == want.err then same_text = same_text + 1 end
      -- what this kernel has not is told so, by both
      local told = got.err:find(word, 1, true) or got.err == want.err
      t.ok(got.status == want.status and got.status ~= 0 and told and got.out == "",
        "ip " .. command, ("status %s, want %s\nerr:  %s\nwant: %s"):format(got.status,
          want.status, got.err, want.err:sub(1, 300)))
    end
  end
  t.is(state(), before, "nothing has changed")
  t.ok(same_text > count * 0.8, ("%d of %d messages are iproute2's to the byte")
    :format(same_text, count))

  -- without the right to
  for command in ([[
    link add x0 type bridge
    link set eth0 mtu 1400
    link del eth0
    addr add 10.1.1.1/24 dev eth0
    addr del 10.0.0.1/24 dev eth0
    route add 10.5.0.0/16 dev eth0
    route flush dev eth0
    rule add pref 7 table 7
    neigh add 10.0.0.5 lladdr 00:11:22:33:44:55 dev eth0
    nexthop add id 5 dev eth0
    tc qdisc add dev eth0 root pfifo
  ]]):gmatch("[^\n]+") do
    if command:find("%S") then oracle.same(command, { uid = 65534, gid = 65534, groups = {} }) end
  end
  t.is(state(), before, "nor has anything by who may not")
end)
