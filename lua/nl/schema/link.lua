-- nl/schema/link.lua - links: struct ifinfomsg and the IFLA_ attributes
--
-- Layer: schema (form: nl.codec). Follows include/uapi/linux/if_link.h. What belongs to one kind
-- of link is in nl.schema.kind, loaded only when a message has it.

local stats = { "=",
  "rx_packets", "I4", "tx_packets", "I4", "rx_bytes", "I4", "tx_bytes", "I4",
  "rx_errors", "I4", "tx_errors", "I4", "rx_dropped", "I4", "tx_dropped", "I4",
  "multicast", "I4", "collisions", "I4", "rx_length_errors", "I4", "rx_over_errors", "I4",
  "rx_crc_errors", "I4", "rx_frame_errors", "I4", "rx_fifo_errors", "I4", "rx_missed_errors", "I4",
  "tx_aborted_errors", "I4", "tx_carrier_errors", "I4", "tx_fifo_errors", "I4",
  "tx_heartbeat_errors", "I4", "tx_window_errors", "I4", "rx_compressed", "I4",
  "tx_compressed", "I4", "rx_nohandler", "I4" }

local function with_width(form)
  local entry = { form == "i8" and "stats64" or "stats", "struct", "=" }
  for i = 2, #stats, 2 do
    entry[#entry + 1] = stats[i]
    entry[#entry + 1] = form
  end
  return entry
end

local property_list = {
  [53] = { "altname", "z", multi = true },
}

return {
  name = "link",
  protocol = 0,
  messages = { new = 16, del = 17, get = 18, set = 19, newprop = 108, delprop = 109 },
  groups = { 1 },
  header = { "=BxI2i4I4I4", "family", "type", "index", "flags", "change" },

  [1] = { "address", "lladdr" },
  [2] = { "broadcast", "lladdr" },
  [3] = { "ifname", "z" },
  [4] = { "mtu", "u32" },
  [5] = { "link", "s32" },
  [6] = { "qdisc", "z" },
  [7] = with_width("I4"),
  [10] = { "master", "u32" },
  [12] = { "protinfo", "sub", key = "family", sets = {
    [10] = "nl.schema.inet6_link", default = "nl.schema.kind.bridge_port" } },
  [13] = { "txqlen", "u32" },
  [14] = { "map", "struct", "=", "mem_start", "I8", "mem_end", "I8", "base_addr", "I8",
    "irq", "I2", "dma", "B", "port", "B" },
  [15] = { "weight", "u32" },
  [16] = { "operstate", "u8" },
  [17] = { "linkmode", "u8" },
  [18] = { "linkinfo", "nest", set = {
    [1] = { "kind", "z" },
    [2] = { "data", "sub", key = "kind", sets = "nl.schema.kinds" },
    [3] = { "xstats", "bin" },
    [4] = { "slave_kind", "z" },
    [5] = { "slave_data", "sub", key = "slave_kind", sets = "nl.schema.slave_kinds" },
  } },
  [19] = { "net_ns_pid", "u32" },
  [20] = { "ifalias", "z" },
  [21] = { "num_vf", "u32" },
  [22] = { "vfinfo_list", "bin" },
  [23] = with_width("i8"),
  [26] = { "af_spec", "sub", key = "family", sets = "nl.schema.af_spec" },
  [27] = { "group", "u32" },
  [28] = { "net_ns_fd", "u32" },
  [29] = { "ext_mask", "u32" },
  [30] = { "promiscuity", "u32" },
  [31] = { "num_tx_queues", "u32" },
  [32] = { "num_rx_queues", "u32" },
  [33] = { "carrier", "u8" },
  [34] = { "phys_port_id", "bin" },
  [35] = { "carrier_changes", "u32" },
  [36] = { "phys_switch_id", "bin" },
  [37] = { "link_netnsid", "s32" },
  [38] = { "phys_port_name", "z" },
  [39] = { "proto_down", "u8" },
  [40] = { "gso_max_segs", "u32" },
  [41] = { "gso_max_size", "u32" },
  [43] = { "xdp", "nest", set = {
    [1] = { "fd", "s32" },
    [2] = { "attached", "u8" },
    [3] = { "flags", "u32" },
    [4] = { "prog_id", "u32" },
    [5] = { "drv_prog_id", "u32" },
    [6] = { "skb_prog_id", "u32" },
    [7] = { "hw_prog_id", "u32" },
    [8] = { "expected_fd", "s32" },
  } },
  [44] = { "event", "u32" },
  [45] = { "new_netnsid", "s32" },
  [46] = { "target_netnsid", "s32" },
  [47] = { "carrier_up_count", "u32" },
  [48] = { "carrier_down_count", "u32" },
  [49] = { "new_ifindex", "s32" },
  [50] = { "min_mtu", "u32" },
  [51] = { "max_mtu", "u32" },
  [52] = { "prop_list", "nest", set = property_list },
  [53] = { "altname", "z" },
  [54] = { "perm_address", "lladdr" },
  [55] = { "proto_down_reason", "nest", set = {
    [1] = { "mask", "u32" },
    [2] = { "value", "u32" },
  } },
  [56] = { "parent_dev_name", "z" },
  [57] = { "parent_dev_bus_name", "z" },
  [58] = { "gro_max_size", "u32" },
  [59] = { "tso_max_size", "u32" },
  [60] = { "tso_max_segs", "u32" },
  [61] = { "allmulti", "u32" },
}
