-- net/apply.lua - make the network as a description says: only what differs, all of it or nothing
--
-- Layer: library; calls nl.request. What is described is in net.apply.wanted, what there is in
-- net.apply.state, the difference in net.apply.plan (pure), one step in net.apply.step.
--
--   local change = assert(net.apply { eth0 = { addresses = { "10.0.0.1/24" } },
--     routes = { "default via 10.0.0.254" } })
--   print(change)      -- what was done, in ip's words
--   change:undo()

local plan = require "net.apply.plan"
local request = require "nl.request"
local state = require "net.apply.state"
local step = require "net.apply.step"
local wanted = require "net.apply.wanted"

-- One step can undo another's work (an address that goes takes its secondaries along): so look
-- again. What differs after that is not ours to force.
local ROUNDS = 3

local PROTOCOL_KERNEL, PROTOCOL_STATIC, PROTOCOL_RA = 2, 4, 9
local TABLE_LOCAL = 255

--- What belongs to descriptions, so that it goes when it is described no more.
local OWNED = {
  route = function(route) return route.protocol == PROTOCOL_STATIC end,
  rule = function(rule) return rule.protocol == PROTOCOL_STATIC end,
}

local function texts(steps)
  local lines = {}
  for i, one in ipairs(steps) do lines[i] = step.text(one) end
  return lines
end

