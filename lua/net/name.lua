-- net/name.lua - domain names: checks, wire form with compression, and text
--
-- Layer: library, pure. Follows RFC 1035 sections 3.1 and 4.1.4, RFC 1123 section 2.1,
-- RFC 4343 for escapes. Shared by DNS messages and DHCP's search list (RFC 3397).

local name = {}

local MAX_WIRE = 255 -- bytes of a whole name with its length bytes and the root
local MAX_POINTERS = 127 -- no honest name needs more than it can have labels

--- Whether a name may go into resolv.conf, a host name or a script's environment:
--- letters, digits, `-` and `_`, labels of 1 to 63 bytes, no trailing dot.
---@param text any
---@return boolean
function name.is_host(text)
  if type(text) ~= "string" or #text == 0 or #text > MAX_WIRE - 2 then return false end
  for label in (text .. "."):gmatch("([^.]*)%.") do
    if #label > 63 or not label:find("^[%w_][%w_-]*$") or label:sub(-1) == "-" then
      return false
    end
  end
  return true
end

local function escape(label)
  return (label:gsub("[^%w_-]", function(char)
    if char == "." or char == "\\" then return "\\" .. char end
    local byte = char:byte()
    return byte > 32 and byte < 127 and char or ("\\%03d"):format(byte)
  end))
end

--- Read a name. A pointer must go backwards, so a loop cannot be written.
---@param bytes string the whole message: pointers count from its first byte
---@param position integer
---@return string? text without trailing dot, "." for the root; odd bytes as \DDD
---@return integer|string next position after the name, or the error
function name.decode(bytes, position)
  local labels, wire, after, pointers = {}, 1, nil, 0
  local lowest = position
  while true do
    local length = bytes:byte(position)
    if not length then return nil, "name is cut off" end
    if length == 0 then break end
    if length < 64 then
      if position + length > #bytes then return nil, "label is cut off" end
      wire = wire + 1 + length
      if wire > MAX_WIRE then return nil, "name is too long" end
      labels[#labels + 1] = escape(bytes:sub(position + 1, position + length))
      position = position + 1 + length
    elseif length >= 192 then
      local low = bytes:byte(position + 1)
      if not low then return nil, "pointer is cut off" end
      after = after or position + 2
      local target = ((length & 63) << 8 | low) + 1
      pointers = pointers + 1
      if target >= lowest or pointers > MAX_POINTERS then return nil, "pointer goes forward" end
      position, lowest = target, target
    else
      return nil, "unknown label type"
    end
  end
  return #labels == 0 and "." or table.concat(labels, "."), after or position + 1
end

--- Write a name, uncompressed.
---@param text string as `decode` gives it; a trailing dot is allowed
---@return string? bytes
---@return string? err
function name.encode(text)
  local out, label = {}, {}
  local function finish()
    local bytes = table.concat(label)
    if #bytes == 0 then return nil, "empty label" end
    if #bytes > 63 then return nil, "label is too long" end
    out[#out + 1], label = string.char(#bytes) .. bytes, {}
    return true
  end

  local position = 1
  while text ~= "." and position <= #text do
    local char = text:sub(position, position)
    local step = 1
    if char == "." then
      local ok, err = finish()
      if not ok then return nil, err end
    elseif char == "\\" then
      local digits = text:match("^%d%d%d", position + 1)
      if digits and tonumber(digits) > 255 then return nil, "bad escape" end
      label[#label + 1] = digits and string.char(tonumber(digits))
        or text:sub(position + 1, position + 1)
      step = digits and 4 or 2
    else
      label[#label + 1] = char
    end
    position = position + step
  end
  if #label > 0 then
    local ok, err = finish()
    if not ok then return nil, err end
  end
  local wire = table.concat(out) .. "\0"
  if #wire > MAX_WIRE then return nil, "name is too long" end
  return wire
end

return name
