-- tests/applets/ip_objects.lua - next hops, encapsulation, namespaces, tunnels and the other
-- objects of ip against the host's iproute2
--
-- What the running kernel lacks is skipped here and done in a machine with Debian's kernel
-- (tests/boot/objects.lua).

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
    link set eth0 address 02:00:00:00:00:10
    link set eth0 up
    link set eth1 up
    addr add 10.0.0.1/24 dev eth0
    -6 addr add fd00::1/64 dev eth0 nodad
  ]], oracle.ip)
  oracle.settle()
end

-- The change by both where the kernel can; what is shown then is the same.
local function try_change(show, undo, command)
  local can = oracle.try(command)
  for _, words in ipairs(undo) do oracle.try(words) end
  if can.status ~= 0 then
    t.skip_one("ip " .. command, "this kernel: " .. can.err:gsub("\n", " "))
  else
    oracle.same_change(show, undo, command)
  end
end

-- ---- next hops ----

t.netns(function()
  network()
  each([[
    nexthop add id 1 via 10.0.0.9 dev eth0
    nexthop add id 2 dev eth0
    nexthop add id 3 blackhole
    nexthop add id 4 via fd00::9 dev eth0 proto static
    nexthop add id 5 via 10.0.0.8 dev eth0 onlink
    nexthop add id 10 group 1/5
    nexthop add id 11 group 1,3/5,7
    nexthop add id 12 group 1/5 type resilient buckets 4 idle_timer 60
    nexthop add id 13 via 10.0.0.7 fdb
    route add 10.50.0.0/16 nhid 10
    route add 10.51.0.0/16 nhid 1
  ]], oracle.ip)
  each([[
    nexthop
    -d nexthop
    -o nexthop
    -j nexthop
    -j -p nexthop
    -j -d nexthop
    nexthop show id 10
    nexthop get id 1
    nexthop show groups
    nexthop show dev eth0
    nexthop show fdb
    nexthop bucket
    -j nexthop bucket show id 12
    nexthop bucket get id 12 index 1
    nexthop foo
    nexthop add
    nexthop add id
    nexthop add id 1 via 10.0.0.9 dev eth0
    nexthop add id 99 via 1.2.3.4 dev eth0
    nexthop add id 99 via 10.0.0.9 dev nope
    nexthop add id 99 via bogus dev eth0
    nexthop add id x via 10.0.0.9 dev eth0
    nexthop add id 99 group 1/x
    nexthop add id 99 group 77
    nexthop add id 99 bogus
    nexthop add id 99
    nexthop del id 77
    nexthop del
    nexthop get id 77
    nexthop show id x
    nexthop help
    route
    -d route
    -j route
    -j -d route
  ]], oracle.same)
  for _, words in ipairs { "nexthop", "route", "-d route" } do oracle.same_fields(words) end
  local undo = { "nexthop del id 60" }
  each([[
    via 10.0.0.6 dev eth0
    via 10.0.0.6 dev eth0 onlink proto 99
    dev eth0
    via fd00::6 dev eth0
    blackhole
    group 1/2,9
    group 1/5 type resilient buckets 8 idle_timer 30 unbalanced_timer 50
    via 10.0.0.3 fdb
  ]], function(words) try_change("-d nexthop", undo, "nexthop add id 60 " .. words) end)
  t.run("ip nexthop flush id 13", { out = "Flushed 1 nexthop\n" })
  t.run("ip nexthop flush", { out = "Flushed 8 nexthops\n" })
  t.run("ip nexthop", {})
  t.run("ip nexthop flush", { out = "Nothing to flush\n" })
end)

-- ---- encapsulation ----

