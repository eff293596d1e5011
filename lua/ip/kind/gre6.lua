-- ip/kind/gre6.lua - GRE over IPv6: ip6gre, ip6gretap, ip6erspan
--
-- Layer: library of ip (form: ip.kind).

local kind_show = require "ip.kind_show"
local tunnel = require "ip.kind.tunnel"

local gre = { merge = true }

local function get_flags(data) return data.flags or 0 end
local function set_flags(data, flags) data.flags = flags end

function gre.options()
  local options = { external = { "collect_metadata", "set", true } }
  tunnel.add_ends(options, 10)
  tunnel.add_keys(options, true)
  tunnel.add_flags(options)
  tunnel.add_ipv6(options, get_flags, set_flags)
  tunnel.add_encap(options)
  tunnel.add_erspan(options)
  return options
end

function gre.show()
  return kind_show.join({ tunnel.EXTERNAL }, tunnel.ENDS, tunnel.show_ipv6(get_flags), tunnel.KEYS,
    tunnel.FLAGS, { tunnel.FWMARK }, tunnel.ERSPAN, { tunnel.ENCAP })
end

function gre.complete(data, creating)
  if not creating or data.collect_metadata then return end
  data.ttl = data.ttl or 64
  data.encap_limit = data.encap_limit or 4
end

local erspan = setmetatable({}, { __index = gre })

function erspan.complete(data, creating)
  gre.complete(data, creating)
  if creating and not data.collect_metadata then data.erspan_ver = data.erspan_ver or 1 end
end

function gre.kind(name) return name == "ip6erspan" and erspan or gre end

return gre
