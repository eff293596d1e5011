-- tests/fuzz/packet.lua - frames: IPv4 with UDP, ARP, ICMP
--
-- The first bytes that a stranger on the link reaches us with. Nothing is raised, and nothing
-- is taken from outside the packet.

local t = require "test"
local fuzz = require "fuzz"
local arp = require "net.arp"
local icmp = require "net.icmp"
local ipv4 = require "net.ipv4"
local packet = require "net.packet"

local MAC = "\2\0\0\0\0\1"

local function generate()
  local payload = fuzz.bytes(math.random(0, 80))
  local pick = math.random(3)
  if pick == 1 then
    return packet.encode_udp { src = "10.0.0.1", dst = "10.0.0.9", sport = 67, dport = 68,
      payload = payload }
  elseif pick == 2 then
    return arp.encode { operation = math.random(2), sender_mac = MAC, sender = "10.0.0.1",
      target = "10.0.0.9" }
  end
  return icmp.encode_echo("inet", 1, 2, payload)
end

local intact = 0

local function check(input)
  for _, unready in ipairs { true, false } do
    local datagram = packet.decode_udp(input, unready)
    if datagram then
      intact = intact + 1
      assert(#datagram.payload <= #input - 28)
      assert(ipv4.number(datagram.src) and ipv4.number(datagram.dst))
      assert(input:find(datagram.payload, 1, true))
    end
  end
  local question = arp.decode(input)
  if question then
    assert(type(arp.is_conflict(question, "10.0.0.9", MAC)) == "boolean")
    assert(ipv4.number(question.sender) and #question.sender_mac == 6)
  end
  for _, family in ipairs { "inet", "inet6" } do
    local reply = icmp.decode_reply(family, input)
    assert(not reply or #reply.data == #input - icmp.HEADER_SIZE)
  end
  local inner = icmp.strip_ipv4(input)
  assert(not inner or #inner <= #input - 20)
end

local rounds = fuzz.run {
  name = "packet", corpus = { generate(), generate(), generate() }, generate = generate,
  check = check,
}
t.ok(intact > rounds / 20, "enough packets were whole: " .. intact)
