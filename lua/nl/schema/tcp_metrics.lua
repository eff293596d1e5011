-- nl/schema/tcp_metrics.lua - what TCP remembers of hosts
--
-- Layer: schema (form: nl.codec) of a generic netlink family: nl.genl gives it its number. Follows
-- include/uapi/linux/tcp_metrics.h.

return {
  name = "tcp_metrics",
  header = { "=BBI2", "cmd", "version", "reserved" },

  [1] = { "dst4", "ip" },
  [2] = { "dst6", "ip" },
  [3] = { "age", "u64" }, -- milliseconds
  [4] = { "tw_tsval", "u32" },
  [5] = { "tw_ts_stamp", "s32" }, -- seconds
  [6] = { "metrics", "nest", set = {
    [1] = { "rtt", "u32" }, -- milliseconds
    [2] = { "rttvar", "u32" },
    [3] = { "ssthresh", "u32" },
    [4] = { "cwnd", "u32" },
    [5] = { "reordering", "u32" },
    [6] = { "rtt_us", "u32" },
    [7] = { "rttvar_us", "u32" },
  } },
  [7] = { "fopen_mss", "u16" },
  [8] = { "fopen_syn_drops", "u16" },
  [9] = { "fopen_syn_drop_age", "u64" }, -- milliseconds
  [10] = { "fopen_cookie", "bin" },
  [11] = { "src4", "ip" },
  [12] = { "src6", "ip" },
}
