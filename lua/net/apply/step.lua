-- net/apply/step.lua - one step of a plan, done or told
--
-- Layer: library; calls nl.request through the connection it is given.

local step = {}

local IFF_UP = 0x1
local IFA_F_PERMANENT = 0x80
local SCOPE_NOWHERE = 255

local link_schema = "nl.schema.link"

local function index_of(connection, name)
  local link, err = connection:get(require(link_schema), { ifname = name })
  return link and link.index, err
end

local function change_link(connection, name, values)
  local index, err = index_of(connection, name)
  if not index then return nil, err end
  values.index = index
  return connection:call(require(link_schema), "new", values)
end

-- The data's own copy, with the index of the link that it names.
local function data_with_link(connection, data, name)
  if not name then return data end
  local index, err = index_of(connection, name)
  if not index then return nil, err end
  local copy = { link = index }
  for key, value in pairs(data or {}) do copy[key] = value end
  return copy
end

-- The names of links become indexes.
local function resolve(connection, route)
  local values = {}
  for key, value in pairs(route) do values[key] = value end
  values.dev = nil
  local err
  if route.dev then
    values.oif, err = index_of(connection, route.dev)
    if not values.oif then return nil, err end
  end
  if route.multipath then
    values.multipath = {}
    for i, hop in ipairs(route.multipath) do
      local copy = {}
      for key, value in pairs(hop) do copy[key] = value end
      copy.dev = nil
      if hop.dev then
        copy.oif, err = index_of(connection, hop.dev)
        if not copy.oif then return nil, err end
      end
      values.multipath[i] = copy
    end
  end
  values.table8 = values.table and values.table < 256 and values.table or 0
  return values
end

local function rule_values(rule)
  local values = {}
  for key, value in pairs(rule) do values[key] = value end
  values.table8 = values.table and values.table < 256 and values.table or 0
  values.flags = values.flags & 2
  if values.table == 0 then values.table = nil end
  if values.suppress_prefixlen and values.suppress_prefixlen < 0 then
    values.suppress_prefixlen = nil
  end
  return values
end

local function address_values(index, address)
  return { index = index, family = address.family, prefixlen = address.prefixlen,
    ["local"] = address["local"], address = address.address, broadcast = address.broadcast,
    label = address.label, scope = address.scope, rt_priority = address.rt_priority,
    flags = address.flags or IFA_F_PERMANENT }
end

local DO = {}

function DO.add(connection, one)
  local link = one[2]
  local data, err = data_with_link(connection, link.data, link.data_link)
  if err then return nil, err end
  local parent
  if link.parent then
    parent, err = index_of(connection, link.parent)
    if not parent then return nil, err end
  end
  return connection:call(require(link_schema), "new", { ifname = link.name, mtu = link.mtu,
    address = link.mac, txqlen = link.txqlen, ifalias = link.alias ~= "" and link.alias or nil,
    link = parent, linkinfo = { kind = link.kind, data = data } }, "add")
end

function DO.del(connection, one)
  local index, err = index_of(connection, one[2])
  if not index then return nil, err end
  return connection:call(require(link_schema), "del", { index = index })
end

function DO.data(connection, one)
  local data, err = data_with_link(connection, one[4], one[5])
  if err then return nil, err end
  return change_link(connection, one[2], { linkinfo = { kind = one[3], data = data } })
end

function DO.set(connection, one)
  local fields = one[3]
  return change_link(connection, one[2], { mtu = fields.mtu, address = fields.mac,
    txqlen = fields.txqlen, ifalias = fields.alias })
end

function DO.master(connection, one)
  local master, err = 0, nil
  if one[3] then master, err = index_of(connection, one[3]) end
  if not master then return nil, err end
  local ok
  if one[4] then -- a bond takes only links that are down
    ok, err = DO.down(connection, one)
    if not ok then return nil, err end
  end
  ok, err = change_link(connection, one[2], { master = master })
  if ok and one[4] then return DO.up(connection, one) end
  return ok, err
end

function DO.wireguard(connection, one)
  return require("net.apply.wireguard").set(connection, one[2], one[3])
end

function DO.up(connection, one)
  return change_link(connection, one[2], { flags = IFF_UP, change = IFF_UP })
end

function DO.down(connection, one)
  return change_link(connection, one[2], { flags = 0, change = IFF_UP })
end

function DO.addaddr(connection, one)
  local index, err = index_of(connection, one[2])
  if not index then return nil, err end
  return connection:call(require "nl.schema.addr", "new", address_values(index, one[3]),
    "replace") -- with net.ipv4.conf.*.promote_secondaries one may have stayed after its primary
end

function DO.deladdr(connection, one)
  local index, err = index_of(connection, one[2])
  if not index then return nil, err end
  return connection:call(require "nl.schema.addr", "del", address_values(index, one[3]))
end

function DO.addroute(connection, one)
  local values, err = resolve(connection, one[2])
  if not values then return nil, err end
  return connection:call(require "nl.schema.route", "new", values, one[3] and "replace" or "add")
end

