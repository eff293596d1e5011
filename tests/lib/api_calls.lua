-- api_calls.lua - what the fuzz of S calls, and the arguments that it must not give
--
-- Layer: tests. Left out, and why:
--	exit, _exit	end the worker, as they must
--	reboot		ends the namespace with everything in it
--	mmap of files	SIGBUS once the file is shorter: the mapping tells it so
--	prlimit of others	the watchdog is one
--	RLIMIT_STACK, PR_SET_TSC, madvise's guards	the kernel is told to crash the process

local values = require "api_values"
local S = require "syscall"
local names = require "syscall.names"
local mem = S.mem

local calls = {}

local random = math.random

local LEFT_OUT = { exit = true, _exit = true, reboot = true, atexit = true }

--- Functions: {name, function}, in the order of their names.
---@return table[]
function calls.functions()
  local list = {}
  local function add(name, fn)
    if type(fn) == "function" and not LEFT_OUT[name] then list[#list + 1] = { name, fn } end
  end
  for _, name in ipairs(names.functions()) do add(name, S[name]) end
  for name in pairs(require "syscall.composed") do add(name, S[name]) end
  for name, fn in pairs(mem) do add("mem." .. name, fn) end
  for name, fn in pairs(S.util) do add("util." .. name, fn) end
  for _, name in ipairs(names.types()) do
    add("t." .. name, function(...) return S.t[name](...) end)
  end
  for _, name in ipairs { "fd", "error", "sa", "device", "buffer", "ints", "iovecs", "pollfds",
    "epoll_events", "waitstatus", "timespec2", "int1", "uint64_1", "char2" } do
    add("t." .. name, function(...) return S.t[name](...) end)
  end
  for _, name in ipairs(names.constants()) do
    add("c." .. name, function(...) return S.c[name](...) end)
  end
  table.sort(list, function(a, b) return a[1] < b[1] end)
  return list
end

--- Methods and fields of memory, of descriptors and of a ring.
---@return table[]
function calls.of_objects()
  local list = {}
  local function add(name, fn) list[#list + 1] = { name, fn } end
  local function field(m)
    local all = mem.fields(m)
    if #all > 0 and random(3) > 1 then return all[random(#all)].name end
    return values.any()
  end
  add("index", function(m) return m[field(m)] end)
  add("newindex", function(m, v) m[field(m)] = v end)
  add("concat", function(m) return #m, tostring(m), m + random(0, 70) end)
  add("fd.field", function(_, k) return values.fd()[k] end)
  add("fd.methods", function()
    local fd = values.fd()
    return fd:getfd(), fd:seq(), tostring(fd), fd:nonblock(), fd:tell(), fd:block()
  end)
  local ring = values.ring
  if ring then
    for name, fn in pairs(getmetatable(ring).__index) do
      if name ~= "close" then add("ring:" .. name, function(...) return fn(ring, ...) end) end
    end
    add("ring.reap", function()
      ring:submit(0)
      for _, result in ring:completions() do tostring(result) end
    end)
  end
  return list
end

local CLOSING = { close = true, close_range = true, dup2 = true, dup3 = true, ["t.fd"] = true,
  ["t.mqd"] = true, ["t.perf_reader"] = true, ring = true }

--- Arguments that would crash the process by the kernel's own doing, or close the standard
--- streams, where a sanitizer speaks.
---@param name string
---@param args table with n
function calls.defuse(name, args)
  if CLOSING[name:match("^[^:]*")] then
    for i = 1, args.n do
      local n = math.tointeger(args[i])
      if n and (n & 0xffffffff) <= 2 then args[i] = 99 end
    end
    if name == "close_range" and not math.tointeger(args[1]) then args[1] = 99 end
  elseif name == "mmap" then
    args[5] = nil
    args.n = math.min(args.n, 4)
  elseif name == "madvise" and type(args[3]) == "number" and args[3] > 25 then
    args[3] = 4
  elseif name == "clone" then
    local flags = math.tointeger(args[1])
    if flags then args[1] = flags & ~0xff end -- or-ed with the signal, one of a crash
  elseif name == "setrlimit" or name == "getrlimit" or name == "prlimit" then
    for i = 1, 2 do
      if args[i] == 3 or (type(args[i]) == "string" and args[i]:lower():find("stack")) then
        args[i] = 0
      end
    end
    if name == "prlimit" then args[1] = 0 end -- not the watchdog's
  elseif name == "prctl" and (args[1] == 26 or type(args[1]) == "string") then
    if args[1] == 26 or args[1]:lower():find("set_tsc") then args[1] = 1 end
  end
end

return calls
