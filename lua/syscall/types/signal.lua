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

local function has(set, n) return set.sig[(n - 1) // 32] & (1 << (n - 1) % 32) ~= 0 end

local function put(set, n, on)
  local word, bit = (n - 1) // 32, 1 << (n - 1) % 32
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

signal.signalfd_siginfo = {
  --- s.alrm, s.term: is it that signal?
  index = function(info, name) return info.ssi_signo == number(name) end,
}

return signal
