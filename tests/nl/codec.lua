-- tests/nl/codec.lua - every schema there and back with random values; damaged messages
-- The seed is fixed: a failure comes again.

local t = require "test"
local codec = require "nl.codec"
local inet = require "nl.inet"

math.randomseed(20240229)
local random = math.random

local function bytes(n)
  local list = {}
  for i = 1, n do list[i] = string.char(random(0, 255)) end
  return table.concat(list)
end

local message -- a nest has values of its own

local value_of = {
  u8 = function() return random(0, 255) end,
  u16 = function() return random(0, 65535) end,
  u32 = function() return random(0, 0xffffffff) end,
  u64 = function() return random(math.mininteger, math.maxinteger) end,
  s8 = function() return random(-128, 127) end,
  s16 = function() return random(-32768, 32767) end,
  s32 = function() return random(-0x80000000, 0x7fffffff) end,
  s64 = function() return random(math.mininteger, math.maxinteger) end,
  be16 = function() return random(0, 65535) end,
  be32 = function() return random(0, 0xffffffff) end,
  be64 = function() return random(0, math.maxinteger) end,
  flag = function() return true end,
  z = function() return ("x"):rep(random(0, 20)) .. "y" end,
  bin = function() return bytes(random(0, 30)) end,
  ip = function() return inet.text(bytes(random(2) == 1 and 4 or 16)) end,
  lladdr = function() return inet.hardware_text(bytes(random(1, 32))) end,
}

local function resolve(set)
  if type(set) == "string" then return require(set) end
  return set
end

local function field_value(form)
  local size = string.packsize("=" .. form)
  return (string.unpack("=" .. form, bytes(size)))
end

function value_of.struct(entry)
  local value = {}
  for i = 4, #entry, 2 do value[entry[i]] = field_value(entry[i + 1]) end
  return value
end

function value_of.custom(entry)
  if entry[1] == "ttl_inherit" then return 1 end
  if entry[1] == "via" then return { family = 10, host = inet.text(bytes(16)) } end
  if entry[1] == "newdst" then return ("%d/%d"):format(random(0, 0xfffff), random(0, 0xfffff)) end
  return { value = random(0, 65535), size = 2 } -- the tunnels' flags
end

function value_of.nest(entry, depth) return message(resolve(entry.set), depth + 1) end

function value_of.array(entry, depth)
  local list = {}
  for i = 1, random(0, 3) do list[i] = value_of[entry.of[2]](entry.of, depth + 1) end
  return list
end

function value_of.records(entry, depth)
  local list = {}
  for i = 1, random(0, 3) do
    list[i] = message(resolve(entry.set), depth + 1)
    list[i].size = nil
  end
  return list
end

-- Some of a set's attributes, some of them unknown.
function message(set, depth)
  local values = {}
  local header = set.header
  if header then
    local fields = { string.unpack(header[1], bytes(string.packsize(header[1]))) }
    for i = 2, #header do values[header[i]] = fields[i - 1] end
  end
  for number, entry in pairs(set) do
    if math.type(number) == "integer" and entry[2] ~= "sub" and random(3) == 1
      and (depth < 4 or value_of[entry[2]] ~= value_of.nest) then
      local make = value_of[entry[2]]
      if entry.multi then
        local list = {}
        for i = 1, random(1, 3) do list[i] = make(entry, depth) end
        values[entry[1]] = list
      else
        values[entry[1]] = make(entry, depth)
      end
    end
  end
  if random(3) == 1 then values[1] = { 16000, bytes(random(0, 9)) } end
  return values
end

-- Decoding adds what a header field stands in for, and the records' sizes: compare by bytes.
local function there_and_back(set, values)
  local encoded = codec.encode(set, values)
  local decoded, err = codec.decode(set, encoded)
  if not decoded then return false, err end
  for name, field in pairs(set.fallback or {}) do
    if values[name] == nil and decoded[name] == decoded[field] then decoded[name] = nil end
  end
  return codec.encode(set, decoded) == encoded, decoded
end

local SCHEMAS = { "link", "addr", "route", "neigh", "rule", "addrlabel", "netconf", "neigh_table",
  "vlan_db" }
