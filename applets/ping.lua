-- applets/ping.lua - ask a host for echoes
--
-- Layer: applet; calls net.ping.

return require "net.ping"
