-- tests/fuzz/regex.lua - hostile regular expressions: understood or refused, with words
--
-- What is understood must match inside of the text, with its groups inside of the match, and
-- select the lines in which it matches.

local t = require "test"
local fuzz = require "fuzz"
local S = require "syscall"
local regex = require "text.regex"
local lines = require "text.lines"

local PARTS = { "a", "b", "ab", ".", "*", "+", "?", "{", "}", "{2}", "{,3}", "{1,}", "\\{", "\\}",
  "(", ")", "|", "\\(", "\\)", "\\|", "\\+", "\\?", "[", "]", "[^", "-", "[a-c]", "[[:alpha:]]",
  "[[:", ":]", "[[=a=]]", "[[.-.]]", "[.", "^", "$", "\\", "\\1", "\\2", "\\<", "\\>", "\\b", "\\B",
  "\\`", "\\'", "\\w", "\\S", "\\x41", ",", "0", "9", "\0", "\n", "ä", "\xc3", "\xff", "{255}" }
local TEXTS = { "", "a", "abab", ("a"):rep(24) .. "b", "a b_1\0\xff", "\xc3\xa4B\xc3",
  "(a)*\\|{" }
local FLAGS = { "", "E", "F", "i", "Ei", "u", "Eu", "iu", "Eiu", "w", "Ew", "Ex", "Ewu", "Fwu" }

local function generate()
  local out = {}
  for i = 1, math.random(0, 16) do
    out[i] = math.random(8) == 1 and fuzz.bytes(math.random(1, 3)) or PARTS[math.random(#PARTS)]
  end
  return table.concat(out)
end

local function found(re, text, init)
  local result = table.pack(re:find(text, init))
  local start, stop = result[1], result[2]
  if not start then return nil, stop end
  assert(start >= init and stop >= start - 1 and stop <= #text, "outside of the text")
  for i = 3, result.n do
    assert(not result[i] or text:sub(start, stop):find(result[i], 1, true), "a group outside")
  end
  return start
end

local function check(pattern)
  local flags = FLAGS[#pattern % #FLAGS + 1]
  local re, err = regex.compile(pattern, flags)
  assert(re or type(err) == "string" and #err > 5)
  if not re then return end
  local selected, too_hard = 0, false
  for _, text in ipairs(TEXTS) do
    local start, fault = found(re, text, 1)
    if start then selected = selected + 1 end
    too_hard = too_hard or fault ~= nil
    found(re, text, 2)
  end
  local _, _, from, to = S.pipe()
  to:write(table.concat(TEXTS, "\n") .. "\n")
  to:close()
  local count = re:count(lines.reader(from))
  from:close()
  assert(too_hard or count == selected, "find and count disagree")
end

local CORPUS = {
  "^\\(a*\\)*\\(b\\|ab\\)\\{1,2\\}\\2$", "(a|b)*c{2,3}[^x-z[:digit:]]\\b", "((((a*)*)*)*)*b",
  "[]a-c[.-.][=a=]-]", "\\<a\\>.\\w\\W\\`\\'", "(a{255}){255}{255}", "a{1,32767}", "äöü[ä-ü]*",
}
local rounds = fuzz.run {
  name = "regex", generate = generate, check = check, corpus = CORPUS,
}
t.ok(rounds > 0, "no input raised an error in " .. rounds .. " rounds")
