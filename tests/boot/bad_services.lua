-- bad_services.lua - faults in the user's definitions: each is named once, by file and line,
-- and the machine comes up with all the rest

local machine = require "machine"
local t = require "test"

local FOLDER = "etc/luabox/services/"

local vm <close> = machine.boot {
  files = {
    [FOLDER .. "syntax.lua"] = 'return service {\n  name = "syntax"\n  run = { "true" },\n}\n',
    [FOLDER .. "field.lua"] = 'return service {\n  name = "field",\n  run = { "sleep", "9" },\n'
      .. "  restrat = true,\n}\n",
    [FOLDER .. "a.lua"] = 'return service { name = "a", run = { "true" }, needs = { "b" } }\n',
    [FOLDER .. "b.lua"] = 'return service { name = "b", run = { "true" }, needs = { "a" } }\n',
    [FOLDER .. "endless.lua"] = "while true do end\n",
    [FOLDER .. "exits.lua"] = "os.exit(0)\n",
    [FOLDER .. "hoards.lua"] = "local t = {} for i = 1, 1e9 do t[i] = i .. 'x' end\n",
    [FOLDER .. "unused.lua"] = 'return template "t" {\n  run = { "x", arg },\n  usr = "x",\n}\n',
    [FOLDER .. "module.lua"] = 'local m = require "no.such.module"\nreturn service(m)\n',
    [FOLDER .. "program.lua"] = 'return service { name = "program", run = { "/no/such" } }\n',
    [FOLDER .. "good.lua"] = 'return service { name = "good", run = { "sleep", "1000" } }\n',
  },
}

-- what the console says of each fault, before anybody asks
local SAID = {
  syntax = "/etc/luabox/services/syntax.lua:3: '}' expected",
  field = '/etc/luabox/services/field.lua:4: unknown field "restrat", did you mean "restart"?',
  cycle = "/etc/luabox/services/a.lua:1: cycle: a -> b -> a",
  endless = "/etc/luabox/services/endless.lua:1: gives up",
  exits = "/etc/luabox/services/exits.lua:1: os.exit: a service file only describes",
  hoards = "/etc/luabox/services/hoards.lua: not enough memory",
  unused = '/etc/luabox/services/unused.lua:3: unknown field "usr", did you mean "user"?',
  module = "/etc/luabox/services/module.lua",
  program = "/no/such: No such file or directory",
}
-- On a slow machine the loader's time is over before its instructions or its memory are: PID 1
-- names the file, and what had its turn before is loaded, and said, again.
local SLOW = { "endless", "hoards" }
local function plain(text) return (text:gsub("%p", "%%%0")) end
local function too_long(name)
  return plain(("/etc/luabox/services/%s.lua: loading it takes too long, going on without it")
    :format(name))
end

vm:expect("lease of 10%.0%.2%.15 obtained")
vm:prompt()
vm:type("svc wait -t 200 dhcp")
local loads = 1
for _, name in ipairs(SLOW) do
  if vm.log:find(too_long(name)) then
    loads = loads + 1
    SAID[name] = nil
  end
end
vm.at = 1
for _, message in pairs(SAID) do vm:expect_all(plain(message)) vm.at = 1 end
vm:settle()
for name, message in pairs(SAID) do
  local _, times = vm.log:gsub(plain(message), "")
  if name == "program" then -- it is tried again, and fails again
    t.ok(times > 0, name .. ": " .. message, vm.log)
  else
    t.ok(times >= 1 and times <= loads, name .. ": " .. message .. ", once",
      times .. "\n" .. vm.log)
  end
end
local list = vm:type("svc list")

for _, name in ipairs { "console", "dhcp", "good" } do
  t.ok(("\n" .. list):find("\n" .. name .. " +up "), name .. " is up all the same", list)
end
for _, name in ipairs { "field", "a", "b" } do
  t.ok(("\n" .. list):find("\n" .. name .. " +failed "), name .. " is listed as failed", list)
end
t.ok(not ("\n" .. list):find("\nprogram +up "), "program is not up", list)

t.is(vm:poweroff(), 0, "poweroff ends QEMU")
