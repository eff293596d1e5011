-- nl/schema/ethtool.lua - settings of network hardware
--
-- Layer: schema (form: nl.codec) of a generic netlink family: nl.genl gives it its number. Follows
-- include/uapi/linux/ethtool_netlink.h. One set a message: they number their attributes alone.

local device = { "device", "nest", set = {
  [1] = { "dev_index", "u32" },
  [2] = { "dev_name", "z" },
  [3] = { "flags", "u32" },
} }

local bitset = {
  [1] = { "nomask", "flag" },
  [2] = { "size", "u32" },
  [3] = { "bits", "nest", set = {
    [1] = { "bit", "nest", multi = true, set = {
      [1] = { "index", "u32" },
      [2] = { "name", "z" },
      [3] = { "value", "flag" },
    } },
  } },
  [4] = { "value", "bin" },
  [5] = { "mask", "bin" },
}

local function message(name, attributes)
  attributes.name = name
  attributes.header = { "=BBI2", "cmd", "version", "reserved" }
  attributes[1] = device
  return attributes
end

return {
  link_info = message("link settings", {
    [2] = { "port", "u8" },
    [3] = { "phy_address", "u8" },
    [4] = { "mdix", "u8" },
    [5] = { "mdix_control", "u8" },
    [6] = { "transceiver", "u8" },
  }),
  link_modes = message("link modes", {
    [2] = { "autoneg", "u8" },
    [3] = { "ours", "nest", set = bitset },
    [4] = { "peer", "nest", set = bitset },
    [5] = { "speed", "u32" },
    [6] = { "duplex", "u8" },
  }),
  link_state = message("link state", {
    [2] = { "link", "u8" },
  }),
  features = message("features", {
    [2] = { "hardware", "nest", set = bitset },
    [3] = { "wanted", "nest", set = bitset },
    [4] = { "active", "nest", set = bitset },
    [5] = { "nochange", "nest", set = bitset },
  }),
  rings = message("rings", {
    [2] = { "rx_max", "u32" },
    [3] = { "rx_mini_max", "u32" },
    [4] = { "rx_jumbo_max", "u32" },
    [5] = { "tx_max", "u32" },
    [6] = { "rx", "u32" },
    [7] = { "rx_mini", "u32" },
    [8] = { "rx_jumbo", "u32" },
    [9] = { "tx", "u32" },
    [10] = { "rx_buf_len", "u32" },
    [11] = { "tcp_data_split", "u8" },
    [12] = { "cqe_size", "u32" },
    [13] = { "tx_push", "u8" },
  }),
  channels = message("channels", {
    [2] = { "rx_max", "u32" },
    [3] = { "tx_max", "u32" },
    [4] = { "other_max", "u32" },
    [5] = { "combined_max", "u32" },
    [6] = { "rx", "u32" },
    [7] = { "tx", "u32" },
    [8] = { "other", "u32" },
    [9] = { "combined", "u32" },
  }),
  pause = message("pause frames", {
    [2] = { "autoneg", "u8" },
    [3] = { "rx", "u8" },
    [4] = { "tx", "u8" },
  }),
}
