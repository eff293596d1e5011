-- collect.lua - run a test file with the collector before each call of a function
--
-- Layer: tests. luabox lua collect.lua FILE. What nothing refers to is gone by the next call, so
-- that memory which only the kernel knows of, or a descriptor that only a number is left of, shows.

local file = arg[1]
package.path = arg[0]:match("^(.*/)[^/]*$") .. "?.lua;" .. package.path

collectgarbage("incremental", 50, 1000, 3) -- between them, a small step at nearly every object
local test = require "test"
local busy = false
debug.sethook(function()
  if busy then return end
  busy = true
  collectgarbage()
  busy = false
end, "c")
local ok, err = xpcall(dofile, debug.traceback, file)
debug.sethook()
if not ok then test.ok(false, file .. " runs to its end", tostring(err)) end
test.finish()
