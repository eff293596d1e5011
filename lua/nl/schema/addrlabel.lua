-- nl/schema/addrlabel.lua - labels of IPv6 prefixes: struct ifaddrlblmsg and the IFAL_ attributes
--
-- Layer: schema (form: nl.codec). Follows include/uapi/linux/if_addrlabel.h.

return {
  name = "addrlabel",
  protocol = 0,
  messages = { new = 72, del = 73, get = 74 },
  header = { "=BxBxI4I4", "family", "prefixlen", "index", "seq" },

  [1] = { "address", "ip" },
  [2] = { "label", "u32" },
}
