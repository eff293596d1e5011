-- applets/free.lua - tell how much memory is used and free
--
-- Layer: applet; calls S.
-- Follows procps' free; the sums are explained in lua/proc/meminfo.lua.

local S = require "syscall"
local cli = require "cli"
local file = require "proc.file"
local meminfo = require "proc.meminfo"

local applet = {
  summary = "tell how much memory and swap is used and free",
  usage = "[-bkmgh] [--si] [-lwtv] [-s SECONDS] [-c COUNT]",
  options = {
    { "b", "bytes", help = "in bytes" },
    { "k", "kibi", help = "in kibibytes, which is the default" },
    { "m", "mebi", help = "in mebibytes" },
    { "g", "gibi", help = "in gibibytes" },
    { false, "tebi", help = "in tebibytes" },
    { false, "kilo", help = "in kilobytes" },
    { false, "mega", help = "in megabytes" },
    { false, "giga", help = "in gigabytes" },
    { "h", "human", help = "each in the unit that reads best" },
    { false, "si", help = "powers of 1000 instead of 1024" },
    { "l", "lohi", help = "low and high memory too" },
    { "t", "total", help = "the sum of memory and swap too" },
    { "v", "committed", help = "what is promised to programs too" },
    { "w", "wide", help = "buffers and cache apart" },
    { "s", "seconds", arg = "SECONDS", type = "number", help = "again every SECONDS" },
    { "c", "count", arg = "COUNT", type = "integer", help = "COUNT times, every second" },
  },
  operands = { max = 0 },
  json = true,
  examples = { { "free -h", "readable for people" } },
}

local LETTERS = { "B", "K", "M", "G", "T", "P" }

--- At the most four columns and the unit: 8.6Mi, 23Gi.
local function human(kib, si)
  local base = si and 1000 or 1024
  local bytes = kib * 1024
  local suffix = si and "" or "i"
  if bytes < base then return bytes .. "B" end
  local value, letter = bytes, 1
  while value >= base and letter < #LETTERS do
    value = value / base
    letter = letter + 1
  end
  local digits = ("%.1f"):format(math.floor(value * 10) / 10)
  if value >= 10 then digits = ("%d"):format(math.floor(value)) end
  return digits .. LETTERS[letter] .. suffix
end

--- How to show a number of kibibytes.
local function formatter(opts)
  if opts.human then return function(kib) return human(kib, opts.si) end end
  local base = opts.si and 1000 or 1024
  local divisor = 1024
  if opts.si then divisor = 1000 end
  if opts.bytes then divisor = 1 end
  if opts.mebi then divisor = base ^ 2 end
  if opts.gibi then divisor = base ^ 3 end
  if opts.tebi then divisor = base ^ 4 end
  if opts.kilo then divisor = 1e3 end
  if opts.mega then divisor = 1e6 end
  if opts.giga then divisor = 1e9 end
  return function(kib) return ("%d"):format(kib * 1024 // divisor) end
end

local function row(name, shown, values)
  local parts = { ("%-9s"):format(name) }
  for i, value in ipairs(values) do
    parts[#parts + 1] = (i == 1 and "%11s" or " %11s"):format(shown(value))
  end
  return table.concat(parts) .. "\n"
end

local function header(opts)
  local names = opts.wide and { "total", "used", "free", "shared", "buffers", "cache", "available" }
    or { "total", "used", "free", "shared", "buff/cache", "available" }
  return row("", tostring, names)
end

local function report(opts, values)
  local m = meminfo.summary(values)
  local shown = formatter(opts)
  local out = { header(opts) }
  local mem = opts.wide and { m.total, m.used, m.free, m.shared, m.buffers, m.cache, m.available }
    or { m.total, m.used, m.free, m.shared, m.buffers + m.cache, m.available }
  out[#out + 1] = row("Mem:", shown, mem)
  if opts.lohi then -- without high memory all of it is low
    local low, low_free = values.LowTotal or m.total, values.LowFree or m.free
    local high, high_free = values.HighTotal or 0, values.HighFree or 0
    out[#out + 1] = row("Low:", shown, { low, low - low_free, low_free })
    out[#out + 1] = row("High:", shown, { high, high - high_free, high_free })
  end
  out[#out + 1] = row("Swap:", shown, { m.swap_total, m.swap_used, m.swap_free })
  if opts.total then
    out[#out + 1] = row("Total:", shown,
      { m.total + m.swap_total, m.used + m.swap_used, m.free + m.swap_free })
  end
  if opts.committed then
    out[#out + 1] = row("Comm:", shown,
      { m.commit_limit, m.committed, m.commit_limit - m.committed })
  end
  return table.concat(out)
end

--- The sums in bytes.
local function object(values)
  local m = meminfo.summary(values)
  for name, kib in pairs(m) do m[name] = kib * 1024 end
  return m
end

---@return true? ok
---@return any err
function applet.run(opts)
  local count = opts.count or opts.seconds and math.huge or 1
  if count < 1 then cli.usage("-c: at least 1 expected") end
  if (opts.seconds or 1) <= 0 then cli.usage("-s: more than 0 expected") end
  while true do
    local text, err = file.read("/proc/meminfo")
    if not text then return nil, "/proc/meminfo: " .. err end
    local values = meminfo.parse(text)
    if opts.json then
      io.write(require("json").encode(object(values)), "\n")
    else
      io.write(report(opts, values))
      if opts.count or opts.seconds then io.write("\n") end
    end
    count = count - 1
    if count < 1 then return true end
    io.stdout:flush()
    S.nanosleep(opts.seconds or 1)
  end
end

return applet
