-- ip/kind/ip6tnl.lua - tunnels over IPv6
--
-- Layer: library of ip (form: ip.kind).

local kind_show = require "ip.kind_show"
local tunnel = require "ip.kind.tunnel"

local PROTOCOL = { [41] = "ip6ip6", [4] = "ipip6", [0] = "any" }
local MODE = { names = { ip6ip6 = 41, ipv6 = 41, ["ipv6/ipv6"] = 41, ipip6 = 4, ip4ip6 = 4,
  ["ipv4/ipv6"] = 4, any = 0, ["any/ipv6"] = 0 } }

-- the kernel's policy has 32 bits for this kind
local function get_flags(data) return data.flags and data.flags.value or 0 end
local function set_flags(data, flags) data.flags = { value = flags, size = 4 } end

local ip6tnl = { merge = true }

function ip6tnl.options()
  local options = { external = { "collect_metadata", "set", true },
    mode = { "proto", MODE, "Cannot guess tunnel mode." } }
  tunnel.add_ends(options, 10)
  tunnel.add_ipv6(options, get_flags, set_flags)
  tunnel.add_encap(options)
  return options
end

function ip6tnl.show()
  return kind_show.join({ tunnel.EXTERNAL,
      { "proto", nil, nil, function(out, _, value)
        out:put("proto", "%s ", PROTOCOL[value] or "unknown")
      end } },
    tunnel.ENDS, tunnel.show_ipv6(get_flags), { tunnel.FWMARK, tunnel.ENCAP })
end

function ip6tnl.complete(data, creating)
  if not creating then return end
  data.proto = data.proto or 0
  if data.collect_metadata then return end
  data.ttl = data.ttl or 64
  data.encap_limit = data.encap_limit or 4
end

function ip6tnl.kind() return ip6tnl end

return ip6tnl
