-- fields.lua - how many fields of ip, tc, bridge and ss are iproute2's, in a machine with Debian's
-- kernel

require("iproute").run "tests/applets/ip_fields.lua"
