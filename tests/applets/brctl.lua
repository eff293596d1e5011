-- tests/applets/brctl.lua - bridges, beside bridge-utils' brctl

local t = require "test"

t.need_root()
local ip = t.need "ip"
local host = t.find "brctl"
local nl = require "nl"

local function words(text)
  local list = {}
  for word in text:gmatch("%S+") do list[#list + 1] = word end
  return list
end

local function show(command) return t.execute(words("ip " .. command), { program = ip }).out end

t.netns(function()
  t.run("brctl addbr br0", {})
  t.run("brctl addbr br0", { status = 1,
    err = "device br0 already exists; can't create bridge with the same name\n" })
  nl.create_interface { name = "eth0", type = "veth", peer = { name = "eth1" } }
  t.run("brctl addif br0 eth0", {})
  t.run("brctl addif br0 eth1", {})
  t.ok(show("link show eth0"):find("master br0"), "a port")
  for command, want in pairs {
    ["stp br0 on"] = "stp_state 1", ["setfd br0 3"] = "forward_delay 300",
    ["sethello br0 3"] = "hello_time 300", ["setmaxage br0 12.5"] = "max_age 1250",
    ["setageing br0 100"] = "ageing_time 10000", ["setbridgeprio br0 5"] = "priority 5 ",
  } do
    t.run("brctl " .. command, {})
    t.ok(show("-d link show br0"):find(want), want)
  end
  for command, want in pairs { ["setpathcost br0 eth0 30"] = "cost 30",
    ["setportprio br0 eth0 3"] = "priority 3 ", ["hairpin br0 eth0 on"] = "hairpin on" } do
    t.run("brctl " .. command, {})
    t.ok(show("-d link show eth0"):find(want), want)
  end

  if host then
    for _, command in ipairs { "show", "show br0", "show nope", "showmacs br0", "showstp br0",
      "addif br0 nope", "addif nope eth0", "delbr nope", "delif br0 lo", "stp br0 maybe" } do
      local want = t.execute(words("brctl " .. command), { program = host })
      local got = t.execute(words("brctl " .. command))
      -- timers run; bridge-utils' three times are wrong by the kernel's HZ / 100
      local function still(text)
        return (text:gsub("timer(\t+) *[%d.]+", "timer%1"):gsub("\n (max age)[^\n]+", "\n %1")
          :gsub("\n (hello time)[^\n]+", "\n %1"):gsub("\n (forward delay)[^\n]+", "\n %1"))
      end
      t.ok(still(got.out) == still(want.out) and got.status == want.status and got.err == want.err,
        "brctl " .. command, ("%d %s%swant: %d %s%s"):format(got.status, got.out, got.err,
          want.status, want.out, want.err))
    end
  else
    t.skip_one("output as bridge-utils'", "needs the program brctl")
  end

  t.run("brctl delif br0 eth1", {})
  t.run("brctl delif br0 eth1", { status = 1, err = "device eth1 is not a port of br0\n" })
  nl.interface("br0"):up()
  t.run("brctl delbr br0", { status = 1, err = "bridge br0 is still up; can't delete it\n" })
  t.run("brctl bogus", { status = 1, err = t.match("^brctl: never heard of command %[bogus%]\n") })
  t.run("brctl addbr", { status = 1, err = t.match("^brctl: Incorrect number of arguments") })
  t.run("brctl addbr a-name-that-is-too-long", { status = 1,
    err = "add bridge failed: Numerical result out of range\n" })
  t.run("brctl setfd br0 x", { status = 1, err = "bad time value\n" })
  local list = require("json").decode(t.execute({ "brctl", "show", "--json" }).out)
  t.is({ list[1].name, list[1].stp, list[1].interfaces[1] }, { "br0", true, "eth0" }, "--json")
  nl.interface("br0"):down()
  t.run("brctl delbr br0", {})
  t.is(nl.interface("br0"), nil, "is gone")
end)
