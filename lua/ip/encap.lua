-- ip/encap.lua - `encap TYPE ...` of routes and next hops: words and text
--
-- Layer: library of ip. Words, form and keys are iproute2 6.1's (ip-route(8)).

local context = require "ip.context"
local mpls = require "nl.mpls"

local fail = context.fail

local encap = {}

local MPLS, IP, IP6, SEG6, SEG6LOCAL = 1, 2, 4, 5, 7
local NAME = { [MPLS] = "mpls", [IP] = "ip", [3] = "ila", [IP6] = "ip6", [SEG6] = "seg6",
  [6] = "bpf", [SEG6LOCAL] = "seg6local", [8] = "rpl", [9] = "ioam6", [10] = "xfrm" }
-- those whose words are known
local TYPE = { mpls = MPLS, ip = IP, ip6 = IP6, seg6 = SEG6, seg6local = SEG6LOCAL }

-- TUNNEL_: include/uapi/linux/if_tunnel.h; in the order of printing
local FLAGS = { { "key", 0x04 }, { "csum", 0x01 }, { "seq", 0x08 } }

local MODE = { [0] = "inline", "encap", "l2encap", "encap.red", "l2encap.red" }

local ACTION = { "End", "End.X", "End.T", "End.DX2", "End.DX6", "End.DX4", "End.DT6", "End.DT4",
  "End.B6", "End.B6.Encaps", "End.BM", "End.S", "End.AS", "End.AM", "End.BPF", "End.DT46" }

local function number_of(names, name)
  for number, known in pairs(names) do
    if known == name then return number end
  end
end

-- ---- words ----

