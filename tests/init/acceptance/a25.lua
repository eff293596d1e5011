-- tests/init/acceptance/a25.lua - logd is killed every 100 ms for 10 s while a service prints
-- The service's own file has every line once, in order, none of them cut.

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"

local KILLS, EVERY = 100, 0.1
local LINES = 10000 -- at least
local folder = t.tmp() .. "/log"

local function monotonic() return S.clock_gettime("monotonic").time end

--- In a process of its own, which sees the namespace's numbers: how often it has killed logd. Where
--- the machine stands still, a logd that is not there yet is waited for.
local function kill_and_kill()
  local pid = assert(S.fork())
  if pid == 0 then
    local killed = 0
    for _ = 1, KILLS do
      local from = monotonic()
      local logd = supervisor.eventually(function() return supervisor.find "luabox-logd" end)
      if logd and S.kill(logd, "kill") then killed = killed + 1 end
      local left = from + EVERY - monotonic()
      if left > 0 then S.nanosleep(left) end
    end
    S._exit(killed)
  end
  return pid
end

-- Lines come singly and in bursts, so many that logd is hardly ever idle, until it is told to end.
supervisor.with({ ["a.lua"] = ([==[
  return service {
    name = "printer", restart = "never", log = { to = "file", path = "FOLDER/p.log", size = "8M",
      keep = 20, stamp = "none" },
    run = function()
      local S = require "syscall"
      local n = 0
      local function line()
        n = n + 1
        return ("line %d %s\n"):format(n, ("x"):rep(n * 7 % 90))
      end
      repeat
        for _ = 1, 20 do S.write(1, line()) end
        local burst = {}
        for i = 1, n % 600 do burst[i] = line() end
        S.write(1, table.concat(burst))
        S.nanosleep(0.002)
      until S.stat "FOLDER/end"
      S.write(1, ("last %d\n"):format(n))
      S.nanosleep(1000)
    end }
]==]):gsub("FOLDER", folder) }, function(sup)
  local function files()
    local parts = {}
    for n = 20, 0, -1 do
      local file = io.open(folder .. "/p.log" .. (n > 0 and "." .. n or ""))
      if file then
        parts[#parts + 1] = file:read("a")
        file:close()
      end
    end
    return table.concat(parts)
  end
  t.ok(supervisor.eventually(function() return files():find("line 1 ", 1, true) end),
    "A25: a service prints numbered lines", sup:log())
  local _, _, status = S.waitpid(kill_and_kill())
  local killed = status.EXITSTATUS
  t.is(killed, KILLS, "A25: logd was killed every 100 ms for 10 s")
  supervisor.eventually(function()
    return (tonumber(files():match(".*\nline (%d+) ")) or 0) > LINES
  end)
  t.write(folder .. "/end", "")
  local text
  t.ok(supervisor.eventually(function() return files():sub(-40):find("\nlast %d+\n$") end),
    "A25: the last line arrives")
  text = files() -- once more: now no file becomes another one meanwhile
  local last = tonumber(text:sub(-40):match("\nlast (%d+)\n$"))
  local number, wrong = 0, {}
  for line in text:gmatch("[^\n]*\n") do
    number = number + 1
    local want = number > last and ("last %d\n"):format(last) or
      ("line %d %s\n"):format(number, ("x"):rep(number * 7 % 90))
    if line ~= want then wrong[#wrong + 1] = { want, line } end
  end
  t.is({ number, wrong[1] }, { last + 1 }, "A25: every line is in the file once, in order, whole")
  t.ok(last > LINES, "A25: and that many", last)
  io.write(("# %d lines, logd killed %d times\n"):format(last, killed))
  local record = sup:status("printer")
  t.is({ record.log_dropped, record.log_lost }, {}, "A25: the counters say that nothing is lost")
end)
