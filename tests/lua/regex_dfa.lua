-- tests/lua/regex_dfa.lua - the automaton that finds lines agrees with the search for places,
-- which re:find asks: made-up expressions over made-up lines

local t = require "test"
local S = require "syscall"
local regex = require "text.regex"
local lines = require "text.lines"

local state = 20240517
local function random(n)
  state = (state * 1103515245 + 12345) % 2147483648
  return state // 65536 % n + 1
end
local function pick(list) return list[random(#list)] end

local BYTES = { "a", "b", "c", "1", "-", " ", "x", "A", "B", ".", "*", "\0" }
local SETS = {
  "[ab]", "[^a]", "[a-c]", "[[:digit:]]", "[^[:space:]b]", "[]a]", "[b-]", "[[:upper:]x]",
}

local atom

local function group(extended, depth)
  local text = ""
  for _ = 1, random(3) do text = text .. atom(extended, depth) end
  return text
end

function atom(extended, depth)
  local kind = random(12)
  if kind == 1 then return "." end
  if kind == 2 then return pick(SETS) end
  if kind == 3 and depth < 3 then
    local text = group(extended, depth + 1)
    local bar = extended and "|" or "\\|"
    if random(3) == 1 then text = text .. bar .. group(extended, depth + 1) end
    return extended and "(" .. text .. ")" or "\\(" .. text .. "\\)"
  end
  if kind == 4 then return pick { "\\w", "\\s", "\\.", "\\*" } end
  if kind == 5 then
    local marks = extended and { "*", "+", "?", "{2}", "{1,}", "{0,2}", "{1,3}" }
      or { "*", "\\+", "\\?", "\\{2\\}", "\\{1,\\}", "\\{0,2\\}" }
    return pick { "a", "b", ".", "[ab]" } .. pick(marks)
  end
  return pick { "a", "b", "c", "1", "-", " ", "x", "A" }
end

local function expression(extended)
  local text = random(5) == 1 and "^" or ""
  for _ = 1, random(4) do text = text .. atom(extended, 0) end
  if random(5) == 1 then text = text .. "$" end
  if random(6) == 1 then
    text = text .. (extended and "|" or "\\|") .. atom(extended, 0) .. atom(extended, 0)
  end
  return text
end

local function pipe(text)
  local _, _, r, w = assert(S.pipe())
  assert(w:write(text) == #text)
  w:close()
  return r
end

-- The lines that a search through a reader selects, and those that find selects.
local function both(patterns, flags, list, size)
  local re = assert(regex.compile(patterns, flags))
  local want, got = {}, {}
  for _, line in ipairs(list) do
    if re:find(line) then want[#want + 1] = line end
  end
  local fd <close> = pipe(table.concat(list, "\n") .. "\n")
  local reader = lines.reader(fd, "\n", size)
  for line in function() return re:next(reader) end do got[#got + 1] = line end
  return got, want
end

local different, compared = {}, 0
for _ = 1, 400 do
  local extended = random(2) == 1
  local flags = (extended and "E" or "") .. pick { "", "", "i", "w", "x", "iw" }
  local patterns = { expression(extended) }
  if random(10) == 1 then
    for i = 2, 10 do patterns[i] = expression(extended) end
  end
  local list = {}
  for i = 1, 20 do
    local bytes = {}
    for j = 1, random(13) - 1 do bytes[j] = pick(BYTES) end
    list[i] = table.concat(bytes)
  end
  local got, want = both(patterns, flags, list, pick { 16, 64, 65536 })
  compared = compared + #list
  if table.concat(got, "\n") ~= table.concat(want, "\n") then
    different[#different + 1] = table.concat(patterns, " ;; ") .. "/" .. flags
  end
end
t.is(different, {}, "expressions that select other lines than find")
t.is(compared, 8000, "lines compared")

-- more states than are kept
do
  local list = {}
  for i = 1, 400 do
    local bytes = {}
    for j = 1, 60 do bytes[j] = random(2) == 1 and "a" or "b" end
    list[i] = table.concat(bytes) .. (i % 3 == 0 and "c" or "")
  end
  local got, want = both({ "a[ab]{14}c" }, "E", list)
  t.is({ #got, #want > 0 }, { #want, true }, "states are forgotten and made again")
end

-- many fixed strings: one automaton
do
  local words = {}
  for i = 1, 50 do words[i] = "word" .. i end
  local got = both(words, "Fw", { "a word7 b", "aword7", "word51", "word50", "" })
  t.is(got, { "a word7 b", "word50" })
  got = both(words, "Fx", { "word7", "word7 ", "word50" })
  t.is(got, { "word7", "word50" })
end

-- characters of several bytes
do
  local got, want = both({ "^a.b$", "^.$" }, "u", { "a\xc3\xa4b", "axb", "\xc3\xa4", "ab",
    "a\xffb" })
  t.is(got, want)
  t.is(got, { "a\xc3\xa4b", "axb", "\xc3\xa4", "a\xffb" })
end

-- NUL ends lines: newlines are bytes like others
do
  local re = regex.compile("a.b$", "")
  local reader = lines.reader(pipe("a\nb\0ab\0xa-b"), "\0")
  t.is({ re:next(reader), re:next(reader), (re:next(reader)) }, { "a\nb", "xa-b" })
end
