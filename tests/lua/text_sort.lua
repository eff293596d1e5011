-- tests/lua/text_sort.lua - orders of lines; GNU sort's in the POSIX locale

local t = require "test"
local sort = require "text.sort"

local function sorted(options, input)
  local sorter = sort.new(options)
  for line in input:gmatch("%S+") do sorter:add((line:gsub("_", " "))) end
  sorter:sort()
  local out = {}
  for i = 1, #sorter do out[i] = sorter:line(i):gsub(" ", "_") end
  return table.concat(out, " ")
end

local function key(fields) return { keys = { fields } } end

-- name, options, input, expected; _ is a space
local CASES = {
  { "bytes", {}, "b a C aa A", "A C a aa b" },
  { "longer than the prefix", {}, "12345678b 12345678a 12345678", "12345678 12345678a 12345678b" },
  { "reverse", { reverse = true }, "b a c", "c b a" },
  { "numbers", key { kind = "numeric" }, "10 9 -3 -20 0.5 007 x", "-20 -3 x 0.5 007 9 10" },
  { "large numbers", key { kind = "numeric" },
    "100000000000000000000000000000001 100000000000000000000000000000000 99",
    "99 100000000000000000000000000000000 100000000000000000000000000000001" },
  { "fractions", key { kind = "numeric" }, "1.5 1.25 1.50 -1.5 1", "-1.5 1 1.25 1.5 1.50" },
  { "long fractions", key { kind = "numeric" }, "0.00000000000000000002 0.00000000000000000001",
    "0.00000000000000000001 0.00000000000000000002" },
  { "floating point", key { kind = "general" }, "1e3 -inf x nan 1e-3 0x10",
    "x nan -inf 1e-3 0x10 1e3" },
  { "sizes", key { kind = "human" }, "1G 2K 10M 3 1M -1K", "-1K 3 2K 1M 10M 1G" },
  { "months", key { kind = "month" }, "dec Jan x FEB", "x Jan FEB dec" },
  { "versions", key { kind = "version" }, "a10 a9 a1.0~rc1 a1.0 a1.0.tar.gz a1.00",
    "a1.0~rc1 a1.0 a1.00 a1.0.tar.gz a9 a10" },
  { "folded", key { fold = true }, "b A a B", "A a B b" },
  { "dictionary", key { dictionary = true }, "-b a -a b", "-a a -b b" },
  { "second field", key { from_field = 2, to_field = 2 }, "a_2 b_1 c_1", "b_1 c_1 a_2" },
  { "separator", { separator = ":", keys = { { from_field = 2, to_field = 2, kind = "numeric" } } },
    "a:10:x b:9:x c::x", "c::x b:9:x a:10:x" },
  { "characters", key { from_field = 1, from_char = 2, to_field = 1, to_char = 2 }, "xb ya",
    "ya xb" },
  { "stable", { stable = true, keys = { { from_field = 2 } } }, "b_1 a_1 c_0", "c_0 b_1 a_1" },
  { "unique by key", { unique = true, keys = { { from_field = 2 } } }, "b_1 a_1 c_0", "c_0 b_1" },
  { "two keys", { keys = { { from_field = 2, to_field = 2, reverse = true }, { from_field = 1 } } },
    "b_1 a_1 c_2", "c_2 a_1 b_1" },
  { "nothing", {}, "", "" },
}
for _, case in ipairs(CASES) do t.is(sorted(case[2], case[3]), case[4], case[1]) end

do
  -- more lines than insertion sort takes, against a plain check
  local sorter, state = sort.new {}, 12345
  for _ = 1, 5000 do
    state = (state * 1103515245 + 12345) % 2147483648
    sorter:add(tostring(state % 3000))
  end
  sorter:sort()
  t.is(sorter:disorder(), nil, "5000 lines in order")
  t.is(#sorter, 5000, "all of them")
  local other = sort.new { unique = true }
  for _, line in ipairs { "a", "b", "b" } do other:add(line) end
  t.is({ other:disorder() }, { 3, "b" }, "unique: an equal line is out of order")
end
t.ok(sort.versions("1.9", "1.10") < 0, "versions")
t.raises(function() sort.new { keys = { { from_field = 0 } } } end, "count from 1")
t.raises(function() sort.new { separator = "ab" } end, "not one byte")
