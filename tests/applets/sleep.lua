-- tests/applets/sleep.lua - what it takes for a time, and that it waits at all

local t = require "test"
local S = require "syscall"

local function now() return S.clock_gettime("monotonic").time end

local before = now()
t.run("sleep 0.1 0.0005m .02s", {})
t.ok(now() - before >= 0.15, "waits for the sum")
t.run("sleep 0", {})
t.run("sleep 1e-2", {})

local usage = "usage: sleep TIME[s|m|h|d]...\n"
t.run("sleep", { status = 1, err = "sleep: missing operand\n" .. usage })
for _, bad in ipairs { "x", "1x", "1ss", "-1", ".", "0.5.5", "s" } do
  t.run({ "sleep", "--", bad },
    { status = 1, err = "sleep: invalid time: " .. bad .. "\n" .. usage })
end

-- for ever: it still runs when it is ended
for _, time in ipairs { "infinity", "inf", "1e30", "99999999d" } do
  local pid = assert(S.spawn { "sleep", time, path = t.binary })
  S.nanosleep(0.05)
  t.ok(S.waitpid(pid, "nohang") ~= pid, "sleep " .. time .. " goes on")
  S.kill(pid, "kill")
  S.waitpid(pid)
end
