-- nl/schema/neigh_table.lua - tables of neighbours and what holds for them: struct ndtmsg, NDTA_
--
-- Layer: schema (form: nl.codec). Follows include/uapi/linux/neighbour.h. Times are milliseconds.

return {
  name = "neighbour table",
  protocol = 0,
  messages = { new = 64, get = 66, set = 67 },
  header = { "=Bxxx", "family" },

  [1] = { "name", "z" },
  [2] = { "thresh1", "u32" },
  [3] = { "thresh2", "u32" },
  [4] = { "thresh3", "u32" },
  [5] = { "config", "struct", "=", "key_len", "I2", "entry_size", "I2", "entries", "I4",
    "last_flush", "I4", "last_rand", "I4", "hash_rnd", "I4", "hash_mask", "I4",
    "hash_chain_gc", "I4", "proxy_qlen", "I4" },
  [6] = { "parms", "nest", set = {
    [1] = { "index", "u32" },
    [2] = { "refcnt", "u32" },
    [3] = { "reachable", "u64" },
    [4] = { "base_reachable", "u64" },
    [5] = { "retrans", "u64" },
    [6] = { "gc_stale", "u64" },
    [7] = { "delay_probe", "u64" },
    [8] = { "queue", "u32" },
    [9] = { "app_probes", "u32" },
    [10] = { "ucast_probes", "u32" },
    [11] = { "mcast_probes", "u32" },
    [12] = { "anycast_delay", "u64" },
    [13] = { "proxy_delay", "u64" },
    [14] = { "proxy_queue", "u32" },
    [15] = { "locktime", "u64" },
    [16] = { "queue_bytes", "u32" },
    [17] = { "mcast_reprobes", "u32" },
    [19] = { "interval_probe_time", "u64" },
  } },
  [7] = { "stats", "struct", "=", "allocs", "i8", "destroys", "i8", "hash_grows", "i8",
    "res_failed", "i8", "lookups", "i8", "hits", "i8", "rcv_probes_mcast", "i8",
    "rcv_probes_ucast", "i8", "periodic_gc_runs", "i8", "forced_gc_runs", "i8",
    "table_fulls", "i8" },
  [8] = { "gc_interval", "u64" },
}
