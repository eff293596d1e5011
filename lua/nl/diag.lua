-- nl/diag.lua - the sockets of this network namespace
--
-- Layer: library; calls nl.request and the schemas. Follows sock_diag(7). A kernel without the
-- module for one kind of socket answers NOENT or INVAL: raw, packet and netlink sockets are then
-- read from /proc/net, which tells less.

local inet = require "nl.inet"
local request = require "nl.request"

local diag = {}

local AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET = 1, 2, 10, 16, 17
local NETLINK_SOCK_DIAG = 4
local ALL_STATES = 0xfff

--- Numbers of states, and the names that ss has for them. include/net/tcp_states.h
diag.STATES = { "ESTAB", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT",
  "UNCONN", "CLOSE-WAIT", "LAST-ACK", "LISTEN", "CLOSING", "SYN-RECV" }
diag.ESTABLISHED, diag.CLOSE, diag.LISTEN = 1, 7, 10

--- Protocols that have sockets of their own.
diag.PROTOCOLS = { tcp = 6, udp = 17, raw = 255, dccp = 33, sctp = 132, udplite = 136 }

---@class nl.Socket
---@field family integer
---@field state integer of diag.STATES
---@field type string? "stream", "dgram", "raw", "seqpacket"
---@field src string? @field sport integer?
---@field inode integer
---@field uid integer?

-- Which of the attributes come: bit number - 1.
local EXTENSION = { meminfo = 1, info = 2, vegas = 3, cong = 4, skmem = 7 }

local function address(m, name, family)
  local bytes = string.pack("=I4I4I4I4", m[name .. 1], m[name .. 2], m[name .. 3], m[name .. 4])
  m[name .. 1], m[name .. 2], m[name .. 3], m[name .. 4] = nil, nil, nil, nil
  return inet.text(bytes:sub(1, family == AF_INET and 4 or 16))
end

local function swap16(n) return (string.unpack(">I2", string.pack("=I2", n))) end

local function with_cookie(m)
  m.cookie = m.cookie2 << 32 | m.cookie1
  return m
end

local function friendly_inet(m, protocol)
  m.sport, m.dport = swap16(m.sport), swap16(m.dport)
  m.src, m.dst = address(m, "src", m.family), address(m, "dst", m.family)
  m.raw_protocol = protocol
  return with_cookie(m)
end

--- Open a connection for the functions below.
---@param options? { netns: string|integer|S.fd|nil }
---@return nl.Connection? connection
---@return S.Error? err
function diag.open(options)
  return request.open { protocol = NETLINK_SOCK_DIAG, netns = options and options.netns }
end

--- Sockets of an internet protocol; each is handed on as it comes.
---@param connection nl.Connection of diag.open
---@param protocol integer of diag.PROTOCOLS
---@param family integer
---@param wants { states: integer?, extensions: string[]? }
---@param each fun(socket: nl.Socket)
---@return true? ok
---@return nl.Error? err NOENT or INVAL: the kernel has no such sockets
function diag.inet(connection, protocol, family, wants, each)
  local ext = 0
  for _, name in ipairs(wants.extensions or {}) do ext = ext | 1 << EXTENSION[name] - 1 end
  return connection:dump(require "nl.schema.inet_diag", { family = family, protocol = protocol,
    ext = ext, states = wants.states or ALL_STATES }, function(m)
    each(friendly_inet(m, protocol))
  end)
end

