-- tests/applets/watchdog.lua - what a watchdog device gets to read (a fifo stands for it)

local t = require "test"
local S = require "syscall"
local eventually = require "eventually"

local fifo = t.tmp() .. "/dog"
assert(S.mkfifo(fifo, "0600"))
local reader = assert(S.open(fifo, "rdwr, nonblock"))
local pid = assert(S.spawn {
  "luabox", "watchdog", "-F", "-t", "50ms", "-T", "5", fifo, path = t.binary,
})
local text = ""
eventually(function()
  text = text .. (reader:read(nil, 100) or "")
  return #text >= 4
end)
t.ok(text:find("^%z%z%z"), "it is petted again and again")
S.kill(pid, "term")
local _, _, status = S.waitpid(pid)
t.is(status.EXITSTATUS, 0, "TERM ends it")
text = text .. (reader:read(nil, 65536) or "")
t.is(text:sub(-1), "V", "with the magic close")
t.run({ "watchdog", "-t", "x", fifo }, { status = 1, err = t.match "bad time" })
t.run({ "watchdog", "-F", "/no/dog" }, { status = 1,
  err = "watchdog: /no/dog: No such file or directory\n" })
t.run("watchdog", { status = 1, err = t.match "missing operand" })
