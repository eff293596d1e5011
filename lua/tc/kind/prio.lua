-- tc/kind/prio.lua - bands by priority: prio, and pfifo_fast
--
-- Layer: library of tc (form: tc.kind). Words and form are iproute2 6.1's (tc-prio(8)).

local kind = require "tc.kind"

local USAGE = "Usage: ... prio bands NUMBER priomap P1 P2...[multiqueue]"
-- band of each priority of a packet (RFC 1349), where none is given
local MAP = "\1\2\2\2\1\2\0\0\1\1\1\1\1\1\1\1"

local prio = {}

function prio.read(words)
  local bands, map = 3, nil
  while words:peek() do
    local word = words:take()
    if word == "bands" then
      bands = kind.number(words, "bands")
    elseif word == "priomap" then
      map = {}
      while #map < 16 and words:peek() do
        map[#map + 1] = string.char(kind.number(words, "priomap") & 0xff)
      end
    elseif word == "help" then
      require("ip.context").fail(1, USAGE)
    else
      kind.unknown(word, USAGE)
    end
  end
  local bytes = map and table.concat(map) or MAP
  return { bands = bands, priomap = bytes .. ("\0"):rep(16 - #bytes) }
end

function prio.show(out, options, tc)
  out:put("bands", "bands %d ", options.bands)
  out:array("priomap", "priomap")
  for i = 1, 16 do out:put(nil, " %d", options.priomap:byte(i)) end
  out:array_end()
  if tc.kind == "prio" then out:json("multiqueue", false) end
end

return prio
