-- nl/schema/mdb.lua - groups that the ports of bridges have joined: struct br_port_msg, MDBA_
--
-- Layer: schema (form: nl.codec). Follows include/uapi/linux/if_bridge.h.

local entry = {
  header = { "=I4BBI2c16>I2xx", "ifindex", "state", "flags", "vid", "address", "proto" },
  [1] = { "timer", "u32" },
  [2] = { "src_list", "bin" },
  [3] = { "group_mode", "u8" },
  [4] = { "source", "ip" },
  [5] = { "rtprot", "u8" },
}

return {
  name = "mdb",
  protocol = 0,
  messages = { new = 84, del = 85, get = 86 },
  groups = { 26 },
  header = { "=BxxxI4", "family", "ifindex" },

  -- asked and told: groups; in a request to change one: MDBA_SET_ENTRY
  [1] = { "mdb", "nest", set = {
    [1] = { "entry", "nest", multi = true, set = {
      [1] = { "info", "nest", multi = true, set = entry },
    } },
  } },
  [2] = { "router", "nest", set = {
    [1] = { "port", "bin", multi = true },
  } },
}
