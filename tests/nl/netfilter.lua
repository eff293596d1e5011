-- tests/nl/netfilter.lua - packets queued and logged by rules of the host's nft or iptables

local t = require "test"

local codec = require "nl.codec"
local nfqueue = require "nl.nfqueue"
local nflog = require "nl.nflog"

t.raises(function() nfqueue.open(70000) end, "0 to 65535", "a queue's number")
t.raises(function() nfqueue.open(1, { flags = { "bogus" } }) end, "no such flag: bogus", "a flag")
t.raises(function() nflog.open(-1) end, "0 to 65535", "a group's number")

-- struct nfgenmsg, then NFQA_PACKET_HDR: laid out by hand
local schema = require "nl.schema.nfqueue"
local decoded = codec.decode(schema.packet, "\2\0\0\5" .. string.pack("=I2I2", 11, 1)
  .. "\0\0\0\7\8\0\1\0" .. string.pack("=I2I2", 8, 3) .. "\0\0\0\9")
t.is({ decoded.packet, decoded.mark }, { { id = 7, protocol = 0x0800, hook = 1 }, 9 }, "a packet")

t.need_root()
local S = require "syscall"
local nl = require "nl"

-- A rule by whichever program and kernel can.
local function rule(nft_text, iptables_words)
  local nft, iptables = t.find "nft", t.find "iptables-legacy" or t.find "iptables"
  if nft then
    local got = t.execute({ "nft", "-f", "-" }, { program = nft, stdin = nft_text })
    if got.status == 0 then return true end
  end
  for _, program in ipairs { iptables or nil, t.find "iptables-nft" } do
    local argv = { "iptables" }
    for word in iptables_words:gmatch("%S+") do argv[#argv + 1] = word end
    if t.execute(argv, { program = program }).status == 0 then return true end
  end
  return false
end

local function send(text, port)
  local fd <close> = assert(S.socket("inet", "dgram"))
  return fd:sendto(text, nil, nil, S.t.sockaddr_in(port, "127.0.0.1"))
end

t.netns(function()
  nl.interface("lo"):up()
  local queue = nfqueue.open(5, { flags = { "fail_open" } })
  if not queue then return t.skip_one("a queue", "this kernel has no netfilter queue") end
  local other, err = nfqueue.open(5)
  t.ok(other == nil and (err.BUSY or err.PERM), "a queue has one owner", tostring(err))
  local none
  none, err = queue:read(0)
  t.ok(none == nil and err.AGAIN, "nothing has come")
  if not rule("table ip a { chain c { type filter hook output priority 0; "
    .. "udp dport 999 queue num 5; } }",
    "-A OUTPUT -p udp --dport 999 -j NFQUEUE --queue-num 5") then
    t.skip_one("packets of a queue", "no rule for a queue can be made here")
  else
    local receiver = assert(S.socket("inet", "dgram, nonblock"))
    assert(receiver:bind(S.t.sockaddr_in(999, "127.0.0.1")))
    local function came(patience) -- a network may be slow, even in one machine
      S.poll(S.t.pollfds { { fd = receiver, events = "in" } }, patience or 0)
      return (S.receive(receiver, 100))
    end
    send("first", 999)
    local packet = assert(queue:read(30000))[1]
    t.ok(packet.payload:sub(-5) == "first" and packet.protocol == 0x0800 and packet.hook == 3
      and packet.outdev == 1, "a packet waits")
    t.is(came(), nil, "and has not come")
    t.is(queue:accept(packet), true, "accept")
    t.is(came(30000), "first", "it came")
    send("second", 999)
    queue:drop(assert(queue:read(30000))[1])
    t.is(came(), nil, "drop")
    send("third", 999)
    packet = assert(queue:read(30000))[1]
    -- a checksum of 0 is none: RFC 768
    local changed = packet.payload:gsub("third$", "THIRD")
    changed = changed:sub(1, 26) .. "\0\0" .. changed:sub(29)
    queue:verdict(packet, "accept", { payload = changed })
    t.is(came(30000), "THIRD", "a packet that was changed")
    t.raises(function() queue:verdict(1, "bogus") end, "no such verdict: bogus", "a verdict")
  end
  t.is(queue:close(), true, "close")
  t.is(queue:close(), true, "again")
end)

t.netns(function()
  nl.interface("lo"):up()
  local log <close> = nflog.open(3)
  if not log then return t.skip_one("a log", "this kernel has no netfilter log") end
  if not rule('table ip a { chain c { type filter hook output priority 0; '
    .. 'udp dport 999 log prefix "seen " group 3; } }',
    "-A OUTPUT -p udp --dport 999 -j NFLOG --nflog-group 3 --nflog-prefix seen") then
    return t.skip_one("packets of a log", "no rule for a log can be made here")
  end
  send("hello", 999)
  local packet = assert(log:read(30000))[1]
  t.ok(packet.payload:sub(-5) == "hello" and packet.prefix:find("^seen") and packet.outdev == 1,
    "a packet is logged")
end)
