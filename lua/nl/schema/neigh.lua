-- nl/schema/neigh.lua - neighbours and forwarding entries: struct ndmsg and the NDA_ attributes
--
-- Layer: schema (form: nl.codec). Follows include/uapi/linux/neighbour.h.

return {
  name = "neighbour",
  protocol = 0,
  messages = { new = 28, del = 29, get = 30 },
  groups = { 3 },
  header = { "=Bxxxi4I2BB", "family", "index", "state", "flags", "type" },

  [1] = { "dst", "ip" },
  [2] = { "lladdr", "lladdr" },
  [3] = { "cacheinfo", "struct", "=", "confirmed", "I4", "used", "I4", "updated", "I4",
    "refcnt", "I4" },
  [4] = { "probes", "u32" },
  [5] = { "vlan", "u16" },
  [6] = { "port", "be16" },
  [7] = { "vni", "u32" },
  [8] = { "ifindex", "u32" },
  [9] = { "master", "u32" },
  [10] = { "link_netnsid", "s32" },
  [11] = { "src_vni", "u32" },
  [12] = { "protocol", "u8" },
  [13] = { "nh_id", "u32" },
  [14] = { "fdb_ext_attrs", "nest", set = { [1] = { "activity_notify", "u8" } } },
  [15] = { "flags_ext", "u32" },
  [16] = { "state_mask", "u16" },
  [17] = { "flags_mask", "u8" },
}
