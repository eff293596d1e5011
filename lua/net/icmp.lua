-- net/icmp.lua - ICMP and ICMPv6 echo messages
--
-- Layer: library, pure. Follows RFC 792 and 4443. The kernel writes the checksum of ICMPv6 and
-- of ping sockets; for raw ICMP it is written here.

local packet = require "net.packet"

local icmp = {}

local HEADER = ">BBI2I2I2" -- type, code, checksum, then identifier and sequence of an echo
icmp.HEADER_SIZE = 8

local ECHO = { inet = 8, inet6 = 128 }
local REPLY = { inet = 0, inet6 = 129 }

---@param family "inet"|"inet6"
---@param id integer
---@param sequence integer
---@param data string
---@return string bytes
function icmp.encode_echo(family, id, sequence, data)
  local kind = ECHO[family]
  local bytes = HEADER:pack(kind, 0, 0, id & 0xffff, sequence & 0xffff) .. data
  if family == "inet6" then return bytes end
  return HEADER:pack(kind, 0, packet.checksum(bytes), id & 0xffff, sequence & 0xffff) .. data
end

--- Read an echo reply.
---@param family "inet"|"inet6"
---@param bytes string from the ICMP header on
---@return { id: integer, sequence: integer, data: string }? reply nil when it is something else
function icmp.decode_reply(family, bytes)
  if #bytes < icmp.HEADER_SIZE then return nil end
  local kind, code, _, id, sequence = HEADER:unpack(bytes)
  if kind ~= REPLY[family] or code ~= 0 then return nil end
  return { id = id, sequence = sequence, data = bytes:sub(icmp.HEADER_SIZE + 1) }
end

--- Separate the IPv4 header that a raw socket gives with each message.
---@param bytes string
---@return string? message
---@return integer? ttl
function icmp.strip_ipv4(bytes)
  if #bytes < 20 then return nil end
  local size = (bytes:byte(1) & 15) * 4
  if size < 20 or size > #bytes then return nil end
  return bytes:sub(size + 1), bytes:byte(9)
end

return icmp
