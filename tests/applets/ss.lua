-- tests/applets/ss.lua - sockets beside iproute2's ss

local t = require "test"

t.need_root()

local S = require "syscall"
local nl = require "nl"
local filter = require "ss.filter"
local details = require "ss.details"

-- ---- pure parts ----

t.is(details.duration(204), "204ms", "a time")
t.is(details.duration(57000), "57sec", "a time in seconds")
t.is(details.duration(9216), "9.216ms", "a time as ss writes it")
t.is(details.duration(90500), "1min30sec", "a time in minutes")
t.is(details.duration(7199000), "119min", "a long time")

local function accepts(text, socket)
  local words = {}
  for word in text:gmatch("%S+") do words[#words + 1] = word end
  local found, err = filter.parse(words, function(s) return s.sport >= 32768 end)
  if not found then return err end
  return found.accepts(socket)
end

local SOCKET = { family = 2, src = "10.0.0.1", sport = 22, dst = "10.9.8.7", dport = 40000 }
local SIX = { family = 10, src = "fd00::1", sport = 22, dst = "::ffff:10.9.8.7", dport = 40000 }
for text, want in pairs {
  ["sport = :22"] = true, ["sport = :ssh"] = true, ["sport :23"] = false, ["sport ge 22"] = true,
  ["sport<22"] = false, ["sport != 22"] = false, ["dst 10.0.0.0/8"] = true,
  ["dst 10.9.8.0/24:40000"] = true, ["dst 10.9.8.0/24:1"] = false, ["src [fd00::1]:22"] = false,
  ["not sport 22"] = false, ["! ( sport 22 and dport 1 )"] = true, ["sport 22 dport 1"] = false,
  ["sport 1 or dport 40000"] = true, ["sport 1 or sport 2 or sport 22 and dport 1"] = false,
  ["(sport=22||sport=1)&&!dport=5"] = true, ["autobound"] = false, ["src *:22"] = true,
  ["src :22"] = true, ["state established sport 22"] = true,
  ["sport ="] = "filter: syntax error at the end",
  ["( sport 22"] = "filter: syntax error at the end",
  ["sport 22 )"] = 'filter: syntax error at ")"', ["or"] = 'filter: syntax error at "or"',
  ["src 10.0.0.300"] = 'an address or prefix is expected rather than "10.0.0.300"',
  ["sport nosuchservice"] = '"nosuchservice" does not look like a port',
  ["state bogus"] = "wrong state name: bogus", ["state"] = "state: which state?",
  ["src > 10.0.0.1"] = "an address can be equal or not, not >",
} do
  t.is(accepts(text, SOCKET), want, "filter " .. text)
end
t.is(accepts("dst 10.9.8.7", SIX), true, "an IPv4 address in IPv6's clothes")
t.is(accepts("src [fd00::1]:22", SIX), true, "an IPv6 address with a port")

local USAGE = "\nusage: ss .*"
t.run("ss state bogus", { status = 255, err = t.match("^ss: wrong state name: bogus" .. USAGE) })
t.run("ss --bogus", { status = 255, err = t.match("^ss: unknown option %-%-bogus" .. USAGE) })
t.run("ss -f bogus", { status = 255, err = t.match('^ss: "bogus" is no family' .. USAGE) })
t.run("ss -A bogus", { status = 255, err = t.match('^ss: "bogus" is no table of sockets') })
t.run("ss -N nosuchnamespace", { status = 1, err = "ss: No such file or directory\n" })

-- ---- beside the host's ----

local host = t.need "ss"

local COMMANDS = [[
-tan
-uan
-wan
-xan
-tlnp
-tanpe
-tanm
-tano
-tanoi
-s
-0an
-tuH
-ta
-tane -4
-x
-u
-0
-4
-6a
-tuanO -e -m -o
-tan state established
-tan sport = :2222
-tan ( sport = :2222 or dport = :2222 ) and not dport = :5
-tan src 0.0.0.0/0
-tan dst 127.0.0.1
-xan src /*
-tan autobound
-tan sport != 2222
-tanr
-0 -e -m -p -a
-xanm
-A inet -an
-A unix_stream
-an state listening
-tan state time-wait
state connected -n -t
-tanp -H
-tan exclude listening
]]

local function both(command)
  local argv = { "ss" }
  for word in command:gmatch("%S+") do argv[#argv + 1] = word end
  local function stable(out) return (out:gsub("last(%a+):%d+", "last%1")
    :gsub("(timer:%([^,]+),[^,]+", "%1")) end
  for _ = 1, 50 do -- timers and the order of hash tables may move between
    local want = t.execute(argv, { program = host })
    local got = t.execute(argv)
    local again = t.execute(argv, { program = host })
    if stable(want.out) == stable(again.out) then
      return t.ok(stable(got.out) == stable(want.out) and got.status == want.status
        and got.err == "", "ss " .. command, ("%swant:\n%s%s"):format(got.out, want.out, got.err))
    end
  end
  t.ok(false, "ss " .. command, "the host's own changes all the time")
end

t.netns(function()
  assert(nl.interface("lo")):up()
  local kept = {}
  local function socket(family, kind, protocol)
    local fd = assert(S.socket(family, kind, protocol))
    kept[#kept + 1] = fd
    return fd
  end
  local listener = socket("inet", "stream")
  assert(listener:bind(S.t.sockaddr_in(2222, "127.0.0.1")))
  assert(listener:listen(5))
  local client = socket("inet", "stream")
  assert(client:setsockopt("socket", "keepalive", true))
  assert(client:connect(S.t.sockaddr_in(2222, "127.0.0.1")))
  kept[#kept + 1] = listener:accept()
  client:write("hello")
  local other = assert(S.socket("inet", "stream")) -- ends in time-wait
  assert(other:connect(S.t.sockaddr_in(2222, "127.0.0.1")))
  local accepted = listener:accept()
  other:close()
  accepted:close()
  local six = socket("inet6", "stream")
  assert(six:bind(S.t.sockaddr_in6(80, "::")))
  six:listen(128)
  local only = socket("inet6", "dgram")
  only:setsockopt("ipv6", "v6only", true)
  assert(only:bind(S.t.sockaddr_in6(67, "::")))
  assert(socket("inet", "dgram"):bind(S.t.sockaddr_in(53, "0.0.0.0")))
  assert(socket("inet", "dgram"):connect(S.t.sockaddr_in(53, "127.0.0.1")))
  socket("inet", "raw", "icmp")
  assert(socket("packet", "raw", 0):bind(S.t.sockaddr_ll { protocol = 0x0800, ifindex = 1 }))
  local path = t.tmp() .. "/s"
  local stream = socket("unix", "stream")
  assert(stream:bind(S.t.sockaddr_un(path)))
  stream:listen(3)
  assert(socket("unix", "stream"):connect(S.t.sockaddr_un(path)))
  kept[#kept + 1] = stream:accept()
  kept[#kept + 1] = { S.socketpair("unix", "seqpacket") }
  S.nanosleep(0.1)
  for command in COMMANDS:gmatch("[^\n]+") do both(command) end

  local names = t.execute({ "ss", "-f", "netlink" }).out
  t.ok(names:find("rtnl:kernel"), "netlink sockets", names)

  local listener_port = 77000077
  local uevents = socket("netlink", "raw", 0)
  assert(uevents:bind(S.t.sockaddr_nl(listener_port, 5)))
  local function row(program)
    return t.execute({ "ss", "-f", "netlink", "-aenm" }, { program = program }).out
      :match("[^\n]*" .. listener_port .. "[^\n]*")
  end
  t.is(row():gsub("%s+", " "), row(host):gsub("%s+", " "), "groups of a netlink socket")

  local json = require "json"
  local got = t.execute { "ss", "-tanp", "--json" }
  local list = json.decode(got.out)
  t.is({ #list >= 4, list[1].netid, list[1].local_port, list[1].processes[1].pid },
    { true, "tcp", 2222, S.getpid() }, "--json")

  -- ended by force
  local killed = t.execute { "ss", "-K", "-tn", "dport", "=", ":2222" }
  t.ok(killed.status == 0 and killed.out:find("127.0.0.1:2222"), "-K tells what it ended",
    killed.out .. killed.err)
  local read, err = client:read(nil, 10)
  t.ok(read == nil and err.CONNABORTED, "and it is ended", tostring(read) .. tostring(err))
end)
