-- wg/device.lua - WireGuard's devices: read and changed
--
-- Layer: library of wg; calls nl.genl. A device larger than a message comes in several, where a
-- peer can go on in the next; it is sent so, too.

local genl = require "nl.genl"

local device = {}

local GET_DEVICE, SET_DEVICE, VERSION = 0, 1, 1
local REPLACE_PEERS = 1
device.PEER_REMOVE, device.PEER_REPLACE_IPS, device.PEER_UPDATE = 1, 2, 4

-- Well below what one attribute can hold.
local PART_BYTES = 30000
local PEER_BYTES, IP_BYTES = 160, 40

--- Open WireGuard's netlink family.
---@param options? { netns: string|integer|S.fd|nil }
---@return nl.Connection? connection
---@return table|nl.Error schema; err after nil: NOENT, the kernel has no WireGuard
function device.open(options)
  return genl.open("wireguard", require "nl.schema.wireguard", options)
end

--- A device with its peers.
---@param connection nl.Connection
---@param schema table
---@param name string
---@return table? device
---@return nl.Error? err
function device.get(connection, schema, name)
  local found, by_key
  local parts, err = connection:dump(schema, { cmd = GET_DEVICE, version = VERSION, ifname = name })
  if not parts then return nil, err end
  for _, part in ipairs(parts) do
    if not found then
      found, by_key = part, {}
      found.peers, part = {}, { peers = part.peers }
    end
    for _, peer in ipairs(part.peers or {}) do
      local known = peer.public_key and by_key[peer.public_key]
      peer.allowed_ips = peer.allowed_ips or {}
      if known then
        table.move(peer.allowed_ips, 1, #peer.allowed_ips, #known.allowed_ips + 1,
          known.allowed_ips)
      elseif peer.public_key then
        by_key[peer.public_key] = peer
        table.insert(found.peers, peer)
      end
    end
  end
  return found
end

-- Peers in messages that are not too long.
local function split(peers)
  local messages, size = { {} }, 0
  local function room(bytes)
    if size + bytes > PART_BYTES then
      messages[#messages + 1] = {}
      size = 0
      return false
    end
    size = size + bytes
    return true
  end
  for _, peer in ipairs(peers) do
    room(PEER_BYTES)
    local copy = {}
    for key, value in pairs(peer) do copy[key] = value end
    copy.allowed_ips = peer.allowed_ips and {}
    table.insert(messages[#messages], copy)
    for _, ip in ipairs(peer.allowed_ips or {}) do
      if not room(IP_BYTES) then
        -- goes on: what was set is not replaced again
        copy = { public_key = peer.public_key, allowed_ips = {} }
        table.insert(messages[#messages], copy)
      end
      table.insert(copy.allowed_ips, ip)
    end
  end
  return messages
end

--- Change a device.
---@param connection nl.Connection
---@param schema table
---@param name string
---@param values table private_key, listen_port, fwmark, peers; `replace`: the peers are all
---@return true? ok
---@return nl.Error? err
function device.set(connection, schema, name, values)
  for i, peers in ipairs(split(values.peers or {})) do
    local message = { cmd = SET_DEVICE, version = VERSION, ifname = name,
      peers = #peers > 0 and peers or nil }
    if i == 1 then
      message.private_key, message.listen_port = values.private_key, values.listen_port
      message.fwmark = values.fwmark
      message.flags = values.replace and REPLACE_PEERS or nil
    end
    local ok, err = connection:call(schema, "set", message)
    if not ok then return nil, err end
  end
  return true
end

return device
