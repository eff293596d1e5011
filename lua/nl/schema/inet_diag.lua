-- nl/schema/inet_diag.lua - sockets of TCP, UDP and their like
--
-- Layer: schema (form: nl.codec). Follows include/uapi/linux/inet_diag.h and tcp.h (struct
-- tcp_info). Addresses are four words here, as they lie there: nl.diag makes text of them.

local ID = "I2I2I4I4I4I4I4I4I4I4I4I4I4"
local id_fields = { "sport", "dport", "src1", "src2", "src3", "src4", "dst1", "dst2", "dst3",
  "dst4", "if", "cookie1", "cookie2" }

local function header(first, last, form)
  local out = { form }
  for _, list in ipairs { first, id_fields, last } do
    table.move(list, 1, #list, #out + 1, out)
  end
  return out
end

-- the first eight bytes; two of them are bit fields
local tcp_info = { "info", "struct", "=", "state", "B", "ca_state", "B", "retransmits", "B",
  "probes", "B", "backoff", "B", "options", "B", "wscales", "B", "delivery_flags", "B",
  "rto", "I4", "ato", "I4", "snd_mss", "I4", "rcv_mss", "I4", "unacked", "I4", "sacked", "I4",
  "lost", "I4", "retrans", "I4", "fackets", "I4", "last_data_sent", "I4", "last_ack_sent", "I4",
  "last_data_recv", "I4", "last_ack_recv", "I4", "pmtu", "I4", "rcv_ssthresh", "I4", "rtt", "I4",
  "rttvar", "I4", "snd_ssthresh", "I4", "snd_cwnd", "I4", "advmss", "I4", "reordering", "I4",
  "rcv_rtt", "I4", "rcv_space", "I4", "total_retrans", "I4", "pacing_rate", "i8",
  "max_pacing_rate", "i8", "bytes_acked", "i8", "bytes_received", "i8", "segs_out", "I4",
  "segs_in", "I4", "notsent_bytes", "I4", "min_rtt", "I4", "data_segs_in", "I4",
  "data_segs_out", "I4", "delivery_rate", "i8", "busy_time", "i8", "rwnd_limited", "i8",
  "sndbuf_limited", "i8", "delivered", "I4", "delivered_ce", "I4", "bytes_sent", "i8",
  "bytes_retrans", "i8", "dsack_dups", "I4", "reord_seen", "I4", "rcv_ooopack", "I4",
  "snd_wnd", "I4" }

return {
  name = "socket",
  protocol = 4,
  messages = { get = 20, del = 21 },
  header = header({ "family", "protocol", "ext", "states" }, {}, "=BBBxI4" .. ID),

  reply = {
    header = header({ "family", "state", "timer", "retrans" },
      { "expires", "rqueue", "wqueue", "uid", "inode" }, "=BBBB" .. ID .. "I4I4I4I4I4"),
    [1] = { "meminfo", "struct", "=", "rmem", "I4", "wmem", "I4", "fmem", "I4", "tmem", "I4" },
    [2] = tcp_info,
    [3] = { "vegas", "bin" },
    [4] = { "cong", "z" },
    [5] = { "tos", "u8" },
    [6] = { "tclass", "u8" },
    [7] = { "skmem", "struct", "=", "r", "I4", "rb", "I4", "t", "I4", "tb", "I4", "f", "I4",
      "w", "I4", "o", "I4", "bl", "I4", "d", "I4" },
    [8] = { "shutdown", "u8" },
    [9] = { "dctcp", "bin" },
    [10] = { "protocol", "u8" },
    [11] = { "v6only", "u8" },
    [15] = { "mark", "u32" },
    [16] = { "bbr", "struct", "=", "bw_lo", "I4", "bw_hi", "I4", "min_rtt", "I4",
      "pacing_gain", "I4", "cwnd_gain", "I4" },
    [17] = { "class_id", "u32" },
    [21] = { "cgroup_id", "u64" },
  },
}
