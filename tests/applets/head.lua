-- tests/applets/head.lua - POSIX head, GNU's -c, negative counts and headers

local t = require "test"

local dir = t.tmp()
local a = t.write(dir .. "/a", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n")
local b = t.write(dir .. "/b", "x\ny")

t.run({ "head", a }, { out = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n" })
t.run({ "head", "-n", "2", a }, { out = "1\n2\n" })
t.run({ "head", "-2", a }, { out = "1\n2\n" })
t.run({ "head", "-n0", a }, {})
t.run({ "head", "-n", "-10", a }, { out = "1\n2\n" })
t.run({ "head", "-n", "-1", b }, { out = "x\n" })
t.run({ "head", "-n", "-9", b }, {})
t.run("head -n -2", { stdin = ("l\n"):rep(70000), out = ("l\n"):rep(69998) })
t.run({ "head", "-c", "3", a }, { out = "1\n2" })
t.run({ "head", "-c", "-3", b }, {})
t.run({ "head", "--bytes=-1", b }, { out = "x\n" })
t.run("head -c 1K", { stdin = ("k"):rep(3000), out = ("k"):rep(1024) })
t.run("head -c -1k", { stdin = ("k"):rep(90000), out = ("k"):rep(90000 - 1024) })
t.run("head -z -n 1", { stdin = "a\nb\0c\0", out = "a\nb\0" })
t.run({ "head", "-n1", a, b }, { out = "==> " .. a .. " <==\n1\n\n==> " .. b .. " <==\nx\n" })
t.run({ "head", "-qn1", a, b }, { out = "1\nx\n" })
t.run({ "head", "-vn1" }, { stdin = "s\n", out = "==> standard input <==\ns\n" })
t.run({ "head", "-n1", dir .. "/none", b }, {
  status = 1, out = "==> " .. b .. " <==\nx\n",
  err = "head: " .. dir .. "/none: No such file or directory\n",
})
t.run("head -n x", {
  status = 1,
  err = "head: invalid number of lines: x\nusage: head [-n LINES | -c BYTES] [-qvz] [FILE]...\n",
})
