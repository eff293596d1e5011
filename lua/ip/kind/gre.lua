-- ip/kind/gre.lua - GRE over IPv4: gre, gretap, erspan
--
-- Layer: library of ip (form: ip.kind).

local kind_show = require "ip.kind_show"
local tunnel = require "ip.kind.tunnel"

local gre = { merge = true }

function gre.options()
  local options = { external = { "collect_metadata", "set", true },
    ["ignore-df"] = { "ignore_df", "set", 1 }, ["noignore-df"] = { "ignore_df", "set", 0 } }
  tunnel.add_ends(options, 2)
  tunnel.add_keys(options, true)
  tunnel.add_flags(options)
  tunnel.add_ipv4(options)
  tunnel.add_encap(options)
  tunnel.add_erspan(options)
  return options
end

function gre.show()
  return kind_show.join({ tunnel.EXTERNAL }, tunnel.ENDS, tunnel.show_ipv4(), {
    { "ignore_df", nil, nil, function(out, _, value)
      if value ~= 0 then out:put("ignore_df", "ignore-df ", true) end
    end },
  }, tunnel.KEYS, tunnel.FLAGS, { tunnel.FWMARK }, tunnel.ERSPAN, { tunnel.ENCAP })
end

function gre.complete(data, creating)
  if creating and not data.collect_metadata and data.pmtudisc == nil then data.pmtudisc = 1 end
end

local erspan = setmetatable({}, { __index = gre })

function erspan.complete(data, creating)
  gre.complete(data, creating)
  if creating and not data.collect_metadata then data.erspan_ver = data.erspan_ver or 1 end
end

function gre.kind(name) return name == "erspan" and erspan or gre end

return gre
