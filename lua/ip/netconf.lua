-- ip/netconf.lua - `ip netconf`: switches of the address families on links
--
-- Layer: library of ip. Words, form and keys are iproute2 6.1's (ip-netconf(8)); -j is obeyed for
-- one link, too, which iproute2 prints as text.

local context = require "ip.context"
local schema = require "nl.schema.netconf"

local fail = context.fail

local ALL, DEFAULT = -1, -2
local FAMILY = { [2] = "inet", [10] = "inet6", [28] = "mpls" }
local RP_FILTER = { [0] = "off", "strict", "loose" }
local SWITCHES = { "mc_forwarding", "proxy_neigh", "ignore_routes_with_linkdown", "input" }

local netconf = {}

local function usage() fail(255, "Usage: ip netconf show [ dev STRING ]") end

local function print(ip, message)
  local out, index = ip.out, message.index
  local function switch(name)
    if message[name] then out:on_off(name, name .. " %s ", message[name] ~= 0) end
  end
  out:object()
  out:put("family", "%s ", FAMILY[message.family] or tostring(message.family))
  if index then
    out:name("interface", "%s ", index == ALL and "all" or index == DEFAULT and "default"
      or ip:name(index))
  end
  switch "forwarding"
  if message.rp_filter then
    out:put("rp_filter", "rp_filter %s ", RP_FILTER[message.rp_filter] or "unknown")
  end
  for _, name in ipairs(SWITCHES) do switch(name) end
  out:text("\n")
  out:object_end()
end

local function show(ip, words)
  local index
  while words:peek() do
    if words:take() == "dev" then
      local device = words:value()
      index = ip:index(device) or fail(1, ('Device "%s" does not exist.'):format(device))
    end
  end
  if index and ip.family then
    local message, err = ip.connection:get(schema, { family = ip.family, index = index })
    if not message then return ip:refused(err) end
    ip.out:start()
    print(ip, message)
    ip.out:finish()
    return 0
  end
  return ip:list(schema, { family = ip.family }, function(message)
    -- the kernel answers for all families where it does not know the one
    if FAMILY[message.family] and (not ip.family or message.family == ip.family)
      and (not index or message.index == index) then
      print(ip, message)
    end
  end, 1)
end

local VERBS = { { "show", show }, { "list", show }, { "lst", show } }

--- `ip netconf ...`
---@param ip ip.Context
---@param words ip.Words
---@return integer status
function netconf.run(ip, words)
  return context.verb(ip, words, "netconf", VERBS, usage)
end

return netconf
