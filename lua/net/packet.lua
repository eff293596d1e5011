-- net/packet.lua - IPv4 and UDP headers around a payload
--
-- Layer: library, pure. Follows RFC 791, 768 and 1071 (checksum). For programs that speak
-- through packet sockets because the link has no address yet.

local ipv4 = require "net.ipv4"

local packet = {}

local IP = ">BBI2I2I2BBI2c4c4" -- RFC 791 section 3.1, without options
local UDP = ">I2I2I2I2" -- RFC 768: ports, length, checksum
local IP_SIZE, UDP_SIZE = 20, 8
local PROTOCOL_UDP = 17
local FRAGMENT = 0x3fff -- more-fragments flag and offset

--- Internet checksum. A correct packet that contains its own checksum gives 0.
---@param bytes string
---@return integer
function packet.checksum(bytes)
  local sum = 0
  if #bytes % 2 == 1 then bytes = bytes .. "\0" end
  for position = 1, #bytes - 15, 16 do
    local a, b, c, d, e, f, g, h = (">I2I2I2I2I2I2I2I2"):unpack(bytes, position)
    sum = sum + a + b + c + d + e + f + g + h
  end
  for position = #bytes - #bytes % 16 + 1, #bytes, 2 do
    sum = sum + (">I2"):unpack(bytes, position)
  end
  while sum > 0xffff do sum = (sum & 0xffff) + (sum >> 16) end
  return ~sum & 0xffff
end

local function pseudo_header(src, dst, length)
  return src .. dst .. (">BBI2"):pack(0, PROTOCOL_UDP, length)
end

---@class net.packet.Datagram
---@field src string dotted
---@field dst string
---@field sport integer
---@field dport integer
---@field payload string

--- IPv4 packet with a UDP datagram, both checksums filled in.
---@param datagram net.packet.Datagram
---@return string bytes
function packet.encode_udp(datagram)
  local src, dst = ipv4.bytes(datagram.src), ipv4.bytes(datagram.dst)
  local length = UDP_SIZE + #datagram.payload
  local udp = UDP:pack(datagram.sport, datagram.dport, length, 0) .. datagram.payload
  local sum = packet.checksum(pseudo_header(src, dst, length) .. udp)
  if sum == 0 then sum = 0xffff end -- 0 means "no checksum"
  udp = UDP:pack(datagram.sport, datagram.dport, length, sum) .. datagram.payload

  local function header(check)
    return IP:pack(0x45, 0, IP_SIZE + length, 0, 0x4000, 64, PROTOCOL_UDP, check, src, dst)
  end
  return header(packet.checksum(header(0))) .. udp
end

--- Open an IPv4 packet that holds one whole UDP datagram; padding after it is allowed.
---@param bytes string from the first byte of the IPv4 header
---@param no_checksum boolean? the sender left the UDP checksum to a device that was never reached
---@return net.packet.Datagram? datagram
---@return string? err
function packet.decode_udp(bytes, no_checksum)
  if #bytes < IP_SIZE + UDP_SIZE then return nil, "too short" end
  local version, _, total, _, fragment, _, protocol, _, src, dst = IP:unpack(bytes)
  local header = (version & 15) * 4
  if version >> 4 ~= 4 or header < IP_SIZE then return nil, "not IPv4" end
  if total > #bytes or total < header + UDP_SIZE then return nil, "bad IP length" end
  if packet.checksum(bytes:sub(1, header)) ~= 0 then return nil, "bad IP checksum" end
  if protocol ~= PROTOCOL_UDP then return nil, "not UDP" end
  if fragment & FRAGMENT ~= 0 then return nil, "fragment" end

  local sport, dport, length, sum = UDP:unpack(bytes, header + 1)
  if length < UDP_SIZE or header + length > total then return nil, "bad UDP length" end
  local udp = bytes:sub(header + 1, header + length)
  if sum ~= 0 and not no_checksum
    and packet.checksum(pseudo_header(src, dst, length) .. udp) ~= 0 then
    return nil, "bad UDP checksum"
  end
  return {
    src = ipv4.from_bytes(src), dst = ipv4.from_bytes(dst),
    sport = sport, dport = dport, payload = udp:sub(UDP_SIZE + 1),
  }
end

return packet
