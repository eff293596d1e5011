-- nl/schema/nsid.lua - ids that network namespaces have in each other: struct rtgenmsg, NETNSA_
--
-- Layer: schema (form: nl.codec). Follows include/uapi/linux/net_namespace.h.

return {
  name = "netns",
  protocol = 0,
  messages = { new = 88, del = 89, get = 90 },
  groups = { 28 },
  header = { "=Bxxx", "family" },

  [1] = { "nsid", "s32" },
  [2] = { "pid", "u32" },
  [3] = { "fd", "u32" },
  [4] = { "target_nsid", "s32" },
  [5] = { "current_nsid", "s32" },
}
