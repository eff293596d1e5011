-- core.lua - A27, A39 and B07: what only a machine of one's own can show
--
-- The clock jumps, a service eats more than its limit, and PID 1 stands still until the
-- watchdog resets the machine.

local machine = require "machine"
local t = require "test"

--- A module of the machine's kernel that the image does not have.
local function module(name)
  local find = io.popen(("find -L build -name %s.ko 2>/dev/null | head -n 1"):format(name))
  local path = find:read("l")
  find:close()
  return path and t.read(path)
end

local softdog, watchdog = module "softdog", module "watchdog"

local vm <close> = machine.boot {
  network = "none",
  -- far from midnight, which is the time of two jobs
  clock = os.date("!%Y-%m-%dT12:00:00", os.time() + 86400),
  append = "luabox.watchdog=8 luabox.svc=-dhcp,-pending,-resting",
  files = {
    ["softdog.ko"] = softdog,
    ["watchdog.ko"] = watchdog,
    ["etc/luabox/services/dog.lua"] = 'return oneshot { name = "dog", pre = { "insmod", '
      .. '"/watchdog.ko" }, run = { "insmod", "/softdog.ko" }, after = { "rc" } }',
    ["etc/luabox/services/eater.lua"] = [[
      return service { name = "eater", limits = { mem = "32M", pids = 50 }, restart = "never",
        run = function()
          local list = {}
          for n = 1, 64 do list[n] = ("x"):rep(1 << 20) .. n end
          require("syscall").nanosleep(1000)
        end }]],
    ["etc/luabox/services/jobs.lua"] = [[
      return {
        timer { name = "daily", at = "00:00", persist = true, run = { "echo", "daily ran" } },
        timer { name = "strict", at = "00:00", run = { "echo", "strict ran" } },
        timer { name = "often", every = 1, run = { "true" } },
        service { name = "witness", run = { "sleep", "100000" }, ready = { "exec", timeout = 60 } },
        service { name = "pending", run = { "sleep", "9999" }, ready = { fd = 3, timeout = 600 } },
        service { name = "resting", run = { "false" }, restart = { delay = 600, max = 600 } },
      }]],
  },
}
vm:expect_all("luabox: default is up", "/dev/watchdog resets the machine after 8 s")
vm:prompt()

-- A39
local status
vm.await(function() -- emulation is slow at eating
  status = vm:type("svc status eater")
  return status:find("state +failed")
end)
t.ok(status:find("failed") and status:find("oom"), "A39: killed for want of memory", status)
t.ok(vm:type("svc status witness"):find("up"), "nobody else was")
local member = vm:type("cat /sys/fs/cgroup/svc.witness/cgroup.procs")
t.ok(member:find("^%d+$"), "each service has its cgroup")

-- spared when memory is short: PID 1, and nobody that it starts
t.is(vm:type("cat /proc/1/oom_score_adj"), "-1000", "PID 1 is spared")
t.is(vm:type("cat /proc/" .. member .. "/oom_score_adj"), "0", "a service is not")

-- A27
vm:type("svc start pending")
vm:type("svc start resting")
vm.await(function() return vm:type("svc status resting"):find("state +backoff") end)
local witness = vm:type("svc list"):match("\nwitness +up +%S+ +(%d+)")
vm:type('=S.clock_settime("realtime", S.clock_gettime("realtime").tv_sec + 315360000)')
vm:expect("daily: daily ran")
vm:type('=S.clock_settime("realtime", S.clock_gettime("realtime").tv_sec - 3600)')
vm:type("sleep 2")
local _, daily = vm.log:gsub("daily: daily ran", "")
local _, strict = vm.log:gsub("strict: strict ran", "")
t.is(daily, 1, "A27: a missed job is made up for once, and not again after a jump back")
t.is(strict, 0, "one that is not to persist is not")
t.is(vm:type("svc list"):match("\nwitness +up +%S+ +(%d+)"), witness,
  "ten years cost no service its process")
for name, state in pairs { pending = "starting", resting = "backoff" } do
  local now = vm:type("svc status " .. name)
  t.ok(now:find("state +" .. state), "nor does it end what " .. name .. " waits for", now)
end
t.ok(vm:type("svc list"):find("\noften +waiting"), "intervals go on")
vm:type('=S.clock_settime("realtime", S.clock_gettime("realtime").tv_sec // 86400 * 86400 + 86399)')
vm:expect("strict: strict ran")
vm:type('=S.clock_settime("realtime", S.clock_gettime("realtime").tv_sec - 315360000)')
local next_ms = tonumber(vm:type("svc status --json strict"):match('"next_ms":(%d+)'))
t.ok(next_ms and next_ms <= 86400000, "a clock that was wrong by years is forgotten", next_ms)

-- B07: nine seconds of normal life, then PID 1 is frozen
if softdog then
  vm:type("sleep 9")
  t.ok(vm:type("svc list"):find("witness"), "B07: who is petted does not bite")
  vm:type("mkdir /sys/fs/cgroup/ice")
  vm:type('=io.open("/sys/fs/cgroup/ice/cgroup.procs", "w"):write(1):close()')
  vm:send('=io.open("/sys/fs/cgroup/ice/cgroup.freeze", "w"):write(1):close()')
  t.ok(vm:wait(), "PID 1 stands still: the machine resets")
else
  t.skip_one("B07: the watchdog", "needs softdog.ko")
  t.is(vm:poweroff(), 0, "poweroff ends QEMU")
end
