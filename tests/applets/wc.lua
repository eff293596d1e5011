-- tests/applets/wc.lua - POSIX wc with GNU's column widths

local t = require "test"

local dir = t.tmp()
local a = t.write(dir .. "/a", "one two\nthree\n")
local b = t.write(dir .. "/b", "\xc3\xa4\n")
local empty = t.write(dir .. "/empty", "")

t.run({ "wc", a }, { out = " 2  3 14 " .. a .. "\n" })
t.run({ "wc", "-l", a }, { out = "2 " .. a .. "\n" })
t.run({ "wc", "-c", a }, { out = "14 " .. a .. "\n" })
t.run({ "wc", "-cl", a }, { out = " 2 14 " .. a .. "\n" })
t.run({ "wc", "-w", a, b }, { out = " 3 " .. a .. "\n 1 " .. b .. "\n 4 total\n" })
t.run({ "wc", "-m", b }, { out = "2 " .. b .. "\n", env = { LC_ALL = "C.UTF-8" } })
t.run({ "wc", "-m", b }, { out = "3 " .. b .. "\n", env = { LC_ALL = "C" } })
t.run({ "wc", "-L", a }, { out = "7 " .. a .. "\n" })
t.run({ "wc", empty }, { out = "0 0 0 " .. empty .. "\n" })
t.run("wc", { stdin = "a b\n", out = "      1       2       4\n" })
t.run("wc -c", { stdin = "a b\n", out = "4\n" })
t.run("wc -l -", { stdin = "a\nb", out = "1 -\n" })
t.run({ "wc", "-l", "--files0-from=-" }, { stdin = a .. "\0" .. b .. "\0",
  out = " 2 " .. a .. "\n 1 " .. b .. "\n 3 total\n" })
t.run({ "wc", "--json", "-l", a }, { out = t.match '^%[%s*{.-"lines":%s*2.-%]\n$' })
t.run({ "wc", "-l", dir .. "/none", a }, {
  status = 1, out = " 2 " .. a .. "\n 2 total\n",
    err = "wc: " .. dir .. "/none: No such file or directory\n",
})
t.run({ "wc", dir }, {
  status = 1, out = "      0       0       0 " .. dir .. "\n",
    err = "wc: " .. dir .. ": Is a directory\n",
})
