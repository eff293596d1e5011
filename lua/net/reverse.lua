-- net/reverse.lua - names of hosts by their addresses
--
-- Layer: library; calls net.dns. hosts(5) first, then a PTR record.

local inet = require "nl.inet"

local reverse = {}

local LOOKUP_SECONDS = 5
local known = {}

-- RFC 1035 section 3.5, RFC 3596 section 2.5
local function reverse_name(bytes)
  local labels = {}
  if #bytes == 4 then
    for i = 4, 1, -1 do labels[#labels + 1] = bytes:byte(i) end
    return table.concat(labels, ".") .. ".in-addr.arpa"
  end
  for i = 16, 1, -1 do
    local octet = bytes:byte(i)
    labels[#labels + 1] = ("%x.%x"):format(octet & 15, octet >> 4)
  end
  return table.concat(labels, ".") .. ".ip6.arpa"
end

local function from_hosts(address)
  local file = io.open("/etc/hosts")
  if not file then return nil end
  for line in file:lines() do
    local first, name = line:match("^([^%s#]+)%s+([^%s#]+)")
    if first == address then
      file:close()
      return name
    end
  end
  file:close()
  return nil
end

local function from_dns(bytes)
  local loop = require "loop"
  local ok, answer = pcall(loop.run, function()
    return require("net.dns").query(reverse_name(bytes), "PTR", nil, loop.now() + LOOKUP_SECONDS)
  end)
  for _, record in ipairs(ok and answer and answer.answers or {}) do
    if record.type == "PTR" and type(record.data) == "string" then return record.data end
  end
  return nil
end

--- The name of a host; asked once for each.
---@param address string
---@return string? name
function reverse.name(address)
  local bytes = inet.bytes(address)
  if not bytes or not bytes:find("[^%z]") then return nil end
  if known[address] == nil then known[address] = from_hosts(address) or from_dns(bytes) or false end
  return known[address] or nil
end

return reverse
