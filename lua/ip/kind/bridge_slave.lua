-- ip/kind/bridge_slave.lua - a port of a bridge
--
-- Layer: library of ip (form: ip.kind).

local forms = require "ip.kind_forms"
local kind_show = require "ip.kind_show"

local plain, join, many, switches = kind_show.plain, kind_show.join, forms.many, kind_show.switches
local U8, U16, U32 = forms.U8, forms.U16, forms.U32

local PORT_STATE = { [0] = "disabled", "listening", "learning", "forwarding", "blocking" }

local function forward_mask(out, _, value)
  out:put("group_fwd_mask", "group_fwd_mask %s ", ("%#x"):format(value))
  local words, rest = {}, value
  for bit, name in pairs { [0] = "stp", [2] = "lacp", [14] = "lldp" } do
    if rest & 1 << bit ~= 0 then words[#words + 1], rest = name, rest & ~(1 << bit) end
  end
  table.sort(words)
  if rest ~= 0 or #words == 0 then words[#words + 1] = ("0x%x"):format(rest) end
  out:put("group_fwd_mask_str", "group_fwd_mask_str %s ", table.concat(words, ","))
end

local port = {}

function port.options()
  local options = {
    fdb_flush = { "fdb_flush", "set", true },
    state = { "state", U8, "state is invalid" },
    priority = { "priority", U16, "priority is invalid" },
    cost = { "cost", U32, "cost is invalid" },
    mcast_router = { "multicast_router", U8 },
    mcast_fast_leave = { "fastleave", "on_off" },
    group_fwd_mask = { "group_fwd_mask", U16 },
    backup_port = { "backup_port", "link", "Device does not exist\n" },
    nobackup_port = { "backup_port", "set", 0 },
  }
  return many(options, "on_off", "hairpin", "guard", "root_block", "fastleave", "learning",
    "flood", "proxy_arp", "proxy_arp_wifi", "mcast_flood", "bcast_flood", "mcast_to_unicast",
    "neigh_suppress", "vlan_tunnel", "isolated", "locked")
end

function port.show()
  return join({
      { "state", nil, nil, function(out, _, value)
        if PORT_STATE[value] then
          out:put("state", "state %s ", PORT_STATE[value])
        else
          out:put("state_index", "state (%d) ", value)
        end
      end } },
    { plain("priority", "cost") },
    switches("hairpin", "guard", "root_block", "fastleave", "learning", "flood"), {
      { "id", "id", "port_id %s ", "hex" },
      { "no", "no", "port_no %s ", "hex" } },
    { plain("designated_port", "designated_cost") }, {
      { "bridge_id", "bridge_id", "designated_bridge %s ", "bridge_id" },
      { "root_id", "root_id", "designated_root %s ", "bridge_id" },
      { "hold_timer", "hold_timer", nil, "timer" },
      { "message_age_timer", "message_age_timer", nil, "timer" },
      { "forward_delay_timer", "forward_delay_timer", nil, "timer" } },
    { plain("topology_change_ack", "config_pending") },
    switches("proxy_arp", "proxy_arp_wifi"), {
      { "multicast_router", "multicast_router", "mcast_router %d " },
      { "fastleave", nil, nil, function(out, _, value)
        out:text("mcast_fast_leave %s ", value ~= 0 and "on" or "off")
      end } },
    switches("mcast_flood", "bcast_flood", "mcast_to_unicast", "neigh_suppress"), {
      { "group_fwd_mask", nil, nil, forward_mask } },
    switches("vlan_tunnel", "isolated", "locked"), {
      { "backup_port", "backup_port", "backup_port %s ", "link" } })
end

function port.kind() return port end

return port
