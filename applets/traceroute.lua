-- applets/traceroute.lua - the way to a host
--
-- Layer: applet; calls net.traceroute.

return require "net.traceroute"
