-- applets/ifup.lua - bring interfaces up
--
-- Layer: applet; calls ifupdown.command.

return require("ifupdown.command").up
