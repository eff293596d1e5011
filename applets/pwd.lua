-- applets/pwd.lua - print the working directory
--
-- Layer: applet; calls S.
-- Follows POSIX pwd: -L is the default there, GNU's is -P. PWD is believed only when
-- it is an absolute path without . and .. and leads to where we are.

local S = require "syscall"

local applet = {
  summary = "print the working directory",
  usage = "[-LP]",
  options = {
    { "L", "logical",
      help = "as PWD has it, with symbolic links (default)", clears = { "physical" } },
    { "P", "physical", help = "without symbolic links" },
  },
  operands = { max = 0 },
}

local function logical()
  local path = os.getenv("PWD")
  if not path or path:sub(1, 1) ~= "/" or (path .. "/"):find("/%.%.?/") then return nil end
  local here, there = S.stat("."), S.stat(path)
  if here and there and here.ino == there.ino and here.st_dev == there.st_dev then return path end
end

---@param opts { logical: boolean?, physical: boolean? }
---@return true? ok
---@return any err
function applet.run(opts)
  local path, err
  if not opts.physical then path = logical() end
  if not path then path, err = S.getcwd() end
  if not path then return nil, err end
  io.write(path, "\n")
  return true
end

return applet
