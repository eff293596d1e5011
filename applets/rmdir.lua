-- applets/rmdir.lua - remove empty directories
--
-- Layer: applet; calls S.
-- Follows POSIX rmdir and GNU's options.

local S = require "syscall"
local cli = require "cli"

local applet = {
  summary = "remove empty directories",
  usage = "[-pv] [--ignore-fail-on-non-empty] DIRECTORY...",
  options = {
    { "p", "parents", help = "remove a, too, after a/b" },
    { "v", "verbose", help = "say what is done" },
    { nil, "ignore-fail-on-non-empty", help = "no error when one is not empty" },
  },
  operands = { min = 1 },
}

local function remove(opts, path)
  if opts.verbose then io.write("rmdir: removing directory, '", path, "'\n") end
  local ok, err = S.rmdir(path)
  if ok then return true end
  local not_empty = err.NOTEMPTY or err.EXIST
  if not (opts.ignore_fail_on_non_empty and not_empty) then cli.warn(path, err) end
  return false
end

---@param opts { parents: boolean?, verbose: boolean?, ignore_fail_on_non_empty: boolean? }
---@param args string[]
---@return true
function applet.run(opts, args)
  for _, path in ipairs(args) do
    local ok = remove(opts, path)
    while ok and opts.parents do
      path = path:match("^(.*[^/])/+[^/]+/*$")
      if not path then break end
      ok = remove(opts, path)
    end
  end
  return true
end

return applet
