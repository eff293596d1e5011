-- tests/applets/sort.lua - POSIX sort and GNU's options; orders are in tests/lua/text_sort.lua

local t = require "test"

local dir = t.tmp()
local a = t.write(dir .. "/a", "b 2\na 10\nc 1\n")
local b = t.write(dir .. "/b", "d\nA\n")

t.run({ "sort", a }, { out = "a 10\nb 2\nc 1\n" })
t.run({ "sort", a, b }, { out = "A\na 10\nb 2\nc 1\nd\n" })
t.run("sort", { stdin = "b\n\na", out = "\na\nb\n" })
t.run("sort", {})
t.run("sort -r", { stdin = "a\nc\nb\n", out = "c\nb\na\n" })
t.run({ "sort", "-k2", "-n", a }, { out = "c 1\nb 2\na 10\n" })
t.run({ "sort", "-k", "2,2nr", a }, { out = "a 10\nb 2\nc 1\n" })
t.run({ "sort", "-k2,2", a }, { out = "c 1\na 10\nb 2\n" })
t.run("sort -t: -k2.2,2.2", { stdin = "x:12\ny:21\n", out = "y:21\nx:12\n" })
t.run("sort -f", { stdin = "b\nA\na\nB\n", out = "A\na\nB\nb\n" })
t.run("sort -fs", { stdin = "b\na\nA\nB\n", out = "a\nA\nb\nB\n" })
t.run("sort -fu", { stdin = "b\nA\na\nB\n", out = "A\nb\n" })
t.run("sort -u", { stdin = "b\na\nb\n", out = "a\nb\n" })
t.run("sort -b -k2", { stdin = "x   b\ny a\n", out = "y a\nx   b\n" })
t.run("sort -n", { stdin = "10\n9\n-1\n", out = "-1\n9\n10\n" })
t.run("sort -g", { stdin = "1e2\n3\n", out = "3\n1e2\n" })
t.run("sort -h", { stdin = "1G\n2K\n", out = "2K\n1G\n" })
t.run("sort --sort=version", { stdin = "a10\na9\n", out = "a9\na10\n" })
t.run("sort -M", { stdin = "Feb\njan\n", out = "jan\nFeb\n" })
t.run("sort -z", { stdin = "b\0a\nx\0", out = "a\nx\0b\0" })
t.run("sort -m - " .. b, { stdin = "B\nc\n", out = "A\nB\nc\nd\n" })
t.run("sort -c", { stdin = "a\nb\n" })
t.run("sort -c", { stdin = "b\na\n", status = 1, err = "sort: -:2: disorder: a\n" })
t.run("sort -C", { stdin = "b\na\n", status = 1 })
t.run("sort -cu", { stdin = "a\na\n", status = 1, err = "sort: -:2: disorder: a\n" })
t.run({ "sort", "-o", a, a }, {})
t.is(t.read(a), "a 10\nb 2\nc 1\n", "sorted in place")
do
  local got = t.execute({ "sort", "-R" }, { stdin = "a\nb\na\nc\n" })
  t.ok(got.status == 0 and #got.out == 8 and got.out:find("a\na\n"),
    "-R keeps equal lines together")
end
t.run({ "sort", dir .. "/none" }, { status = 2,
  err = "sort: " .. dir .. "/none: No such file or directory\n" })
t.run("sort -k0", { status = 2,
  err = t.match "^sort: invalid key: 0: fields count from 1\nusage: sort" })
t.run("sort -ng", { status = 2, err = t.match "^sort: options %-%a+ are incompatible\n" })
t.run("sort -txy", { status = 2, err = t.match "field separator is not one character" })
