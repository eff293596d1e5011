-- nl/schema/nexthop.lua - next hops as objects of their own: struct nhmsg and the NHA_ attributes
--
-- Layer: schema (form: nl.codec). Follows include/uapi/linux/nexthop.h. Times are in 1/100 s.

-- struct nexthop_grp: an id and its weight less one, padded to 8 bytes
local function read_group(bytes)
  local list = {}
  for at = 1, #bytes - 7, 8 do
    local id, weight = string.unpack("=I4B", bytes, at)
    list[#list + 1] = { id = id, weight = weight + 1 }
  end
  return #bytes % 8 == 0 and list or nil
end

local function write_group(list)
  local parts = {}
  for i, member in ipairs(list) do
    local weight = member.weight or 1
    if weight < 1 or weight > 256 then return nil end
    parts[i] = string.pack("=I4Bxxx", member.id, weight - 1)
  end
  return table.concat(parts)
end

return {
  name = "nexthop",
  protocol = 0,
  messages = { new = 104, del = 105, get = 106, newbucket = 116, getbucket = 118 },
  groups = { 32 },
  header = { "=BBBxI4", "family", "scope", "protocol", "flags" },

  [1] = { "id", "u32" },
  [2] = { "group", "custom", read = read_group, write = write_group },
  [3] = { "group_type", "u16" },
  [4] = { "blackhole", "flag" },
  [5] = { "oif", "u32" },
  [6] = { "gateway", "ip" },
  [7] = { "encap_type", "u16" },
  [8] = { "encap", "sub", key = "encap_type", sets = "nl.schema.encap" },
  [9] = { "groups", "flag" },
  [10] = { "master", "u32" },
  [11] = { "fdb", "flag" },
  [12] = { "res_group", "nest", set = {
    [1] = { "buckets", "u16" },
    [2] = { "idle_timer", "u32" },
    [3] = { "unbalanced_timer", "u32" },
    [4] = { "unbalanced_time", "u64" },
  } },
  [13] = { "res_bucket", "nest", set = {
    [1] = { "index", "u16" },
    [2] = { "idle_time", "u64" },
    [3] = { "nh_id", "u32" },
  } },
}
