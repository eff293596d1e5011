-- ip/kind/geneve.lua - a Geneve tunnel
--
-- Layer: library of ip (form: ip.kind).

local context = require "ip.context"
local forms = require "ip.kind_forms"

local fail = context.fail

local geneve = {}

function geneve.options()
  local options = {
    id = { "id", { 0, (1 << 24) - 1 }, "invalid id" },
    vni = { "id", { 0, (1 << 24) - 1 }, "invalid id" },
    remote = { "remote", "address", "remote6" },
    ttl = { "ttl", forms.ttl }, hoplimit = { "ttl", forms.ttl },
    tos = { "tos", forms.tos }, dsfield = { "tos", forms.tos },
    df = { "df", { names = { unset = 0, set = 1, inherit = 2 } }, "invalid DF value" },
    label = { "label", { 0, 0xfffff }, "invalid flowlabel" },
    flowlabel = { "label", { 0, 0xfffff }, "invalid flowlabel" },
    dstport = { "port", forms.U16, "dstport" },
    external = { "collect_metadata", "set", true },
    noexternal = { "collect_metadata", "set", false },
    innerprotoinherit = { "inner_proto_inherit", "set", true },
  }
  for word, attribute in pairs { udpcsum = "udp_csum", udp6zerocsumtx = "udp_zero_csum6_tx",
    udp6zerocsumrx = "udp_zero_csum6_rx" } do
    options[word] = { attribute, "set", 1 }
    options["no" .. word] = { attribute, "set", 0 }
  end
  return options
end

function geneve.show()
  return {
    { "collect_metadata", "external", "external ", "flag" },
    { "id", "id", "id %d " },
    { "remote", "remote", "remote %s ", "address" },
    { "remote6", "remote6", "remote %s ", "address" },
    { "ttl_inherit", nil, nil, "ttl_inherit" },
    { "ttl", "ttl", "ttl %d ", "own_ttl" },
    { "tos", nil, nil, "tos" },
    { "df", nil, nil, "df" },
    { "label", nil, nil, "flowlabel" },
    { "port", "port", "dstport %d " },
    { "udp_csum", "udp_csum", "udpcsum ", "no_word" },
    { "udp_zero_csum6_tx", "udp_zero_csum6_tx", "udp6zerocsumtx ", "no_word" },
    { "udp_zero_csum6_rx", "udp_zero_csum6_rx", "udp6zerocsumrx ", "no_word" },
    { "inner_proto_inherit", "inner_proto_inherit", "innerprotoinherit ", "flag" },
  }
end

function geneve.complete(data, creating)
  if not creating then return end
  if data.collect_metadata then
    if data.id then fail(1, "geneve: both 'external' and vni cannot be specified") end
    return
  end
  if not data.id then fail(1, "geneve: missing virtual network identifier") end
  if not (data.remote or data.remote6) then
    fail(1, "geneve: remote link partner not specified")
  end
end

function geneve.kind() return geneve end

return geneve
