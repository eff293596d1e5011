-- tests/net/dhcp_client.lua - the client's life with servers that misbehave on purpose
--
-- Needs root: network and mount namespaces. The servers are Lua (tests/lib/lan.lua), so that
-- they can refuse, forget, answer nonsense and damage what they send.

local t = require "test"
local S = require "syscall"

t.need_root()
local tmp = t.tmp()

--- A file for one test's log.
local function log_of(name) return ("%s/%s.log"):format(tmp, name) end

local function says(log, text)
  local lan = require "lan"
  return lan.wait(function() return lan.read(log):find(text, 1, true) end) ~= nil
end

local IFF_LOWER_UP = 0x10000
local SHORT = { lease = 3600, renewal = 1, rebinding = 600 } -- renewed after a second

-- Nobody answers; nobody answers well.
t.netns(function()
  local lan = require "lan"
  lan.resolver("nameserver 192.0.2.53\n")
  lan.join("eth0", function(link)
    lan.address(link, "10.0.0.1/24")
    while true do S.pause() end
  end)
  require("nl").interface("eth0"):down()
  local nobody = "udhcpc: eth0: no answer from a DHCP server yet\n"
  t.run("udhcpc -i eth0 -n -q -t 2 -T 0.2", { status = 1, err = nobody })
  t.run("udhcpc -i eth0 -n -t 1 -T 0.1", { status = 1, err = nobody })
  t.run("udhcpc -i eth0 -n -t 1", { status = 1, spawn = { uid = 65534, gid = 65534 },
    name = "without privilege", err = "udhcpc: eth0: socket: Operation not permitted\n" })
  t.run("udhcpc -i nosuch -n -q", { status = 1, err = "udhcpc: nosuch: No such device\n" })
  t.run("udhcpc -x nonsense:1", { status = 1, err = t.match("^udhcpc: bad option nonsense:1\n") })
  t.run("udhcpc -O nonsense", { status = 1, err = t.match("^udhcpc: unknown option nonsense\n") })

  -- Each of these comes in answer to every DISCOVER; none may have an effect.
  local function cut(size) return function(bytes) return bytes:sub(1, size) end end
  local function option(bytes) -- at the end of the options, in the padding's place
    return function(payload) return payload:gsub("\255%z*$", "") .. bytes end
  end
  local bad = {
    { { type = "offer", xid = 1 } },
    { { type = "offer", chaddr = "\2\0\0\0\0\9" } },
    { { type = "offer", op = 1 } },
    { { type = "offer", yiaddr = "0.0.0.0" } },
    { { type = "offer", yiaddr = "255.255.255.255" } },
    { { type = "offer", yiaddr = "127.0.0.1" } },
    { { type = "offer", yiaddr = "224.0.0.5" } },
    { { type = "offer", yiaddr = "10.0.0.255" } },
    { { type = "offer", raw = { [54] = "" } } },
    { { type = "offer", raw = { [51] = "" } } },
    { { type = "offer", raw = { [51] = "\0\0\0\0" } } },
    { { type = "offer", raw = { [1] = "\255\0\255\0" } } },
    { { type = "offer", raw = { [53] = "\2\2" } }, option "\53\2\2\2\255" },
    { { type = "ack" } },
    { { type = "nak" } },
    { { type = "offer" }, cut(0) },
    { { type = "offer" }, cut(200) },
    { { type = "offer" }, cut(239) },
    { { type = "offer" }, cut(250) },
    { { type = "offer" }, option "\15\200lan" },
    { { type = "offer" }, option "\52" },
    { { type = "offer" }, function(p) return p:sub(1, 236) .. "\0\0\0\0" .. p:sub(241) end },
    { { type = "offer" }, { frame = cut(60) } },
    { { type = "offer" }, { frame = function(f) return f:sub(1, 40) .. "X" .. f:sub(42) end } },
    { { type = "offer" }, { frame = function(f) return f:sub(1, 10) .. "XX" .. f:sub(13) end } },
    { { type = "offer" }, { frame = function(f) return f:sub(1, 24) .. "\255\255" .. f:sub(27) end }
    },
  }
  local log = log_of "hostile"
  lan.join("eth1", function(link)
    lan.serve(link, "10.0.0.1", log, function(_, send)
      for _, case in ipairs(bad) do
        local fields = { yiaddr = "10.0.0.66" }
        for key, value in pairs(case[1]) do fields[key] = value end
        send(fields, case[2])
      end
    end)
  end)
  t.run("udhcpc -i eth1 -n -q -t 4 -T 0.3",
    { status = 1, err = "udhcpc: eth1: no answer from a DHCP server yet\n" })
  t.ok(lan.wait(function() -- which is slower than a client that gives up
    return select(2, lan.read(log):gsub("discover:", "")) == 4
  end), "the hostile server was asked")
  t.ok(not lan.read(log):find("request:"), "no answer of it was believed")
  t.is({ lan.addresses("eth1"), t.read("/etc/resolv.conf") }, { "", "nameserver 192.0.2.53\n" },
    "and nothing changed")
end)

