-- syscall/types.lua - members of S.t that are not structs of the kernel
--
-- Layer: library, behind S.t. Each is in the room of its subject.

local ROOMS = {
  device = "file",
  waitstatus = "process",
  timespec2 = "time",
  timeval2 = "time",
  adjtimex = "time",
  groups = "process",
  inotify_events = "event",
  sa_sigaction = "signal",
  sighandler = "signal",
  sigaction = "signal",
  siginfos = "signal",
  sa = "socket",
  dirents = "record",
  timespec2_raw = "time",
  timeval2_raw = "time",
  iocb_array = "aio",
  perf_reader = "perf",
}

return setmetatable({}, {
  __index = function(t, name)
    local room = ROOMS[name]
    if not room then return nil end
    local made = require("syscall.types." .. room)[name]
    t[name] = made.new
    return made.new
  end,
})
