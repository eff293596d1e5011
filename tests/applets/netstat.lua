-- tests/applets/netstat.lua - sockets, routes and links beside net-tools' netstat

local t = require "test"

local diag = require "nl.diag"
local statistics = require "net.statistics"

-- ---- pure parts ----

t.is(diag.parse_proc("   0: 0100007F:08AE 0200007F:0016 0A 00000005:00000007 02:00000010 00000003 "
  .. "  100        4 2724934 1 0000000000000000 100 0 0 10 0", 2),
  { family = 2, src = "127.0.0.1", sport = 2222, dst = "127.0.0.2", dport = 22, state = 10,
    wqueue = 5, rqueue = 7, timer = 2, expires = 16, retrans = 3, uid = 100, inode = 2724934,
    probes = 4 }, "a line of /proc/net/tcp")
for _, line in ipairs { "", "  sl  local_address rem_address   st",
  "0: 01:1 02:2 0A 0:0 0:0 0 0 0 0",
  "   0: 0100007F:08AE 0100007F:0000 0A x y 00000000 0 0 1" } do
  t.is(diag.parse_proc(line, 2), nil, "is none: " .. line)
end
t.is(statistics.parse("Ip: A B\nIp: 1 -2\nTcp: C\nUdp: 3\nX\n"),
  { { name = "Ip", counters = { { name = "A", value = 1 }, { name = "B", value = -2 } } } },
  "counters")

t.run("netstat --bogus", { status = 1, err = t.match("^netstat: unknown option %-%-bogus") })
t.run("netstat word", { status = 1, err = t.match("^netstat: unexpected word word\nusage: ") })

-- ---- beside the host's ----

t.need_root()
local host = t.need "netstat"
local S = require "syscall"
local nl = require "nl"

local COMMANDS = { "", "-a", "-tan", "-tuln", "-xa", "-tanp", "-tane", "-tano", "-r", "-rn", "-i",
  "-ia", "-l", "-taW", "-wan", "-xp", "-tan6", "-4ta", "-lx", "-gn", "-6rn", "-anp",
  "-aue" } -- -6r would ask name servers

t.netns(function()
  assert(nl.interface("lo")):up()
  nl.create_interface { name = "eth0", type = "veth", peer = { name = "eth1" } }
  nl.create_interface { name = "br0", type = "bridge" }
  nl.interface("eth0"):setflags("noarp,promisc", "noarp,promisc")
  nl.interface("eth0"):up():address("10.0.0.1/24")
  nl.interface("eth1"):up()
  t.execute { "ip", "route", "add", "10.5.0.0/16", "via", "10.0.0.9", "advmss", "1000" }
  -- no way to this one: names that are looked up are not found, at once
  require("lan").resolver("nameserver 192.0.2.1\noptions timeout:1 attempts:1\n")
  t.execute { "ip", "route", "add", "unreachable", "10.6.0.0/16" }
  t.execute { "ip", "link", "set", "eth0", "addrgenmode", "none" }
  require("oracle").settle() -- addresses have routes of their own
  local kept = {}
  local function socket(family, kind, protocol)
    local fd = assert(S.socket(family, kind, protocol))
    kept[#kept + 1] = fd
    return fd
  end
  local listener = socket("inet", "stream")
  assert(listener:bind(S.t.sockaddr_in(2222, "127.0.0.1")))
  assert(listener:listen(5))
  assert(socket("inet", "stream"):connect(S.t.sockaddr_in(2222, "127.0.0.1")))
  kept[#kept + 1] = listener:accept()
  local six = socket("inet6", "stream")
  assert(six:bind(S.t.sockaddr_in6(80, "::")))
  six:listen(128)
  local long = socket("inet6", "dgram")
  assert(long:bind(S.t.sockaddr_in6(53, "::1")))
  assert(socket("inet", "dgram"):bind(S.t.sockaddr_in(53, "0.0.0.0")))
  assert(socket("inet", "dgram"):connect(S.t.sockaddr_in(53, "127.0.0.1")))
  socket("inet", "raw", "icmp")
  local path = t.tmp() .. "/s"
  local stream = socket("unix", "stream")
  assert(stream:bind(S.t.sockaddr_un(path)))
  stream:listen(3)
  assert(socket("unix", "stream"):connect(S.t.sockaddr_un(path)))
  kept[#kept + 1] = stream:accept()
  kept[#kept + 1] = { S.socketpair("unix", "seqpacket") }
  assert(socket("unix", "dgram"):bind(S.t.sockaddr_un("\0abstract")))

  for _, command in ipairs(COMMANDS) do
    local argv = { "netstat" }
    for word in command:gmatch("%S+") do argv[#argv + 1] = word end
    local want, got
    for _ = 1, 10 do -- links have packets of their own; both must see one moment
      want = t.execute(argv, { program = host })
      got = t.execute(argv)
      if want.out == t.execute(argv, { program = host }).out then break end
    end
    t.ok(got.out == want.out and got.status == want.status and got.err == "",
      "netstat " .. command, ("%swant:\n%s%s%s"):format(got.out, want.out, got.err, want.err))
  end

  -- our sentences are net-tools'; its sentences for the extensions are not ours
  local want = t.execute({ "netstat", "-s" }, { program = host }).out
  local got = t.execute { "netstat", "-s" }.out
  local missing = {}
  local main = want:match("^(.-)TcpExt:")
  for line in main:gmatch("[^\n]+") do
    local known = got:gsub("%d+", "N"):find(line:gsub("%d+", "N"), 1, true)
    if not known and not line:find("histogram") and not line:find("^%u%a+:$") then
      missing[#missing + 1] = line
    end
  end
  t.is(missing, {}, "netstat -s tells what net-tools' does")

  local json = require "json"
  local list = json.decode(t.execute({ "netstat", "-tan", "--json" }).out)
  t.is({ #list, list[1].local_port, list[1].state }, { 4, 2222, "LISTEN" }, "--json")
  list = json.decode(t.execute({ "netstat", "-i", "--json" }).out)
  t.is({ list[3].name, list[3].mtu }, { "lo", 65536 }, "--json of links")
end)
