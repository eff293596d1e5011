-- applets/reboot.lua - stop the services and start the machine anew
--
-- Layer: applet; the work is in lua/power.lua.

local power = require "power"

local function ask(verb) return require("init.client").order(verb) end

return power.applet({
  name = "reboot",
  summary = "stop all services and start the machine anew",
  verb = "reboot",
  command = "restart",
}, ask)
