-- tests/lua/syscall_collect.lua - S's own tests with the collector before each call
-- What they check is what they check without it: nothing may be gone that is still in use.

local t = require "test"
local S = require "syscall"

local here = debug.getinfo(1, "S").source:match("^@(.*/)")
local COLLECT = here .. "../lib/collect.lua"

--- Those that measure, and this one.
local NOT = { syscall_collect = true, syscall_cost = true, syscall_layouts = true,
  syscall_members = true, syscall_names = true }

local function run(file)
  return t.execute({ "lua", COLLECT, file }, { timeout = 300 })
end

-- the mode does what it says: a descriptor that is dropped is closed at the next call
local probe = t.write(t.tmp() .. "/probe.lua", [[
local S = require "syscall"
local number = S.open("/dev/null"):getfd()
require("test").is(S.fcntl(number, "getfd"), nil, "dropped and closed")
]])
t.is(run(probe).out, "ok 1 - dropped and closed\n1..1\n", "the collector runs before each call")

local files = {}
for name in S.util.ls(here) do
  local base = name:match("^(syscall.*)%.lua$")
  if base and not NOT[base] then files[#files + 1] = here .. name end
end
table.sort(files)
t.ok(#files > 10, "there are tests of S")

for _, file in ipairs(files) do
  local got = run(file)
  local failed = {}
  for line in got.out:gmatch("[^\n]+") do
    if line:find("^not ok") or (failed[1] and line:find("^  #")) then failed[#failed + 1] = line end
  end
  t.is({ got.status, table.concat(failed, "\n"), got.err }, { 0, "", "" }, file:match("[^/]*$"))
end
