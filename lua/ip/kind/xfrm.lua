-- ip/kind/xfrm.lua - an interface for IPsec
--
-- Layer: library of ip (form: ip.kind).

local forms = require "ip.kind_forms"

local xfrm = {}

function xfrm.options()
  return {
    dev = { "link", "link" },
    if_id = { "if_id", forms.U32, "if_id value is invalid" },
    external = { "collect_metadata", "set", true },
  }
end

function xfrm.show()
  return {
    { "collect_metadata", "external", "external ", "flag" },
    { "if_id", nil, nil, function(out, _, value, _, data)
      -- each packet tells it then
      if not data.collect_metadata then out:put("if_id", "if_id %s ", ("%#x"):format(value)) end
    end },
  }
end

function xfrm.kind() return xfrm end

return xfrm
