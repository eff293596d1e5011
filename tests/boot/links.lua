-- links.lua - every kind of link, compared with Debian's iproute2 in a machine with Debian's kernel

require("iproute").run "tests/applets/ip_kinds.lua"
