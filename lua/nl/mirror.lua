-- nl/mirror.lua - what the network is, kept up to date by events
--
-- Layer: library; calls nl.monitor. The mirror is right even when the kernel had to drop events:
-- then everything is listed again, and what differs is told as changes.

local codec = require "nl.codec"
local monitor = require "nl.monitor"

local pack = string.pack

local mirror = {}

-- What makes two messages speak of one object.
local KEY = {
  link = function(m) return m.index end,
  addr = function(m)
    return pack("=I1I4I1s1s1", m.family, m.index, m.prefixlen, m["local"] or "", m.address or "")
  end,
  route = function(m)
    return pack("=I1I4I1I1I4s1s1I4I4s1", m.family, m.table or 0, m.dst_len, m.tos, m.priority or 0,
      m.dst or "", m.src or "", m.oif or 0, m.type, m.gateway or "")
  end,
  neigh = function(m)
    return pack("=I1i4I1s1s1I2", m.family, m.index, m.flags, m.dst or "",
      m.family == 7 and m.lladdr or "", m.vlan or 0)
  end,
}

local function key_of(kind, schema, message)
  local key = KEY[kind]
  return key and key(message) or codec.encode(schema, message)
end

---@class nl.Change
---@field kind string "link", "addr", ...
---@field action "new"|"change"|"del"
---@field message table the object now; of "del" the last that was known
---@field before table? what it was, of "change"

---@class nl.Mirror
---@field objects table<string, table<any, table>> by kind and key
local Mirror = {}
Mirror.__index = Mirror

--- The descriptor to wait for input on.
function Mirror:getfd() return self.monitor:getfd() end

-- Does the one message say anything else than the other? Counters and timers are in every message.
local function differs(schema, a, b)
  local function plain(message)
    local copy = {}
    for name, value in pairs(message) do
      if name ~= "stats" and name ~= "stats64" and name ~= "cacheinfo" then copy[name] = value end
    end
    return copy
  end
  return codec.encode(schema, plain(a)) ~= codec.encode(schema, plain(b))
end

local function put(self, kind, message, changes)
  local schema = self.monitor.schemas[kind]
  local key = key_of(kind, schema, message)
  local before = self.objects[kind][key]
  self.objects[kind][key] = message
  if self.seen then self.seen[kind][key] = true end
  if not before then
    changes[#changes + 1] = { kind = kind, action = "new", message = message }
  elseif differs(schema, before, message) then
    changes[#changes + 1] = { kind = kind, action = "change", message = message, before = before }
  end
end

local function drop(self, kind, message, changes)
  local key = key_of(kind, self.monitor.schemas[kind], message)
  local before = self.objects[kind][key]
  if not before then return end
  self.objects[kind][key] = nil
  changes[#changes + 1] = { kind = kind, action = "del", message = before }
end

-- A listing has ended: what it did not have is gone.
local function sweep(self, changes)
  for kind, objects in pairs(self.objects) do
    for key, message in pairs(objects) do
      if not self.seen[kind][key] then
        objects[key] = nil
        changes[#changes + 1] = { kind = kind, action = "del", message = message }
      end
    end
  end
  self.seen = nil
end

local function apply(self, events)
  local changes = {}
  for _, event in ipairs(events) do
    if event.action == "lost" then
      self.seen = {}
      for _, kind in ipairs(self.monitor.kinds) do self.seen[kind] = {} end
    elseif event.action == "listed" then
      sweep(self, changes)
    elseif event.action == "del" then
      drop(self, event.kind, event.message, changes)
    else
      put(self, event.kind, event.message, changes)
    end
  end
  return changes
end

--- Take in what has happened; waits for the first.
---@param timeout_ms integer? 0: does not wait; nil: for ever
---@return nl.Change[]? changes
---@return S.Error? err AGAIN: nothing in this time
function Mirror:read(timeout_ms)
  local events, err = self.monitor:read(timeout_ms)
  if not events then return nil, err end
  return apply(self, events)
end

function Mirror:close() return self.monitor:close() end
Mirror.__close = Mirror.close

--- Begin to mirror kinds of objects, with all that there is.
---@param kinds string[] "link", "addr", "route", "neigh", "rule"
---@param options? { netns: string|integer|S.fd|nil }
---@return nl.Mirror? mirror
---@return S.Error? err
function mirror.mirror(kinds, options)
  local events, err = monitor.monitor(kinds, options)
  if not events then return nil, err end
  local self = setmetatable({ monitor = events, objects = {} }, Mirror)
  for _, kind in ipairs(kinds) do self.objects[kind] = {} end
  local listing
  listing, err = events:list()
  if not listing then
    events:close()
    return nil, err
  end
  apply(self, listing)
  return self
end

return mirror
