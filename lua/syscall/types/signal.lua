-- syscall/types/signal.lua - sets of signals, and what a signalfd tells
--
-- Layer: library, behind S.t.

local S = require "syscall"
local mem = require "syscall.mem"

local signal = {}

local function number(name)
  local n = S.c.SIG[name]
  if type(n) ~= "number" then error("invalid signal: " .. tostring(name), 3) end
  return n
end

--- The numbers in "alrm, pipe", a number, or an array of either.
local function numbers(list)
  if type(list) == "number" then return { list } end
  local found = {}
  if type(list) == "table" then
    for i, item in ipairs(list) do found[i] = number(item) end
  else
    for name in list:gmatch("[^,%s]+") do found[#found + 1] = number(name) end
  end
  return found
end

-- The kernel's words are long, ours have 32 bits: where the high half of a long comes first, they
-- stand in pairs the other way round.
local SWAPPED = S.abi.be and S.abi.abi64 and 1 or 0

local function word_of(n) return (n - 1) // 32 ~ SWAPPED end

local function has(set, n) return set.sig[word_of(n)] & (1 << (n - 1) % 32) ~= 0 end

local function put(set, n, on)
  local word, bit = word_of(n), 1 << (n - 1) % 32
  local old = set.sig[word]
  set.sig[word] = on and old | bit or old & ~bit
end

local function each(on)
  return function(set, list)
    for _, n in ipairs(numbers(list)) do put(set, n, on) end
    return set
  end
end

signal.sigset = {
  methods = { add = each(true), del = each(false) },
  get = {
    isemptyset = function(set)
      for i = 0, #set // 4 - 1 do
        if set.sig[i] ~= 0 then return false end
      end
      return true
    end,
  },
  index = function(set, name) return has(set, number(name)) end,
  newindex = function(set, name, on) put(set, number(name), on) end,
}

function signal.sigset.new(list)
  local set = mem.new("sigset")
  if list == "all" then
    for i = 0, #set // 4 - 1 do set.sig[i] = 0xffffffff end
  elseif list then
    signal.sigset.methods.add(set, list)
  end
  return set
end

-- ---- what a signal tells ----

-- the tables of si_code for signals that have one
local CODES = { ILL = "SIGILL", FPE = "SIGFPE", SEGV = "SIGSEGV", BUS = "SIGBUS", TRAP = "SIGTRAP",
  CHLD = "SIGCLD", IO = "SIGPOLL" }

local function signal_name(n)
  for name, value in pairs(S.c.SIG) do
    if value == n and name ~= "CLD" and name ~= "POLL" and name ~= "IOT" then return name end
  end
end

signal.signalfd_siginfo = {
  --- s.alrm: is it that signal? s.user, s.exited: did it come for that reason?
  index = function(info, name)
    local n = S.c.SIG[name]
    if n then return info.ssi_signo == n end
    local reason = S.c.SI[name]
    if not reason then
      local codes = CODES[signal_name(info.ssi_signo)]
      reason = codes and S.c[codes][name]
    end
    if not reason then
      for _, codes in pairs(CODES) do -- a reason of another signal is none of this one
        if S.c[codes][name] then return false end
      end
      error("invalid index " .. tostring(name), 2)
    end
    return info.ssi_code == reason
  end,
}

--- Room for n signals of a signalfd: from 1 on, `count` of them after a read.
signal.siginfos = { new = function(n) return mem.list("signalfd_siginfo", n or 1) end }

-- ---- handlers: functions of Lua as they are ----

local function same(f) return f end

signal.sa_sigaction = { new = same }
signal.sighandler = { new = same }

--- An action for S.sigaction, or room for the old one: {handler =, flags =, mask =}.
signal.sigaction = {
  new = function(action)
    if type(action) == "table" then return action end
    return { handler = action }
  end,
}

return signal
