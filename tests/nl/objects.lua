-- tests/nl/objects.lua - links, addresses, routes and neighbours as objects; ljsyscall's forms

local t = require "test"

t.need_root()

local S = require "syscall"

t.ok(rawequal(S.nl, require "nl"), "S.nl is the module nl")
t.is(S.nl.no_such_name, nil, "an unknown name is nil")

t.netns(function()
  local nl = S.nl
  local c = S.c
  t.is(nl.create_interface { name = "eth0", type = "veth", peer = { name = "eth1" } }, true,
    "a pair is made")
  local ok, err = nl.create_interface { name = "eth0", type = "bridge" }
  t.ok(ok == nil and err.EXIST, "a name is taken")
  local i = nl.interfaces()
  t.is({ #i, i.eth0.name, i.eth0.mtu, i.eth0.type, i.eth0.ether, i.lo.loopback, i.nope },
    { 3, "eth0", 1500, 1, true, true, nil }, "indexed by position and name")
  t.is({ i.eth0.loopback, i.eth0.sit, i.lo.tunnel6 }, { false, false, false },
    "every type of c.ARPHRD is a question")
  t.is({ i.eth0.flags.up, i.eth0.flags.UP, i.eth0.flags.multicast }, { false, false, true },
    "flags by name")

  i.eth1:up()
  local eth0 = i.eth0:up()
  t.is({ eth0.flags.up, rawequal(eth0, i.eth0) }, { true, true }, "methods return the link, anew")
  t.is(eth0:address("10.3.0.2/24").inet[1].addr, "10.3.0.2", "an address")
  t.is({ eth0.inet[1].prefixlen, eth0.inet[1].broadcast, eth0.inet[1].permanent,
    eth0.inet[1].index }, { 24, "10.3.0.255", true, eth0.index }, "what belongs to it")
  t.is(eth0:address("fd00::2/64").inet6[1].prefixlen, 64, "an IPv6 address")
  ok, err = eth0:address("10.3.0.2/24")
  t.ok(ok == nil and err.EXIST and tostring(err) == "ipv4: Address already assigned", "again")
  t.raises(function() eth0:address("10.3.0/24") end, "10.3.0/24 is not an address", "a bug")
  t.is(#eth0:deladdress("10.3.0.2/24").inet, 0, "the address is gone")
  t.is(eth0:setmtu(1400).mtu, 1400, "mtu")
  t.is(tostring(eth0:setmac("02:00:00:00:00:05").macaddr), "02:00:00:00:00:05", "mac")
  t.is(eth0:setflags("noarp", "noarp").flags.noarp, true, "flags by name are set")
  ok, err = eth0:setmtu(1 << 20)
  t.ok(ok == nil and tostring(err) == "mtu greater than device maximum", "the kernel's words")

  t.is(nl.newaddr(eth0, c.AF.INET, 24, "permanent", "local", "10.4.0.1", "broadcast",
    "10.4.0.255"), true, "newaddr with varargs")
  t.is(nl.newaddr(eth0.index, "inet6", 128, "permanent, nodad", "address", "2::1"), true,
    "newaddr by index and names")
  local seen = {}
  for _, address in ipairs(nl.getaddr("inet")) do seen[address.addr] = address.prefixlen end
  t.is(seen["10.4.0.1"], 24, "getaddr")
  t.is(nl.deladdr(eth0.index, c.AF.INET6, 128, "address", "2::1"), true, "deladdr")

  t.is(nl.newroute("create", { family = "inet", dst_len = 16, type = "unicast",
    protocol = "static", table = "main" }, "dst", "10.5.0.0", "gateway", "10.4.0.9",
    "oif", eth0.index), true, "newroute")
  local all = nl.getroute("inet")
  t.is(#all:refresh():match("10.5.0.0/16"), 1, "what getroute gave is refreshed, too")
  local routes = nl.routes("inet", "unicast")
  local found = routes:match("10.5.0.0/16")
  t.is({ #found, found[1].gw, found[1].output, tostring(found[1]) },
    { 1, "10.4.0.9", "eth0", "dst: 10.5.0.0/16 gateway: 10.4.0.9 src: 0.0.0.0/0 if: eth0" },
    "routes, matched and printed")
  t.is(nl.delroute({ family = "inet", dst_len = 16 }, "dst", "10.5.0.0"), true, "delroute")
  t.is(#routes:refresh():match("10.5.0.0", 16), 0, "routes, refreshed")

  t.is(nl.newneigh(eth0, { family = c.AF.INET, state = "permanent" }, "dst", "10.4.0.77",
    "lladdr", "00:01:02:03:04:05"), true, "newneigh")
  local neighbours = nl.getneigh(eth0, { family = c.AF.INET })
  t.is({ #neighbours, neighbours[1].dest, neighbours[1].lladdr, neighbours[1].ifindex },
    { 1, "10.4.0.77", "00:01:02:03:04:05", eth0.index }, "getneigh of a link")
  nl.newneigh(eth0, { family = "inet6" }, "dst", "fd00::77", "lladdr", "00:01:02:03:04:06")
  t.is({ #nl.getneigh(eth0, { family = "inet" }, "dst", "10.4.0.77", "lladdr", "0:1:2:3:4:5"),
    #nl.getneigh(eth0, { family = "inet" }, "dst", "10.4.0.78"),
    #nl.getneigh(0, {}, "dst", "FD00:0::77") }, { 1, 0, 1 }, "getneigh by what it has")
  t.raises(function() nl.getneigh(eth0, {}, "bogus", 1) end, "unknown attribute bogus")
  t.is(nl.delneigh(eth0, { family = "inet" }, "dst", "10.4.0.77"), true, "delneigh")

  t.is(nl.newlink(0, "create", 0, 0, "linkinfo", { "kind", "bridge" }, "ifname", "br0"), true,
    "newlink with a nested list")
  t.is(nl.newlink(0, "create, excl", 0, 0, "linkinfo", { "kind", "veth", "data",
    { "peer", { S.t.ifinfomsg, {}, "ifname", "vb" } } }, "ifname", "va"), true,
    "newlink with a raw header in the list")
  t.is(nl.newlink(nl.interface("vb"), 0, "up", "up", "mtu", 1300), true, "newlink of an object")
  t.is({ nl.interface("vb").mtu, nl.interface("vb").flags.up }, { 1300, true }, "is changed")
  t.is(nl.dellink(0, "ifname", "va"), true, "dellink by name")
  t.raises(function() nl.newlink(0, 0, 0, 0, "mtu") end, "not enough arguments", "a value misses")
  t.raises(function() nl.newlink(0, 0, 0, 0, "bogus", 1) end, "unknown attribute bogus", "a name")

  t.is(nl.interface("br0"):rename("br9").name, "br9", "rename")
  t.is(nl.interface("br9"):delete(), true, "delete")
  ok, err = nl.interface("br9")
  t.ok(ok == nil and err.NODEV, "is gone")
  t.is(i.eth0:refresh().index, eth0.index, "refresh")

  local block = tostring(nl.interface("lo"):up())
  t.ok(block:find("^lo        Link encap:Local Loopback\n          inet addr: 127.0.0.1/8\n"
    .. "          inet6 addr: ::1/128\n          UP LOOPBACK RUNNING.*  MTU: 65536\n"
    .. "          RX packets:%d+ errors:0 dropped:0\n          TX packets:%d+ errors:0 dropped:0$"),
    "printed as ifconfig does", block)
  block = tostring(nl.interfaces())
  t.ok(block:find("\neth0      Link encap:Ethernet  HWaddr 02:00:00:00:00:05\n"), "all, printed",
    block)

  -- into another namespace, by process
  local _, _, r, w = assert(S.pipe())
  local child = assert(S.fork())
  if child == 0 then
    assert(S.unshare("newnet"))
    w:write("x")
    S.prctl("set_pdeathsig", "kill")
    while true do S.pause() end
  end
  r:read(nil, 1)
  t.is(nl.interface("eth1"):move_ns(child), true, "move_ns")
  t.is(nl.interface("eth1"), nil, "is not here any more")
  local there = nl.interfaces { netns = child }
  t.is(there and there.eth1 and there.eth1.name, "eth1", "interfaces of another namespace")
  t.is(there.eth1:up().flags.up, true, "its objects act there")
  S.kill(child, "kill")
  S.waitpid(child)

  -- ljsyscall's own socket
  local fd = assert(nl.socket("route", { groups = "link" }))
  nl.create_interface { name = "br1", type = "bridge" }
  local events
  repeat events = assert(nl.read(fd)) until events.br1 -- of others the kernel tells at any time
  t.is({ events.br1 and events.br1.op, events[1].newlink }, { "newlink", true },
    "nl.read: an event")
  fd:close()
  fd = assert(nl.socket("route", {}))
  assert(nl.write(fd, nil, "getlink", "request, dump", "packet"))
  local dumped = assert(nl.read(fd, nil, nil, true))
  t.is(dumped.lo and dumped.lo.index, 1, "nl.write and nl.read: a dump")
  fd:close()
end)

t.netns(function()
  local nl = S.nl
  nl.create_interface { name = "eth0", type = "veth", peer = { name = "eth1" } }
  local eth0 = nl.interface("eth0")
  local monitor = assert(nl.monitor { "link", "addr", "route", "neigh" })
  t.ok(monitor:getfd() > 2, "the descriptor is told")
  local none, err = monitor:read(0)
  t.ok(none == nil and err.AGAIN, "nothing has happened")
  eth0:up():address("10.0.0.1/24")
  local kinds = {}
  while not (kinds["addr new"] and kinds["link new"]) do
    for _, event in ipairs(assert(monitor:read(30000))) do
      kinds[event.kind .. " " .. event.action] = event.message
    end
  end
  t.is(kinds["addr new"] and kinds["addr new"]["local"], "10.0.0.1", "an address came")
  t.is(kinds["link new"] and kinds["link new"].ifname, "eth0", "a link changed")
  while monitor:read(0) do end

  -- in the event loop: the wait is the loop's, the reading never blocks
  local loop = require "loop"
  local came = false
  loop.run(function()
    local task = loop.spawn(function()
      while not came and loop.readable(monitor:getfd(), loop.now() + 30) do
        for _, event in ipairs(monitor:read(0) or {}) do -- others come at any time
          came = came or event.message.mtu == 1300
        end
      end
    end)
    loop.sleep(0.01)
    eth0:setmtu(1300)
    task:join()
  end)
  t.ok(came, "a monitor in the event loop")
  while monitor:read(0) do end

  -- more than the queue holds while nobody reads: what is true then is told again
  monitor.socket:set_receive_buffer(2048)
  for mtu = 1000, 1200 do eth0:setmtu(mtu) end
  local actions, last, listed = {}, nil, false
  for _ = 1, 300 do
    if listed and last == 1200 then break end
    for _, event in ipairs(monitor:read(100) or {}) do
      actions[event.action] = true
      if event.action == "listed" then listed = true end
      if event.kind == "link" and event.message.ifname == "eth0" then last = event.message.mtu end
    end
  end
  t.ok(actions.lost and listed, "a loss is told, and what there is listed")
  t.is(last, 1200, "the last that is told is true")
  monitor:close()
end)
