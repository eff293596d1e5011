-- ip/link_show.lua - one link, printed as `ip link` and `ip addr` do
--
-- Layer: library of ip. Form and keys are iproute2 6.1's.

local names = require "ip.names"

local AF_PACKET = 17
local IFF_UP, IFF_POINTOPOINT, IFF_RUNNING = 0x1, 0x10, 0x40

-- in the order of printing
local FLAGS = {
  { "LOOPBACK", 0x8 }, { "BROADCAST", 0x2 }, { "POINTOPOINT", 0x10 }, { "MULTICAST", 0x1000 },
  { "NOARP", 0x80 }, { "ALLMULTI", 0x200 }, { "PROMISC", 0x100 }, { "MASTER", 0x400 },
  { "SLAVE", 0x800 }, { "DEBUG", 0x4 }, { "DYNAMIC", 0x8000 }, { "AUTOMEDIA", 0x4000 },
  { "PORTSEL", 0x2000 }, { "NOTRAILERS", 0x20 }, { "UP", 0x1 }, { "LOWER_UP", 0x10000 },
  { "DORMANT", 0x20000 }, { "ECHO", 0x40000 },
}

local OPERSTATE = { [0] = "UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT",
  "UP" }
local EVENT = { [0] = "NONE", "REBOOT", "FEATURE CHANGE", "BONDING FAILOVER", "NOTIFY PEERS",
  "RESEND IGMP", "BONDING OPTION" }

local link_show = {}

-- The name with what it lies on; returns whether that one is down.
local function name_and_link(ip, link, form)
  local out, name = ip.out, link.ifname
  local below, is_down = link.link, false
  if below == 0 then
    if out.is_json then out:mark("link") else name = name .. "@NONE" end
  elseif below and link.link_netnsid then
    -- its index there says nothing of the links here
    if out.is_json then
      out:json("link_index", below)
    else
      name = ("%s@if%d"):format(name, below)
    end
  elseif below then
    local other = ip:link(below)
    if out.is_json then
      out:json("link", ip:name(below))
    else
      name = name .. "@" .. ip:name(below)
    end
    is_down = other ~= nil and other.flags & IFF_UP == 0
  end
  out:name("ifname", form, name)
  return is_down
end

local function print_flags(out, flags, below_is_down)
  out:array("flags", "<")
  local function item(name)
    if out.is_json then out:json(nil, name) else out:text(flags ~= 0 and "%s," or "%s", name) end
  end
  if flags & IFF_UP ~= 0 and flags & IFF_RUNNING == 0 then item("NO-CARRIER") end
  flags = flags & ~IFF_RUNNING
  for _, flag in ipairs(FLAGS) do
    if flags & flag[2] ~= 0 then
      flags = flags & ~flag[2]
      item(flag[1])
    end
  end
  if flags ~= 0 then out:put(nil, "%x", flags) end
  if below_is_down then out:put(nil, ",%s", "M-DOWN") end
  out:array_end("> ")
end

local function print_operstate(ip, state)
  local out, name = ip.out, OPERSTATE[state]
  if not name then
    out:put("operstate_index", "state %#x", state)
  else
    out:put("operstate", ip.brief and "%-14s " or "state %s ", name)
  end
end

-- Addresses of tunnels are those of their protocol.
local function hardware_address(link, text)
  local kind = link.type
  local inet = require "nl.inet"
  if kind == 768 or kind == 776 or kind == 778 or kind == 769 or kind == 823 then
    return inet.text(inet.hardware_bytes(text) or "") or text
  end
  return text
end

local function print_addresses(link, out)
  out:put("link_type", "    link/%s ", names.hardware(link.type))
  if link.address then out:put("address", "%s", hardware_address(link, link.address)) end
  if link.broadcast then
    if link.flags & IFF_POINTOPOINT ~= 0 then
      out:text(" peer ")
      out:json("link_pointtopoint", true)
    else
      out:text(" brd ")
    end
    out:put("broadcast", "%s", hardware_address(link, link.broadcast))
  end
  if link.perm_address and link.perm_address ~= link.address then
    out:text(" permaddr ")
    out:put("permaddr", "%s", hardware_address(link, link.perm_address))
  end
