-- applets/arping.lua - ask a link's hosts for their hardware addresses
--
-- Layer: applet over loop; calls S, net.arp. Options, output and exit status are those of iputils'
-- arping(8); RFC 826, and RFC 5227 for -D.

local S = require "syscall"
local cli = require "cli"
local arp = require "net.arp"
local inet = require "nl.inet"
local loop = require "loop"

local ETH_P_ARP = 0x0806
local REQUEST, REPLY = 1, 2
local BROADCAST = ("\255"):rep(6)
local IFF_UP, IFF_LOOPBACK, IFF_NOARP = 0x1, 0x8, 0x80
local ANY = "0.0.0.0"

local applet = {
  summary = "ask the hosts of a link for their hardware addresses",
  usage = "[-fqbDUA] [-c COUNT] [-w SECONDS] [-i SECONDS] [-s SOURCE] [-I LINK] ADDRESS",
  options = {
    { "f", "first", help = "stop at the first answer" },
    { "q", "quiet", help = "print nothing" },
    { "b", "broadcast", help = "ask everybody, also after an answer" },
    { "D", "duplicate", help = "is the address taken? exit status 1: yes" },
    { "U", "unsolicited", help = "tell others that it is ours" },
    { "A", "answer", help = "the same, as answers" },
    { "c", "count", arg = "COUNT", type = "integer", help = "how often to ask" },
    { "w", "timeout", arg = "SECONDS", type = "number", help = "stop after this time" },
    { "i", "interval", arg = "SECONDS", type = "number", help = "between questions; 1" },
    { "I", "interface", arg = "LINK", help = "which link" },
    { "s", "source", arg = "SOURCE", help = "the address to ask from" },
  },
  operands = { min = 1, max = 1 },
  usage_status = 2,
  examples = { { "arping -D -c 2 -I eth0 10.0.0.5", "is the address free?" } },
}

local function fail(form, ...)
  cli.warn(nil, form:format(...))
  return 2
end

-- Which link, and which address of ours: as the kernel would choose.
local function find_link(connection, opts, target)
  local link_schema = require "nl.schema.link"
  local name, source = opts.interface, opts.source
  local route
  if not name or not source then
    route = connection:get(require "nl.schema.route", { family = 2, dst_len = 32, dst = target })
  end
  local link
  if name then
    link = connection:get(link_schema, { ifname = name })
    if not link then return nil, ("Device %s not available."):format(name) end
  else
    link = route and route.oif and connection:get(link_schema, { index = route.oif })
    if not link then
      return nil, "Suitable device could not be determined. Please, use option -I."
    end
  end
  if link.flags & IFF_UP == 0 then return nil, ("Interface \"%s\" is down"):format(link.ifname) end
  if link.flags & (IFF_NOARP | IFF_LOOPBACK) ~= 0 or not link.address
    or #inet.hardware_bytes(link.address) ~= 6 then
    return nil, ("Interface \"%s\" is not ARPable"):format(link.ifname)
  end
  if not source then
    source = ANY
    if (opts.unsolicited or opts.answer) then
      source = target
    elseif not opts.duplicate then
      if route and route.oif == link.index then source = route.prefsrc or ANY end
      if source == ANY then
        local addresses = require("nl").interface(link.index)
        local first = addresses and addresses.inet[1]
        source = first and (first.loc or first.addr) or ANY
      end
    end
  end
  return link, nil, source
end

---@class applets.arping.Run
---@field fd S.fd
---@field to string raw hardware address that is asked

local function send(run)
  local mac = run.mac
  local kind = run.opts.answer and REPLY or REQUEST
  local ok, err = run.fd:sendto(arp.encode { operation = kind, sender_mac = mac,
    sender = run.source, target_mac = run.opts.answer and mac or nil, target = run.target },
    nil, nil, S.t.sockaddr_ll { protocol = ETH_P_ARP, ifindex = run.index, halen = 6,
      addr = run.to })
  if not ok then return nil, err end
  run.sent = run.sent + 1
  if run.to == BROADCAST then run.broadcasts = run.broadcasts + 1 end
  run.sent_at = loop.now()
  return true
end

local function shown_mac(bytes) return inet.hardware_text(bytes):upper() end

