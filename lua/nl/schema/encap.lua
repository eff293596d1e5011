-- nl/schema/encap.lua - what a route's packets are wrapped in, by type: LWTUNNEL_ENCAP_
--
-- Layer: schema (form: nl.codec). Follows include/uapi/linux/lwtunnel.h, mpls_iptunnel.h,
-- seg6_iptunnel.h, seg6_local.h. Label stacks and segment lists have forms of their own.

local inet = require "nl.inet"
local mpls = require "nl.mpls"

-- A segment routing header (RFC 8754): the segments stand in reverse.
local function read_srh(bytes)
  if #bytes < 8 then return nil end
  local count = bytes:byte(5) + 1
  if #bytes < 8 + count * 16 then return nil end
  local segments = {}
  for i = count, 1, -1 do
    segments[#segments + 1] = inet.text(bytes:sub(9 + (i - 1) * 16, 8 + i * 16))
  end
  return segments
end

local function write_srh(segments)
  local count, parts = #segments, {}
  if count == 0 or count > 127 then return nil end
  for i = count, 1, -1 do
    local bytes = inet.bytes(segments[i])
    if not bytes or #bytes ~= 16 then return nil end
    parts[#parts + 1] = bytes
  end
  -- next header, length in units of 8, type 4, segments left, last entry, flags, tag
  return string.pack(">BBBBBBI2", 0, count * 2, 4, count - 1, count - 1, 0, 0)
    .. table.concat(parts)
end

-- struct seg6_iptunnel_encap: the mode stands before the header
local function read_seg6(bytes)
  if #bytes < 12 then return nil end
  local segments = read_srh(bytes:sub(5))
  return segments and { mode = string.unpack("=i4", bytes), segs = segments } or nil
end

local function write_seg6(value)
  local header = write_srh(value.segs)
  return header and string.pack("=i4", value.mode) .. header
end

return {
  [1] = { -- MPLS
    [1] = { "dst", "custom", read = mpls.text, write = mpls.bytes },
    [2] = { "ttl", "u8" },
  },
  [2] = { -- IP
    [1] = { "id", "be64" },
    [2] = { "dst", "ip" },
    [3] = { "src", "ip" },
    [4] = { "ttl", "u8" },
    [5] = { "tos", "u8" },
    [6] = { "flags", "be16" },
  },
  [4] = { -- IPv6
    [1] = { "id", "be64" },
    [2] = { "dst", "ip" },
    [3] = { "src", "ip" },
    [4] = { "hoplimit", "u8" },
    [5] = { "tc", "u8" },
    [6] = { "flags", "be16" },
  },
  [5] = { -- segment routing
    [1] = { "srh", "custom", read = read_seg6, write = write_seg6 },
  },
  [7] = { -- what this machine does as a segment
    [1] = { "action", "u32" },
    [2] = { "srh", "custom", read = read_srh, write = write_srh },
    [3] = { "table", "u32" },
    [4] = { "nh4", "ip" },
    [5] = { "nh6", "ip" },
    [6] = { "iif", "u32" },
    [7] = { "oif", "u32" },
    [9] = { "vrftable", "u32" },
  },
}
