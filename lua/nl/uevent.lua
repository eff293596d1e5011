-- nl/uevent.lua - devices come and go: the kernel's events
--
-- Layer: library; calls S. Follows include/linux/kobject.h, lib/kobject_uevent.c: a message is
-- "ACTION@PATH" and then "KEY=VALUE", each ended by a NUL.

local S = require "syscall"

local uevent = {}

local KERNEL_GROUP = 1
local QUEUE_BYTES = 1024 * 1024
local MAX_MESSAGE = 8192
local KERNEL_PORT = 0

--- Understand a message.
---@param bytes string
---@return { action: string, path: string, values: table<string, string> }? event nil: it is none
function uevent.parse(bytes)
  local action, path, at = bytes:match("^(%l+)@(/[^%z]*)%z()")
  if not action then return nil end
  local values = {}
  for key, value in bytes:sub(at):gmatch("([%u%d_]+)=([^%z]*)%z") do values[key] = value end
  return { action = action, path = path, values = values }
end

---@class nl.Uevents
local Uevents = {}
Uevents.__index = Uevents

--- Listen.
---@return nl.Uevents? events
---@return S.Error? err
function uevent.open()
  local fd, err = S.socket("netlink", "dgram, nonblock", "kobject_uevent")
  if not fd then return nil, err end
  fd:setsockopt("socket", "rcvbuf", QUEUE_BYTES)
  local ok
  ok, err = fd:bind(S.t.sockaddr_nl { groups = KERNEL_GROUP })
  if not ok then
    fd:close()
    return nil, err
  end
  return setmetatable({ fd = fd }, Uevents)
end

--- The descriptor to wait for input on.
function Uevents:getfd() return self.fd:getfd() end

--- The next event.
---@return table? event
---@return S.Error? err AGAIN: none has come; NOBUFS: some were lost, look at /sys again
function Uevents:read()
  while true do
    local bytes, err, from = S.receive(self.fd, MAX_MESSAGE)
    if not bytes then return nil, err end
    -- any process may send to us; only the kernel is believed
    local event = from and from.pid == KERNEL_PORT and uevent.parse(bytes)
    if event then return event end
  end
end

function Uevents:close() return self.fd:close() end
Uevents.__close = Uevents.close

return uevent
