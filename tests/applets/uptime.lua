-- tests/applets/uptime.lua - uptime and free against the kernel's files and procps

local t = require "test"
local json = require "json"
local uptime = require "proc.uptime"
local meminfo = require "proc.meminfo"

-- ---- uptime: pure ----

t.is(uptime.in_words(30), "0 minutes")
t.is(uptime.in_words(61), "1 minute")
t.is(uptime.in_words(3600), "1 hour")
t.is(uptime.in_words(2 * 7 * 86400 + 86400 + 7260), "2 weeks, 1 day, 2 hours, 1 minute")
t.is(uptime.short(59), "0 min")
t.is(uptime.short(3660), " 1:01")
t.is(uptime.short(86400 + 300), "1 day, 5 min")
t.is(uptime.short(10 * 86400 + 12 * 3600), "10 days, 12:00")
t.is(uptime.seconds("350735.47 234388.90\n"), 350735.47)
t.is(uptime.loads("0.20 0.18 0.12 1/80 11206\n"), { "0.20", "0.18", "0.12" })

-- ---- uptime ----

t.run("uptime", { out = t.match("^ %d%d:%d%d:%d%d up .*,  %d+ users?,  load average: " ..
  "[%d.]+, [%d.]+, [%d.]+\n$") })
t.run("uptime -p", { out = t.match "^up .*%d+ %l+\n$" })
local got = json.decode(t.execute({ "uptime", "--json" }).out)
local since = tonumber(t.read("/proc/stat"):match("\nbtime (%d+)"))
t.ok(math.abs(got.boot_time - since) <= 2, "boot time",
  ("%s, want %s"):format(got.boot_time, since))
t.is(#got.load, 3, "three averages")
t.run("uptime -s", { out = t.match "^%d%d%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d\n$" })
t.run("uptime x", { status = 1, err = t.match "^uptime: too many operands\n" })

-- ---- free: pure ----

local values = meminfo.parse("MemTotal:  1000 kB\nMemFree: 200 kB\nMemAvailable: 600 kB\n" ..
  "Cached: 300 kB\nSReclaimable: 50 kB\nBuffers: 20 kB\nActive(file): 7 kB\nSwapTotal: 10 kB\n" ..
  "SwapFree: 4 kB\n")
t.is(values["Active(file)"], 7)
local sums = meminfo.summary(values)
t.is({ sums.used, sums.cache, sums.buffers, sums.swap_used }, { 400, 350, 20, 6 })

-- ---- free ----

local total = math.tointeger(t.read("/proc/meminfo"):match("MemTotal:%s+(%d+)"))
local mem = json.decode(t.execute({ "free", "--json" }).out)
t.is(mem.total, total * 1024, "bytes in JSON")
t.run("free", { out = t.match("^               total        used        free      shared" ..
  "  buff/cache   available\nMem:    +" .. total .. " .*\nSwap: ") })
t.run("free -b", { out = t.match("\nMem: +" .. total * 1024 .. " ") })
t.run("free -m", { out = t.match("\nMem: +" .. total // 1024 .. " ") })
t.run("free --mega", { out = t.match("\nMem: +" .. total * 1024 // 1000000 .. " ") })
t.run("free -t", { out = t.match "\nSwap:.*\nTotal:.*\n$" })
t.run("free -l", { out = t.match "\nLow:.*\nHigh:.*\nSwap:" })
t.run("free -v", { out = t.match "\nComm:.*\n$" })
t.run("free -w", { out = t.match " buffers       cache   available\n" })
t.run("free -c 2 -s 0.01", { out = t.match "^%s+total.*\n\n%s+total.*\n\n$" })
t.run("free -c 0", { status = 1, err = t.match "^free: %-c: at least 1 expected\n" })
local procps = t.find("free")
if procps then
  -- what does not change between two calls: the form, and the first column
  local function form(text) return (text:gsub("(%a+: *%S+)[^\n]*", "%1")) end
  for _, options in ipairs { "-h", "-hw", "-hlt", "--si", "-g", "-hv" } do
    local theirs = t.execute({ "free", options }, { program = procps, env = { LC_ALL = "C" } })
    local ours = t.execute { "free", options }
    t.is(form(ours.out), form(theirs.out), "free " .. options .. " as procps has it")
  end
end
