-- tests/lua/regex_reference.lua - extents against a search by brute force
--
-- The reference knows no automaton: of each part of an expression it makes the set of all places
-- where a match that begins here can end. Leftmost and longest (POSIX XBD 9.1) follow from these.

local t = require "test"
local regex = require "text.regex"

local state = 20261121
local function random(n)
  state = (state * 1103515245 + 12345) % 2147483648
  return state // 65536 % n + 1
end
local function pick(list) return list[random(#list)] end

local CHARS = { "a", "b", "c", "1", "-", " ", "A", "_", "ä", "Я", "€" }
local function is(class) return function(c) return c:find("^" .. class .. "$") ~= nil end end
local function word(c) return c:find("^[%w_]$") ~= nil or c == "ä" or c == "Я" end
local SETS = {
  { ".", function() return true end }, { "[ab]", is "[ab]" }, { "[^a]", is "[^a]+" },
  { "[a-c]", is "[a-c]" }, { "[[:digit:]]", is "%d" }, { "[^[:space:]b]", is "[^%sb]+" },
  { "[]a]", is "[]a]" }, { "[b-]", is "[b-]" }, { "[[=a=]b]", is "[ab]" },
  { "[[.-.]a]", is "[a-]" }, { "\\w", word }, { "\\W", function(c) return not word(c) end },
  { "\\s", is "%s" }, { "[ä-ü]", is "ä" }, { "[^ä]", function(c) return c ~= "ä" end },
  { "[[:alpha:]]", function(c) return word(c) and c:find("[1_]") == nil end },
}
local ASSERTIONS = {
  ["\\<"] = function(before, after) return not before and after end,
  ["\\>"] = function(before, after) return before and not after end,
  ["\\b"] = function(before, after) return before ~= after end,
  ["\\B"] = function(before, after) return before == after end,
}
local REPEATS = { { "*", 0 }, { "+", 1 }, { "?", 0, 1 }, { "{2}", 2, 2 }, { "{1,}", 1 },
  { "{,2}", 0, 2 }, { "{1,3}", 1, 3 } }

-- Expressions: their text, and a function from a place to the places where they can end.
local alternatives

local function one(test)
  return function(chars, at)
    return at <= #chars and test(chars[at]) and { [at + 1] = true } or {}
  end
end

local function through(ends, chars, places)
  local all = {}
  for at in pairs(places) do
    for stop in pairs(ends(chars, at)) do all[stop] = true end
  end
  return all
end

local function atom(extended, depth)
  local kind = random(12)
  if kind <= 3 then
    local set = pick(SETS)
    return set[1], one(set[2])
  elseif kind <= 5 and depth < 3 then
    local text, ends = alternatives(extended, depth + 1)
    return extended and "(" .. text .. ")" or "\\(" .. text .. "\\)", ends
  elseif kind == 6 then
    local text = pick { "\\<", "\\>", "\\b", "\\B" }
    return text, function(chars, at)
      local before, after = at > 1 and word(chars[at - 1]), at <= #chars and word(chars[at])
      return ASSERTIONS[text](before, after) and { [at] = true } or {}
    end, true
  elseif kind == 7 and random(3) == 1 then
    local first = random(2) == 1
    return first and "\\`" or "\\'", function(chars, at)
      return at == (first and 1 or #chars + 1) and { [at] = true } or {}
    end, true
  end
  local char = pick(CHARS)
  return char, one(function(c) return c == char end)
end

local function repeated(extended, depth)
  local text, ends, is_assertion = atom(extended, depth)
  if is_assertion or random(2) == 1 then return text, ends end
  local mark, min, max = table.unpack(pick(REPEATS))
  if not extended and mark ~= "*" then mark = "\\" .. mark:gsub("}", "\\}") end
  return text .. mark, function(chars, at)
    local now, all = { [at] = true }, {}
    for _ = 1, min do now = through(ends, chars, now) end
    for stop in pairs(now) do all[stop] = true end
    for _ = 1, max and max - min or #chars + 1 do
      now = through(ends, chars, now)
      for stop in pairs(now) do all[stop] = true end
    end
    return all
  end
end

local function sequence(extended, depth)
  local texts, parts = {}, {}
  for i = 1, random(3) do texts[i], parts[i] = repeated(extended, depth) end
  return table.concat(texts), function(chars, at)
    local now = { [at] = true }
    for _, ends in ipairs(parts) do now = through(ends, chars, now) end
    return now
  end
end

function alternatives(extended, depth)
  local text, ends = sequence(extended, depth)
  while random(3) == 1 do
    local text_2, ends_2 = sequence(extended, depth)
    local left = ends
    text = text .. (extended and "|" or "\\|") .. text_2
    ends = function(chars, at)
      local all = left(chars, at)
      for stop in pairs(ends_2(chars, at)) do all[stop] = true end
      return all
    end
  end
  return text, ends
end

-- Where the match is, in bytes as re:find says it.
local function expected(ends, chars)
  local offset = { 1 }
  for i, char in ipairs(chars) do offset[i + 1] = offset[i] + #char end
  for at = 1, #chars + 1 do
    local last
    for stop in pairs(ends(chars, at)) do last = math.max(last or stop, stop) end
    if last then return { offset[at], offset[last] - 1 } end
  end
  return {}
end

local different, compared = {}, 0
for _ = 1, 400 do
  local extended = random(2) == 1
  local text, ends = alternatives(extended, 0)
  local re = assert(regex.compile(text, extended and "uE" or "u"))
  for _ = 1, 8 do
    local chars = {}
    for i = 1, random(9) - 1 do chars[i] = pick(CHARS) end
    local subject = table.concat(chars)
    local start, stop = re:find(subject)
    local want = expected(ends, chars)
    compared = compared + 1
    if start ~= want[1] or stop ~= want[2] then
      different[#different + 1] = ("%s in %q: %s-%s"):format(text, subject, start, stop)
    end
  end
end
t.is(different, {}, "expressions that match elsewhere than all ends tell")
t.is(compared, 3200, "places compared")
