-- tests/net/trace.lua - traceroute through a router, and arping; beside Debian's tools

local t = require "test"

local probe = require "net.probe"

-- ---- what the error queue says: ip(7), linux/errqueue.h ----

local function extended(origin, kind, code, address)
  return string.pack("=I4BBBxI4I4", 113, origin, kind, code, 0, 0) .. address
end
local V4 = string.pack("=I2I2", 2, 0) .. "\10\1\0\2" .. ("\0"):rep(8)
local V6 = string.pack("=I2I2I4", 10, 0, 0) .. "\xfd\1" .. ("\0"):rep(13) .. "\2" .. ("\0"):rep(4)
t.is(probe.parse_error(extended(2, 11, 0, V4)), { address = "10.1.0.2", expired = true, note = "" },
  "time exceeded")
t.is(probe.parse_error(extended(2, 3, 3, V4)), { address = "10.1.0.2", expired = false, note = "" },
  "port unreachable")
t.is(probe.parse_error(extended(2, 3, 1, V4)).note, "!H", "host unreachable")
t.is(probe.parse_error(extended(2, 3, 77, V4)).note, "!<77>", "another code")
t.is(probe.parse_error(extended(3, 3, 0, V6)), { address = "fd01::2", expired = true, note = "" },
  "time exceeded, IPv6")
t.is(probe.parse_error(extended(3, 1, 1, V6)).note, "!X", "prohibited, IPv6")
for _, bytes in ipairs { "", extended(1, 0, 0, V4), extended(2, 11, 0, ""), extended(2, 8, 0, V4),
  extended(3, 3, 0, V4) } do
  t.is(probe.parse_error(bytes), nil, "nothing of a router's")
end

for command, message in pairs {
  ["traceroute -m 300 10.0.0.1"] = "max hops cannot be more than 255",
  ["traceroute -q 11 10.0.0.1"] = "no more than 10 probes per hop",
  ["traceroute -f 31 10.0.0.1"] = "first hop out of range",
  ["traceroute -s nowhere 10.0.0.1"] = "nowhere is not an address",
  ["traceroute 10.0.0.1 x"] = "too big packetlen x specified",
} do
  t.run(command, { status = 2,
    err = t.match("^traceroute: " .. message:gsub("%p", "%%%0") .. "\n") })
end

-- ---- a network of three ----

t.need_root()
local S = require "syscall"
local lan = require "lan"
local nl = require "nl"

local function forever() while true do S.nanosleep(60) end end

local function setup(links, forward)
  return function()
    for name, addresses in pairs(links) do
      lan.wait(function() return nl.interface(name) end)
      S.sysctl("net.ipv6.conf." .. name .. ".accept_dad", "0")
      local link = nl.interface(name):up()
      for _, address in ipairs(addresses) do link:address(address) end
    end
    S.sysctl("net.ipv4.icmp_ratelimit", "0")
    S.sysctl("net.ipv4.icmp_ratemask", "0") -- nor the limit of the whole machine
    S.sysctl("net.ipv6.icmp.ratelimit", "0")
    if forward then
      S.sysctl("net.ipv4.ip_forward", "1")
      S.sysctl("net.ipv6.conf.all.forwarding", "1")
    else
      nl.newroute("create", { family = "inet", type = "unicast", protocol = "static",
        table = "main" }, "gateway", "10.2.0.1")
      nl.newroute("create", { family = "inet6", type = "unicast", protocol = "static",
        table = "main" }, "gateway", "fd02::1")
    end
    forever()
  end
end

t.netns(function()
  nl.interface("lo"):up()
  S.sysctl("net.ipv6.conf.default.accept_dad", "0")
  local router = lan.join("e0", setup({ se0 = { "10.1.0.2/24", "fd01::2/64" },
    ab0 = { "10.2.0.1/24", "fd02::1/64" } }, true), true)
  local far = lan.join("x0", setup { ba0 = { "10.2.0.2/24", "fd02::2/64" } }, true)
  nl.create_interface { name = "ab0", type = "veth", peer = { name = "ba0" } }
  nl.interface("ba0"):move_ns(far)
  nl.interface("ab0"):move_ns(router)
  local link = nl.interface("e0"):up():address("10.1.0.1/24"):address("fd01::1/64")
  assert(lan.wait(function() return link:refresh().flags.lower_up end))
  nl.newroute("create", { family = "inet", type = "unicast", protocol = "static", table = "main" },
    "gateway", "10.1.0.2")
  nl.newroute("create", { family = "inet6", type = "unicast", protocol = "static",
    table = "main" }, "gateway", "fd01::2")
  for _, host in ipairs { "10.2.0.2", "fd02::2" } do
    t.ok(lan.wait(function()
      return t.execute({ "ping", "-c1", "-W1", host }).status == 0
    end), host .. " answers")
  end

  local T = " +[%d.]+ ms"
  t.run("traceroute -n 10.2.0.2", { out = t.match("^traceroute to 10.2.0.2 %(10.2.0.2%), 30 hops "
    .. "max, 60 byte packets\n 1  10.1.0.2" .. T:rep(3) .. "\n 2  10.2.0.2" .. T:rep(3) .. "\n$") })
  t.run("traceroute -nI 10.2.0.2", { out = t.match("\n 1  10.1.0.2" .. T:rep(3)
    .. "\n 2  10.2.0.2" .. T:rep(3) .. "\n$") })
  t.run("traceroute -n -q 2 fd02::2", { out = t.match("80 byte packets\n 1  fd01::2" .. T:rep(2)
    .. "\n 2  fd02::2" .. T:rep(2) .. "\n$") })
  t.run("traceroute6 -nI fd02::2",
    { out = t.match("\n 1  fd01::2" .. T:rep(3) .. "\n 2  fd02::2") })
  t.run("traceroute -n -q 1 -f 2 10.2.0.2 100", { out = t.match("100 byte packets\n"
    .. " 2  10.2.0.2" .. T .. "\n$") })
  t.run("traceroute -n -q 2 -m 2 -w 1 10.2.0.77", { out = t.match("\n 1  10.1.0.2" .. T:rep(2)
    .. "\n 2  ") })

  -- ---- arping ----
  local mac = "%[%x%x:%x%x:%x%x:%x%x:%x%x:%x%x%]  [%d.]+ms\n"
  t.run("arping -c 2 -I e0 10.1.0.2", { out = t.match("^ARPING 10.1.0.2 from 10.1.0.1 e0\n"
    .. "Unicast reply from 10.1.0.2 " .. mac .. "Unicast reply from 10.1.0.2 " .. mac
    .. "Sent 2 probes %(1 broadcast%(s%)%)\nReceived 2 response%(s%)\n$") })
  t.run("arping -c 1 -w 0.2 -I e0 10.1.0.77", { status = 1, out = t.match("Received 0 response") })
  t.run("arping -q -D -c 1 -I e0 10.1.0.2", { status = 1 })
  t.run("arping -q -D -c 1 -w 0.2 -I e0 10.1.0.77", {})
  t.run("arping -q -f 10.1.0.2", {})
  t.run("arping -q -U -c 1 -I e0 10.1.0.1", {})
  t.run("arping -c 1 -I nope 10.1.0.2", { status = 2,
    err = "arping: Device nope not available.\n" })
  t.run("arping -c 1 -I lo 127.0.0.1", { status = 2,
    err = 'arping: Interface "lo" is not ARPable\n' })
  t.run("arping -c 0 10.1.0.2", { status = 2, err = t.match("^arping: count is at least 1\n") })
end)
