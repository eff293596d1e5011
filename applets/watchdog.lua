-- applets/watchdog.lua - pet a hardware watchdog
--
-- Layer: applet; calls S. The machine resets when this no longer runs. Follows
-- Documentation/watchdog/watchdog-api.rst and busybox's options. On TERM and
-- INT the watchdog is disarmed ("magic close") before the end.

local S = require "syscall"
local cli = require "cli"
local loop = require "loop"

local ENABLECARD = 2 -- WDIOS_ENABLECARD of linux/watchdog.h

local applet = {
  summary = "pet a hardware watchdog",
  usage = "[-F] [-t SECONDS] [-T SECONDS] DEVICE",
  options = {
    { "t", "interval", arg = "SECONDS", help = "pet it this often (half of -T); 500ms is one way" },
    { "T", "timeout", arg = "SECONDS", help = "it resets the machine after this time (60)" },
    { "F", "foreground", help = "stay in the foreground" },
  },
  operands = { min = 1, max = 1 },
}

--- "2", "0.5" or "500ms" in seconds.
local function seconds(text)
  local n, unit = text:match("^([%d.]+)(m?s?)$")
  n = tonumber(n)
  if not n or n <= 0 or unit == "m" then cli.usage("bad time: " .. text) end
  return unit == "ms" and n / 1000 or n
end

local function pet(fd, interval)
  loop.run(function()
    local signals = loop.signals "term, int, hup"
    while true do
      local signal = signals:wait(loop.now() + interval)
      if signal then break end
      fd:write("\0")
    end
  end)
  fd:write("V")
end

function applet.run(opts, args)
  local timeout = opts.timeout and seconds(opts.timeout) or 60
  local interval = opts.interval and seconds(opts.interval) or timeout / 2
  local fd, err = S.open(args[1], "wronly, cloexec")
  if not fd then return nil, args[1] .. ": " .. tostring(err) end
  -- not every driver knows these: it pets with what it has
  local number = S.c.IOCTL_NUMBER
  S.ioctl(fd, number.WDIOC_SETOPTIONS, ENABLECARD)
  S.ioctl(fd, number.WDIOC_SETTIMEOUT, math.max(1, math.ceil(timeout)))
  S.ioctl(fd, number.WDIOC_KEEPALIVE)
  if not opts.foreground then
    local pid = S.fork()
    if pid and pid > 0 then S._exit(0) end
    S.setsid()
  end
  pet(fd, interval)
  fd:close()
  return true
end

return applet
