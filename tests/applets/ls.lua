-- tests/applets/ls.lua - ls as GNU's in the POSIX locale

local t = require "test"
local S = require "syscall"

local home = t.tmp()
S.mkdir(home .. "/d", "0755")
S.mkdir(home .. "/d/sub", "0755")
t.write(home .. "/d/b.txt", ("x"):rep(2000), "0644")
t.write(home .. "/d/a.sh", "", "0755")
t.write(home .. "/d/.hidden", "", "0600")
S.symlink("b.txt", home .. "/d/link")
for i, name in ipairs { "b.txt", "a.sh", ".hidden", "sub" } do
  S.utimensat(nil, home .. "/d/" .. name, { 1000 * i, 1000 * i })
end
S.utimensat(nil, home .. "/d/link", { 9000, 9000 }, "symlink_nofollow")

local function run(command, want)
  want.cwd, want.env = home, { TZ = "UTC0" }
  return t.run(command, want)
end

run("ls d", { out = "a.sh\nb.txt\nlink\nsub\n" })
run("ls", { out = "d\n" })
run("ls -a d", { out = ".\n..\n.hidden\na.sh\nb.txt\nlink\nsub\n" })
run("ls -A d", { out = ".hidden\na.sh\nb.txt\nlink\nsub\n" })
run("ls -r d", { out = "sub\nlink\nb.txt\na.sh\n" })
run("ls -d d", { out = "d\n" })
run("ls -t d", { out = "link\nsub\na.sh\nb.txt\n" })
run("ls -S d", { out = t.match "b%.txt\n.*link\n.*a%.sh\n" }) -- a folder has any size
run("ls -X d", { out = "link\nsub\na.sh\nb.txt\n" })
run("ls -p d", { out = "a.sh\nb.txt\nlink\nsub/\n" })
run("ls -F d", { out = "a.sh*\nb.txt\nlink@\nsub/\n" })
run("ls --group-directories-first d", { out = "sub\na.sh\nb.txt\nlink\n" })
run("ls -I *.txt d", { out = "a.sh\nlink\nsub\n" })
run("ls -C -w 20 d", { out = "a.sh   link\nb.txt  sub\n" })
run("ls -x -w 20 d", { out = "a.sh  b.txt  link\nsub\n" })
run("ls -m -w 80 d", { out = "a.sh, b.txt, link, sub\n" })
run("ls -m -w 12 d", { out = "a.sh, b.txt,\nlink, sub\n" })
run("ls -Q d", { out = '"a.sh"\n"b.txt"\n"link"\n"sub"\n' })
run("ls --color=always d", {
  out = "\27[0m\27[01;32ma.sh\27[0m\nb.txt\n" ..
    "\27[0m\27[01;36mlink\27[0m\n\27[0m\27[01;34msub\27[0m\n",
})
run("ls -R d", { out = "d:\na.sh\nb.txt\nlink\nsub\n\nd/sub:\n" })
run("ls d/b.txt d", { out = "d/b.txt\n\nd:\na.sh\nb.txt\nlink\nsub\n" })
run("ls none d/a.sh", { status = 2, out = "d/a.sh\n",
  err = "ls: none: No such file or directory\n" })
run("ls -i d/a.sh", { out = ("%d d/a.sh\n"):format(S.stat(home .. "/d/a.sh").ino) })
run("ls -s d/a.sh", { out = "0 d/a.sh\n" })

local me = S.geteuid() == 0 and "root root" or "%S+ %S+"
run("ls -l d/b.txt",
  { out = t.match("^%-rw%-r%-%-r%-%- 1 " .. me .. " 2000 Jan  1  1970 d/b%.txt\n$") })
run("ls -lh d/b.txt", { out = t.match "2%.0K Jan  1  1970 d/b%.txt\n$" })
run("ls -n d/b.txt", { out = t.match "1 %d+ %d+ 2000 Jan" })
run("ls -go d/b.txt", { out = "-rw-r--r-- 1 2000 Jan  1  1970 d/b.txt\n" })
run("ls -go --time-style=long-iso d/b.txt",
  { out = "-rw-r--r-- 1 2000 1970-01-01 00:16 d/b.txt\n" })
run("ls -go --full-time d/b.txt", {
  out = "-rw-r--r-- 1 2000 1970-01-01 00:16:40.000000000 +0000 d/b.txt\n",
})
run("ls -go --time-style=+%s d/link", { out = "lrwxrwxrwx 1 5 9000 d/link -> b.txt\n" })
run("ls -goL --time-style=+%s d/link", { out = "-rw-r--r-- 1 2000 1000 d/link\n" })
run("ls -l d/sub", { out = "total 0\n" })
run("ls -go --time-style=+ d", {
  out = t.match "^total %d+\n%-rwxr%-xr%-x 1    0  a%.sh\n%-rw%-r%-%-r%-%- 1 2000  b%.txt\nlrwx",
})
run("ls --json d/b.txt", { out = t.match '"name":"d/b.txt".-"size":2000.-"type":"file"' })
run("ls --sort=nothing", { status = 1, err = t.match "^ls: %-%-sort: unknown word nothing\n" })
t.run("ls -l /dev/null", { out = t.match "^crw.rw.rw. %d+ %S+ +%S+ +1,   3 .* /dev/null\n$" })
