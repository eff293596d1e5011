-- nl/schema/wireguard.lua - WireGuard's devices and peers
--
-- Layer: schema (form: nl.codec) of a generic netlink family: nl.genl gives it its number. Follows
-- include/uapi/linux/wireguard.h.

local inet = require "nl.inet"

local AF_INET, AF_INET6 = 2, 10

-- struct sockaddr_in and sockaddr_in6
local function read_endpoint(bytes)
  if #bytes < 16 then return nil end
  local family, port = string.unpack("=I2", bytes), string.unpack(">I2", bytes, 3)
  if family == AF_INET then return { address = inet.text(bytes:sub(5, 8)), port = port } end
  if family ~= AF_INET6 or #bytes < 28 then return nil end
  local scope = string.unpack("=I4", bytes, 25)
  return { address = inet.text(bytes:sub(9, 24)), port = port, scope = scope ~= 0 and scope or nil }
end

local function write_endpoint(endpoint)
  local bytes = inet.bytes(endpoint.address)
  if not bytes then return nil end
  if #bytes == 4 then
    return string.pack("=I2", AF_INET) .. string.pack(">I2", endpoint.port) .. bytes
      .. ("\0"):rep(8)
  end
  return string.pack("=I2", AF_INET6) .. string.pack(">I2I4", endpoint.port, 0) .. bytes
    .. string.pack("=I4", endpoint.scope or 0)
end

local allowed_ip = {
  [1] = { "family", "u16" },
  [2] = { "address", "ip" },
  [3] = { "cidr", "u8" },
}

local peer = {
  [1] = { "public_key", "bin" },
  [2] = { "preshared_key", "bin" },
  [3] = { "flags", "u32" },
  [4] = { "endpoint", "custom", read = read_endpoint, write = write_endpoint },
  [5] = { "keepalive", "u16" },
  [6] = { "last_handshake", "struct", "=", "seconds", "i8", "nanoseconds", "i8" },
  [7] = { "rx_bytes", "u64" },
  [8] = { "tx_bytes", "u64" },
  [9] = { "allowed_ips", "array", of = { nil, "nest", set = allowed_ip } },
  [10] = { "protocol_version", "u32" },
}

return {
  name = "device",
  header = { "=BBI2", "cmd", "version", "reserved" },

  [1] = { "ifindex", "u32" },
  [2] = { "ifname", "z" },
  [3] = { "private_key", "bin" },
  [4] = { "public_key", "bin" },
  [5] = { "flags", "u32" },
  [6] = { "listen_port", "u16" },
  [7] = { "fwmark", "u32" },
  [8] = { "peers", "array", of = { nil, "nest", set = peer } },
}
