-- tests/fuzz/dhcp.lua - hostile DHCP packets, in every state of the client
--
-- Whatever comes: nothing is raised, the state machine goes on and cannot be made to spin, and
-- no byte that could act on a file, a shell or a terminal gets through.

local t = require "test"
local fuzz = require "fuzz"
local codec = require "net.dhcp.message"
local ipv4 = require "net.ipv4"
local machine = require "net.dhcp.machine"
local name = require "net.name"
local options = require "net.dhcp.options"
local packet = require "net.packet"
local resolv = require "net.resolv"
local script = require "net.dhcp.script"

local MAC = "\x52\x54\0\x12\x34\x56"
local XID = 0x3903f326
local HEADER = 240 -- bytes that mutation mostly leaves alone, so that options are reached

local function generate()
  local out = { "\2\1\6\0", (">I4"):pack(XID), "\0\0\0\0", "\0\0\0\0", "\10\0\0\9", "\10\0\0\1",
    "\0\0\0\0", MAC, ("\0"):rep(10), fuzz.bytes(64), fuzz.bytes(128), "\x63\x82\x53\x63",
    "\53\1", string.char(math.random(1, 8)), "\54\4\10\0\0\1", "\51\4\0\0\14\16" }
  for _ = 1, math.random(0, 12) do
    local size = math.random(4) == 1 and math.random(0, 255) or math.random(0, 12)
    local code = math.random(2) == 1 and math.random(0, 255)
      or ({ 1, 3, 6, 12, 15, 26, 33, 51, 52, 53, 54, 58, 59, 81, 119, 121 })[math.random(16)]
    out[#out + 1] = string.char(code, size) .. fuzz.bytes(size)
  end
  return table.concat(out)
end

--- Machines in each state in which packets count.
local function machines()
  local list = {}
  local function new(config)
    config.chaddr, config.random = MAC, function() return 0.5 end
    config.xid = function() return XID end
    local m = machine.new(config)
    list[#list + 1] = m
    return m
  end
  local function answer(m, kind)
    return m:receive(0, codec.decode(codec.encode {
      op = 2, type = kind, xid = XID, chaddr = MAC, yiaddr = "10.0.0.9",
      options = { serverid = "10.0.0.1", lease = 3600, subnet = "255.255.255.0" },
    }))
  end
  new({}):start(0)
  new({ rapid = true }):start(0)
  local requesting = new {}
  requesting:start(0)
  answer(requesting, "offer")
  for _, at in ipairs { 1800, 3200 } do
    local m = new {}
    m:start(0)
    answer(m, "offer")
    answer(m, "ack")
    m:timer(at)
  end
  new({ lease = list[#list].lease }):start(1)
  return list
end

local function check_lease(lease)
  assert(ipv4.is_host(lease.address) and ipv4.is_host(lease.server))
  assert(lease.prefix >= 1 and lease.prefix <= 32)
  assert(not lease.duration or lease.duration >= 10 and lease.renewal < lease.rebinding
    and lease.rebinding < lease.duration)
  assert(not lease.mtu or lease.mtu >= 576)
  for _, route in ipairs(lease.routes) do
    assert(ipv4.number(route.dest) and ipv4.number(route.gateway) and route.prefix <= 32)
  end
  for _, server in ipairs(lease.dns) do assert(ipv4.number(server)) end
  for _, domain in ipairs(lease.search) do assert(name.is_host(domain)) end
  assert(not lease.hostname or name.is_host(lease.hostname))
  for key, value in pairs(script.environment("eth0", lease)) do
    assert(key:find("^[%w_]+$") and not value:find("[^\32-\126]"), key)
  end
  local text = resolv.merge("", "eth0", lease.dns, lease.search)
  for line in text:gmatch("[^\n]+") do
    assert(line:find("^nameserver [%d.]+ # eth0$") or line:find("^search [%w._ -]+$")
      or line:find("^# search of eth0: [%w._ -]+$"), line)
  end
end

local leases = 0

local function check(input)
  packet.decode_udp(input)
  packet.decode_udp(packet.encode_udp {
    src = "10.0.0.1", dst = "10.0.0.9", sport = 67, dport = 68, payload = input,
  }:sub(1, -1 - math.random(0, 2)))

  local message = codec.decode(input)
  if not message then return end
  for key, value in pairs(message.options) do
    local option = options.get(key)
    assert(not option.type.text(value):find("[^\32-\126]"), key)
    assert(option.type.encode(value), key)
  end
  for _, m in ipairs(machines()) do
    for _, action in ipairs(m:receive(1, message)) do
      if action.lease then
        leases = leases + 1
        check_lease(action.lease)
      end
      if action.message then assert(codec.encode(action.message)) end
      if action.reason then assert(not action.reason:find("[^\32-\126]")) end
    end
    for _ = 1, 3 do
      if m.deadline then m:timer(math.max(m.deadline, 1)) end
    end
    assert(m.state ~= "bound" or m.lease)
  end
end

local corpus = fuzz.corpus {
  "tests/fuzz/corpus/dhcp/offer-dnsmasq.hex", "tests/fuzz/corpus/dhcp/ack-dnsmasq.hex",
  "tests/fuzz/corpus/dhcp/ack-udhcpd.hex", "tests/fuzz/corpus/dhcp/nak.hex",
  "tests/fuzz/corpus/dhcp/overload.hex", "tests/fuzz/corpus/dhcp/search-loop.hex",
}
local rounds = fuzz.run {
  name = "dhcp", corpus = corpus, generate = generate, check = check, keep = HEADER,
}
t.ok(leases > rounds / 20, "enough packets went all the way: " .. leases)
