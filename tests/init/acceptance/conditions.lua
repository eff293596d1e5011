-- conditions.lua - when, hold and on: services that follow what is there

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"

local base = t.tmp() .. "/watched"
S.mkdir(base, "0755")

supervisor.with({ ["when.lua"] = ([[
  local base = %q
  local log = sh("echo $LUABOX_EVENT >> " .. base .. "/$LUABOX_SERVICE.events")
  return {
    service { name = "file", run = { "sleep", "1000" }, when = "path:" .. base .. "/a/b/c",
      hold = true, on = { up = log, down = log } },
    service { name = "lasting", run = { "sleep", "1000" }, when = { "path:" .. base .. "/a/b/c" } },
    service { name = "inverse", run = { "sleep", "1000" }, when = "not path:" .. base .. "/a" },
    service { name = "device", run = { "sleep", "1000" }, when = "dev:null" },
    service { name = "inside", run = { "sleep", "1000" }, when = { "container" } },
    service { name = "outside", run = { "sleep", "1000" }, when = { "not container" } },
    service { name = "word", run = { "sleep", "1000" }, when = "cmdline:no-such-word" },
    service { name = "loopback", run = { "sleep", "1000" }, when = "link:lo=up", hold = true },
    service { name = "routed", run = { "sleep", "1000" }, when = "route:default" },
    service { name = "marked", run = { "sleep", "1000" }, when = "cond:here", hold = true },
    service { name = "behind", run = { "sleep", "1000" }, needs = { "file" } },
    service { name = "crashing", run = { "false" }, restart = { limit = { 1, 100 }, delay = 0 },
      on = { crash = log, failed = log } },
  }
]]):format(base) }, function(sup)
  t.ok(sup:reach("default", "up"), "conditions that do not hold do not hold up the boot", sup:log())
  for _, name in ipairs { "inverse", "device", "inside" } do
    t.ok(sup:reach(name, "up"), name .. " is up: its condition holds")
  end
  for _, case in ipairs {
    { "file", "path:" .. base .. "/a/b/c" }, { "outside", "not container" },
    { "word", "cmdline:no-such-word" }, { "loopback", "link:lo=up" },
    { "routed", "route:default" }, { "marked", "cond:here" },
  } do
    local status = sup:reach(case[1], "waiting")
    t.is({ status and status.reason, status and status.detail }, { "condition", case[2] },
      case[1] .. " waits for its condition")
  end
  t.is(sup:status("behind").waits_for, "file", "who needs one that waits, waits for it")

  --- What its hooks tell, when there is as much; a hook that has not run yet would lose the next.
  local function told(name, want)
    local text
    supervisor.eventually(function()
      text = S.stat(base .. "/" .. name .. ".events") and t.read(base .. "/" .. name .. ".events")
      return text and #text >= #want
    end)
    return text
  end

  -- step by step, each in a folder that did not exist before
  S.mkdir(base .. "/a", "0755")
  S.mkdir(base .. "/a/b", "0755")
  S.nanosleep(0.1)
  t.is(sup:state("file"), "waiting", "half of the path is not enough")
  t.write(base .. "/a/b/c", "")
  for _, name in ipairs { "file", "lasting", "behind" } do
    t.ok(sup:reach(name, "up"), name .. " starts when the file is there", sup:log())
  end
  t.is(sup:state("inverse"), "up", "without hold a condition is for the start only")
  told("file", "up\n")
  os.remove(base .. "/a/b/c")
  t.ok(sup:reach("file", "waiting"), "with hold it stops when the file goes")
  t.ok(sup:reach("behind", "waiting"), "and with it who needs it")
  t.is(sup:state("lasting"), "up", "without hold it stays")
  told("file", "up\ndown\n")
  t.write(base .. "/a/b/c", "")
  t.ok(sup:reach("behind", "up"), "all come back with the file")

  t.run({ "svc", "cond", "set", "here" }, {})
  t.ok(sup:reach("marked", "up"), "a condition that an operator sets")
  t.run({ "svc", "cond", "clear", "here" }, {})
  t.ok(sup:reach("marked", "waiting"), "and clears")

  sup:shell("ip link set lo up || ifconfig lo up")
  t.ok(sup:reach("loopback", "up"), "a link that comes up")
  sup:shell("ip link add d0 type veth peer name d1; ip link set d1 up; "
    .. "ip addr add 10.9.9.1/24 dev d0; ip link set d0 up; "
    .. "ip route add default via 10.9.9.2")
  t.ok(sup:reach("routed", "up"), "a default route")

  t.ok(sup:reach("crashing", "failed"), "one that crashes")
  t.ok(supervisor.eventually(function()
    local events = told("crashing", "crash\nfailed\n")
    return events:find("crash\n", 1, true) and events:find("failed\n", 1, true)
  end), "its hooks ran", told("crashing", ""))
  t.is(told("file", "up\ndown\nup\n"), "up\ndown\nup\n", "so did those of the other")
end, { network = true })

