-- proc/exec.lua - become another program
--
-- Layer: library; calls S. As execvp(3): the command is looked for in PATH of the
-- environment it is to get.

local S = require "syscall"

local exec = {}

local DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

--- Exit status of a command that could not be run: 127 not found, else 126.
---@param err S.Error
---@return integer
function exec.status(err) return err.NOENT and 127 or 126 end

--- Replace this process; returns only when that fails.
---@param argv string[]
---@param environment string[]? "NAME=value"; ours
---@param command string? what to look for, if it is not argv[1]
---@return S.Error err the most telling one of all folders tried
function exec.replace(argv, environment, command)
  command = command or argv[1]
  environment = environment or S.environ(true)
  if command:find("/", 1, true) then return select(2, S.execve(command, argv, environment)) end
  local path
  for _, assignment in ipairs(environment) do path = path or assignment:match("^PATH=(.*)") end
  local err
  for dir in ((path or DEFAULT_PATH) .. ":"):gmatch("([^:]*):") do
    local file = (dir == "" and "." or dir) .. "/" .. command
    local _, failed = S.execve(file, argv, environment)
    -- a file that cannot run tells more than one that is not there: execvp(3)
    if not err or not (failed.NOENT or failed.NOTDIR) then err = failed end
    if not (failed.NOENT or failed.NOTDIR or failed.ACCES) then break end
  end
  return err
end

return exec
