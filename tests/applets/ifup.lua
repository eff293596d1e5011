-- tests/applets/ifup.lua - ifup, ifdown, ifquery: the file, the steps, and what they do

local t = require "test"

local parse = require "ifupdown.parse"

-- ---- the file: interfaces(5) ----

local function read(text)
  local config = parse.new()
  local more, err = parse.add(config, text, "f")
  return more and config, err, more
end

local config, _, more = read [[
auto lo
auto eth0 eth1
allow-hotplug eth2
iface lo inet loopback
  # a comment
iface base inet static
  address 10.0.0.9/24
  mtu 1400
  up one
iface eth0 inet inherits base
  address 10.0.0.1/24
  post-up echo a \
  b
source other/*
]]
t.is({ config.allow.auto, config.allow.hotplug }, { { "lo", "eth0", "eth1" }, { "eth2" } }, "auto")
t.is(more, { { kind = "source", pattern = "other/*" } }, "source")
local stanza = parse.stanzas(config, "base")[1]
t.is({ stanza.family, stanza.method, stanza.options[3] }, { "inet", "static", { "up", "one" } },
  "a stanza")

for text, want in pairs {
  ["iface eth0"] = "f:1: iface eth0 without a family",
  ["\niface eth0 inet"] = "f:2: iface eth0 inet without a method",
  ["iface eth0 inet bogus"] = 'f:1: unknown method "bogus"',
  ["iface eth0 ipx static"] = 'f:1: unknown address type "ipx"',
  ["address 10.0.0.1"] = 'f:1: misplaced option "address"',
  ["iface eth0 inet static\nmtu 5\nmtu 6"] = 'f:3: duplicate option "mtu"',
  ["iface eth0 inet static\naddress"] = "f:2: option address is empty",
  ["mapping eth*"] = "f:1: mappings are not supported",
} do
  local found, err = read(text)
  t.ok(not found and err == want, want, err)
end

-- ---- on links ----

t.need_root()
local ip = t.need "ip"
local S = require "syscall"
local lan = require "lan"
local nl = require "nl"

local function show(command)
  local argv = { "ip" }
  for word in command:gmatch("%S+") do argv[#argv + 1] = word end
  return t.execute(argv, { program = ip }).out
end

t.netns(function()
  local dir = t.tmp()
  local log = dir .. "/log"
  S.mkdir(dir .. "/d", "0755")
  local path = t.write(dir .. "/interfaces", ([[
auto lo eth0 br0
allow-hotplug eth1
iface lo inet loopback
iface eth0 inet static
	address 10.0.0.1/24
	gateway 10.0.0.254
	metric 7
	mtu 1400
	hwaddress ether 02:00:00:00:00:07
	pre-up echo "pre $IFACE $MODE $METHOD $ADDRFAM $IF_MTU" >> @LOG@
	up echo "up $LOGICAL" >> @LOG@
	down echo "down $MODE" >> @LOG@
	post-down echo "post-down" >> @LOG@
iface eth0 inet6 static
	address fd00::1/64
iface br0 inet static
	bridge_ports eth1
	bridge_fd 0
	address 10.1.0.1
	netmask 255.255.0.0
source d/*
]]):gsub("@LOG@", log))
  t.write(dir .. "/d/more", "iface bad inet static\n address 10.0.0.1/24\n up false\n"
    .. "iface wrong inet static\n address 10.0.0.1/99\n")
  nl.create_interface { name = "eth0", type = "veth", peer = { name = "p0" } }
  nl.create_interface { name = "eth1", type = "veth", peer = { name = "p1" } }
  local function run(words, want)
    local argv = { (words:match("^%S+")), "-i", path, "--state-dir", dir .. "/state",
      "--no-scripts" }
    for word in words:gmatch(" (%S+)") do argv[#argv + 1] = word end
    want.name = words
    return t.run(argv, want)
  end

  local told = t.execute { "ifup", "-i", path, "--state-dir", dir .. "/state", "-n", "eth0" }
  t.ok(told.out:find("\nip addr add 10.0.0.1/24 broadcast 10.0.0.255 dev eth0\n")
    and told.out:find("\nip route add default via 10.0.0.254 dev eth0 onlink metric 7\n")
    and nl.interface("eth0").flags.up == false, "-n tells and does nothing", told.out .. told.err)

  run("ifup -a", {})
  t.is(t.read(log), "pre eth0 start static inet 1400\nup eth0\n", "the user's commands, in order")
  local link = show("link show eth0") .. show("addr show eth0") .. show("route")
  for _, want in ipairs { "mtu 1400", "02:00:00:00:00:07", "inet 10.0.0.1/24 brd 10.0.0.255",
    "inet6 fd00::1/64", "default via 10.0.0.254 dev eth0 .-metric 7" } do
    t.ok(link:find(want), want, link)
  end
  t.ok(show("link show lo"):find("UP"), "lo is up")
  t.ok(show("link show eth1"):find("master br0") and show("addr show br0"):find("10.1.0.1/16"),
    "a bridge")
  t.is(t.read(dir .. "/state/ifstate"), "br0=br0\neth0=eth0\nlo=lo\n", "the state")
  run("ifup eth0", { status = 1, err = "ifup: interface eth0 already configured\n" })
  run("ifquery --state", { out = "br0=br0\neth0=eth0\nlo=lo\n" })
  run("ifquery -l", { out = "lo\neth0\nbr0\n" })
  run("ifquery br0", { out = "bridge_ports: eth1\nbridge_fd: 0\naddress: 10.1.0.1\n"
    .. "netmask: 255.255.0.0\n" })
  run("ifdown eth0", {})
  t.is(t.read(log):match("\n(down.*)$"), "down stop\npost-down\n", "and down")
  t.ok(not show("addr show eth0"):find("inet") and not show("link show eth0"):find("UP"), "is bare")
  run("ifdown eth0", { status = 1, err = "ifdown: interface eth0 not configured\n" })
  run("ifup nope", { status = 1, err = "ifup: unknown interface nope\n" })
  run("ifup", { status = 1, err = t.match("^ifup: no interfaces given") })
  run("ifup eth0=bad", { status = 1, err = "ifup: false: exit status 1\nifup: failed to bring up "
    .. "eth0\n" })
  run("ifup eth0=wrong", { status = 1, err = t.match("^ifup: .*/d/more:4: address cannot be "
    .. "10.0.0.1/99\nifup: failed to bring up eth0\n$") })
  t.ok(not t.read(dir .. "/state/ifstate"):find("eth0"), "what failed is not up")
  run("ifdown -a", {})
  t.ok(not nl.interface("br0") and t.read(dir .. "/state/ifstate") == "", "all down")

  -- by DHCP
  local dhcp = "d" .. S.getpid() -- by its name it has a file in /run
  lan.join(dhcp, function(peer)
    lan.serve(peer, "10.9.0.1", dir .. "/dhcp", lan.grant { yiaddr = "10.9.0.9" })
  end)
  local pid_file = ("/run/udhcpc.%s.pid"):format(dhcp)
  lan.resolver("")
  t.write(dir .. "/d/dhcp", ("iface %s inet dhcp\n"):format(dhcp))
  local started = t.execute({ "ifup", "-i", path, "--state-dir", dir .. "/state", dhcp })
  t.ok(started.status == 0 and lan.wait(function()
    return lan.addresses(dhcp) == "10.9.0.9/24"
  end), "an address by DHCP", started.out .. started.err)
  t.ok(S.stat(pid_file), "by a client that stays")
  run("ifdown " .. dhcp, {})
  t.ok(lan.wait(function() return lan.addresses(dhcp) == "" end), "and taken away")
  t.ok(lan.wait(function() return lan.read(dir .. "/dhcp"):find("release") end), "and given back")
  t.ok(lan.wait(function() return not S.stat(pid_file) end), "the client has ended")

  -- in Lua
  local lua = t.write(dir .. "/network.lua", [[
return {
  eth0 = { addresses = { "10.7.0.1/24" } },
  br7 = { kind = "bridge", ports = { "eth1" } },
  routes = { "default via 10.7.0.254" },
}
]])
  t.run({ "ifup", "-i", lua, "-a" }, { name = "ifup of a description" })
  t.ok(show("addr show eth0"):find("10.7.0.1/24") and show("route"):find("default via 10.7.0.254")
    and show("link show eth1"):find("master br7"), "is made")
  t.run({ "ifdown", "-i", lua, "-v", "br7" }, { name = "ifdown of one",
    out = "link del br7\n" })
  t.run({ "ifdown", "-i", lua, "-a" }, { name = "ifdown of all" })
  t.ok(not show("addr show eth0"):find("10.7.0.1") and not show("route"):find("default"), "is gone")
  t.run({ "ifup", "-i", lua, "nope" }, { status = 1, err = "ifup: unknown interface nope\n",
    name = "not described" })
end)
