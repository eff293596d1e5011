-- api_values.lua - random arguments of wrong and right types, for the fuzz of S
--
-- Layer: tests. What is made here follows from the seed alone, as far as descriptors go.
-- Numbers of the signals that a crash would have (ILL, TRAP, ABRT, BUS, FPE, SEGV) are never
-- given out: a call may send whatever number it is given, and that would look like a crash.

local S = require "syscall"
local names = require "syscall.names"
local mem = S.mem

local values = {}

local random = math.random
local CRASHES = { [4] = true, [5] = true, [6] = true, [7] = true, [8] = true, [11] = true }

local function pick(list) return list[random(#list)] end

local EDGES = { 0, 1, -1, 2, 3, 9, 16, 63, 64, 100, 127, 128, 255, 256, 4095, 4096, 4097, 65535,
  65536, 0x7fffffff, 0x80000000, 0xffffffff, 1 << 32, 1 << 40, math.maxinteger, math.mininteger,
  -2, -100, -0x80000000 }

function values.integer()
  local n
  if random(3) == 1 then n = pick(EDGES)
  elseif random(2) == 1 then n = random(0, 40)
  elseif random(4) == 1 then n = 1 << random(0, 62)
  else n = random(0, 70000) end
  return CRASHES[n] and n + 32 or n
end

function values.number()
  if random(12) == 1 then return pick { 0.5, -1.5, 1e300, 0 / 0, 1 / 0, -1 / 0, 3.0, 0.001 } end
  return values.integer()
end

local PATHS = { "f", "d", "d/x", "d/l", ".", "..", "/", "", "no/such", "d/../f", "fifo", "sock" }

function values.path() return pick(PATHS) end

function values.string()
  local kind = random(6)
  if kind <= 2 then return values.path() end
  if kind == 3 then return ("x"):rep(pick { 0, 1, 2, 16, 107, 108, 109, 255, 256, 4096, 70000 }) end
  local bytes = {}
  for i = 1, random(0, 40) do bytes[i] = string.char(random(0, 255)) end
  return table.concat(bytes)
end

local TABLES = names.constants()

--- Names out of one table of constants, or of several.
function values.flags()
  local members, list, from = {}, {}, pick(TABLES)
  for name, number in pairs(S.c[from]) do
    if from ~= "SIG" or not CRASHES[number] then members[#members + 1] = name end
  end
  table.sort(members)
  for i = 1, random(3) do list[i] = #members > 0 and pick(members):lower() or "none" end
  local text = table.concat(list, random(2) == 1 and "," or ", ")
  return random(20) == 1 and "~" .. text or text
end

local TYPES = names.types()

--- A struct of a random type, some of its fields set.
function values.struct(type)
  type = type or pick(TYPES)
  local ok, m = pcall(mem.new, type)
  if not ok then return nil end
  local fields = mem.fields(type)
  for _ = 1, #fields > 0 and random(0, 4) or 0 do
    pcall(function() m[pick(fields).name] = values.simple() end)
  end
  return m
end

function values.memory()
  local kind = random(10)
  if kind <= 3 then return S.t.buffer(pick { 0, 1, 2, 4, 8, 16, 64, 255, 4096 }) end
  if kind <= 6 then return values.struct() end
  if kind == 7 then return mem.list(pick(TYPES), random(0, 4)) end
  if kind == 8 then return pick(values.mappings) end
  if kind == 9 then return S.t.buffer(64) + random(0, 64) end
  local ok, iovecs = pcall(S.t.iovecs, { random(0, 100), values.string() })
  return ok and iovecs or nil
end

--- Open descriptors of all kinds, and one that is closed.
function values.fd() return pick(values.fds) end

function values.table(depth)
  local t = {}
  for i = 1, random(0, 4) do t[i] = values.any((depth or 0) + 1) end
  if random(3) == 1 then t[pick { "flags", "mode", "events", "fd", "len", "handler", "pidfd",
    "resolve", "readfds", "name", "cwd", "env", "mask" }] = values.any((depth or 0) + 1) end
  return t
end

function values.vector()
  local t = {}
  for i = 1, random(0, 4) do t[i] = random(3) == 1 and values.string() or values.memory() end
  return t
end

function values.simple()
  local kind = random(10)
  if kind <= 5 then return values.number() end
  if kind <= 7 then return values.string() end
  if kind == 8 then return values.memory() end
  if kind == 9 then return random(2) == 1 end
  return nil
end

--- (No table of constants: c.O[5] is 5, so that as an array it has no end.)
--- As a signal's handler it runs between any two lines of ours: it must not raise.
local function nothing() end

function values.any(depth)
  local kind = random(20)
  if kind <= 5 then return values.number() end
  if kind <= 7 then return values.string() end
  if kind <= 9 then return values.flags() end
  if kind <= 12 then return values.fd() end
  if kind <= 15 then return values.memory() end
  if kind == 16 then return nil end
  if kind == 17 then return random(2) == 1 end
  if kind == 18 and (depth or 0) < 3 then return values.table(depth) end
  if kind == 19 then return values.struct() end
  return pick { nothing, S, S.t.error("NOENT"), coroutine.create(nothing), io.stdout, S.t.stat }
end

--- What an argument error asks for: "fd or number expected, got nil".
function values.wanted(message)
  local struct = message:match("%(([%w_]+) expected")
  if message:find("fd or number expected") then return values.fd() end
  if message:find("number expected") or message:find("integer") then return values.integer() end
  if message:find("buffers expected") or message:find("iovecs expected") then
    return values.vector()
  end
  if message:find("memory expected") then return values.memory() end
  if message:find("string expected") or message:find("embedded zero") then
    return values.path()
  end
  if message:find("table expected") then return values.table() end
  if message:find("invalid flag") or message:find("empty flag") then
    return random(2) == 1 and values.flags() or values.integer()
  end
  if struct and pcall(mem.sizeof, struct) then return values.struct(struct) end
  if struct and struct:sub(-1) == "s" and pcall(mem.sizeof, struct:sub(1, -2)) then
    return mem.list(struct:sub(1, -2), random(0, 4))
  end
  return values.any()
end

return values