end

local function print_netns(ip, link)
  local out, id = ip.out, link.link_netnsid
  if not id then return end
  if out.is_json then
    out:json("link_netnsid", id)
  elseif id < 0 then
    out:text(" link-netnsid unknown")
  else
    local name = require("ip.netns").name(ip, id)
    if name then out:text(" link-netns %s", name) else out:text(" link-netnsid %d", id) end
  end
end

local function print_brief(ip, link)
  local out = ip.out
  local below_is_down = name_and_link(ip, link, "%-16s ")
  if link.operstate then print_operstate(ip, link.operstate) end
  if ip.family == AF_PACKET then
    if link.address then out:put("address", "%s ", hardware_address(link, link.address)) end
    print_flags(out, link.flags, below_is_down)
    out:text("\n")
  end
end

--- Print what each line of a link begins with: index, name, flags, MTU.
---@param ip ip.Context
---@param link table
function link_show.begin(ip, link)
  local out = ip.out
  out:put("ifindex", "%d: ", link.index)
  print_flags(out, link.flags, name_and_link(ip, link, "%s: "))
  if link.mtu then out:put("mtu", "mtu %d ", link.mtu) end
end

--- Print a link. `ip.family` is AF_PACKET for `ip link`.
---@param ip ip.Context
---@param link table decoded message
---@param as_link boolean `ip link`, not `ip addr`
---@param deleted boolean? an event said that it is gone
function link_show.print(ip, link, as_link, deleted)
  local out, details = ip.out, ip.details
  if deleted then out:put("deleted", "Deleted ", true) end
  if ip.brief then return print_brief(ip, link) end

  link_show.begin(ip, link)
  if link.xdp and link.xdp.attached and link.xdp.attached > 0 then
    require("ip.link_details").xdp(ip, link.xdp, as_link)
  end
  if link.qdisc then out:name("qdisc", "qdisc %s ", link.qdisc) end
  if link.master then out:name("master", "master %s ", ip:name(link.master)) end
  if link.operstate then print_operstate(ip, link.operstate) end
  if as_link and link.linkmode then
    out:put("linkmode", "mode %s ", link.linkmode == 0 and "DEFAULT" or "DORMANT")
  end
  if link.group then out:put("group", "group %s ", names.name("group", link.group, ip.numeric)) end
  local queue = not ip.is_monitor and (link.txqlen or ip:queue_length(link.index)) or 0
  if queue ~= 0 then out:put("txqlen", "qlen %d", queue) end
  if link.event then
    out:put("event", "event %s ", EVENT[link.event] or tostring(link.event))
  end
  if not ip.family or ip.family == AF_PACKET or details then
    out:line()
    print_addresses(link, out)
  end
  print_netns(ip, link)
  if link.new_netnsid then out:text(" new-netnsid %d", link.new_netnsid) end
  if link.new_ifindex then out:text(" new-ifindex %d", link.new_ifindex) end
  if link.proto_down == 1 then
    out:put("proto_down", " protodown on ", true)
  end
  if details then require("ip.link_details").print(ip, link, as_link) end
  if (as_link or details) and link.ifalias then
    out:line("    ")
    out:name("ifalias", "alias %s", link.ifalias)
  end
  if as_link and ip.stats > 0 then
    out:line()
    require("ip.link_stats").print(ip, link)
  end
  local altnames = link.prop_list and link.prop_list.altname
  if altnames then
    out:array("altnames")
    for _, name in ipairs(altnames) do
      out:line("    altname ")
      out:name(nil, "%s", name)
    end
    out:array_end()
  end
  out:text("\n")
end

return link_show
