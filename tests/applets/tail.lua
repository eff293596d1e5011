-- tests/applets/tail.lua - POSIX tail, GNU's +N, -c and following

local t = require "test"
local S = require "syscall"

local dir = t.tmp()
local a = t.write(dir .. "/a", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n")
local b = t.write(dir .. "/b", "x\ny")
local large = t.write(dir .. "/large", ("line\n"):rep(50000))

t.run({ "tail", a }, { out = "3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n" })
t.run({ "tail", "-n", "2", a }, { out = "11\n12\n" })
t.run({ "tail", "-2", a }, { out = "11\n12\n" })
t.run({ "tail", "-n", "-2", a }, { out = "11\n12\n" })
t.run({ "tail", "-n0", a }, {})
t.run({ "tail", "-n1", b }, { out = "y" })
t.run({ "tail", "-n", "99", b }, { out = "x\ny" })
t.run({ "tail", "-n", "+11", a }, { out = "11\n12\n" })
t.run({ "tail", "+11", a }, { out = "11\n12\n" })
t.run({ "tail", "-n", "+0", b }, { out = "x\ny" })
t.run({ "tail", "-n", "+99", a }, {})
t.run({ "tail", "-c", "3", a }, { out = "12\n" })
t.run({ "tail", "-c", "+26", a }, { out = "2\n" })
t.run({ "tail", "-n", "40000", large }, { out = ("line\n"):rep(40000) })
t.run("tail -n 2", { stdin = "1\n2\n3", out = "2\n3" })
t.run("tail -n 30000", { stdin = ("line\n"):rep(50000), out = ("line\n"):rep(30000) })
t.run("tail -c 2", { stdin = "12345", out = "45" })
t.run("tail -c +4", { stdin = "12345", out = "45" })
t.run("tail -z -n 1", { stdin = "a\0b\nc\0", out = "b\nc\0" })
t.run({ "tail", "-n1", a, b }, { out = "==> " .. a .. " <==\n12\n\n==> " .. b .. " <==\ny" })
t.run({ "tail", "-qn1", b, a }, { out = "y12\n" })
t.run({ "tail", dir .. "/none" }, {
  status = 1, err = "tail: " .. dir .. "/none: No such file or directory\n",
})
t.run({ "tail", "-n", "+1", "/proc/self/comm" }, { out = t.match "^%g+\n$" })

-- -F: the name counts, not the file that had it
do
  local path = t.write(dir .. "/rotated", "old\n")
  local _, _, r, w = S.pipe()
  local _, _, err_r, err_w = S.pipe()
  local pid = assert(S.spawn {
    "luabox", "tail", "-F", "-s", "0.05", path, path = t.binary, fds = { [1] = w, [2] = err_w },
  })
  w:close()
  err_w:close()
  t.is(r:read(), "old\n", "-F: the last lines")
  S.rename(path, path .. ".1")
  t.ok(err_r:read():find("has become inaccessible: No such file or directory\n$"), "-F: gone")
  t.write(path .. ".new", "new\n")
  S.rename(path .. ".new", path)
  t.ok(err_r:read():find("has appeared;  following new file\n$"), "-F: back")
  t.is(r:read(), "new\n", "-F: what the new file holds")
  S.kill(pid, "term")
  S.waitpid(pid)
end

-- following: what comes later is written, too, until the process named by --pid ends
do
  local path = t.write(dir .. "/log", "first\n")
  local _, _, r, w = S.pipe()
  local waiting = assert(S.spawn { "sleep", "500", path = t.find "sleep", pdeathsig = "kill" })
  local pid = assert(S.spawn {
    "luabox", "tail", "-f", "-s", "0.05", "--pid=" .. waiting, path,
    path = t.binary, fds = { [1] = w, [2] = S.open("/dev/null", "wronly") },
  })
  w:close()
  t.is(r:read(), "first\n", "the last lines")
  local out = S.open(path, "wronly, append")
  out:write("second\n")
  t.is(r:read(), "second\n", "what is appended")
  S.ftruncate(out, 0)
  S.nanosleep(0.2)
  out:write("third\n")
  t.is(r:read(), "third\n", "after a truncation")
  S.kill(waiting, "kill")
  S.waitpid(waiting)
  t.is(r:read(), "", "ends with the process")
  local _, _, status = S.waitpid(pid)
  t.ok(status.EXITSTATUS == 1 or status.EXITSTATUS == 0, "and exits")
end
