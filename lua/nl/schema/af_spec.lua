-- nl/schema/af_spec.lua - IFLA_AF_SPEC: what each address family keeps about a link
--
-- Layer: schema (form: nl.codec). A link message of family AF_BRIDGE (7) has the bridge's form
-- (include/uapi/linux/if_bridge.h), every other one a nest per family (if_link.h).

return {
  [7] = {
    [0] = { "bridge_flags", "u16" },
    [1] = { "bridge_mode", "u16" },
    [2] = { "vlan_info", "struct", "=", "flags", "I2", "vid", "I2", multi = true },
  },
  default = {
    [2] = { "inet", "nest", set = { [1] = { "conf", "bin" } } },
    [10] = { "inet6", "nest", set = "nl.schema.inet6_link" },
  },
}
