-- net/ipv4.lua - IPv4 addresses, masks and prefixes as text
--
-- Layer: library, pure. Follows RFC 791, 1122 section 3.2.1.3 and 4632.
-- An address is dotted text everywhere above the wire formats, because it prints, compares
-- and keys a table as it is; arithmetic happens here on integers in host order.

local ipv4 = {}

--- Text of an address, from the four bytes at `position`.
---@param bytes string at least `position + 3` bytes long
---@param position integer? 1 by default
---@return string address "10.0.2.15"
function ipv4.from_bytes(bytes, position)
  return ("%d.%d.%d.%d"):format(bytes:byte(position or 1, (position or 1) + 3))
end

--- Number of an address in host order; only the strict four-part decimal form.
---@param address any
---@return integer? number nil when it is not an address
function ipv4.number(address)
  if type(address) ~= "string" then return nil end
  local a, b, c, d = address:match("^(%d%d?%d?)%.(%d%d?%d?)%.(%d%d?%d?)%.(%d%d?%d?)$")
  a, b, c, d = tonumber(a), tonumber(b), tonumber(c), tonumber(d)
  if not d or a > 255 or b > 255 or c > 255 or d > 255 then return nil end
  return a << 24 | b << 16 | c << 8 | d
end

---@param number integer host order
---@return string address
function ipv4.text(number)
  return ("%d.%d.%d.%d"):format(number >> 24 & 255, number >> 16 & 255, number >> 8 & 255,
    number & 255)
end

---@param address string
---@return string bytes four of them, network order
function ipv4.bytes(address)
  local number = ipv4.number(address)
  if not number then error("not an IPv4 address: " .. tostring(address), 2) end
  return (">I4"):pack(number)
end

---@param prefix integer 0..32
---@return integer mask
local function mask_number(prefix)
  return 0xffffffff << (32 - prefix) & 0xffffffff
end

---@param prefix integer 0..32
---@return string mask "255.255.255.0"
function ipv4.mask(prefix)
  return ipv4.text(mask_number(prefix))
end

---@param mask string
---@return integer? prefix nil when the ones are not all in front
function ipv4.prefix(mask)
  local number = ipv4.number(mask)
  if not number then return nil end
  for prefix = 0, 32 do
    if mask_number(prefix) == number then return prefix end
  end
  return nil
end

--- Prefix that RFC 791 classes give an address: for servers that send no mask.
---@param address string
---@return integer prefix
function ipv4.classful_prefix(address)
  local first = ipv4.number(address) >> 24
  return first < 128 and 8 or first < 192 and 16 or first < 224 and 24 or 32
end

---@param address string
---@param prefix integer
---@return string network all host bits zero
function ipv4.network(address, prefix)
  return ipv4.text(ipv4.number(address) & mask_number(prefix))
end

---@param address string
---@param prefix integer
---@return string broadcast all host bits one
function ipv4.broadcast(address, prefix)
  return ipv4.text(ipv4.number(address) | ~mask_number(prefix) & 0xffffffff)
end

---@param address string
---@param network string
---@param prefix integer
---@return boolean
function ipv4.contains(network, prefix, address)
  return ipv4.network(network, prefix) == ipv4.network(address, prefix)
end

--- Whether a host may have this address: not "this network", loopback, multicast or reserved.
---@param address any
---@return boolean
function ipv4.is_host(address)
  local number = ipv4.number(address)
  if not number then return false end
  local first = number >> 24
  return first ~= 0 and first ~= 127 and first < 224
end

return ipv4
