-- tests/lua/text_regex.lua - regular expressions over strings and readers
-- Expected matches are POSIX XBD 9: leftmost, then longest.

local t = require "test"
local S = require "syscall"
local regex = require "text.regex"
local lines = require "text.lines"

-- pattern, flags, subject, start, stop, captures...
local FIND = {
  { "b", "", "abc", 2, 2 },
  { "", "", "abc", 1, 0 },
  { "x*", "", "abc", 1, 0 },
  { "[b-c]*$", "", "abc", 2, 3 },
  { "a.c", "", "a\0c", 1, 3 },
  { "a.c", "F", "xa.c", 2, 4 },
  { "\\(a\\)\\(b\\)*", "", "xab", 2, 3, "a", "b" },
  { "(a)(b)?", "E", "xac", 2, 2, "a", false },
  { "(a)\\1", "En", "xaa", 2, 3 },
  { "\\(.\\)\\1", "", "abccd", 3, 4, "c" },
  { "(.)\\1", "E", "abccd", 3, 4, "c" },
  { "ab\\{2,3\\}", "", "abbbb", 1, 4 },
  { "ab{2}c|x", "E", "abbc", 1, 4 },
  { "a|ab", "E", "ab", 1, 2 },
  { "a\\|b", "", "cb", 2, 2 },
  { "a+b", "", "aab a+b", 5, 7 },
  { "^a", "", "ba" },
  { "^a.b$", "", "a\xc3\xa4b" }, -- bytes
  { "NEEDLE", "i", "a needle", 3, 8 },
  { "n[e]{2}dle", "Ei", "a NEEDLE", 3, 8 },
  { "@[", "Fi", "`{@[", 3, 4 },
  { "foo", "w", "foobar foo", 8, 10 },
  { "fo*", "w", "foobar fo", 8, 9 },
  { "(f)o*", "Ew", "foobar fo", 8, 9, "f" },
  { "foo", "x", "foo", 1, 3 },
  { "foo", "x", "foo " },
  { "(f)o+|bar", "Ex", "foo", 1, 3, "f" },
  { "a.b", "u", "xa\xc3\xa4b", 2, 5 },
  { "\xc3\x84", "iu", "\xc3\xa4", 1, 2 },
  { "a.", "u", "a\xff", 1, 2 },
  { "[]a]b", "", "x]b", 2, 3 },
  { "[[:digit:]]+", "E", "ab12", 3, 4 },
  -- GNU's operators
  { "a{,2}", "E", "aaa", 1, 2 },
  { "a\\{,2\\}b", "", "aab", 1, 3 },
  { "ab\\+\\|c\\?d", "", "abb", 1, 3 },
  { "\\`b\\|b\\'", "", "abb", 3, 3 },
  { "a\\b.\\Bb", "", "aab a-b", nil },
  { "\\W\\S\\s", "", "a-b ", 2, 4 },
  { "[[=a=]b]*", "", "abc", 1, 2 },
  { "[[.-.]a]", "", "x-", 2, 2 },
  { "[+--]", "", "x,", 2, 2 },
  { "*a", "E", "*a", 2, 2 },
  { "a{x|b{", "E", "b{", 1, 2 },
  { "*a\\(*b\\)", "", "*a*b", 1, 4, "*b" },
  { "^*a", "", "*a", 1, 2 },
  { "a^b$c", "", "a^b$c", 1, 5 },
  { "()|a", "E", "a", 1, 1, false },
  { "a\0b", "", "xa\0b", 2, 4 },
  { "a\0[b]", "", "a\0c" },
  -- which groups: the first alternative that fits the extent, as in GNU; but of the last turn alone
  { "(a|ab)(c|bcd)(d*)", "E", "abcd", 1, 4, "a", "bcd", "" },
  { "(a*)(ab)*(b*)", "E", "abb", 1, 3, "a", false, "bb" },
  { "(a|ab)(bc|c)?", "E", "abc", 1, 3, "a", "bc" },
  { "(a*)+", "E", "aa", 1, 2, "aa" },
  { "(a*)*", "E", "b", 1, 0, "" },
  { "(a*){2}", "E", "aa", 1, 2, "" },
  { "((a)|(b))*", "E", "ab", 1, 2, "b", false, "b" },
  { "(a|(b))*c", "E", "bac", 1, 3, "a", false },
  -- back references
  { "\\(a*\\)b\\1", "", "aaba", 2, 4, "a" },
  { "(a)|b\\1", "E", "b" },
  { "((a*)+)\\1b", "E", "aaaab", 1, 5, "aa", "aa" },
  { "\\(.\\)\\1", "i", "baAb", 2, 3, "a" },
  { "(.)x\\1", "Eiu", "ÄxÄxä", 1, 5, "Ä" },
  { "^(.*)-\\1$", "E", "ab-ab", 1, 5, "ab" },
  -- characters
  { "[[:alpha:]]+", "Eu", "1äЯß2", 2, 7 },
  { "[[:upper:]][[:lower:]]", "u", "äÄÖö", 5, 8 },
  { "ä+", "Eiu", "xÄä", 2, 5 },
  { "[а-я]+", "Eiu", "ЖЯ", 1, 4 },
  { "\\bä", "u", "xä ä", 5, 6 },
  { "ä", "wu", "öä ä", 6, 7 },
  { "[^ä]", "u", "ä\xffb", 3, 3 },
  { "\xff", "u", "ä\xff", 3, 3 },
  { "\xa4", "u", "ä" },
}
for _, case in ipairs(FIND) do
  local re = assert(regex.compile(case[1], case[2]))
  t.is({ re:find(case[3]) }, table.move(case, 4, #case, 1, {}),
    ("/%s/%s in %q"):format(case[1], case[2], case[3]))
end

do
  local broken, message = regex.compile("a(", "E")
  t.ok(broken == nil and #message > 0, "a broken pattern: nil, message")
  local ERRORS = { -- texts of GNU
    ["[a"] = "Unmatched [, [^, [:, [., or [=", ["x[a"] = "Unmatched [, [^, [:, [., or [=",
    ["["] = "Unmatched [, [^, [:, [., or [=", ["[[:alpha:"] = "Unmatched [, [^, [:, [., or [=",
    ["[]"] = "Unmatched [, [^, [:, [., or [=", ["\\("] = "Unmatched ( or \\(",
    ["a\\)"] = "Unmatched ) or \\)", ["a\\{1"] = "Unmatched \\{",
    ["a\\{2,1\\}"] = "Invalid content of \\{\\}", ["a\\{x\\}"] = "Invalid content of \\{\\}",
    ["\\{1\\}"] = "Invalid preceding regular expression",
    ["a\\{32768\\}"] = "Regular expression too big", ["[z-a]"] = "Invalid range end",
    ["[[:x:]]"] = "Invalid character class name", ["[[.ab.]]"] = "Invalid collation character",
    ["[[:digit:]-a]"] = "Invalid range end", ["a\\"] = "Trailing backslash",
    ["\\(a\\)\\2"] = "Invalid back reference", ["\\(a\\1\\)"] = "Invalid back reference",
    ["[:space:]"] = "character class syntax is [[:space:]], not [:space:]",
    [("\\("):rep(300)] = "Regular expression nested too deeply",
    [("\\("):rep(9) .. "a" .. ("\\{99\\}\\)"):rep(9)] = "Regular expression too big",
  }
  for pattern, want in pairs(ERRORS) do
    t.is({ regex.compile(pattern) }, { nil, want }, pattern:sub(1, 40))
  end
end
do
  local re = regex.compile("\\<.")
  t.is({ re:find("ab"), re:find("ab", 2) }, { 1 }, "a word does not begin in its middle")
  re = regex.compile("a*", "u")
  t.is({ re:find("ä", 2) }, { 3, 2 }, "nor does a character")
  -- more paths than can be tried: an error, and no wait
  re = regex.compile("^\\(a*\\)*\\(a*\\)*\\(a*\\)*b\\3\\2\\1c$")
  t.is({ re:find(("a"):rep(3000) .. "bc" .. ("a"):rep(200)) },
    { nil, "expression too complex for this text" })
  re = regex.compile("((a|b|ab)*)*c", "E")
  t.is({ re:find(("ab"):rep(20000) .. "c") }, { 1, 40001, ("ab"):rep(20000), "b" }, "long groups")
end
do
  local re = regex.compile("^a")
  t.is(re:find("aa", 2), nil, "^ matches only where the line begins")
  t.is(re:find("aa", 1, true), nil, "and not with not_bol")
  t.is(re:find("aa", 9), nil, "behind the end")
  local several = regex.compile({ "bc", "abcd", "b" }, "F")
  t.is({ several:find("xabcd") }, { 2, 5 }, "several patterns: leftmost, longest")
  t.is(regex.compile({}):find("a"), nil, "no pattern matches nothing")
end

-- ---- lines of a reader

local function pipe(text)
  local _, _, r, w = assert(S.pipe())
  assert(w:write(text) == #text)
  w:close()
  return r
end

local function reader(text) return lines.reader(pipe(text), "\n", 8) end

local function selected(patterns, flags, text, invert)
  local re, out = assert(regex.compile(patterns, flags)), {}
  local r = reader(text)
  for line in function() return re:next(r, invert) end do out[#out + 1] = line end
  t.is(re:count(reader(text), invert), #out, "count agrees")
  t.is(re:count(reader(text), invert, 1), math.min(1, #out), "count up to one")
  local _, _, from, to = S.pipe()
  re:copy(reader(text), to, invert)
  to:close()
  local want = out[1] and table.concat(out, "\n") .. "\n" or ""
  t.is(S.read(from, nil, 9999), want, "copy agrees")
  return out
end

local TEXT = "one\ntwo\n\nthree hundred and more\nfour"
t.is(selected("o", "", TEXT), { "one", "two", "three hundred and more", "four" }, "a byte")
t.is(selected("o", "", TEXT, true), { "" }, "inverted")
t.is(selected("four", "", TEXT), { "four" }, "the last line without newline")
t.is(selected("four", "", TEXT, true), { "one", "two", "", "three hundred and more" }, "without it")
t.is(selected("", "", TEXT), { "one", "two", "", "three hundred and more", "four" }, "all lines")
t.is(selected("", "", TEXT, true), {}, "and none")
t.is(selected("^$", "", TEXT), { "" }, "the empty line")
t.is(selected("[a-z]*e$", "", TEXT), { "one", "three hundred and more" }, "a regular expression")
t.is(selected({ "one", "four", "hundred" }, "F", TEXT), { "one", "three hundred and more", "four" },
  "several")
t.is(selected({ "one", "four" }, "Fx", TEXT, true), { "two", "", "three hundred and more" }, "-vx")
t.is(selected("a", "", ""), {}, "in nothing")
t.is(selected("a", "", "b\0a\nc\n"), { "b\0a" }, "behind a NUL")
t.is(selected("e\nf", "F", "e\nf\n"), {}, "a newline never matches")
