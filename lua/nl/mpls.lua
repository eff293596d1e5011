-- nl/mpls.lua - MPLS label stacks (RFC 3032) between bytes and text, "100/200"
--
-- Layer: library, pure functions. An entry is label, traffic class, bottom of the stack and time to
-- live in 32 bits.

local mpls = {}

local BOTTOM, MAX_LABEL = 0x100, 0xfffff

---@param bytes string
---@return string? text nil when there is no entry
function mpls.text(bytes)
  local list = {}
  for at = 1, #bytes - 3, 4 do
    local entry = string.unpack(">I4", bytes, at)
    list[#list + 1] = entry >> 12
    if entry & BOTTOM ~= 0 then break end
  end
  return list[1] and table.concat(list, "/") or nil
end

---@param text string
---@return string? bytes nil when it is no stack of labels
function mpls.bytes(text)
  if not text:find("^%d[%d/]*$") then return nil end
  local list = {}
  for label in text:gmatch("%d+") do
    local number = math.tointeger(tonumber(label))
    if not number or number > MAX_LABEL then return nil end
    list[#list + 1] = number
  end
  for i, label in ipairs(list) do
    list[i] = string.pack(">I4", label << 12 | (i == #list and BOTTOM or 0))
  end
  return table.concat(list)
end

return mpls
