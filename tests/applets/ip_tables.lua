-- tests/applets/ip_tables.lua - the small objects of ip against the host's iproute2: labels,
-- tokens, switches, tables of neighbours, what TCP remembers

local t = require "test"

t.need_root()
t.need("ip")
local S = require "syscall"
local eventually = require "eventually"
local oracle = require "oracle"
if not oracle.ip("-V"):find("iproute2%-6%.1") then
  t.skip("the host's iproute2 is not 6.1, whose output ours follows")
end

local each = oracle.each

local function network()
  each([[
    link set lo up
    link add eth0 type veth peer name eth1
    link set eth0 up
    link set eth1 up
  ]], oracle.ip)
  oracle.settle()
end

-- ---- labels of prefixes ----

t.netns(function()
  network()
  oracle.ip("addrlabel add prefix fd00::/16 label 7 dev eth0")
  each([[
    addrlabel
    -j addrlabel
    -o addrlabel
    -4 addrlabel
    addrl
    addrlabel foo
    addrlabel help
    addrlabel show x
    addrlabel flush x
    addrlabel add
    addrlabel add prefix
    addrlabel add prefix zz label 3
    addrlabel add prefix 1.2.3.4/8 label 3
    -4 addrlabel add prefix fd05::/16 label 3
    addrlabel add prefix fd00::/16
    addrlabel add prefix fd00::/16 label x
    addrlabel add prefix fd01::1/32 label 0xffffffff
    addrlabel add prefix fd00::/16 label 7 dev nope
    addrlabel add prefix fd00::/16 label 7 dev eth0
    addrlabel del prefix fd99::/16
    addrlabel del prefix fd99::/16 label 4
  ]], oracle.same)
  oracle.same_change("addrlabel", { "addrlabel del prefix fd09::/16 label 9 dev eth1" },
    "addrlabel add prefix fd09::/16 label 9 dev eth1")
  oracle.same_change("addrlabel", { "addrlabel add prefix fd00::/16 label 7 dev eth0" },
    "addrlabel del prefix fd00::/16 label 7 dev eth0")
  t.run("ip addrlabel flush", {})
  t.is(oracle.ip("addrlabel"), "", "all labels are gone")
end)

-- ---- tokens ----

t.netns(function()
  network()
  oracle.ip("token set ::77 dev eth1")
  each([[
    token
    -j token
    -4 token
    token show dev eth0
    token get dev nope
    token list dev
    token foo
    token help
    token set
    token set ::1
    token set ::1 help
    token set ::1 dev nope
    token set zz dev eth0
    token set 1.2.3.4 dev eth0
    token del
  ]], oracle.same)
  oracle.same_change("token", { "token del dev eth0" }, "token set ::1 dev eth0")
  oracle.same_change("token", { "token set ::77 dev eth1" }, "token del dev eth1")
end)

-- ---- tables of neighbours ----

