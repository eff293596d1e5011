-- nl/schema/tc_kinds.lua - TCA_OPTIONS by kind of queueing discipline
--
-- Layer: schema (form: nl.codec). Follows include/uapi/linux/pkt_sched.h. Times are in ticks of the
-- packet scheduler (tc.units) where the older structs have them, and in ns where the name ends so.

local fifo = { header = { "=I4", "limit" } }
-- struct tc_prio_qopt
local prio = { header = { "=i4c16", "bands", "priomap" } }

-- struct tc_ratespec, a part of others
local function rate_spec(prefix, into)
  for _, field in ipairs { "cell_log", "B", "linklayer", "B", "overhead", "I2", "cell_align", "i2",
    "mpu", "I2", "rate", "I4" } do
    into[#into + 1] = #into % 2 == 1 and prefix .. field or field
  end
  return into
end

local function add(into, ...)
  for _, field in ipairs { ... } do into[#into + 1] = field end
  return into
end

local tbf_parameters = { "parms", "struct", "=" }
rate_spec("", tbf_parameters)
rate_spec("peak_", tbf_parameters)
add(tbf_parameters, "limit", "I4", "buffer", "I4", "mtu", "I4")

local htb_parameters = { "parms", "struct", "=" }
rate_spec("", htb_parameters)
rate_spec("ceil_", htb_parameters)
add(htb_parameters, "buffer", "I4", "cbuffer", "I4", "quantum", "I4", "level", "I4", "prio", "I4")

return {
  pfifo = fifo,
  bfifo = fifo,
  pfifo_head_drop = fifo,
  prio = prio,
  pfifo_fast = prio,
  fq = {
    [1] = { "limit", "u32" },
    [2] = { "flow_limit", "u32" },
    [3] = { "quantum", "u32" },
    [4] = { "initial_quantum", "u32" },
    [5] = { "pacing", "u32" },
    [6] = { "defrate", "u32" },
    [7] = { "maxrate", "u32" },
    [8] = { "buckets_log", "u32" },
    [9] = { "refill_delay", "u32" },
    [10] = { "orphan_mask", "u32" },
    [11] = { "low_rate_threshold", "u32" },
    [12] = { "ce_threshold", "u32" },
    [13] = { "timer_slack", "u32" },
    [14] = { "horizon", "u32" },
    [15] = { "horizon_drop", "u8" },
  },
  fq_codel = {
    [1] = { "target", "u32" },
    [2] = { "limit", "u32" },
    [3] = { "interval", "u32" },
    [4] = { "ecn", "u32" },
    [5] = { "flows", "u32" },
    [6] = { "quantum", "u32" },
    [7] = { "ce_threshold", "u32" },
    [8] = { "drop_batch", "u32" },
    [9] = { "memory_limit", "u32" },
  },
  tbf = {
    [1] = tbf_parameters,
    [4] = { "rate64", "u64" },
    [5] = { "peakrate64", "u64" },
    [6] = { "burst", "u32" },
    [7] = { "peakburst", "u32" },
  },
  htb = {
    [1] = htb_parameters,
    [2] = { "init", "struct", "=", "version", "I4", "r2q", "I4", "default", "I4", "debug", "I4",
      "direct_packets", "I4" },
    [5] = { "direct_qlen", "u32" },
    [6] = { "rate64", "u64" },
    [7] = { "ceil64", "u64" },
    [9] = { "offload", "flag" },
  },
  -- struct tc_sfq_qopt_v1
  sfq = { header = { "=I4i4I4I4I4I4I4I4I4I4BBBBI4xxxxxxxxxxxxxxxxxxxxxxxx", "quantum", "perturb",
    "limit", "divisor", "flows", "depth", "headdrop", "red_limit", "qth_min", "qth_max", "wlog",
    "plog", "scell_log", "flags", "max_p" } },
  netem = {
    header = { "=I4I4I4I4I4I4", "latency", "limit", "loss", "gap", "duplicate", "jitter" },
    [1] = { "corr", "struct", "=", "delay", "I4", "loss", "I4", "duplicate", "I4" },
    [2] = { "delay_dist", "bin" },
    [3] = { "reorder", "struct", "=", "probability", "I4", "correlation", "I4" },
    [4] = { "corrupt", "struct", "=", "probability", "I4", "correlation", "I4" },
    [5] = { "loss_model", "nest", set = {
      [1] = { "state", "struct", "=", "p13", "I4", "p31", "I4", "p32", "I4", "p14", "I4",
        "p23", "I4" },
      [2] = { "gemodel", "struct", "=", "p", "I4", "r", "I4", "h", "I4", "k1", "I4" },
    } },
    [6] = { "rate", "struct", "=", "rate", "I4", "packetoverhead", "i4", "cellsize", "I4",
      "celloverhead", "i4" },
    [7] = { "ecn", "u32" },
    [8] = { "rate64", "u64" },
    [10] = { "latency_ns", "s64" },
    [11] = { "jitter_ns", "s64" },
    [12] = { "slot", "struct", "=", "min_delay", "i8", "max_delay", "i8", "packets", "i4",
      "bytes", "i4", "dist_delay", "i8", "dist_jitter", "i8" },
  },
}
