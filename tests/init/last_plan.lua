-- tests/init/last_plan.lua - when the services cannot be loaded, those of the last good boot run

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"

local state = t.tmp() .. "/state"
local GOOD = [[return {
  service { name = "a", run = { "sleep", "1000" } },
  oneshot { name = "f", run = function(ctx) print("the function of " .. ctx.name) end },
}]]

supervisor.with({ ["a.lua"] = GOOD }, function(sup)
  t.ok(sup:reach("default", "up"), "a good boot")
  t.ok(supervisor.eventually(function() return S.stat(state .. "/plan") end), "its plan is kept")
end, { env = { LUABOX_STATE = state } })
local kept = t.read(state .. "/plan")

-- a folder full of files of which the loader dies: it gives up in the end
local files = {}
for i = 1, 9 do
  files["bad" .. i .. ".lua"] = "require 'syscall'.kill(require 'syscall'.getpid(), 'kill')"
end
supervisor.with(files, function(sup)
  t.ok(sup:says("trying those of the last good boot"), "no plan: that one is tried", sup:log())
  t.ok(sup:reach("a", "up"), "and runs", sup:log())
  t.ok(sup:says("f: the function of f"), "with its functions")
end, { env = { LUABOX_STATE = state }, wait = false })
t.is(t.read(state .. "/plan"), kept, "it is the same")

-- one that was damaged is not believed
t.write(state .. "/plan", kept:sub(1, 500) .. "x" .. kept:sub(502))
supervisor.with(files, function(sup)
  t.ok(sup:says("no services: checksum differs"), "a damaged one is not believed", sup:log())
end, { env = { LUABOX_STATE = state }, wait = false })
