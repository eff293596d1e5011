-- tests/applets/wg.lua - keys and files of WireGuard; devices where the kernel has them

local t = require "test"

local codec = require "nl.codec"
local text = require "wg.text"

-- ---- keys ----

local KEY = "YAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=" -- wg(8)'s own example
t.is(text.key_text(assert(text.key_bytes(KEY))), KEY, "a key there and back")
for _, bad in ipairs { "", "abc", KEY:sub(1, 43), KEY .. "=", "!" .. KEY:sub(2),
  KEY:sub(1, 42) .. "l=" } do
  t.is(text.key_bytes(bad), nil, "no key: " .. bad)
end

local host = t.find "wg"
for _ = 1, 3 do
  local private = t.execute({ "wg", "genkey" }).out
  t.ok(private:find("^[%w+/]+=\n$") and #private == 45, "genkey")
  local public = t.execute({ "wg", "pubkey" }, { stdin = private })
  if host then
    t.is(public.out, t.execute({ "wg", "pubkey" }, { stdin = private, program = host }).out,
      "pubkey as wireguard-tools'")
  end
end
if not host then t.skip_one("pubkey as wireguard-tools'", "needs the program wg") end
t.ok(t.execute({ "wg", "genpsk" }).out ~= t.execute({ "wg", "genpsk" }).out, "genpsk")
t.run("wg pubkey", { stdin = "short\n", status = 1,
  err = "wg: Key is not the correct length or format\n" })

-- ---- files ----

local FILE = [[
[Interface]
PrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=
ListenPort = 51820 # here
FwMark=0x10

[Peer]
publickey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=
Endpoint = 192.95.5.67:1234
AllowedIPs = 10.192.122.3/32, 10.192.124.1/24
AllowedIPs = fd00::5/64
[Peer]
PublicKey = TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=
Endpoint = [2607:5300:60:6b0::c05f:543]:2468
PersistentKeepalive = 25
]]
local config = assert(text.parse(FILE))
t.is({ config.listen_port, config.fwmark, #config.peers, #config.peers[1].allowed_ips,
  config.peers[1].allowed_ips[2].address, config.peers[2].keepalive },
  { 51820, 16, 2, 3, "10.192.124.0", 25 }, "a file")
t.is(config.peers[2].endpoint, { host = "2607:5300:60:6b0::c05f:543", port = "2468" },
  "its endpoint")
for _, peer in ipairs(config.peers) do
  peer.endpoint = { address = peer.endpoint.host, port = tonumber(peer.endpoint.port) }
end
local again = assert(text.parse(text.format(config)))
t.is(again.peers[1].allowed_ips, config.peers[1].allowed_ips, "formatted and read again")

for input, want in pairs {
  ["Port = 5"] = "line 1: not understood: Port=5",
  ["[Interface]\nPort = 5"] = "line 2: not understood: Port=5",
  ["[Interface]\nListenPort = 70000"] = "line 2: ListenPort cannot be 70000",
  ["[Peer]\nAllowedIPs = 10.0.0.0/33"] = "line 2: AllowedIPs cannot be 10.0.0.0/33",
  ["[Peer]\nEndpoint = 1.2.3.4"] = "line 2: Endpoint cannot be 1.2.3.4",
  ["[Other]"] = "line 1: unknown section [Other]",
  ["[Peer]"] = "a peer has no public key",
} do
  local found, err = text.parse(input)
  t.ok(found == nil and err == want, want, err)
end
t.is(text.span(65), "1 minute, 5 seconds", "a span")
t.is({ text.amount(100), text.amount(2048), text.amount(3 << 20) },
  { "100 B", "2.00 KiB", "3.00 MiB" }, "amounts")

-- ---- the schema, against bytes laid out by hand ----

local schema = require "nl.schema.wireguard"
local bytes = codec.encode(schema, { cmd = 1, version = 1, ifname = "wg0", peers = {
  { public_key = ("k"):rep(32), endpoint = { address = "1.2.3.4", port = 0x1234 },
    allowed_ips = { { family = 2, address = "10.0.0.0", cidr = 8 } } } } })
t.ok(bytes:find("\2\0\x12\x34\1\2\3\4" .. ("\0"):rep(8), 1, true), "struct sockaddr_in")
local decoded = assert(codec.decode(schema, bytes))
t.is(decoded.peers[1].endpoint, { address = "1.2.3.4", port = 0x1234 }, "and back")
t.is(decoded.peers[1].allowed_ips[1], { family = 2, address = "10.0.0.0", cidr = 8 }, "nested")

-- ---- wrong words ----

local USAGE = "\nusage: wg "
for command, message in pairs {
  ["wg bogus"] = "Invalid subcommand: `bogus'",
  ["wg set wg0"] = "set needs a device and what to set",
  ["wg set wg0 listen-port"] = "listen-port needs a value",
  ["wg set wg0 listen-port 99999"] = "listen-port cannot be 99999",
  ["wg set wg0 bogus 5"] = "Invalid argument: bogus",
  ["wg set wg0 peer short"] = "Key is not the correct length or format: `short'",
  ["wg set wg0 peer " .. KEY .. " allowed-ips 10.0.0.0/99"] =
    "Unable to parse IP address: `10.0.0.0/99'",
  ["wg set wg0 peer " .. KEY .. " endpoint nowhere"] = "Unable to parse endpoint: `nowhere'",
  ["wg showconf"] = "showconf needs a device",
} do
  local got = t.execute((function()
    local argv = {}
    for word in command:gmatch("%S+") do argv[#argv + 1] = word end
    return argv
  end)())
  t.ok(got.status == 1 and got.err:sub(1, #message + 4 + #USAGE) == "wg: " .. message .. USAGE,
    command, got.err)
end

-- ---- generic netlink, and a device where there are some ----

t.need_root()
t.netns(function()
  local genl = require "nl.genl"
  local request = require "nl.request"
  local connection <close> = assert(request.open { protocol = 16 })
  local family = assert(genl.family(connection, "nlctrl"))
  t.is({ family.id, family.name, family.groups[1].name }, { 16, "nlctrl", "notify" }, "nlctrl")
  local names = {}
  for _, one in ipairs(assert(genl.families(connection))) do names[one.name] = one.id end
  t.is(names.nlctrl, 16, "all families")
  local missing, err = genl.family(connection, "no_such_family")
  t.ok(missing == nil and err.NOENT, "no such family")

  local nl = require "nl"
  if not nl.create_interface { name = "wg0", type = "wireguard" } then
    t.run("wg show wg0", { status = 1, err = "wg: Unable to access interface: "
      .. "No such file or directory\n" })
    t.run("wg", { out = "" })
    return t.skip_one("a device", "this kernel has no WireGuard")
  end
  local path = t.write(t.tmp() .. "/wg.conf", FILE)
  t.run({ "wg", "setconf", "wg0", path }, { name = "setconf" })
  t.run("wg show wg0 listen-port", { out = "51820\n" })
  t.run("wg show wg0 allowed-ips",
    { out = t.match("\t10.192.122.3/32 10.192.124.0/24 fd00::/64\n") })
end)
