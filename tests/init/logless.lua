-- tests/init/logless.lua - no logd can be made: services go on, what is lost is counted and said

local t = require "test"
local supervisor = require "supervisor"

local progress = t.tmp() .. "/progress"

local function logd() return supervisor.find "luabox-logd" end

supervisor.with({ ["a.lua"] = [[return service { name = "talks", log = { to = "ring" },
  run = function()
    local S = require "syscall"
    local line = ("x"):rep(999) .. "\n"
    for n = 1, 1 << 30 do
      S.write(1, line)
      if n % 100 == 0 then
        local file = io.open(os.getenv "OUT" .. ".new", "w")
        file:write(n)
        file:close()
        os.rename(os.getenv "OUT" .. ".new", os.getenv "OUT")
        S.nanosleep(0.02)
      end
    end
  end }]] }, function(sup)
  if not sup.cgroup then
    t.skip_one("no room for a logd", "needs the pids controller of cgroup v1")
    return
  end
  local function lines() return tonumber(t.read(progress)) or 0 end
  t.ok(sup:reach("talks", "up"), "a service that prints without end")
  t.write(sup.cgroup .. "/pids.max", "1")
  t.is(sup:shell("kill -9 " .. supervisor.eventually(logd)).status, 0,
    "logd is killed, and there is room for no other")
  local status
  t.ok(supervisor.eventually(function()
    status = sup:status("talks")
    return (tonumber(status.log_lost) or 0) > 0
  end), "PID 1 reads in its place, and counts", sup:log())
  t.is(status.state, "up", "the service runs")
  local before = lines()
  t.ok(supervisor.eventually(function() return lines() > before + 300 end), "and is not held up")
  t.write(sup.cgroup .. "/pids.max", "max")
  t.ok(supervisor.eventually(logd), "with room there is a logd again")
  t.ok(sup:says("luabox: cannot start the log reader: Resource temporarily unavailable\n"),
    "why there was none is said", sup:log())
  t.ok(sup:says("luabox: the log reader fails again and again: output is lost for 10 s\n"),
    "and what follows from that", sup:log())
  for _, text in ipairs { "cannot start the log reader", "fails again and again" } do
    t.is(select(2, sup:log():gsub(text, "")), 1, "once: " .. text)
  end
  local lost = tonumber(sup:status("talks").log_lost)
  before = lines()
  t.ok(supervisor.eventually(function() return lines() > before + 300 end), "its output goes on")
  t.is(tonumber(sup:status("talks").log_lost), lost, "and no more of it is lost")
end, { cgroup = "pids", env = { OUT = t.write(progress, "") } })
