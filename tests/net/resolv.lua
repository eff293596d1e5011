-- tests/net/resolv.lua - resolv.conf: reading, and links' shares of it

local t = require "test"
local dns = require "net.dns"
local resolv = require "net.resolv"

local config = resolv.parse([[
# a comment
; another
nameserver 192.0.2.1
nameserver fe80::1%eth0 # with scope
nameserver	192.0.2.3
nameserver not-an-address;reboot
domain first.example
search a.example b.example. $(bad)
options ndots:2 timeout:99 attempts:0 rotate
]])
t.is(config, { servers = { "192.0.2.1", "fe80::1%eth0", "192.0.2.3" },
  search = { "a.example", "b.example" }, ndots = 2, timeout = 30, attempts = 1 },
  "everything at once")
t.is(resolv.parse("").servers, { "127.0.0.1" }, "an empty file means this host")

-- Two links, in the order of their coming; what a person wrote stays first.
local own = "nameserver 192.0.2.1\noptions rotate\n"
local one = resolv.merge(own, "eth0", { "10.0.0.1" }, { "a.example" })
t.is(one, own .. "# search of eth0: a.example\nsearch a.example\nnameserver 10.0.0.1 # eth0\n",
  "one link")
local two = resolv.merge(one, "wlan0", { "10.1.0.1", "10.1.0.2" }, { "b.example", "a.example" })
t.is(two, own .. [[
# search of eth0: a.example
# search of wlan0: b.example a.example
search a.example b.example
nameserver 10.0.0.1 # eth0
nameserver 10.1.0.1 # wlan0
nameserver 10.1.0.2 # wlan0
]], "two links")
t.is(resolv.merge(two, "wlan0", { "10.1.0.1", "10.1.0.2" }, { "b.example", "a.example" }), two,
  "again")
t.is(resolv.merge(two, "wlan0"), one, "one goes")
t.is(resolv.merge(one, "eth0"), own, "both gone: as it was")
t.is(resolv.merge(resolv.merge("", "eth0", { "10.0.0.1" }, {}), "eth0"), "",
  "nothing comes to nothing")
t.is(resolv.merge("search mine.example\n", "eth0", { "10.0.0.1" }, {}),
  "search mine.example\nnameserver 10.0.0.1 # eth0\n", "a person's search line stays")

-- Names to try.
local function tried(host, ndots)
  return dns.candidates(host, { ndots = ndots, search = { "x", "y" } })
end
t.is(tried("host", 1), { "host.x", "host.y", "host" }, "no dot: search first")
t.is(tried("a.b", 1), { "a.b", "a.b.x", "a.b.y" }, "enough dots: as it is first")
t.is(tried("a.b", 2), { "a.b.x", "a.b.y", "a.b" }, "too few dots")
t.is(tried("host.", 1), { "host" }, "a trailing dot: absolute")

local hosts = "127.0.0.1 localhost # me\n10.0.0.5\tbox.example  Box\n::1 localhost\n"
  .. "bad line\n#1.2.3.4 box\n"
t.is(dns.parse_hosts(hosts, "box"), { { family = "inet", address = "10.0.0.5" } },
  "an alias, any case")
t.is(#dns.parse_hosts(hosts, "localhost"), 2, "both families")
t.is(dns.parse_hosts(hosts, "me"), {}, "a comment is no name")