-- Takes one packet; true: it answers us.
local function receive(run)
  local bytes, _, from = S.receive(run.fd, 256)
  local packet = bytes and arp.decode(bytes)
  if not packet or packet.sender_mac == run.mac then return false end
  local is_reply
  if run.opts.duplicate then
    is_reply = arp.is_conflict(packet, run.target, run.mac)
  else
    is_reply = packet.operation == REPLY and packet.sender == run.target
      and packet.target == run.source
  end
  if not is_reply then return false end
  run.received = run.received + 1
  if not run.opts.quiet then
    local broadcast = from and from.pkttype == 1
    io.write(("%s %s from %s [%s]"):format(broadcast and "Broadcast" or "Unicast",
      packet.operation == REPLY and "reply" or "request", packet.sender,
      shown_mac(packet.sender_mac)))
    if packet.target ~= run.source then io.write((" for %s"):format(packet.target)) end
    io.write(("  %.3fms\n"):format((loop.now() - run.sent_at) * 1000))
    io.flush()
  end
  if not run.opts.broadcast then run.to = packet.sender_mac end
  return true
end

local function exchange(run)
  local opts = run.opts
  local interval = opts.interval or 1
  local finish = opts.timeout and loop.now() + opts.timeout or math.huge
  local count = opts.count or math.huge
  while run.sent < count and loop.now() < finish do
    local ok, err = send(run)
    if not ok then return nil, err end
    local pause = math.min(finish, loop.now() + interval)
    -- nobody answers an announcement: after the last there is nothing to wait for
    local is_last = run.sent >= count
    if is_last and (opts.unsolicited or opts.answer) then return true end
    while loop.readable(run.fd, pause) do
      if receive(run) and (opts.first or opts.duplicate or is_last) then return true end
    end
  end
  return true
end

local function main(opts, target)
  local connection <close>, err = require("nl.request").open()
  if not connection then return nil, err end
  local link, problem, source = find_link(connection, opts, target)
  if not link then return fail("%s", problem) end
  local fd <close>, failure = S.socket("packet", "dgram, nonblock", 0)
  if not fd then return fail("socket: %s", tostring(failure)) end
  local ok
  ok, failure = fd:bind(S.t.sockaddr_ll { protocol = ETH_P_ARP, ifindex = link.index })
  if not ok then return fail("bind: %s", tostring(failure)) end
  local run = { fd = fd, opts = opts, mac = inet.hardware_bytes(link.address), index = link.index,
    source = source, target = target, to = BROADCAST, sent = 0, broadcasts = 0, received = 0 }
  if not opts.quiet then
    io.write(("ARPING %s from %s %s\n"):format(target, source,
      require("text.quote").terminal(link.ifname)))
    io.flush()
  end
  local signals <close> = loop.signals("int,term")
  local talk <close> = loop.spawn(exchange, run)
  local _ <close> = loop.spawn(function()
    signals:wait()
    talk:cancel()
  end)
  ok, failure = talk:join()
  if not ok and not (type(failure) ~= "string" and failure.CANCELED) then
    return fail("sendto: %s", tostring(failure))
  end
  if not opts.quiet then
    io.write(("Sent %d probes (%d broadcast(s))\nReceived %d response(s)\n"):format(run.sent,
      run.broadcasts, run.received))
  end
  if opts.unsolicited or opts.answer then return 0 end
  return (run.received > 0) == (opts.duplicate or false) and 1 or 0
end

---@param opts table
---@param args string[]
---@return integer? status
---@return any err
function applet.run(opts, args)
  local target = args[1]
  if opts.count and opts.count < 1 then cli.usage("count is at least 1") end
  if opts.source and (not inet.bytes(opts.source) or opts.source:find(":", 1, true)) then
    return fail("invalid source %s", opts.source)
  end
  if not inet.bytes(target) then
    local found = loop.run(function()
      return require("net.dns").lookup(target, { families = { "inet" },
        deadline = loop.now() + 10 })
    end)
    if not found then return fail("%s: Name or service not known", target) end
    target = found[1].address
  end
  if target:find(":", 1, true) then return fail("%s: not an address of IPv4", target) end
  return loop.run(main, opts, target)
end

return applet
