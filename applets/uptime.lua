-- applets/uptime.lua - tell how long the machine runs and how busy it is
--
-- Layer: applet; calls S.
-- Follows procps' uptime. Users are the logins in utmp(5), if there is one.

local file = require "proc.file"
local uptime = require "proc.uptime"

local UTMP, UTMP_SIZE = "/run/utmp", 384 -- x86-64's; other machines have the same
local USER_PROCESS = 7 -- utmp(5)

local applet = {
  summary = "tell how long the machine runs and how busy it is",
  usage = "[-p | -s]",
  options = {
    { "p", "pretty", help = "only the time since boot, in words" },
    { "s", "since", help = "only the time of boot" },
  },
  operands = { max = 0 },
  json = true,
}

local function count_users()
  local text = file.read(UTMP) or ""
  local count = 0
  for at = 1, #text - UTMP_SIZE + 1, UTMP_SIZE do
    local kind = string.unpack("=i2", text, at)
    if kind == USER_PROCESS and text:byte(at + 44) ~= 0 then count = count + 1 end
  end
  return count
end

---@return true? ok
---@return any err
function applet.run(opts)
  local text, err = file.read("/proc/uptime")
  if not text then return nil, "/proc/uptime: " .. err end
  local seconds = uptime.seconds(text)
  if opts.pretty then
    io.write("up ", uptime.in_words(seconds), "\n")
    return true
  end
  local now = os.time()
  local since = now - math.floor(seconds)
  if opts.since then
    io.write(os.date("%Y-%m-%d %H:%M:%S\n", since))
    return true
  end
  local loads = uptime.loads(file.read("/proc/loadavg") or "0.00 0.00 0.00")
  local users = count_users()
  if opts.json then
    local numbers = {}
    for i, load in ipairs(loads) do numbers[i] = tonumber(load) end
    io.write(require("json").encode {
      time = now, boot_time = since, uptime = seconds, users = users, load = numbers,
    }, "\n")
    return true
  end
  io.write(os.date(" %H:%M:%S", now), " up ", uptime.short(seconds), ",  ", users,
    users > 1 and " users" or " user", ",  load average: ", table.concat(loads, ", "), "\n")
  return true
end

return applet
