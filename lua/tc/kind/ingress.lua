-- tc/kind/ingress.lua - what comes in: ingress, clsact
--
-- Layer: library of tc (form: tc.kind). Words and form are iproute2 6.1's (tc(8)).

local ingress = {}

function ingress.read(words, what)
  local word = words:take()
  if word then
    require("ip.context").fail(1, ('What is "%s"?\nUsage: ... %s'):format(word, what.kind))
  end
end

function ingress.show(out, _, tc)
  if tc.kind == "ingress" then out:text("---------------- ") end
end

return ingress
