-- tests/applets/arp.lua - neighbours, beside net-tools' arp

local t = require "test"

t.need_root()
local host = t.need "arp"
local ip = t.need "ip"
local nl = require "nl"

local function words(text)
  local list = {}
  for word in text:gmatch("%S+") do list[#list + 1] = word end
  return list
end

local function run_ip(text) t.execute(words("ip " .. text), { program = ip }) end

t.netns(function()
  nl.interface("lo"):up()
  run_ip "link add eth0 type veth peer name eth1"
  run_ip "link set eth0 up"
  run_ip "link set eth1 up"
  run_ip "addr add 10.0.0.1/24 dev eth0"
  local function entries()
    run_ip "neigh flush dev eth0 nud all"
    run_ip "neigh flush proxy dev eth0"
    run_ip "neigh del proxy 10.0.0.44 dev eth0"
    run_ip "neigh add 10.0.0.5 lladdr 00:11:22:33:44:55 dev eth0 nud permanent"
    run_ip "neigh add 10.0.0.6 lladdr 00:11:22:33:44:56 dev eth0 nud reachable"
    run_ip "neigh add proxy 10.0.0.7 dev eth0"
    run_ip "neigh add 10.0.0.9 dev eth0 nud incomplete"
  end
  entries()
  for _, command in ipairs { "arp -n", "arp -an", "arp -n 10.0.0.5", "arp -an 10.0.0.6",
    "arp -n 10.0.0.77", "arp -n -i eth0", "arp -n -i nope", "arp -vn" } do
    local want, got = t.execute(words(command), { program = host }), t.execute(words(command))
    t.ok(got.out == want.out and got.status == want.status, command,
      ("%d %swant: %d %s"):format(got.status, got.out, want.status, want.out))
  end

  -- the same changes by both
  for _, command in ipairs { "arp -s 10.0.0.8 00:11:22:33:44:58",
    "arp -s 10.0.0.8 00:11:22:33:44:59 temp", "arp -d 10.0.0.5",
    "arp -i eth0 -Ds 10.0.0.44 eth0 pub", "arp -d 10.0.0.88" } do
    entries()
    local want = t.execute(words(command), { program = host })
    local shown = t.execute({ "arp", "-an" }, { program = host }).out
    entries()
    local got = t.execute(words(command))
    local now = t.execute({ "arp", "-an" }, { program = host }).out
    local function sorted(text)
      local list = {}
      for line in text:gmatch("[^\n]+") do list[#list + 1] = line end
      table.sort(list)
      return table.concat(list, "\n")
    end
    t.ok(sorted(now) == sorted(shown) and got.status == want.status, command,
      ("%d %s%s\nwant: %d\n%s"):format(got.status, got.err, sorted(now), want.status,
        sorted(shown)))
  end

  entries()
  t.run("arp -d 10.0.0.7 pub", {})
  t.ok(not t.execute({ "arp", "-an" }, { program = host }).out:find("10.0.0.7", 1, true),
    "a proxy entry is gone")
  local before = t.execute({ "arp", "-an" }, { program = host }).out
  t.run("arp -s 10.0.0.300 00:11:22:33:44:55", { status = 1,
    err = "arp: 10.0.0.300: Unknown host\n" })
  t.run("arp -s 10.0.0.8 00:11", { status = 1, err = "arp: invalid hardware address: 00:11\n" })
  t.run("arp -s 10.0.0.8", { status = 1, err = "arp: need hardware address\n" })
  t.run("arp -s 99.0.0.8 00:11:22:33:44:55", { status = 1,
    err = "arp: 99.0.0.8: Network is unreachable\n" })
  t.run("arp -i nope -s 10.0.0.8 00:11:22:33:44:55", { status = 1,
    err = "arp: nope: No such device\n" })
  t.is(t.execute({ "arp", "-an" }, { program = host }).out, before, "nothing has changed")
  local list = require("json").decode(t.execute({ "arp", "--json" }).out)
  t.ok(#list >= 3 and list[1].device == "eth0", "--json")
end)
