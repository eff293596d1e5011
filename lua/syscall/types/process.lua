-- syscall/types/process.lua - how a process ended, limits, usage
--
-- Layer: library, behind S.t.

local S = require "syscall"
local mem = require "syscall.mem"

local process = {}

-- ---- waitstatus: wait(2)'s macros as fields ----

local WaitStatus = {}

local function decode(status)
  local fields = { status = status }
  local signal = status & 0x7f
  if signal == 0 then
    fields.IFEXITED = true
    fields.EXITSTATUS = (status >> 8) & 0xff
  elseif signal == 0x7f then
    fields.IFSTOPPED = true
    fields.STOPSIG = (status >> 8) & 0xff
  else
    fields.IFSIGNALED = true
    fields.TERMSIG = signal
    fields.COREDUMP = status & 0x80 ~= 0 or nil
  end
  return fields
end

--- Names with and without the W, in any case; nil for what is not so.
function WaitStatus.__index(status, key)
  local fields = rawget(status, 1)
  if key == "status" then return fields.status end
  local name = key:upper()
  local value = fields[name]
  if value == nil and name:sub(1, 1) == "W" then value = fields[name:sub(2)] end
  return value
end

function WaitStatus.__tostring(status)
  if status.IFEXITED then return "exit status " .. status.EXITSTATUS end
  if status.IFSTOPPED then return "stopped by signal " .. status.STOPSIG end
  return "killed by signal " .. status.TERMSIG
end

process.waitstatus = {}

function process.waitstatus.new(status)
  return setmetatable({ decode(status) }, WaitStatus)
end

-- ---- groups: an array, and C's view of it ----

local Groups = {}

function Groups.__index(groups, key)
  if key == "count" then return #groups end
  if key == "list" then
    return setmetatable({}, {
      __index = function(_, i) return rawget(groups, i + 1) end,
      __newindex = function(_, i, id) rawset(groups, i + 1, id) end,
    })
  end
end

process.groups = {}

--- t.groups(array), or so many zeros.
function process.groups.new(list)
  local groups = {}
  for i = 1, type(list) == "number" and list or #list do
    groups[i] = type(list) == "table" and list[i] or 0
  end
  return setmetatable(groups, Groups)
end

-- ---- rlimit: -1 is infinity ----

local function limit(value)
  if value == "infinity" or value == nil then return -1 end
  return math.tointeger(value) or error("limit: integer expected", 3)
end

process.rlimit = {
  set = {
    cur = function(m, v) m.rlim_cur = limit(v) end,
    max = function(m, v) m.rlim_max = limit(v) end,
  },
}

function process.rlimit.new(fields)
  local m = mem.new("rlimit")
  for key, value in pairs(fields or {}) do m[key] = value end
  return m
end

function process.rlimit.tostring(m) return m.cur .. " " .. m.max end

-- ---- siginfo ----

process.siginfo = {
  get = {
    signame = function(m)
      for name, number in pairs(S.c.SIG) do
        if number == m.si_signo and name ~= "CLD" then return name end
      end
    end,
  },
}

return process
