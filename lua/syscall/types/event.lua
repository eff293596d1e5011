-- syscall/types/event.lua - what poll and epoll ask and answer
--
-- Layer: library, behind S.t.

local S = require "syscall"
local mem = require "syscall.mem"

local event = {}

local function is_set(constants, field)
  return function(m, name)
    local bit = constants()[name]
    if type(bit) ~= "number" then error("invalid index " .. tostring(name), 2) end
    return m[field] & bit ~= 0
  end
end

local function descriptor(fd)
  return type(fd) == "number" and fd or fd:getfd()
end

-- ---- pollfd ----

event.pollfd = {
  methods = { getfd = function(m) return m.fd end },
  set = {
    fd = function(m, fd) mem.copy(m, string.pack("=i4", descriptor(fd)), 4) end,
  },
  index = is_set(function() return S.c.POLL end, "revents"),
}

function event.pollfd.new(fields)
  local m = mem.new("pollfd")
  if fields.fd then m.fd = fields.fd end
  m.events = S.c.POLL[fields.events] or 0
  m.revents = S.c.POLL[fields.revents] or 0
  return m
end

-- ---- epoll_event ----

event.epoll_event = {
  index = is_set(function() return S.c.EPOLL end, "events"),
}

function event.epoll_event.new(fields)
  local m = mem.new("epoll_event")
  if type(fields) ~= "table" then fields = { events = fields } end
  m.events = S.c.EPOLL[fields.events] or 0
  if fields.fd then m.fd = descriptor(fields.fd) end
  for _, key in ipairs { "u64", "u32", "ptr" } do
    if fields[key] then m[key] = fields[key] end
  end
  return m
end

return event
