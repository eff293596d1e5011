-- tc/kind/fifo.lua - first in, first out: pfifo, bfifo, pfifo_head_drop
--
-- Layer: library of tc (form: tc.kind). Words and form are iproute2 6.1's (tc-pfifo(8)).

local context = require "ip.context"
local units = require "tc.units"

local fail = context.fail

local USAGE = "Usage: ... <[p|b]fifo | pfifo_head_drop> [ limit NUMBER ]"

local fifo = {}

function fifo.read(words, what)
  local options
  while words:peek() do
    local word = words:take()
    if word == "limit" then
      local text = words:value()
      local limit = units.size(text)
      if not limit then fail(1, ('%s: Illegal value for "limit": "%s"'):format(what.kind, text)) end
      options = { limit = limit }
    elseif word == "help" then
      fail(1, USAGE)
    else
      fail(1, ('%s: unknown parameter "%s"\n%s'):format(what.kind, word, USAGE))
    end
  end
  return options
end

function fifo.show(out, options, tc)
  out:json("limit", options.limit)
  if tc.kind == "bfifo" then
    out:text("limit %s", units.size_text(options.limit))
  else
    out:text("limit %dp", options.limit)
  end
end

return fifo
