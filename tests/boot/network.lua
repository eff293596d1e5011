-- network.lua - objects of ip and bridges that the host's kernel may lack, compared with Debian's
-- iproute2 in a machine with Debian's kernel

require("iproute").run "tests/applets/ip_objects.lua tests/applets/bridge.lua"
