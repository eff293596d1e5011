-- net/ping.lua - ask a host for echoes: ping and ping6
--
-- Layer: applet under several names (variant.lua), over loop; calls S, net.icmp, net.dns. Output
-- as busybox's ping. Uses ping sockets where the system allows them (net.ipv4.ping_group_range),
-- so that it needs no privilege; raw ones otherwise.

local S = require "syscall"
local cli = require "cli"
local dns = require "net.dns"
local icmp = require "net.icmp"
local loop = require "loop"

local IP_TTL, IPV6_HOPLIMIT = 2, 52 -- control messages' types, the sockets' options besides
local LEVEL = { inet = 0, inet6 = 41 }
local MAX_DATA = 65507
local LOOKUP_TIME = 30
local REMEMBER = 4096 -- sequence numbers kept to tell duplicates

local applet = {
  summary = "send echo requests to a host",
  usage = "[-46nq] [-c COUNT] [-i SECONDS] [-W SECONDS] [-w SECONDS] [-s SIZE] [-t TTL]"
    .. " [-I INTERFACE|ADDRESS] HOST",
  options = {
    { "4", "ipv4", help = "use IPv4 only" },
    { "6", "ipv6", help = "use IPv6 only" },
    { "c", "count", arg = "COUNT", type = "integer", help = "stop after sending so many" },
    { "i", "interval", arg = "SECONDS", type = "number", help = "between requests; 1" },
    { "W", "timeout", arg = "SECONDS", type = "number",
      help = "wait for the last replies, or the first; 10" },
    { "w", "deadline", arg = "SECONDS", type = "number", help = "stop after this time" },
    { "q", "quiet", help = "print only the summary" },
    { "n", "numeric", help = "accepted; addresses are always numeric" },
    { "s", "size", arg = "SIZE", type = "integer", help = "bytes of data; 56" },
    { "t", "ttl", arg = "TTL", type = "integer", help = "routers that may be passed" },
    { "I", "interface", arg = "INTERFACE|ADDRESS", help = "send from there" },
  },
  operands = { min = 1, max = 1 },
  examples = { { "ping -c 3 10.0.2.2", "ask three times" } },
}

---@class applets.ping.Run
---@field fd S.fd
---@field raw boolean the socket gives everybody's messages, with the IP header
---@field family "inet"|"inet6"
---@field id integer
---@field target any sockaddr
---@field sent table<integer, number|false> when a request went out, by sequence; false: answered
---@field times { least: number, most: number, sum: number }

local function open(family, opts)
  local protocol = family == "inet" and "icmp" or "icmpv6"
  local raw = false
  local fd, err = S.socket(family, "dgram, nonblock", protocol)
  if not fd then
    raw = true
    fd = S.socket(family, "raw, nonblock", protocol)
    if not fd then return nil, err end
  end
  local function set(level, name, value)
    local ok, problem = fd:setsockopt(level, name, value)
    err = err or not ok and problem or nil
  end
  err = nil
  if family == "inet" then
    set("ip", "recvttl", true)
    if opts.ttl then set("ip", "ttl", opts.ttl) end
  else
    set("ipv6", "recvhoplimit", true)
    if opts.ttl then set("ipv6", "unicast_hops", opts.ttl) end
  end
  if opts.interface then
    local address = dns.sockaddr(opts.interface, 0)
    if address then
      local ok, problem = fd:bind(address)
      err = err or not ok and problem or nil
    else
      set("socket", "bindtodevice", opts.interface .. "\0")
    end
  end
  if err then
    fd:close()
    return nil, err
  end
  return fd, raw
end

local function send(run, sequence, data)
  local message = icmp.encode_echo(run.family, run.id, sequence, data)
  run.sent[sequence & 0xffff] = loop.now()
  run.sent[sequence - REMEMBER & 0xffff] = nil
  local ok, err = run.fd:sendto(message, nil, nil, run.target)
  run.transmitted = run.transmitted + 1
  return ok, err
end

local function ttl_of(run, control)
  for _, item in ipairs(control) do
    local kind = run.family == "inet" and IP_TTL or IPV6_HOPLIMIT
    if item.level == LEVEL[run.family] and item.type == kind then
      return (("=i4"):unpack(item.data))
    end
  end
  return nil
end

