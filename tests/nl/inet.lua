-- tests/nl/inet.lua - addresses between bytes and text
-- Expected texts are what inet_ntop(3) of glibc gives.

local t = require "test"
local inet = require "nl.inet"

for _, pure in ipairs { true, false } do -- in Lua and in C
  inet.pure(pure)
  for _, case in ipairs {
    { "1.2.3.4", "1.2.3.4" }, { "::", "::" }, { "::1", "::1" }, { "fe80::1", "fe80::1" },
    { "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" }, { "::ffff:1.2.3.4", "::ffff:1.2.3.4" },
    { "::1.2.3.4", "::1.2.3.4" }, { "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8" }, { "1::", "1::" },
    { "0:0:1::", "0:0:1::" }, { "1:0:0:2:0:0:0:3", "1:0:0:2::3" },
    { "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0" },
    { "FE80::A", "fe80::a" }, { "1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7" },
  } do
    t.is(inet.text(inet.bytes(case[1])), case[2], case[1])
  end

  for _, text in ipairs {
    "", "1.2.3", "1.2.3.256", "1.2.3.4.5", ":", "1::2::3", ":::", "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9", "12345::", "::1.2.3", "1.2.3.4::", "::g", "1:2:3:4:5:6:7:8::", " ::1",
  } do
    t.is(inet.bytes(text), nil, ("%q is no address"):format(text))
  end
end

t.is({ inet.prefix("10.0.0.1/24") }, { "\10\0\0\1", 24, true }, "prefix with length")
t.is({ inet.prefix("fe80::1") }, { inet.bytes("fe80::1"), 128, false }, "prefix without length")
t.is(inet.prefix("10.0.0.1/33"), nil, "IPv4 has 32 bits")
t.is(inet.text(inet.mask(inet.bytes("10.1.2.3"), 12)), "10.0.0.0", "network of a /12")
t.is(inet.text(inet.mask(inet.bytes("10.1.2.3"), 12, true)), "10.15.255.255", "broadcast of a /12")
t.is(inet.text(inet.mask(inet.bytes("ffff:ffff::"), 17)), "ffff:8000::", "network of a /17")
t.is({ inet.netmask_length("255.255.240.0"), inet.netmask_length("0.0.0.0"),
  inet.netmask_length("255.255.255.255") }, { 20, 0, 32 }, "lengths of netmasks")
t.is(inet.netmask_length("255.0.255.0"), nil, "a netmask with a hole")
t.is(inet.hardware_text(inet.hardware_bytes("52:54:0:AB:c:d")), "52:54:00:ab:0c:0d", "hardware")
t.is(inet.hardware_text(("\1"):rep(20)), ("01:"):rep(19) .. "01", "hardware of 20 bytes")
t.is(inet.hardware_bytes("52:54:xx"), nil, "no hardware address")
t.is(inet.hardware_bytes("52:540:00"), nil, "an octet has two digits")
