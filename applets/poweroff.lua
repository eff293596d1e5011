-- applets/poweroff.lua - stop the services and switch the machine off
--
-- Layer: applet; the work is in lua/power.lua.

local power = require "power"

local function ask(verb) return require("init.client").order(verb) end

return power.applet({
  name = "poweroff",
  summary = "stop all services and switch the machine off",
  verb = "poweroff",
  command = "power_off",
}, ask)
