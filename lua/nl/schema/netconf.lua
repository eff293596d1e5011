-- nl/schema/netconf.lua - switches of an address family on a link: struct netconfmsg, NETCONFA_
--
-- Layer: schema (form: nl.codec). Follows include/uapi/linux/netconf.h.

return {
  name = "netconf",
  protocol = 0,
  messages = { new = 80, del = 81, get = 82 },
  groups = { 24, 25 },
  header = { "=B", "family" },

  [1] = { "index", "s32" }, -- -1 for all links, -2 for those to come
  [2] = { "forwarding", "s32" },
  [3] = { "rp_filter", "s32" },
  [4] = { "mc_forwarding", "s32" },
  [5] = { "proxy_neigh", "s32" },
  [6] = { "ignore_routes_with_linkdown", "s32" },
  [7] = { "input", "s32" },
  [8] = { "bc_forwarding", "s32" },
}
