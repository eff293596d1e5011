-- init/graph.lua - edges between services: complete them, refuse loops
--
-- Layer: PID 1's Lua side, pure. Takes checked records, marks those that can
-- never start (`broken`), and gives the edges of the plan.

local checks = require "init.schema.checks"

local graph = {}

local KINDS = { "needs", "wants", "once", "after" }

local function at(record) return ("%s:%d"):format(record.file, record.line) end

--- Why there is nobody of that name.
local function missing(name, by_name, templates)
  if templates[name] then
    return ("%q, which is a template: write %q"):format(name, name .. "@ARGUMENT")
  end
  return ("%q, which no file defines%s"):format(name, checks.did_you_mean(name, by_name))
end

--- Every name to a record; what is missing breaks or warns, by kind of edge.
local function connect(records, by_name, templates, warn)
  local edges = {}
  for i, record in ipairs(records) do
    for _, kind in ipairs(KINDS) do
      for _, name in ipairs(record[kind]) do
        local peer = by_name[name]
        if peer then
          table.insert(edges, { kind = kind, from = i, to = peer })
        elseif kind == "needs" or kind == "once" then
          record.broken = record.broken or "missing:" .. name
          warn(("%s: %s: %s %s"):format(at(record), record.name, kind,
            missing(name, by_name, templates)))
        else
          warn(("%s: %s: %s %s: ignored"):format(at(record), record.name, kind,
            missing(name, by_name, templates)), true)
        end
      end
    end
    for _, name in ipairs(record.before) do
      local peer = by_name[name]
      if peer then table.insert(edges, { kind = "after", from = peer, to = i }) end
    end
  end
  return edges
end

--- Other names under which a service is known. Its own name comes before
--- anybody's claim to it.
local function provide(records, by_name, warn)
  for i, record in ipairs(records) do
    for _, name in ipairs(record.provides) do
      local first = by_name[name]
      if first then
        warn(("%s: %s provides %q, which is %s already: ignored"):format(at(record), record.name,
          name, records[first].name))
      else
        by_name[name] = i
      end
    end
  end
end

--- `restart = { limit = { n, s, "start:x" } }`
local function others(records, by_name, warn)
  for _, record in ipairs(records) do
    local peer = record.starts_other and by_name[record.starts_other]
    record.restart_start = peer and peer - 1
    if record.starts_other and not peer then
      warn(("%s: %s: restart.limit starts %q, which no file defines")
        :format(at(record), record.name, record.starts_other))
      record.restart_then = "failed"
    end
  end
end

--- `log = { to = "svc:x" }`: x is started before and stopped after, but may come and go.
local function outputs(records, by_name, edges, warn)
  for i, record in ipairs(records) do
    local name = record.log_service
    local index = name and by_name[name]
    local peer = index and records[index]
    if peer and (peer.kind == "group" or peer.tty ~= "" or peer.stdin ~= "" or
        peer.console ~= "none" or index == i) then
      record.broken = record.broken or "log: " .. name .. " has no input for it"
      warn(("%s: %s: log.to: %s has another input, or none"):format(at(record), record.name, name))
    elseif peer then
      record.log_to, peer.fed = index - 1, true
      table.insert(edges, { kind = "wants", from = i, to = index })
    elseif name then
      record.broken = record.broken or "missing:" .. name
      warn(("%s: %s: log.to %q, which no file defines"):format(at(record), record.name, name))
    end
  end
end

--- A way from `start` back to itself inside the services `inside`, breadth
--- first, so that the loop shown is the shortest.
local function loop_through(start, out, inside)
  local came_from, queue, head = {}, { start }, 1
  while queue[head] do
    local node = queue[head]
    head = head + 1
    for _, edge in ipairs(out[node]) do
      if edge.to == start then
        local path = { edge }
        while node ~= start do
          table.insert(path, 1, came_from[node])
          node = came_from[node].from
        end
        return path
      end
      if inside[edge.to] and not came_from[edge.to] then
        came_from[edge.to] = edge
        queue[#queue + 1] = edge.to
      end
    end
  end
end

--- What is left after services without anything before (or after) them have
--- been taken away again and again: members of loops, and what lies between.
local function knots(count, edges)
  local inside = {}
  for i = 1, count do inside[i] = true end
  for _, side in ipairs { { "from", "to" }, { "to", "from" } } do
    local degree, peers, queue = {}, {}, {}
    for i = 1, count do degree[i], peers[i] = 0, {} end
    for _, edge in ipairs(edges) do
      if inside[edge.from] and inside[edge.to] then
        degree[edge[side[1]]] = degree[edge[side[1]]] + 1
        table.insert(peers[edge[side[2]]], edge[side[1]])
      end
    end
    for i = 1, count do
      if inside[i] and degree[i] == 0 then queue[#queue + 1] = i end
    end
    local head = 1
    while queue[head] do
      local node = queue[head]
      head = head + 1
      inside[node] = nil
      for _, peer in ipairs(peers[node]) do
        degree[peer] = degree[peer] - 1
        if inside[peer] and degree[peer] == 0 then queue[#queue + 1] = peer end
      end
    end
  end
  return inside
end

local function refuse_loops(records, edges, warn)
  local inside = knots(#records, edges)
  local out = {}
  for i = 1, #records do out[i] = {} end
  for _, edge in ipairs(edges) do table.insert(out[edge.from], edge) end

  for i, record in ipairs(records) do
    local path = inside[i] and not record.broken and loop_through(i, out, inside)
    if path then
      local names, where = { record.name }, {}
      for _, edge in ipairs(path) do
        names[#names + 1] = records[edge.to].name
        where[#where + 1] = ("%s %s %s (%s)"):format(records[edge.from].name, edge.kind,
          records[edge.to].name, at(records[edge.from]))
      end
      local loop = table.concat(names, " -> ")
      warn(("%s: cycle: %s: %s"):format(at(record), loop, table.concat(where, ", ")))
      for _, edge in ipairs(path) do
        records[edge.from].broken = records[edge.from].broken or "cycle: " .. loop
      end
    end
  end
end

--- Resolve all edges. Sets `broken` in records; calls warn(message) per fault.
---@param records table[]
---@param warn fun(message: string, is_warning: boolean?)
---@param templates table<string, any>? what has a name, but is none before it has an argument
---@return { kind: string, from: integer, to: integer }[] edges indices into records
function graph.resolve(records, warn, templates)
  local by_name = {}
  for i, record in ipairs(records) do by_name[record.name] = i end
  provide(records, by_name, warn)
  local edges = connect(records, by_name, templates or {}, warn)
  others(records, by_name, warn)
  outputs(records, by_name, edges, warn)
  refuse_loops(records, edges, warn)

  -- A broken service keeps no edge that orders others: it will never run.
  local kept = {}
  for _, edge in ipairs(edges) do
    if not records[edge.from].broken then kept[#kept + 1] = edge end
  end
  return kept
end

return graph
