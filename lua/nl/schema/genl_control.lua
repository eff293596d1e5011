-- nl/schema/genl_control.lua - which families of generic netlink there are
--
-- Layer: schema (form: nl.codec). Follows include/uapi/linux/genetlink.h.

return {
  name = "family",
  protocol = 16,
  messages = { get = 16 }, -- GENL_ID_CTRL
  header = { "=BBI2", "cmd", "version", "reserved" },

  [1] = { "id", "u16" },
  [2] = { "name", "z" },
  [3] = { "family_version", "u32" },
  [4] = { "header_size", "u32" },
  [5] = { "max_attribute", "u32" },
  [6] = { "operations", "array", of = { nil, "nest", set = {
    [1] = { "id", "u32" },
    [2] = { "flags", "u32" },
  } } },
  [7] = { "groups", "array", of = { nil, "nest", set = {
    [1] = { "name", "z" },
    [2] = { "id", "u32" },
  } } },
}
