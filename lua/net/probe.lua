-- net/probe.lua - one packet with a limited life, and who answers that it died
--
-- Layer: library over loop; calls S, net.icmp. Needs no privilege: answers come through the
-- socket's error queue, ip(7) IP_RECVERR. Echo requests use ping sockets, or raw ones where the
-- system allows no others.

local S = require "syscall"
local dns = require "net.dns"
local icmp = require "net.icmp"
local inet = require "nl.inet"
local loop = require "loop"

local probe = {}

-- struct sock_extended_err, include/uapi/linux/errqueue.h; the sender's address follows it
local EXTENDED_ERROR = "=I4BBBxI4I4"
local ORIGIN_ICMP, ORIGIN_ICMP6 = 2, 3
local IP_LEVEL, IPV6_LEVEL, IP_RECVERR, IPV6_RECVERR = 0, 41, 11, 25
local AF_INET, AF_INET6 = 2, 10

---@class net.probe.Answer
---@field address string who answered
---@field seconds number after how long
---@field reached boolean it was the target
---@field note string? "!H": what it said, where that is not what is expected

-- RFC 792, 1122, 1812 and RFC 4443: what codes of "unreachable" are written as
local NOTES = {
  [AF_INET] = { [0] = "!N", [1] = "!H", [2] = "!P", [3] = "", [4] = "!F", [5] = "!S", [6] = "!N",
    [7] = "!H", [9] = "!X", [10] = "!X", [11] = "!N", [12] = "!H", [13] = "!X", [14] = "!V",
    [15] = "!C" },
  [AF_INET6] = { [0] = "!N", [1] = "!X", [2] = "!S", [3] = "!H", [4] = "" },
}

--- What an entry of the error queue says.
---@param data string the control message's
---@return { address: string, expired: boolean, note: string }? answer nil: it is none of a router's
function probe.parse_error(data)
  local size = string.packsize(EXTENDED_ERROR)
  if #data < size + 8 then return nil end
  local _, origin, kind, code = string.unpack(EXTENDED_ERROR, data)
  local family = string.unpack("=I2", data, size + 1)
  local address, expired, unreachable
  if origin == ORIGIN_ICMP and family == AF_INET then
    address = inet.text(data:sub(size + 5, size + 8))
    expired, unreachable = kind == 11, kind == 3
  elseif origin == ORIGIN_ICMP6 and family == AF_INET6 and #data >= size + 24 then
    address = inet.text(data:sub(size + 9, size + 24))
    expired, unreachable = kind == 3, kind == 1
  end
  if not address or not (expired or unreachable) then return nil end
  local note = not expired and (NOTES[family][code] or ("!<%d>"):format(code)) or ""
  return { address = address, expired = expired, note = note }
end

local function set_options(fd, family, ttl, options)
  local six = family == "inet6"
  local level = six and "ipv6" or "ip"
  local ok, err = fd:setsockopt(level, "recverr", true)
  if ok then ok, err = fd:setsockopt(level, six and "unicast_hops" or "ttl", ttl) end
  if ok and options.tos then
    ok, err = fd:setsockopt(level, six and "tclass" or "tos", options.tos)
  end
  if ok and options.interface then
    ok, err = fd:setsockopt("socket", "bindtodevice", options.interface .. "\0")
  end
  if ok and options.source then ok, err = fd:bind((dns.sockaddr(options.source, 0))) end
  return ok, err
end

local function open(family, ttl, options)
  local fd, err, raw
  if options.icmp then
    local protocol = family == "inet6" and "icmpv6" or "icmp"
    fd = S.socket(family, "dgram, nonblock", protocol)
    if not fd then
      raw = true
      fd, err = S.socket(family, "raw, nonblock", protocol)
    end
  else
    fd, err = S.socket(family, "dgram, nonblock")
  end
  if not fd then return nil, err end
  local ok
  ok, err = set_options(fd, family, ttl, options)
  if not ok then
    fd:close()
    return nil, err
  end
  return fd, nil, raw
end

local function answer_of(control)
  for _, item in ipairs(control or {}) do
    if item.level == IP_LEVEL and item.type == IP_RECVERR
      or item.level == IPV6_LEVEL and item.type == IPV6_RECVERR then
      return probe.parse_error(item.data)
    end
  end
  return nil
end

-- Does a message of a raw socket belong to this probe?
local function is_ours(family, bytes, number)
  if family == "inet" then bytes = icmp.strip_ipv4(bytes) end
  local reply = bytes and icmp.decode_reply(family, bytes)
  return reply and reply.sequence == number & 0xffff
end

--- Send one, and wait for what comes back. In a task.
---@param target { address: string, family: "inet"|"inet6" }
---@param ttl integer routers that it may pass, and one
---@param number integer tells probes apart: the port, or the sequence number
---@param options table icmp, size (of data), timeout (seconds), tos, interface, source, port
---@return net.probe.Answer? answer nil: none in time
---@return S.Error? err it could not be sent
function probe.send(target, ttl, number, options)
  local fd, err, raw = open(target.family, ttl, options)
  if not fd then return nil, err end
  local socket <close> = fd
  local port = options.icmp and 0 or options.port + number & 0xffff
  local ok
  ok, err = socket:connect((dns.sockaddr(target.address, port)))
  if not ok then return nil, err end
  local data = ("@"):rep(math.max(0, options.size))
  if options.icmp then data = icmp.encode_echo(target.family, S.getpid(), number, data) end
  local start = loop.now()
  ok, err = socket:send(data)
  if not ok then return nil, err end
  while loop.readable(socket, start + options.timeout) do
    local taken = loop.now() - start
    local bytes, _, _, control = S.receive(socket, 2048, "errqueue")
    local answer = bytes and answer_of(control)
    if answer then
      return { address = answer.address, seconds = taken, note = answer.note,
        reached = not answer.expired }
    end
    bytes = not bytes and S.receive(socket, 2048)
    if bytes and (not raw or is_ours(target.family, bytes, number)) then
      return { address = target.address, seconds = taken, note = "", reached = true }
    end
  end
  return nil
end

return probe
