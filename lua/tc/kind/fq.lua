-- tc/kind/fq.lua - fair queueing with pacing
--
-- Layer: library of tc (form: tc.kind). Words and form are iproute2 6.1's (tc-fq(8)).

local kind = require "tc.kind"
local units = require "tc.units"

local NONE = 0xffffffff

local USAGE = [=[
Usage: ... fq	[ limit PACKETS ] [ flow_limit PACKETS ]
		[ quantum BYTES ] [ initial_quantum BYTES ]
		[ maxrate RATE  ] [ buckets NUMBER ]
		[ [no]pacing ] [ refill_delay TIME ]
		[ low_rate_threshold RATE ]
		[ orphan_mask MASK]
		[ timer_slack TIME]
		[ ce_threshold TIME ]
		[ horizon TIME ]
		[ horizon_{cap|drop} ]]=]

local WORDS = {
  limit = {}, flow_limit = {}, orphan_mask = {},
  quantum = { units.size }, initial_quantum = { units.size },
  maxrate = { units.rate }, defrate = { units.rate }, low_rate_threshold = { units.rate },
  refill_delay = { units.time }, ce_threshold = { units.time }, horizon = { units.time },
  timer_slack = { units.time_ns },
}

local fq = {}

local function other(options, word, words)
  if word == "buckets" then
    local number = kind.number(words, word)
    local log = 0
    while 1 << log + 1 <= number do log = log + 1 end
    options.buckets_log = log
  elseif word == "pacing" or word == "nopacing" then
    options.pacing = word == "pacing" and 1 or 0
  elseif word == "horizon_cap" or word == "horizon_drop" then
    options.horizon_drop = word == "horizon_drop" and 1 or 0
  else
    return false
  end
  return true
end

function fq.read(words) return kind.options(words, WORDS, USAGE, other) end

-- in the order of printing: attribute, what of it is told in text, what is not told
local function packets(value) return value .. "p" end
local ITEMS = {
  { "limit", packets }, { "flow_limit", packets }, { "buckets_log" }, { "orphan_mask" },
  { "pacing" }, { "quantum", units.size_text }, { "initial_quantum", units.size_text },
  { "maxrate", units.rate_text, NONE }, { "defrate", units.rate_text, 0 },
  { "low_rate_threshold", units.rate_text, 0 }, { "refill_delay", units.time_text },
  { "ce_threshold", units.time_text, NONE }, { "timer_slack", units.time_ns_text },
  { "horizon", units.time_text },
}

function fq.show(out, options)
  for _, item in ipairs(ITEMS) do
    local key, text = item[1], item[2]
    local value = options[key]
    if value and value ~= item[3] then
      if key == "pacing" then
        if value == 0 then
          out:json("pacing", false)
          out:text("nopacing ")
        end
      elseif key == "buckets_log" then
        out:put("buckets", "buckets %d ", 1 << value)
      else
        out:json(key, value)
        out:text("%s %s ", key, text and text(value) or value)
      end
    end
  end
  if options.horizon_drop == 0 then
    out:mark("horizon_cap", "horizon_cap ")
  elseif options.horizon_drop then
    out:mark("horizon_drop", "horizon_drop ")
  end
end

-- struct tc_fq_qd_stats
function fq.show_xstats(out, bytes)
  if #bytes < 80 then return end
  local gc, highprio, _, throttled, flows_plimit, too_long, errors, delayed, flows, inactive,
    throttled_flows, latency = string.unpack("=I8I8I8I8I8I8I8i8I4I4I4I4", bytes)
  out:put("flows", "  flows %d", flows)
  out:put("inactive", " (inactive %d", inactive)
  out:put("throttled", " throttled %d)", throttled_flows)
  if delayed > 0 then
    out:json("next_packet_delay", delayed)
    out:text(" next_packet_delay %s", units.time_ns_text(delayed))
  end
  out:line()
  out:put("gc", "  gc %d", gc)
  out:put("highprio", " highprio %d", highprio)
  out:put("throttled", " throttled %d", throttled)
  if latency ~= 0 then
    out:json("latency", latency)
    out:text(" latency %s", units.time_ns_text(latency))
  end
  if #bytes >= 104 then
    local ce_mark, horizon_drops, horizon_caps = string.unpack("=I8I8I8", bytes, 81)
    if ce_mark ~= 0 then out:put("ce_mark", " ce_mark %d", ce_mark) end
    if horizon_drops ~= 0 then out:put("horizon_drops", " horizon_drops %d", horizon_drops) end
    if horizon_caps ~= 0 then out:put("horizon_caps", " horizon_caps %d", horizon_caps) end
  end
  if flows_plimit ~= 0 then out:put("flows_plimit", " flows_plimit %d", flows_plimit) end
  if too_long ~= 0 or errors ~= 0 then
    out:line()
    if too_long ~= 0 then out:put("pkts_too_long", "  too long pkts %d", too_long) end
    if errors ~= 0 then out:put("allocation_errors", " alloc errors %d", errors) end
  end
end

return fq