for _, name in ipairs(SCHEMAS) do
  local set = require("nl.schema." .. name)
  local good = 0
  for _ = 1, 200 do
    if there_and_back(set, message(set, 0)) then good = good + 1 end
  end
  t.is(good, 200, name .. ": 200 random messages there and back")
end

for _, index in ipairs { "kinds", "slave_kinds", "af_spec" } do
  for kind, set in pairs(require("nl.schema." .. index)) do
    set = resolve(set)
    local good = 0
    for _ = 1, 50 do
      if there_and_back(set, message(set, 0)) then good = good + 1 end
    end
    t.is(good, 50, ("%s %s: 50 random messages there and back"):format(index, kind))
  end
end

local link = require "nl.schema.link"

local vlan = codec.decode(link, codec.encode(link, {
  ifname = "v", linkinfo = { kind = "vlan", data = { id = 40, protocol = 0x8100 } } }))
t.is(vlan.linkinfo.data, { id = 40, protocol = 0x8100 }, "data is chosen by the kind")
t.is(codec.encode(link, { linkinfo = { kind = "vlan", data = { id = 40 } } }),
  ("\0"):rep(16) .. string.pack("=I2I2", 28, 0x8012) .. string.pack("=I2I2", 9, 1) .. "vlan\0\0\0\0"
    .. string.pack("=I2I2I2I2I2I2", 12, 0x8002, 6, 1, 40, 0), "the bytes that ip link sends")

