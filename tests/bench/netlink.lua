-- netlink.lua - ten thousand routes: added by a batch and shown, beside iproute2
--
--   luabox lua tests/bench/netlink.lua LUABOX [ROUNDS]
--
-- Both in turns in one network namespace; the fastest of the rounds counts, by time on the clock
-- and by time of the processor. LIMIT is what the project promises; it is held against the
-- processor's time, which other work on the machine does not change.

local S = require "syscall"

local luabox, rounds = arg[1], tonumber(arg[2] or 7)
local ROUTES, LIMIT, MAX_KIB = 10000, 1.5, 8192
local ip

for _, place in ipairs { "/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip", "/bin/ip" } do
  if not ip and S.access(place, "x") then ip = place end
end
if not ip then
  io.write("netlink: no iproute2 here to compare with\n")
  os.exit(0)
end

local function now() return S.clock_gettime("monotonic").time end

-- Runs a command without output: seconds, seconds of the processor, KiB resident.
local function run(argv)
  local null <close> = assert(S.open("/dev/null", "rdwr"))
  argv.path, argv.fds = argv[1], { [1] = null }
  local start = now()
  local pid = assert(S.spawn(argv))
  local _, _, status, usage = assert(S.wait4(pid))
  local spent = now() - start
  assert(status.EXITSTATUS == 0, argv[1] .. " failed")
  return { wall = spent, cpu = usage.utime.time + usage.stime.time, kib = usage.maxrss }
end

assert(S.unshare("newnet"))
for _, words in ipairs { { "link", "add", "eth0", "type", "veth", "peer", "name", "eth1" },
  { "link", "set", "eth0", "up" }, { "link", "set", "eth1", "up" } } do
  run { ip, table.unpack(words) }
end
local path = os.tmpname()
local file <close> = assert(io.open(path, "w"))
for i = 0, ROUTES - 1 do
  file:write(("route add 10.9.%d.%d/32 dev eth0 metric %d\n"):format(i // 250, i % 250, i % 7 + 1))
end
file:flush()

local CASES = {
  { "ip -batch", "-batch", path }, { "ip route show", "route", "show" },
  { "ip -j route show", "-j", "route", "show" },
}

local best = {}
for _ = 1, rounds do
  for _, program in ipairs { { ip }, { luabox, "ip" } } do
    run { ip, "link", "set", "eth0", "down" } -- its routes go with it
    run { ip, "link", "set", "eth0", "up" }
    for _, case in ipairs(CASES) do
      local argv = table.move(program, 1, #program, 1, {})
      table.move(case, 2, #case, #argv + 1, argv)
      local got = run(argv)
      local key = program[1] .. case[1]
      local known = best[key] or got
      best[key] = { wall = math.min(known.wall, got.wall), cpu = math.min(known.cpu, got.cpu),
        kib = math.max(known.kib, got.kib) }
    end
  end
end
os.remove(path)

local form = "%-18s %12s %12s %8s %8s %10s  %s\n"
io.write(form:format("10000 routes", "iproute2 ms", "luabox ms", "clock", "cpu", "luabox KiB", ""))
local missed = 0
for _, case in ipairs(CASES) do
  local peer, ours = best[ip .. case[1]], best[luabox .. case[1]]
  local clock, cpu = ours.wall / peer.wall, ours.cpu / peer.cpu
  local is_missed = cpu > LIMIT or ours.kib > MAX_KIB
  if is_missed then missed = missed + 1 end
  local function ms(one) return ("%.1f"):format(one.wall * 1000) end
  io.write(form:format(case[1], ms(peer), ms(ours), ("%.2f"):format(clock), ("%.2f"):format(cpu),
    ours.kib,
    ("limit %.1f x, %d KiB%s"):format(LIMIT, MAX_KIB, is_missed and ": MISSED" or "")))
end
os.exit(missed == 0)
