-- objects.lua - the objects of ip besides links, compared with Debian's iproute2 in a machine with
-- Debian's kernel

require("iproute").run "tests/applets/ip_objects.lua tests/applets/ip_tables.lua"
