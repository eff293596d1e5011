-- nl/schema/mdb_set.lua - a request to change a group of a bridge: MDBA_SET_
--
-- Layer: schema (form: nl.codec). Its numbers mean other things than in what is told
-- (nl.schema.mdb). Follows include/uapi/linux/if_bridge.h.

return {
  name = "mdb",
  protocol = 0,
  messages = { new = 84, del = 85 },
  header = { "=BxxxI4", "family", "ifindex" },

  [1] = { "entry", "struct", "=", "ifindex", "I4", "state", "B", "flags", "B", "vid", "I2",
    "address", "c16", "proto", "c2", "pad", "I2" },
  [2] = { "attributes", "nest", set = { [1] = { "source", "ip" } } },
}
