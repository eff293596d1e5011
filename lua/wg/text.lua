-- wg/text.lua - keys, addresses and configuration files of WireGuard
--
-- Layer: library of wg, pure functions. The file's form is that of wg(8): sections [Interface] and
-- [Peer], names without regard to case, comments from "#".

local inet = require "nl.inet"

local wg = {}

local KEY_BYTES = 32
local AF_INET, AF_INET6 = 2, 10
local ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

--- A key as text: base64, RFC 4648.
---@param bytes string 32 of them
---@return string
function wg.key_text(bytes)
  local out = {}
  for i = 1, #bytes, 3 do
    local a, b, c = bytes:byte(i, i + 2)
    local n = a << 16 | (b or 0) << 8 | (c or 0)
    for shift = 18, 0, -6 do
      local at = (n >> shift & 63) + 1
      out[#out + 1] = ALPHABET:sub(at, at)
    end
  end
  local text = table.concat(out)
  return #bytes % 3 == 2 and text:sub(1, -2) .. "=" or text
end

--- A key's bytes.
---@param text string 44 characters
---@return string? bytes nil when it has not the form
function wg.key_bytes(text)
  if #text ~= 44 or not text:find("^[%w+/]+=$") then return nil end
  local out, n = {}, 0
  for i = 1, 43 do
    n = n << 6 | ALPHABET:find(text:sub(i, i), 1, true) - 1
    if i % 4 == 0 then
      out[#out + 1] = string.pack(">I3", n)
      n = 0
    end
  end
  if n & 3 ~= 0 then return nil end -- bits that no byte has
  out[#out + 1] = string.pack(">I2", n >> 2)
  local bytes = table.concat(out)
  return #bytes == KEY_BYTES and bytes or nil
end

--- "off" or a number, also hexadecimal.
---@param text string
---@param largest integer
---@return integer?
function wg.number(text, largest)
  if text == "off" then return 0 end
  local number = (text:find("^%d+$") or text:find("^0x%x+$")) and math.tointeger(tonumber(text))
  return number and number >= 0 and number <= largest and number or nil
end

--- "10.0.0.0/8, fd00::/8"; an empty list is one, too.
---@param text string
---@return table[]? list of { family, address, cidr }
---@return string? err the word that is none
function wg.allowed_ips(text)
  local list = {}
  for word in text:gmatch("[^,%s]+") do
    local bytes, length = inet.prefix(word)
    if not bytes then return nil, word end
    list[#list + 1] = { family = #bytes == 4 and AF_INET or AF_INET6,
      address = inet.text(inet.mask(bytes, length)), cidr = length }
  end
  return list
end

--- "host:port" or "[address]:port".
---@param text string
---@return { host: string, port: string }? endpoint
function wg.endpoint(text)
  local host, port = text:match("^%[([^%[%]]+)%]:([%w-]+)$")
  if not host then host, port = text:match("^([^:%s]+):([%w-]+)$") end
  return host and { host = host, port = port } or nil
end

function wg.endpoint_text(endpoint)
  if endpoint.address:find(":", 1, true) then
    return ("[%s%s]:%d"):format(endpoint.address, endpoint.scope and "%" .. endpoint.scope or "",
      endpoint.port)
  end
  return ("%s:%d"):format(endpoint.address, endpoint.port)
end

-- name in the file (lower case) = function(value, section, what the rest of a line said)
local READ = {
  interface = {
    listenport = function(value, into)
      into.listen_port = wg.number(value, 0xffff)
      return into.listen_port
    end,
    fwmark = function(value, into)
      into.fwmark = wg.number(value, 0xffffffff)
      return into.fwmark
    end,
    privatekey = function(value, into)
      into.private_key = wg.key_bytes(value)
      return into.private_key
    end,
  },
  peer = {
    publickey = function(value, into)
      into.public_key = wg.key_bytes(value)
      return into.public_key
    end,
    presharedkey = function(value, into)
      into.preshared_key = wg.key_bytes(value)
      return into.preshared_key
    end,
    endpoint = function(value, into)
      into.endpoint = wg.endpoint(value)
      return into.endpoint
    end,
    persistentkeepalive = function(value, into)
      into.keepalive = wg.number(value, 0xffff)
      return into.keepalive
    end,
    allowedips = function(value, into)
      local list = wg.allowed_ips(value)
      if not list then return nil end
      into.allowed_ips = into.allowed_ips or {}
      table.move(list, 1, #list, #into.allowed_ips + 1, into.allowed_ips)
      return true
    end,
  },
}

--- Parse a configuration.
---@param text string
---@return table? config { listen_port, fwmark, private_key, peers }
---@return string? err with the line's number
function wg.parse(text)
  local config = { peers = {} }
  local section, into, number = nil, nil, 0
  for line in (text .. "\n"):gmatch("(.-)\r?\n") do
    number = number + 1
    line = line:gsub("#.*", ""):gsub("%s+", "")
    local title = line:match("^%[(%a+)%]$")
    if title then
      section = title:lower()
      if not READ[section] then
        return nil, ("line %d: unknown section [%s]"):format(number, title)
      end
      into = config
      if section == "peer" then
        into = { allowed_ips = {} }
        table.insert(config.peers, into)
      end
    elseif line ~= "" then
      local name, value = line:match("^([^=]+)=(.*)$")
      local read = name and section and READ[section][name:lower()]
      if not read then return nil, ("line %d: not understood: %s"):format(number, line) end
      if not read(value, into) then
        return nil, ("line %d: %s cannot be %s"):format(number, name, value)
      end
    end
  end
  for _, peer in ipairs(config.peers) do
    if not peer.public_key then return nil, "a peer has no public key" end
  end
  return config
end

--- The configuration as a file.
---@param device table as the kernel tells it
---@return string
function wg.format(device)
  local lines = { "[Interface]" }
  local function add(form, ...) lines[#lines + 1] = form:format(...) end
  if (device.listen_port or 0) ~= 0 then add("ListenPort = %d", device.listen_port) end
  if (device.fwmark or 0) ~= 0 then add("FwMark = 0x%x", device.fwmark) end
  if wg.is_key(device.private_key) then add("PrivateKey = %s", wg.key_text(device.private_key)) end
  for _, peer in ipairs(device.peers) do
    add("")
    add("[Peer]")
    add("PublicKey = %s", wg.key_text(peer.public_key))
    if wg.is_key(peer.preshared_key) then
      add("PresharedKey = %s", wg.key_text(peer.preshared_key))
    end
    if #peer.allowed_ips > 0 then
      add("AllowedIPs = %s", table.concat(wg.ip_texts(peer.allowed_ips), ", "))
    end
    if peer.endpoint then add("Endpoint = %s", wg.endpoint_text(peer.endpoint)) end
    if (peer.keepalive or 0) ~= 0 then add("PersistentKeepalive = %d", peer.keepalive) end
  end
  return table.concat(lines, "\n") .. "\n"
end

--- Is it a key, and not the zeros that stand for none?
---@param key string?
---@return boolean
function wg.is_key(key) return key ~= nil and key:find("[^%z]") ~= nil end

---@param list table[]
---@return string[]
function wg.ip_texts(list)
  local texts = {}
  for i, ip in ipairs(list) do texts[i] = ("%s/%d"):format(ip.address, ip.cidr) end
  return texts
end

local UNITS = { { 31536000, "year" }, { 86400, "day" }, { 3600, "hour" }, { 60, "minute" },
  { 1, "second" } }

--- A span of time in words: "1 minute, 5 seconds".
---@param seconds integer
---@return string
function wg.span(seconds)
  local parts = {}
  for _, unit in ipairs(UNITS) do
    local count = seconds // unit[1]
    seconds = seconds % unit[1]
    if count > 0 then
      parts[#parts + 1] = ("%d %s%s"):format(count, unit[2], count > 1 and "s" or "")
    end
  end
  return table.concat(parts, ", ")
end

--- Bytes as wg(8) tells them.
---@param count integer
---@return string
function wg.amount(count)
  if count >= 0 and count < 1024 then return ("%d B"):format(count) end
  local value = count >= 0 and count / 1024 or (count + 2.0 ^ 64) / 1024
  for _, unit in ipairs { "KiB", "MiB", "GiB" } do
    if value < 1024 then return ("%.2f %s"):format(value, unit) end
    value = value / 1024
  end
  return ("%.2f TiB"):format(value)
end

return wg
