-- nl/schema/addr.lua - addresses: struct ifaddrmsg and the IFA_ attributes
--
-- Layer: schema (form: nl.codec). Follows include/uapi/linux/if_addr.h.

return {
  name = "address",
  protocol = 0,
  messages = { new = 20, del = 21, get = 22 },
  groups = { 5, 9 },
  header = { "=BBBBI4", "family", "prefixlen", "flags8", "scope", "index" },
  fallback = { flags = "flags8" },

  [1] = { "address", "ip" }, -- the peer's, when the link is point-to-point
  [2] = { "local", "ip" },
  [3] = { "label", "z" },
  [4] = { "broadcast", "ip" },
  [5] = { "anycast", "ip" },
  [6] = { "cacheinfo", "struct", "=", "prefered", "I4", "valid", "I4", "cstamp", "I4",
    "tstamp", "I4" },
  [7] = { "multicast", "ip" },
  [8] = { "flags", "u32" },
  [9] = { "rt_priority", "u32" },
  [10] = { "target_netnsid", "s32" },
  [11] = { "proto", "u8" },
}
