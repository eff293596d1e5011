-- tests/net/dhcp_machine.lua - the DHCP client's decisions, on a clock of our own
--
-- Nothing here sleeps or sends: events go in, actions come out (RFC 2131 section 4.4).

local t = require "test"
local codec = require "net.dhcp.message"
local machine = require "net.dhcp.machine"

local MAC = "\x52\x54\0\x12\x34\x56"

--- A machine with chance and transaction ids that are known: fuzz 0, xid 1, 2, 3, …
local function new(config)
  local xid = 0
  config = config or {}
  config.chaddr = MAC
  config.random = config.random or function() return 0.5 end
  config.xid = function() xid = xid + 1 return xid end
  return machine.new(config)
end

--- A message as a server would send it, through the wire format.
local function from_server(m, kind, fields)
  fields = fields or {}
  local values = {
    serverid = "10.0.0.1", lease = 1000, subnet = "255.255.255.0", router = { "10.0.0.1" },
  }
  for key, value in pairs(fields.options or {}) do values[key] = value or nil end
  return assert(codec.decode(assert(codec.encode {
    op = fields.op or 2, type = kind, xid = fields.xid or m.xid, chaddr = fields.chaddr or MAC,
    yiaddr = fields.yiaddr or "10.0.0.9", options = values, raw = fields.raw,
  })))
end

--- Actions in short: "send discover", "bound", …
local function names(actions)
  local out = {}
  for i, action in ipairs(actions) do
    out[i] = action[1]
    if action.message then out[i] = out[i] .. " " .. action.message.type end
    if action.reason then out[i] = out[i] .. ": " .. action.reason end
  end
  return table.concat(out, ", ")
end

local function bound(config, fields)
  local m = new(config)
  m:start(0)
  m:receive(0, from_server(m, "offer", fields))
  m:receive(0, from_server(m, "ack", fields))
  assert(m.lease)
  return m
end

-- The way to a lease, with the fields of RFC 2131 table 4 and 5.
do
  local m = new { hostname = "box", max_size = 1500 }
  local sent = m:start(100)[1].message
  t.is({ sent.type, sent.xid, sent.secs, sent.ciaddr, sent.broadcast }, { "discover", 1, 0 },
    "DISCOVER")
  t.is({ sent.options.clientid, sent.options.hostname, sent.options.maxsize },
    { "\1" .. MAC, "box", 1500 }, "what every message carries")
  t.is({ sent.options.parameters[1], sent.options.serverid }, { 121 }, "121 asked for first")
  local actions = m:timer(104)
  t.is(names(actions), "fail, send discover", "others are told that nobody answers")
  local again = actions[2].message
  t.is({ again.type, again.xid, again.secs }, { "discover", 1, 4 }, "same xid, secs count")
  sent = m:receive(104.1, from_server(m, "offer"))[1].message
  t.is({ sent.type, sent.xid, sent.secs, sent.ciaddr }, { "request", 1, 4 },
    "REQUEST keeps xid and secs")
  t.is({ sent.options.requestip, sent.options.serverid }, { "10.0.0.9", "10.0.0.1" }, "50 and 54")
  t.is(names(m:receive(104.2, from_server(m, "ack"))), "bound", "ACK")
  t.is({ m.state, m.lease.address, m.lease.started, m:listens() }, { "bound", "10.0.0.9", 104.1 },
    "bound, counted from the REQUEST")
  t.is(m.deadline, 104.1 + 495, "T1 a little early")
end

-- Retransmission: 4, 8, 16, 32, 64, 64 seconds, one second more or less.
do
  for _, fuzz in ipairs { 0, 0.5, 0.999 } do
    local m = new { random = function() return fuzz end }
    local now, waits = 0, {}
    m:start(now)
    for i = 1, 7 do
      waits[i] = math.floor(m.deadline - now + 1 - 2 * fuzz + 0.5)
      now = m.deadline
      m:timer(now)
    end
    t.is(waits, { 4, 8, 16, 32, 64, 64, 64 }, "intervals with chance " .. fuzz)
  end
  local m = new { tries = 2, interval = 3, pause = 20 }
  m:start(0)
  t.is({ names(m:timer(3)), m.deadline }, { "send discover", 6.0 }, "own interval")
  t.is({ names(m:timer(6)), m.state, m.deadline }, { "fail", "waiting", 26 }, "gives up, pauses")
  t.is({ names(m:timer(26)), m.xid }, { "send discover", 2 }, "and starts anew")
end