local function take_segments(words)
  local list = {}
  for address in words:value():gmatch("[^,]+") do
    list[#list + 1] = (context.address(address, 10))
  end
  return list
end

-- What a word of a type puts into its attributes.
local WORDS = {}

local function number(key, largest, why)
  return function(words, data)
    data[key] = words:number(0, largest, ('"%s" value is invalid\n'):format(why or key))
  end
end

local function address(key, family)
  return function(words, data) data[key] = (context.address(words:value(), family)) end
end

local function flag(bit)
  return function(_, data) data.flags = (data.flags or 0) | bit end
end

local function tunnel(family, ttl, tos)
  local list = {
    id = number("id", math.maxinteger), dst = address("dst", family), src = address("src", family),
    [ttl] = number(ttl, 255), [tos] = function(words, data)
      local text = words:value()
      data[tos] = require("ip.names").number("dsfield", text, 255)
        or context.invalid(text, ('"%s" value is invalid\n'):format(tos))
    end,
  }
  for _, one in ipairs(FLAGS) do list[one[1]] = flag(one[2]) end
  return list
end

WORDS[IP] = tunnel(2, "ttl", "tos")
WORDS[IP6] = tunnel(10, "hoplimit", "tc")

WORDS[SEG6] = {
  mode = function(words, data)
    local text = words:value()
    data.mode = number_of(MODE, text) or context.invalid(text, '"mode" value is invalid\n')
  end,
  segs = function(words, data) data.segs = take_segments(words) end,
}

local function take_link(key)
  return function(words, data, ip) data[key] = ip:must_index(words:value()) end
end

local function take_table(key)
  return function(words, data)
    local text = words:value()
    data[key] = require("ip.names").number("table", text, 0xffffffff)
      or context.invalid(text, ('"%s" value is invalid\n'):format(key))
  end
end

WORDS[SEG6LOCAL] = {
  action = function(words, data)
    local text = words:value()
    data.action = number_of(ACTION, text) or context.invalid(text, '"action" value is invalid\n')
  end,
  table = take_table "table", vrftable = take_table "vrftable",
  nh4 = address("nh4", 2), nh6 = address("nh6", 10),
  iif = take_link "iif", oif = take_link "oif",
  srh = function(words, data)
    local text = words:value()
    if text ~= "segs" then context.invalid(text, "missing srh's segs") end
    data.srh = take_segments(words)
  end,
}

local function read_mpls(words, data)
  local text = words:value()
  if not mpls.bytes(text) then
    fail(1, ('Error: mpls address is expected rather than "%s".'):format(text))
  end
  data.dst = text
  if words:peek() == "ttl" then
    words:take()
    data.ttl = words:number(0, 255, "ttl")
  end
end

-- The kernel wants the header with the destination's own place in it.
local function finish_seg6(data)
  if not data.segs then fail(255, 'Error: unexpected end of line after "encap"') end
  local mode = data.mode or 1
  if mode == 0 then data.segs[#data.segs + 1] = "::" end
  return { srh = { mode = mode, segs = data.segs } }
end

--- Read what follows the word `encap` into a route's or next hop's attributes.
---@param ip ip.Context
---@param words ip.Words
---@param values table
function encap.read(ip, words, values)
  local name = words:value()
  local kind = TYPE[name] or context.invalid(name, '"encap type" value is invalid\n')
  local data = {}
  if kind == MPLS then
    read_mpls(words, data)
  else
    local known, first = WORDS[kind], words.at
    words:peek()
    while known[words:peek() or ""] do known[words:take()](words, data, ip) end
    if words.at == first then
      if not words:peek() then words:value() end
      fail(255, 'Error: unexpected end of line after "encap"')
    end
  end
  if kind == SEG6 then data = finish_seg6(data) end
  values.encap_type, values.encap = kind, data
end

-- ---- text ----

local function print_flags(out, flags)
  for _, one in ipairs(FLAGS) do
    if flags & one[2] ~= 0 then out:put(one[1], one[1] .. " ", true) end
  end
end

local function print_segments(out, segments)
  out:text("segs %d [ ", #segments)
  out:array("segs")
  for _, segment in ipairs(segments) do out:put(nil, "%s ", segment) end
  out:array_end("] ")
end

local PRINT = {}

PRINT[MPLS] = function(out, data)
  if data.dst then out:put("dst", " %s ", data.dst) end
  if data.ttl then out:put("ttl", "ttl %d ", data.ttl) end
end

local function print_tunnel(ttl, tos)
  return function(out, data)
    for _, key in ipairs { "id", "src", "dst", ttl, tos } do
      if data[key] then out:put(key, key .. " %s ", data[key]) end
    end
    if data.flags then print_flags(out, data.flags) end
  end
end
PRINT[IP], PRINT[IP6] = print_tunnel("ttl", "tos"), print_tunnel("hoplimit", "tc")

PRINT[SEG6] = function(out, data)
  local srh = data.srh
  if not srh then return end
  out:put("mode", "mode %s ", MODE[srh.mode] or "<unknown>")
  print_segments(out, srh.segs)
end

PRINT[SEG6LOCAL] = function(out, data, ip)
  out:put("action", "action %s ", ACTION[data.action] or "<unknown>")
  if data.srh then
    out:object("srh")
    print_segments(out, data.srh)
    out:object_end()
  end
  for _, key in ipairs { "table", "vrftable" } do
    if data[key] then
      out:put(key, key .. " %s ", require("ip.names").name("table", data[key], ip.numeric))
    end
  end
  if data.nh4 then out:put("nh4", "nh4 %s ", data.nh4) end
  if data.nh6 then out:put("nh6", "nh6 %s ", data.nh6) end
  if data.iif then out:name("iif", "iif %s ", ip:name(data.iif)) end
  if data.oif then out:name("oif", "oif %s ", ip:name(data.oif)) end
end

--- Print the attributes of a route or next hop that has them.
---@param ip ip.Context
---@param values table
function encap.print(ip, values)
  local kind = values.encap_type
  if not kind or not values.encap then return end
  ip.out:put("encap", " encap %s ", NAME[kind] or "unknown")
  if PRINT[kind] then PRINT[kind](ip.out, values.encap, ip) end
end

return encap