-- A lease under fire: renewals answered with damage leave it as it is.
t.netns(function()
  local lan = require "lan"
  lan.resolver("")
  local requests, client_log = log_of "fire", log_of "fire-client"
  lan.join("eth0", function(link)
    lan.serve(link, "10.0.0.1", requests, function(message, send)
      local good = { yiaddr = "10.0.0.9", options = { lease = 3600, renewal = 1, rebinding = 600,
        dns = { "10.0.0.1" }, router = { "10.0.0.1" }, domain = "lan.example" } }
      if message.ciaddr == "0.0.0.0" then return lan.grant(good)(message, send) end
      -- Renewing.
      local function reply(kind, fields, tweak)
        local all = { type = kind }
        for key, value in pairs(good) do all[key] = value end
        for key, value in pairs(fields or {}) do all[key] = value end
        send(all, tweak)
      end
      reply("nak", { xid = 77 })
      reply("nak", { chaddr = "\2\0\0\0\0\9" })
      reply("nak", nil, function(payload) return payload:sub(1, 100) end)
      reply("ack", { yiaddr = "10.0.0.10" })
      reply("ack", { raw = { [51] = "\0\0" } })
      reply("ack", { raw = { [1] = "\0\255\0\255" } })
      reply("ack", nil, function(payload) return payload:sub(1, 260) end)
      for size = 0, 280, 7 do
        reply("ack", { yiaddr = "6.6.6.6" }, function(payload) return payload:sub(1, size) end)
      end
    end)
  end)
  lan.client(client_log, "-i", "eth0", "-t", "5", "-T", "1", "-v")
  t.ok(says(client_log, "lease of 10.0.0.9 obtained"), "a lease to attack")
  local routes, resolver = lan.routes("eth0"), t.read("/etc/resolv.conf")
  t.ok(says(requests, "request: ciaddr=10.0.0.9"), "renewing by unicast, with ciaddr")
  S.nanosleep(0.3)
  t.is({ lan.addresses("eth0"), lan.routes("eth0"), t.read("/etc/resolv.conf") },
    { "10.0.0.9/24", routes, resolver }, "damaged renewals change nothing")
  t.is(resolver, "# search of eth0: lan.example\nsearch lan.example\nnameserver 10.0.0.1 # eth0\n",
    "what was there to change")
  t.ok(says(client_log, "ignored ack: of another address"), "and one line tells why")
end)

