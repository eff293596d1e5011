-- tests/lua/text_lines.lua - the accelerators over descriptors: lines, count, copy, bytes

local t = require "test"
local S = require "syscall"
local lines = require "text.lines"
local count = require "text.count"
local copy = require "text.copy"
local bytes = require "text.bytes"

-- A pipe that holds text and ends.
local function pipe(text)
  local _, _, r, w = assert(S.pipe())
  assert(w:write(text) == #text)
  w:close()
  return r
end

local function all_lines(text, ...)
  local out = {}
  local reader = lines.reader(pipe(text), ...)
  for line, ended in reader.line, reader do out[#out + 1] = { line, ended } end
  return out
end

t.is(all_lines(""), {}, "nothing")
t.is(all_lines("\n"), { { "", true } }, "an empty line")
t.is(all_lines("a"), { { "a", false } }, "no newline at the end")
t.is(all_lines("a\0b\n\nc"), { { "a\0b", true }, { "", true }, { "c", false } },
  "a NUL, an empty line")
t.is(all_lines("a\nb\0c\0", "\0"), { { "a\nb", true }, { "c", true } }, "NUL ends lines")
local long = ("x"):rep(5000)
t.is(all_lines("a\n" .. long .. "\nb", "\n", 16), { { "a", true }, { long, true }, { "b", false } },
  "a line longer than the block")

do
  local reader = lines.reader(pipe("1\n2\n3\n4\n5"), "\n", 3, true)
  t.is(reader:skip(2), 2, "skip")
  t.is({ reader:tell() }, { 4, 2 }, "tell")
  t.is(reader:line(), "3", "line after skip")
  local out = pipe("")
  local _, _, r, w = S.pipe()
  t.is(reader:copy(w, 1), 1, "copy one line")
  t.is(r:read(), "4\n", "what was copied")
  t.is(reader:skip(9), 1, "a last line without newline counts")
  t.is(reader:skip(9), 0, "then none is left")
  t.is(reader:line(), nil, "nor read")
  out:close()
end

do
  local path = t.write(t.tmp() .. "/seek", "one\ntwo\nthree\n")
  local fd = S.open(path)
  local reader = lines.reader(fd)
  reader:line()
  t.ok(reader:give_back(), "give back")
  t.is(S.lseek(fd, 0, "cur"), 4, "the descriptor stands behind the line read")
  local dir = lines.reader(S.open(t.tmp()))
  local line, err = dir:line()
  t.ok(line == nil and err.ISDIR, "a failed read: nil, err")
  t.ok(dir:failed().ISDIR, "and failed() tells")
  t.raises(function() lines.reader(fd, "ab") end, "one byte expected")
  reader:close()
  t.raises(function() reader:line() end, "reader is closed")
end

-- ---- count

local function counted(text, what, utf8) return count.fd(pipe(text), what, utf8) end

t.is(counted("", "lwcmL"), { lines = 0, words = 0, bytes = 0, chars = 0, width = 0 },
  "count nothing")
t.is(counted("a b\n\tc", "lwc").words, 3, "words")
t.is(counted("a b\n\tc", "lwc").lines, 1, "newlines, not lines")
t.is(counted("a\0b", "w").words, 1, "NUL is no white space")
t.is(counted(("word \n"):rep(5000), "lw"),
  { lines = 5000, words = 5000, bytes = 30000, chars = 0, width = 0 }, "longer than a vector")
t.is(counted(" x" .. (" "):rep(40) .. "y", "w").words, 2, "a word at each end")
t.is(counted("\xc3\xa4\xe2\x82\xac", "m", true).chars, 2, "characters of UTF-8")
t.is(counted("\xc3\xa4\xe2\x82\xac", "m").chars, 5, "bytes otherwise")
t.is(counted("ab\n\tc\nd", "L").width, 9, "a tab goes to the next eighth column")
t.is(counted("\xe4\xb8\xad\n", "L", true).width, 2, "a wide character")

-- ---- bytes

t.is(bytes.count("a,b,,c", ","), 3, "count a byte")
t.is(bytes.count((","):rep(10001), ","), 10001, "more than a lane holds")
t.is(bytes.nth("a,b,,c", ",", 2), 4, "second from the left")
t.is(bytes.nth("a,b,,c", ",", -2), 4, "second from the right")
t.is(bytes.nth("a,b,,c", ",", 4), nil, "too few")
t.is(bytes.nth(("x"):rep(9999) .. "," .. ("x"):rep(9999), ",", -1), 10000, "over whole pieces")
t.is(bytes.nth("", ",", -1), nil, "in nothing")
t.is({ bytes.nth("a,b", ",", 2) }, { nil, 1 }, "too few: how many there are")
t.is(bytes.count("a,b,c", ",", 3), 1, "only the first bytes")
do
  local buffer = S.t.buffer(8)
  S.pread(S.open(t.write(t.tmp() .. "/b", "x,y,z,")), buffer, 6, 0)
  t.is({ bytes.nth(buffer, ",", -1, 5), bytes.count(buffer, ",", 6) }, { 4, 3 }, "in memory")
  t.raises(function() bytes.count(buffer, ",", 9) end, "longer than the text")
end

-- ---- copy

local function copied(from, limit)
  local to = t.tmp() .. "/copy"
  local out = assert(S.open(to, "wronly, creat, trunc", "0600"))
  local n = copy.bytes(from, out, limit)
  out:close()
  return n, t.read(to)
end

local source = t.write(t.tmp() .. "/source", ("0123456789"):rep(20000))
t.is({ copied(S.open(source)) }, { 200000, t.read(source) }, "file to file")
t.is({ copied(S.open(source), 7) }, { 7, "0123456" }, "only so much")
t.is({ copied(pipe("pipe")) }, { 4, "pipe" }, "pipe to file")
t.is({ copied(S.open("/dev/null")) }, { 0, "" }, "an empty device")
t.ok(copied(S.open("/proc/self/status")) > 0, "a file that says its size is 0")
do
  local n, err, side = copy.bytes(S.open(t.tmp()), 1)
  t.ok(n == nil and err.ISDIR and side == "read", "reading fails")
  n, err, side = copy.bytes(S.open(source), S.open("/dev/full", "wronly"))
  t.ok(n == nil and err.NOSPC and side == "write", "writing fails")
  local append = S.open(source, "wronly, append")
  t.ok(copy.feeds_itself(S.open(source), append), "cat f >> f")
  t.ok(not copy.feeds_itself(S.open("/dev/null"), append), "another file")
end
