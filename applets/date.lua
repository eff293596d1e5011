-- applets/date.lua - print or set the date and time
--
-- Layer: applet; calls S. Formats: time.format, texts: time.parse.
-- Follows GNU date; -D and the forms of -s are busybox', MMDDhhmm is POSIX'.

local cli = require "cli"
local S = require "syscall"
local format = require "time.format"

local ISO = { date = "%F", hours = "%FT%H%:z", minutes = "%FT%H:%M%:z",
  seconds = "%FT%H:%M:%S%:z", ns = "%FT%H:%M:%S,%N%:z" }
local RFC_3339 = { date = "%F", seconds = "%F %H:%M:%S%:z", ns = "%F %H:%M:%S.%N%:z" }

local applet = {
  summary = "print the date and time, or set it",
  usage = "[-uR] [-d TEXT | -r FILE | -f FILE] [-D PATTERN] [-I[SPEC]] " ..
    "[-s TEXT | MMDDhhmm[[CC]YY][.ss]] [+FORMAT]",
  options = {
    { "d", "date", arg = "TEXT", help = "the time TEXT means: '@0', '2 days ago', 'next monday'" },
    { "D", "input-format", arg = "PATTERN", help = "how TEXT is written: strptime(3)" },
    { "f", "file", arg = "FILE", help = "as -d for each line" },
    { "r", "reference", arg = "FILE", help = "the time FILE was changed" },
    { "s", "set", arg = "TEXT", help = "set the clock" },
    { "u", "utc", help = "in universal time" },
    { false, "universal", help = "the same" },
    { "R", "rfc-email", help = "as in mail: Mon, 14 Aug 2006 02:34:56 -0600" },
    { false, "rfc-2822", help = "the same" },
    { "I", "iso-8601", arg = "SPEC", optional = true, attached = true,
      help = "2006-08-14; SPEC: hours, minutes, seconds, ns" },
    { false, "rfc-3339", arg = "SPEC", help = "2006-08-14 02:34:56-06:00; date, seconds, ns" },
  },
  operands = { max = 2 },
  examples = {
    { "date +%F", "2006-08-14" },
    { "date -d '1 hour ago' +%s", "as seconds since 1970" },
  },
}

local function spec_of(list, text, option)
  for name, pattern in pairs(list) do
    if name:sub(1, #text) == text and text ~= "" then return pattern end
  end
  cli.usage(option .. ": unknown: " .. text)
end

local function pattern_of(opts, args)
  local pattern
  for _, arg in ipairs(args) do
    if arg:sub(1, 1) == "+" then
      if pattern then cli.usage("more than one format") end
      pattern = arg:sub(2)
    end
  end
  if pattern then return pattern end
  if opts.rfc_email or opts.rfc_2822 then return "%a, %d %b %Y %H:%M:%S %z" end
  if opts.iso_8601 then
    return spec_of(ISO, opts.iso_8601 == true and "date" or opts.iso_8601, "-I")
  end
  if opts.rfc_3339 then return spec_of(RFC_3339, opts.rfc_3339, "--rfc-3339") end
  return "%a %b %e %H:%M:%S %Z %Y"
end

local function understand(opts, text, now)
  local parse = require "time.parse"
  local seconds, nsec
  if opts.input_format then
    seconds, nsec = parse.by_pattern(opts.input_format, text, now.sec), 0
  else
    seconds, nsec = parse.time(text, now.sec, now.nsec)
    if not seconds and opts.is_posix then seconds, nsec = parse.posix(text, now.sec), 0 end
  end
  if not seconds then return nil, "invalid date: " .. text end
  return { sec = seconds, nsec = nsec or 0 }
end

local function print_time(time, pattern)
  io.write(format.time(pattern, time.sec, time.nsec), "\n")
end

local function each_line(opts, now, pattern)
  local input, err = opts.file == "-" and io.stdin or io.open(opts.file), nil
  if not input then return nil, opts.file .. ": " .. tostring(err or "cannot be read") end
  for line in input:lines() do
    local time
    time, err = understand(opts, line, now)
    if time then
      print_time(time, pattern)
    else
      cli.warn(nil, err)
    end
  end
  return true
end

--- The time that is asked for: now, unless something says another.
local function wanted(opts, now)
  if opts.date then return understand(opts, opts.date, now) end
  if opts.set then
    opts.is_posix = true
    return understand(opts, opts.set, now)
  end
  if opts.reference then
    local st, err = S.stat(opts.reference)
    if not st then return nil, opts.reference .. ": " .. err end
    return { sec = st.st_mtime, nsec = st.st_mtime_nsec or 0 }
  end
  return now
end

---@return true? ok
---@return any err
function applet.run(opts, args)
  if opts.utc or opts.universal then S.setenv("TZ", "UTC0", true) end
  local sources = (opts.date and 1 or 0) + (opts.set and 1 or 0) + (opts.reference and 1 or 0) +
    (opts.file and 1 or 0)
  if sources > 1 then cli.usage("only one of -d, -f, -r and -s") end -- a clock set by mistake
  local pattern = pattern_of(opts, args)
  local clock = S.clock_gettime("realtime")
  local now = { sec = clock.sec, nsec = clock.nsec }
  for _, arg in ipairs(args) do
    if arg:sub(1, 1) ~= "+" then
      if sources > 0 then cli.usage("unexpected operand: " .. arg) end
      local seconds = require("time.parse").posix(arg, now.sec)
      if not seconds then return nil, "invalid date: " .. arg end
      opts.set = "@" .. seconds
    end
  end
  if opts.file then return each_line(opts, now, pattern) end
  local time, err = wanted(opts, now)
  if not time then return nil, err end
  if opts.set then
    local ok
    ok, err = S.clock_settime("realtime", { time.sec, time.nsec })
    if not ok then cli.warn("cannot set the date", err) end
  end
  print_time(time, pattern)
  return true
end

return applet
