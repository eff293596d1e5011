-- tests/applets/echo.lua - echo, true and false
-- Expected values: POSIX, and busybox's and GNU's -n -e -E.

local t = require "test"

t.run("echo a b", { out = "a b\n" })
t.run("echo", { out = "\n" })
t.run("echo -n a", { out = "a" })
t.run("echo -", { out = "-\n" })
t.run("echo -- a", { out = "-- a\n" })
t.run("echo -x a", { out = "-x a\n" })
t.run({ "echo", "-ne", "a\\tb\\n" }, { out = "a\tb\n" })
t.run({ "echo", "a\\tb" }, { out = "a\\tb\n" })
t.run({ "echo", "-e", "\\0101\\x42\\q" }, { out = "AB\\q\n" })
t.run({ "echo", "-e", "\\41z\\1012\\8" }, { out = "!zA2\\8\n" })
t.run({ "echo", "-e", "a\\cb", "c" }, { out = "a" })
t.run({ "echo", "-eE", "\\n" }, { out = "\\n\n" })
t.run({ "echo", "-e", "\\0\\x0" }, { out = "\0\0\n" })
t.run("echo --version", { out = t.match "^echo %(luabox%)" })

t.run("true", {})
t.run("true --whatever x", {})
t.run("false", { status = 1 })
