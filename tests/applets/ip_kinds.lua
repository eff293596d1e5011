-- tests/applets/ip_kinds.lua - every kind of link against the host's iproute2
--
-- A kind with its options is made by both, and shown by both: text and JSON are the same, and so
-- is what the kernel holds. What the running kernel lacks is skipped here and done in a machine
-- with Debian's kernel (tests/boot/links.lua).

local t = require "test"

t.need_root()
t.need("ip")
local oracle = require "oracle"
if not oracle.ip("-V"):find("iproute2%-6%.1") then
  t.skip("the host's iproute2 is not 6.1, whose output ours follows")
end

local only = os.getenv("KINDS") -- some of them: a Lua pattern

-- after "link add new0": what is made
local CASES = [[
  type dummy
  type ifb
  type nlmon
  type veth peer name new1 address 02:00:00:00:00:02
  type vcan
  type bridge
  type bridge vlan_filtering 1 vlan_protocol 802.1ad vlan_default_pvid 7 vlan_stats_enabled 1
  type bridge mcast_snooping 0 mcast_querier 1 mcast_hash_max 1024 nf_call_iptables 1
  type bridge forward_delay 400 hello_time 300 max_age 1000 ageing_time 900 priority 7 stp_state 1
  type bridge group_fwd_mask 8 group_address 01:80:c2:00:00:04 mcast_router 2 no_linklocal_learn 1
  type bridge mcast_last_member_count 3 mcast_startup_query_count 3 mcast_stats_enabled 1
  type bridge mcast_last_member_interval 111 mcast_membership_interval 26001
  type bridge mcast_querier_interval 25501 mcast_query_interval 12501
  type bridge mcast_query_response_interval 1001
  type bridge mcast_startup_query_interval 3126 mcast_igmp_version 3 mcast_mld_version 2
  link eth0 type vlan id 5
  link eth0 type vlan protocol 802.1ad id 4094 reorder_hdr off gvrp on loose_binding on
  link eth0 type vlan id 7 mvrp on bridge_binding on ingress-qos-map 1:2 3:4 egress-qos-map 5:6
  type vxlan id 77 remote 10.0.0.9 local 10.0.0.1 dstport 4789 ttl 9 nolearning
  type vxlan id 78 group 239.1.1.1 dev eth0 srcport 1000 2000 maxaddress 44 proxy dstport 4789
  type vxlan id 78 group ff05::1 dev eth0 ageing 90 dstport 4789
  type vxlan external dstport 4790
  type vxlan external vnifilter dstport 4791
  type vxlan id 79 remote fd00::9 dstport 5 tos 4 udpcsum udp6zerocsumtx
  type vxlan id 80 remote 10.0.0.9 dstport 4789 ttl inherit df set rsc l2miss l3miss gbp
  type vxlan id 80 local 10.0.0.1 dstport 4789 tos inherit df inherit noudpcsum remcsumtx remcsumrx
  type vxlan id 81 remote 10.0.0.9 dstport 4790 gpe
  type vxlan id 82 local fd00::1 remote fd00::2 flowlabel 0x12345 dstport 4789 udp6zerocsumrx
  link eth0 type macvlan mode bridge
  link eth0 type macvlan mode private
  link eth0 type macvlan mode passthru
  link eth0 type macvlan mode passthru nopromisc
  link eth0 type macvlan mode source
  link eth0 type macvlan mode source macaddr add 02:00:00:00:00:99
  link eth0 type macvlan mode vepa bcqueuelen 2000
  link eth0 type macvtap mode bridge
  link eth0 type ipvlan mode l2
  link eth0 type ipvlan mode l3s private
  link eth0 type ipvlan mode l3 vepa
  link eth0 type ipvlan
  link eth0 type ipvtap mode l2 bridge
  type vrf table 10
  type bond
  type bond mode active-backup miimon 100 updelay 200 downdelay 300 peer_notify_delay 400
  type bond mode active-backup arp_interval 100 arp_ip_target 10.0.0.9,10.0.0.8 arp_validate all
  type bond mode 802.3ad lacp_rate fast ad_select bandwidth xmit_hash_policy layer3+4 min_links 2
  type bond mode 802.3ad ad_user_port_key 5 ad_actor_sys_prio 6 ad_actor_system 02:00:00:00:00:09
  type bond mode 802.3ad lacp_active off miimon 100
  type bond mode balance-xor xmit_hash_policy vlan+srcmac resend_igmp 5 all_slaves_active 1
  type bond mode balance-rr packets_per_slave 7 lp_interval 3 use_carrier 0
  type bond mode balance-tlb tlb_dynamic_lb 0
  type bond mode balance-alb num_grat_arp 4
  type bond mode 1 fail_over_mac active primary_reselect failure arp_all_targets all
  type bond mode broadcast
  type bond mode active-backup arp_interval 200 ns_ip6_target fd00::9,fd00::8 arp_missed_max 4
  type gre remote 10.0.0.9 local 10.0.0.1 ttl 64
  type gre remote 10.0.0.9 local 10.0.0.1 key 5 csum seq tos inherit
  type gre remote 10.0.0.9 local 10.0.0.1 ikey 5 okey 6 icsum oseq nopmtudisc dev eth0
  type gre remote 10.0.0.9 local 10.0.0.1 key 1.2.3.4 ignore-df nopmtudisc fwmark 0x7
  type gretap remote 10.0.0.9 local 10.0.0.1 key 9 tos 0x10 ttl 5
  type gretap external
  type gretap remote 10.0.0.9 encap fou encap-sport auto encap-dport 5555 encap-csum
  type gretap remote 10.0.0.9 encap gue encap-sport 7 encap-dport 8 encap-csum6 encap-remcsum
  type ip6gre remote fd00::9 local fd00::1 hoplimit 9 encaplimit 3 tclass 0x20 flowlabel 0x12345
  type ip6gre remote fd00::9 local fd00::1 key 7 csum seq encaplimit none dscp inherit
  type ip6gre remote fd00::9 flowlabel inherit tclass inherit hoplimit inherit dev eth0
  type ip6gretap remote fd00::9 local fd00::1 allow-localremote
  type ip6gretap external
  type erspan remote 10.0.0.9 local 10.0.0.1 seq key 9 erspan_ver 1 erspan 7
  type erspan remote 10.0.0.9 local 10.0.0.1 seq key 9 erspan_ver 2 erspan_dir ingress erspan_hwid 7
  type ip6erspan remote fd00::9 local fd00::1 seq key 9 erspan_ver 1 erspan 7
  type ipip remote 10.0.0.9 local 10.0.0.1
  type ipip remote 10.0.0.9 local 10.0.0.1 ttl 9 tos 0x8 nopmtudisc dev eth0 fwmark 3
  type ipip external
  type ipip remote 10.0.0.9 mode any ttl 7 tos inherit
  type ipip remote 10.0.0.9 encap fou encap-sport auto encap-dport 5555
  type sit remote 10.0.0.9 local 10.0.0.1
  type sit remote 10.0.0.9 local 10.0.0.1 ttl 9 tos inherit mode any
  type sit local 10.0.0.1 isatap
  type sit remote 10.0.0.9 6rd-prefix 2001:db8::/32 6rd-relay_prefix 10.0.0.0/8
  type ip6tnl remote fd00::9 local fd00::1
  type ip6tnl remote fd00::9 mode ip6ip6 hoplimit 9 encaplimit none tclass 0x20 dev eth0
  type ip6tnl remote fd00::9 local fd00::1 mode ipip6 flowlabel 0x12345 dscp inherit fwmark 9
  type ip6tnl remote fd00::9 mode any tclass inherit flowlabel inherit allow-localremote
  type ip6tnl external
  type vti remote 10.0.0.9 local 10.0.0.1 key 5
  type vti remote 10.0.0.9 local 10.0.0.1 ikey 5 okey 6 fwmark 7 dev eth0
  type vti6 remote fd00::9 local fd00::1 key 5
  type geneve id 5 remote 10.0.0.9
  type geneve id 5 remote 10.0.0.9 dstport 7 ttl 9 tos 0x4 noudpcsum df set
  type geneve id 5 remote fd00::9 flowlabel 0x12345 udp6zerocsumtx ttl inherit tos inherit
  type geneve external
  type geneve external innerprotoinherit
  type xfrm dev eth0 if_id 5
  type xfrm if_id 0x77
  type xfrm external
  type wireguard
]]

