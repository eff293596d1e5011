-- tests/net/apply.lua - the declarative layer: what it does, in which order, and back

local t = require "test"

t.need_root()

local S = require "syscall"
local nl = require "nl"
local net = require "net"
local request = require "nl.request"

local wireguard = require "net.apply.wireguard"
local wanted = require "net.apply.wanted"

local eventually = require "eventually"
local ip = t.need "ip"
local oracle = require "oracle"

local function host(command)
  local argv = { "ip" }
  for word in command:gmatch("%S+") do argv[#argv + 1] = word end
  local got = t.execute(argv, { program = ip })
  if got.status ~= 0 then t.ok(false, "host's ip " .. command, got.err) end
  return got.out
end

-- Everything that a person would see, without what moves by itself.
local function picture()
  local out = host("-d link") .. host("addr") .. host("route show table all") .. host("rule")
    .. host("-6 rule")
  return (out:gsub("(%a+_timer) *[%d.]+", "%1"):gsub(" tentative", "")
    :gsub("\n    inet6 fe80[^\n]*\n[^\n]*", ""):gsub("\n[^\n]*fe80::[^\n]*", "")
    :gsub("\nlocal %x*:[^\n]*", "") -- come a moment after their address
    :gsub("\nmulticast ff00[^\n]*", ""):gsub("\nanycast [^\n]*", "")
    :gsub(" qdisc %S+", ""):gsub(" state %S+", ""):gsub("LOWER_UP", ""):gsub("NO%-CARRIER,", "")
    :gsub(" linkdown", ""):gsub("bridge_slave state %S+", "")
    :gsub("topology_change%S* %d", "")
    :gsub("designated_%S+ %S+", ""):gsub("port_no %S+", ""):gsub("port_id %S+", "")
    :gsub(" root_id %S+", ""):gsub("bridge_id %S+", ""):gsub("(group_fwd_mask_str) %S+", "%1"))
end

-- The lines of the network in an order that does not depend on the numbers of links.
local function sorted(text)
  local list = {}
  for line in text:gmatch("[^\n]+") do list[#list + 1] = (line:gsub("^%d+: ", "")) end
  table.sort(list)
  return list
end

-- The network as it is when it is as wanted, or for good: routes of IPv6 come with the carrier.
local function picture_of(want)
  want = table.concat(sorted(want))
  local got
  eventually(function()
    got = picture()
    return table.concat(sorted(got)) == want
  end, 15)
  return got
end

-- Only what differs is worth reading.
local function same(want, name)
  local got = picture_of(want)
  local count, detail = {}, {}
  for _, line in ipairs(sorted(want)) do count[line] = (count[line] or 0) + 1 end
  for _, line in ipairs(sorted(got)) do count[line] = (count[line] or 0) - 1 end
  for line, n in pairs(count) do
    if n ~= 0 then detail[#detail + 1] = (n > 0 and "missing: " or "surplus: ") .. line end
  end
  table.sort(detail)
  return t.ok(#detail == 0, name, table.concat(detail, "\n"))
end

local function lines(change)
  return change and change.steps or {}
end

-- ---- descriptions that are wrong ----

local WRONG = {
  { { eth0 = { adresses = {} } }, "eth0: unknown field adresses %(did you mean addresses%?%)" },
  { { eth0 = { addresses = { "10.0.0.300/24" } } }, "eth0: addresses is not an address or prefix" },
  { { eth0 = { addresses = { "10.0.0.1/33" } } }, "eth0: addresses is not an address" },
  { { eth0 = { addresses = "10.0.0.1/24" } }, "eth0: addresses is a list" },
  { { ["a name that is long"] = {} }, "is not a name for a link" },
  { { eth0 = { mtu = "big" } }, "eth0: mtu is a number from 0" },
  { { eth0 = { mac = "zz" } }, "eth0: mac is not a hardware address: zz" },
  { { v = { kind = "vlan", link = "eth0", idd = 5 } },
    "v: unknown field idd %(did you mean id%?%)" },
  { { m = { kind = "macvlan", link = "eth0", mode = "brige" } },
    "m: unknown mode brige %(did you mean bridge%?%)" },
  { { a = { kind = "bridge", ports = { "p" } }, b = { kind = "bridge", ports = { "p" } } },
    "p: is to be a port of [ab] and of [ab]" },
  { { routes = { "default vai 10.0.0.1" } },
    "routes%[1%]: unknown word vai %(did you mean via%?%)" },
  { { routes = { "10.0.0.1/8 via 10.0.0.2" } }, "has bits behind its prefix" },
  { { routes = { "10.0.0.0/8" } }, "has neither via nor dev" },
  { { routes = { "10.0.0.0/8 via fd00::1" } }, "via is not an address of this family" },
  { { routes = { "default via" } }, "via needs a value" },
  { { rules = { { from = "10.0.0.0/8", table = 5 } } }, "a rule needs a priority" },
  { { rules = { { priority = 1, table = "nowhere" } } }, "no routing table is called nowhere" },
  { { eth0 = { data = { x = 1 } } }, "eth0: data without a kind" },
  { { eth0 = 5 }, "eth0: a table, or false" },
  { { wg0 = { kind = "wireguard", privat_key = "x" } },
    "wg0: unknown field privat_key %(did you mean private_key%?%)" },
  { { wg0 = { kind = "wireguard", private_key = "secret" } },
    "^wg0: private_key is not a key %(44 characters of base64%)$" },
  { { wg0 = { kind = "wireguard", private_key_file = "/nonexistent" } },
    "^wg0: /nonexistent: No such file" },
  { { wg0 = { kind = "wireguard", listen_port = 70000 } }, "wg0: listen_port is a number" },
  { { wg0 = { kind = "wireguard", peers = { { publick_key = "x" } } } },
    "wg0: peers%[1%]: unknown field publick_key %(did you mean public_key%?%)" },
  { { wg0 = { kind = "wireguard", peers = { {} } } }, "wg0: peers%[1%]: public_key is not a key" },
  { { wg0 = { kind = "wireguard", peers = { { public_key = ("A"):rep(43) .. "=",
    endpoint = "example.org:5" } } } }, "endpoint is an address and a port, not example.org:5" },
  { { wg0 = { kind = "wireguard", peers = { { public_key = ("A"):rep(43) .. "=",
    allowed_ips = { "10.0.0.0/40" } } } } }, "allowed_ips: 10.0.0.0/40 is not a prefix" },
  { { eth0 = { private_key = "x" } }, "eth0: unknown field private_key" },
}
for _, case in ipairs(WRONG) do
  local change, err = net.apply(case[1], { dry_run = true })
  t.ok(change == nil and err:find(case[2]), "wrong: " .. tostring(err), err)
end

-- ---- WireGuard: what differs; the kernel's side is in tests/boot/wireguard.lua ----

do
  local function key(number)
    return require("wg.text").key_text(("\0"):rep(31) .. string.char(number))
  end
  local described = { kind = "wireguard", listen_port = 5000,
    private_key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=",
    peers = {
      { public_key = key(1), endpoint = "192.0.2.1:51820", keepalive = 25,
        allowed_ips = { "10.9.0.0/24", "fd09::/64" } },
      { public_key = key(2), preshared_key = key(3), allowed_ips = "10.8.0.1/32" },
    } }
  local function device() return wanted.read({ wg0 = described }).links.wg0.wireguard end
  local want = device()
  t.is({ want.private_key:byte(1), want.private_key:byte(32) }, { 0, 65 },
    "a private key as the kernel keeps it")
  local changes = wireguard.changes(nil, want)
  t.is(wireguard.text("wg0", changes), "wg set wg0 listen-port 5000 private-key (hidden) peer "
    .. key(1) .. ' endpoint 192.0.2.1:51820 persistent-keepalive 25 allowed-ips '
    .. '"10.9.0.0/24,fd09::/64" peer ' .. key(2) .. ' preshared-key (hidden) allowed-ips '
    .. '"10.8.0.1/32"', "a new device, without its secrets")
  t.is(wireguard.changes(want, device()), nil, "nothing to do")
  described.peers[1].allowed_ips = { "fd09::/64", "10.9.0.0/24" }
  t.is(wireguard.changes(want, device()), nil, "the order of prefixes says nothing")
  described.peers[1].endpoint = nil
  t.is(wireguard.changes(want, device()), nil, "an endpoint that is not described may move")
  described.peers[1].keepalive = 0
  described.peers[2] = nil
  t.is(wireguard.text("wg0", wireguard.changes(want, device())), "wg set wg0 peer " .. key(2)
    .. " remove peer " .. key(1) .. ' allowed-ips "10.9.0.0/24,fd09::/64"',
    "one peer changes, one goes")
  described.peers = nil
  t.is(wireguard.changes(want, device()), nil, "peers are left alone where none are described")
end

local function network()
  host("link set lo up")
  for _, pair in ipairs { { "eth0", "peer0" }, { "eth1", "peer1" }, { "eth2", "peer2" } } do
    host(("link add %s type veth peer name %s"):format(pair[1], pair[2]))
    host(("link set %s up"):format(pair[2]))
  end
  host("link add old0 type bridge")
  host("link set eth2 master old0")
  host("link set eth2 up")
  host("link set old0 up")
  host("addr add 10.9.0.1/24 dev old0")
  host("addr add 10.7.0.1/24 dev eth0")
  host("addr add 10.7.0.2/24 dev eth0")
  host("link set eth0 up")
  host("route add 10.8.0.0/16 via 10.7.0.9 proto static")
  host("route add 10.99.0.0/16 via 10.7.0.9")
  host("route add 10.98.0.0/16 via 10.9.0.9 proto static metric 7")
  host("route add blackhole 10.97.0.0/16 proto static")
  host("rule add from 10.1.0.0/16 table 100 pref 40 protocol static")
  host("rule add from 10.2.0.0/16 table 100 pref 41")
  host("-6 addr add fd07::1/64 dev eth0 nodad")
  host("-6 route add fd08::/32 via fd07::9 proto static")
  oracle.settle()
  for _ = 1, 300 do -- the kernel takes up an IPv6 address when its link has come up, a bit later
    if host("-6 route show table local"):find("local fd07::1 dev eth0", 1, true) then return end
    S.nanosleep(0.1)
  end
end

local DESCRIPTION = {
  br0 = { kind = "bridge", ports = { "eth1", "eth2" }, addresses = { "10.0.0.1/24", "fd00::1/64" },
    forward_delay = 0, stp_state = false, mtu = 1400 },
  mv0 = { kind = "macvlan", link = "eth0", mode = "bridge", addresses = { "10.3.0.1/24" },
    mac = "02:00:00:00:00:07" },
  vx0 = { kind = "vxlan", id = 42, link = "eth0", remote = "10.7.0.8", port = 4789, mtu = 1300 },
  va = { kind = "veth", peer = "vb", addresses = { "10.4.0.1 peer 10.4.0.2/32" } },
  eth0 = { addresses = { "10.7.0.2/24", "10.7.0.3/24", "fd07::2/64" }, mtu = 1450,
    alias = "uplink" },
  old0 = false,
  routes = {
    "default via 10.7.0.254",
    "10.8.0.0/16 via 10.7.0.10",
    "fd08::/32 via fd07::10",
    { to = "10.11.0.0/16", nexthops = { { via = "10.7.0.4", weight = 2 }, { via = "10.0.0.9" } } },
    "unreachable 10.12.0.0/16 metric 9",
    "10.13.0.0/24 dev br0 table 100 src 10.0.0.1 mtu 1300",
  },
  rules = {
    { from = "10.1.0.0/16", table = 100, priority = 40 },
    { from = "all", fwmark = "0x5/0xff", table = 100, priority = 50 },
    { to = "10.44.0.0/16", action = "blackhole", priority = 51 },
  },
}

t.netns(function()
  network()
  local before = picture()

  local dry = assert(net.apply(DESCRIPTION, { dry_run = true }))
  same(before, "a dry run changes nothing")
  t.ok(#dry.steps > 15 and tostring(dry):find("link add br0 type bridge"), "and tells",
    tostring(dry))

  local change, err = net.apply(DESCRIPTION)
  t.ok(change, "it is done", err)
  if not change then return end
  local link, route = host("-d link"), host("route show table all")
  t.ok(link:find("br0.-mtu 1400.-forward_delay 0 .-stp_state 0"), "a bridge with its data", link)
  for _, want in ipairs { "eth1@%S+ .-master br0", "eth2@%S+ .-master br0",
    "mv0@eth0.-UP.-02:00:00:00:00:07.-macvlan mode bridge",
    "vx0.-vxlan id 42 remote 10.7.0.8 dev eth0", "va@vb.-UP", "eth0.-mtu 1450", "alias uplink" } do
    t.ok(link:find(want), want, link)
  end
  t.ok(not link:find("old0"), "what shall not be is gone")
  local address = host("-o addr show dev eth0")
  t.ok(not address:find("10.7.0.1/24", 1, true) and address:find("10.7.0.2/24", 1, true)
    and address:find("10.7.0.3/24", 1, true) and not address:find("fd07::1/", 1, true)
    and address:find("fd07::2/64", 1, true), "its addresses are exactly those", address)
  t.ok(host("-o addr show dev va"):find("10.4.0.1 peer 10.4.0.2/32", 1, true), "a peer's address")
  for _, want in ipairs { "default via 10.7.0.254 dev eth0 proto static",
    "10.8.0.0/16 via 10.7.0.10 dev eth0 proto static", "10.12.0.0/16", "fd08::/32 via fd07::10",
    "10.13.0.0/24 dev br0 table 100 proto static scope link src 10.0.0.1 mtu 1300",
    "nexthop via 10.7.0.4 dev eth0 weight 2", "nexthop via 10.0.0.9 dev br0 weight 1" } do
    t.ok(route:find(want, 1, true), want, route)
  end
  t.ok(not route:find("10.97.0.0", 1, true), "a static route that is not listed is gone", route)
  local rule = host("rule")
  t.ok(rule:find("fwmark 0x5/0xff lookup 100") and rule:find("to 10.44.0.0/16 blackhole")
    and rule:find("from 10.2.0.0/16") and rule:find("from 10.1.0.0/16"), "rules", rule)

  local after = picture()
  local again = assert(net.apply(DESCRIPTION))
  t.is(lines(again), {}, "a second time there is nothing to do")
  same(after, "and nothing changes")

  -- one thing differs: one step
  local change2 = assert(net.apply { br0 = { kind = "bridge", mtu = 1400, forward_delay = 0,
    addresses = { "10.0.0.1/24", "10.0.5.1/24", "fd00::1/64" } } })
  t.is(lines(change2), { "addr add 10.0.5.1/24 dev br0" }, "only the difference")
  t.ok(change2:undo(), "undo")
  same(after, "is as before")

  local ok
  ok, err = change:undo()
  t.ok(ok, "all of it undone", err)
  same(before, "is what was")
end)

-- ---- a failure at every step ----

-- A connection whose n-th change fails as the kernel might.
local function failing(at)
  local connection = assert(request.open())
  local count = 0
  local proxy = setmetatable({}, { __index = connection })
  function proxy.dump(_, ...) return connection:dump(...) end
  function proxy.get(_, ...) return connection:get(...) end
  function proxy.call(_, ...)
    count = count + 1
    if count == at then return nil, S.t.error("PERM") end
    return connection:call(...)
  end
  return proxy, connection
end

-- Tries it with a failure at each step in turn, until none is left to fail.
local function fail_everywhere(name, description, least)
  local before = picture()
  for at = 1, 100 do
    local proxy, connection = failing(at)
    local change, err = net.apply(description, { connection = proxy })
    connection:close()
    if change then
      t.ok(at > least, ("%s: the last attempt has no failure left: %d steps"):format(name, at - 1))
      return
    end
    local now = picture_of(before)
    local told = err:find("Operation not permitted") and not err:find("not all")
    if table.concat(sorted(now)) ~= table.concat(sorted(before)) then
      return same(before, ("%s: failure at step %d: %s"):format(name, at, err))
    elseif not told then
      return t.ok(false, ("%s: failure at step %d is told"):format(name, at), err)
    end
  end
  t.ok(false, name .. ": has no end")
end

-- What changes, leaves, moves and is made again.
local OTHER = {
  br0 = { kind = "bridge", ports = { "eth2" }, addresses = { "10.0.0.2/24", "10.0.0.1/24" },
    forward_delay = 400, ageing_time = 10000, mtu = 1300 },
  br1 = { kind = "bridge", ports = { "eth1" } },
  mv0 = { kind = "macvlan", link = "eth0", mode = "private", addresses = {} },
  vx0 = { kind = "vxlan", id = 43, link = "eth0", remote = "10.7.0.9", port = 4790, mtu = 1300,
    addresses = { "10.20.0.1/24" } },
  va = { kind = "veth", peer = "vc" },
  eth0 = { up = false },
  routes = { "10.30.0.0/16 via 10.0.0.7", "10.13.0.0/24 dev br0 table 100" },
  rules = {},
}

t.netns(function()
  network()
  fail_everywhere("a new network", DESCRIPTION, 25)
  fail_everywhere("another network", OTHER, 20)
end)

t.netns(function()
  nl.interface("lo"):up()
  local change, err = net.apply { nothing0 = { addresses = { "10.0.0.1/24" } } }
  t.ok(change == nil and err == "nothing0: there is no such link, and no kind to make it",
    "no link", err)
  change, err = net.apply { x0 = { kind = "nosuchkind" } }
  t.ok(change == nil and err:find("^link add x0 type nosuchkind: "), "no such kind", err)
  change, err = net.apply { v0 = { kind = "veth", peer = "v1", mtu = 1 << 20 } }
  t.ok(change == nil and err:find("^link add v0 type veth peer v1: "), "the kernel refuses", err)
  t.is(#nl.interfaces(), 1, "nothing is left of it")
  change = assert(net.apply({ v0 = { kind = "veth", peer = "v1", up = false } }))
  t.is({ nl.interface("v0").flags.up, #change.steps }, { false, 1 }, "up = false")
  -- the end of a veth that is named first has no kind
  change = assert(net.apply { a0 = { addresses = { "10.1.0.1/24" } },
    b0 = { kind = "veth", peer = "a0", addresses = { "10.1.0.2/24" } } })
  t.is(lines(change)[1], "link add b0 type veth peer a0", "both ends of a veth")
  t.is(#nl.interface("a0").inet, 1, "the other end has its address")
  -- the first address of a subnet is primary, also when it was not
  assert(net.apply { b0 = { addresses = { "10.1.0.3/24", "10.1.0.2/24" } } })
  t.is({ tostring(nl.interface("b0").inet[1]), nl.interface("b0").inet[2].secondary },
    { "10.1.0.3/24", true }, "the order of addresses")
  t.is(#assert(net.apply { b0 = { addresses = { "10.1.0.3/24", "10.1.0.2/24" } } }).steps, 0,
    "holds")
  -- in another network namespace
  local _, _, r, w = assert(S.pipe())
  local child = assert(S.fork())
  if child == 0 then
    assert(S.unshare("newnet"))
    w:write("x")
    S.prctl("set_pdeathsig", "kill")
    while true do S.pause() end
  end
  r:read(nil, 1)
  change = assert(net.apply({ lo = {}, br5 = { kind = "bridge" } }, { netns = child }))
  local there = nl.interfaces { netns = child }
  t.ok(there.br5 and there.lo.flags.up and not nl.interface("br5"), "another namespace")
  t.ok(change:undo() and not nl.interfaces { netns = child }.br5, "is undone there")
  S.kill(child, "kill")
  S.waitpid(child)
  -- a kind of its own again with other fixed data
  assert(net.apply { x = { kind = "vxlan", id = 5, port = 4789, remote = "10.0.0.1" } })
  change = assert(net.apply { x = { kind = "vxlan", id = 6, port = 4789, remote = "10.0.0.1" } })
  t.ok(tostring(change):find("^link del x\nlink add x type vxlan group 10.0.0.1 id 6 "),
    "made again", tostring(change))
  t.ok(change:undo() and nl.interface("x").linkinfo.data.id == 5, "and back")
end)
