-- syscall/types/sched.lua - sets of processors, and a policy's parameter
--
-- Layer: library, behind S.t.

local mem = require "syscall.mem"

local sched = {}

-- The kernel's bitmap is of longs: where those are 64 bits and big-endian, the two
-- words of each stand the other way round.
local SWAP = string.pack("=I2", 1) == "\0\1" and mem.sizeof("long") == 8 and 1 or 0
local MAX = mem.sizeof("cpu_set") * 8

local function place(cpu)
  cpu = math.tointeger(cpu)
  if not cpu or cpu < 0 or cpu >= MAX then error("no such processor", 3) end
  return (cpu // 32) ~ SWAP, 1 << cpu % 32
end

local function put(set, cpu, on)
  local word, bit = place(cpu)
  local old = set.val[word]
  set.val[word] = on and old | bit or old & ~bit
end

local function has(set, cpu)
  local word, bit = place(cpu)
  return set.val[word] & bit ~= 0
end

local function each(on)
  return function(set, cpus)
    if type(cpus) ~= "table" then cpus = { cpus } end
    for _, cpu in ipairs(cpus) do put(set, cpu, on) end
    return set
  end
end

sched.cpu_set = {
  methods = {
    set = each(true),
    clear = each(false),
    get = has,
    zero = function(set) return mem.fill(set, mem.sizeof(set)) end,
  },
  element = has, -- set[n]
  newelement = put,
}

function sched.cpu_set.new(cpus)
  local set = mem.new("cpu_set")
  if cpus then set:set(cpus) end
  return set
end

function sched.cpu_set.tostring(set)
  local cpus = {}
  for cpu = 0, MAX - 1 do
    if has(set, cpu) then cpus[#cpus + 1] = cpu end
  end
  return "{" .. table.concat(cpus, ",") .. "}"
end

sched.sched_param = {}

--- A priority, or {sched_priority =}.
function sched.sched_param.new(value)
  local m = mem.new("sched_param")
  if type(value) == "table" then value = value.sched_priority or value[1] end
  m.sched_priority = value or 0
  return m
end

return sched
