-- tests/applets/link_tools.lua - ipcalc, nameif, tunctl, vconfig

local t = require "test"

-- ---- ipcalc: values by RFC 4632 and 4291 ----

t.run("ipcalc -bmnp 10.1.2.3/20", { out = "NETMASK=255.255.240.0\nBROADCAST=10.1.15.255\n"
  .. "NETWORK=10.1.0.0\nPREFIX=20\n" })
t.run("ipcalc -bn 192.168.7.9 255.255.255.128", { out = "BROADCAST=192.168.7.127\n"
  .. "NETWORK=192.168.7.0\n" })
t.run("ipcalc -m 172.16.0.1", { out = "NETMASK=255.255.0.0\n" })
t.run("ipcalc -n fd00::5/64", { out = "NETWORK=fd00::\n" })
t.run("ipcalc -p 10.0.0.1/255.255.255.0", { out = "PREFIX=24\n" })
t.run("ipcalc --json 10.0.0.1/30", { out = '{"address":"10.0.0.1","broadcast":"10.0.0.3",'
  .. '"netmask":"255.255.255.252","network":"10.0.0.0","prefix":30}\n' })
t.run("ipcalc -b 10.0.0.300", { status = 1, err = "ipcalc: bad IP address: 10.0.0.300\n" })
t.run("ipcalc -b 10.0.0.1/33", { status = 1, err = "ipcalc: bad IP prefix: 33\n" })
t.run("ipcalc -b 10.0.0.1 255.0.255.0", { status = 1, err = "ipcalc: bad netmask: 255.0.255.0\n" })
t.run("ipcalc -sb 10.0.0.300", { status = 1 })
t.run("ipcalc 10.0.0.1", { status = 1, err = t.match("^ipcalc: say what to calculate\nusage: ") })

t.need_root()
local ip = t.need "ip"
local S = require "syscall"
local nl = require "nl"

local function show(command)
  local argv = { "ip" }
  for word in command:gmatch("%S+") do argv[#argv + 1] = word end
  return t.execute(argv, { program = ip }).out
end

t.netns(function()
  nl.interface("lo"):up()
  nl.create_interface { name = "a", type = "veth", peer = { name = "b" } }
  nl.interface("a"):setmac("02:00:00:00:00:0a")
  nl.interface("b"):setmac("02:00:00:00:00:0b")

  -- ---- nameif ----
  t.run("nameif lan0 02:00:00:00:00:0A", {})
  t.ok(nl.interface("lan0") and not nl.interface("a"), "named")
  local path = t.write(t.tmp() .. "/mactab",
    "# ours\nwan0 mac=02:00:00:00:00:0b # that one\n\nlan0 02:00:00:00:00:0a\n")
  t.run({ "nameif", "-c", path }, { name = "nameif -c" })
  t.ok(nl.interface("wan0"), "named by a file")
  t.run("nameif x0 02:00:00:00:00:99", { status = 1,
    err = "nameif: x0: interface with MAC 02:00:00:00:00:99 not found\n" })
  t.run("nameif x0 zz", { status = 1, err = "nameif: cannot parse MAC 'zz'\n" })
  t.run("nameif a-name-that-is-too-long 02:00:00:00:00:0a", { status = 1,
    err = "nameif: interface name 'a-name-that-is-too-long' too long or not a name\n" })
  t.run("nameif x0", { status = 1, err = t.match("^nameif: a name without an address\n") })
  t.run("nameif wan0 02:00:00:00:00:0a", { status = 1,
    err = t.match("^nameif: wan0: cannot change name of lan0: ") })

  -- ---- tunctl ----
  if S.stat("/dev/net/tun") then
    t.run("tunctl -b", { out = "tap0\n" })
    t.run("tunctl -n -t tun5 -u 1000 -g 7", { out = "Set 'tun5' persistent and owned by uid 1000"
      .. " gid 7\n" })
    local data = nl.interface("tun5").linkinfo.data
    t.is({ data.owner, data.group, data.type, data.persist }, { 1000, 7, 1, 1 }, "a tun device")
    t.ok(show("-d link show tap0"):find("tun type tap"), "a tap device")
    t.run("tunctl -d tap0", { out = "Set 'tap0' nonpersistent\n" })
    t.run("tunctl -d tun5", { out = "Set 'tun5' nonpersistent\n" })
    t.ok(not nl.interface("tun5") and not nl.interface("tap0"), "are gone")
    t.run("tunctl -t lan0", { status = 1, err = "tunctl: TUNSETIFF: Invalid argument\n" })
    t.run("tunctl -u nosuchuser", { status = 1,
      err = t.match("^tunctl: Invalid username 'nosuchuser'\n") })
    t.run("tunctl -f /nonexistent", { status = 1,
      err = "tunctl: /nonexistent: No such file or directory\n" })
  else
    t.skip_one("tunctl", "needs /dev/net/tun")
  end

  -- ---- vconfig ----
  t.run("vconfig add lan0 4095", { status = 1,
    err = t.match("^vconfig: a VLAN's id is a number from 0 to 4094: 4095\n") })
  t.run("vconfig add nope 5", { status = 1, err = "vconfig: nope: No such device\n" })
  t.run("vconfig rem lan0", { status = 1, err = "vconfig: lan0: is no VLAN\n" })
  t.run("vconfig bogus", { status = 1, err = t.match("^vconfig: unknown command bogus\n") })
  t.run("vconfig set_name_type X add a 1", { status = 1,
    err = t.match("^vconfig: unknown name type X\n") })
  local lan = nl.interface("lan0")
  if not nl.create_interface { name = "try0", type = "vlan", link = lan, id = 9 } then
    return t.skip_one("vconfig's changes", "this kernel has no VLANs")
  end
  t.run("vconfig add lan0 5", {})
  t.run("vconfig set_name_type VLAN_PLUS_VID add lan0 6", {})
  t.run("vconfig set_flag lan0.5 1 0", {})
  t.run("vconfig set_egress_map lan0.5 3 4", {})
  local details = show("-d link show lan0.5")
  t.ok(details:find("vlan protocol 802.1Q id 5") and details:find("3:4"), "a VLAN", details)
  t.ok(nl.interface("vlan0006"), "another name")
  t.run("vconfig rem vlan0006", {})
  t.is(nl.interface("vlan0006"), nil, "is gone")
end)
