-- tests/fuzz/dns.lua - hostile DNS answers
--
-- Nothing is raised, whatever is read is bounded by the packet, and names hold no byte that
-- could act on a terminal or a file.

local t = require "test"
local fuzz = require "fuzz"
local codec = require "net.dns.message"
local name = require "net.name"

local KINDS = { 1, 2, 5, 6, 12, 15, 16, 28, 33, 41, 99 }

local function wire_name()
  local pick = math.random(6)
  if pick == 1 then return "\192" .. string.char(math.random(0, 255)) end
  if pick == 2 then return fuzz.bytes(math.random(0, 5)) end
  local out = {}
  for _ = 1, math.random(0, 4) do
    local size = math.random(1, 12)
    out[#out + 1] = string.char(size) .. fuzz.bytes(size)
  end
  return table.concat(out) .. (pick == 3 and "\192\12" or "\0")
end

local function generate()
  local counts = { math.random(0, 3), math.random(0, 2), math.random(0, 2) }
  local out = { (">I2I2I2I2I2I2"):pack(math.random(0, 65535),
    0x8000 | math.random(0, 0x7fff), 1, counts[1], counts[2], counts[3]),
    wire_name(), "\0\1\0\1" }
  for _ = 1, counts[1] + counts[2] + counts[3] do
    local data = math.random(2) == 1 and wire_name() or fuzz.bytes(math.random(0, 40))
    out[#out + 1] = wire_name() .. (">I2I2I4s2"):pack(KINDS[math.random(#KINDS)], 1, 60, data)
  end
  return table.concat(out)
end

local good = 0

local function check(input)
  local answer = codec.decode(input)
  for at = 1, math.min(#input, 20) do
    local text = name.decode(input, at)
    if text then
      assert(not text:find("[^\33-\126]"), "a name of printable bytes")
      local wire = assert(name.encode(text))
      assert(name.decode(wire, 1) == text, "there and back")
    end
  end
  if not answer then return end
  good = good + 1
  local records = #answer.answers + #answer.authority + #answer.additional
  assert(records <= #input / 11, "no more records than bytes for them")
  local host = answer.question and answer.question.name or "x"
  for kind in pairs(codec.TYPES) do
    local found = codec.chain(answer, host, kind)
    assert(#found <= #answer.answers)
  end
end

local corpus = fuzz.corpus {
  "tests/fuzz/corpus/dns/alias.hex", "tests/fuzz/corpus/dns/pointer-loop.hex",
  "tests/fuzz/corpus/dns/counts.hex", "tests/fuzz/corpus/dns/soa-mx-txt.hex",
}
local rounds = fuzz.run {
  name = "dns", corpus = corpus, generate = generate, check = check, keep = 13,
}
t.ok(good > rounds / 20, "enough answers went all the way: " .. good)
