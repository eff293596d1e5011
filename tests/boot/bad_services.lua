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

vm:prompt()
vm:expect("lease of 10%.0%.2%.15 obtained")
vm:type("")
local list = vm:type("svc list")

-- what the console says of each fault, before anybody asks
local said = vm.log:match("^(.-)svc list")
for name, message in pairs {
  syntax = "/etc/luabox/services/syntax.lua:3: '}' expected",
  field = '/etc/luabox/services/field.lua:4: unknown field "restrat", did you mean "restart"?',
  cycle = "/etc/luabox/services/a.lua:1: cycle: a -> b -> a",
  endless = "/etc/luabox/services/endless.lua:1: gives up",
  exits = "/etc/luabox/services/exits.lua:1: os.exit: a service file only describes",
  hoards = "/etc/luabox/services/hoards.lua: not enough memory",
  unused = '/etc/luabox/services/unused.lua:3: unknown field "usr", did you mean "user"?',
  module = "/etc/luabox/services/module.lua",
  program = "/no/such: No such file or directory",
} do
  local _, times = said:gsub(message:gsub("%p", "%%%0"), "")
  if name == "program" then -- it is tried again, and fails again
    t.ok(times > 0, name .. ": " .. message, said)
  else
    t.is(times, 1, name .. ": " .. message .. ", once")
  end
end

for _, name in ipairs { "console", "dhcp", "good" } do
  t.ok(("\n" .. list):find("\n" .. name .. " +up "), name .. " is up all the same", list)
end
for _, name in ipairs { "field", "a", "b" } do
  t.ok(("\n" .. list):find("\n" .. name .. " +failed "), name .. " is listed as failed", list)
end
t.ok(not ("\n" .. list):find("\nprogram +up "), "program is not up", list)

t.is(vm:poweroff(), 0, "poweroff ends QEMU")