-- the key may stand behind what it chooses
local kind = string.pack("=I2I2", 9, 1) .. "vlan\0\0\0\0"
local data = string.pack("=I2I2I2I2I2I2", 12, 2, 6, 1, 40, 0)
local turned = ("\0"):rep(16) .. string.pack("=I2I2", 4 + #data + #kind, 18) .. data .. kind
t.is(codec.decode(link, turned).linkinfo.data, { id = 40 }, "key after its data")
t.is(codec.decode(link, (turned:gsub("vlan", "nala"))).linkinfo[1], { 2, data:sub(5) },
  "data of an unknown kind stays bytes")

-- shorter and longer structs, values of a wrong size
local address = require "nl.schema.addr"
local function cacheinfo(payload)
  return codec.decode(address, ("\0"):rep(8)
    .. string.pack("=I2I2", 4 + #payload, 6) .. payload .. ("\0"):rep(-#payload & 3))
end
t.is(cacheinfo(string.pack("=I4I4", 1, 2)).cacheinfo, { prefered = 1, valid = 2 },
  "an older kernel's short struct")
t.is(cacheinfo(string.pack("=I4I4I4I4I4", 1, 2, 3, 4, 5)).cacheinfo,
  { prefered = 1, valid = 2, cstamp = 3, tstamp = 4 }, "a newer kernel's long struct")
local odd = codec.decode(link, ("\0"):rep(16) .. string.pack("=I2I2I2", 6, 4, 1500) .. "\0\0")
t.is({ odd.mtu, odd[1] }, { nil, { 4, string.pack("=I2", 1500) } }, "an u32 of two bytes is kept")

t.raises(function() codec.encode(link, { ifnme = "x" }) end, "unknown attribute ifnme", "name")
t.raises(function() codec.encode(link, { mtu = 1 << 32 }) end, "mtu.*cannot hold", "too large")
t.raises(function() codec.encode(link, { ifname = "a\0b" }) end, "ifname", "NUL in a name")
t.raises(function() codec.encode(link, { phys_port_id = ("x"):rep(65532) }) end, "phys_port_id",
  "an attribute's length has 16 bits")

local request = codec.encode(link, { ifname = "v", linkinfo = { kind = "vlan",
  data = { id = 40, protocol = 1 } } })
t.is(codec.locate(link, request, 16), "ifname", "offset of the first attribute")
t.is(codec.locate(link, request, 16 + 8 + 4 + 12 + 4), "linkinfo.data.id", "offset in a nest")
t.is(codec.locate(link, request, 4000), nil, "offset outside")

-- the scanner in C and the walk in Lua agree
for _, name in ipairs(SCHEMAS) do
  local set = require("nl.schema." .. name)
  local encoded, with_scan, agreed = {}, {}, 0
  for i = 1, 200 do
    encoded[i] = codec.encode(set, message(set, 0))
    local at = random(1, #encoded[i])
    if i % 2 == 0 then encoded[i] = encoded[i]:sub(1, at - 1) .. bytes(3) .. encoded[i]:sub(at) end
    with_scan[i] = codec.decode(set, encoded[i])
  end
  codec.pure(true)
  for i = 1, 200 do
    local by_lua = codec.decode(set, encoded[i])
    -- of what is kept the order may differ: the scanner's wrong sizes come with the rest
    if (by_lua == nil) == (with_scan[i] == nil)
      and (by_lua == nil or #codec.encode(set, by_lua) == #codec.encode(set, with_scan[i])) then
      agreed = agreed + 1
    end
  end
  codec.pure(false)
  t.is(agreed, 200, name .. ": C and Lua decode alike")
end

for _, name in ipairs(SCHEMAS) do
  local set, agreed = require("nl.schema." .. name), 0
  for _ = 1, 200 do
    local values = message(set, 0)
    local by_c = codec.encode(set, values)
    codec.pure(true)
    if codec.encode(set, values) == by_c then agreed = agreed + 1 end
    codec.pure(false)
  end
  t.is(agreed, 200, name .. ": C and Lua encode alike")
end

do
  -- a header that the scanner in C does not know
  local prio = { kind = "prio", options = { bands = 4, priomap = ("abcd"):rep(4) } }
  local encoded = codec.encode(require "nl.schema.tc", prio)
  t.is(codec.decode(require "nl.schema.tc", encoded).options, prio.options, "bytes in a header")
end

do
  local set = require "nl.schema.route"
  local cut = codec.cutter(set, { dst = true, priority = true })
  local function route(dst, priority)
    return codec.encode(set, { family = 2, dst_len = 32, dst = dst, oif = 3, priority = priority })
  end
  local key, dst, priority = cut(route("10.0.0.1", 7))
  local other, second = cut(route("10.0.0.2", 7))
  t.is({ dst, priority, second }, { "10.0.0.1", 7, "10.0.0.2" }, "values are cut out")
  t.is(key, other, "what is left is the same")
  t.ok(key ~= cut(route("10.0.0.1")), "an attribute that is absent makes a difference")
  t.ok(key ~= cut(route("::1", 7)), "and a value of another size")
  t.is(cut(route("10.0.0.1", 7):sub(1, -2)), nil, "a damaged message has no key")
  t.is(cut("x"), nil, "nor has one without a header")
end

-- Whatever comes: a table or nil and why, never an error, and no time without end.
local function survives(set, damaged)
  local ok, decoded, err = pcall(codec.decode, set, damaged)
  return ok and (type(decoded) == "table" or decoded == nil and type(err) == "string"),
    ok and "" or tostring(decoded)
end
for _, name in ipairs(SCHEMAS) do
  local set = require("nl.schema." .. name)
  local bad
  for _ = 1, 300 do
    local encoded = codec.encode(set, message(set, 0))
    local at = random(1, #encoded)
    local damaged = encoded:sub(1, at - 1) .. bytes(random(0, 6)) .. encoded:sub(at + random(0, 6))
    local ok, why = survives(set, damaged)
    if not ok then bad = why end
    ok, why = survives(set, encoded:sub(1, at))
    if not ok then bad = why end
    ok, why = survives(set, bytes(random(0, 200)))
    if not ok then bad = why end
  end
  t.is(bad, nil, name .. ": damaged messages raise nothing")
end

local deep = ""
for _ = 1, 2000 do
  deep = string.pack("=I2I2", #deep + 4 + 16 + 4 + 4 + 12, 18)
    .. string.pack("=I2I2", 9, 1) .. "veth\0\0\0\0"
    .. string.pack("=I2I2", #deep + 4 + 16 + 4, 2) .. string.pack("=I2I2", #deep + 4 + 16, 1)
    .. ("\0"):rep(16) .. deep
  if #deep > 60000 then break end
end
t.ok(survives(link, ("\0"):rep(16) .. deep), "a peer of a peer of a peer ...")

-- ---- a header larger than what the packer in C has room for ----

t.raises(function()
  codec.encode({ header = { "=" .. ("x"):rep(300) .. "I4", "number" } }, { number = 1 })
end, "header", "a header without end")
