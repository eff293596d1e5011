-- applets/sync.lua - write what is in memory to the disks
--
-- Layer: applet; calls S.
-- Follows GNU sync: without files everything, else these files (or their file systems).

local S = require "syscall"
local cli = require "cli"

local applet = {
  summary = "write what is in memory to the disks",
  usage = "[-d | -f] [FILE]...",
  options = {
    { "d", "data", help = "only the files' data, no more of the inode than needed" },
    { "f", "file-system", help = "the file systems that hold the files" },
  },
}

---@param opts { data: boolean?, file_system: boolean? }
---@param args string[]
---@return true
function applet.run(opts, args)
  if opts.data and opts.file_system then cli.usage("-d and -f do not go together") end
  if not args[1] then
    if opts.data then cli.usage("-d needs a file") end
    S.sync()
    return true
  end
  local flush = opts.data and S.fdatasync or opts.file_system and S.syncfs or S.fsync
  for _, path in ipairs(args) do
    local fd, err = S.open(path, "rdonly, nonblock")
    -- a file that may only be written can be synced, too
    if not fd then fd = S.open(path, "wronly, nonblock") end
    local ok
    if fd then
      ok, err = flush(fd)
      fd:close()
    end
    if not ok then cli.warn(path, err) end
  end
  return true
end

return applet
