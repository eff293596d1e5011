-- nl/inet.lua - network addresses between bytes and text
--
-- Layer: library, pure functions. Text forms are inet_pton(3)'s and inet_ntop(3)'s (glibc's
-- choice of the run of zeros that "::" stands for); hardware addresses are colon-separated hex.

local byte, char, format, pack, unpack =
  string.byte, string.char, string.format, string.pack, string.unpack

local has_accelerator, accelerator = pcall(require, "netlink.address")

local inet = {}

--- The family's number of address bits and of bytes.
inet.BITS = { [2] = 32, [10] = 128, [28] = 20, inet = 32, inet6 = 128 }

local function ipv4_bytes(text)
  local a, b, c, d = text:match("^(%d%d?%d?)%.(%d%d?%d?)%.(%d%d?%d?)%.(%d%d?%d?)$")
  if not a then return nil end
  a, b, c, d = tonumber(a), tonumber(b), tonumber(c), tonumber(d)
  if a > 255 or b > 255 or c > 255 or d > 255 then return nil end
  return char(a, b, c, d)
end

-- One side of "::" as a list of 16-bit groups; "" is none of them.
local function groups_of(text, groups)
  if text == "" then return groups end
  local rest = text
  while true do
    local group, tail = rest:match("^(%x%x?%x?%x?):(.+)$")
    if group then
      groups[#groups + 1] = tonumber(group, 16)
      rest = tail
    elseif rest:find("^%x%x?%x?%x?$") then
      groups[#groups + 1] = tonumber(rest, 16)
      return groups
    else
      local v4 = ipv4_bytes(rest)
      if not v4 then return nil end
      groups[#groups + 1], groups[#groups + 2] = unpack(">I2I2", v4)
      return groups
    end
  end
end

local function ipv6_bytes(text)
  local head, tail = text:match("^(.-)::(.*)$")
  local groups
  if head then
    -- an IPv4 tail may only stand at the very end, so never before "::"
    if head:find(".", 1, true) then return nil end
    groups = groups_of(head, {})
    local after = groups and groups_of(tail, {})
    if not after or #groups + #after > 7 then return nil end
    for _ = 1, 8 - #groups - #after do groups[#groups + 1] = 0 end
    table.move(after, 1, #after, #groups + 1, groups)
  else
    groups = groups_of(text, {})
  end
  if not groups or #groups ~= 8 then return nil end
  return pack(">I2I2I2I2I2I2I2I2", table.unpack(groups))
end

--- An address's bytes in network order.
---@param text string "10.0.0.1", "fe80::1"; anything with such a tostring
---@return string? bytes 4 or 16 of them; nil when the text is no address
function inet.bytes(text)
  text = tostring(text)
  if has_accelerator then return (accelerator.bytes(text)) end
  if text:find(":", 1, true) then return ipv6_bytes(text) end
  return ipv4_bytes(text)
end

local function ipv6_text(bytes)
  local groups = { unpack(">I2I2I2I2I2I2I2I2", bytes) }
  groups[9] = nil -- the position after the last item
  -- the longest run of at least two zero groups, the first of equals
  local best, longest, start = 0, 1, nil
  for i = 1, 9 do
    if groups[i] == 0 then
      start = start or i
    elseif start then
      if i - start > longest then best, longest = start, i - start end
      start = nil
    end
  end
  if best == 1 and (longest == 6 or longest == 5 and groups[6] == 0xffff) then
    return format(longest == 6 and "::%d.%d.%d.%d" or "::ffff:%d.%d.%d.%d", byte(bytes, 13, 16))
  end
  local text = {}
  local i = 1
  while i <= 8 do
    if i == best then
      text[#text + 1] = i == 1 and "::" or ":"
      i = i + longest
    else
      text[#text + 1] = format(i < 8 and "%x:" or "%x", groups[i])
      i = i + 1
    end
  end
  return table.concat(text)
end

--- An address as text.
---@param bytes string
---@return string? text nil unless there are 4 or 16 bytes
function inet.text(bytes)
  if has_accelerator then return (accelerator.text(bytes)) end
  local size = #bytes
  if size == 4 then return format("%d.%d.%d.%d", byte(bytes, 1, 4)) end
  if size == 16 then return ipv6_text(bytes) end
  return nil
end

--- "ADDRESS[/LENGTH]" in its parts.
---@param text string
---@return string? bytes
---@return integer? length the whole address when the text has none
---@return boolean? explicit whether the text had one
function inet.prefix(text)
  local address, length = text:match("^(.-)/(%d+)$")
  local bytes = inet.bytes(address or text)
  if not bytes then return nil end
  local bits = #bytes * 8
  if not length then return bytes, bits, false end
  length = math.tointeger(tonumber(length))
  if not length or length > bits then return nil end
  return bytes, length, true
end

--- The address with the bits behind the prefix cleared, or set.
---@param bytes string
---@param length integer
---@param ones boolean? set them: the broadcast address
---@return string bytes
function inet.mask(bytes, length, ones)
  local masked = {}
  for i = 1, #bytes do
    local host = 0xff >> math.max(0, math.min(8, length - (i - 1) * 8))
    local octet = byte(bytes, i)
    masked[i] = char(ones and octet | host or octet & ~host & 0xff)
  end
  return table.concat(masked)
end

--- The prefix length that a netmask of IPv4 stands for.
---@param text string "255.255.255.0"
---@return integer? length nil when its ones are not all in front
function inet.netmask_length(text)
  local bytes = ipv4_bytes(text)
  if not bytes then return nil end
  local mask, length = unpack(">I4", bytes), 0
  while mask & 0x80000000 ~= 0 do
    length, mask = length + 1, mask << 1 & 0xffffffff
  end
  return mask == 0 and length or nil
end

--- A hardware address's bytes.
---@param text string "52:54:00:12:34:56", also with "-" or "." between; any length
---@return string? bytes
function inet.hardware_bytes(text)
  local octets = {}
  for octet, separator in (tostring(text) .. ":"):gmatch("(%x*)([^%x])") do
    if #octet < 1 or #octet > 2 or not separator:find("[:.-]") then return nil end
    octets[#octets + 1] = char(tonumber(octet, 16))
  end
  if #octets == 0 then return nil end
  return table.concat(octets)
end

local HARDWARE_FORMAT = { [6] = "%02x:%02x:%02x:%02x:%02x:%02x" }

--- A hardware address as text; "" for none.
---@param bytes string
---@return string text
function inet.hardware_text(bytes)
  local size = #bytes
  if size == 0 then return "" end
  local form = HARDWARE_FORMAT[size]
  if form then return format(form, byte(bytes, 1, size)) end
  return (bytes:gsub(".", function(c) return format(":%02x", byte(c)) end):sub(2))
end

--- For tests: by Lua alone, or not.
function inet.pure(is_pure)
  has_accelerator = not is_pure and type(accelerator) == "table"
end

return inet
