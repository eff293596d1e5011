-- process/env.lua - process.env: the environment that programs started from here get
--
-- Layer: library. process.env.X = "y", = nil to remove it; pairs() lists it.

local S = require "syscall"

return setmetatable({}, {
  __index = function(_, name) return S.getenv(name) end,
  __newindex = function(_, name, value)
    local ok, err
    if value == nil then
      ok, err = S.unsetenv(name)
    else
      ok, err = S.setenv(name, tostring(value), true)
    end
    if not ok then error(("process.env.%s: %s"):format(name, tostring(err)), 2) end
  end,
  __pairs = function() return next, S.environ() end,
  --- process.env = {...}: these and no others
  __call = function(_, new)
    S.clearenv()
    for name, value in pairs(new) do
      local ok, err = S.setenv(name, tostring(value), true)
      if not ok then error(("process.env.%s: %s"):format(name, tostring(err)), 3) end
    end
  end,
})
