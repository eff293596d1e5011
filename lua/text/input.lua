-- lua/text/input.lua - the FILE operands of text commands
--
-- Layer: library; calls S and cli.

local S = require "syscall"
local cli = require "cli"

local input = {}

--- Open each operand in turn ("-" and no operand at all: standard input), call
--- visit and close it. What cannot be opened or read is reported and passed over; a
--- failed write ends it.
---@param args string[]
---@param visit fun(fd: any, name: string): any, any, string? true or a value, or
---  nil, err, side: "write" when standard output is what failed
---@return true? ok
---@return string? err
function input.each(args, visit)
  if not args[1] then args = { "-" } end
  for _, name in ipairs(args) do
    local fd, err = 0, nil
    if name ~= "-" then fd, err = S.open(name) end
    local ok, side
    if fd then ok, err, side = visit(fd, name) end
    if fd and fd ~= 0 then fd:close() end
    if not ok and side == "write" then return nil, "write error: " .. tostring(err) end
    if not ok then cli.warn(name == "-" and "standard input" or name, err) end
  end
  return true
end

--- The line "==> name <==" before each of several files (head, tail).
---@param shown boolean
---@return fun(name: string)
function input.headers(shown)
  local first = true
  return function(name)
    if not shown then return end
    io.write(first and "" or "\n", "==> ", name == "-" and "standard input" or name, " <==\n")
    first = false
  end
end

return input
