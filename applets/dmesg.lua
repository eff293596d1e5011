-- applets/dmesg.lua - show the kernel's messages
--
-- Layer: applet; calls S, proc.kmsg understands the records.
-- Follows util-linux' dmesg. The messages are data: what they hold may come
-- from a device.

local cli = require "cli"
local S = require "syscall"
local kmsg = require "proc.kmsg"

local READ_ALL, READ_CLEAR, CLEAR, CONSOLE_OFF, CONSOLE_ON, CONSOLE_LEVEL = 3, 4, 5, 6, 7, 8
local RECORD = 8192 -- one record at the most: kernel/printk

local applet = {
  summary = "show the kernel's messages",
  usage = "[-cCDEHkruwWtTx] [-n LEVEL] [-s SIZE] [-l LEVELS] [-f FACILITIES]",
  options = {
    { "c", "read-clear", help = "show, then clear" },
    { "C", "clear", help = "clear" },
    { "n", "console-level", arg = "LEVEL", help = "the console shows what is below LEVEL" },
    { "D", "console-off", help = "the console shows nothing" },
    { "E", "console-on", help = "the console shows messages again" },
    { "s", "buffer-size", arg = "SIZE", type = "integer", help = "ignored: all is read" },
    { "r", "raw", help = "with <priority>, as the kernel has it" },
    { "T", "ctime", help = "times of the clock; wrong when the machine slept since" },
    { "t", "notime", help = "no times" },
    { "l", "level", arg = "LEVELS", help = "only err,warn ... ; err+: these and worse" },
    { "f", "facility", arg = "FACILITIES", help = "only kern,daemon ..." },
    { "k", "kernel", help = "only the kernel's" },
    { "u", "userspace", help = "only those of programs" },
    { "x", "decode", help = "tell facility and level in words" },
    { "w", "follow", help = "go on showing what comes" },
    { "W", "follow-new", help = "show only what comes" },
    { "S", "syslog", help = "ignored: /dev/kmsg is read when it is there" },
  },
  operands = { max = 0 },
  json = true,
  examples = { { "dmesg -l err+ -T", "what went wrong, and when" } },
}

local function set_of(text, number_of)
  local set = {}
  for word in text:gmatch("[^,%s]+") do
    local name, more = word:match("^(.-)(%+?)$")
    local number = number_of(name)
    if not number then cli.usage("unknown name: " .. word) end
    for n = more == "+" and 0 or number, number do set[n] = true end
  end
  return set
end

--- Is the record wished?
local function filter(opts)
  local levels = opts.level and set_of(opts.level, kmsg.level)
  local facilities = opts.facility and set_of(opts.facility, kmsg.facility)
  return function(record)
    if levels and not levels[record.level] then return false end
    if facilities and not facilities[record.facility] then return false end
    if opts.kernel and record.facility ~= 0 then return false end
    return not (opts.userspace and record.facility == 0)
  end
end

local boot_time

--- The clock's time now less the time since boot, sleep left out as in the records.
local function clock(record)
  if not boot_time then
    boot_time = S.clock_gettime("realtime").time - S.clock_gettime("monotonic").time
  end
  return os.date("%a %b %e %H:%M:%S %Y", math.floor(boot_time + record.time))
end

local function print_record(record, opts)
  local quote = require("text.quote").line
  local lead = ""
  if opts.decode then
    lead = ("%-6s:%-6s: "):format(kmsg.facility_name(record.facility),
      kmsg.level_name(record.level))
  elseif opts.raw then
    lead = ("<%d>"):format(record.facility << 3 | record.level)
  end
  if opts.ctime then
    lead = lead .. "[" .. clock(record) .. "] "
  elseif not opts.notime then
    lead = lead .. ("[%5d.%06d] "):format(record.usec // 1000000, record.usec % 1000000)
  end
  for line in (record.text .. "\n"):gmatch("([^\n]*)\n") do io.write(lead, quote(line), "\n") end
end

--- The records in the kernel's memory now. EPIPE: some were overwritten meanwhile.
local function read_device(each, opts)
  local fd <close>, err = S.open("/dev/kmsg", "rdonly" .. (opts.follow and "" or ",nonblock"))
  if not fd then return nil, err end
  if opts.follow_new then fd:seek(0, "end") end
  while true do
    local text
    text, err = S.read(fd, nil, RECORD)
    if text then
      local record = kmsg.parse_record(text)
      if record then each(record) end
      if opts.follow then io.stdout:flush() end
    elseif err.AGAIN then
      return true
    elseif not (err.PIPE or err.INTR) then
      return nil, err
    end
  end
end

local function read_syslog(each, action)
  local text, err = S.syslog(action)
  if not text then return nil, err end
  for _, record in ipairs(kmsg.parse_syslog(text)) do each(record) end
  return true
end

local function control(opts)
  if opts.console_off then return S.syslog(CONSOLE_OFF) end
  if opts.console_on then return S.syslog(CONSOLE_ON) end
  if opts.console_level then
    local level = kmsg.level(opts.console_level)
    if not level then cli.usage("unknown level: " .. opts.console_level) end
    -- a name means: that one, too
    local limit = tonumber(opts.console_level) and level or level + 1
    return S.syslog(CONSOLE_LEVEL, nil, limit)
  end
  return S.syslog(CLEAR)
end

local function explain(err)
  if err.PERM then return "reading the kernel's messages: " .. err .. " (root only)" end
  return "reading the kernel's messages: " .. err
end

---@return true? ok
---@return any err
function applet.run(opts)
  if opts.clear or opts.console_off or opts.console_on or opts.console_level then
    return control(opts)
  end
  local is_wished = filter(opts)
  local objects = require("json").array {}
  opts.follow = opts.follow or opts.follow_new
  local function each(record)
    if not is_wished(record) then return end
    if not opts.json then return print_record(record, opts) end
    objects[#objects + 1] = {
      time = record.time, level = kmsg.level_name(record.level), message = record.text,
      facility = kmsg.facility_name(record.facility), sequence = record.sequence,
    }
  end
  local ok, err
  if not opts.read_clear then ok, err = read_device(each, opts) end
  if not ok and opts.follow then return nil, "/dev/kmsg: " .. err end
  if not ok then ok, err = read_syslog(each, opts.read_clear and READ_CLEAR or READ_ALL) end
  if not ok then return nil, explain(err) end
  if opts.json then io.write(require("json").encode(objects), "\n") end
  return true
end

return applet
