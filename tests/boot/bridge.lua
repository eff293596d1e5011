-- bridge.lua - bridges, compared with Debian's iproute2 in a machine with Debian's kernel

require("iproute").run "tests/applets/bridge.lua"