--- Take one message from the socket; print it when it is a reply to us.
local function receive(run, quiet)
  local bytes, err, from, control = S.receive(run.fd, 65536)
  if not bytes then
    if err.AGAIN or err.INTR then return end
    return cli.warn("recv", err)
  end
  local now, ttl = loop.now(), ttl_of(run, control)
  if run.raw and run.family == "inet" then bytes, ttl = icmp.strip_ipv4(bytes) end
  local reply = bytes and icmp.decode_reply(run.family, bytes)
  if not reply or run.raw and reply.id ~= run.id then return end
  local sent = run.sent[reply.sequence]
  if sent == nil then return end -- nothing that we asked, or long ago

  local size = #bytes
  if sent then
    run.sent[reply.sequence] = false
    run.received = run.received + 1
    local ms, times = (now - sent) * 1000, run.times
    times.least, times.most = math.min(times.least, ms), math.max(times.most, ms)
    times.sum = times.sum + ms
    if not quiet then
      io.write(("%d bytes from %s: seq=%d ttl=%d time=%.3f ms\n"):format(size,
        tostring(from.addr), reply.sequence, ttl or 0, ms))
    end
  else
    run.duplicates = run.duplicates + 1
    if not quiet then
      io.write(("%d bytes from %s: seq=%d ttl=%d (DUP!)\n"):format(size, tostring(from.addr),
        reply.sequence, ttl or 0))
    end
  end
  io.flush()
end

--- Send and listen until everything is answered, the time is over, or a signal comes.
local function exchange(run, opts)
  local data = ("\0"):rep(opts.size or 56)
  local interval, patience = opts.interval or 1, opts.timeout or 10
  local start = loop.now()
  local finish = opts.deadline and start + opts.deadline or math.huge
  local next_send, sequence = start, 0
  while true do
    local now = loop.now()
    if now >= finish then return true end
    if next_send and now >= next_send then
      local ok, err = send(run, sequence, data)
      if not ok and not err.CONNREFUSED and not err.AGAIN then
        return nil, "sendto: " .. tostring(err)
      end
      sequence = sequence + 1
      next_send = math.max(next_send + interval, now)
      if opts.count and sequence >= opts.count then
        next_send = nil
        finish = math.min(finish, now + patience)
      end
    end
    local ready = loop.readable(run.fd, math.min(next_send or finish, finish))
    if ready then receive(run, opts.quiet) end
    if not next_send and run.received >= run.transmitted then return true end
  end
end

local function summary(run, host)
  local loss = run.transmitted > 0
    and (run.transmitted - run.received) * 100 // run.transmitted or 0
  io.write(("\n--- %s ping statistics ---\n"):format(host),
    ("%d packets transmitted, %d packets received, "):format(run.transmitted, run.received),
    run.duplicates > 0 and ("%d duplicates, "):format(run.duplicates) or "",
    ("%d%% packet loss\n"):format(loss))
  if run.received > 0 then
    io.write(("round-trip min/avg/max = %.3f/%.3f/%.3f ms\n"):format(run.times.least,
      run.times.sum / run.received, run.times.most))
  end
end

local function main(opts, host)
  local families = opts.ipv4 and { "inet" } or opts.ipv6 and { "inet6" } or nil
  local found = dns.lookup(host, { families = families, deadline = loop.now() + LOOKUP_TIME })
  local shown = require("text.quote").terminal(host)
  if not found then return nil, ("bad address '%s'"):format(shown) end
  local address, family = found[1].address, found[1].family
  local fd <close>, raw = open(family, opts)
  if not fd then return nil, raw end
  local run = {
    fd = fd, raw = raw, family = family, id = S.getpid() & 0xffff, sent = {},
    target = dns.sockaddr(address, 0), transmitted = 0, received = 0, duplicates = 0,
    times = { least = math.huge, most = 0, sum = 0 },
  }
  io.write(("PING %s (%s): %d data bytes\n"):format(shown, address, opts.size or 56))
  io.flush()

  local signals <close> = loop.signals("int,term")
  local talk <close> = loop.spawn(exchange, run, opts)
  local _ <close> = loop.spawn(function()
    signals:wait()
    talk:cancel()
  end)
  local ok, err = talk:join()
  if not ok and not (type(err) ~= "string" and err.CANCELED) then return nil, err end
  summary(run, shown)
  return run.received > 0 and 0 or 1
end

function applet.run(opts, args)
  local size = opts.size or 56
  if size < 0 or size > MAX_DATA then cli.usage("size is 0 to " .. MAX_DATA) end
  if opts.count and opts.count < 1 then opts.count = nil end -- 0 is for ever, as elsewhere
  if opts.interval and opts.interval < 0 then cli.usage("interval is negative") end
  return loop.run(main, opts, args[1])
end

return applet
