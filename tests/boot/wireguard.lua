-- wireguard.lua - kinds of links that this machine's kernel may lack: WireGuard, VLANs, dummies
--
-- Debian's modules are put into the image. Two WireGuard devices shake hands over the loopback:
-- only right keys, endpoints and allowed addresses make that possible.

local machine = require "machine"
local t = require "test"

local qemu = os.getenv("LUABOX_QEMU") or t.skip("needs QEMU as `make test` starts it")
local kernel = qemu:match("%-kernel (%S+)/[^/%s]+")
local listing = t.execute({ "find", kernel .. "/lib/modules", "-name", "*.ko" },
  { program = t.need "find" }).out
local paths = {}
for path in listing:gmatch("[^\n]+") do
  paths[path:match("([^/]+)%.ko$"):gsub("-", "_")] = path
end
if not paths.wireguard then t.skip("this kernel has no module wireguard") end

-- Modules in the order in which they can be loaded.
local files, order = {}, {}
local function need(name)
  name = name:gsub("-", "_")
  if not paths[name] or files["lib/test/" .. name .. ".ko"] then return end
  local data = t.read(paths[name])
  files["lib/test/" .. name .. ".ko"] = data
  for other in (data:match("%zdepends=([^%z]*)%z") or ""):gmatch("[^,]+") do need(other) end
  order[#order + 1] = name
end
for _, name in ipairs { "wireguard", "dummy", "8021q" } do need(name) end

local keys, public = {}, {}
for i = 1, 3 do
  keys[i] = t.execute({ "wg", "genkey" }).out
  public[i] = t.execute({ "wg", "pubkey" }, { stdin = keys[i] }).out:match("%S+")
  files["etc/key" .. i] = keys[i]
end
files["etc/wg1.conf"] = ("[Interface]\nListenPort = 5002\nPrivateKey = %s\n[Peer]\nPublicKey = %s\n"
  .. "AllowedIPs = 10.0.0.1/32, fd00::/64\nEndpoint = 127.0.0.1:5001\nPersistentKeepalive = 1\n")
  :format(keys[2]:match("%S+"), public[1])

local vm <close> = machine.boot { files = files }
vm:expect("default is up")
vm:prompt()
for _, name in ipairs(order) do vm:type("insmod /lib/test/" .. name .. ".ko") end

-- ---- WireGuard ----
vm:type('=assert(require "net".apply { wg0 = { kind = "wireguard", '
  .. 'addresses = { "10.0.0.1/24" } }, wg1 = { kind = "wireguard" }, lo = {} })')
vm:type("wg set wg0 listen-port 5001 private-key /etc/key1 fwmark 0x7 peer " .. public[2]
  .. " endpoint 127.0.0.1:5002 allowed-ips 10.0.0.2/32")
t.is(vm:type("wg setconf wg1 /etc/wg1.conf"), "", "setconf")
t.is(vm:type("wg show wg0 public-key"), public[1], "the kernel's public key is ours")
t.is(vm:type("wg show wg0 allowed-ips"), public[2] .. "\t10.0.0.2/32", "allowed addresses")
t.is(vm:type("wg show wg1 endpoints"), public[1] .. "\t127.0.0.1:5001", "endpoints")
t.is(vm:type("wg show interfaces"), "wg0 wg1", "interfaces")
local seen
vm.await(function()
  seen = tonumber(vm:type("wg show wg1 latest-handshakes"):match("\t(%d+)"))
  return seen and seen > 0
end)
t.ok(seen and seen > 0, "they have shaken hands")
local text = vm:type("wg show wg1")
for _, want in ipairs { "interface: wg1", "private key: %(hidden%)", "listening port: 5002",
  "endpoint: 127.0.0.1:5001", "allowed ips: 10.0.0.1/32, fd00::/64", "latest handshake: ",
  "persistent keepalive: every 1 second" } do
  t.ok(text:find(want), want, text)
end
text = vm:type("wg showconf wg1")
t.ok(text:find("ListenPort = 5002", 1, true) and text:find("PrivateKey = "
  .. keys[2]:match("%S+"), 1, true) and text:find("PersistentKeepalive = 1"), "showconf", text)
vm:type("wg set wg0 peer " .. public[2] .. " remove")
t.is(vm:type("wg show wg0 peers"), "", "a peer is removed")
vm:type("wg set wg1 peer " .. public[3] .. " allowed-ips 10.5.0.0/16")
t.is(vm:type("wg addconf wg1 /etc/wg1.conf"), "", "addconf")
t.is(select(2, vm:type("wg show wg1 peers"):gsub("=", "=")), 2, "adds to what is there")
t.is(vm:type("wg syncconf wg1 /etc/wg1.conf"), "", "syncconf")
t.is(vm:type("wg show wg1 peers"), public[1], "keeps the peer")
t.ok(vm:type("wg show nope"):find("Unable to access interface: No such device"), "no such device")

-- ---- the same by a description ----
local function described(peers)
  return ('=tostring(assert(require "net".apply { wg2 = { kind = "wireguard", listen_port = 5003, '
    .. 'private_key_file = "/etc/key1", addresses = { "10.1.0.1/24" }, peers = { %s } } }))')
    :format(peers)
end
local one = ('{ public_key = "%s", endpoint = "127.0.0.1:5002", keepalive = 1, '
  .. 'allowed_ips = { "10.1.0.2/32" } }'):format(public[2])
text = vm:type(described(one))
t.ok(text:find("wg set wg2 listen-port 5003 private-key (hidden) peer " .. public[2], 1, true)
  and not text:find(keys[1]:match("%S+"), 1, true), "a device by net.apply, no secret shown", text)
t.is(vm:type("wg show wg2 public-key"), public[1], "its private key is in place")
t.is(vm:type("wg show wg2 peers"), public[2], "and its peer")
t.is(vm:type(described(one)):match("%S*$"), "", "nothing is left to do")
text = vm:type(described(('{ public_key = "%s", allowed_ips = { "10.1.0.3/32" } }')
  :format(public[3])))
t.ok(text:find("peer " .. public[2] .. " remove", 1, true), "another peer", text)
t.is(vm:type("wg show wg2 allowed-ips"), public[3] .. "\t10.1.0.3/32", "is the only one")
-- what fails in the middle is undone: the peer is back, and the key
text = vm:type('=require "net".apply { wg2 = { kind = "wireguard", private_key_file = "/etc/key2", '
  .. 'peers = {} }, routes = { "10.77.0.0/16 via 192.0.2.99" } }')
t.ok(text:find("route add 10.77.0.0/16", 1, true), "a description that fails", text)
t.is(vm:type("wg show wg2 allowed-ips"), public[3] .. "\t10.1.0.3/32", "leaves the peer")
t.is(vm:type("wg show wg2 public-key"), public[1], "and the key")

-- ---- VLANs ----
vm:type('=assert(require "net".apply { d0 = { kind = "dummy" }, ["d0.7"] = { kind = "vlan", '
  .. 'link = "d0", id = 7, addresses = { "10.7.0.1/24" } } })')
t.ok(vm:type("ip -d link show d0.7"):find("vlan protocol 802.1Q id 7"), "a VLAN by net.apply")
vm:type("vconfig add d0 5")
t.ok(vm:type("ip -d link show d0.5"):find("id 5"), "a VLAN by vconfig")
vm:type("vconfig set_egress_map d0.5 3 4")
t.ok(vm:type("ip -d link show d0.5"):find("3:4"), "its priorities")
vm:type("vconfig rem d0.5")
t.ok(vm:type("ip link show d0.5"):find("does not exist"), "is gone")
text = vm:type('=require "net".apply { ["d0.7"] = { kind = "vlan", link = "d0", id = 8 } }')
t.ok(text:find("link del d0.7\nlink add d0.7 link d0 type vlan id 8"), "another id: made again",
  text)

t.is(vm:poweroff(), 0, "poweroff ends QEMU")
