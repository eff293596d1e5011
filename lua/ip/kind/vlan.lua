-- ip/kind/vlan.lua - a VLAN
--
-- Layer: library of ip (form: ip.kind).

local context = require "ip.context"
local forms = require "ip.kind_forms"

local fail = context.fail

local VLAN_FLAG = { { 0x1, "REORDER_HDR" }, { 0x2, "GVRP" }, { 0x8, "MVRP" },
  { 0x4, "LOOSE_BINDING" }, { 0x10, "BRIDGE_BINDING" } }

local function vlan_flags(out, _, value)
  local flags = value.flags
  out:array("flags", "<")
  for _, flag in ipairs(VLAN_FLAG) do
    if flags & flag[1] ~= 0 then
      flags = flags & ~flag[1]
      if out.is_json then out:json(nil, flag[2])
      else out:text(flags ~= 0 and "%s," or "%s", flag[2]) end
    end
  end
  if flags ~= 0 then out:put(nil, "%x", flags) end
  out:array_end("> ")
end

local function vlan_map(key, word)
  return function(out, _, value)
    out:line("      ")
    out:array(key, ("%s { "):format(word))
    for _, pair in ipairs(value.mapping or {}) do
      out:object()
      out:json("from", pair.from)
      out:json("to", pair.to)
      out:object_end()
      out:text("%d:%d ", pair.from, pair.to)
    end
    out:array_end("} ")
  end
end

local function flag_word(bit)
  return { "flags", function(_, words, attribute)
    local text = words:value()
    if text ~= "on" and text ~= "off" then
      fail(1, ('Error: argument of "flag" must be "on" or "off", not "%s"'):format(text))
    end
    return attribute, { flags = text == "on" and bit or 0, mask = bit }
  end }
end

local function qos_map(_, words, attribute)
  local mapping = {}
  while (words:peek() or ""):find("^%d+:%d+$") do
    local from, to = words:take():match("^(%d+):(%d+)$")
    mapping[#mapping + 1] = { from = tonumber(from), to = tonumber(to) }
  end
  return attribute, { mapping = mapping }
end

local vlan = {}

function vlan.options()
  return {
    protocol = { "protocol", forms.eth_protocol },
    id = { "id", { 0, 0xffff }, "id is invalid" },
    reorder_hdr = flag_word(0x1), gvrp = flag_word(0x2), loose_binding = flag_word(0x4),
    mvrp = flag_word(0x8), bridge_binding = flag_word(0x10),
    ["ingress-qos-map"] = { "ingress_qos", qos_map },
    ["egress-qos-map"] = { "egress_qos", qos_map },
  }
end

function vlan.show()
  return {
    { "protocol", "protocol", "protocol %s ", "eth_protocol" },
    { "id", "id", "id %d " },
    { "flags", nil, nil, vlan_flags },
    { "ingress_qos", nil, nil, vlan_map("ingress_qos", "ingress-qos-map") },
    { "egress_qos", nil, nil, vlan_map("egress_qos", "egress-qos-map") },
  }
end

function vlan.complete(data, creating)
  if creating and not data.id then fail(1, "vlan: id is required") end
end

function vlan.kind() return vlan end

return vlan