-- NAK; renewal; release on demand and a fresh start.
t.netns(function()
  local lan = require "lan"
  local nl = require "nl"
  lan.resolver("nameserver 192.0.2.53\n")
  local requests, client_log = log_of "nak", log_of "nak-client"
  local refuse = tmp .. "/refuse"
  lan.join("eth0", function(link)
    lan.serve(link, "10.0.0.1", requests, function(message, send)
      if message.ciaddr ~= "0.0.0.0" and message.type == "request" and S.stat(refuse) then
        S.unlink(refuse)
        return send { type = "nak", options = { message = "moved" } }
      end
      local address = lan.read(requests):find("ciaddr=10.0.0.9") and "10.0.0.10" or "10.0.0.9"
      if message.ciaddr ~= "0.0.0.0" then address = message.ciaddr end
      lan.grant { yiaddr = address, options = { lease = SHORT.lease, renewal = SHORT.renewal,
        rebinding = SHORT.rebinding, router = { "10.0.0.1" }, dns = { "10.0.0.1" }, mtu = 1300 } }(
        message, send)
    end)
  end)
  local pid = lan.client(client_log, "-i", "eth0", "-t", "5", "-T", "1", "-v", "-p", tmp .. "/pid")
  t.ok(says(client_log, "lease of 10.0.0.9 obtained from 10.0.0.1"), "a lease")
  t.is({ lan.addresses("eth0"), nl.interface("eth0").mtu }, { "10.0.0.9/24", 1300 }, "applied")
  t.is(t.read(tmp .. "/pid"), pid .. "\n", "-p")
  t.ok(says(client_log, "lease of 10.0.0.9 renewed by 10.0.0.1"), "renewed at T1")
  t.write(refuse, "")
  t.ok(says(client_log, "request refused: moved"), "NAK")
  t.ok(says(client_log, "lease of 10.0.0.9 refused"), "takes the address")
  t.ok(says(client_log, "lease of 10.0.0.10 obtained"), "and another is got at once")
  t.is({ lan.addresses("eth0"), lan.routes("eth0") },
    { "10.0.0.10/24", { "0.0.0.0/0 via 10.0.0.1" } }, "nothing of the old one is left")

  S.kill(pid, "usr2")
  t.ok(says(client_log, "lease of 10.0.0.10 released"), "USR2 releases")
  t.ok(says(requests, "release: ciaddr=10.0.0.10 requestip=- serverid=10.0.0.1"),
    "the server hears it")
  t.ok(lan.wait(function() return lan.addresses("eth0") == "" end), "the address is gone")
  t.ok(lan.wait(function() return nl.interface("eth0").mtu == 1500 end), "the MTU is as before")
  t.is({ lan.routes("eth0"), t.read("/etc/resolv.conf") }, { {}, "nameserver 192.0.2.53\n" },
    "so are routes and resolv.conf")
  S.kill(pid, "usr1")
  t.ok(lan.wait(function() return lan.addresses("eth0") ~= "" end), "USR1 begins again")
  S.kill(pid, "term")
  local _, _, status = S.waitpid(pid)
  t.is(status.EXITSTATUS, 0, "TERM ends it")
  t.ok(lan.addresses("eth0") ~= "", "the lease stays, for the next start")
  t.ok(not S.stat(tmp .. "/pid"), "the pid file does not")
end)

-- Rebinding to another server; expiry; carrier; both at a time, on two links of one process.
t.netns(function()
  local lan = require "lan"
  local nl = require "nl"
  lan.resolver("")
  local first, second, client_log = log_of "rebind", log_of "expiry", log_of "two-client"
  lan.join("eth0", function(link)
    lan.serve(link, "10.0.0.1", first, function(message, send, destination)
      local options = { lease = 3600, renewal = 1, rebinding = 2, dns = { "10.0.0.1" },
        search = { "one.example" } }
      if message.ciaddr ~= "0.0.0.0" then -- deaf to unicast: says so by another identity later
        if destination ~= "255.255.255.255" then return end
        options.serverid, options.renewal, options.rebinding = "10.0.0.2", 1800, 3000
      end
      lan.grant { yiaddr = "10.0.0.9", options = options }(message, send)
    end)
  end)
  lan.join("eth1", function(link)
    lan.serve(link, "10.1.0.1", second, function(message, send)
      if select(2, lan.read(second):gsub("request:", "")) > 1 then return end -- one lease only
      lan.grant { yiaddr = "10.1.0.9", options = { lease = 10, renewal = 8, rebinding = 9,
        dns = { "10.1.0.1" }, domain = "two.example", router = { "10.1.0.1" } } }(message, send)
    end)
  end)
  local _, _, ready_r, ready_w = assert(S.pipe())
  local out = assert(S.open(client_log, "creat,wronly,append", "0600"))
  local pid = assert(S.spawn { "luabox", "udhcpc", "-f", "-v", "--ready-fd", "3", path = t.binary,
    fds = { [0] = assert(S.open("/dev/null", "rdonly")), [1] = out, [2] = out, [3] = ready_w },
    pdeathsig = "kill" })
  lan.stop_at_end(pid)
  ready_w:close()
  t.is(ready_r:read(nil, 10), "\n", "a newline when the first lease is applied")
  t.is(ready_r:read(nil, 10), "", "and no more than that")
  t.ok(says(client_log, "eth0: lease of 10.0.0.9") and says(client_log, "eth1: lease of 10.1.0.9"),
    "without -i every wired link gets a lease")
  t.ok(lan.wait(function() return lan.read("/etc/resolv.conf"):find("eth1") end), "both have names")
  local text = t.read("/etc/resolv.conf")
  t.ok(text:find("nameserver 10.0.0.1 # eth0\n") and text:find("nameserver 10.1.0.1 # eth1\n")
    and text:find("\nsearch %l+.example %l+.example\n"), "resolv.conf has what both gave")

  t.ok(says(client_log, "lease of 10.0.0.9 renewed by 10.0.0.2"), "T2: another server may renew")
  local expired = lan.wait(function()
    return lan.read(client_log):find("eth1: lease of 10.1.0.9 expired", 1, true)
  end)
  t.ok(expired, "a lease that nobody renews expires")
  t.is({ lan.addresses("eth1"), lan.routes("eth1") }, { "", {} }, "and is gone")
  t.is(t.read("/etc/resolv.conf"),
    "# search of eth0: one.example\nsearch one.example\nnameserver 10.0.0.1 # eth0\n",
    "with its name servers, not the other link's")
  t.is(lan.addresses("eth0"), "10.0.0.9/24", "the other link has its address")

  -- A link that appears, and one that goes.
  lan.join("eth2", function(link)
    lan.serve(link, "10.2.0.1", log_of "late", lan.grant { yiaddr = "10.2.0.9" })
  end)
  t.ok(says(client_log, "eth2: lease of 10.2.0.9 obtained"), "a link that appears gets one, too")
  assert(nl.interface("eth0")):delete()
  t.ok(lan.wait(function() return t.read("/etc/resolv.conf") == "" end),
    "the servers of a link that is gone go with it")
  S.kill(pid, "term")
  S.waitpid(pid)
end)

