-- steady.lua - bounds in time that the specification states, on a machine that may stand still
--
-- Layer: test library. A bound is never widened. One control timer on each processor runs beside
-- what is measured; when that comes too late, and a control was late by as much in all, it was
-- the machine: the same is done again, eight times in all.
--
--   steady.holds("A06: killed in time", function()
--     return took - 1.3, "took " .. took    -- seconds over the bound (0 or less: held), and a text
--   end)
-- What came too early is nobody's fault but ours: math.huge.

local S = require "syscall"
local t = require "test"

local TRIES = 8
local TICK = 0.005 -- seconds
local LATE = 0.02 -- less than this is how any machine sleeps

local steady = {}

local function monotonic() return S.clock_gettime("monotonic").time end

--- The numbers of the processors that we may use.
local function processors()
  local list = {}
  for cpu in tostring(S.sched_getaffinity(0)):gmatch("%d+") do list[#list + 1] = tonumber(cpu) end
  return list
end

--- Sleep and sleep, and tell how much too long that was.
local function tick(cpu, out)
  S.sched_setaffinity(0, S.t.cpu_set { cpu })
  while true do
    local from = monotonic()
    S.nanosleep(TICK)
    local late = monotonic() - from - TICK
    if late > LATE then out:write(("%d %.6f\n"):format(cpu, late)) end
  end
end

local function begin()
  local control = { pids = {} }
  local _, _, r, w = assert(S.pipe2("cloexec, nonblock"))
  control.reader = r
  for _, cpu in ipairs(processors()) do
    local pid = assert(S.fork())
    if pid == 0 then
      S.prctl("set_pdeathsig", "kill")
      tick(cpu, w)
    end
    control.pids[#control.pids + 1] = pid
  end
  w:close()
  return control
end

--- Seconds that the worst of the controls has lost in all.
local function finish(control)
  for _, pid in ipairs(control.pids) do
    S.kill(pid, "kill")
    S.waitpid(pid)
  end
  local text, worst, lost = "", 0, {}
  repeat
    local piece = control.reader:read(nil, 65536) or ""
    text = text .. piece
  until piece == ""
  control.reader:close()
  for cpu, late in text:gmatch("(%d+) (%S+)\n") do
    lost[cpu] = (lost[cpu] or 0) + tonumber(late)
    worst = math.max(worst, lost[cpu])
  end
  return worst
end

--- Seconds that these processes were ready to run so far and others ran: what they do takes as much
--- longer, and is not theirs. (Not on a kernel without the file: 0.)
---@param ... integer|string pids, or "self"
function steady.waited(...)
  local sum = 0
  for _, pid in ipairs { ... } do
    local file <close> = io.open("/proc/" .. pid .. "/schedstat")
    sum = sum + (file and tonumber(file:read("a"):match("^%d+ (%d+)")) or 0) / 1e9
  end
  return sum
end

--- One case: fn returns by how many seconds the bound was missed.
---@param name string
---@param fn fun(attempt: integer): number, string?
function steady.holds(name, fn)
  local told = {}
  for attempt = 1, TRIES do
    local control = begin()
    local ok, over, detail = xpcall(fn, debug.traceback, attempt)
    local lost = finish(control)
    if not ok then error(over, 0) end
    if over <= 0 then return t.ok(true, name) end
    told[#told + 1] = ("%s: %.3f s over the bound; the machine stood still for %.3f s"):format(
      detail or "", over, lost)
    if lost < over then break end
  end
  return t.ok(false, name, table.concat(told, "\n"))
end

return steady
