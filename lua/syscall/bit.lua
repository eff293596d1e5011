-- syscall/bit.lua - LuaJIT's bit operations, for code written for it
--
-- Layer: library, pure functions. 32 bit signed results, as bitop.luajit.org says; the 64 bit
-- ones are ljsyscall's. New code uses Lua's own operators.

local bit = {}

local function integer(x)
  return math.tointeger(x) or math.tointeger(math.floor(tonumber(x) + 0.5))
    or error("number has no integer representation", 3)
end

--- The low 32 bits, signed.
function bit.tobit(x)
  x = integer(x) & 0xffffffff
  return x < 0x80000000 and x or x - 0x100000000
end

local tobit = bit.tobit

local function fold(operation, finish)
  return function(x, ...)
    x = integer(x)
    for i = 1, select("#", ...) do x = operation(x, integer((select(i, ...)))) end
    return finish(x)
  end
end

local function both(a, b) return a & b end
local function either(a, b) return a | b end
local function differ(a, b) return a ~ b end
local function same(x) return x end

bit.band, bit.bor, bit.bxor = fold(both, tobit), fold(either, tobit), fold(differ, tobit)
bit.band64, bit.bor64 = fold(both, same), fold(either, same)

function bit.bnot(x) return tobit(~integer(x)) end
function bit.lshift(x, n) return tobit((integer(x) & 0xffffffff) << (integer(n) & 31)) end
function bit.rshift(x, n) return tobit((integer(x) & 0xffffffff) >> (integer(n) & 31)) end
function bit.arshift(x, n) return tobit(x) // (1 << (integer(n) & 31)) end

function bit.rol(x, n)
  x, n = integer(x) & 0xffffffff, integer(n) & 31
  return tobit(x << n | x >> (32 - n))
end

function bit.ror(x, n) return bit.rol(x, -integer(n)) end

function bit.bswap(x)
  return tobit((string.unpack("<I4", string.pack(">I4", integer(x) & 0xffffffff))))
end

--- Hexadecimal digits, 8 of them or n; upper case for a negative n.
function bit.tohex(x, n)
  n = n and integer(n) or 8
  local digits = (n < 0 and "%08X" or "%08x"):format(integer(x) & 0xffffffff)
  return digits:sub(-math.min(math.abs(n), 8))
end

function bit.lshift64(x, n) return integer(x) << integer(n) end
function bit.rshift64(x, n) return integer(x) >> integer(n) end

--- The high and the low word, signed.
function bit.i6432(x)
  x = integer(x)
  return tobit(x >> 32), tobit(x)
end

--- The high and the low word, unsigned.
function bit.u6432(x)
  x = integer(x)
  return x >> 32, x & 0xffffffff
end

return bit
