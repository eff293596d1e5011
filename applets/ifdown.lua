-- applets/ifdown.lua - bring interfaces down
--
-- Layer: applet; calls ifupdown.command.

return require("ifupdown.command").down
