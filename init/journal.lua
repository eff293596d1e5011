-- init/journal.lua - read the ring of log lines that logd keeps
--
-- Layer: PID 1's Lua side, used by svc. The layout is init/journal.h's; logd
-- writes while we read, so what it may have overwritten meanwhile is dropped.

local S = require "syscall"
local mem = require "syscall.mem"

local journal = {}

local MAGIC, VERSION, PAD = 0x4e524a4c, 2, 0xffffffff
local HEADER = "=I4I4I4I4I8I8" -- magic version ring_size ring_at head tail
local RECORD = "=I4I4I4I2I2I8I8z" -- size slot length cut quiet mono_ns real_ns name

local function pread(fd, size, at)
  local buffer = S.t.buffer(size)
  local parts = {}
  while size > 0 do
    local got, err = S.pread(fd, buffer, size, at)
    if not got then return nil, err end
    if got == 0 then break end
    parts[#parts + 1] = mem.string(buffer, got)
    size, at = size - got, at + got
  end
  return table.concat(parts)
end

--- The position behind the last line.
---@param fd S.fd
---@return integer?
function journal.head(fd)
  local bytes = pread(fd, string.packsize(HEADER), 0)
  if not bytes or #bytes < string.packsize(HEADER) then return nil end
  return (select(5, string.unpack(HEADER, bytes)))
end

---@class init.LogLine
---@field name string of the service
---@field text string
---@field mono number seconds since boot
---@field real number seconds since 1970

--- All lines from a position on; false positions are those before the oldest.
---@param fd S.fd the journal
---@param from integer position that the last call returned, or 0
---@return init.LogLine[]? lines
---@return integer|string next position, or the error
function journal.read(fd, from)
  local head_bytes, err = pread(fd, string.packsize(HEADER), 0)
  if not head_bytes then return nil, tostring(err) end
  local magic, version, size, at, head, tail = string.unpack(HEADER, head_bytes)
  if magic ~= MAGIC or version ~= VERSION then return nil, "unknown journal format" end
  if from >= head then return {}, head end
  local ring = pread(fd, size, at)
  if not ring or #ring < size then return nil, "journal is truncated" end
  -- What logd has given up since we looked may be overwritten.
  local _, _, _, _, _, tail_now = string.unpack(HEADER, pread(fd, string.packsize(HEADER), 0))

  local lines = {}
  local position = tail
  while position < head do
    local start = position % size + 1
    local length_all, slot = string.unpack("=I4I4", ring, start)
    if length_all < 8 or length_all % 8 ~= 0 then break end
    if slot ~= PAD and position >= from and position >= tail_now then
      local _, _, length, cut, _, mono, real, name, text = string.unpack(RECORD, ring, start)
      lines[#lines + 1] = {
        name = name, text = ring:sub(text, text + length - 1), cut = cut == 1,
        mono = mono / 1e9, real = real / 1e9,
      }
    end
    position = position + length_all
  end
  return lines, head
end

return journal
