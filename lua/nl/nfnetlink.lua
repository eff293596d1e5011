-- nl/nfnetlink.lua - what netfilter's queue and log share: receiving packets
--
-- Layer: library; calls nl.request and nl.codec.

local codec = require "nl.codec"
local request = require "nl.request"

local nfnetlink = {}

local NETLINK_NETFILTER = 12
local QUEUE_BYTES = 1024 * 1024

--- A 16 bit number between host and network order: the header's last field.
---@param n integer
---@return integer
function nfnetlink.swap(n) return (string.unpack(">I2", string.pack("=I2", n))) end

--- Open a connection to netfilter, for a queue or a group.
---@param class table its metatable
---@param what string "queue", for the message
---@param number integer 0 to 65535; anything else raises, at the caller's caller
---@param options { netns: string|integer|S.fd|nil }
---@return table? object with `connection` and `number`
---@return S.Error? err
function nfnetlink.open(class, what, number, options)
  if math.type(number) ~= "integer" or number < 0 or number > 0xffff then
    error(("a %s's number is 0 to 65535, not %s"):format(what, tostring(number)), 3)
  end
  local connection, err = request.open { protocol = NETLINK_NETFILTER, netns = options.netns }
  if not connection then return nil, err end
  connection.socket:set_receive_buffer(QUEUE_BYTES)
  return setmetatable({ connection = connection, number = number }, class)
end

-- struct nfqnl_msg_packet_hw, nfulnl_msg_packet_hw: a length, two unused bytes, the address
local function hardware(bytes)
  if #bytes < 4 then return nil end
  local size = string.unpack(">I2", bytes)
  return size <= #bytes - 4 and bytes:sub(5, 4 + size) or nil
end

local function friendly(message)
  local head = message.packet
  if head then
    message.id, message.protocol, message.hook = head.id, head.protocol, head.hook
    message.packet = nil
  end
  if message.hardware then message.hardware = hardware(message.hardware) end
  return message
end

--- The packets that have come; waits for the first.
---@param connection nl.Connection
---@param schema table
---@param timeout_ms integer? 0: does not wait; nil: for ever
---@return table[]? packets
---@return S.Error? err AGAIN: none in this time; NOBUFS: some were lost
function nfnetlink.read(connection, schema, timeout_ms)
  local socket, packets = connection.socket, {}
  while #packets == 0 do
    local ok, err = socket:recv(timeout_ms)
    if not ok then return nil, err end
    while true do
      local kind, _, _, _, payload = socket:next()
      if not kind then break end
      local message = kind == schema.messages.packet and codec.decode(schema, payload)
      if message then packets[#packets + 1] = friendly(message) end
    end
  end
  return packets
end

return nfnetlink