-- Carrier loss and gain; an address that another host has.
t.netns(function()
  local lan = require "lan"
  local nl = require "nl"
  lan.resolver("")
  local requests, client_log = log_of "carrier", log_of "carrier-client"
  local unplugged = t.write(tmp .. "/unplugged", "")
  lan.join("eth0", function(link)
    lan.serve(link, "10.0.0.1", requests, lan.grant { yiaddr = "10.0.0.9" }, function()
      local cable = assert(S.fork()) -- pulls the cable while a file says so
      if cable ~= 0 then return end
      S.prctl("set_pdeathsig", "kill")
      while true do
        local interface = nl.interface(link)
        local down = S.stat(unplugged) ~= nil
        if interface.flags.up == down then
          if down then interface:down() else interface:up() end
        end
        S.nanosleep(0.02)
      end
    end)
  end, true)
  local pid = lan.client(client_log, "-i", "eth0", "-t", "50", "-T", "0.5", "-v")
  t.ok(says(client_log, "\n"), "it has started")
  S.nanosleep(0.2)
  t.is({ lan.read(requests), lan.read(client_log) }, { "", "udhcpc: eth0: no carrier yet\n" },
    "nothing is sent without carrier")
  S.unlink(unplugged)
  t.ok(says(client_log, "lease of 10.0.0.9 obtained"), "carrier comes: a lease")
  local monitor = assert(nl.monitor { "link" })
  t.write(unplugged, "")
  t.ok(lan.wait(function() -- the kernel tells it: a shorter loss is none
    for _, event in ipairs(monitor:read(100) or {}) do
      if event.message.ifname == "eth0" and event.message.flags & IFF_LOWER_UP == 0 then
        return true
      end
    end
  end), "carrier lost")
  monitor:close()
  t.is(lan.addresses("eth0"), "10.0.0.9/24", "the lease is kept")
  S.unlink(unplugged)
  t.ok(says(requests, "request: ciaddr=0.0.0.0 requestip=10.0.0.9 serverid=-"),
    "carrier back: INIT-REBOOT")
  t.ok(says(client_log, "lease of 10.0.0.9 renewed"), "confirmed")
  S.kill(pid, "term")
  S.waitpid(pid)

  -- 10.0.0.10 is a host already; the server does not know.
  local conflict = log_of "conflict"
  lan.join("eth1", function(link)
    lan.address(link, "10.3.0.10/24")
    lan.serve(link, "10.3.0.1", conflict, function(message, send)
      local address = lan.read(conflict):find("decline:") and "10.3.0.11" or "10.3.0.10"
      lan.grant { yiaddr = address }(message, send)
    end)
  end)
  t.run("udhcpc -i eth1 -n -q -t 10 -T 1 -a1000", { status = 0,
    err = t.match("lease of 10.3.0.11 obtained"), timeout = 120 })
  t.ok(says(conflict, "decline: ciaddr=0.0.0.0 requestip=10.3.0.10 serverid=10.3.0.1"),
    "the taken address is declined")
end)

