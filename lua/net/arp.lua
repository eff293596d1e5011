-- net/arp.lua - ask a link whether an address is taken, and announce one
--
-- Layer: library over loop; calls S. Follows RFC 826 and 5227 (probe and announcement).

local S = require "syscall"
local loop = require "loop"
local ipv4 = require "net.ipv4"

local arp = {}

local FORMAT = ">I2I2BBI2c6c4c6c4" -- for Ethernet and IPv4
local ETHERNET, IPV4, REQUEST = 1, 0x0800, 1
local ETH_P_ARP = 0x0806
local ZERO = ("\0"):rep(6)
local BROADCAST = ("\255"):rep(6)

---@class net.arp.Packet
---@field operation integer 1 request, 2 reply
---@field sender_mac string raw bytes
---@field sender string dotted
---@field target_mac string
---@field target string

---@param fields net.arp.Packet
---@return string bytes
function arp.encode(fields)
  return FORMAT:pack(ETHERNET, IPV4, 6, 4, fields.operation, fields.sender_mac,
    ipv4.bytes(fields.sender), fields.target_mac or ZERO, ipv4.bytes(fields.target))
end

---@param bytes string padding after it is allowed
---@return net.arp.Packet? packet nil when it is not for Ethernet and IPv4
function arp.decode(bytes)
  if #bytes < FORMAT:packsize() then return nil end
  local hardware, protocol, hsize, psize, operation, sender_mac, sender, target_mac, target =
    FORMAT:unpack(bytes)
  if hardware ~= ETHERNET or protocol ~= IPV4 or hsize ~= 6 or psize ~= 4 then return nil end
  return {
    operation = operation, sender_mac = sender_mac, sender = ipv4.from_bytes(sender),
    target_mac = target_mac, target = ipv4.from_bytes(target),
  }
end

--- Whether a packet shows that another host has, or wants, the address: RFC 5227 section 2.1.1.
---@param packet net.arp.Packet
---@param address string
---@param mac string our own
---@return boolean
function arp.is_conflict(packet, address, mac)
  if packet.sender_mac == mac then return false end
  return packet.sender == address
    or packet.operation == REQUEST and packet.sender == "0.0.0.0" and packet.target == address
end

---@param index integer of the link
---@return S.fd? fd
---@return any? address where broadcasts go
---@return S.Error? err
local function open(index)
  local fd, err = S.socket("packet", "dgram, nonblock", 0)
  if not fd then return nil, nil, err end
  local broadcast = S.t.sockaddr_ll { protocol = ETH_P_ARP, ifindex = index, halen = 6,
    addr = BROADCAST }
  local ok
  ok, err = fd:bind(S.t.sockaddr_ll { protocol = ETH_P_ARP, ifindex = index })
  if not ok then
    fd:close()
    return nil, nil, err
  end
  return fd, broadcast
end

--- Look for another user of an address: three probes, then a last wait.
---@param index integer of the link
---@param mac string own hardware address, raw bytes
---@param address string
---@param seconds number how long in all; RFC 5227 wants 4 to 7, people want less
---@return boolean? conflict
---@return S.Error? err
function arp.probe(index, mac, address, seconds)
  local fd <close>, broadcast, err = open(index)
  if not fd then return nil, err end
  local question = arp.encode {
    operation = REQUEST, sender_mac = mac, sender = "0.0.0.0", target = address,
  }
  local finish = loop.now() + seconds
  for probe = 1, 3 do
    local ok
    ok, err = fd:sendto(question, nil, nil, broadcast)
    if not ok then return nil, err end
    local pause = finish - seconds * (1 - probe * 0.3) -- a tenth stays after the last pause
    if probe == 3 then pause = finish end
    while loop.readable(fd, pause) do
      local bytes = S.receive(fd, 128)
      local packet = bytes and arp.decode(bytes)
      if packet and arp.is_conflict(packet, address, mac) then return true end
    end
  end
  return false
end

--- Tell the link that the address is ours now: others' caches are corrected.
---@param index integer
---@param mac string raw bytes
---@param address string
---@return S.fd? fd to be closed when there is time
function arp.announce(index, mac, address)
  local fd, broadcast = open(index)
  if not fd then return nil end -- a courtesy: nothing depends on it
  fd:sendto(arp.encode {
    operation = REQUEST, sender_mac = mac, sender = address, target = address,
  }, nil, nil, broadcast)
  return fd
end

return arp
