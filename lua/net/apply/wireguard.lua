-- net/apply/wireguard.lua - keys and peers of WireGuard's devices in a description
--
-- Layer: library; differences are pure, read_device and set call wg.device. A private or preshared
-- key is never told: not in an error, not in a step's text.
--
--   wg0 = { kind = "wireguard", private_key_file = "/etc/wireguard/key", listen_port = 51820,
--     peers = { { public_key = "...", endpoint = "192.0.2.1:51820", keepalive = 25,
--       allowed_ips = { "10.9.0.0/24" } } } }

local inet = require "nl.inet"
local text = require "wg.text"

local wireguard = {}

local NO_KEY = ("\0"):rep(32)
local REMOVE, REPLACE_IPS = 1, 2 -- WGPEER_F_

wireguard.FIELDS = { "private_key", "private_key_file", "listen_port", "fwmark", "peers" }
local PEER_FIELDS = { "public_key", "preshared_key", "preshared_key_file", "endpoint", "keepalive",
  "allowed_ips" }

-- ---- what is described ----

local function key(where, name, value, fail)
  return type(value) == "string" and text.key_bytes(value:match("^%s*(.-)%s*$"))
    or fail("%s: %s is not a key (44 characters of base64)", where, name)
end

-- A secret is in the description, or in a file that it names.
local function secret(where, item, name, fail)
  local path = item[name .. "_file"]
  if not path then return item[name] and key(where, name, item[name], fail) end
  if item[name] then fail("%s: %s and %s_file: one of them", where, name, name) end
  local file <close>, err = io.open(tostring(path))
  if not file then fail("%s: %s", where, err) end
  return key(where, path, file:read(200) or "", fail)
end

-- As the kernel keeps it: RFC 7748, section 5.
local function clamped(bytes)
  if not bytes or bytes == NO_KEY then return bytes end
  local first, last = bytes:byte(1), bytes:byte(32)
  return string.char(first & 248) .. bytes:sub(2, 31) .. string.char(last & 127 | 64)
end

local function endpoint(where, value, fail)
  if value == nil then return nil end
  local parts = type(value) == "string" and text.endpoint(value)
  local bytes, port = parts and inet.bytes(parts.host), parts and math.tointeger(parts.port)
  if not bytes or not port or port < 1 or port > 0xffff then
    fail("%s: endpoint is an address and a port, not %s", where, tostring(value))
  end
  return { address = inet.text(bytes), port = port }
end

local function read_peer(where, item, tools)
  tools.check_fields(where, item, PEER_FIELDS)
  local words = item.allowed_ips or {}
  if type(words) == "table" then words = table.concat(words, ",") end
  local list, bad = text.allowed_ips(tostring(words))
  if not list then tools.fail("%s: allowed_ips: %s is not a prefix", where, bad) end
  return {
    public_key = key(where, "public_key", item.public_key, tools.fail),
    preshared_key = secret(where, item, "preshared_key", tools.fail) or NO_KEY,
    endpoint = endpoint(where, item.endpoint, tools.fail),
    keepalive = tools.integer(where, "keepalive", item.keepalive, 0, 0xffff) or 0,
    allowed_ips = list,
  }
end

--- The part of a link's description that is WireGuard's, checked.
---@param where string
---@param item table
---@param tools table of net.apply.wanted: fail, check_fields, integer
---@return table? device
function wireguard.read(where, item, tools)
  local device = {
    private_key = clamped(secret(where, item, "private_key", tools.fail)),
    listen_port = tools.integer(where, "listen_port", item.listen_port, 0, 0xffff),
    fwmark = tools.integer(where, "fwmark", item.fwmark, 0, 0xffffffff),
  }
  if item.peers ~= nil then
    if type(item.peers) ~= "table" then tools.fail("%s: peers is a list", where) end
    device.peers = {}
    local seen = {}
    for i, peer in ipairs(item.peers) do
      local at = ("%s: peers[%d]"):format(where, i)
      if type(peer) ~= "table" then tools.fail("%s: a table", at) end
      device.peers[i] = read_peer(at, peer, tools)
      local public = device.peers[i].public_key
      if seen[public] then tools.fail("%s: a peer of this public key is there already", at) end
      seen[public] = true
    end
  end
  return next(device) and device or nil
