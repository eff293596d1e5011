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

-- ---- inotify_events: what a read gave ----

local InotifyEvent = {}

--- ev.create, ev.isdir ...: booleans by the names of c.IN.
function InotifyEvent.__index(ev, name)
  local bits = S.c.IN[name]
  if type(bits) ~= "number" then error("invalid index " .. tostring(name), 2) end
  return rawget(ev, "mask") & bits ~= 0
end

event.inotify_events = {}

--- The events in so many bytes of a buffer: {wd, mask, cookie, name}.
function event.inotify_events.new(buffer, length)
  local bytes, events, at = mem.string(buffer, length), {}, 1
  while at + 16 <= length + 1 do -- struct inotify_event and its name, padded with zeros
    local wd, mask, cookie, size, name_at = string.unpack("=i4I4I4I4", bytes, at)
    local name = bytes:sub(name_at, name_at + size - 1):match("^%Z*")
    events[#events + 1] = setmetatable({ wd = wd, mask = mask, cookie = cookie,
      name = size > 0 and name or nil }, InotifyEvent)
    at = name_at + size
  end
  return events
end

return event
