-- proc/columns.lua - what ps can show about a process, one entry a column
--
-- Layer: library; calls S for names alone. The names, headers and widths are
-- those of procps' ps(1), section "standard format specifiers". An entry:
-- header, width (negative: to the left), value, and the text of the value where
-- that differs. Values are what --json prints and --sort compares.

local S = require "syscall"
local file = require "proc.file"
local passwd = require "passwd"

local columns = {}

local TICKS = 100 -- USER_HZ is a constant of Linux' ABI
local DAY = 86400

--- Facts of the system that columns need, read once.
local system = setmetatable({}, { __index = function(t, name)
  local value
  if name == "page" then
    value = S.getpagesize()
  elseif name == "uptime" then
    value = require("proc.uptime").seconds(file.read("/proc/uptime") or "0")
  elseif name == "now" then
    value = S.clock_gettime("realtime").time
  elseif name == "boot" then
    value = math.tointeger(tonumber((file.read("/proc/stat") or ""):match("btime (%d+)"))) or 0
  elseif name == "memory" then
    value = require("proc.meminfo").parse(file.read("/proc/meminfo") or "").MemTotal or 1
  elseif name == "pid_width" then
    value = math.max(5, #(file.line("/proc/sys/kernel/pid_max") or ""))
  end
  rawset(t, name, value)
  return value
end })

-- ---- times ----

local function seconds_of_cpu(p) return (p.utime + p.stime) // TICKS end
local function age(p) return math.max(0, system.uptime - p.starttime / TICKS) end
local function start(p) return system.boot + p.starttime // TICKS end

local function cpu_share(p)
  local time = age(p)
  return time > 0 and (p.utime + p.stime) / TICKS / time * 100 or 0
end

--- [DD-]hh:mm:ss
local function clock(seconds)
  local days = seconds // DAY
  local text = ("%02d:%02d:%02d"):format(seconds // 3600 % 24, seconds // 60 % 60, seconds % 60)
  return days > 0 and ("%d-%s"):format(days, text) or text
end

--- [[DD-]hh:]mm:ss
local function elapsed(seconds)
  if seconds < 3600 then return ("%02d:%02d"):format(seconds // 60, seconds % 60) end
  return (clock(seconds):gsub("^(%d+)%-", function(days) return ("%02d-"):format(days) end))
end

--- The hour of today, the day of this year, or the year.
local function short_start(time)
  local now = math.floor(system.now)
  if os.date("%Y%j", time) == os.date("%Y%j", now) then return os.date("%H:%M", time) end
  if os.date("%Y", time) == os.date("%Y", now) then return os.date("%b%d", time) end
  return os.date(" %Y", time)
end

local function recent(format, old)
  return function(time)
    return os.date(system.now - time < DAY and format or old, time)
  end
end

-- ---- names ----

local function user(uid) return (passwd.user(uid) or {}).name or tostring(uid) end
local function group(gid) return (passwd.group(gid) or {}).name or tostring(gid) end

local ttys = {}

--- The terminal's name below /dev: proc(5)'s tty_nr.
local function tty(p)
  local number = p.tty
  if number == 0 then return "?" end
  if not ttys[number] then
    local device = S.t.device(number)
    local major, minor = device.major, device.minor
    if major >= 136 and major <= 143 then
      ttys[number] = "pts/" .. (major - 136) * 256 + minor
    else
      local uevent = file.read(("/sys/dev/char/%d:%d/uevent"):format(major, minor)) or ""
      ttys[number] = uevent:match("DEVNAME=(%C+)") or "?"
    end
  end
  return ttys[number]
end

--- Names that processes gave themselves must stay on their line.
local function safe(text) return require("text.quote").plain(text) end

local function comm(p) return safe(p.comm) .. (p.state == "Z" and " <defunct>" or "") end

local function args(p)
  if #p.argv == 0 then
    return "[" .. safe(p.comm) .. "]" .. (p.state == "Z" and " <defunct>" or "")
  end
  local text = safe(table.concat(p.argv, " "))
  if p.with_environment and p.environment ~= "" then text = text .. " " .. safe(p.environment) end
  return text
end

-- ---- state ----

local CLASSES = { [0] = "TS", "FF", "RR", "B", "ISO", "IDL", "DLN" }

local function state(p)
  local locked = math.tointeger(tonumber((p.status.VmLck or "0"):match("%d+"))) or 0
  return p.state .. (p.nice < 0 and "<" or p.nice > 0 and "N" or "") ..
    (locked > 0 and "L" or "") .. (p.session == p.pid and "s" or "") ..
    (p.threads > 1 and "l" or "") .. (p.tpgid == p.pgrp and p.tpgid > 0 and "+" or "")
end

local function field(name) return function(p) return p[name] end end
local function line(name) return function(p) return p.status[name] or "-" end end
local function id(list, at) return function(p) return p[list][at] or 0 end end
local function of_id(list, at, name)
  return function(p) return name(p[list][at] or 0) end
end
local function kib(name)
  return function(p) return math.tointeger(tonumber((p.status[name] or "0"):match("%d+"))) end
end
local function one_digit(value) return ("%.1f"):format(math.floor(value * 10) / 10) end
local function or_dash(value) return value == 0 and "-" or tostring(value) end
local function wchan(p)
  local name = file.read(p.dir .. "/wchan")
  return (not name or name == "" or name == "0") and "-" or name
end

--- Nothing but the first letters of the name fits a narrow column.
local function cut(width)
  return function(text) return text:sub(1, width) end
end

local PID = 0 -- the width of the greatest process number

local table_of = {
  pid = { "PID", PID, field "pid" },
  ppid = { "PPID", PID, field "ppid" },
  pgid = { "PGID", PID, field "pgrp" },
  sid = { "SID", PID, field "session" },
  sess = { "SESS", PID, field "session" },
  tpgid = { "TPGID", PID, field "tpgid" },
  lwp = { "LWP", PID, field "tid" },
  spid = { "SPID", PID, field "tid" },
  tid = { "TID", PID, field "tid" },
  tgid = { "TGID", PID, field "pid" },
  nlwp = { "NLWP", 4, field "threads" },
  thcount = { "THCNT", 5, field "threads" },

  user = { "USER", -8, of_id("uids", 2, user) },
  euser = { "EUSER", -8, of_id("uids", 2, user) },
  ruser = { "RUSER", -8, of_id("uids", 1, user) },
  suser = { "SUSER", -8, of_id("uids", 3, user) },
  fuser = { "FUSER", -8, of_id("uids", 4, user) },
  uid = { "UID", 5, id("uids", 2) },
  euid = { "EUID", 5, id("uids", 2) },
  ruid = { "RUID", 5, id("uids", 1) },
  suid = { "SUID", 5, id("uids", 3) },
  fuid = { "FUID", 5, id("uids", 4) },
  group = { "GROUP", -8, of_id("gids", 2, group) },
  egroup = { "EGROUP", -8, of_id("gids", 2, group) },
  rgroup = { "RGROUP", -8, of_id("gids", 1, group) },
  sgroup = { "SGROUP", -8, of_id("gids", 3, group) },
  gid = { "GID", 5, id("gids", 2) },
  egid = { "EGID", 5, id("gids", 2) },
  rgid = { "RGID", 5, id("gids", 1) },
  sgid = { "SGID", 5, id("gids", 3) },
  fgid = { "FGID", 5, id("gids", 4) },
  supgid = { "SUPGID", -20, function(p)
    local list = (p.status.Groups or ""):gsub("%s+$", ""):gsub("%s+", ",")
    return list == "" and "-" or list
  end },

  comm = { "COMMAND", -15, comm },
  ucmd = { "CMD", -15, comm },
  fname = { "COMMAND", -8, function(p) return safe(p.comm) end, cut(8) },
  args = { "COMMAND", -27, args },
  cmd = { "CMD", -27, args },
  exe = { "EXE", -27, function(p) return p.exe and safe(p.exe) or "-" end },
  cgroup = { "CGROUP", -27, function(p)
    local text = p.cgroup:gsub("\n$", ""):gsub("\n", ",")
    return text == "" and "-" or text
  end },
  environ = { "ENVIRONMENT", -11, function(p)
    return p.environment == "" and "-" or safe(p.environment)
  end },

  pcpu = { "%CPU", 4, cpu_share, function(value)
    return value >= 99.95 and ("%.0f"):format(value) or one_digit(value)
  end },
  c = { "C", 2, function(p) return math.min(99, math.floor(cpu_share(p))) end },
  pmem = { "%MEM", 4, function(p) return p.resident * system.page / 1024 / system.memory * 100 end,
    one_digit },
  rss = { "RSS", 5, function(p) return p.resident * system.page // 1024 end },
  vsz = { "VSZ", 6, function(p) return p.vsize // 1024 end },
  sz = { "SZ", 5, function(p) return p.vsize // system.page end },
  size = { "SIZE", 5, kib "VmSize" },
  trs = { "TRS", 5, function(p) return (p.endcode - p.startcode) // 1024 end },
  drs = { "DRS", 5, function(p) return (p.vsize - p.endcode + p.startcode) // 1024 end },
  majflt = { "MAJFLT", 6, field "majflt" },
  minflt = { "MINFLT", 6, field "minflt" },
  majfl = { "MAJFL", 6, field "majflt" },
  maj_flt = { "MAJFL", 6, field "majflt" },
  min_flt = { "MINFL", 6, field "minflt" },

  etime = { "ELAPSED", 11, function(p) return math.floor(age(p)) end, elapsed },
  etimes = { "ELAPSED", 7, function(p) return math.floor(age(p)) end },
  time = { "TIME", 8, seconds_of_cpu, clock },
  times = { "TIME", 8, seconds_of_cpu },
  bsdtime = { "TIME", 6, seconds_of_cpu, function(seconds)
    return ("%3d:%02d"):format(seconds // 60, seconds % 60)
  end },
  start_time = { "START", -5, start, short_start },
  stime = { "STIME", -5, start, short_start },
  start = { "STARTED", 8, start, recent("%H:%M:%S", "  %b %d") },
  bsdstart = { "START", 6, start, recent("%H:%M", "%b %d") },
  lstart = { "STARTED", 24, start, function(time)
    return os.date("%a %b %e %H:%M:%S %Y", time)
  end },

  tty = { "TT", -8, tty },
  tname = { "TTY", -8, tty },
  s = { "S", -1, field "state" },
  stat = { "STAT", -4, state },
  f = { "F", 1, function(p) return p.flags >> 6 & 7 end, function(n) return ("%o"):format(n) end },
  pri = { "PRI", 3, function(p) return 39 - p.priority end },
  opri = { "PRI", 3, function(p) return 60 + p.priority end },
  priority = { "PRI", 3, field "priority" },
  ni = { "NI", 3, function(p) -- of no meaning for the real-time classes
    return (p.policy == 1 or p.policy == 2) and "-" or p.nice
  end },
  psr = { "PSR", 3, field "processor" },
  cls = { "CLS", 3, function(p) return CLASSES[p.policy] or "?" end },
  policy = { "POL", -3, function(p) return CLASSES[p.policy] or "?" end },
  rtprio = { "RTPRIO", 6, field "rt_priority", or_dash },
  wchan = { "WCHAN", -6, wchan, cut(6) },
  addr_sz = { "ADDR SZ", 7, function(p) return p.vsize // system.page end, function(pages)
    return ("- %5d"):format(pages) -- one column, as it is one header
  end },
  addr = { "ADDR", -4, function() return "-" end },
  pending = { "PENDING", 16, line "SigPnd" },
  blocked = { "BLOCKED", 16, line "SigBlk" },
  ignored = { "IGNORED", 16, line "SigIgn" },
  caught = { "CAUGHT", 16, line "SigCgt" },
  oom = { "OOM", 4, function(p)
    return math.tointeger(tonumber(file.line(p.dir .. "/oom_score"))) or 0
  end },
  label = { "LABEL", -31, function(p) return file.line(p.dir .. "/attr/current") or "-" end },
}

--- Other names of the same; where it is a table the header is another.
local ALIASES = {
  ["%cpu"] = "pcpu", ["%mem"] = "pmem", command = "args", ucomm = "comm",
  cputime = "time", cputimes = "times", atime = "time", pgrp = { "pgid", "PGRP" }, session = "sess",
  rssize = "rss", rsz = { "rss", "RSZ" }, vsize = "vsz", tt = "tty", state = "s",
  nice = "ni", flag = "f", flags = "f", class = "cls", uname = "user", nwchan = "wchan",
  sig = "pending", sig_pend = "pending", sigmask = "blocked", sig_block = "blocked",
  sigignore = "ignored", sig_ignore = "ignored", sigcatch = "caught", sig_catch = "caught",
  intpri = "opri", cmdline = "args", user_name = "user", lsession = "sess",
}

---@class proc.Column
---@field name string
---@field header string
---@field width integer
---@field left boolean
---@field value fun(p: proc.Process): string|number
---@field show fun(value: any): string

--- A column by any of its names.
---@param name string
---@return proc.Column? column nil when there is no such
function columns.get(name)
  name = name:lower()
  local alias = ALIASES[name]
  local header
  if type(alias) == "table" then
    alias, header = alias[1], alias[2]
  end
  local entry = table_of[alias or name]
  if not entry then return nil end
  local width = entry[2] == PID and system.pid_width or entry[2]
  return {
    name = name, header = header or entry[1], width = math.abs(width), left = width < 0,
    value = entry[3], show = entry[4] or tostring,
  }
end

--- All names, for messages and help.
---@return string[] sorted
function columns.names()
  local names = {}
  for name in pairs(table_of) do names[#names + 1] = name end
  for name in pairs(ALIASES) do names[#names + 1] = name end
  table.sort(names)
  return names
end

columns.tty = tty

return columns