-- Going to the background, -R, and what a restarted client knows.
t.netns(function()
  local lan = require "lan"
  local nl = require "nl"
  lan.resolver("")
  local idle = lan.client(log_of "idle")
  t.ok(says(log_of "idle", "\n"), "no link at all")
  S.kill(idle, "term")
  S.waitpid(idle)
  t.is(lan.read(log_of "idle"), "udhcpc: no wired link yet\n", "is told, once")

  local requests = log_of "background"
  lan.join("eth0", function(link)
    lan.serve(link, "10.0.0.1", requests, function(message, send)
      local wanted = message.options.requestip or message.ciaddr
      local fresh = wanted == "0.0.0.0" and "10.0.0.9" or wanted
      lan.grant { yiaddr = fresh }(message, send)
    end)
  end)
  t.run({ "udhcpc", "-i", "eth0", "-p", tmp .. "/bg.pid", "-t", "10", "-T", "1",
    "-r", "10.0.0.20" }, {
    err = "udhcpc: eth0: lease of 10.0.0.20 obtained from 10.0.0.1, lease time 3600\n",
    name = "without -f it goes to the background with the lease" })
  local pid = tonumber(t.read(tmp .. "/bg.pid"))
  local background = assert(S.pidfd_open(pid)) -- its number will be another's
  t.cleanup(function() S.pidfd_send_signal(background, "kill") end)
  t.ok(S.kill(pid, 0), "and lives on")
  S.kill(pid, "usr2")
  t.ok(lan.wait(function() return lan.addresses("eth0") == "" end), "it hears signals there")
  S.kill(pid, "usr1")
  t.ok(lan.wait(function() return lan.addresses("eth0") ~= "" end), "more than one")
  t.is(S.getsid(pid), pid, "in a session of its own")
  S.kill(pid, "kill")
  t.ok(lan.wait(function() return not S.kill(pid, 0) or not S.stat("/proc/" .. pid .. "/exe") end),
    "killed")
  t.is(lan.addresses("eth0"), "10.0.0.9/24", "its address is still there")
  t.run("udhcpc -i eth0 -q -t 10 -T 1", {
    err = "udhcpc: eth0: lease of 10.0.0.9 obtained from 10.0.0.1, lease time 3600\n",
    name = "the next client asks for it again" })
  t.run("udhcpc -i eth0 -q -R -t 10 -T 1 -r 10.0.0.30", {
    err = "udhcpc: eth0: lease of 10.0.0.30 obtained from 10.0.0.1, lease time 3600\n"
      .. "udhcpc: eth0: lease of 10.0.0.30 released\n",
    name = "-R gives it back" })
  t.is(lan.addresses("eth0"), "", "and nothing is left, of the one before neither")
  t.ok(says(requests, "release: ciaddr=10.0.0.30"), "the server knows")

  t.run({ "udhcpc", "-i", "eth0", "-p", tmp .. "/bg.pid", "-b", "-t", "1", "-T", "30", "-x",
    "hostname:box", "-x", "0xc8:0102", "-O", "wpad", "-V", "test", "-C", "-B" },
    { err = t.match("lease of"), name = "many options" })
  local last = tonumber(t.read(tmp .. "/bg.pid"))
  local background2 = assert(S.pidfd_open(last))
  t.cleanup(function() S.pidfd_send_signal(background2, "kill") end)
  S.kill(last, "term")
  t.ok(lan.wait(function() return not S.stat(tmp .. "/bg.pid") end), "its pid file goes with it")
  t.is(nl.interface("eth0").flags.up, true, "the link stays up")
end)

-- A signal and the lease come at once: it must not rest and forget that it is to end. The server
-- holds the client still meanwhile, so that it finds both when it goes on.
for _, first in ipairs { "signal", "lease" } do
  t.netns(function()
    local lan = require "lan"
    lan.resolver("")
    local pid_file = tmp .. "/held.pid." .. first
    local function hold(pid)
      S.kill(pid, "stop")
      lan.wait(function() return lan.read("/proc/" .. pid .. "/stat"):find(") T", 1, true) end)
    end
    lan.join("eth0", function(link)
      lan.serve(link, "10.0.0.1", log_of("held-" .. first), function(message, send)
        local pid = tonumber(lan.read(pid_file))
        local last = message.type == "request"
        if last then hold(pid) end
        if last and first == "signal" then S.kill(pid, "term") end
        lan.grant { yiaddr = "10.0.0.9" }(message, send)
        if not last then return end
        S.nanosleep(0.1) -- the answer has to get there
        S.kill(pid, "term")
        S.kill(pid, "cont")
      end)
    end)
    local pid = lan.client(log_of("held-client-" .. first), "-i", "eth0", "-p", pid_file)
    local status = lan.wait(function()
      local ended, _, status = S.waitpid(pid, "nohang")
      return ended == pid and status
    end)
    t.is(status and status.EXITSTATUS, 0, "SIGTERM with the lease, " .. first .. " first: it ends")
  end)
end
