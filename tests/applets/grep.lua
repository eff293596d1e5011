-- tests/applets/grep.lua - POSIX grep and GNU's options; status 0 selected, 1 not, 2 trouble

local t = require "test"

local dir = t.tmp()
local a = t.write(dir .. "/a", "one\ntwo\nthree\ntwo three\n")
local b = t.write(dir .. "/b", "four\nONE\n")
local run = t.run
-- a sanitizer build must not count what a process leaves to exit as leaked
local utf8 = { LC_ALL = "C.UTF-8", ASAN_OPTIONS = os.getenv "ASAN_OPTIONS" }

run({ "grep", "two", a }, { out = "two\ntwo three\n" })
run({ "grep", "five", a }, { status = 1 })
run({ "grep", "two", dir .. "/none" }, { status = 2,
  err = "grep: " .. dir .. "/none: No such file or directory\n" })
run({ "grep", "-s", "one", dir .. "/none", a }, { status = 2, out = a .. ":one\n" })
run({ "grep", "-q", "one", a, dir .. "/none" }, {})
run({ "grep", "-v", "t", a }, { out = "one\n" })
run({ "grep", "-c", "two", a, b }, { out = a .. ":2\n" .. b .. ":0\n" })
run({ "grep", "-i", "one", a, b }, { out = a .. ":one\n" .. b .. ":ONE\n" })
run({ "grep", "-hi", "one", a, b }, { out = "one\nONE\n" })
run({ "grep", "-H", "one", a }, { out = a .. ":one\n" })
run({ "grep", "-n", "two", a }, { out = "2:two\n4:two three\n" })
run({ "grep", "-b", "two", a }, { out = "4:two\n14:two three\n" })
run({ "grep", "-l", "o", a, b }, { out = a .. "\n" .. b .. "\n" })
run({ "grep", "-lZ", "four", a, b }, { out = b .. "\0" })
run({ "grep", "-L", "four", a, b }, { out = a .. "\n" })
run({ "grep", "-L", "o", a, b }, { status = 1 })
run({ "grep", "-o", "t[a-z]", a }, { out = "tw\nth\ntw\nth\n" })
run({ "grep", "-ob", "t[a-z]", a }, { out = "4:tw\n8:th\n14:tw\n18:th\n" })
run({ "grep", "-o", "x*", a }, {})
run({ "grep", "-m1", "two", a }, { out = "two\n" })
run({ "grep", "-m0", "two", a }, { status = 1 })
run({ "grep", "-w", "two", a }, { out = "two\ntwo three\n" })
run({ "grep", "-w", "tw", a }, { status = 1 })
run({ "grep", "-x", "two", a }, { out = "two\n" })
run({ "grep", "-E", "one|^t.o$", a }, { out = "one\ntwo\n" })
run({ "grep", "-F", "t.o", a }, { status = 1 })
run({ "grep", "-e", "one", "-e", "four", a, b }, { out = a .. ":one\n" .. b .. ":four\n" })
run({ "grep", "one\nfour", "-h", a, b }, { out = "one\nfour\n" })
run({ "grep", "-f", "-", a }, { stdin = "one\n", out = "one\n" })
run({ "grep", "-A1", "one", a }, { out = "one\ntwo\n" })
run({ "grep", "-B1", "three", a }, { out = "two\nthree\ntwo three\n" })
run({ "grep", "-nC1", "one", a }, { out = "1:one\n2-two\n" })
run({ "grep", "-1", "-n", "one", a }, { out = "1:one\n2-two\n" })
run("grep -A1 x", { stdin = "x\n1\n2\nx\n3\n", out = "x\n1\n--\nx\n3\n" })
run("grep -A1 --no-group-separator x", { stdin = "x\n1\n2\nx\n3\n", out = "x\n1\nx\n3\n" })
run("grep -m1 -A2 x", { stdin = "x\n1\n2\nx\n", out = "x\n1\n2\n" })
run("grep -H x", { stdin = "x\n", out = "(standard input):x\n" })
run("grep -H --label=in x", { stdin = "x\n", out = "in:x\n" })
run("grep a", { stdin = "a\0b\n", out = "grep: (standard input): binary file matches\n" })
run("grep -a a", { stdin = "a\0b\n", out = "a\0b\n" })
run("grep -I a", { stdin = "a\0b\n", status = 1 })
run("grep -c a", { stdin = "a\0b\na\n", out = "2\n" })
run("grep -z b", { stdin = "a\0b\nc\0", out = "b\nc\0" })
run("grep -o .", { stdin = "\xc3\xa4", out = "\xc3\xa4\n", env = utf8 })
run("grep --color=always w", { stdin = "awb\n", out = "a\27[01;31m\27[Kw\27[m\27[Kb\n" })
run("grep -T -n w", { stdin = "w\n", out = "1:\tw\n" })
run("grep x", { stdin = "no newline x", out = "no newline x\n" })
run({ "grep", "a(", "-E" }, { status = 2, err = t.match "^grep: %g[^\n]+\n$" })
run("grep", { status = 2,
  err = "grep: no pattern given\nusage: grep [OPTION]... PATTERNS [FILE]...\n" })

