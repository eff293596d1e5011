-- net/routes.lua - the main routing tables as route(8) and netstat(8) show them
--
-- Layer: library; calls nl. The IPv6 list is read from /proc/net/ipv6_route: its flags and counts
-- are told nowhere else.

local inet = require "nl.inet"
local links = require "net.links"
local route_schema = require "nl.schema.route"

local routes = {}

local AF_INET = 2
local TABLE_MAIN = 254
local TYPE_BROADCAST, TYPE_MULTICAST, TYPE_UNREACHABLE, TYPE_PROHIBIT = 3, 5, 7, 8

--- IPv4.
---@param connection nl.Connection
---@return table[]? list
---@return nl.Error? err
function routes.ipv4(connection)
  local names, list = links.names(connection), {}
  local ok, failure = connection:dump(route_schema, { family = AF_INET, table = TABLE_MAIN },
    function(route)
      if route.type == TYPE_BROADCAST or route.type == TYPE_MULTICAST then return end
      local hop = route.multipath and route.multipath[1] or route
      local reject = route.type == TYPE_UNREACHABLE or route.type == TYPE_PROHIBIT
      list[#list + 1] = {
        destination = route.dst or "0.0.0.0",
        gateway = hop.gateway or "0.0.0.0",
        genmask = inet.text(inet.mask("\xff\xff\xff\xff", route.dst_len)),
        flags = (reject and "!" or "U") .. (hop.gateway and "G" or "")
          .. (route.dst_len == 32 and "H" or ""),
        metric = route.priority or 0, ref = 0, use = 0,
        iface = names[hop.oif] or "*",
        metrics = route.metrics,
      }
    end)
  return ok and list, failure
end

-- linux/ipv6_route.h and linux/route.h
local FLAGS6 = { { 0x2, "G" }, { 0x4, "H" }, { 0x8, "R" }, { 0x10, "D" }, { 0x20, "M" },
  { 0x00040000, "A" }, { 0x01000000, "C" }, { 0x00200000, "n" } }

local function hex_address(text)
  return inet.text((text:gsub("%x%x", function(octet) return string.char(tonumber(octet, 16)) end)))
end

--- One line of /proc/net/ipv6_route; nil when it has not the form.
---@param line string
---@return table?
function routes.parse_ipv6(line)
  local dst, length, gateway, metric, ref, use, flags, iface =
    line:match("^(%x+) (%x+) %x+ %x+ (%x+) (%x+) (%x+) (%x+) (%x+)%s+(%S+)$")
  if not dst or #dst ~= 32 or #gateway ~= 32 then return nil end
  flags = tonumber(flags, 16)
  local letters = flags & 0x200 ~= 0 and "!" or flags & 0x1 ~= 0 and "U" or ""
  for _, flag in ipairs(FLAGS6) do
    if flags & flag[1] ~= 0 then letters = letters .. flag[2] end
  end
  metric = tonumber(metric, 16)
  return {
    destination = hex_address(dst) .. "/" .. tonumber(length, 16),
    gateway = hex_address(gateway),
    flags = letters,
    metric = metric > 0x7fffffff and metric - (1 << 32) or metric,
    ref = tonumber(ref, 16), use = tonumber(use, 16), iface = iface,
  }
end

--- IPv6.
---@return table[]? list
---@return string? err
function routes.ipv6()
  local file, err = io.open("/proc/net/ipv6_route")
  if not file then return nil, (err:gsub("^.-: ", "", 1)) end
  local list = {}
  for line in file:lines() do
    list[#list + 1] = routes.parse_ipv6(line)
  end
  file:close()
  return list
end

return routes