function DO.delroute(connection, one)
  local values, err = resolve(connection, one[2])
  if not values then return nil, err end
  if values.family == 2 and values.type ~= 1 then values.scope = SCOPE_NOWHERE end
  return connection:call(require "nl.schema.route", "del", values)
end

function DO.addrule(connection, one)
  return connection:call(require "nl.schema.rule", "new", rule_values(one[2]), "add")
end

function DO.delrule(connection, one)
  return connection:call(require "nl.schema.rule", "del", rule_values(one[2]))
end

-- What a step would remove may have gone with something else.
local GONE = { NODEV = true, NOENT = true, SRCH = true, ADDRNOTAVAIL = true }
local REMOVES = { del = true, deladdr = true, delroute = true, delrule = true }

--- Do a step.
---@param connection nl.Connection
---@param one table
---@return true? ok
---@return string? err what was tried, and the kernel's answer
function step.run(connection, one)
  local ok, err = DO[one[1]](connection, one)
  if ok then return true end
  if REMOVES[one[1]] then
    for name in pairs(GONE) do
      if type(err) ~= "string" and err[name] then return true end
    end
  end
  return nil, ("%s: %s"):format(step.text(one), tostring(err))
end

-- ---- in ip's words ----

local function route_text(route)
  local types = { [6] = "blackhole ", [7] = "unreachable ", [8] = "prohibit ", [9] = "throw ",
    [2] = "local " }
  local words = { (types[route.type] or "") .. (route.dst and ("%s/%d"):format(route.dst,
    route.dst_len) or "default") }
  local function add(name, value) if value then words[#words + 1] = name .. " " .. value end end
  add("via", route.gateway)
  add("dev", route.dev)
  add("src", route.prefsrc)
  add("metric", route.priority)
  if route.table ~= 254 then add("table", route.table) end
  for _, hop in ipairs(route.multipath or {}) do
    words[#words + 1] = "nexthop"
    add("via", hop.gateway)
    add("dev", hop.dev)
    if hop.hops > 0 then add("weight", hop.hops + 1) end
  end
  return table.concat(words, " ")
end

local function rule_text(rule)
  local words = { rule.flags & 2 ~= 0 and "not from" or "from",
    rule.src and ("%s/%d"):format(rule.src, rule.src_len) or "all" }
  local function add(name, value) if value then words[#words + 1] = name .. " " .. value end end
  add("to", rule.dst and ("%s/%d"):format(rule.dst, rule.dst_len))
  add("fwmark", rule.fwmark)
  add("iif", rule.iifname)
  add("oif", rule.oifname)
  add("lookup", rule.action == 1 and rule.table or nil)
  local verdict = ({ [6] = "blackhole", [7] = "unreachable", [8] = "prohibit" })[rule.action]
  words[#words + 1] = verdict
  add("pref", rule.priority)
  return table.concat(words, " ")
end

local function data_text(data)
  local words = {}
  for name, value in pairs(data or {}) do
    words[#words + 1] = type(value) == "table" and name .. " " .. (value.ifname or "...")
      or name .. " " .. tostring(value)
  end
  table.sort(words)
  return #words > 0 and " " .. table.concat(words, " ") or ""
end

local function six(family) return family == 10 and "-6 " or "" end

local TELL = {
  add = function(one)
    local link = one[2]
    local below = link.parent or link.data_link
    return ("link add %s%s type %s%s"):format(link.name, below and " link " .. below or "",
      link.kind, data_text(link.data))
  end,
  del = function(one) return "link del " .. one[2] end,
  data = function(one)
    return ("link set %s type %s%s"):format(one[2], one[3], data_text(one[4]))
  end,
  set = function(one)
    local words = { "link set " .. one[2] }
    for _, pair in ipairs { { "mtu", "mtu" }, { "mac", "address" }, { "txqlen", "txqueuelen" },
      { "alias", "alias" } } do
      local value = one[3][pair[1]]
      if value then words[#words + 1] = pair[2] .. " " .. value end
    end
    return table.concat(words, " ")
  end,
  master = function(one)
    return ("link set %s %s"):format(one[2], one[3] and "master " .. one[3] or "nomaster")
  end,
  wireguard = function(one) return require("net.apply.wireguard").text(one[2], one[3]) end,
  up = function(one) return ("link set %s up"):format(one[2]) end,
  down = function(one) return ("link set %s down"):format(one[2]) end,
  addaddr = function(one) return ("addr add %s dev %s"):format(one[4], one[2]) end,
  deladdr = function(one) return ("addr del %s dev %s"):format(one[4], one[2]) end,
  addroute = function(one)
    return ("%sroute %s %s"):format(six(one[2].family), one[3] and "replace" or "add",
      route_text(one[2]))
  end,
  delroute = function(one)
    return ("%sroute del %s"):format(six(one[2].family), route_text(one[2]))
  end,
  addrule = function(one)
    return ("%srule add %s"):format(six(one[2].family), rule_text(one[2]))
  end,
  delrule = function(one)
    return ("%srule del %s"):format(six(one[2].family), rule_text(one[2]))
  end,
}

--- A step in the words that ip(8) would be given.
---@param one table
---@return string
function step.text(one) return TELL[one[1]](one) end

return step
