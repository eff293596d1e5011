-- init/schema/limits.lua - the field limits: rlimits, the cgroup's, priorities
--
-- Layer: PID 1's Lua side, pure. Sources: setrlimit(2), sched(7), ioprio_set(2),
-- the kernel's admin-guide/cgroup-v2.

local S = require "syscall"
local checks = require "init.schema.checks"
local kernel = require "init.kernel_names"

local function or_max(value) return value < 0 and "max" or tostring(value) end

local function size_file(file)
  return function(value)
    local n, expected = checks.amount(value)
    if not n then return nil, expected end
    return { file = file, value = or_max(n) }
  end
end

--- Weight of 1 to 10000, of which each takes its share.
local function weight_file(file, prefix)
  return function(value)
    local n, expected = checks.integer(1, 10000)(value)
    if not n then return nil, expected end
    return { file = file, value = (prefix or "") .. n }
  end
end

--- CPUs: 0.5 is half of one.
local function cpu_max(value)
  if type(value) ~= "number" or not (value >= 0.01 and value <= 10000) then
    return nil, "a number of CPUs, as 0.5"
  end
  return { file = "cpu.max", value = ("%d 100000"):format(math.floor(value * 100000)) }
end

--- A weight, or lines of io.max: "8:0 rbps=1048576".
local function io_limit(value)
  if type(value) == "number" then return weight_file("io.weight", "default ")(value) end
  if type(value) == "string" and value:find("^%d+:%d+ %l+=%w+") then
    return { file = "io.max", value = value }
  end
  return nil, 'a weight from 1 to 10000, or a line of io.max as "8:0 rbps=1048576"'
end

local CGROUP = {
  mem = size_file("memory.max"), memhigh = size_file("memory.high"), pids = size_file("pids.max"),
  cpuweight = weight_file("cpu.weight"), cpumax = cpu_max, io = io_limit,
}

--- "idle", "batch", "other", "fifo:10" or "rr:10".
local function sched(value)
  local policy, priority = tostring(value):match("^(%l+):?(%d*)$")
  local number = kernel.sched()[policy]
  local real_time = policy == "fifo" or policy == "rr"
  priority = math.tointeger(tonumber(priority)) or 0
  if not number or (real_time and (priority < 1 or priority > 99)) or
      (not real_time and priority ~= 0) then
    return nil, '"other", "batch", "idle", "fifo:1".."fifo:99" or "rr:1".."rr:99"'
  end
  return { number, priority }
end

--- "idle", or "be:0".."be:7", "rt:0".."rt:7".
local function ioprio(value)
  if value == "idle" then return 3 << 13 end
  local class, level = tostring(value):match("^([br][et]):([0-7])$")
  if class ~= "be" and class ~= "rt" then return nil, '"idle", "be:0".."be:7" or "rt:0".."rt:7"' end
  return (class == "rt" and 1 or 2) << 13 | math.tointeger(tonumber(level))
end

local function rlimit(resource)
  return function(value, field)
    local soft, hard
    if type(value) == "table" then
      soft, hard = checks.amount(value[1]), checks.amount(value[2])
    else
      soft = checks.amount(value)
      hard = soft
    end
    if not soft or not hard then return nil, "a number, a size, or { soft, hard }" end
    if hard >= 0 and (soft < 0 or soft > hard) then
      return nil, nil, field .. ": the soft limit is above the hard one"
    end
    return { resource = resource, soft = soft, hard = hard }
  end
end

local PARTS = {
  nice = checks.integer(-20, 19), oom = checks.integer(-1000, 1000), sched = sched,
  ioprio = ioprio,
}
for name, check in pairs(CGROUP) do PARTS[name] = check end
for name in ("as core cpu data fsize memlock msgqueue nofile nproc rtprio rttime stack")
    :gmatch("%S+") do
  PARTS[name] = rlimit(rawget(S.c.RLIMIT, name:upper()) or S.c.RLIMIT[name:upper()])
end

return function(value, _, record)
  if type(value) ~= "table" then return nil, "a table" end
  record.limits, record.cgroup = {}, {}
  local ok, expected, message = checks.members(value, "limits", PARTS, function(key, item)
    if CGROUP[key] then
      table.insert(record.cgroup, item)
    elseif key == "sched" then
      record.sched, record.sched_priority = item[1], item[2]
    elseif PARTS[key] and type(item) == "table" then
      table.insert(record.limits, item)
    else
      record[key] = item
    end
  end)
  if #record.cgroup == 0 then record.cgroup = nil end
  return ok, expected, message
end
