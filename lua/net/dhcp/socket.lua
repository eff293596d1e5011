-- net/dhcp/socket.lua - the two ways a DHCP client is heard: raw frames and UDP
--
-- Layer: library over loop; calls S. Without an address there is no UDP, so packets are made
-- and read here whole; with one, the kernel finds the server's hardware address and the route.

local S = require "syscall"
local loop = require "loop"
local packet = require "net.packet"

local socket = {}

local ETH_P_IP = 0x0800
local CLIENT, SERVER = 68, 67
local MAX_FRAME = 4096 -- we announce the MTU; a jumbo frame's worth for those who do not care
local AUXDATA, SOL_PACKET = 8, 263
local CHECKSUM_NOT_READY = 8 -- TP_STATUS_CSUMNOTREADY in linux/if_packet.h

-- Classic BPF: struct sock_filter { u16 code, u8 jt, u8 jf, u32 k }. The frame begins with the
-- IPv4 header. Only whole UDP datagrams to our port, without a VLAN tag, reach the process.
local LDB, LDH, LDXMSH, LDHX, LD, JEQ, JSET, RET = 0x30, 0x28, 0xb1, 0x48, 0x20, 0x15, 0x45, 0x06
local VLAN_TAG_PRESENT = 0xfffff000 + 48 -- ancillary data: SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT
local FILTER = {
  { LD, 0, 0, VLAN_TAG_PRESENT },
  { JEQ, 0, 8, 0 },
  { LDB, 0, 0, 9 }, -- protocol
  { JEQ, 0, 6, 17 },
  { LDH, 0, 0, 6 }, -- fragment?
  { JSET, 4, 0, 0x3fff },
  { LDXMSH, 0, 0, 0 }, -- X: size of the IP header
  { LDHX, 0, 0, 2 }, -- destination port
  { JEQ, 0, 1, CLIENT },
  { RET, 0, 0, MAX_FRAME },
  { RET, 0, 0, 0 },
}

local function program()
  local out = {}
  for i, step in ipairs(FILTER) do out[i] = ("=I2BBI4"):pack(table.unpack(step)) end
  return table.concat(out)
end

---@class net.dhcp.Socket
---@field fd S.fd
local Raw = {}
Raw.__index = Raw

--- Frames of a link. The filter is attached before the socket is bound, so that nothing else
--- is ever queued.
---@param index integer of the link
---@return net.dhcp.Socket? socket
---@return S.Error? err
function socket.raw(index)
  local fd, err = S.socket("packet", "dgram, nonblock", 0)
  if not fd then return nil, err end
  local ok
  ok, err = S.attach_filter(fd, program())
  if ok then ok, err = fd:setsockopt("packet", "auxdata", true) end
  if ok then ok, err = fd:bind(S.t.sockaddr_ll { protocol = ETH_P_IP, ifindex = index }) end
  if not ok then
    fd:close()
    return nil, err
  end
  local broadcast = S.t.sockaddr_ll { protocol = ETH_P_IP, ifindex = index, halen = 6,
    addr = ("\255"):rep(6) }
  return setmetatable({ fd = fd, broadcast = broadcast }, Raw)
end

---@param payload string
---@return integer? bytes
---@return S.Error? err
function Raw:send(payload)
  local frame = packet.encode_udp {
    src = "0.0.0.0", dst = "255.255.255.255", sport = CLIENT, dport = SERVER, payload = payload,
  }
  return self.fd:sendto(frame, nil, nil, self.broadcast)
end

--- The next packet, whether it is good or not.
---@return string? payload nil with AGAIN when there is none
---@return any err a text when the packet was damaged
function Raw:receive()
  local bytes, err, _, control = S.receive(self.fd, MAX_FRAME)
  if not bytes then return nil, err end
  local unready = false
  for _, item in ipairs(control) do
    if item.level == SOL_PACKET and item.type == AUXDATA and #item.data >= 4 then
      unready = ("=I4"):unpack(item.data) & CHECKSUM_NOT_READY ~= 0
    end
  end
  local datagram, problem = packet.decode_udp(bytes, unready)
  if not datagram then return nil, problem end
  if datagram.sport ~= SERVER or datagram.dport ~= CLIENT then return nil, "not from a server" end
  return datagram.payload
end

local Udp = {}
Udp.__index = Udp

--- To the server alone; exists only while renewing, so that nothing else misses port 68. There are
--- servers that broadcast even then what they answer: the socket is bound to no address, and not
--- connected, or it would not hear them.
---@param link string interface name
---@param server string
---@return net.dhcp.Socket? socket
---@return S.Error? err
function socket.udp(link, server)
  local fd, err = S.socket("inet", "dgram, nonblock")
  if not fd then return nil, err end
  local ok
  ok, err = fd:setsockopt("socket", "bindtodevice", link .. "\0")
  if ok then ok, err = fd:setsockopt("socket", "reuseaddr", true) end
  if ok then ok, err = fd:bind(S.t.sockaddr_in(CLIENT, "any")) end
  if not ok then
    fd:close()
    return nil, err
  end
  return setmetatable({ fd = fd, server = S.t.sockaddr_in(SERVER, server) }, Udp)
end

function Udp:send(payload)
  return self.fd:sendto(payload, nil, nil, self.server)
end

function Udp:receive()
  return self.fd:read(nil, MAX_FRAME)
end

--- Wait for the next intact payload. Damaged packets are passed over.
---@param deadline number?
---@return string? payload
---@return S.Error? err
local function next_payload(self, deadline)
  while true do
    local ok, err = loop.readable(self.fd, deadline)
    if not ok then return nil, err end
    local payload, problem = self:receive()
    if payload then return payload end
    if type(problem) ~= "string"
      and not (problem.AGAIN or problem.INTR) then
      return nil, problem -- the link went down or away
    end
  end
end

local function close(self) self.fd:close() end

for _, class in ipairs { Raw, Udp } do
  class.next, class.close, class.__close = next_payload, close, close
end

return socket