-- Answers that are not ours, or make no sense, change nothing.
do
  local m = new()
  m:start(0)
  local function ignored(what, message)
    local before = m.deadline
    local actions = names(m:receive(1, message))
    t.ok(actions == "" or actions:find("^ignored"), what)
    t.is({ m.state, m.deadline, m.lease }, { "selecting", before }, what .. ": state")
  end
  ignored("another xid", from_server(m, "offer", { xid = 99 }))
  ignored("another client", from_server(m, "offer", { chaddr = "\1\2\3\4\5\6" }))
  ignored("another client's short address", from_server(m, "offer", { chaddr = "" }))
  ignored("a request", from_server(m, "offer", { op = 1 }))
  ignored("ACK before any REQUEST", from_server(m, "ack"))
  ignored("ACK with rapid commit that we did not offer",
    from_server(m, "ack", { options = { rapid = true } }))
  ignored("NAK before any REQUEST", from_server(m, "nak"))
  ignored("no server identifier", from_server(m, "offer", { raw = { [54] = "" } }))
  ignored("no lease time", from_server(m, "offer", { raw = { [51] = "" } }))
  ignored("lease time of three bytes", from_server(m, "offer", { raw = { [51] = "\0\0\1" } }))
  ignored("mask with a hole", from_server(m, "offer", { options = { subnet = "255.0.255.0" } }))
  ignored("address 0.0.0.0", from_server(m, "offer", { yiaddr = "0.0.0.0" }))
  m:receive(1, from_server(m, "offer"))
  t.is(m.state, "requesting", "the good one counts")
  local other = { options = { serverid = "10.0.0.2" } }
  t.is(names(m:receive(1, from_server(m, "ack", other))), "ignored: ack: from another server",
    "ACK of a server not asked")
  t.is(names(m:receive(1, from_server(m, "nak", other))), "ignored: nak: from another server",
    "NAK of a server not asked")
  t.is(names(m:receive(1, from_server(m, "ack", { yiaddr = "10.0.0.7" }))),
    "ignored: ack: of another address", "ACK of an address not asked for")
  t.is(names(m:receive(1, from_server(m, "ack"))), "bound", "still waiting for the right one")
end

-- Renewing, rebinding, expiry.
do
  local m = bound()
  local now = m.deadline
  local action = m:timer(now)[1]
  t.is({ action.message.type, action.message.ciaddr, action.to, action.message.xid },
    { "request", "10.0.0.9", "10.0.0.1", 2 }, "T1: unicast, new transaction")
  t.is({ action.message.options.requestip, action.message.options.serverid, m:listens() },
    { nil, nil, "udp" }, "RENEWING carries neither 50 nor 54")
  local count = 0
  while m.state == "renewing" do
    now, count = m.deadline, count + 1
    action = m:timer(now)[1]
  end
  t.is({ now, action.to, m.state, m:listens() }, { 875.0, nil, "rebinding", "raw" },
    "T2: broadcast")
  t.ok(count >= 2 and count <= 10, "a few tries in between: " .. count)
  local other = { options = { serverid = "10.0.0.2", lease = 3600 } }
  t.is(names(m:receive(900, from_server(m, "ack", other))), "renewed", "any server may answer")
  t.is({ m.lease.server, m.lease.started, m.state }, { "10.0.0.2", 875.0, "bound" },
    "a different server replaces the old")

  m = bound()
  local last
  while m.lease do
    now = m.deadline
    last = m:timer(now)
  end
  t.is({ now, names(last), m.state }, { 1000, "lost: expired, send discover", "selecting" },
    "expiry, at the second the lease ends")
  t.is(last[2].message.options.requestip, "10.0.0.9", "the old address is hinted at")

  m = bound(nil, { options = { lease = 0xffffffff } })
  t.is({ m.state, m.deadline }, { "bound" }, "a lease without end has no timer")
  m = bound(nil, { options = { lease = 1 } })
  t.is(m.lease.duration, 10, "a tiny lease is stretched")
  local steps = 0
  while m.lease do
    m:timer(m.deadline)
    steps = steps + 1
  end
  t.ok(steps < 12, "and does not spin: " .. steps)
end

-- Renewing in time keeps the lease for ever.
do
  local m = bound()
  for _ = 1, 5 do
    local at = m.deadline
    m:timer(at)
    t.is(names(m:receive(at + 0.01, from_server(m, "ack"))), "renewed", "renewed")
    t.is({ m.state, m.lease.started }, { "bound", at }, "for another term")
  end
  t.is(names(m:renew(m.lease.started + 1)), "send request", "renew on demand")
  t.is(m.state, "renewing", "on demand: unicast")
end

