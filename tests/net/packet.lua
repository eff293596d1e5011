-- tests/net/packet.lua - IPv4 and UDP framing, addresses, names

local t = require "test"
local ipv4 = require "net.ipv4"
local name = require "net.name"
local packet = require "net.packet"

local function hex(text)
  return (text:gsub("%s", ""):gsub("%x%x", function(h) return string.char(tonumber(h, 16)) end))
end

-- The header that textbooks check RFC 1071 with.
t.is(packet.checksum(hex "45000073 00004000 40110000 c0a80001 c0a800c7"), 0xb861, "checksum")
t.is(packet.checksum(hex "45000073 00004000 4011b861 c0a80001 c0a800c7"), 0, "checksum verifies")
t.is(packet.checksum(hex "0001f203f4f5f6f7"), 0x220d, "RFC 1071 section 3 example")
t.is(packet.checksum("\1"), 0xfeff, "odd length is padded")

local datagram = { src = "0.0.0.0", dst = "255.255.255.255", sport = 68, dport = 67 }
for _, payload in ipairs { "", "x", ("ab"):rep(150), "odd" } do
  datagram.payload = payload
  local bytes = packet.encode_udp(datagram)
  t.is(packet.checksum(bytes:sub(1, 20)), 0, "IP header checksum")
  t.is(packet.decode_udp(bytes), datagram, "round trip")
  t.is(packet.decode_udp(bytes .. ("\0"):rep(18)), datagram, "frame padding is left out")
end

-- A damaged packet is refused, whichever bit it is.
datagram.payload = "payload"
local good = packet.encode_udp(datagram)
for bit = 0, #good * 8 - 1 do
  local at = bit // 8 + 1
  local bad = good:sub(1, at - 1) .. string.char(good:byte(at) ~ 1 << bit % 8) .. good:sub(at + 1)
  local zero_sum = bad:sub(27, 28) == "\0\0"
  t.ok(zero_sum or not packet.decode_udp(bad), "bit " .. bit)
end
for size = 0, #good - 1 do t.ok(not packet.decode_udp(good:sub(1, size)), "cut to " .. size) end

local no_sum = good:sub(1, 26) .. "\0\0" .. good:sub(29)
t.ok(packet.decode_udp(no_sum), "UDP checksum 0 is absent")
local wrong_sum = good:sub(1, 26) .. "\1\2" .. good:sub(29)
t.is({ packet.decode_udp(wrong_sum) }, { nil, "bad UDP checksum" }, "wrong checksum")
t.ok(packet.decode_udp(wrong_sum, true), "checksum left to the device")

-- Addresses.
t.is(ipv4.number("10.0.2.15"), 0x0a00020f, "number")
for _, bad in ipairs { "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4 ", "a.b.c.d", "1..2.3" } do
  t.is(ipv4.number(bad), nil, "not an address: " .. bad)
end
t.is(ipv4.number(nil), nil, "nil is not an address")
t.is(ipv4.prefix("255.255.255.0"), 24, "prefix")
t.is(ipv4.prefix("0.0.0.0"), 0, "prefix 0")
t.is(ipv4.prefix("255.255.255.255"), 32, "prefix 32")
t.is(ipv4.prefix("255.0.255.0"), nil, "mask with a hole")
t.is(ipv4.mask(20), "255.255.240.0", "mask")
t.is(ipv4.broadcast("10.1.2.3", 20), "10.1.15.255", "broadcast")
t.is(ipv4.network("10.1.2.3", 31), "10.1.2.2", "network")
t.is(ipv4.classful_prefix("172.16.0.1"), 16, "class B")
t.is({ ipv4.is_host("127.0.0.1"), ipv4.is_host("224.0.0.1"), ipv4.is_host("0.1.2.3"),
  ipv4.is_host("255.255.255.255"), ipv4.is_host("10.0.2.15") },
  { false, false, false, false, true }, "host addresses")

-- Names.
for text, good_name in pairs {
  ["a"] = true, ["a-b.example"] = true, ["_srv.x"] = true, ["0.example"] = true,
  [""] = false, ["a..b"] = false, [".a"] = false, ["a."] = false, ["-a"] = false,
  ["a-"] = false, ["a b"] = false, ["a\nb"] = false, ["a;b"] = false, ["$(x)"] = false,
  ["a\"b"] = false, [("a"):rep(64)] = false, [("a"):rep(63)] = true, [("a."):rep(127)] = false,
} do
  t.is(name.is_host(text), good_name, ("is_host(%q)"):format(text))
end

t.is({ name.decode("\3www\7example\0rest", 1) }, { "www.example", 14 }, "plain name")
t.is({ name.decode("\0", 1) }, { ".", 2 }, "root")
t.is({ name.decode("\3com\0\3foo\192\0", 6) }, { "foo.com", 12 }, "pointer")
t.is({ name.decode("\2a.\2\nb\0", 1) }, { "a\\..\\010b", 8 }, "bytes that are not text")
t.is(name.decode("\192\0", 1), nil, "pointer to itself")
t.is(name.decode("\1a\192\4\0", 1), nil, "pointer forwards")
t.is(name.decode("\1a\192\0", 1), nil, "loop of a label and a pointer")
t.is(name.decode("\64a\0", 1), nil, "reserved label type")
t.is(name.decode("\5ab", 1), nil, "label cut off")
t.is(name.decode("\1a", 1), nil, "no end")
t.is(name.decode("\192", 1), nil, "half a pointer")
t.is(name.decode(("\63" .. ("x"):rep(63)):rep(4) .. "\0", 1), nil, "longer than 255 bytes")
local chain = "\0"
for i = 1, 200 do chain = chain .. (">I2"):pack(0xc000 | (i == 1 and 0 or 2 * i - 3)) end
t.is(name.decode(chain, #chain - 1), nil, "too many pointers")
t.is(name.decode(chain, 100), ".", "many pointers")
for _, text in ipairs { "www.example", ".", "a\\..\\010b", "x" } do
  t.is(name.decode(name.encode(text), 1), text, "round trip of " .. text)
end
t.is(name.encode("a..b"), nil, "empty label")
t.is(name.encode(("a"):rep(64)), nil, "long label")