t.netns(function()
  network()
  local undo = { "route del 10.60.0.0/16" }
  each([[
    encap mpls 100 via 10.0.0.9
    encap mpls 100/200 ttl 5 via 10.0.0.9
    encap ip id 7 src 10.0.0.1 dst 10.0.0.2 tos 4 ttl 5 dev eth0
    encap ip6 id 7 src fd00::1 dst fd00::2 tc 4 hoplimit 5 dev eth0
    encap ip id 7 dst 10.0.0.2 key csum seq dev eth0
    nexthop encap mpls 100 via 10.0.0.9 nexthop encap mpls 200 via 10.0.0.8 weight 3
  ]], function(words) try_change("-d route", undo, "route add 10.60.0.0/16 " .. words) end)
  undo = { "-6 route del fd64::/32" }
  each([[
    encap seg6 mode encap segs fd00::7,fd00::8 dev eth0
    encap seg6 mode inline segs fd00::7 dev eth0
    encap seg6local action End dev eth0
    encap seg6local action End.DX6 nh6 fd00::9 dev eth0
    encap seg6local action End.DT6 table 100 dev eth0
    encap seg6local action End.X nh6 fd00::9 dev eth0
    encap seg6local action End.B6.Encaps srh segs fd00::7,fd00::8 dev eth0
  ]], function(words) try_change("-6 -d route", undo, "-6 route add fd64::/32 " .. words) end)
  local made = 0
  each([[
    route add 10.60.0.0/16 encap mpls 100 via 10.0.0.9
    route add 10.61.0.0/16 encap mpls 100/200 ttl 5 via 10.0.0.9
    route add 10.62.0.0/16 encap ip id 7 src 10.0.0.1 dst 10.0.0.2 tos 4 ttl 5 dev eth0
    route add 10.63.0.0/16 encap ip6 id 7 src fd00::1 dst fd00::2 tc 4 hoplimit 5 dev eth0
    route add 10.64.0.0/16 encap ip id 7 dst 10.0.0.2 key csum seq dev eth0
    route add 10.70.0.0/16 nexthop encap mpls 100 via 10.0.0.9 nexthop encap mpls 200 via 10.0.0.8
    -6 route add fd64::/32 encap seg6 mode encap segs fd00::7,fd00::8 dev eth0
    -6 route add fd66::/32 encap seg6local action End dev eth0
    -6 route add fd68::/32 encap seg6local action End.DT6 table 100 dev eth0
    -6 route add fd6a::/32 encap seg6local action End.B6.Encaps srh segs fd00::7 dev eth0
    nexthop add id 14 encap mpls 100/200 via 10.0.0.9 dev eth0
  ]], function(words) if oracle.try(words).status == 0 then made = made + 1 end end)
  if made == 0 then
    t.skip_one("encapsulation is shown", "this kernel has none")
  else
    each([[
      route
      -j route
      -6 route
      -6 -j route
      nexthop
      -j nexthop
    ]], oracle.same)
  end
  each([[
    route add 10.60.0.0/16 encap
    route add 10.60.0.0/16 encap bogus
    route add 10.60.0.0/16 encap mpls
    route add 10.60.0.0/16 encap mpls x via 10.0.0.9
    route add 10.60.0.0/16 encap ip id x
    route add 10.60.0.0/16 encap ip bogus
    route add 10.60.0.0/16 encap seg6 mode bogus
    route add 10.60.0.0/16 encap seg6 mode encap segs x
  ]], oracle.same)
end)

-- ---- MPLS ----

t.netns(function()
  network()
  if not S.stat("/proc/sys/net/mpls/platform_labels") then
    t.skip_one("ip -M route", "this kernel has no MPLS")
    return
  end
  t.write("/proc/sys/net/mpls/platform_labels", "1000")
  local undo = { "-M route del 100" }
  each([[
    via inet 10.0.0.9 dev eth0
    via inet6 fd00::9 dev eth0 proto static
    as 200 via inet 10.0.0.9 dev eth0
    as to 200/300 via inet 10.0.0.9 ttl-propagate disabled
    dev lo
    nexthop as 200 via inet 10.0.0.9 dev eth0 nexthop as 300/301 via inet6 fd00::9 dev eth0
  ]], function(words)
    oracle.same_change("-M route", undo, "-M route add 100 " .. words)
    oracle.ip("-M route add 100 " .. words)
    oracle.same("-d -M route")
    oracle.same("-j -d -M route")
    oracle.same("-f mpls route show 100")
    oracle.ip(undo[1])
  end)
  oracle.ip("-M route add 77 via inet 10.0.0.9 dev eth0")
  each([[
    -M route show 77
    -M route show 78
    -M route show x
    -M route get 77
    -M route add 5000 via inet 10.0.0.9
    -M route add 2000000 via inet 10.0.0.9
    -M route add 100 as x via inet 10.0.0.9
    -M route add 100 via bogus
    -M route del 79
    -M netconf
  ]], oracle.same)
  t.run("ip -M route flush dev eth0", {})
  t.is(oracle.ip("-M route"), "", "flushed")
end)

