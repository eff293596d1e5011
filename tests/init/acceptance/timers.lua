-- timers.lua - A27 and A38: timers, and a clock that jumps
--
-- The machine's clock is never touched: times of day are checked by the calendar's own
-- function, and a jump in QEMU (tests/boot/core.lua).

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"
local layout = require "init.plan_layout"
local schedule = require "init.schema.schedule"

local function numbers(text)
  local list = {}
  for word in text:gmatch("%S+") do list[#list + 1] = tonumber(word) end
  return list
end

-- A38: every second, a job of three: never two at once
local out = t.tmp() .. "/a38"
t.write(out, "")
supervisor.with({ ["a38.lua"] = [[
  return {
    timer { name = "slow", every = 1, overlap = "skip", env = { OUT = os.getenv "OUT" },
      run = sh "echo begin >> $OUT; sleep 3; echo end >> $OUT" },
    timer { name = "quick", every = 0.2, env = { OUT = os.getenv "OUT" .. ".quick" },
      run = sh "date +%s%N >> $OUT" },
    timer { name = "once", onboot = 0.3, run = sh "echo ran" },
    timer { name = "fails", every = 0.3, run = { "false" } },
    service { name = "after", run = { "sleep", "1000" }, needs = { "slow" } },
  }]] }, function(sup)
  t.ok(sup:reach("default", "up"), "A38: timers are no reason to wait")
  local status = sup:status("slow")
  t.is({ status.state, status.reason }, { "waiting", "timer" }, "a timer waits for its time")
  t.ok(supervisor.eventually(function() return t.read(out):find(("end.*"):rep(3)) end, 120),
    "three jobs have run")
  local jobs = t.read(out)
  t.ok(("begin\nend\n"):rep(99):find(jobs, 1, true) == 1, "one after the other", jobs)
  t.is(sup:state("after"), "up", "who needs a timer is not disturbed by its job")

  local at = numbers(t.read(out .. ".quick"))
  t.ok(#at >= 5, "an interval goes on and on", #at)
  local _, runs = sup:log():gsub("once: ran\n", "")
  t.is(runs, 1, "onboot is once")
  local fails = sup:status("fails")
  t.ok(fails.starts > 1 and fails.state ~= "failed", "a job that fails runs at its next time")
  t.is(sup:svc("stop", "-w", "quick").status, 0, "a timer is stopped")
  local count = #numbers(t.read(out .. ".quick"))
  S.nanosleep(0.5)
  t.is(#numbers(t.read(out .. ".quick")), count, "then nothing runs any more")
end, { env = { OUT = out } })

-- the calendar, beside date(1)
local function next_time(text, after)
  local record = {}
  assert(schedule.at(text, "at", record), text)
  local best
  for _, slot in ipairs(record.at) do
    local at = layout.calendar(slot, after)
    if at and (not best or at < best) then best = at end
  end
  return best and os.date("!%a %Y-%m-%d %H:%M:%S", best)
end

local NOW = 1709208000 -- Thu 2024-02-29 12:00:00
for _, case in ipairs {
  { "12:00", "Fri 2024-03-01 12:00:00" },
  { "12:01", "Thu 2024-02-29 12:01:00" },
  { "12:00:01", "Thu 2024-02-29 12:00:01" },
  { "*:15", "Thu 2024-02-29 12:15:00" },
  { "*/6:00", "Thu 2024-02-29 18:00:00" },
  { "8-10:30", "Fri 2024-03-01 08:30:00" },
  { "mon 03:00", "Mon 2024-03-04 03:00:00" },
  { "sat-mon 03:00", "Sat 2024-03-02 03:00:00" },
  { "1 00:00", "Fri 2024-03-01 00:00:00" },
  { "29 00:00", "Fri 2024-03-29 00:00:00" },
  { "31 00:00", "Sun 2024-03-31 00:00:00" },
  { "13 fri 00:00", "Fri 2024-09-13 00:00:00" },
} do
  t.is(next_time(case[1], NOW), case[2], case[1])
end
t.is(next_time({ "13:00", "12:30" }, NOW), "Thu 2024-02-29 12:30:00", "the earliest of a list")

-- time zones, beside the C library's own idea of the same moment
local function local_time(tz, text, after)
  local zone = require "time.zone"
  local rows = {}
  for i, change in ipairs(zone.changes(tz, 1672531200, 1798761600)) do
    rows[i] = ("=I4I4I4"):pack(change.at & 0xffffffff, change.at >> 32, change.offset + (1 << 20))
  end
  local record = {}
  assert(schedule.at(text, "at", record), text)
  local at = layout.calendar(record.at[1], after, table.concat(rows))
  S.setenv("TZ", tz, true)
  os.time { year = 2000, month = 1, day = 1 } -- glibc takes it up then
  local shown = os.date("%Y-%m-%d %H:%M:%S %z", at)
  S.unsetenv("TZ")
  return shown, at
end

local BERLIN, NEW_YORK = "CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0"
for _, case in ipairs {
  { BERLIN, "12:00", NOW, "2024-03-01 12:00:00 +0100" },
  { BERLIN, "13:30", NOW, "2024-02-29 13:30:00 +0100" },
  { BERLIN, "1 00:00", NOW, "2024-03-01 00:00:00 +0100" },
  { NEW_YORK, "thu 23:00", NOW, "2024-02-29 23:00:00 -0500" },
  { "NPT-5:45", "18:00", NOW, "2024-02-29 18:00:00 +0545" },
  { "<+14>-14", "1 03:00", NOW, "2024-03-01 03:00:00 +1400" },
  -- 31 March 2024, 02:00 to 03:00 is left out: 02:30 comes when it would have come, once
  { BERLIN, "02:30", 1711800000, "2024-03-31 03:30:00 +0200" },
  { BERLIN, "02:30", 1711848600, "2024-04-01 02:30:00 +0200" },
  { BERLIN, "03:10", 1711846800, "2024-03-31 03:10:00 +0200" },
  { BERLIN, "*:30", 1711843200, "2024-03-31 01:30:00 +0100" },
  { BERLIN, "*:30", 1711845000, "2024-03-31 03:30:00 +0200" },
  -- 27 October 2024, 02:00 to 03:00 comes twice: 02:30 is the first, every hour is both
  { BERLIN, "02:30", 1729950000, "2024-10-27 02:30:00 +0200" },
  { BERLIN, "02:30", 1729989000, "2024-10-28 02:30:00 +0100" },
  { BERLIN, "*:30", 1729989000, "2024-10-27 02:30:00 +0100" },
  { NEW_YORK, "01:15", 1730600000, "2024-11-03 01:15:00 -0400" },
} do
  t.is(local_time(case[1], case[2], case[3]), case[4], case[1] .. " " .. case[2] .. " " .. case[3])
end
supervisor.with({ ["zones.lua"] = [[
  local function at(seconds) -- and again, should it be loaded late
    local list = {}
    for n = 0, 5 do list[n + 1] = os.date("!%H:%M:%S", os.time() + seconds + n * 5) end
    return list
  end
  return {
    timer { name = "here", at = at(3 + 5 * 3600 + 2700), env = { TZ = "NPT-5:45" },
      run = sh "echo ran" },
    timer { name = "machine", at = at(3 - 3600), run = sh "echo ran" },
    timer { name = "utc", at = at(3), env = { TZ = "UTC0" }, run = sh "echo ran" },
    timer { name = "never", at = at(3), run = sh "echo ran" },
  }]] }, function(sup)
  for _, name in ipairs { "here", "machine", "utc" } do
    t.ok(sup:says(name .. ": ran"), "at its time in its zone: " .. name, sup:log())
  end
  t.ok(not sup:log():find("never: ran"), "not at that of another")
end, { env = { TZ = "WEST+1" } })

for _, bad in ipairs { "", "25:00", "12:60", "12", "foo 12:00", "32 12:00", "1 2 3 12:00",
  "12:00:61" } do
  t.ok(not schedule.at(bad, "at", {}), ("%q is no time"):format(bad))
end