t.netns(function()
  network()
  -- where many links are, the kernel tells a table once more in each of its answers' parts, which
  -- are as long as the reader's buffer lets them be
  local _, links = oracle.ip("-o link"):gsub("\n", "")
  each(links > 4 and "ntable show dev eth1" or [[
    ntable
    -o ntable
    ntable show name arp_cache
  ]], oracle.same)
  each([[
    -j -p ntable show dev eth0
    -o ntable show dev eth0
    ntable show name foo
    -4 ntable show dev eth0
    ntable show dev nope
    ntable show bogus
    ntable show dev
    ntable foo
    ntable help
    ntable change
    ntable change name
    ntable change name arp_cache
    ntable change name arp_cache name x
    ntable change name arp_cache bogus
    ntable change name arp_cache thresh1 x
    ntable change name arp_cache thresh1 100
    ntable change name foo queue 3
    ntable change name arp_cache dev nope queue 3
    -4 ntable change name ndisc_cache dev eth0 queue 56
  ]], oracle.same)
  oracle.same("-s ntable show dev eth0")
  oracle.same_change("ntable show dev eth0", { "ntable change name arp_cache dev eth0 queue 101 "
    .. "app_probes 0 ucast_probes 3 retrans 1000 gc_stale 60000 locktime 1000" },
    "ntable change name arp_cache dev eth0 queue 77 app_probes 1 ucast_probes 4 retrans 2000 "
    .. "gc_stale 70000 locktime 2000")
end)
-- its counters are the whole machine's
t.run("ip -s ntable show name arp_cache", {
  out = t.match("^inet arp_cache \n    thresh1 %d+ thresh2 %d+ thresh3 %d+ gc_int %d+ \n"
    .. "    config key_len 4 entry_size %d+ entries %d+ \n"
    .. "        last_flush %d%d%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d last_rand %d[%d :%-]+ \n"
    .. "        hash_rnd %d+ hash_mask %x%x%x%x%x%x%x%x hash_chain_gc %d+ proxy_qlen %d+ \n"
    .. "    refcnt .-\n    stats allocs %d+ destroys %d+ hash_grows %d+ \n"
    .. "    res_failed %d+ lookups %d+ hits %d+ \n    rcv_probes_mcast %d+ "
    .. "rcv_probes_ucast %d+ \n    periodic_gc_runs %d+ forced_gc_runs %d+ \n"
    .. "    table_fulls %d+ \n\n") })

-- ---- switches ----

t.netns(function()
  network()
  for file, value in pairs { ["eth0/forwarding"] = "1", ["eth1/rp_filter"] = "2",
    ["lo/rp_filter"] = "1", ["eth0/proxy_arp"] = "1" } do
    t.write("/proc/sys/net/ipv4/conf/" .. file, value)
  end
  each([[
    netconf
    -4 netconf
    -6 -j netconf
    -j -p netconf
    -M netconf
    -0 netconf
    netconf show dev eth0
    -4 netconf show dev eth1
    -4 netconf show dev nope
    netconf show dev
    netconf foo
    netconf help
  ]], oracle.same)
  t.is(t.execute({ "ip", "-j", "-4", "netconf", "show", "dev", "eth1" }).out:match("rp_filter.-,"),
    'rp_filter":"loose",', "one link in JSON")
end)

-- ---- what TCP remembers ----

t.netns(function()
  network()
  for family, address in pairs { inet = "127.0.0.1", inet6 = "::1" } do
    local listener <close> = assert(S.socket(family, "stream, cloexec"))
    assert(listener:bind(S.t["sockaddr_in" .. family:sub(5)](5555, address)))
    assert(listener:listen(4))
    for _ = 1, 3 do
      local client <close> = assert(S.socket(family, "stream, cloexec"))
      assert(client:connect(S.t["sockaddr_in" .. family:sub(5)](5555, address)))
      local server <close> = assert(listener:accept("cloexec"))
      for _ = 1, 20 do
        server:write(("x"):rep(5000))
        client:read(nil, 5000)
      end
    end
  end
  eventually(function()
    local text = oracle.ip("tcp_metrics")
    return text:find("::1 age") and text:find("127.0.0.1 age")
  end)
  each([[
    tcp_metrics
    -j tcp_metrics
    -4 tcp_metrics
    -6 tcp_metrics
    tcp_metrics show 127.0.0.1
    tcp_metrics show 127.0.0.0/8
    tcp_metrics show 128.0.0.0/8
    tcp_metrics show address ::2
    tcp_metrics show bogus
    tcp_metrics del
    tcp_metrics del 1.2.3.4
    tcp_metrics del zz
    tcp_metrics del any
    tcp_metrics del 127.0.0.0/8
    tcp_metrics flush 1.2.3.4
    tcp_metrics foo
    tcp_metrics help
    tcpmetrics
  ]], oracle.same)
  t.run("ip tcp_metrics del 127.0.0.1", {})
  t.ok(not oracle.ip("tcp_metrics"):find("127.0.0.1", 1, true), "one is deleted")
  t.run("ip tcp_metrics flush", {})
  t.is(oracle.ip("tcp_metrics"), "", "all of them")
end)
