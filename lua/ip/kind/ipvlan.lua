-- ip/kind/ipvlan.lua - IPVLAN and IPVTAP
--
-- Layer: library of ip (form: ip.kind).

local kind_show = require "ip.kind_show"

local NAMES = { [0] = "l2", "l3", "l3s" }

local ipvlan = { word = "option" }

function ipvlan.options()
  return {
    mode = { "mode", { names = { l2 = 0, l3 = 1, l3s = 2 } },
      message = 'Error: argument of "mode" must be either "l2", "l3" or "l3s"' },
    private = { "flags", "set", 1 },
    vepa = { "flags", "set", 2 },
    bridge = { "flags", "set", 0 },
  }
end

function ipvlan.show()
  return {
    { "mode", nil, nil, kind_show.name_of(NAMES, "mode", " mode %s ") },
    { "flags", nil, nil, function(out, _, value)
      local word = value & 1 ~= 0 and "private" or value & 2 ~= 0 and "vepa" or "bridge"
      out:put(word, word .. " ", true)
    end },
  }
end

function ipvlan.kind() return ipvlan end

return ipvlan
