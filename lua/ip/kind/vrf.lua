-- ip/kind/vrf.lua - a VRF device, and its ports
--
-- Layer: library of ip (form: ip.kind).

local forms = require "ip.kind_forms"

local vrf = {}

function vrf.options() return { table = { "table", forms.U32, "invalid table ID" } } end

function vrf.show() return { { "table", "table", "table %d " } } end

function vrf.kind() return vrf end

return vrf
