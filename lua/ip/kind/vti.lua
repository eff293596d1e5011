-- ip/kind/vti.lua - virtual tunnel interfaces: vti, vti6
--
-- Layer: library of ip (form: ip.kind).

local kind_show = require "ip.kind_show"
local tunnel = require "ip.kind.tunnel"

local function make(family)
  return {
    merge = true,
    options = function()
      local options = {}
      tunnel.add_ends(options, family)
      tunnel.add_keys(options)
      return options
    end,
    show = function()
      return kind_show.join(tunnel.ENDS, tunnel.KEYS, { tunnel.FWMARK })
    end,
  }
end

local vti, vti6 = make(2), make(10)

return { kind = function(name) return name == "vti6" and vti6 or vti end }
