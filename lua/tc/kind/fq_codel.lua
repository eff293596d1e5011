-- tc/kind/fq_codel.lua - fair queueing with controlled delay
--
-- Layer: library of tc (form: tc.kind). Words and form are iproute2 6.1's (tc-fq_codel(8)).

local kind = require "tc.kind"
local units = require "tc.units"

local USAGE = [=[
Usage: ... fq_codel	[ limit PACKETS ] [ flows NUMBER ]
[ memory_limit BYTES ]
[ target TIME ] [ interval TIME ]
[ quantum BYTES ] [ [no]ecn ]
[ ce_threshold TIME ]
[ ce_threshold_selector VALUE/MASK ]
[ drop_batch SIZE ]]=]

local WORDS = {
  limit = {}, flows = {}, drop_batch = {}, quantum = { units.size },
  memory_limit = { units.size }, target = { units.time }, interval = { units.time },
  ce_threshold = { units.time },
}

local fq_codel = {}

local function other(options, word)
  if word ~= "ecn" and word ~= "noecn" then return false end
  options.ecn = word == "ecn" and 1 or 0
  return true
end

function fq_codel.read(words) return kind.options(words, WORDS, USAGE, other) end

function fq_codel.show(out, options)
  local function time(key)
    if not options[key] then return end
    out:json(key, options[key])
    out:text("%s %s ", key, units.time_text(options[key]))
  end
  if options.limit then
    out:json("limit", options.limit)
    out:text("limit %dp ", options.limit)
  end
  if options.flows then out:put("flows", "flows %d ", options.flows) end
  if options.quantum then out:put("quantum", "quantum %d ", options.quantum) end
  time "target"
  time "ce_threshold"
  time "interval"
  if options.memory_limit then
    out:json("memory_limit", options.memory_limit)
    out:text("memory_limit %s ", units.size_text(options.memory_limit))
  end
  if options.ecn and options.ecn ~= 0 then out:put("ecn", "ecn ", true) end
  if options.drop_batch then out:put("drop_batch", "drop_batch %d ", options.drop_batch) end
end

-- struct tc_fq_codel_xstats; type 0 is the qdisc's, 1 a class's
function fq_codel.show_xstats(out, bytes)
  if #bytes < 28 then return end
  local form, maxpacket, drop_overlimit, ecn_mark, new_flow_count, new_flows, old_flows =
    string.unpack("=I4I4I4I4I4I4I4", bytes)
  if form ~= 0 then return end
  out:put("maxpacket", "  maxpacket %d", maxpacket)
  out:put("drop_overlimit", " drop_overlimit %d", drop_overlimit)
  out:put("new_flow_count", " new_flow_count %d", new_flow_count)
  out:put("ecn_mark", " ecn_mark %d", ecn_mark)
  for i, name in ipairs { "ce_mark", "memory_used", "drop_overmemory" } do
    local at = 25 + i * 4
    local value = #bytes >= at + 3 and string.unpack("=I4", bytes, at) or 0
    if value ~= 0 then out:put(name, " " .. name .. " %d", value) end
  end
  out:line()
  out:put("new_flows_len", "  new_flows_len %d", new_flows)
  out:put("old_flows_len", " old_flows_len %d", old_flows)
end

-- A class is a flow: type 1 of the same.
function fq_codel.class_show_xstats(out, bytes)
  if #bytes < 32 then return end
  local form, deficit, delay, count, lastcount, dropping, drop_next =
    string.unpack("=I4i4I4I4I4I4i4", bytes)
  if form ~= 1 then return end
  out:put("deficit", "  deficit %d", deficit)
  out:put("count", " count %d", count)
  out:put("lastcount", " lastcount %d", lastcount)
  out:json("ldelay", delay)
  out:text(" ldelay %s", units.time_text(delay))
  if dropping ~= 0 then
    out:put("dropping", " dropping", true)
    out:json("drop_next", drop_next)
    out:text(" drop_next %s%s", drop_next < 0 and "-" or "", units.time_text(math.abs(drop_next)))
  end
end

return fq_codel
