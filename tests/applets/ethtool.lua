-- tests/applets/ethtool.lua - beside Debian's ethtool

local t = require "test"

local features = require "ethtool.features"

local LIST = {
  { name = "tx-checksum-ipv4", active = false, wanted = false, fixed = true },
  { name = "tx-checksum-ip-generic", active = true, wanted = true, fixed = false },
  { name = "rx-gro", active = false, wanted = true, fixed = false },
  { name = "loopback", active = false, wanted = false, fixed = true },
}
t.is(features.text(LIST), "tx-checksumming: on\n\ttx-checksum-ipv4: off [fixed]\n"
  .. "\ttx-checksum-ip-generic: on\ngeneric-receive-offload: off [requested on]\n"
  .. "loopback: off [fixed]\n", "groups and the rest")
t.is(features.named(LIST, "tx"), { "tx-checksum-ip-generic" }, "a group's changeable members")
t.is(features.named(LIST, "loopback"), { "loopback" }, "a feature by its own name")
t.is(features.named(LIST, "bogus"), {}, "none")

t.run("ethtool --bogus", { status = 1,
  err = t.match("^ethtool: unknown option %-%-bogus\nusage: ") })
t.run("ethtool", { status = 1, err = t.match("^ethtool: bad command line argument") })
t.run("ethtool -s lo speed x", { status = 1, err = t.match("^ethtool: bad value for speed: x\n") })
t.run("ethtool -s lo duplex x", { status = 1,
  err = t.match("^ethtool: bad value for duplex: x\n") })
t.run("ethtool -K lo gso", { status = 1, err = t.match("^ethtool: a feature and on or off\n") })
t.run("ethtool -i a-name-that-is-too-long", { status = 1,
  err = t.match("name of link is too long") })

local parameters = require "ethtool.parameters"
t.is(parameters.text("eth0", "rings", { rx_max = 4096, tx_max = 512, rx = 256, tx = 128,
  tx_push = 0, tcp_data_split = 2 }), "Ring parameters for eth0:\nPre-set maximums:\nRX:\t\t4096\n"
  .. "RX Mini:\tn/a\nRX Jumbo:\tn/a\nTX:\t\t512\nCurrent hardware settings:\nRX:\t\t256\n"
  .. "RX Mini:\tn/a\nRX Jumbo:\tn/a\nTX:\t\t128\nRX Buf Len:\t\tn/a\nCQE Size:\t\tn/a\n"
  .. "TX Push:\toff\nTCP data split:\ton\n", "rings")

t.need_root()
local host = t.need "ethtool"
local nl = require "nl"
local host_ip = require("oracle").ip

t.netns(function()
  nl.interface("lo"):up()
  nl.create_interface { name = "eth0", type = "veth", peer = { name = "eth1" } }
  nl.create_interface { name = "br0", type = "bridge" }
  nl.interface("eth0"):up()
  nl.interface("eth1"):up()
  local function both(command)
    local argv = { "ethtool" }
    for word in command:gmatch("%S+") do argv[#argv + 1] = word end
    local want, got = t.execute(argv, { program = host }), t.execute(argv)
    t.ok(got.out == want.out and got.status == want.status and got.err == want.err,
      "ethtool " .. command, ("%d %s%swant: %d %s%s"):format(got.status, got.out, got.err,
        want.status, want.out, want.err))
  end
  for _, command in ipairs { "eth0", "lo", "br0", "-i eth0", "-i lo", "-i br0", "-S eth0", "-S lo",
    "-k eth0", "-k lo", "-k br0" } do
    both(command)
  end
  host_ip("link add eth2 numtxqueues 4 numrxqueues 4 type veth peer name eth3")
  -- the same by both; what is set first holds
  for _, command in ipairs { "-l eth2", "-l lo", "-l nope", "-g eth0", "-a eth0", "-G eth0 rx 100",
    "-G eth0", "-A eth0 rx on", "-A eth0 rx maybe", "-A eth0", "-L eth2 combined 9", "-L eth2",
    "-L eth2 bogus 3", "-L eth2 rx x", "-L eth2 rx" } do
    both(command)
  end
  t.run("ethtool -L eth2 rx 2 tx 3", {})
  both "-l eth2"
  t.run("ethtool -K eth0 gro on tso off", {})
  local now = t.execute({ "ethtool", "-k", "eth0" }, { program = host }).out
  t.ok(now:find("\ngeneric-receive-offload: on\n", 1, true)
    and now:find("\ntcp-segmentation-offload: off\n", 1, true), "features are changed", now)
  t.run("ethtool -K eth0 bogus off", { status = 1,
    err = "netlink error: bit name not found: bogus\n" })
  t.run("ethtool nope", { status = 75, err = t.match("netlink error: No such device\nNo data") })
  t.run("ethtool -s eth0 speed 100", { status = 75,
    err = "netlink error: Operation not supported\n" })
  t.execute { "tunctl", "-t", "tap0" }
  if nl.interface("tap0") then
    t.run("ethtool -s tap0 speed 100 duplex half", {})
    now = t.execute({ "ethtool", "tap0" }, { program = host }).out
    t.ok(now:find("Speed: 100Mb/s") and now:find("Duplex: Half"), "link settings", now)
  else
    t.skip_one("link settings", "needs /dev/net/tun")
  end
  local list = require("json").decode(t.execute({ "ethtool", "-k", "eth0", "--json" }).out)
  t.is(list[1]["rx-gro"].active, true, "--json")
end)
