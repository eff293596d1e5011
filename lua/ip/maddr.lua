-- ip/maddr.lua - `ip maddr`: multicast addresses that links listen to
--
-- Layer: library of ip; calls S and net.device. Words, form and messages are iproute2 6.1's. The
-- kernel tells them in /proc/net: dev_mcast, igmp, igmp6.

local S = require "syscall"
local context = require "ip.context"
local inet = require "nl.inet"

local matches, fail = context.matches, context.fail

local AF_INET, AF_INET6, AF_PACKET = 2, 10, 17

local maddr = {}

local function usage()
  fail(255, [=[
Usage: ip maddr [ add | del ] MULTIADDR dev STRING
       ip maddr show [ dev STRING ]]=])
end

---@class ip.Group
---@field index integer
---@field name string
---@field family integer
---@field address string
---@field users integer
---@field static boolean

local function each_line(path, fn)
  local file <close> = io.open(path)
  if not file then return end
  for line in file:lines() do fn(line) end
end

local function bytes_of(hex)
  return (hex:gsub("%x%x", function(digits) return string.char(tonumber(digits, 16)) end))
end

-- ---- readers: (add) calls add(index, name, address, users, is_static) ----

local READERS = {}

READERS[AF_PACKET] = function(add)
  each_line("/proc/net/dev_mcast", function(line)
    local index, name, users, static, hex = line:match("^(%d+)%s+(%S+)%s+(%d+)%s+(%d+)%s+(%x+)")
    if index then
      add(tonumber(index), name, inet.hardware_text(bytes_of(hex)), tonumber(users), static ~= "0")
    end
  end)
end

-- A line for each link, and lines with its groups below it; addresses in the machine's byte order.
READERS[AF_INET] = function(add)
  local index, name
  each_line("/proc/net/igmp", function(line)
    local number, link = line:match("^(%d+)%s+(%S+)")
    if number then
      index, name = tonumber(number), link:gsub(":$", "")
      return
    end
    local hex, users = line:match("^%s+(%x+)%s+(%d+)")
    if hex and index then
      add(index, name, inet.text(string.pack("=I4", tonumber(hex, 16))), tonumber(users))
    end
  end)
end

READERS[AF_INET6] = function(add)
  each_line("/proc/net/igmp6", function(line)
    local index, name, hex, users = line:match("^(%d+)%s+(%S+)%s+(%x+)%s+(%d+)")
    if index then add(tonumber(index), name, inet.text(bytes_of(hex)), tonumber(users)) end
  end)
end

local FAMILY_NAME = { [AF_INET] = "inet", [AF_INET6] = "inet6" }

local function print_group(ip, group)
  local out = ip.out
  out:object()
  out:text("\t")
  if group.family == AF_PACKET then
    out:put("link", "link  %s", group.address)
  else
    out:json("family", FAMILY_NAME[group.family])
    out:text("%-5s ", FAMILY_NAME[group.family])
    out:put("address", "%s", group.address)
  end
  if group.users > 1 then out:put("users", " users %d", group.users) end
  if group.static then out:put("features", " %s", "static") end
  out:text("\n")
  out:object_end()
end

local function show(ip, words)
  local device
  while words:peek() do
    local word = words:take()
    if word == "dev" then word = words:value() elseif matches(word, "help") then usage() end
    if device then context.ambiguous("dev", word) end
    device = word
  end
  local by_index, order = {}, {}
  for _, family in ipairs { AF_PACKET, AF_INET, AF_INET6 } do
    if not ip.family or ip.family == family then
      READERS[family](function(index, name, address, users, static)
        if device and device ~= name then return end
        local list = by_index[index]
        if not list then
          list = { index = index, name = name }
          by_index[index] = list
          order[#order + 1] = index
        end
        list[#list + 1] = { family = family, address = address, users = users, static = static }
      end)
    end
  end
  table.sort(order)
  local out = ip.out
  out:start()
  for _, index in ipairs(order) do
    local list = by_index[index]
    out:object()
    out:put("ifindex", "%d:", index)
    out:name("ifname", "\t%s", list.name)
    out:text("\n")
    out:array("maddr")
    for _, group in ipairs(list) do print_group(ip, group) end
    out:array_end()
    out:object_end()
  end
  out:finish()
  return 0
end

local function modify(_, words, change)
  local address, device
  while words:peek() do
    local word = words:take()
    if word == "dev" then
      local name = words:value()
      if device then context.duplicate("dev", name) end
      if not context.is_link_name(name) then context.invalid(name, '"dev" not a valid ifname') end
      device = name
    else
      if matches(word, "address") then word = words:value() end
      if matches(word, "help") then usage() end
      if address then context.duplicate("address", word) end
      address = inet.hardware_bytes(context.hardware_address(word))
    end
  end
  if not device then fail(255, 'Not enough information: "dev" is required.') end
  if not address then fail(255, 'Not enough information: "address" is required.') end
  local socket <close> = assert(S.socket("inet", "dgram, cloexec", 0))
  local ok, err = require("net.device")[change](socket, device, address)
  if not ok then fail(1, "ioctl: " .. tostring(err)) end
  return 0
end

local VERBS = { { "show", show }, { "list", show }, { "lst", show },
  { "add", modify, "add_multicast" }, { "delete", modify, "drop_multicast" } }

--- `ip maddr ...`
---@param ip ip.Context
---@param words ip.Words
---@return integer status
function maddr.run(ip, words)
  return context.verb(ip, words, "maddr", VERBS, usage)
end

return maddr