end

-- ---- what differs ----

local function prefixes(list)
  local words = {}
  for i, ip in ipairs(list or {}) do words[i] = ("%s/%d"):format(ip.address, ip.cidr) end
  table.sort(words)
  return table.concat(words, ",")
end

local function same_peer(is, want)
  local to, from = want.endpoint, is.endpoint
  return (is.preshared_key or NO_KEY) == (want.preshared_key or NO_KEY)
    and (is.keepalive or 0) == (want.keepalive or 0)
    and (not to or from and to.address == from.address and to.port == from.port)
    and prefixes(is.allowed_ips) == prefixes(want.allowed_ips)
end

--- What is to be changed of a device; nil for nothing.
---@param is table? the device as it is; nil for a new one
---@param want table
---@return table? changes for wg.device.set
function wireguard.changes(is, want)
  is = is or {}
  local changes = {}
  for name, none in pairs { private_key = NO_KEY, listen_port = 0, fwmark = 0 } do
    if want[name] ~= nil and want[name] ~= (is[name] or none) then changes[name] = want[name] end
  end
  local known, peers = {}, {}
  for _, peer in ipairs(is.peers or {}) do known[peer.public_key] = peer end
  for _, peer in ipairs(want.peers or {}) do
    local now = known[peer.public_key]
    known[peer.public_key] = nil
    if not now or not same_peer(now, peer) then
      peers[#peers + 1] = { public_key = peer.public_key, preshared_key = peer.preshared_key,
        endpoint = peer.endpoint, keepalive = peer.keepalive, allowed_ips = peer.allowed_ips,
        flags = REPLACE_IPS }
    end
  end
  local gone = {}
  for public in pairs(want.peers and known or {}) do gone[#gone + 1] = public end
  table.sort(gone)
  -- first, for an allowed address may go from one to another
  for i, public in ipairs(gone) do
    table.insert(peers, i, { public_key = public, flags = REMOVE })
  end
  if peers[1] then changes.peers = peers end
  return next(changes) and changes or nil
end

--- Changes in wg's words.
---@param name string
---@param changes table
---@return string
function wireguard.text(name, changes)
  local words = { "wg set " .. name }
  local function add(form, ...) words[#words + 1] = form:format(...) end
  if changes.listen_port then add("listen-port %d", changes.listen_port) end
  if changes.fwmark then add("fwmark 0x%x", changes.fwmark) end
  if changes.private_key then add("private-key (hidden)") end
  for _, peer in ipairs(changes.peers or {}) do
    add("peer %s", text.key_text(peer.public_key))
    if peer.flags == REMOVE then
      add("remove")
    else
      if peer.preshared_key ~= NO_KEY then add("preshared-key (hidden)") end
      if peer.endpoint then add("endpoint %s", text.endpoint_text(peer.endpoint)) end
      if peer.keepalive ~= 0 then add("persistent-keepalive %d", peer.keepalive) end
      add('allowed-ips "%s"', prefixes(peer.allowed_ips))
    end
  end
  return table.concat(words, " ")
end

-- ---- the kernel's side ----

-- Calls fn(connection, schema, device library) in the namespace of the routing connection.
local function with_family(connection, fn)
  local device = require "wg.device"
  local family, schema = device.open { netns = connection.netns }
  if not family then return nil, schema end
  local guard <close> = family
  return fn(guard, schema, device)
end

--- A device as it is; nil where that is not to be known.
---@param connection nl.Connection
---@param name string
---@return table? device
---@return nl.Error? err
function wireguard.read_device(connection, name)
  return with_family(connection, function(family, schema, device)
    return device.get(family, schema, name)
  end)
end

--- Change a device.
---@param connection nl.Connection
---@param name string
---@param changes table
---@return true? ok
---@return nl.Error? err
function wireguard.set(connection, name, changes)
  return with_family(connection, function(family, schema, device)
    return device.set(family, schema, name, changes)
  end)
end

return wireguard