-- NAK.
do
  local m = bound()
  m:timer(m.deadline)
  local nak = from_server(m, "nak", { options = { message = "wrong network" } })
  t.is(names(m:receive(500, nak)), "nak: wrong network, lost: refused", "NAK takes the lease")
  t.is({ m.deadline, m.hint }, { 500 }, "INIT at once, without the old address")
  local pauses, now = {}, 500
  for i = 1, 9 do
    m:timer(now)
    m:receive(now, from_server(m, "offer"))
    m:receive(now, from_server(m, "nak"))
    pauses[i], now = m.deadline - now, m.deadline
  end
  t.is(pauses, { 1, 2, 4, 8, 16, 32, 64, 64, 64 }, "offer and NAK in turn do not spin")
end

-- INIT-REBOOT.
do
  local old = bound().lease
  old.started = 0
  local m = new { lease = old }
  local sent = m:start(100)[1].message
  t.is({ sent.type, sent.options.requestip, sent.options.serverid, sent.ciaddr },
    { "request", "10.0.0.9" }, "INIT-REBOOT: 50, no 54, no ciaddr")
  t.is(names(m:receive(100.1, from_server(m, "ack"))), "bound", "confirmed")
  m = new { lease = old }
  m:start(100)
  t.is(names(m:receive(100.1, from_server(m, "nak"))), "nak", "refused: nothing to take away")
  t.is(m:timer(m.deadline)[1].message.type, "discover", "then INIT")
  m = new { lease = old }
  m:start(100)
  local actions
  while m.state == "rebooting" do actions = m:timer(m.deadline) end
  t.is({ actions[1].message.type, actions[1].message.options.requestip },
    { "discover", "10.0.0.9" }, "no answer: INIT with a hint")
  m = new { lease = old }
  t.is(m:start(5000)[1].message.type, "discover", "a lease that has ended is not asked for")
end

-- Carrier.
do
  local m = new()
  t.is({ names(m:carrier(0, false)), m.state, m.deadline }, { "", "dark" },
    "silent without carrier")
  t.is(names(m:carrier(5, true)), "send discover", "carrier comes")
  m = bound()
  t.is({ names(m:carrier(10, false)), m.deadline }, { "", 1000 }, "lost: only the expiry counts")
  t.is(names(m:carrier(20, true)), "send request", "back: INIT-REBOOT at once")
  t.is({ m.state, m.lease.address }, { "rebooting", "10.0.0.9" }, "the lease is kept meanwhile")
  t.is(names(m:receive(20.1, from_server(m, "ack"))), "renewed", "confirmed")
  m:carrier(30, false)
  m:carrier(40, true)
  while m.state == "rebooting" do m:timer(m.deadline) end
  t.is({ m.state, m.lease.address }, { "bound", "10.0.0.9" }, "no answer: kept until its end")
  m:carrier(60, false)
  t.is(names(m:timer(m.deadline)), "lost: expired", "it ends in the dark, too")
  t.is({ m.state, m.deadline }, { "dark" }, "and nothing is sent")
end

-- Probe, DECLINE, RELEASE, rapid commit.
do
  local m = new { probe = true }
  m:start(0)
  m:receive(0, from_server(m, "offer"))
  t.is(names(m:receive(0, from_server(m, "ack"))), "probe", "probe first")
  t.is({ m.lease, m.deadline }, {}, "nothing applied meanwhile")
  local sent = m:probed(1, true)[1].message
  t.is({ sent.type, sent.options.requestip, sent.options.serverid, sent.ciaddr },
    { "decline", "10.0.0.9", "10.0.0.1" }, "conflict: DECLINE")
  t.is({ m.state, m.deadline, m.hint }, { "waiting", 11 }, "then ten seconds of peace")
  m:timer(11)
  m:receive(11, from_server(m, "offer"))
  m:receive(11, from_server(m, "ack"))
  t.is({ names(m:probed(12, false)), m.lease.started }, { "bound", 11 }, "no conflict")

  m = bound()
  local actions = m:release(50)
  t.is(names(actions), "send release, lost: released", "RELEASE before the address goes")
  sent = actions[1].message
  t.is({ sent.ciaddr, sent.options.serverid, sent.options.requestip, actions[1].to },
    { "10.0.0.9", "10.0.0.1", nil, "10.0.0.1" }, "RELEASE by unicast")
  t.is({ m.state, m.deadline, names(m:carrier(60, true)) }, { "released", nil, "" }, "then silence")
  t.is(names(m:renew(70)), "send discover", "until asked")

  m = new { rapid = true }
  t.ok(m:start(0)[1].message.options.rapid, "rapid commit offered")
  t.is(names(m:receive(0, from_server(m, "ack", { options = { rapid = true } }))), "bound",
    "lease in two messages")
end