-- the race of who watches and who makes: all that is made right before a watch is placed is seen
local watch = require "init.watch"

--- The folders that get a watch below base, while early[folder](folder) runs right before.
local function watched(path, early)
  local list = {}
  watch.way(path, function(folder)
    if early and early[folder] then early[folder](folder) end
    local is_there = S.stat(folder) ~= nil
    if is_there and folder:sub(1, #base + 1) == base .. "/" then
      list[#list + 1] = folder:sub(#base + 2)
    end
    return is_there
  end)
  return table.concat(list, " ")
end

local function make_next(name)
  return function(folder) S.mkdir(folder .. "/" .. name, "0755") end
end

S.mkdir(base .. "/p", "0755")
t.is(watched(base .. "/p/q/r/s"), "p", "what is not there is not watched")
local early = { [base .. "/p"] = make_next "q", [base .. "/p/q"] = make_next "r" }
t.is(watched(base .. "/p/q/r/s", early), "p p/q p/q/r",
  "a folder that comes while its parent gets its watch is watched as well")
S.symlink("../p/q", base .. "/p/link")
S.symlink("link/r/s", base .. "/p/last")
t.is(watched(base .. "/p/last"), "p p/.. p/../p p/../p/q p/../p/q/r", "links are followed")
S.symlink("round", base .. "/p/round")
t.is(watched(base .. "/p/round"), "p", "also one that leads to itself")

-- where nobody tells: procfs is polled, a mount is noticed; and without a watch left
S.mkdir(base .. "/m", "0755")
supervisor.with({ ["quiet.lua"] = [[
  return service { name = "sysctl", run = { "sleep", "1000" }, hold = true,
    when = "path:/proc/sys/net/ipv4/conf/dummy7" }
]] }, function(sup)
  t.ok(sup:reach("sysctl", "waiting"), "nothing is there")
  sup:shell("ip link add dummy7 type dummy || ip link add dummy7 type veth peer name dummy8")
  t.ok(sup:reach("sysctl", "up"), "a file of procfs that comes", sup:log())
  sup:shell("ip link del dummy7")
  t.ok(sup:reach("sysctl", "waiting"), "and goes")
end, { network = true })
supervisor.with({ ["mount.lua"] = ([[
  return service { name = "mounted", run = { "sleep", "1000" }, hold = true,
    when = "path:%s/m/new" }
]]):format(base) }, function(sup)
  t.ok(sup:reach("mounted", "waiting"), "nothing is there")
  sup:shell(("mkdir -p %s/other/new; mount --bind %s/other %s/m"):format(base, base, base))
  t.ok(sup:reach("mounted", "up"), "a mount over the folder brings it", sup:log())
  sup:shell(("umount %s/m"):format(base))
  t.ok(sup:reach("mounted", "waiting"), "and its end takes it away", sup:log())
end)