-- ---- tunnels ----

local function has_kind(kind, words)
  local got = oracle.try(("link add probe0 type %s %s"):format(kind, words))
  oracle.try("link del probe0")
  return got.status == 0
end

t.netns(function()
  network()
  each([[
    tunnel foo
    tunnel add
    tunnel add x mode bogus
    tunnel prl
    tunnel 6rd
  ]], oracle.same)
  local function compare(undo, show, words)
    local can = oracle.try(words)
    oracle.try(undo)
    if can.status ~= 0 then
      t.skip_one("ip " .. words, "this kernel: " .. can.err:gsub("\n", " "))
      return
    end
    oracle.same_change(show, { undo }, words)
  end
  each([[
    mode gre remote 10.0.0.9 local 10.0.0.1 ttl 9 key 7
    mode ipip remote 10.0.0.9 dev eth0
    mode sit remote 10.0.0.9 ttl 64
    mode gre remote 10.0.0.9 csum seq tos inherit
    mode isatap local 10.0.0.1
  ]], function(words) compare("tunnel del tn0", "tunnel", "tunnel add tn0 " .. words) end)
  each([[
    mode ip6ip6 remote fd00::9 local fd00::1
    mode ipip6 remote fd00::9 encaplimit none hoplimit 7 tclass 0x20 flowlabel 0x1234
    mode ip6gre remote fd00::9 local fd00::1 key 7
    mode any remote fd00::a
  ]], function(words)
    compare("-6 tunnel del tn0", "-6 tunnel", "-6 tunnel add tn0 " .. words)
  end)
  if has_kind("gre", "remote 10.0.0.9") and has_kind("ip6tnl", "remote fd00::9") then
    each([[
      tunnel add tn0 mode gre remote 10.0.0.9 local 10.0.0.1 ttl 9 key 7
      tunnel add tn1 mode ipip remote 10.0.0.9 dev eth0
      tunnel add tn4 mode gre remote 10.0.0.9 csum seq tos inherit
      tunnel add tn5 mode isatap local 10.0.0.1
      -6 tunnel add tn6 mode ip6ip6 remote fd00::9 local fd00::1
      -6 tunnel add tn7 mode ipip6 remote fd00::9 encaplimit none hoplimit 7 tclass 0x20
      -6 tunnel add tn8 mode ip6gre remote fd00::9 local fd00::1 key 7
    ]], oracle.ip)
    each([[
      tunnel show tn0
      tunnel show tn1
      tunnel show tn4
      tunnel show tn5
      -s tunnel show tn4
      -6 tunnel
      -d -6 tunnel
      tunnel add tn1 mode ipip remote 10.0.0.9
      tunnel add tq mode ipip remote 10.0.0.9 ttl 999
      tunnel add tq mode ipip remote 10.0.0.9 ttl 9 nopmtudisc
      tunnel del nope
    ]], oracle.same)
    oracle.same_fields("tunnel show tn0")
    oracle.same_fields("tunnel show tn4")
    oracle.same_fields("-6 tunnel")
    oracle.same_change("tunnel show tn0", { "tunnel change tn0 ttl 9" }, "tunnel change tn0 ttl 10")
  else
    t.skip_one("tunnels are shown", "this kernel has none")
  end
  oracle.report_fields()
end)

-- ---- multicast addresses, VRF ----

