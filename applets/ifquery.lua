-- applets/ifquery.lua - tell how interfaces are configured
--
-- Layer: applet; calls ifupdown.command.

return require("ifupdown.command").query