--- Do what is missing. `done` gets each step that was done; without it a step that fails does not
--- keep the others from being tried.
local function converge(connection, now, target, owned, done)
  local before, failure
  for _ = 1, ROUNDS do
    local err
    if not now then
      now, err = state.read(connection)
      if not now then return nil, tostring(err) end
    end
    local steps
    steps, err = plan.steps(now, target(now), owned)
    if not steps then return nil, err end
    local text = table.concat(texts(steps), "\n")
    if text == "" then return true end
    if text == before then break end
    before, now, failure = text, nil, nil
    for _, one in ipairs(steps) do
      local ok
      ok, err = step.run(connection, one)
      if not ok and done then return nil, err end
      if not ok then failure = failure or err end
      if done then done[#done + 1] = one end
    end
  end
  if failure then return nil, failure end
  return true
end

-- ---- back to what was ----

-- Links that a description can have changed: its own, their ports, other ends, and what stands
-- on them.
local function touched_links(before, description, done)
  local touched = {}
  for name in pairs(description.links) do touched[name] = true end
  for _, one in ipairs(done) do
    if one[1] == "master" then touched[one[2]] = true end
    local peer = one[1] == "add" and one[2].data and one[2].data.peer
    if peer then touched[peer.ifname] = true end
  end
  local more
  repeat
    more = false
    for name, link in pairs(before.links) do
      local peer = link.data and link.data.peer
      local with = touched[link.master] or touched[link.parent] or touched[link.data_link]
        or peer and touched[peer.ifname]
      if with and not touched[name] then
        touched[name] = true
        more = true
      end
    end
  until not more
  return touched
end

-- Kinds that are made plain and then changed: a new one has most values already.
local MADE_PLAIN = { bridge = true, bond = true }

local function former_link(link, now, changed)
  local back = { name = link.name, kind = link.kind, up = link.up, master = link.master,
    addresses = link.addresses, wireguard = link.wireguard }
  local is = now.links[link.name]
  if not is or is.index ~= link.index then -- gone, or made again
    for _, field in ipairs { "data", "parent", "data_link", "mtu", "mac", "txqlen", "alias" } do
      back[field] = link[field]
    end
    if MADE_PLAIN[link.kind] then
      back.data = is and state.settable(link.told, false) or nil
    end
    return back
  end
  for field in pairs(changed.fields or {}) do back[field] = link[field] end
  for name in pairs(changed.data or {}) do
    back.data = back.data or {}
    back.data[name] = link.told[name] or 0
  end
  return back
end

-- What the steps did to each link, and to routes and rules.
local function summary(done)
  local links, added, removed = {}, {}, {}
  local function of(name)
    links[name] = links[name] or {}
    return links[name]
  end
  for _, one in ipairs(done) do
    local what = one[1]
    if what == "set" then
      local fields = of(one[2])
      fields.fields = fields.fields or {}
      for field in pairs(one[3]) do fields.fields[field] = true end
    elseif what == "data" then
      local fields = of(one[2])
      fields.data = fields.data or {}
      for name in pairs(one[4]) do fields.data[name] = true end
    elseif what == "addroute" then
      added[plan.route_key(one[2])] = true
    elseif what == "delroute" then
      removed[plan.route_key(one[2])] = true
    elseif what == "addrule" then
      added[plan.rule_key(one[2])] = true
    elseif what == "delrule" then
      removed[plan.rule_key(one[2])] = true
    end
  end
  return links, added, removed
end

local function route_links(route, touched)
  if touched[route.dev] then return true end
  for _, hop in ipairs(route.multipath or {}) do
    if touched[hop.dev] then return true end
  end
  return false
end

-- The kernel's own routes come with the addresses.
local function is_made(route)
  return route.protocol ~= PROTOCOL_KERNEL and route.protocol ~= PROTOCOL_RA
    and route.table ~= TABLE_LOCAL
end

--- Bring back what was before `done`.
local function restore(connection, before, description, done)
  local touched = touched_links(before, description, done)
  local links, added, removed = summary(done)
  local function target(now)
    local back = { links = {}, routes = {}, rules = {} }
    for name in pairs(touched) do
      local link = before.links[name]
      back.links[name] = link and former_link(link, now, links[name] or {})
      if not link then back.links[name] = false end
    end
    for _, route in ipairs(before.routes) do
      local key = plan.route_key(route)
      if is_made(route) and (added[key] or removed[key] or route_links(route, touched)) then
        back.routes[#back.routes + 1] = route
      end
    end
    for _, rule in ipairs(before.rules) do
      if removed[plan.rule_key(rule)] then back.rules[#back.rules + 1] = rule end
    end
    return back
  end
  return converge(connection, nil, target, {
    route = function(route) return is_made(route) and added[plan.route_key(route)] or false end,
    rule = function(rule) return added[plan.rule_key(rule)] or false end,
  })
end

-- ---- the public side ----

---@class net.apply.Change
---@field steps string[] what was done or, of a dry run, would be first, in ip's words
local Change = {}
Change.__index = Change

function Change.__tostring(change) return table.concat(change.steps, "\n") end

local function with_connection(options, fn)
  if options.connection then return fn(options.connection) end
  local connection <close>, err = request.open { netns = options.netns }
  if not connection then return nil, tostring(err) end
  return fn(connection)
end

--- Bring back what was before: links, addresses, routes and rules that were touched.
---@return true? ok
---@return string? err what could not be brought back
function Change:undo()
  if self.dry_run then return true end
  return with_connection(self.options, function(connection)
    return restore(connection, self.before, self.description, self.done)
  end)
end

---@class net.apply
local apply = {}

--- Make the network as described. Links not named, addresses of links without `addresses`, and
--- without `routes` or `rules` those, are left alone. Of routes and rules only those of protocol
--- "static" are removed when they are not listed.
---@param description table links by name, `routes`, `rules`; docs/network.md
---@param options? { dry_run: boolean?, netns: string|integer|S.fd|nil, connection: nl.Connection? }
---@return net.apply.Change? change
---@return string? err what failed and why; then all is as it was, or the text says what is not
function apply.apply(description, options)
  options = options or {}
  local want, err = wanted.read(description)
  if not want then return nil, err end
  return with_connection(options, function(connection)
    local before, failure = state.read(connection)
    if not before then return nil, tostring(failure) end
    local change = setmetatable({ options = options, before = before, description = want,
      done = {} }, Change)
    if options.dry_run then
      local steps
      steps, failure = plan.steps(before, want, OWNED)
      if not steps then return nil, failure end
      change.dry_run, change.steps = true, texts(steps)
      return change
    end
    local ok
    ok, failure = converge(connection, before, function() return want end, OWNED, change.done)
    if not ok then
      local back, problem = restore(connection, before, want, change.done)
      if not back then failure = ("%s (and not all is as before: %s)"):format(failure, problem) end
      return nil, failure
    end
    change.steps = texts(change.done)
    return change
  end)
end

return setmetatable(apply, { __call = function(_, ...) return apply.apply(...) end })
