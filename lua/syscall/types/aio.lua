-- syscall/types/aio.lua - requests and events of io_submit(2)
--
-- Layer: library, behind S.t.

local S = require "syscall"
local mem = require "syscall.mem"

local aio = {}

aio.iocb = {
  set = {
    opcode = function(m, v) m.aio_lio_opcode = S.c.IOCB_CMD[v] end,
    flags = function(m, v) m.aio_flags = S.c.IOCB_FLAG[v] end,
    --- An eventfd that is told of the end.
    resfd = function(m, fd)
      m.aio_flags = m.aio_flags | S.c.IOCB_FLAG.RESFD
      m.aio_resfd = fd
    end,
  },
  get = { opcode = function(m) return m.aio_lio_opcode end },
}

function aio.iocb.new(fields)
  local m = mem.new("iocb")
  for key, value in pairs(fields or {}) do m[key] = value end
  return m
end

aio.io_event = {
  get = {
    error = function(m)
      local res = m.res
      if res < 0 then return S.t.error(-res) end
    end,
  },
}

aio.iocb_array = {}

--- t.iocb_array(requests [, ptrs]) -> {nr, iocbs, ptrs}, what io_submit takes.
function aio.iocb_array.new(requests, ptrs)
  local n = #requests
  local iocbs = S.t.iocbs(n, requests)
  ptrs = ptrs or S.t.iocb_ptrs(n)
  for i = 0, n - 1 do ptrs[i] = iocbs + i end
  return { nr = n, iocbs = iocbs, ptrs = ptrs }
end

return aio
