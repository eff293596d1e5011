-- nl/schema/route.lua - routes: struct rtmsg and the RTA_ attributes
--
-- Layer: schema (form: nl.codec). Follows include/uapi/linux/rtnetlink.h.

local inet = require "nl.inet"
local mpls = require "nl.mpls"

-- struct rtvia: an address of another family than the destination's
local function read_via(bytes)
  local text = #bytes > 2 and inet.text(bytes:sub(3))
  return text and { family = string.unpack("=I2", bytes), host = text } or nil
end

local function write_via(via)
  local bytes = inet.bytes(via.host)
  return bytes and string.pack("=I2", via.family or (#bytes == 4 and 2 or 10)) .. bytes
end

-- the labels that replace a packet's: only routes of MPLS have them
local newdst = { "newdst", "custom", read = mpls.text, write = mpls.bytes }
local via = { "via", "custom", read = read_via, write = write_via }

-- struct rtnexthop, each followed by its attributes
local next_hop = {
  header = { "=I2BBi4", "size", "flags", "hops", "oif" },
  [5] = { "gateway", "ip" },
  [11] = { "flow", "u32" },
  [18] = via,
  [19] = newdst,
  [21] = { "encap_type", "u16" },
  [22] = { "encap", "sub", key = "encap_type", sets = "nl.schema.encap" },
}

return {
  name = "route",
  protocol = 0,
  messages = { new = 24, del = 25, get = 26 },
  groups = { 7, 11 },
  header = { "=BBBBBBBBI4", "family", "dst_len", "src_len", "tos", "table8", "protocol", "scope",
    "type", "flags" },
  fallback = { table = "table8" },

  [1] = { "dst", "ip" }, -- of MPLS a label, which is as long as an address of IPv4
  [2] = { "src", "ip" },
  [3] = { "iif", "u32" },
  [4] = { "oif", "u32" },
  [5] = { "gateway", "ip" },
  [6] = { "priority", "u32" },
  [7] = { "prefsrc", "ip" },
  [8] = { "metrics", "nest", set = {
    [1] = { "lock", "u32" },
    [2] = { "mtu", "u32" },
    [3] = { "window", "u32" },
    [4] = { "rtt", "u32" },
    [5] = { "rttvar", "u32" },
    [6] = { "ssthresh", "u32" },
    [7] = { "cwnd", "u32" },
    [8] = { "advmss", "u32" },
    [9] = { "reordering", "u32" },
    [10] = { "hoplimit", "u32" },
    [11] = { "initcwnd", "u32" },
    [12] = { "features", "u32" },
    [13] = { "rto_min", "u32" },
    [14] = { "initrwnd", "u32" },
    [15] = { "quickack", "u32" },
    [16] = { "cc_algo", "z" },
    [17] = { "fastopen_no_cookie", "u32" },
  } },
  [9] = { "multipath", "records", set = next_hop },
  [11] = { "flow", "u32" },
  [12] = { "cacheinfo", "struct", "=", "clntref", "I4", "lastuse", "I4", "expires", "i4",
    "error", "I4", "used", "I4", "id", "I4", "ts", "I4", "tsage", "I4" },
  [15] = { "table", "u32" },
  [16] = { "mark", "u32" },
  [18] = via,
  [19] = newdst,
  [20] = { "pref", "u8" },
  [21] = { "encap_type", "u16" },
  [22] = { "encap", "sub", key = "encap_type", sets = "nl.schema.encap" },
  [23] = { "expires", "u32" },
  [25] = { "uid", "u32" },
  [26] = { "ttl_propagate", "u8" },
  [27] = { "ip_proto", "u8" },
  [28] = { "sport", "be16" },
  [29] = { "dport", "be16" },
  [30] = { "nh_id", "u32" },
}
