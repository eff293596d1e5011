-- tests/applets/cat.lua - POSIX cat, and GNU's ways to show what is not visible

local t = require "test"

local dir = t.tmp()
local a = t.write(dir .. "/a", "one\n\n\n\ttwo\n")
local b = t.write(dir .. "/b", "no newline")

t.run({ "cat", a, b }, { out = "one\n\n\n\ttwo\nno newline" })
t.run("cat", { stdin = "from\0 stdin", out = "from\0 stdin" })
t.run({ "cat", b, "-", b }, { stdin = "|", out = "no newline|no newline" })
t.run("cat /dev/null", {})
t.run("cat -u", { stdin = "x", out = "x" })
t.run({ "cat", "-n", b, a }, { out = "     1\tno newlineone\n     2\t\n     3\t\n     4\t\ttwo\n" })
t.run({ "cat", "-b", a }, { out = "     1\tone\n\n\n     2\t\ttwo\n" })
t.run({ "cat", "-bn", a }, { out = "     1\tone\n\n\n     2\t\ttwo\n" })
t.run({ "cat", "-s", a }, { out = "one\n\n\ttwo\n" })
t.run({ "cat", "-E", a }, { out = "one$\n$\n$\n\ttwo$\n" })
t.run({ "cat", "-T", a }, { out = "one\n\n\n^Itwo\n" })
t.run("cat -v", { stdin = "\0\27\127\200\255\t\n", out = "^@^[^?M-HM-^?\t\n" })
t.run("cat --show-all", { stdin = "\t\1\n", out = "^I^A$\n" })
t.run("cat -e", { stdin = "\1\n", out = "^A$\n" })
t.run("cat -t", { stdin = "\1\t\n", out = "^A^I\n" })
t.run({ "cat", dir .. "/none", b }, {
  status = 1, out = "no newline", err = "cat: " .. dir .. "/none: No such file or directory\n",
})
t.run({ "cat", dir }, { status = 1, err = "cat: " .. dir .. ": Is a directory\n" })
t.run("cat -x", { status = 1, err = "cat: unknown option -x\nusage: cat [OPTION]... [FILE]...\n" })
