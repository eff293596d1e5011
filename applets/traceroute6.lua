-- applets/traceroute6.lua - traceroute -6
--
-- Layer: applet; calls net.traceroute.

return require "variant"(require "net.traceroute", { ipv6 = true })
