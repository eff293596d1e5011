-- syscall/types/mqueue.lua - message queues: their attributes, and what a queue can do
--
-- Layer: library, behind S.t. A t.mqd is a descriptor with these methods instead.

local S = require "syscall"
local mem = require "syscall.mem"

local mqueue = {}

mqueue.mq_attr = {
  set = { flags = function(m, v) m.mq_flags = S.c.OMQATTR[v] end },
}

function mqueue.mq_attr.new(fields)
  local m = mem.new("mq_attr")
  if type(fields) ~= "table" then fields = { flags = fields } end
  for key, value in pairs(fields) do m[key] = value end
  return m
end

local fd = S.t.fd()
local methods = { getfd = fd.getfd, nogc = fd.nogc, close = fd.close }

mqueue.methods = methods

---@param attr S.t.mq_attr? to fill
---@return S.t.mq_attr? attr
---@return S.Error? err
function methods.getattr(mq, attr)
  attr = attr or S.t.mq_attr()
  local ok, err = S.mq_getsetattr(mq, nil, attr)
  if not ok then return nil, err end
  return attr
end

--- Only the flags can change: "nonblock", or 0.
---@param attr S.t.mq_attr|string|integer|table
---@return true? ok
---@return S.Error? err
function methods.setattr(mq, attr)
  return S.mq_getsetattr(mq, S.t.mq_attr(attr), nil)
end

function methods.send(mq, message, length, priority)
  return S.mq_timedsend(mq, message, length, priority)
end

function methods.receive(mq, buffer, length, priority)
  return S.mq_timedreceive(mq, buffer, length, priority)
end

function methods.timedsend(...) return S.mq_timedsend(...) end
function methods.timedreceive(...) return S.mq_timedreceive(...) end

return mqueue
