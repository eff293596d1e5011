-- tests/init/idle.lua - PID 1 with nothing to do: it sleeps, and has little in memory

local t = require "test"
local supervisor = require "supervisor"
local S = require "syscall"

local SERVICES = 100
local RESIDENT = 420 -- KiB; about 320 with pages of 4 KiB

--- How often PID 1 went to sleep: each time it had been woken.
local function sleeps()
  return tonumber(t.read("/proc/1/status"):match("voluntary_ctxt_switches:%s+(%d+)"))
end

supervisor.with({ ["many.lua"] = ([==[
  local list = {}
  for n = 1, %d do list[n] = service { name = "s" .. n, run = { "sleep", "1000" } } end
  return list
]==]):format(SERVICES) }, function(sup)
  t.ok(sup:reach("s" .. SERVICES, "up"), "the last one is up")
  t.ok(supervisor.eventually(function()
    return select(2, sup:svc("list").out:gsub(" up ", "")) > SERVICES -- and default
  end), "all are", sup:svc("list").out)
  local before
  supervisor.eventually(function() -- it has done what there was to do
    before = sleeps()
    S.nanosleep(0.5)
    return sleeps() == before
  end)
  S.nanosleep(4)
  t.is(sleeps(), before, "PID 1 is not woken in four seconds")

  local rollup = t.read("/proc/1/smaps_rollup")
  local resident = tonumber(rollup:match("\nRss:%s+(%d+) kB"))
  local name = "PID 1 has at most " .. RESIDENT .. " KiB in memory"
  if os.getenv "ASAN_OPTIONS" then
    t.skip_one(name, "the sanitizers' own memory is many times that")
  else
    t.ok(resident <= RESIDENT, name, rollup)
  end
end)
