-- init/kernel_names.lua - what the kernel calls things, as definitions spell it
--
-- Layer: PID 1's Lua side, pure: S's constants in small letters.

local S = require "syscall"

local names = {}

local function small(constants, value)
  local by_name = {}
  for name, number in pairs(constants) do by_name[name:lower()] = value(number) end
  return by_name
end

local function same(number) return number end
local function bit(number) return 1 << number end

--- net_raw ... : bits
---@return table<string, integer>
function names.caps() return small(S.c.CAP, bit) end

--- noroot, noroot_locked ... : bits
---@return table<string, integer>
function names.secbits() return small(S.c.SECBIT, same) end

--- other, batch, idle ... : policies
---@return table<string, integer>
function names.sched() return small(S.c.SCHED, same) end

local CLONE = S.c.CLONE
names.namespaces = {
  mount = CLONE.NEWNS, pid = CLONE.NEWPID, net = CLONE.NEWNET, ipc = CLONE.NEWIPC,
  uts = CLONE.NEWUTS, user = CLONE.NEWUSER, time = CLONE.NEWTIME, cgroup = CLONE.NEWCGROUP,
}

--- The number of a system call; nil where this machine has none of this name.
---@param name string
---@return integer?
function names.syscall(name) return S.c.SYS[name] end

--- AUDIT_ARCH of this program, for filters.
---@return integer
function names.arch() return S.util.auditarch() end

--- Has it a second table of calls, with a bit set? (x86-64)
---@return boolean
function names.has_x32() return S.abi.arch == "x64" end

return names