t.netns(function()
  network()
  each([[
    maddr
    -j maddr
    -j -p maddr
    maddr show dev eth0
    -4 maddr
    -6 maddr show dev eth0
    -0 maddr show dev eth0
    maddr add
    maddr add zz dev eth0
    maddr add 33:33:00:00:00:42 dev nope
    maddr add 33:33:00:00:00:42
    maddr del 33:33:00:00:00:43 dev eth0
    maddr foo
    maddr show dev nope
    maddr help
    vrf
    -j vrf
    vrf foo
  ]], oracle.same)
  oracle.same_change("maddr", { "maddr del 33:33:00:00:00:42 dev eth0" },
    "maddr add 33:33:00:00:00:42 dev eth0")
  each([[
    vrf help
    vrf exec
    vrf exec nope true
    vrf exec lo
    vrf identify
    vrf identify x
    vrf identify 1 2
    vrf identify 4999999
    vrf pids
    vrf pids nope
  ]], oracle.same)
  local vrf = "vrf" .. S.getpid() -- by its name it has a control group
  if oracle.try(("link add %s type vrf table 99"):format(vrf)).status == 0 then
    oracle.same("vrf")
    oracle.same("vrf show " .. vrf)
    oracle.same("-j vrf")
    oracle.ip(("link set %s up"):format(vrf))
    -- both find what the other one put into the VRF
    for _, program in ipairs { oracle.TOOLS.ip, t.binary } do
      local argv = { "ip", "vrf", "exec", vrf, t.binary, "sleep", "3000", path = program,
        pdeathsig = "kill" }
      local pid = assert(S.spawn(argv))
      eventually(function() return oracle.ip("vrf pids " .. vrf):find(pid, 1, true) end)
      oracle.same("vrf pids " .. vrf)
      oracle.same("vrf identify " .. pid)
      t.is(oracle.ip("vrf identify " .. pid), vrf .. "\n", "a process of the VRF")
      S.kill(pid, "kill")
      S.waitpid(pid)
    end
    -- tells the device that a new socket is bound to
    local script = [[
      local S, diag = require "syscall", require "nl.diag"
      local socket = S.socket("inet", "dgram")
      socket:bind(S.t.sockaddr_in(5999, "0.0.0.0"))
      diag.inet(diag.open(), 17, 2, { states = 0xfff }, function(s)
        if s.sport == 5999 then print(s["if"]) end
      end)
    ]]
    local index = oracle.ip("-o link show " .. vrf):match("^%d+") .. "\n"
    t.run({ "ip", "vrf", "exec", vrf, t.binary, "lua", "-e", script }, { out = index,
      name = "its sockets are bound to the device" })
    t.run({ "ip", "vrf", "exec", vrf, t.binary, "ip", "vrf", "exec", "default", t.binary, "lua",
      "-e", script }, { out = "0\n", name = "and out of it" })
  else
    t.skip_one("ip vrf", "this kernel has none")
  end
end)

-- ---- TUN/TAP ----

t.isolated("newnet, newns", function()
  if not S.access("/dev/net/tun", "r") then
    S.mkdir("/dev/net", "0755")
    S.mknod("/dev/net/tun", "fchr,0666", S.t.device(10, 200))
  end
  S.mount("none", "/", "none", "private, rec")
  S.mkdir("/sys", "0755")
  if not S.mount("none", "/sys", "sysfs") then
    t.skip_one("tuntap", "no sysfs")
    return
  end
  each([[
    tuntap add dev tap3 mode tap user 1000 group 5
    tuntap add dev tun3 mode tun pi vnet_hdr
    tuntap add name tun4 mode tun multi_queue one_queue
  ]], oracle.ip)
  each([[
    tuntap
    -j tuntap
    -j -p tuntap
    tuntap show
    tuntap add dev tap3 mode tap
    tuntap add dev tap9
    tuntap add dev tap9 mode bogus
    tuntap add dev tap9 mode tun mode tap
    tuntap add dev toolongifname1234567 mode tap
    tuntap add dev tap9 mode tap bogus
    tuntap add dev tap9 mode tap user nosuchuser
    tuntap del
    tuntap foo
    tuntap help
  ]], oracle.same)
  each([[
    dev tap9 mode tap
    dev tap9 mode tap user 7 group 8
    dev tap9 mode tun pi
    name tap9 mode tun vnet_hdr one_queue multi_queue
  ]], function(words)
    oracle.same_change("tuntap", { "tuntap del dev tap9 mode "
      .. words:match("mode (%a+)") .. (words:find("multi") and " multi_queue" or "") },
      "tuntap add " .. words)
  end)
  t.run("ip tuntap del dev tun3 mode tun", {})
  t.ok(not oracle.ip("link"):find("tun3"), "a tunnel is deleted")
end)

-- ---- namespaces ----

