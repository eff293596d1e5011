-- applets/ping6.lua - ping -6
--
-- Layer: applet; calls net.ping.

return require "variant"(require "net.ping", { ipv6 = true })
