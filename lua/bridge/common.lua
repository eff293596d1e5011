-- bridge/common.lua - what the objects of bridge share
--
-- Layer: library of bridge; calls lua/ip.

local context = require "ip.context"

local common = {}

common.AF_BRIDGE = 7

--- A device that must be there; bridge ends with 255 where ip ends with 1.
function common.index(ip, name, what)
  return ip:index(name)
    or context.fail(255, ('Cannot find %sdevice "%s"'):format(what or "", name))
end

--- A VLAN id, or a range of them.
---@return integer first
---@return integer? last
function common.vlan(text)
  local first, last = text:match("^(%d+)%-(%d+)$")
  first, last = tonumber(first or text:match("^%d+$")), tonumber(last)
  if not first or first >= 4095 then
    context.fail(255, ('Invalid VLAN ID "%s"'):format(text))
  end
  if last and (last >= 4095 or last <= first) then
    context.fail(255, ('Invalid VLAN range "%s"'):format(text))
  end
  return first, last
end

local PVID, UNTAGGED = 0x2, 0x4 -- BRIDGE_VLAN_INFO_

--- What a port does with a VLAN's frames.
---@param out ip.Out
---@param flags integer
function common.print_flags(out, flags)
  if flags & (PVID | UNTAGGED) == 0 then return end
  out:array("flags")
  if flags & PVID ~= 0 then out:put(nil, " %s", "PVID") end
  if flags & UNTAGGED ~= 0 then out:put(nil, " %s", "Egress Untagged") end
  out:array_end()
end

return common
