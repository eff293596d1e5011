-- net/traceroute.lua - the routers on the way to a host: traceroute and traceroute6
--
-- Layer: applet under several names (variant.lua), over loop; calls net.probe, net.dns. Options and
-- output are those of Debian's traceroute(1).

local cli = require "cli"
local dns = require "net.dns"
local loop = require "loop"
local probe = require "net.probe"

local FIRST_PORT = 33434 -- so that nobody listens there
local MAX_TTL, MAX_QUERIES, MAX_LENGTH = 255, 10, 65000
local HEADER = { inet = { 20, 8 }, inet6 = { 40, 8 } } -- IP's, and UDP's or ICMP's
-- Hops asked at the same time: a router that does not answer costs its time only once in so many.
local AHEAD = 5
local LOOKUP_SECONDS = 30

local applet = {
  summary = "print the way to a host",
  usage = "[-46In] [-f FIRST] [-m MAX] [-q QUERIES] [-w SECONDS] [-p PORT] [-i LINK] [-s ADDRESS]"
    .. " [-t TOS] HOST [LENGTH]",
  options = {
    { "4", "ipv4", help = "use IPv4 only" },
    { "6", "ipv6", help = "use IPv6 only" },
    { "I", "icmp", help = "echo requests instead of UDP" },
    { "n", "numeric", help = "no names" },
    { "f", "first", arg = "FIRST", type = "integer", help = "the first hop to ask; 1" },
    { "m", "max-hops", arg = "MAX", type = "integer", help = "the last; 30" },
    { "q", "queries", arg = "QUERIES", type = "integer", help = "how often to ask each; 3" },
    { "w", "wait", arg = "SECONDS", type = "number", help = "for an answer; 5" },
    { "p", "port", arg = "PORT", type = "integer", help = "the first port; 33434" },
    { "i", "interface", arg = "LINK", help = "send by this link" },
    { "s", "source", arg = "ADDRESS", help = "send from this address" },
    { "t", "tos", arg = "TOS", type = "integer", help = "type of service" },
  },
  operands = { min = 1, max = 2 },
  usage_status = 2,
  examples = { { "traceroute -n 10.2.0.2", "without asking for names" } },
}

local function check(opts, args)
  local function range(name, value, least, most, message)
    if value and (value < least or value > most) then
      cli.usage(message or name .. " is out of range")
    end
  end
  range("max", opts.max_hops, 1, MAX_TTL, opts.max_hops and opts.max_hops > MAX_TTL
    and "max hops cannot be more than 255" or nil)
  range("first", opts.first, 1, opts.max_hops or 30, "first hop out of range")
  range("queries", opts.queries, 1, MAX_QUERIES, "no more than 10 probes per hop")
  range("wait", opts.wait, 0.01, 3600, "bad wait seconds")
  range("port", opts.port, 1, 65535)
  range("tos", opts.tos, 0, 255)
  local length = args[2] and math.tointeger(tonumber(args[2]))
  if args[2] and (not length or length < 0 or length > MAX_LENGTH) then
    cli.usage(("too big packetlen %s specified"):format(args[2]))
  end
  if opts.source and not dns.sockaddr(opts.source, 0) then
    cli.usage(("%s is not an address"):format(opts.source))
  end
  return length
end

local function name_of(address, opts)
  if opts.numeric then return address end
  local name = require("net.reverse").name(address)
  return ("%s (%s)"):format(name and require("text.quote").terminal(name) or address, address)
end

-- One line; true: the target answered, or nobody will.
local function print_hop(ttl, tasks, opts)
  io.write(("%2d "):format(ttl))
  local last, reached, silent = nil, false, true
  for _, task in ipairs(tasks) do
    local answer, err = task:join()
    if not answer and err then
      io.write("\n")
      return nil, "send: " .. tostring(err)
    elseif not answer then
      io.write(" *")
    else
      if answer.address ~= last then io.write(" ", name_of(answer.address, opts)) end
      last, silent = answer.address, false
      io.write(("  %.3f ms"):format(answer.seconds * 1000))
      if answer.note ~= "" then io.write(" ", answer.note) end
      reached = reached or answer.reached
    end
    io.flush()
  end
  io.write("\n")
  return true, nil, reached and not silent
end

local function trace(target, options, opts, first, last)
  local queries = opts.queries or 3
  local hops, number = {}, 0
  local next_ttl = first
  for ttl = first, last do
    while next_ttl <= math.min(last, ttl + AHEAD - 1) do
      hops[next_ttl] = {}
      for i = 1, queries do
        hops[next_ttl][i] = loop.spawn(probe.send, target, next_ttl, number, options)
        number = number + 1
      end
      next_ttl = next_ttl + 1
    end
    local ok, err, done = print_hop(ttl, hops[ttl], opts)
    if not ok or done then
      for later = ttl + 1, next_ttl - 1 do
        for _, task in ipairs(hops[later]) do task:cancel() end
      end
      return ok, err
    end
    hops[ttl] = nil
  end
  return true
end

local function main(opts, host, length)
  local families = opts.ipv4 and { "inet" } or opts.ipv6 and { "inet6" } or nil
  local found, err = dns.lookup(host, { families = families,
    deadline = loop.now() + LOOKUP_SECONDS })
  local shown = require("text.quote").terminal(host)
  if not found then
    cli.warn(host, err)
    return 2
  end
  local target = found[1]
  local head = HEADER[target.family]
  local total = math.max(length or head[1] + 40, head[1] + head[2])
  local last = opts.max_hops or 30
  io.write(("traceroute to %s (%s), %d hops max, %d byte packets\n"):format(shown, target.address,
    last, total))
  io.flush()
  return trace(target, { icmp = opts.icmp, size = total - head[1] - head[2],
    timeout = opts.wait or 5, tos = opts.tos, interface = opts.interface, source = opts.source,
    port = opts.port or FIRST_PORT }, opts, opts.first or 1, last)
end

---@param opts table
---@param args string[]
---@return boolean|integer|nil ok
---@return any err
function applet.run(opts, args)
  return loop.run(main, opts, args[1], check(opts, args))
end

return applet
