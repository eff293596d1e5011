-- applets/halt.lua - stop the services and the machine
--
-- Layer: applet; the work is in lua/power.lua.

local power = require "power"

local function ask(verb) return require("init.client").order(verb) end

return power.applet({
  name = "halt",
  summary = "stop all services and halt the machine",
  verb = "halt",
  command = "halt",
  options = { { "p", "poweroff", help = "switch the power off, too" } },
}, ask)