-- expressions
run({ "grep", "-o", "\\<." }, { stdin = "ab\n", out = "a\n" })
run({ "grep", "-o", "b*" }, { stdin = "abbcb\n", out = "bb\nb\n" })
run({ "grep", "-xE", "a{,2}" }, { stdin = "aa\naaa\n", out = "aa\n" })
run({ "grep", "\\`[[=b=]]\\'" }, { stdin = "ab\nb\n", out = "b\n" })
run({ "grep", "-w", "b.*" }, { stdin = "ab\na b c\n", out = "a b c\n" })
run({ "grep", "-w", "b" }, { stdin = "äb\nä b\n", out = "ä b\n", env = utf8 })
run({ "grep", "-w", "" }, { stdin = "äb\nä  b\n", out = "ä  b\n", env = utf8 })
run({ "grep", "-io", "Ä." }, { stdin = "xäß\n", out = "äß\n", env = utf8 })
run({ "grep", "-c", "^.$" }, { stdin = "ä\nab\n", out = "1\n", env = utf8 })
t.write(dir .. "/nul", "a\0[c]\n")
run({ "grep", "-a", "-f", dir .. "/nul" }, { stdin = "a\na\0b\na\0c\n", out = "a\0c\n" })
run({ "grep", "[a" }, { status = 2, err = "grep: Unmatched [, [^, [:, [., or [=\n" })
do
  local hard = "^\\(a*\\)*\\(a*\\)*\\(a*\\)*b\\3\\2\\1c$"
  local line = ("a"):rep(3000) .. "bxc\n"
  local err = "grep: (standard input): expression too complex for this text\n"
  run({ "grep", hard }, { stdin = line, status = 2, err = err })
  run({ "grep", "-n", hard }, { stdin = line, status = 2, err = err })
  run({ "grep", "-v", "-C1", hard }, { stdin = line, status = 2, err = err })
  run({ "grep", "\\(a*\\)*\\(a*\\)*\\2b\\1c" }, { stdin = ("a"):rep(100000), status = 1 })
end

-- directories
local S = require "syscall"
S.mkdir(dir .. "/d", "0755")
S.mkdir(dir .. "/d/e", "0755")
t.write(dir .. "/d/x.c", "hit\n")
t.write(dir .. "/d/e/y.h", "hit\n")
S.symlink("../a", dir .. "/d/link")
run({ "grep", "-r", "hit", "d" }, { cwd = dir, out = t.match "d/x%.c:hit\n" })
run({ "grep", "-rl", "--include=*.h", "hit", "d" }, { cwd = dir, out = "d/e/y.h\n" })
run({ "grep", "-rl", "--exclude=*.h", "hit", "d" }, { cwd = dir, out = "d/x.c\n" })
run({ "grep", "-rl", "--exclude-dir=e", "hit" }, { cwd = dir .. "/d", out = "x.c\n" })
run({ "grep", "-r", "two", "d" }, { cwd = dir, status = 1 })
run({ "grep", "-Rl", "two", "d" }, { cwd = dir, out = "d/link\n" })
run({ "grep", "hit", "d" }, { cwd = dir, status = 2, err = "grep: d: Is a directory\n" })
run({ "grep", "-d", "skip", "hit", "d" }, { cwd = dir, status = 1 })