t.isolated("newnet, newns", function()
  S.mount("none", "/", "none", "private, rec")
  assert(S.mount("none", "/run", "tmpfs"))
  each([[
    netns
    -j netns
    netns list-id
  ]], oracle.same)
  t.run("ip netns add blue", {})
  oracle.ip("netns add red")
  t.is(oracle.ip("netns"):match("%w+"), "red", "both make names")
  t.ok(oracle.ip("-n blue link"):find("LOOPBACK"), "ours is a namespace of its own")
  oracle.ip("netns set blue 7")
  each([[
    netns
    netns list
    -j netns
    netns list-id
    -j netns list-id
    netns list-id nsid 7
    netns list-id target-nsid 7
    netns set blue 8
    netns set nope 7
    netns set blue x
    netns set red
    netns add blue
    netns add
    netns add a/b
    netns add .
    netns del nope
    netns del
    netns exec nope ip link
    netns exec blue nosuchprogram
    netns exec
    netns exec blue
    netns identify x
    netns identify 1
    netns pids nope
    netns pids
    netns pids blue
    netns attach green
    netns attach green x
    netns foo
    netns help
  ]], oracle.same)
  oracle.same_change("netns", { "netns del green", "netns add green", "netns del green" },
    "netns add green")
  oracle.same_change("netns", { "netns del green" }, "netns attach green " .. S.getpid())
  t.run("ip netns set red auto", {})
  t.ok(oracle.ip("netns"):find("red %(id: %d+%)"), "an id by the kernel's choice")
  oracle.ip("-n blue link add eth7 type veth peer name eth8")
  local shown = t.run({ "ip", "netns", "exec", "blue", t.binary, "ip", "-br", "link" },
    { out = t.match "eth7@eth8 +DOWN" })
  t.ok(not shown.out:find("eth0"), "exec is in the namespace")
  t.run({ "ip", "netns", "exec", "blue", t.binary, "ls", "/sys/class/net" },
    { out = t.match "eth7\neth8\n", name = "and /sys is the namespace's" })
  t.run({ "ip", "netns", "exec", "blue", t.binary, "false" }, { status = 1 })
  t.run({ "ip", "-all", "netns", "exec", t.binary, "echo", "here" },
    { out = t.match "^\nnetns: %a+\nhere\n\nnetns: %a+\nhere\n$" })
  local got = t.execute { "ip", "netns", "exec", "blue", t.binary, "ip", "netns", "identify" }
  t.is(got.out, "blue\n", "identify")
  local _, _, r, w = assert(S.pipe2("cloexec"))
  local pid = assert(S.spawn { path = t.binary, "luabox", "ip", "netns", "exec", "blue", t.binary,
    "sleep", "3000", fds = { [1] = w }, pdeathsig = "kill" })
  eventually(function() return t.execute({ "ip", "netns", "pids", "blue" }).out ~= "" end)
  t.run("ip netns pids blue", { out = pid .. "\n" })
  S.kill(pid, "kill")
  S.waitpid(pid)
  r:close()
  w:close()

  -- a connection in the namespace of a name, and events of all that have an id
  local there = assert(require("nl").connect { netns = "blue" })
  t.ok(there:get(require "nl.schema.link", { ifname = "eth7" }), "a request by name")
  local listener = assert(require("nl").monitor({ "link" }, { all_nsid = true }))
  assert(there:call(require "nl.schema.link", "new", { ifname = "eth7", mtu = 1300 }))
  local event = assert(listener:read(30000))[1]
  t.is({ event.nsid, event.message.mtu }, { 7, 1300 }, "an event of another namespace")
  listener:close()
  there:close()

  -- what comes and goes is told
  local dir = t.tmp()
  local out = assert(S.open(dir .. "/monitor", "wronly, creat", "0600"))
  local watcher = assert(S.spawn { path = t.binary, "luabox", "ip", "netns", "monitor",
    fds = { [1] = out } })
  local i = 0
  t.ok(eventually(function()
    i = i + 1
    oracle.ip("netns add m" .. i)
    oracle.ip("netns del m" .. i)
    return t.read(dir .. "/monitor"):find("add (m%d+)\ndelete %1")
  end), "monitor")
  S.kill(watcher, "kill")
  S.waitpid(watcher)
  out:close()

  t.run("ip netns del blue", {})
  t.ok(not oracle.ip("netns"):find("blue"), "a name is deleted")
  t.run("ip -all netns del", {})
  t.is(oracle.ip("netns"), "", "all of them")
end)
