-- tests/fuzz/interfaces.lua - /etc/network/interfaces, and what follows from it
--
-- Nothing is raised; what is understood gives steps, or says what is wrong.

local t = require "test"
local fuzz = require "fuzz"
local parse = require "ifupdown.parse"
local steps = require "ifupdown.steps"

local CORPUS = { [[
# the loopback
auto lo
iface lo inet loopback

auto eth0 eth1
allow-hotplug eth2
iface eth0 inet static
	address 10.0.0.1/24
	gateway 10.0.0.254
	up echo \
	  up
	post-down echo down
iface eth0 inet6 static
	address fd00::1
	netmask 64
iface eth1 inet dhcp
	hostname me
iface br0 inet manual
	bridge_ports eth1 eth2
iface eth0.5 inet6 auto
source interfaces.d/*
source-directory more
no-auto-down lo
]], "iface a inet static\naddress 1.2.3.4\nnetmask 255.255.0.0\npointopoint 1.2.3.5\nmtu 1400\n" ..
  "iface b inet inherits a\niface b inherits a\n", "\n \\" }

local PIECES = { "auto", "iface", "inet", "inet6", "static", "dhcp", "address", "10.0.0.1/24",
  "eth0", "\n", "\n", "\t", " ", "\\\n", "up", "#", "mapping", "source", "netmask", "gateway",
  "fd00::1", "inherits", "\0", "manual", "loopback", "mtu", "99999999999999999999" }

local function generate()
  local out = {}
  for i = 1, math.random(40) do
    out[i] = PIECES[math.random(#PIECES)] .. (math.random(3) > 1 and " " or "")
  end
  return table.concat(out)
end

local understood = 0

local function check(input)
  local config = parse.new()
  local more, err = parse.add(config, input, "f")
  if not more then
    assert(err:find("^f:%d+: "), err)
    return
  end
  for _, stanza in ipairs(config.stanzas) do
    for _, one in ipairs(parse.stanzas(config, stanza.name)) do
      for _, make in ipairs { steps.up, steps.down } do
        local list, problem = make(one, "dev0")
        assert(list or problem:find("^f:%d+: "))
        if list then understood = understood + 1 end
      end
    end
  end
end

local rounds = fuzz.run { name = "interfaces", corpus = CORPUS, generate = generate, check = check }
t.ok(understood > 100, ("%d rounds, %d stanzas understood"):format(rounds, understood))
