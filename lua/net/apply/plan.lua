-- net/apply/plan.lua - the steps from what is to what should be
--
-- Layer: library, pure functions. A step is { what, ... }: what is done is in net.apply.step. The
-- order is such that each step finds what it needs: links before those on top of them, ports
-- before addresses, addresses before routes, routes to neighbours before those through them; links
-- that shall not be go last, when nothing else can fail any more.

local inet = require "nl.inet"

local plan = {}

-- ---- links ----

local FIELDS = { "mtu", "mac", "txqlen", "alias" }

local function same(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then return a == b end
  for key, value in pairs(a) do
    if not same(value, b[key]) then return false end
  end
  return true
end

-- Attributes that a kind keeps from its birth: another value wants another link.
local FIXED = { vlan = { id = true, protocol = true }, vxlan = { id = true, port = true },
  macvlan = {}, vrf = { table = true }, geneve = { id = true }, xfrm = { if_id = true } }

-- The data that differ, and whether the link must be made again for them.
local function data_changes(now, want)
  local changes, again = {}, false
  if want.kind == "veth" then
    local peer = want.data and want.data.peer and want.data.peer.ifname
    local is = now.data and now.data.peer and now.data.peer.ifname
    return nil, peer ~= nil and peer ~= is
  end
  for name, value in pairs(want.data or {}) do
    local told = now.told[name]
    if told == nil then told = (value == 0 or value == false) and value or nil end
    if not same(value, told) then
      changes[name] = value
      again = again or (FIXED[want.kind] or {})[name] or false
    end
  end
  local parent = want.parent or want.data_link
  if parent and parent ~= (now.parent or now.data_link) then again = true end
  return next(changes) and changes or nil, again
end

-- What stands on a link must be made after it.
local function depth(links, name, seen)
  local link = links[name]
  if not link or seen[name] then return 0 end
  seen[name] = true
  local deepest = 0
  for _, below in ipairs { link.parent or false, link.data_link or false } do
    if below then deepest = math.max(deepest, 1 + depth(links, below, seen)) end
  end
  return deepest
end

local function in_order(links)
  local names, level = {}, {}
  for name in pairs(links) do
    names[#names + 1] = name
    level[name] = depth(links, name, {})
  end
  table.sort(names, function(a, b)
    if level[a] ~= level[b] then return level[a] < level[b] end
    return a < b
  end)
  return names
end

local function sorted(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

-- Makes links, and finds those that stay; returns { [name] = the link as it is before the rest }.
local function make_links(steps, now, want, names)
  local base, remade, fresh = {}, {}, {}
  local other_end = {}
  for _, name in ipairs(names) do
    local peer = want.links[name] and want.links[name].data and want.links[name].data.peer
    if peer then other_end[peer.ifname] = true end
  end
  for _, name in ipairs(names) do
    local link, is = want.links[name], now.links[name]
    if link and is and link.kind and is.kind ~= link.kind then
      steps[#steps + 1] = { "del", name }
      remade[name] = true
    elseif link and is then
      local changes, again = data_changes(is, link)
      if again then
        steps[#steps + 1] = { "del", name }
        remade[name] = true
      else
        base[name] = is
        if changes then steps[#steps + 1] = { "data", name, link.kind, changes, link.data_link } end
      end
    end
  end
  for _, name in ipairs(names) do
    local link = want.links[name]
    -- what was on a link went with it
    local was = now.links[name]
    if was and (remade[was.parent] or remade[was.data_link]) then base[name] = nil end
    -- the other end of a veth comes with the first, whichever is named first
    local comes = fresh[name] or link and not link.kind and other_end[name]
    if link and not base[name] and not comes then
      if not link.kind then
        return nil, ("%s: there is no such link, and no kind to make it"):format(name)
      end
      steps[#steps + 1] = { "add", link }
      fresh[name] = true
      local peer = link.data and link.data.peer
      if peer then fresh[peer.ifname] = true end
    end
  end
  return base
end

local function link_fields(steps, want, base, names)
  for _, name in ipairs(names) do
    local link, is = want.links[name], base[name]
    if link then
      local changes
      for _, field in ipairs(FIELDS) do
        -- a new link got its fields when it was made
        if is and link[field] ~= nil and link[field] ~= is[field] then
          changes = changes or {}
          changes[field] = link[field]
        end
      end
      if changes then steps[#steps + 1] = { "set", name, changes } end
    end
  end
end

-- Keys and peers, before the first packet.
local function wireguard(steps, want, base, names)
  for _, name in ipairs(names) do
    local device = want.links[name] and want.links[name].wireguard
    local changes = device
      and require("net.apply.wireguard").changes(base[name] and base[name].wireguard, device)
    if changes then steps[#steps + 1] = { "wireguard", name, changes } end
  end
end

-- Ports leave before others come: a link has one master.
local function masters(steps, now, want, base, names)
  local leave, join = {}, {}
  for _, name in ipairs(names) do
    local link = want.links[name]
    if link and link.ports then
      local stays = {}
      for _, port in ipairs(link.ports) do stays[port] = true end
      for _, port in ipairs(sorted(now.links)) do
        local named = want.links[port]
        if now.links[port].master == name and not stays[port] and not (named and named.master) then
          leave[port] = true
        end
      end
    end
    if link and link.master ~= nil then
      local is = base[name] and base[name].master or false
      -- a master that is made again has lost its ports
      if is and not base[is] and want.links[is] then is = false end
      if is ~= link.master then
        if link.master then
          local master = want.links[link.master] or now.links[link.master]
          join[#join + 1] = { "master", name, link.master,
            master and master.kind == "bond" and base[name] ~= nil and base[name].up }
        else
          leave[name] = true
        end
      end
    end
  end
  for _, name in ipairs(sorted(leave)) do steps[#steps + 1] = { "master", name, false } end
  table.move(join, 1, #join, #steps + 1, steps)
end

-- The subnet of an address of IPv4, where one is primary: the kernel sends from it, and the others
-- go when it goes.
local function subnet(address)
  local bytes = inet.bytes(address.address)
  if #bytes ~= 4 then return nil end
  return ("%s/%d"):format(inet.text(inet.mask(bytes, address.prefixlen)), address.prefixlen)
end

-- The first of a subnet becomes primary: so the order counts.
local function by_position(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return map[a].position < map[b].position end)
  return keys
end

-- The addresses that can stay; the steps that remove the others.
local function remove_addresses(steps, name, is, want)
  local first, stay = {}, {}
  for _, key in ipairs(by_position(want)) do
    local net = subnet(want[key])
    if net then first[net] = first[net] or key end
  end
  for key, address in pairs(is) do stay[key] = address end
  for _, key in ipairs(by_position(is)) do
    local address = is[key]
    local net = subnet(address)
    local wrong = not want[key] or net and not address.secondary and first[net] ~= key
    if stay[key] and wrong then
      steps[#steps + 1] = { "deladdr", name, address, key }
      stay[key] = nil
      for other, its in pairs(stay) do
        if its.secondary and not address.secondary and subnet(its) == net then stay[other] = nil end
      end
    end
  end
  return stay
end

local function addresses(steps, want, base, names)
  for _, name in ipairs(names) do
    local link = want.links[name]
    if link and link.addresses then
      local stay = remove_addresses(steps, name, base[name] and base[name].addresses or {},
        link.addresses)
      for _, key in ipairs(by_position(link.addresses)) do
        if not stay[key] then steps[#steps + 1] = { "addaddr", name, link.addresses[key], key } end
      end
    end
  end
end

local function up_down(steps, want, base, names)
  for _, name in ipairs(names) do
    local link, is = want.links[name], base[name]
    if link and link.up ~= nil and link.up ~= (is and is.up or false) then
      steps[#steps + 1] = { link.up and "up" or "down", name }
    end
  end
end

-- ---- routes and rules ----

local AF_INET6 = 10
local DEFAULT_METRIC6 = 1024 -- IP6_RT_PRIO_USER, when none is given

--- What two routes cannot share.
---@param route table
---@return string
function plan.route_key(route)
  local priority = route.priority or (route.family == AF_INET6 and DEFAULT_METRIC6 or 0)
  return ("%d %s/%d table %d metric %d tos %d"):format(route.family, route.dst or "default",
    route.dst_len, route.table or 0, priority, route.tos or 0)
end

local function same_hops(a, b)
  if #(a or {}) ~= #(b or {}) then return false end
  for i, hop in ipairs(a or {}) do
    local other = b[i]
    if hop.gateway ~= other.gateway or hop.hops ~= other.hops or hop.flags ~= other.flags
      or (hop.dev and hop.dev ~= other.dev) then
      return false
    end
  end
  return true
end

local function same_route(is, want)
  return is.type == want.type and is.gateway == want.gateway and is.prefsrc == want.prefsrc
    and is.protocol == want.protocol and is.flags == want.flags
    and (is.family == AF_INET6 or is.scope == want.scope)
    and (not want.dev or is.dev == want.dev or want.type >= 6)
    and same(want.metrics or {}, is.metrics or {}) and same(is.metrics or {}, want.metrics or {})
    and same_hops(want.multipath, is.multipath)
end

-- Through a gateway only when the way to it is there.
local function by_need(a, b)
  local far_a = (a.gateway or a.multipath) and 1 or 0
  local far_b = (b.gateway or b.multipath) and 1 or 0
  if far_a ~= far_b then return far_a < far_b end
  if a.dst_len ~= b.dst_len then return a.dst_len > b.dst_len end
  return plan.route_key(a) < plan.route_key(b)
end

local function routes(steps, now, want, owned)
  local is, asked = {}, {}
  for _, route in ipairs(now.routes) do
    local key = plan.route_key(route)
    is[key] = is[key] or {}
    table.insert(is[key], route)
  end
  local add = {}
  for _, route in ipairs(want.routes) do
    local key, found = plan.route_key(route), nil
    asked[key] = true
    for _, one in ipairs(is[key] or {}) do found = found or same_route(one, route) end
    if not found then add[#add + 1] = route end
  end
  local gone = {}
  for _, route in ipairs(now.routes) do
    if not asked[plan.route_key(route)] and owned(route) then gone[#gone + 1] = route end
  end
  table.sort(gone, function(a, b) return by_need(b, a) end)
  for _, route in ipairs(gone) do steps[#steps + 1] = { "delroute", route } end
  table.sort(add, by_need)
  for _, route in ipairs(add) do
    -- taking the place of another leaves no moment without a route
    local instead = is[plan.route_key(route)]
    steps[#steps + 1] = { "addroute", route, instead and instead[1] }
  end
end

local RULE_FIELDS = { "family", "dst", "dst_len", "src", "src_len", "iifname", "oifname", "fwmark",
  "fwmask", "action", "flags" }

--- What tells rules apart: all that they look at, and what they do.
---@param rule table
---@return string
function plan.rule_key(rule)
  local parts = {}
  for i, field in ipairs(RULE_FIELDS) do
    local value = rule[field]
    if field == "flags" then value = value & 2 end -- the rest tells whether the link exists
    parts[i] = tostring(value)
  end
  -- the kernel tells "no prefix" by all ones, or not at all
  local suppressed = rule.suppress_prefixlen
  parts[#parts + 1] = tostring(suppressed and suppressed >= 0 and suppressed or nil)
  parts[#parts + 1] = tostring(rule.priority or 0)
  parts[#parts + 1] = tostring(rule.action == 1 and rule.table or 0)
  return table.concat(parts, " ")
end

local function rules(steps, now, want, owned)
  local is, asked = {}, {}
  for _, rule in ipairs(now.rules) do is[plan.rule_key(rule)] = true end
  for _, rule in ipairs(want.rules) do
    local key = plan.rule_key(rule)
    asked[key] = true
    if not is[key] then steps[#steps + 1] = { "addrule", rule } end
  end
  for _, rule in ipairs(now.rules) do
    if not asked[plan.rule_key(rule)] and owned(rule) then
      steps[#steps + 1] = { "delrule", rule }
    end
  end
end

--- The steps from one to the other.
---@param now table as net.apply.state reads it
---@param want table { links, routes?, rules? }; a link that is false shall not be
---@param owned { route: fun(route: table): boolean, rule: fun(rule: table): boolean } what may be
--- removed when it is not wanted
---@return table[]? steps
---@return string? err
function plan.steps(now, want, owned)
  local steps, names = {}, in_order(want.links)
  local base, err = make_links(steps, now, want, names)
  if not base then return nil, err end
  link_fields(steps, want, base, names)
  wireguard(steps, want, base, names)
  masters(steps, now, want, base, names)
  addresses(steps, want, base, names)
  up_down(steps, want, base, names)
  if want.routes then routes(steps, now, want, owned.route) end
  if want.rules then rules(steps, now, want, owned.rule) end
  for i = #names, 1, -1 do
    local name = names[i]
    if want.links[name] == false and now.links[name] then steps[#steps + 1] = { "del", name } end
  end
  return steps
end

return plan
