-- tc/kind/sfq.lua - stochastic fairness: a queue for each of some flows, in turns
--
-- Layer: library of tc (form: tc.kind). Words and form are iproute2 6.1's (tc-sfq(8)), but for
-- those of random early detection within the flows, which are only shown.

local kind = require "tc.kind"
local units = require "tc.units"

local USAGE = [=[
Usage: ... sfq	[ limit NUMBER ] [ perturb SECS ] [ quantum BYTES ]
		[ divisor NUMBER ] [ flows NUMBER] [ depth NUMBER ]
		[ headdrop ]]=]

local WORDS = { limit = {}, perturb = {}, divisor = {}, flows = {}, depth = {},
  quantum = { units.size } }
local RED_ECN, RED_HARDDROP = 1, 2

local sfq = {}

local function other(options, word)
  if word ~= "headdrop" then return false end
  options.headdrop = 1
  return true
end

function sfq.read(words) return kind.options(words, WORDS, USAGE, other) or {} end

function sfq.show(out, options, tc)
  local function number(key, form)
    if options[key] and options[key] ~= 0 then out:put(key, form or key .. " %d ", options[key]) end
  end
  local function size(key, label)
    out:json(key, options[key])
    out:text("%s %s ", label or key, units.size_text(options[key]))
  end
  number("limit", "limit %dp ")
  if options.quantum then size "quantum" end
  number "depth"
  if options.headdrop and options.headdrop ~= 0 then out:put("headdrop", "headdrop ", true) end
  if tc.details and options.flows then out:put("flows", "flows %d ", options.flows) end
  number "divisor"
  number("perturb", "perturb %dsec ")
  if not options.qth_min or options.qth_min == 0 then return end
  out:put("ewma", "ewma %d ", options.wlog)
  size("qth_min", "min")
  size("qth_max", "max")
  out:number("probability", "probability %g ", "%g", options.max_p / 2 ^ 32)
  if options.flags & RED_ECN ~= 0 then out:put("ecn", "ecn ", true) end
  if options.flags & RED_HARDDROP ~= 0 then out:put("harddrop", "harddrop ", true) end
end

function sfq.class_show_xstats(out, bytes)
  if #bytes >= 4 then out:put("allot", " allot %d ", string.unpack("=i4", bytes)) end
end

return sfq
