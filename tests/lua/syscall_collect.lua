-- tests/lua/syscall_collect.lua - the tests of S again, with a full collection before every call
-- What a struct, an iterator or a pending call does not keep alive is gone by then.

local t = require "test"

local FILES = { "syscall", "syscall_calls", "syscall_map", "syscall_transfer", "syscall_message",
  "syscall_util" }
local HOOK = [[debug.sethook(function() collectgarbage() end, "c")]]

local root = arg[0]:match("^(.*)/[^/]*$") or "."

for _, name in ipairs(FILES) do
  local got = t.execute({ "lua", "-e", HOOK, root .. "/run.lua", "--file",
    root .. "/lua/" .. name .. ".lua" }, { timeout = 300 })
  local failed = {}
  for line in got.out:gmatch("[^\n]+") do
    if line:find("^not ok") then failed[#failed + 1] = line end
  end
  t.ok(got.status == 0 and #failed == 0 and got.out:find("\n1%.%.%d+\n$"), name,
    table.concat(failed, "\n") .. got.err)
end
