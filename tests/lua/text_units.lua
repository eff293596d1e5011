-- tests/lua/text_units.lua - sizes, file name patterns, dates, names, columns

local t = require "test"
local size = require "text.size"
local glob = require "text.glob"
local date = require "text.date"
local names = require "text.names"
local columns = require "text.columns"

for text, want in pairs {
  ["10"] = 10, ["1k"] = 1024, K = 1024, ["2KiB"] = 2048, ["2kB"] = 2000, ["3MB"] = 3000000,
  ["1b"] = 512, ["-5"] = -5, ["+7"] = 7, ["1G"] = 1073741824,
} do
  t.is(size.parse(text), want, "size " .. text)
end
for _, text in ipairs { "", "x", "1x", "1kb", "--1", "99999999999999999999", "9E9", "8E" } do
  t.is(size.parse(text), nil, "no size: " .. text)
end

-- GNU ls -h of files of these sizes
for bytes, want in pairs {
  [0] = "0", [1] = "1", [1023] = "1023", [1024] = "1.0K", [1025] = "1.1K", [10188] = "10K",
  [10240] = "10K", [10241] = "11K", [1048575] = "1.0M", [1048576] = "1.0M", [99999999] = "96M",
} do
  t.is(size.human(bytes), want, bytes .. " bytes")
end
t.is(size.human(999500, 1000), "1.0M", "powers of 1000")
t.is(size.human(1500, 1000), "1.5k", "GNU writes k for 1000")
t.is(size.blocks(1025, 1024), 2, "a part of a block is a block")

for _, case in ipairs {
  { "*.c", "a.c", true }, { "*.c", "a.cc", false }, { "a?c", "abc", true }, { "a?c", "ac", false },
  { "[a-c]x", "bx", true }, { "[!a-c]x", "bx", false }, { "[]]", "]", true }, { "[^]]", "]",
    false },
  { "[[:digit:]]*", "1a", true }, { "a\\*", "a*", true }, { "a\\*", "ab", false }, { "[", "[",
    true },
  { "%d", "%d", true }, { "*", "", true }, { "**a", "bca", true }, { "[a-]", "-", true },
  { "a.b", "axb", false }, { "[%a]", "a", true }, { "[%d]", "5", false },
} do
  t.is(glob.match(case[1], case[2]), case[3], ("%s on %s"):format(case[1], case[2]))
end

-- GNU date -u -d
local NOW = 1600000000 -- 2020-09-13 12:26:40
for text, want in pairs {
  ["2000-01-30 05:24:08"] = 949209848, ["2000-01-30T05:24:08Z"] = 949209848,
  ["2000-01-30 05:24 +0200"] = 949202640, ["2000-01-30"] = 949190400, ["12/25/2020"] = 1608854400,
  ["25 Dec 2020"] = 1608854400, ["Fri Dec 25 10:11:12 UTC 2020"] = 1608891072,
  ["Fri, 25 Dec 2020 10:11:12 +0100"] = 1608887472, ["@1234567890"] = 1234567890, ["@-5"] = -5,
  now = NOW, yesterday = NOW - 86400, ["2 days ago"] = NOW - 172800, ["+1 hour"] = NOW + 3600,
  ["2020-01-31 +1 month"] = 1583107200, ["2020-03-01 10:00 pm"] = 1583100000,
  ["12:00"] = 1599998400, ["030405062004.30"] = 1078376790,
} do
  t.is(date.parse(text, NOW, true), want, "date " .. text)
end
t.is({ date.parse("2000-01-30 05:24:08.5", NOW, true) }, { 949209848, 500000000 }, "a fraction")
for _, text in ipairs { "hello", "2020-13-01", "10:61", "2020-01-01 5", "12345678901" } do
  t.is({ date.parse(text, NOW, true) }, { nil, "invalid date" }, "no date: " .. text)
end

-- GNU ls --quoting-style=shell-escape, c, escape
for _, case in ipairs {
  { "plain", "plain", '"plain"', "plain" }, { "a b", "'a b'", '"a b"', "a\\ b" },
  { "it's", '"it\'s"', '"it\'s"', "it's" }, { "a'b\"c", "'a'\\''b\"c'", '"a\'b\\"c"', "a'b\"c" },
  { "n\nl", "'n'$'\\n''l'", '"n\\nl"', "n\\nl" }, { "\255", "''$'\\377'", '"\\377"', "\\377" },
  { "#h", "'#h'", '"#h"', "#h" }, { "a~", "a~", '"a~"', "a~" }, { "\xc3\xa4", "\xc3\xa4" },
} do
  t.is(names.shell(case[1]), case[2])
  if case[3] then t.is({ names.c(case[1]), names.escape(case[1]) }, { case[3], case[4] }) end
end
t.is(names.hide("a\27b"), "a?b", "control characters hidden")

local items = { "a", "bb", "ccc", "d", "e" }
local widths = { 1, 2, 3, 1, 1 }
t.is(columns.layout(items, widths, 9), "a    d\nbb   e\nccc\n", "down")
t.is(columns.layout(items, widths, 10, true), "a    bb\nccc  d\ne\n", "across")
t.is(columns.layout(items, widths, 2), "a\nbb\nccc\nd\ne\n", "too narrow")
t.is(columns.layout({}, {}, 80), "", "nothing")
t.is(columns.commas(items, widths, 8), "a, bb,\nccc, d,\ne\n", "with commas")