--- End a socket: whoever has it gets ECONNABORTED.
---@param connection nl.Connection
---@param protocol integer
---@param socket nl.Socket
---@return true? ok
---@return nl.Error? err OPNOTSUPP: CONFIG_INET_DIAG_DESTROY is not set
function diag.destroy(connection, protocol, socket)
  local values = { family = socket.family, protocol = protocol, states = 1 << socket.state,
    sport = swap16(socket.sport), dport = swap16(socket.dport), ["if"] = socket["if"],
    cookie1 = socket.cookie1, cookie2 = socket.cookie2 }
  for _, end_of in ipairs { "src", "dst" } do
    local bytes = inet.bytes(socket[end_of])
    bytes = bytes .. ("\0"):rep(16 - #bytes)
    for i = 1, 4 do values[end_of .. i] = string.unpack("=I4", bytes, i * 4 - 3) end
  end
  return connection:call(require "nl.schema.inet_diag", "del", values)
end

local TYPE = { "stream", "dgram", "raw", [5] = "seqpacket" }

-- UDIAG_SHOW_: name, file, peer, queue lengths, memory, owner
local UNIX_SHOW = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x20 | 0x40

--- Sockets of the local domain.
---@param connection nl.Connection
---@param wants { states: integer? }
---@param each fun(socket: nl.Socket)
---@return true? ok
---@return nl.Error? err
function diag.unix(connection, wants, each)
  return connection:dump(require "nl.schema.unix_diag", { family = AF_UNIX,
    states = wants.states or ALL_STATES, show = UNIX_SHOW }, function(m)
    m.type = TYPE[m.type]
    m.rqueue, m.wqueue = m.rqlen and m.rqlen.rqueue or 0, m.rqlen and m.rqlen.wqueue or 0
    each(with_cookie(m))
  end)
end

-- PACKET_SHOW_INFO, FANOUT, MEMINFO (and the owner with INFO)
local PACKET_SHOW = 0x1 | 0x8 | 0x10

--- Packet sockets.
---@param connection nl.Connection
---@param each fun(socket: nl.Socket)
---@return true? ok
---@return nl.Error? err
function diag.packet(connection, each)
  return connection:dump(require "nl.schema.packet_diag", { family = AF_PACKET,
    show = PACKET_SHOW }, function(m)
    m.type = TYPE[m.type]
    m.state, m.rqueue, m.wqueue = diag.CLOSE, m.skmem and m.skmem.r or 0, 0
    each(with_cookie(m))
  end)
end

local NETLINK_SHOW, NETLINK_ALL = 0x1 | 0x2, 255 -- memory, groups; NDIAG_PROTO_ALL

local function netlink_from_proc(each)
  local file, err = io.open("/proc/net/netlink")
  if not file then return nil, (err:gsub("^.-: ", "", 1)) end
  for line in file:lines() do
    local protocol, port, groups, queue, inode = line:match(
      "^%x+%s+(%d+)%s+(%d+)%s+(%x+)%s+(%d+)%s+%d+%s+%S+%s+%d+%s+%d+%s+(%d+)")
    if protocol then
      each { family = AF_NETLINK, state = diag.CLOSE, protocol = tonumber(protocol),
        groups = string.pack("=I4", tonumber(groups, 16)),
        port = tonumber(port), rqueue = tonumber(queue), wqueue = 0, inode = tonumber(inode) }
    end
  end
  file:close()
  return true
end

--- Netlink sockets.
---@param connection nl.Connection
---@param each fun(socket: nl.Socket)
---@return true? ok
---@return nl.Error? err
function diag.netlink(connection, each)
  local ok, err = connection:dump(require "nl.schema.netlink_diag", { family = AF_NETLINK,
    protocol = NETLINK_ALL, show = NETLINK_SHOW }, function(m)
    m.type = TYPE[m.type]
    m.state = diag.CLOSE
    m.rqueue, m.wqueue = m.skmem and m.skmem.r or 0, m.skmem and m.skmem.t or 0
    each(with_cookie(m))
  end)
  if not ok and (err.NOENT or err.INVAL) then return netlink_from_proc(each) end
  return ok, err
end

local function proc_address(text)
  local hex, port = text:match("^(%x+):(%x+)$")
  local words = {}
  for word in hex:gmatch("%x%x%x%x%x%x%x%x") do
    words[#words + 1] = string.pack("=I4", tonumber(word, 16))
  end
  return inet.text(table.concat(words)), tonumber(port, 16)
end

--- One line of /proc/net/tcp and its like; nil when it has not the form.
---@param line string
---@param family integer
---@return nl.Socket?
function diag.parse_proc(line, family)
  local fields = {}
  for field in line:gmatch("%S+") do fields[#fields + 1] = field end
  local slot = fields[1] and fields[1]:match("^(%d+):$")
  local digits = family == AF_INET and 8 or 32
  if not slot or #fields < 10 then return nil end
  for i = 2, 3 do
    local hex = fields[i]:match("^(%x+):%x%x%x%x$")
    if not hex or #hex ~= digits then return nil end
  end
  local wqueue, rqueue = fields[5]:match("^(%x+):(%x+)$")
  local timer, expires = fields[6]:match("^(%x+):(%x+)$")
  local state, retrans = tonumber(fields[4], 16), tonumber(fields[7], 16)
  local uid, inode = math.tointeger(tonumber(fields[8])), math.tointeger(tonumber(fields[10]))
  if not (wqueue and timer and state and retrans and uid and inode) then return nil end
  local socket = { family = family, state = state, wqueue = tonumber(wqueue, 16),
    rqueue = tonumber(rqueue, 16), timer = tonumber(timer, 16), expires = tonumber(expires, 16),
    retrans = retrans, uid = uid, inode = inode, probes = math.tointeger(tonumber(fields[9])) }
  socket.src, socket.sport = proc_address(fields[2])
  socket.dst, socket.dport = proc_address(fields[3])
  return socket
end

--- Sockets of an internet protocol as /proc/net tells them.
---@param protocol string "tcp", "udp", "raw", "udplite"
---@param family integer
---@param each fun(socket: nl.Socket)
---@return true? ok
---@return string? err
function diag.proc(protocol, family, each)
  local file, err = io.open("/proc/net/" .. protocol .. (family == AF_INET6 and "6" or ""))
  if not file then return nil, (err:gsub("^.-: ", "", 1)) end
  for line in file:lines() do
    local socket = diag.parse_proc(line, family)
    if socket then each(socket) end
  end
  file:close()
  return true
end

return diag
