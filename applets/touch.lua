-- applets/touch.lua - set times of files, making those that are not there
--
-- Layer: applet; calls S, text.date for -d and -t.
-- Follows POSIX touch and GNU's options.

local S = require "syscall"
local cli = require "cli"

local applet = {
  summary = "set times of files, making those that are not there",
  usage = "[-acmh] [-d DATE | -t STAMP | -r FILE] FILE...",
  options = {
    { "a", nil, help = "only the time of access" },
    { "m", nil, help = "only the time of modification" },
    { nil, "time", arg = "WORD", help = "access, atime, use: as -a; modify, mtime: as -m" },
    { "c", "no-create", help = "make no files" },
    { "d", "date", arg = "DATE", help = "this date, not now" },
    { "t", nil, arg = "STAMP", help = "[[CC]YY]MMDDhhmm[.ss], not now" },
    { "r", "reference", arg = "FILE", help = "this file's times" },
    { "h", "no-dereference", help = "times of symbolic links themselves" },
    { "f", nil, help = "accepted, not used" },
  },
  operands = { min = 1 },
  examples = { { "touch -d '2 days ago' file", "a date in words" } },
}

local WORDS = { access = "a", atime = "a", use = "a", modify = "m", mtime = "m" }

-- The times to set: { access, modification }; nil, err.
local function times_wanted(opts)
  local access, modification = "now", "now"
  if opts.reference then
    local dir = require "fs.dir"
    local status, err = dir.status(nil, opts.reference, not opts.no_dereference)
    if not status then return nil, ("%s: %s"):format(opts.reference, tostring(err)) end
    access = { status.atime, status.atime_nsec }
    modification = { status.mtime, status.mtime_nsec }
  end
  if opts.date then
    local seconds, nsec = require("text.date").parse(opts.date, os.time())
    if not seconds then return nil, ("invalid date: %s"):format(opts.date) end
    access, modification = { seconds, nsec }, { seconds, nsec }
  elseif opts.t then
    local seconds = require("text.date").parse_touch(opts.t, os.time())
    if not seconds then return nil, ("invalid date: %s"):format(opts.t) end
    access, modification = { seconds, 0 }, { seconds, 0 }
  end
  local only = opts.time and WORDS[opts.time]
  if opts.time and not only then cli.usage(("--time: unknown word %s"):format(opts.time)) end
  local with_access, with_modification = opts.a or only == "a", opts.m or only == "m"
  if with_access and not with_modification then modification = "omit" end
  if with_modification and not with_access then access = "omit" end
  return { access, modification }
end

---@param opts table
---@param args string[]
---@return true? ok
---@return string? err
function applet.run(opts, args)
  local times, problem = times_wanted(opts)
  if not times then return nil, problem end
  local flags = opts.no_dereference and "symlink_nofollow" or ""
  for _, path in ipairs(args) do
    local ok, err
    if path == "-" then
      ok, err = S.futimens(1, times)
    else
      ok, err = S.utimensat(nil, path, times, flags)
      if not ok and err.NOENT and (opts.no_create or opts.no_dereference) then
        ok = opts.no_create
      elseif not ok and err.NOENT then
        local fd
        fd, err = S.open(path, "wronly, creat, noctty, nonblock", "0666")
        if fd then
          ok, err = S.futimens(fd, times)
          fd:close()
        end
      end
    end
    if not ok then cli.warn(path, err) end
  end
  return true
end

return applet
