-- ip/kind/bond_slave.lua - a port of a bond
--
-- Layer: library of ip (form: ip.kind).

local forms = require "ip.kind_forms"
local kind_show = require "ip.kind_show"

local name_of = kind_show.name_of

local STATE = { [0] = "ACTIVE", "BACKUP" }
local MII = { [0] = "UP", "GOING_DOWN", "DOWN", "GOING_BACK" }
local PORT_STATE = { "active", "short_timeout", "aggregating", "in_sync", "collecting",
  "distributing", "defaulted", "expired" }

-- The number, and its bits by name.
local function port_state(key)
  return { key, nil, nil, function(out, _, value)
    out:put(key, key .. " %d ", value)
    local names = {}
    for bit, name in ipairs(PORT_STATE) do
      if value & 1 << bit - 1 ~= 0 then names[#names + 1] = name end
    end
    if out.is_json then
      out:array(key .. "_str")
      for _, name in ipairs(names) do out:json(nil, name) end
      out:array_end()
    else
      out:text("%s_str <%s> ", key, table.concat(names, ","))
    end
  end }
end

local slave = {}

function slave.options()
  return {
    queue_id = { "queue_id", forms.U16, "queue_id is invalid" },
    prio = { "prio", { -0x80000000, 0x7fffffff }, "prio is invalid" },
  }
end

function slave.show()
  return {
    { "state", nil, nil, name_of(STATE, "state", "state %s ") },
    { "mii_status", nil, nil, name_of(MII, "mii_status", "mii_status %s ") },
    { "link_failure_count", "link_failure_count", "link_failure_count %d " },
    { "perm_hwaddr", "perm_hwaddr", "perm_hwaddr %s " },
    { "queue_id", "queue_id", "queue_id %d " },
    { "prio", "prio", "prio %d " },
    { "ad_aggregator_id", "ad_aggregator_id", "ad_aggregator_id %d " },
    port_state "ad_actor_oper_port_state",
    port_state "ad_partner_oper_port_state",
  }
end

function slave.kind() return slave end

return slave
