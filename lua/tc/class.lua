-- tc/class.lua - `tc class`
--
-- Layer: library of tc.

local object = require "tc.object"

local WHAT = {
  name = "class", schema = "nl.schema.tc_class", prefix = "class_",
  usage = [=[
Usage: tc class [ add | del | change | replace | show ] dev STRING
       [ classid CLASSID ] [ root | parent CLASSID ]
       [ [ QDISC_KIND ] [ help | OPTIONS ] ]

       tc class show [ dev STRING ] [ root | parent CLASSID ]
Where:
QDISC_KIND := { htb }
OPTIONS := ... try tc class add <desired QDISC_KIND> help
]=],
}

return { run = function(tc, words) return object.run(tc, words, WHAT) end }
