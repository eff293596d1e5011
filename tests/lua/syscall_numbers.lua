-- tests/lua/syscall_numbers.lua - every system call of the kernel's table is in S, or accounted for
--
-- docs/system-calls.md has what is reached under another name, and what is not there and why: each
-- line of it must still be so, and each number of the header is in S or in one of its tables.

local t = require "test"
local S = require "syscall"

local page = t.read(debug.getinfo(1, "S").source:match("^@(.*/)") .. "../../docs/system-calls.md")
local elsewhere, absent, section = {}, {}, nil

for line in page:gmatch("[^\n]+") do
  section = line:match("^## (.*)") or section
  local calls, what = line:match("^| ([%w_, ]+) | (.*) |$")
  if calls and calls ~= "call" then
    for call in calls:gmatch("[%w_]+") do
      local list = section == "Not there" and absent or elsewhere
      list[call] = what
    end
  end
end

t.ok(next(elsewhere) and next(absent), "the page has both tables")

local function has(name) return type(S[name]) == "function" end

local lacking, stale = {}, {}
for call, functions in pairs(elsewhere) do
  for name in functions:gmatch("[%w_]+") do
    if not has(name) then lacking[#lacking + 1] = call .. ": " .. name end
  end
end
t.is(table.concat(lacking, " "), "", "what other names are given, there is")

if S.abi.arch ~= "x64" then
  t.skip_one("every number has a function or a reason", "the page is of x86-64's calls")
else
  local unknown = {}
  for call in pairs(S.c.SYS) do
    if not has(call) and not elsewhere[call] and not absent[call] then
      unknown[#unknown + 1] = call
    end
  end
  table.sort(unknown)
  t.is(table.concat(unknown, " "), "", "every number has a function or a reason")
  for _, list in ipairs { elsewhere, absent } do
    for call in pairs(list) do
      if has(call) or not S.c.SYS[call] then stale[#stale + 1] = call end
    end
  end
  t.is(table.concat(stale, " "), "", "the page names nothing that is there, or never was")
end
