-- ip/kind/bond.lua - a bond
--
-- Layer: library of ip (form: ip.kind).

local context = require "ip.context"
local forms = require "ip.kind_forms"
local kind_show = require "ip.kind_show"

local plain, join, many, name_of = kind_show.plain, kind_show.join, forms.many, kind_show.name_of

-- names by number, in the order of the kernel's; by[key] has the reverse for words
local NAMES = {
  mode = { [0] = "balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad",
    "balance-tlb", "balance-alb" },
  arp_validate = { [0] = "none", "active", "backup", "all", "filter", "filter_active",
    "filter_backup" },
  arp_all_targets = { [0] = "any", "all" },
  primary_reselect = { [0] = "always", "better", "failure" },
  fail_over_mac = { [0] = "none", "active", "follow" },
  xmit_hash_policy = { [0] = "layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4",
    "vlan+srcmac" },
  ad_lacp_rate = { [0] = "slow", "fast" },
  ad_lacp_active = { [0] = "off", "on" },
  ad_select = { [0] = "stable", "bandwidth", "count" },
}

-- A word for a value by name or number.
local function choice(attribute)
  local names = {}
  for number, name in pairs(NAMES[attribute]) do names[name] = number end
  return { attribute, function(_, words)
    local text = words:value()
    local number = context.integer(text)
    return attribute, names[text] or number and NAMES[attribute][number] and number
      or context.invalid(text, "invalid " .. attribute)
  end }
end

local function named(attribute, word)
  return { attribute, nil, nil, name_of(NAMES[attribute], attribute,
    (word or attribute) .. " %s ") }
end

-- Addresses with commas between them.
local function targets(attribute)
  return { attribute, nil, nil, function(out, _, list)
    if #list == 0 then return end
    out:array(attribute, attribute .. " ")
    for i, address in ipairs(list) do
      out:json(nil, address)
      out:text(i < #list and "%s," or "%s", address)
    end
    out:array_end(" ")
  end }
end

local bond = {}

function bond.options()
  local options = {
    mode = choice "mode",
    arp_validate = choice "arp_validate",
    arp_all_targets = choice "arp_all_targets",
    primary_reselect = choice "primary_reselect",
    fail_over_mac = choice "fail_over_mac",
    xmit_hash_policy = choice "xmit_hash_policy",
    lacp_rate = choice "ad_lacp_rate",
    lacp_active = choice "ad_lacp_active",
    ad_select = choice "ad_select",
    active_slave = { "active_slave", "link" },
    clear_active_slave = { "active_slave", "set", 0 },
    primary = { "primary", "link" },
    arp_ip_target = { "arp_ip_target", forms.targets },
    ns_ip6_target = { "ns_ip6_target", forms.targets },
    num_grat_arp = { "num_peer_notif", forms.U8 }, num_unsol_na = { "num_peer_notif", forms.U8 },
    ad_actor_system = { "ad_actor_system", "lladdr" },
    peer_notify_delay = { "peer_notif_delay", forms.U32 },
    arp_missed_max = { "missed_max", forms.U8 },
  }
  many(options, forms.U32, "miimon", "updelay", "downdelay", "arp_interval", "resend_igmp",
    "min_links", "lp_interval", "packets_per_slave")
  many(options, forms.U16, "ad_user_port_key", "ad_actor_sys_prio")
  return many(options, forms.U8, "use_carrier", "all_slaves_active", "tlb_dynamic_lb")
end

function bond.show()
  return join({
      named "mode",
      { "active_slave", "active_slave", "active_slave %s ", "link" } },
    { plain("miimon", "updelay", "downdelay") }, {
      { "peer_notif_delay", "peer_notify_delay", "peer_notify_delay %d " } },
    { plain("use_carrier", "arp_interval") }, {
      { "missed_max", "arp_missed_max", "arp_missed_max %d " },
      targets "arp_ip_target",
      targets "ns_ip6_target",
      { "arp_validate", nil, nil, function(out, _, value)
        if value == 0 and out.is_json then
          out:mark("arp_validate")
        else
          out:put("arp_validate", "arp_validate %s ", NAMES.arp_validate[value] or "unknown")
        end
      end },
      named "arp_all_targets",
      { "primary", "primary", "primary %s ", "link" },
      named "primary_reselect",
      named "fail_over_mac",
      named "xmit_hash_policy" },
    { plain "resend_igmp" }, {
      { "num_peer_notif", "num_peer_notif", "num_grat_arp %d " } },
    { plain("all_slaves_active", "min_links", "lp_interval", "packets_per_slave") }, {
      named("ad_lacp_active", "lacp_active"),
      named("ad_lacp_rate", "lacp_rate"),
      named "ad_select",
      { "ad_info", nil, nil, function(out, _, info)
        out:object("ad_info")
        for _, item in ipairs { { "aggregator", "ad_aggregator %d " },
          { "num_ports", "ad_num_ports %d " }, { "actor_key", "ad_actor_key %d " },
          { "partner_key", "ad_partner_key %d " }, { "partner_mac", "ad_partner_mac %s " } } do
          if info[item[1]] then out:put(item[1], item[2], info[item[1]]) end
        end
        out:object_end()
      end } },
    { plain("ad_actor_sys_prio", "ad_user_port_key") }, {
      { "ad_actor_system", "ad_actor_system", "ad_actor_system %s " } },
    { plain "tlb_dynamic_lb" })
end

function bond.kind() return bond end

return bond
