-- tests/net/dhcp_message.lua - the DHCP codec, with the examples of the RFCs

local t = require "test"
local leases = require "net.dhcp.lease"
local message = require "net.dhcp.message"
local options = require "net.dhcp.options"
local script = require "net.dhcp.script"

local MAC = "\x52\x54\0\x12\x34\x56"

--- A server's answer with these option bytes, put together by hand and not by the encoder.
local function reply(option_bytes, fields)
  fields = fields or {}
  local function pad(text, size) return text .. ("\0"):rep(size - #text) end
  return table.concat {
    "\2\1\6\0", "\x39\x03\xf3\x26", "\0\0\0\0", -- op htype hlen hops, xid, secs flags
    "\0\0\0\0", fields.yiaddr or "\10\0\2\15", "\10\0\2\2", "\0\0\0\0",
    pad(MAC, 16), pad(fields.sname or "", 64), pad(fields.file or "", 128), "\x63\x82\x53\x63",
    option_bytes,
  }
end

local ACK = "\53\1\5" .. "\54\4\10\0\2\2" .. "\51\4\0\1\x51\x80" .. "\1\4\255\255\255\0"
local function decode(option_bytes, fields) return message.decode(reply(option_bytes, fields)) end

local m = decode(ACK .. "\3\4\10\0\2\2\6\4\10\0\2\3\255")
t.is({ m.op, m.type, m.xid, m.yiaddr, m.siaddr, m.chaddr },
  { 2, "ack", 0x3903f326, "10.0.2.15", "10.0.2.2", MAC }, "header")
t.is({ m.options.serverid, m.options.lease, m.options.subnet, m.options.router, m.options.dns },
  { "10.0.2.2", 86400, "255.255.255.0", { "10.0.2.2" }, { "10.0.2.3" } }, "options")
t.ok(decode(ACK), "a missing END is tolerated")
t.is(decode("\0\0" .. ACK .. "\0\255\12\4junk").options.hostname, nil, "nothing counts after END")

-- What cannot be read.
t.is({ message.decode("") }, { nil, "too short" }, "empty")
t.is({ message.decode(reply(""):sub(1, 239)) }, { nil, "too short" }, "one byte short")
t.is({ message.decode(reply(""):sub(1, 236) .. "\1\2\3\4") }, { nil, "no DHCP cookie" }, "cookie")
t.is({ decode(ACK .. "\12\9host") }, { nil, "option 12 is cut off" }, "option beyond the end")
t.is({ decode(ACK .. "\12") }, { nil, "option 12 is cut off" }, "option without length")
t.is({ decode("\53\1\77") }, { nil, "unknown message type" }, "type 77")
t.is({ decode("\53\2\5\5") }, { nil, "bad message type" }, "type of two bytes")
t.is({ message.decode("\3" .. reply(ACK):sub(2)) }, { nil, "unknown op" }, "op 3")
t.is({ message.decode("\2\1\17" .. reply(ACK):sub(4)) },
  { nil, "bad hardware address length" }, "hlen 17")

-- A bad option is left out, the rest stays.
local function option(bytes, key)
  local decoded = decode(ACK .. bytes .. "\255")
  return decoded.options[key], decoded.malformed
end
t.is({ option("\3\3\10\0\2", "router") }, { nil, { 3 } }, "address of three bytes")
t.is({ option("\3\7\10\0\2\2\10\0\2", "router") }, { { "10.0.2.2" } }, "whole quads only")
t.is({ option("\26\1\5", "mtu") }, { nil, { 26 } }, "mtu of one byte")
t.is({ option("\26\2\5\220", "mtu") }, { 1500 }, "mtu")
t.is({ option("\2\4\255\255\255\254", "timezone") }, { -2 }, "signed")
local HOSTILE = { "a b", "a\nnameserver 6.6.6.6", "$(reboot)", "a;b", "a\"b", "a'b", "a\0b" }
for _, bad in ipairs(HOSTILE) do
  local bytes = string.char(#bad) .. bad
  t.is({ option("\15" .. bytes, "domain") }, { nil, { 15 } }, ("domain %q"):format(bad))
  t.is({ option("\12" .. bytes, "hostname") }, { nil, { 12 } }, ("host name %q"):format(bad))
end
t.is({ option("\15\12lan.example\0", "domain") }, { "lan.example" }, "zero-terminated text")
t.is({ option("\56\6no \27[m", "message") }, { nil, { 56 } }, "escape sequence")

-- RFC 3397 section 2: the list cut in two, the second name pointing into the first.
t.is({ option("\119\9\3eng\5appl\119\18e\3com\0\9marketing\192\4", "search") },
  { { "eng.apple.com", "marketing.apple.com" } }, "search list of RFC 3397")
t.is({ option("\119\5\3a b\0", "search") }, { nil, { 119 } }, "search list with a blank")
t.is({ option("\119\2\192\0", "search") }, { nil, { 119 } }, "search list with a loop")

-- RFC 3442: the table of destination descriptors.
local descriptors = {
  ["\0"] = { "0.0.0.0", 0 }, ["\8\10"] = { "10.0.0.0", 8 }, ["\24\10\0\0"] = { "10.0.0.0", 24 },
  ["\16\10\17"] = { "10.17.0.0", 16 }, ["\24\10\27\129"] = { "10.27.129.0", 24 },
  ["\25\10\229\0\128"] = { "10.229.0.128", 25 }, ["\32\10\198\122\47"] = { "10.198.122.47", 32 },
}
for bytes, want in pairs(descriptors) do
  local value = bytes .. "\10\0\2\1"
  t.is({ option("\121" .. string.char(#value) .. value, "staticroutes") },
    { { { dest = want[1], prefix = want[2], gateway = "10.0.2.1" } } }, "route " .. want[1])
end
t.is({ option("\121\10\33\1\2\3\4\5\10\0\2\1", "staticroutes") }, { nil, { 121 } }, "width 33")
t.is({ option("\121\6\24\10\0\0\1\2", "staticroutes") }, { nil, { 121 } }, "gateway cut off")

-- RFC 3396 and overload: order is options, file, sname; 52 inside them does not count.
m = decode(ACK .. "\52\1\3\43\1a\255", { file = "\43\1b\52\1\0\12\1f\255", sname = "\43\1c\255" })
t.is({ m.options.vendorinfo, m.options.hostname, m.file, m.sname }, { "abc", "f" }, "overload")
m = decode(ACK, { file = "pxelinux.0", sname = "boot\nserver" })
t.is({ m.file, m.sname }, { "pxelinux.0", nil }, "file and sname as text")
t.is({ decode(ACK .. "\52\1\1", { file = ("\43"):rep(128) }) }, { nil, "option 43 is cut off" },
  "overloaded field cut off")
local long = ("x"):rep(700)
m = message.decode(message.encode {
  op = 2, type = "ack", xid = 1, chaddr = MAC, options = { vendorinfo = long },
})
t.is(m.options.vendorinfo, long, "an option of 700 bytes")

-- Encoding: every type there and back; the fixed part byte by byte.
local sent = message.encode {
  op = 1, type = "request", xid = 0x3903f326, secs = 3, broadcast = true, ciaddr = "10.0.2.15",
  chaddr = MAC, options = { requestip = "10.0.2.15", parameters = { 1, 3 } },
}
t.is(sent, "\1\1\6\0\x39\x03\xf3\x26\0\3\x80\0\10\0\2\15" .. ("\0"):rep(12) .. MAC
  .. ("\0"):rep(10 + 64 + 128) .. "\x63\x82\x53\x63\53\1\3\50\4\10\0\2\15\55\2\1\3\255"
  .. ("\0"):rep(300 - 254), "request, byte by byte")

local values = {
  subnet = "255.255.0.0", timezone = -3600, router = { "10.0.0.1", "10.0.0.2" }, mtu = 9000,
  lease = 0xffffffff, hostname = "box", domain = "lan.example", ipttl = 64, rapid = true,
  search = { "a.example", "b.example" }, vendorinfo = "\0\1\2", parameters = { 1, 121 },
  staticroutes = { { dest = "10.1.0.0", prefix = 16, gateway = "10.0.0.3" } },
  routes = { { dest = "10.9.9.9", prefix = 32, gateway = "10.0.0.3" } },
  fqdn = { flags = 5, name = "box.lan.example" }, message = "all well",
}
m = message.decode(message.encode { op = 2, type = "ack", xid = 1, chaddr = MAC, options = values })
m.options.type = nil
t.is(m.options, values, "every type there and back")
t.is(m.malformed, nil, "nothing malformed")
t.is({ message.encode { op = 1, xid = 1, chaddr = MAC, options = { mtu = 65536 } } },
  { nil, "bad value for option mtu" }, "a value that does not fit")
t.is({ message.encode { op = 1, xid = 1, chaddr = MAC, options = { nonsense = 1 } } },
  { nil, "unknown option nonsense" }, "an option that does not exist")
t.is(options.get("ntpsrv").type.parse("10.0.0.1,10.0.0.2"), { "10.0.0.1", "10.0.0.2" },
  "parse list")
t.is(options.get("ntpsrv").type.parse("10.0.0.1,x"), nil, "parse bad list")
t.is(options.get("clientid").type.parse("01ff"), "\1\255", "parse hex")

-- Leases: what makes no sense is refused.
local function lease_of(option_bytes, fields)
  return leases.from_message(decode(option_bytes, fields))
end
local lease = lease_of(ACK .. "\3\8\10\0\2\2\10\0\2\4\6\8\10\0\2\3\0\0\0\0\15\3lan\26\2\5\220\255")
t.is({ lease.address, lease.prefix, lease.broadcast, lease.server, lease.duration },
  { "10.0.2.15", 24, "10.0.2.255", "10.0.2.2", 86400 }, "lease")
t.is({ lease.renewal, lease.rebinding }, { 43200.0, 75600.0 }, "T1 and T2 by default")
t.is({ lease.routes, lease.dns, lease.search, lease.mtu },
  { { { dest = "0.0.0.0", prefix = 0, gateway = "10.0.2.2" } }, { "10.0.2.3" }, { "lan" }, 1500 },
  "routes, name servers, search list, MTU")
for what, yiaddr in pairs {
  zero = "\0\0\0\0", broadcast = "\255\255\255\255", loopback = "\127\0\0\1",
  multicast = "\224\0\0\1", ["the subnet's broadcast"] = "\10\0\2\255", network = "\10\0\2\0",
} do
  t.is(lease_of(ACK, { yiaddr = yiaddr }), nil, "address: " .. what)
end
t.is(lease_of("\53\1\5\51\4\0\0\1\0\1\4\255\255\255\0"), nil, "no server identifier")
t.is(lease_of("\53\1\5\54\4\10\0\2\2\1\4\255\255\255\0"), nil, "no lease time")
t.is(lease_of("\53\1\5\54\4\10\0\2\2\51\4\0\0\0\0"), nil, "lease time 0")
local base = "\53\1\5\54\4\10\0\2\2\51\4\0\0\14\16"
t.is(lease_of(base .. "\1\4\255\0\255\0"), nil, "mask with a hole")
t.is(lease_of(base .. "\1\3\255\255\255"), nil, "mask of three bytes")
t.is(lease_of(base).prefix, 8, "no mask: by class")
t.is(lease_of(base .. "\58\4\0\0\0\100\59\4\0\0\0\200").renewal, 100, "T1 of the server")
t.is(lease_of(base .. "\58\4\0\0\0\200\59\4\0\0\0\100").renewal, 1800.0, "T1 after T2")
t.is(lease_of(base .. "\58\4\0\0\0\200\59\4\255\0\0\0").rebinding, 3150.0, "T2 after the end")
local endless = lease_of("\53\1\5\54\4\10\0\2\2\51\4\255\255\255\255")
t.is({ endless.duration, endless.renewal }, {}, "a lease without end has no times")
t.is(lease_of("\53\1\5\54\4\10\0\2\2\51\4\128\0\0\0").duration, 1 << 31, "2^31 is not negative")
t.is(lease_of(base .. "\3\4\10\0\2\2\121\8\24\10\1\1\10\0\2\9").routes,
  { { dest = "10.1.1.0", prefix = 24, gateway = "10.0.2.9" } }, "121 replaces the router")
t.is(lease_of(base .. "\26\2\2\0").mtu, nil, "MTU below 576")

-- The environment of a script.
local env = script.environment("eth0", lease_of(ACK .. "\3\4\10\0\2\2"
  .. "\6\8\10\0\2\3\10\0\2\4\200\2\1\2"
  .. "\121\8\24\10\1\1\10\0\2\9\56\3a\nb"))
t.is(env, {
  interface = "eth0", ip = "10.0.2.15", mask = "24", subnet = "255.255.255.0",
  router = "10.0.2.2", dns = "10.0.2.3 10.0.2.4", serverid = "10.0.2.2", lease = "86400",
  siaddr = "10.0.2.2", opt200 = "0102", staticroutes = "10.1.1.0/24 10.0.2.9",
}, "script environment")
t.is(script.environment("eth0"), { interface = "eth0" }, "deconfig")
