-- ip/kind/vxlan.lua - a VXLAN tunnel
--
-- Layer: library of ip (form: ip.kind).

local context = require "ip.context"
local forms = require "ip.kind_forms"
local kind_show = require "ip.kind_show"

local fail = context.fail
local HOW = kind_show.how
local U16, U32, tos, ttl = forms.U16, forms.U32, forms.tos, forms.ttl

-- group (multicast) or remote, by the address
local function vxlan_remote(suffix)
  return function(out, _, value)
    local first = tonumber(value:match("^(%d+)%."))
    local is_group = first and first >= 224 and first < 240 or value:find("^ff") ~= nil
    local key = is_group and "group" or "remote"
    HOW.address(out, { nil, key .. suffix, key .. " %s " }, value)
  end
end

local function show_port_range(out, _, value)
  out:object("port_range")
  out:json("low", value.low)
  out:json("high", value.high)
  out:object_end()
  out:text("srcport %d %d ", value.low, value.high)
end

local function read_port_range(_, words, attribute)
  local low, high = words:number(0, 0xffff, "min port"), words:number(0, 0xffff, "max port")
  return attribute, { low = low, high = high }
end

local PORT_REMARK = [[
vxlan: destination port not specified
Will use Linux kernel default (non-standard value)
Use 'dstport 4789' to get the IANA assigned value
Use 'dstport 0' to get default and quiet this message
]]

local vxlan = {}

function vxlan.options()
  local options = {
    id = { "id", { 0, (1 << 24) - 1 }, "invalid id" },
    vni = { "id", { 0, (1 << 24) - 1 }, "invalid id" },
    group = { "group", "address", "group6" }, remote = { "group", "address", "group6" },
    ["local"] = { "local", "address", "local6" },
    dev = { "link", "link" },
    ttl = { "ttl", ttl }, hoplimit = { "ttl", ttl },
    ageing = { "ageing", U32 }, maxaddress = { "limit", U32 },
    srcport = { "port_range", read_port_range }, port = { "port_range", read_port_range },
    dstport = { "port", U16, "dst port" },
    learning = { "learning", "set", 1 }, nolearning = { "learning", "set", 0 },
    external = { "collect_metadata", "set", 1 }, noexternal = { "collect_metadata", "set", 0 },
    vnifilter = { "vnifilter", "set", 1 },
    gbp = { "gbp", "set", true }, gpe = { "gpe", "set", true },
    tos = { "tos", tos }, dsfield = { "tos", tos },
    df = { "df", { names = { unset = 0, set = 1, inherit = 2 } }, "invalid DF value" },
    flowlabel = { "label", { 0, 0xfffff }, "invalid flowlabel" },
  }
  for word, attribute in pairs { proxy = "proxy", rsc = "rsc", l2miss = "l2miss",
    l3miss = "l3miss", udpcsum = "udp_csum", udp6zerocsumtx = "udp_zero_csum6_tx",
    udp6zerocsumrx = "udp_zero_csum6_rx", remcsumtx = "remcsum_tx", remcsumrx = "remcsum_rx",
  } do
    options[word] = { attribute, "set", 1 }
    options["no" .. word] = { attribute, "set", 0 }
  end
  return options
end

function vxlan.show()
  return {
    { "collect_metadata", "external", "external ", "flag" },
    { "vnifilter", "vnifilter", "vnifilter", "flag" },
    { "id", "id", "id %d " },
    { "group", nil, nil, vxlan_remote "" },
    { "group6", nil, nil, vxlan_remote "6" },
    { "local", "local", "local %s ", "address" },
    { "local6", "local6", "local %s ", "address" },
    { "link", "link", "dev %s ", "link" },
    { "port_range", nil, nil, show_port_range },
    { "port", "port", "dstport %d " },
    { "learning", nil, nil, function(out, _, value)
      out:json("learning", value ~= 0)
      if value == 0 then out:text("nolearning ") end
    end },
    { "proxy", "proxy", "proxy ", "flag" },
    { "rsc", "rsc", "rsc ", "flag" },
    { "l2miss", "l2miss", "l2miss ", "flag" },
    { "l3miss", "l3miss", "l3miss ", "flag" },
    { "tos", nil, nil, "tos" },
    { "ttl_inherit", nil, nil, "ttl_inherit" },
    { "ttl", "ttl", "ttl %d ", "own_ttl" },
    { "df", nil, nil, "df" },
    { "label", nil, nil, "flowlabel" },
    { "ageing", nil, nil, function(out, _, value)
      if value == 0 and not out.is_json then
        out:text("ageing none ")
      else
        out:put("ageing", "ageing %d ", value)
      end
    end },
    { "limit", "limit", "maxaddr %d ", "nonzero" },
    { "udp_csum", "udp_csum", "udpcsum ", "no_word" },
    { "udp_zero_csum6_tx", "udp_zero_csum6_tx", "udp6zerocsumtx ", "no_word" },
    { "udp_zero_csum6_rx", "udp_zero_csum6_rx", "udp6zerocsumrx ", "no_word" },
    { "remcsum_tx", "remcsum_tx", "remcsumtx ", "flag" },
    { "remcsum_rx", "remcsum_rx", "remcsumrx ", "flag" },
    { "gbp", "gbp", "gbp ", "flag" },
    { "gpe", "gpe", "gpe ", "flag" },
  }
end

function vxlan.complete(data, creating)
  if not creating then return end
  if data.collect_metadata == 1 and data.id then
    fail(1, "vxlan: both 'external' and vni cannot be specified")
  end
  if data.collect_metadata ~= 1 and not data.id then
    fail(1, "vxlan: missing virtual network identifier")
  end
  if data.learning == nil then data.learning = data.collect_metadata == 1 and 0 or 1 end
  if data.port == nil then
    if data.gpe then data.port = 4790 else io.stderr:write(PORT_REMARK) end
  end
  if data.port == 0 then data.port = nil end
end

function vxlan.kind() return vxlan end

return vxlan
