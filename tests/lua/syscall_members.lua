-- tests/lua/syscall_members.lua - everything ljsyscall names is there, and of its kind
-- The names are ljsyscall.names; values are compared with a C program by syscall_layouts.lua.

local t = require "test"
local S = require "syscall"
local c = S.c

local names_file = debug.getinfo(1, "S").source:match("^@(.*/)") .. "ljsyscall.names"

local function words(text)
  local list = {}
  for word in text:gmatch("%S+") do list[#list + 1] = word end
  return list
end

local function missing(list, has)
  local found = {}
  for _, name in ipairs(list) do
    if not has(name) then found[#found + 1] = name end
  end
  return table.concat(found, " ")
end

-- ---- constants: what each kind does with what is no name, and with two ----

-- where ljsyscall takes one name and the kernel takes several, luabox takes a list
local WIDER = { FALLOC_FL = true, IOCB_FLAG = true, MCL = true, TFD_TIMER = true }

local LISTS = { multiflags = true, modeflags = true, swapflags = true }

local function check_kind(name, kind, members)
  local tab = c[name]
  local one = members[1]
  if WIDER[name] then kind = "multiflags" end
  if kind == "strflag" then
    t.is(tab[nil], nil, name .. ": nothing is nil")
    local is_safe, value = pcall(function() return tab["no such name"] end)
    t.is({ is_safe, value }, { true, nil }, name .. ": neither has an unknown name a value")
    t.is(tab[12345], 12345, name .. ": what is no string is itself")
    t.is(tab[one:lower()], tab[one], name .. ": names in any case")
  elseif LISTS[kind] then
    t.is(tab[nil], 0, name .. ": nothing is no flag")
    t.is(tab[""], 0, name .. ": nor is an empty list")
    t.is(tab[one:lower() .. ", " .. members[#members]], tab[one] | tab[members[#members]],
      name .. ": a list")
    t.raises(function() return tab["no such name"] end, "invalid flag no such name")
  elseif kind == "charflags" then
    t.is(tab["rw"], tab.R | tab.W, name .. ": one character a flag")
  elseif kind == "baud" then
    t.is(tab[9600], tab["9600"], name .. ": numbers are names")
  end
end

for line in io.lines(names_file) do
  local what, rest = line:match("^(%l+) (.*)")
  if what == "c" then
    local name, kind, names = rest:match("^(%S+) (%S+) ?(.*)")
    local tab, members = c[name], words(names)
    if name == "REG" and S.abi.arch ~= "x64" then
      t.skip_one("c.REG", "these are the registers of x86-64")
    elseif t.ok(tab, "c." .. name) then
      t.is(missing(members, function(n) return rawget(tab, n) ~= nil end), "",
        "c." .. name .. " has all members")
      if members[1] then check_kind(name, kind, members) end
    end
  elseif what == "plain" then
    local name, value = rest:match("(%S+) (.*)")
    t.is(tostring(c[name]), value, "c." .. name)
  elseif what == "type" then
    t.is(missing(words(rest), function(n) return S.t[n] ~= nil end), "", "types of S.t")
  elseif what == "ioctl" then
    t.is(missing(words(rest), function(n) return rawget(c.IOCTL, n) ~= nil end), "", "c.IOCTL")
  elseif what == "struct" then
    local list = words(rest)
    local name = table.remove(list, 1)
    local has = {}
    -- t.sigaction is a table: the handlers are luabox's own
    local is_layout, fields = pcall(S.mem.fields, name)
    for _, field in ipairs(is_layout and fields or {}) do has[field.name] = true end
    if name ~= "sigaction" then
      t.is(missing(list, function(n) return has[n] end), "", "raw fields of t." .. name)
    end
  end
end

-- counts of the headers: names that later kernels added do not matter
local function count(tab)
  local n = 0
  for _ in pairs(tab) do n = n + 1 end
  return n
end

t.ok(count(c.KEY) >= 394, "every key")
t.ok(count(c.BTN) >= 110, "every button")
t.is(count(c.PCI), 66, "the registers of every device's head")
t.is({ c.KEY.COFFEE, c.KEY.SCREENLOCK, c.KEY.HANGUEL }, { 152, 152, 122 }, "and aliases")
t.is(c.CRTSCTS, 0x80000000)
