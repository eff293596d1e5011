-- ip/exec.lua - a command instead of this process: for `ip netns exec` and `ip vrf exec`
--
-- Layer: library of ip; calls S.

local S = require "syscall"
local context = require "ip.context"

local exec = {}

local function execute(argv)
  local program = argv[1]
  local environment = {}
  for name, value in pairs(S.environ()) do
    environment[#environment + 1] = name .. "=" .. value
  end
  if program:find("/", 1, true) then
    local _, err = S.execve(program, argv, environment)
    return err
  end
  local last
  for folder in (os.getenv("PATH") or "/bin:/usr/bin"):gmatch("[^:]+") do
    local _, err = S.execve(folder .. "/" .. program, argv, environment)
    if not last or not err.NOENT then last = err end
  end
  return last
end

--- Replace this process; a failure is told as iproute2 does.
---@param ip ip.Context
---@param argv string[] found along PATH
function exec.replace(ip, argv)
  ip.out:flush()
  io.stdout:flush()
  local err = execute(argv)
  context.fail(1, ('exec of "%s" failed: %s'):format(argv[1], tostring(err)))
end

return exec
