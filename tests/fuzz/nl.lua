-- tests/fuzz/nl.lua - hostile netlink messages
--
-- The kernel is trusted, but other processes can send to a netlink port, and attributes of
-- newer kernels are as good as random. Nothing is raised, and what was read can be written.

local t = require "test"
local fuzz = require "fuzz"
local codec = require "nl.codec"

local SCHEMAS = {}
for i, name in ipairs { "link", "addr", "route", "neigh", "rule" } do
  SCHEMAS[i] = require("nl.schema." .. name)
end

local function attribute(depth)
  local data
  if depth > 0 and math.random(3) == 1 then
    local parts = {}
    for i = 1, math.random(0, 4) do parts[i] = attribute(depth - 1) end
    data = table.concat(parts)
  else
    data = fuzz.bytes(({ 0, 1, 2, 4, 6, 8, 16, math.random(0, 64) })[math.random(8)])
  end
  local kind = math.random(0, 64) | (math.random(4) == 1 and 0x8000 or 0)
  local size = #data + 4
  if math.random(12) == 1 then size = math.random(0, 80) end
  return ("=I2I2"):pack(size, kind) .. data .. ("\0"):rep(-#data & 3)
end

local function generate()
  local out = { fuzz.bytes(math.random(2) == 1 and 16 or 12) }
  for _ = 1, math.random(0, 12) do out[#out + 1] = attribute(4) end
  return table.concat(out)
end

local good = 0

local function check(input)
  for _, schema in ipairs(SCHEMAS) do
    local message, err = codec.decode(schema, input)
    assert(message or err, "a table or a reason")
    if message then
      good = good + 1
      local bytes = codec.encode(schema, message)
      assert(codec.decode(schema, bytes), "what was read can be written and read again")
    end
  end
end

local deep = ("\0"):rep(16)
local nest = ""
for _ = 1, 200 do nest = ("=I2I2"):pack(#nest + 4, 18 | 0x8000) .. nest end
local rounds = fuzz.run {
  name = "nl", corpus = { deep, deep .. nest, deep .. ("\4\0\1\0"):rep(500) },
  generate = generate, check = check, keep = 17,
}
t.ok(good > rounds / 4, "enough messages were read: " .. good)