local function kernel_has(words)
  local got = oracle.try("link add new0 address 02:00:00:00:00:01 " .. words)
  if got.status ~= 0 then
    -- tunnels over layer 3 have no hardware address to set
    got = oracle.try("link add new0 " .. words)
  end
  oracle.try("link del new0")
  return got.status == 0, got.err
end

t.netns(function()
  oracle.ip("link add eth0 type veth peer name eth1")
  oracle.ip("link set eth0 address 02:00:00:00:00:10")
  oracle.ip("addr add 10.0.0.1/24 dev eth0")
  for words in CASES:gmatch("[^\n]+") do
    words = words:match("^%s*(.-)%s*$")
    if words ~= "" and (not only or words:find(only)) then
      local has, err = kernel_has(words)
      if not has then
        t.skip_one("link add " .. words, "this kernel: " .. err:gsub("\n", " "))
      else
        local add = "link add new0 address 02:00:00:00:00:01 " .. words
        if oracle.try(add).status ~= 0 then add = "link add new0 " .. words end
        oracle.try("link del new0")
        oracle.same_change("-d link show dev new0", { "link del new0" }, add, true)
        oracle.ip(add)
        oracle.same("-d link show dev new0")
        oracle.same_fields("-d link show dev new0")
        oracle.ip("link del new0")
      end
    end
  end
  oracle.report_fields()
end)
