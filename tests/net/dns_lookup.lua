-- tests/net/dns_lookup.lua - names asked of servers that are slow, old, hostile or silent
--
-- Needs root: a network and mount namespace of its own, so that port 53 is free.

local t = require "test"
local S = require "syscall"

t.need_root()

local HEAD = ">I2I2I2I2I2I2"
local TYPES = { [1] = "A", [28] = "AAAA" }

--- Question of a query: id, name, type, whether it has EDNS.
local function read_query(bytes)
  local id, _, _, _, _, additional = HEAD:unpack(bytes)
  local text, at = require("net.name").decode(bytes, 13)
  local kind = (">I2"):unpack(bytes, at)
  return { id = id, name = text, type = TYPES[kind], edns = additional > 0,
    question = bytes:sub(13, at + 3) }
end

local function reply(query, flags, addresses)
  local out = { HEAD:pack(query.id, 0x8180 | flags, 1, #addresses, 0, 0), query.question }
  for _, bytes in ipairs(addresses) do
    out[#out + 1] = ("\192\12" .. (">I2I2I4s2"):pack(#bytes == 4 and 1 or 28, 1, 60, bytes))
  end
  return table.concat(out)
end

local NXDOMAIN, SERVFAIL, FORMERR, TRUNCATED = 3, 2, 1, 0x0200
local FOUR, SIX = "\192\0\2\7", "\x20\1\x0d\xb8" .. ("\0"):rep(11) .. "\7"

--- Answers of the server, by name; each is a list of datagrams.
local answers = {
  ["host.lan"] = function(q) return { reply(q, 0, { q.type == "A" and FOUR or SIX }) } end,
  ["only4.lan"] = function(q) return { reply(q, 0, q.type == "A" and { FOUR } or {}) } end,
  ["spoofed.lan"] = function(q)
    local other = setmetatable({ id = q.id ~ 1 }, { __index = q })
    local elsewhere = setmetatable({ question = "\5other\3lan\0\0\1\0\1" }, { __index = q })
    return { reply(other, 0, { "\6\6\6\6" }), reply(elsewhere, 0, { "\6\6\6\6" }), "garbage", "",
      reply(q, 0, { "\6\6\6" }), reply(q, 0, { FOUR }):sub(1, 30), -- damaged
      reply(q, 0, { q.type == "A" and FOUR or SIX }) }
  end,
  ["old.lan"] = function(q)
    return { q.edns and reply(q, FORMERR, {}) or reply(q, 0, { q.type == "A" and FOUR or SIX }) }
  end,
  ["big.lan"] = function(q) return { reply(q, TRUNCATED, {}) } end,
  ["failing.lan"] = function(q) return { reply(q, SERVFAIL, {}) } end,
  ["silent.lan"] = function() return {} end,
}

local function serve(udp, tcp)
  local loop = require "loop"
  loop.run(function()
    loop.spawn(function() -- by TCP everything is well, if in small pieces
      while true do
        local one <close> = assert(loop.accept(tcp))
        local query = read_query((loop.read(one, 512)):sub(3))
        local list = {}
        for i = 1, 100 do list[i] = query.type == "A" and "\192\0\2" .. string.char(i) or SIX end
        local bytes = (">s2"):pack(reply(query, 0, list))
        for at = 1, #bytes, 200 do
          loop.write(one, bytes:sub(at, at + 199))
          loop.sleep(0.001)
        end
      end
    end)
    while true do
      loop.readable(udp)
      local bytes, _, from = S.receive(udp, 512)
      local query = read_query(bytes)
      local answer = answers[query.name] or function(q) return { reply(q, NXDOMAIN, {}) } end
      for _, datagram in ipairs(answer(query)) do udp:sendto(datagram, nil, nil, from) end
    end
  end)
end

t.netns(function()
  local dns = require "net.dns"
  local loop = require "loop"
  local nl = require "nl"
  assert(nl.interface("lo")):up()
  t.write(t.tmp() .. "/hosts", "127.0.0.1 localhost\n10.9.9.9 box.example box\n")
  assert(S.mount(t.tmp() .. "/hosts", "/etc/hosts", nil, "bind"))
  -- Who asks before the server runs waits for it.
  local udp = assert(S.socket("inet", "dgram, nonblock"))
  assert(udp:bind(S.t.sockaddr_in(53, "127.0.0.1")))
  local tcp = assert(S.socket("inet", "stream, nonblock"))
  assert(tcp:bind(S.t.sockaddr_in(53, "127.0.0.1")))
  assert(tcp:listen())
  local server = assert(S.fork())
  if server == 0 then
    S.prctl("set_pdeathsig", "kill")
    local ok, err = xpcall(serve, debug.traceback, udp, tcp)
    io.stderr:write(tostring(err), "\n")
    S._exit(ok and 0 or 1)
  end
  udp:close()
  tcp:close()
  t.cleanup(function()
    S.kill(server, "kill")
    S.waitpid(server)
  end)

  local config = { servers = { "127.0.0.1" }, search = { "lan" }, ndots = 1, timeout = 30,
    attempts = 2 }
  local function lookup(host, options)
    options = options or {}
    options.config = options.config or config
    local list, err = loop.run(dns.lookup, host, options)
    if not list then return tostring(err) end
    local out = {}
    for i, item in ipairs(list) do out[i] = item.address end
    return table.concat(out, " ")
  end

  t.is(lookup("host.lan"), "192.0.2.7 2001:db8::7", "both families")
  t.is(lookup("host.lan", { families = { "inet6", "inet" } }), "2001:db8::7 192.0.2.7",
    "their order")
  t.is(lookup("HOST.Lan."), "192.0.2.7 2001:db8::7", "any case, absolute")
  t.is(lookup("host"), "192.0.2.7 2001:db8::7", "search list")
  t.is(lookup("only4.lan"), "192.0.2.7", "one family only")
  t.is(lookup("only4.lan", { families = { "inet6" } }), "no such host", "not of the other")
  t.is(lookup("spoofed.lan"), "192.0.2.7 2001:db8::7", "false and damaged answers are passed over")
  t.is(lookup("old.lan"), "192.0.2.7 2001:db8::7", "a server without EDNS")
  t.is(#loop.run(dns.lookup, "big.lan", { config = config }), 200, "truncated: by TCP, in pieces")
  t.is(lookup("nothing.lan"), "no such host", "no such name")
  t.is(lookup("failing.lan"), "SERVFAIL", "a failing server says so")
  t.is(lookup("host.lan", { config = { servers = { "127.0.0.9", "127.0.0.1" }, search = {},
    ndots = 1, timeout = 30, attempts = 1 } }), "192.0.2.7 2001:db8::7",
    "a dead server: the next one")
  local started = loop.now()
  t.is(lookup("silent.lan", { deadline = started + 0.3 }), tostring(S.t.error("TIMEDOUT")),
    "a deadline")
  t.is(loop.now() - started < 30, true, "for all tries together")

  t.is(lookup("box"), "10.9.9.9", "hosts file")
  t.is(lookup("10.1.2.3"), "10.1.2.3", "an address is its own")
  t.is(lookup("fe80::1%lo"), "fe80::1%lo", "with scope")
  t.is(lookup("fe80::1", { families = { "inet" } }), "address of another family", "of one family")
  t.is(lookup("x.localhost"), "127.0.0.1 ::1", "localhost is here")
  t.is(lookup("x.invalid"), "no such host", "invalid is nowhere")
  t.is(lookup("a b"), "bad name", "what is no name is not asked for")

  t.write(t.tmp() .. "/resolv.conf", "nameserver 127.0.0.1\nsearch lan\n")
  assert(S.mount(t.tmp() .. "/resolv.conf", "/etc/resolv.conf", nil, "bind"))
  t.run("ping -c 1 -w 3 box.example", { status = 1,
    err = t.match("^ping: sendto: Network .*unreachable\n$"),
    out = "PING box.example (10.9.9.9): 56 data bytes\n" })
  t.run("ping -c 1 nothing", { status = 1, err = "ping: bad address 'nothing'\n" })
  t.run("ping -4 -c 1 localhost", { out = t.match("64 bytes from 127.0.0.1: seq=0 ttl=64 time=") })
  t.run("ping -6 -c 2 -i 0.01 localhost",
    { out = t.match("64 bytes from ::1: seq=1 ttl=64 time=") })
  local range = "net.ipv4.ping_group_range" -- ping sockets for everybody, then for nobody
  assert(S.sysctl(range, "0 65534"))
  for _, user in ipairs { 0, 65534 } do
    for _, host in ipairs { "127.0.0.1", "::1" } do
      t.run({ "ping", "-c", "2", "-i", "0.01", host }, { spawn = { uid = user, gid = user },
        out = t.match("64 bytes from " .. host .. ": seq=1 ttl=64 time=%d+%.%d%d%d ms\n"),
        name = ("ping %s by a ping socket as user %d"):format(host, user) })
    end
  end
  assert(S.sysctl(range, "1 0"))
  t.run({ "ping", "-c", "1", "127.0.0.1" }, { status = 1, spawn = { uid = 65534, gid = 65534 },
    err = t.match("^ping: Permission denied\n$"), name = "ping without privilege" })
  t.run("ping -q -c 3 -i 0.01 127.0.0.1",
    { out = t.match("^[^\n]+\n\n%-%-%- 127.0.0.1 ping statistics %-%-%-\n3 packets transmitted, "
      .. "3 packets received, 0%% packet loss\nround%-trip [^\n]+\n$") })
end)

t.run("ping", { status = 1, err = t.match("^ping: missing operand\nusage: ping ") })
t.run("ping -s 70000 ::1", { status = 1, err = t.match("^ping: size is 0 to 65507\n") })
t.run("ping -c x ::1", { status = 1, err = t.match("^ping: %-%-count: integer expected: x\n") })
