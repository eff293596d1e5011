-- tc/qdisc.lua - `tc qdisc`
--
-- Layer: library of tc.

local object = require "tc.object"

local WHAT = {
  name = "qdisc", schema = "nl.schema.tc", prefix = "",
  usage = [=[
Usage: tc qdisc [ add | del | replace | change | show ] dev STRING
       [ handle QHANDLE ] [ root | ingress | clsact | parent CLASSID ]
       [ ingress_block BLOCK_INDEX ] [ egress_block BLOCK_INDEX ]
       [ [ QDISC_KIND ] [ help | OPTIONS ] ]

       tc qdisc { show | list } [ dev STRING ] [ QDISC_ID ] [ invisible ]
Where:
QDISC_KIND := { [p|b]fifo | tbf | prio | fq | fq_codel | htb | netem | sfq }
OPTIONS := ... try tc qdisc add <desired QDISC_KIND> help
QDISC_ID := { root | ingress | handle QHANDLE | parent CLASSID }
]=],
}

return { run = function(tc, words) return object.run(tc, words, WHAT) end }
