-- ip/link_details.lua - what `ip -d link` tells more of a link
--
-- Layer: library of ip. Form and keys are iproute2 6.1's.

local link_details = {}

local function print_kind(ip, info)
  local out, kind_show = ip.out, require("ip.kind_show").print
  out:object("linkinfo")
  if info.kind then
    out:line()
    out:name("info_kind", "    %s ", info.kind)
    kind_show(ip, info.kind, info.data)
  end
  if info.slave_kind then
    out:line()
    out:name("info_slave_kind", "    %s_slave ", info.slave_kind)
    kind_show(ip, info.slave_kind .. "_slave", info.slave_data)
  end
  out:object_end()
end

local GENERATION = { [0] = "eui64", "none", "stable_secret", "random" }

local function hex(bytes)
  return (bytes:gsub(".", function(c) return ("%02x"):format(c:byte()) end))
end

-- field, key, form
local QUEUES = {
  { "num_tx_queues", "numtxqueues %d " }, { "num_rx_queues", "numrxqueues %d " },
  { "gso_max_size", "gso_max_size %d " }, { "gso_max_segs", "gso_max_segs %d " },
  { "tso_max_size", "tso_max_size %d " }, { "tso_max_segs", "tso_max_segs %d " },
  { "gro_max_size", "gro_max_size %d " },
}

--- An attached XDP program.
function link_details.xdp(ip, xdp, as_link)
  local out = ip.out
  local mode = ({ "xdp", "xdpgeneric", "xdpoffload", "xdpmulti" })[xdp.attached] or "xdp"
  if out.is_json then return end
  if not as_link or not ip.details then
    out:text("%s", mode)
    if xdp.prog_id then out:text("/id:%d", xdp.prog_id) end
    out:text(" ")
  end
end

--- Print what -d adds to a link.
---@param ip ip.Context
---@param link table
---@param as_link boolean
function link_details.print(ip, link, as_link)
  local out = ip.out
  if link.promiscuity then out:put("promiscuity", " promiscuity %d ", link.promiscuity) end
  if link.allmulti then out:put("allmulti", " allmulti %d ", link.allmulti) end
  if link.min_mtu then out:put("min_mtu", "minmtu %d ", link.min_mtu) end
  if link.max_mtu then out:put("max_mtu", "maxmtu %d ", link.max_mtu) end
  if link.linkinfo then print_kind(ip, link.linkinfo) end
  local inet6 = as_link and link.af_spec and link.af_spec.inet6
  if inet6 and inet6.addr_gen_mode then
    out:put("inet6_addr_gen_mode", "addrgenmode %s ",
      GENERATION[inet6.addr_gen_mode] or ("%#.2x"):format(inet6.addr_gen_mode))
  end
  for _, item in ipairs(QUEUES) do
    local value = link[item[1]]
    if value then out:put(item[1], item[2], value) end
  end
  if link.phys_port_name then out:name("phys_port_name", "portname %s ", link.phys_port_name) end
  if link.phys_port_id then out:put("phys_port_id", "portid %s ", hex(link.phys_port_id)) end
  if link.phys_switch_id then
    out:put("phys_switch_id", "switchid %s ", hex(link.phys_switch_id))
  end
  if link.parent_dev_bus_name then
    out:name("parentbus", "parentbus %s ", link.parent_dev_bus_name)
  end
  if link.parent_dev_name then out:name("parentdev", "parentdev %s ", link.parent_dev_name) end
end

return link_details
