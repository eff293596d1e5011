-- nl/monitor.lua - what changes in the network, as it changes
--
-- Layer: library; calls nl.request and nl.codec. The socket is joined before the caller
-- lists what there is, so that nothing lies between.

local codec = require "nl.codec"
local request = require "nl.request"

local QUEUE_BYTES = 1024 * 1024
local SOL_NETLINK, LISTEN_ALL_NSID = 270, 8

local monitor = {}

---@class nl.Event
---@field kind string "link", "addr", "route", "neigh", "rule"
---@field action string "new", "del"; "lost": the queue overflowed, what is known may be wrong.
--- After "lost" come, as "new", all objects that there are, and then "listed"
---@field message table? the decoded object
---@field nsid integer? of the namespace that it happened in, when that is another (all_nsid)

---@class nl.Monitor
local Monitor = {}
Monitor.__index = Monitor

--- The descriptor to wait for input on.
function Monitor:getfd() return self.socket:getfd() end

-- Everything there is, after events were lost.
local function relist(self, events)
  events[#events + 1] = { action = "lost" }
  local connection, err = request.open(self.options)
  if not connection then return nil, err end
  for _, kind in ipairs(self.kinds) do
    local ok
    ok, err = connection:dump(self.schemas[kind], {}, function(message)
      events[#events + 1] = { kind = kind, action = "new", message = message }
    end)
    if not ok then break end
  end
  connection:close()
  if err then return nil, err end
  events[#events + 1] = { action = "listed" }
  return events
end

--- Everything there is, as the events "lost", "new" ..., "listed".
---@return nl.Event[]? events
---@return S.Error? err
function Monitor:list() return relist(self, {}) end

--- The events that have come; waits for the first.
---@param timeout_ms integer? 0: does not wait; nil: for ever
---@return nl.Event[]? events
---@return S.Error? err AGAIN: none in this time
function Monitor:read(timeout_ms)
  local events, lost = {}, false
  while true do
    local ok, err, nsid = self.socket:recv((#events > 0 or lost) and 0 or timeout_ms)
    if not ok then
      if err.NOBUFS or err.MSGSIZE then
        lost = true -- what is left in the queue is old, too: a list follows it
      elseif lost then
        return relist(self, {})
      elseif err.AGAIN and #events > 0 then
        return events
      else
        return nil, err
      end
    else
      while true do
        local number, _, _, _, payload = self.socket:next()
        if not number then break end
        local meaning = self.meanings[number]
        local message = meaning and codec.decode(self.schemas[meaning.kind], payload)
        if message then
          events[#events + 1] = { kind = meaning.kind, action = meaning.action, message = message,
            nsid = nsid }
        end
      end
      -- a flood is handed on in portions
      if #events >= 1000 and not lost then return events end
    end
  end
end

function Monitor:close() return self.socket:close() end
Monitor.__close = Monitor.close

--- Watch kinds of objects.
---@param kinds string[] "link", "addr", "route", "neigh", "rule"
---@param options? { netns: string|integer|S.fd|nil, all_nsid: boolean? } all_nsid: also of the
--- namespaces that have an id here
---@return nl.Monitor? monitor
---@return S.Error? err
function monitor.monitor(kinds, options)
  local socket, err = request.socket(options)
  if not socket then return nil, err end
  socket:set_receive_buffer(QUEUE_BYTES)
  if options and options.all_nsid then
    local ok
    ok, err = socket:setsockopt(SOL_NETLINK, LISTEN_ALL_NSID, 1)
    if not ok then
      socket:close()
      return nil, err
    end
  end
  local self = setmetatable({ socket = socket, options = options, kinds = kinds, schemas = {},
    meanings = {} }, Monitor)
  for _, kind in ipairs(kinds) do
    local schema = require("nl.schema." .. kind)
    self.schemas[kind] = schema
    self.meanings[schema.messages.new] = { kind = kind, action = "new" }
    self.meanings[schema.messages.del] = { kind = kind, action = "del" }
    for _, group in ipairs(schema.groups) do
      local ok
      ok, err = socket:add_membership(group)
      if not ok then
        socket:close()
        return nil, err
      end
    end
  end
  return self
end

return monitor
