-- syscall/types/perf.lua - performance counters: what to count, and reading the samples
--
-- Layer: library, behind S.t. Follows perf_event_open(2). The kernel writes samples to a ring
-- that is mapped; what was read is told to it by the ring's tail.

local S = require "syscall"
local mem = require "syscall.mem"

local perf = {}

perf.perf_event_attr = {
  get = { sample_type = function(m) return m.pe_sample_type end },
  set = {
    type = function(m, v) m.pe_type = S.c.PERF_TYPE[v] end,
    config = function(m, v) m.pe_config = S.c.PERF_COUNT[v] end,
    sample_type = function(m, v) m.pe_sample_type = S.c.PERF_SAMPLE[v] end,
    read_format = function(m, v) mem.set(m, "read_format", S.c.PERF_READ_FORMAT[v]) end,
    branch_sample_type = function(m, v)
      mem.set(m, "branch_sample_type", S.c.PERF_SAMPLE_BRANCH[v])
    end,
  },
}

function perf.perf_event_attr.new(fields)
  local m = mem.new("perf_event_attr")
  for key, value in pairs(fields or {}) do m[key] = value end
  return m
end

-- ---- perf_reader: a counter, and the ring of its samples ----

local Reader = {}
local methods = {}

perf.perf_reader = {}

--- t.perf_reader([fd])
function perf.perf_reader.new(fd)
  return setmetatable({ event = fd, map = nil, map_pages = 0 }, Reader)
end

function Reader.__index(reader, key)
  if key == "fd" then return reader.event and reader.event:getfd() or -1 end
  return methods[key]
end

function Reader.__len() return mem.sizeof("intptr") + 8 end

function Reader.__close(reader) reader:close() end

--- The count: a number, or with a read_format an array of four.
function methods.read(reader, length)
  length = length or 8
  local values = S.t.buffer(math.max(length, 32))
  local n, err = reader.event:read(values, length)
  if not n then return nil, err end
  values = mem.cast("uint64", values)
  return n == 8 and values[0] or values
end

--- Maps the ring: pages of samples, a power of two of them, behind the one that describes it.
function methods.mmap(reader, pages)
  pages = pages or 8
  local map, err = S.mmap(nil, (pages + 1) * S.getpagesize(), "read, write", "shared",
    reader.event, 0)
  if not map then return nil, err end
  rawset(reader, "map", map)
  reader.map_pages = pages
  return pages
end

function methods.munmap(reader)
  local map = reader.map
  if not map then return true end
  reader.map, reader.map_pages = nil, 0
  return S.munmap(map, #map)
end

function methods.close(reader)
  reader:munmap()
  local event = rawget(reader, "event")
  reader.event = nil
  return not event or event:close()
end

--- The page that describes the ring, or nil when nothing is mapped.
function methods.meta(reader)
  local map = reader.map
  return map and mem.cast("perf_event_mmap_page", map, true)
end

--- n bytes at an offset of the ring, which may go round its end.
local function ring_bytes(reader, offset, n)
  local page = S.getpagesize()
  local size = reader.map_pages * page
  local at = offset % size
  local first = math.min(n, size - at)
  local bytes = mem.string(reader.map + page + at, first)
  if first < n then bytes = bytes .. mem.string(reader.map + page, n - first) end
  return bytes
end

--- The next sample, its head as t.perf_event_header with what follows behind it; nil when
--- there is none. Taking the following one gives this one's room back to the kernel.
---@param length integer? of the sample before: what the last call returned first
---@return integer? length
---@return S.t.perf_event_header? event
function methods.next(reader, length)
  local meta = reader:meta()
  if not meta then return nil end
  local tail = meta.data_tail + (length or 0)
  if length and length > 0 then
    S.memory_barrier() -- what was read is read
    meta.data_tail = tail
  end
  local head = meta.data_head
  S.memory_barrier() -- before what it covers
  if tail >= head then return nil end
  local size = mem.sizeof("perf_event_header")
  local header = ring_bytes(reader, tail, size)
  local event = mem.cast("perf_event_header", mem.copy(S.t.buffer(size), header, size))
  local bytes = ring_bytes(reader, tail, event.size)
  event = mem.cast("perf_event_header", mem.copy(S.t.buffer(#bytes), bytes, #bytes), true)
  return event.size, event
end

--- for length, event in ipairs(reader): LuaJIT's form; here also reader:events()
function methods.events(reader)
  return function(_, length) return reader:next(length) end, reader, 0
end

Reader.__ipairs = methods.events

function methods.ioctl(reader, command, value)
  return reader.event:ioctl(command, value)
end

function methods.start(reader) return reader:ioctl("PERF_EVENT_IOC_ENABLE") end
function methods.stop(reader) return reader:ioctl("PERF_EVENT_IOC_DISABLE") end
function methods.reset(reader) return reader:ioctl("PERF_EVENT_IOC_RESET") end

--- Count and stop after n overflows.
function methods.refresh(reader, n)
  return reader:ioctl("PERF_EVENT_IOC_REFRESH", mem.pointer(n or 1))
end

function methods.setfilter(reader, filter)
  return reader:ioctl("PERF_EVENT_IOC_SET_FILTER", filter)
end

function methods.setbpf(reader, fd) return reader:ioctl("PERF_EVENT_IOC_SET_BPF", fd) end

return perf
