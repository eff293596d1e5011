-- syscall/types/packet.lua - headers of IPv4 and UDP, with their checksums
--
-- Layer: library, behind S.t. Follows RFC 791, RFC 768 and RFC 1071.

local mem = require "syscall.mem"

local packet = {}

--- The sum of 16 bit words in network order, an odd byte padded.
local function sum_words(bytes, sum)
  if #bytes % 2 == 1 then bytes = bytes .. "\0" end
  for i = 1, #bytes, 2 do sum = sum + string.unpack(">I2", bytes, i) end
  return sum
end

local function complement(sum)
  while sum > 0xffff do sum = (sum & 0xffff) + (sum >> 16) end
  return ~sum & 0xffff
end

--- A number in host order whose bytes in memory are those of n in network order.
local function to_wire(n) return (string.unpack("=I2", string.pack(">I2", n & 0xffff))) end

packet.iphdr = { methods = {} }

--- Computes and sets check, over a header without options; returns it as it stands in memory.
function packet.iphdr.methods.checksum(m)
  m.check = 0
  m.check = to_wire(complement(sum_words(mem.string(m, mem.sizeof("iphdr")), 0)))
  return m.check
end

local function swapped(field)
  return function(m) return to_wire(m[field]) end,
    function(m, v) m[field] = to_wire(v) end
end

packet.udphdr = { get = {}, set = {}, methods = {} }

for name, field in pairs { src = "source", dst = "dest", length = "len" } do
  packet.udphdr.get[name], packet.udphdr.set[name] = swapped(field)
end

--- Computes and sets check, over the addresses of an iphdr, this header and the body.
---@param ip S.t.iphdr
---@param body S.mem|string as long as len says, or longer
---@return integer check as it stands in memory
function packet.udphdr.methods.checksum(m, ip, body)
  local header = mem.sizeof("udphdr")
  m.check = 0
  local pseudo = string.pack("=I4I4", ip.saddr, ip.daddr) .. string.pack(">I1I1I2", 0,
    ip.protocol, m.length)
  local sum = sum_words(pseudo, 0)
  sum = sum_words(mem.string(m, header), sum)
  sum = complement(sum_words(mem.string(body, m.length - header), sum))
  m.check = to_wire(sum == 0 and 0xffff or sum) -- zero means none
  return m.check
end

return packet
