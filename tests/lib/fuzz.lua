-- fuzz.lua - damaged and invented input for a parser, in repeatable rounds
--
-- Layer: tests. A target gives a corpus directory, a generator that knows the format, and a
-- check that raises when something is wrong. The same seed gives the same inputs.
-- FUZZ_ROUNDS and FUZZ_SEED change what `make test` does; a failure prints what to set.

local fuzz = {}

local ROUNDS = 1500 -- a second or so: `make test` shall not become slow by it
local INTERESTING = { 0, 1, 2, 3, 4, 63, 64, 127, 128, 191, 192, 254, 255 }

local function byte()
  return string.char(math.random(3) == 1 and INTERESTING[math.random(#INTERESTING)]
    or math.random(0, 255))
end

---@param count integer
---@return string bytes
function fuzz.bytes(count)
  local out = {}
  for i = 1, count do out[i] = byte() end
  return table.concat(out)
end

local MUTATIONS = {
  function(s, at) return s:sub(1, at - 1) .. byte() .. s:sub(at + 1) end,
  function(s, at) -- one bit
    local old = s:byte(at) or 0
    return s:sub(1, at - 1) .. string.char(old ~ 1 << math.random(0, 7)) .. s:sub(at + 1)
  end,
  function(s, at) return s:sub(1, at - 1) end, -- cut
  function(s, at) return s:sub(1, at - 1) .. s:sub(at + math.random(8)) end, -- leave out
  function(s, at) return s:sub(1, at - 1) .. fuzz.bytes(math.random(8)) .. s:sub(at) end,
  function(s, at) return s:sub(1, at - 1) .. s:sub(math.random(#s + 1)) end, -- repeat or skip
  function(s, at, other) -- splice
    return s:sub(1, at - 1) .. other:sub(math.random(#other + 1))
  end,
}

---@param input string
---@param other string another input to splice with
---@param first integer? leave the bytes before this position alone, most of the time
---@return string
function fuzz.mutate(input, other, first)
  for _ = 1, math.random(4) do
    local low = first and math.random(8) > 1 and math.min(first, #input + 1) or 1
    input = MUTATIONS[math.random(#MUTATIONS)](input, math.random(low, #input + 1), other)
  end
  return input
end

local function hex(bytes)
  return (bytes:gsub(".", function(c) return ("%02x"):format(c:byte()) end))
end

--- Inputs of a corpus: one file each, hexadecimal, blanks and `#` comments allowed.
---@param paths string[]
---@return string[]
function fuzz.corpus(paths)
  local inputs = {}
  for i, path in ipairs(paths) do
    local file <close> = assert(io.open(path))
    local text = file:read("a"):gsub("#[^\n]*", ""):gsub("%s", "")
    inputs[i] = text:gsub("%x%x", function(digits) return string.char(tonumber(digits, 16)) end)
  end
  return inputs
end

---@class fuzz.Target
---@field name string
---@field corpus string[]
---@field generate fun(): string
---@field check fun(input: string)
---@field keep integer? position before which mutation mostly changes nothing

--- Run a target: the corpus as it is, then mutated and generated inputs.
---@param target fuzz.Target
---@return integer rounds
function fuzz.run(target)
  local seed = tonumber(os.getenv("FUZZ_SEED")) or 20240101
  local rounds = tonumber(os.getenv("FUZZ_ROUNDS")) or ROUNDS
  math.randomseed(seed)

  local function try(input)
    local ok, err = xpcall(target.check, debug.traceback, input)
    if not ok then
      error(("%s\ninput: %s\nrepeat with FUZZ_SEED=%d FUZZ_ROUNDS=%d")
        :format(err, hex(input), seed, rounds), 0)
    end
  end
  for _, input in ipairs(target.corpus) do try(input) end
  for round = 1, rounds do
    local pick = target.corpus[math.random(#target.corpus)]
    if round % 3 == 0 then
      try(target.generate())
    elseif round % 3 == 1 then
      try(fuzz.mutate(target.generate(), pick, target.keep))
    else
      try(fuzz.mutate(pick, target.corpus[math.random(#target.corpus)], target.keep))
    end
  end
  return rounds
end

return fuzz
