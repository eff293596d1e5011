-- asleep.lua - a signal for this process, at a time when it certainly waits
--
-- Layer: test library. A timer that runs out before the call it is to interrupt has begun is heard
-- by nobody: on a busy machine that happens. A helper looks when we sleep, proc(5), and sends it.

local S = require "syscall"
local t = require "test"

local AGAIN = 30 -- seconds; who is not woken by the first is to fail, not to hang

local asleep = {}

local function is_asleep(pid)
  return t.read(("/proc/%d/stat"):format(pid)):match("^.*%) (%a)") == "S"
end

--- Call fn, which sleeps; the signal comes while it does.
---@param signal string
---@param fn fun(): any
---@return any ... what fn returns
function asleep.interrupted(signal, fn)
  local parent = S.getpid()
  local pid = assert(S.fork())
  if pid == 0 then
    S.prctl("set_pdeathsig", "kill")
    for _, name in ipairs { signal, signal, "kill" } do
      while not is_asleep(parent) do S.nanosleep(0.001) end
      S.kill(parent, name)
      S.nanosleep(AGAIN)
    end
    S._exit(1)
  end
  local results = table.pack(fn())
  S.kill(pid, "kill")
  S.waitpid(pid)
  return table.unpack(results, 1, results.n)
end

return asleep
