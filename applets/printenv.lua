-- applets/printenv.lua - print environment variables
--
-- Layer: applet; calls S.
-- Follows GNU printenv: a variable that is not set is only told by the exit status.

local S = require "syscall"

local applet = {
  summary = "print the environment, or the values of the named variables",
  usage = "[-0] [NAME]...",
  options = {
    { "0", "null", help = "end each line with a zero byte instead of a newline" },
  },
  posix = true,
  usage_status = 2,
  examples = { { "printenv HOME PATH", "the values of two variables, one a line" } },
}

---@param opts { null: boolean? }
---@param args string[] names
---@return integer|true status 1 when a variable is not set
function applet.run(opts, args)
  local ending = opts.null and "\0" or "\n"
  if #args == 0 then
    for _, assignment in ipairs(S.environ(true)) do io.write(assignment, ending) end
    return true
  end
  local status = 0
  for _, name in ipairs(args) do
    local value = S.getenv(name)
    if value then
      io.write(value, ending)
    else
      status = 1
    end
  end
  return status
end

return applet
