-- proc/stat.lua - /proc/PID/stat taken apart
--
-- Layer: library, pure. The fields: proc(5). The command's name is in
-- parentheses and may hold any byte, parentheses too: so it ends at the last.

local stat = {}

local FIELDS = {
  "ppid", "pgrp", "session", "tty", "tpgid", "flags", "minflt", "cminflt", "majflt", "cmajflt",
  "utime", "stime", "cutime", "cstime", "priority", "nice", "threads", "itrealvalue",
  "starttime", "vsize", "rss", "rsslim", "startcode", "endcode", "startstack", "esp", "eip",
  "signal", "blocked", "sigignore", "sigcatch", "wchan", "nswap", "cnswap", "exit_signal",
  "processor", "rt_priority", "policy",
}

---@class proc.Stat every other field of proc(5) is an integer
---@field pid integer
---@field comm string
---@field state string one letter

--- Times are in clock ticks, rss in pages, tty as a device number.
---@param text string
---@return proc.Stat? fields
function stat.parse(text)
  local pid, comm, state, rest = text:match("^(%d+) %((.*)%) (%S) (.*)$")
  if not pid then return nil end
  local fields = { pid = math.tointeger(tonumber(pid)), comm = comm, state = state }
  local i = 0
  for word in rest:gmatch("%S+") do
    i = i + 1
    if not FIELDS[i] then break end
    fields[FIELDS[i]] = math.tointeger(tonumber(word)) or -1 -- rsslim may be 2^64-1
  end
  return fields
end

return stat
