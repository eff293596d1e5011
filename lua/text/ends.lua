-- lua/text/ends.lua - cut a stream before its last lines or bytes
--
-- Layer: library; calls S and text.bytes. Holds blocks, not lines: what is kept is
-- bounded by the lines or bytes asked for and one block.

local S = require "syscall"
local bytes = require "text.bytes"

local ends = {}

local BLOCK = 65536

-- Read to the end; hand on every block that surely lies before the last count
-- units, and return the rest. measure(block) is its number of units.
local function hold_back(fd, count, measure, before)
  local blocks, sizes, first, held = {}, {}, 1, 0
  while true do
    local block, err = S.read(fd, nil, BLOCK)
    if not block then return nil, err end
    if block == "" then break end
    local n = #blocks + 1
    blocks[n], sizes[n] = block, measure(block)
    held = held + sizes[n]
    while first < n and held - sizes[first] > count do
      before(blocks[first])
      held = held - sizes[first]
      blocks[first] = false
      first = first + 1
    end
  end
  return table.concat(blocks, "", first)
end

--- Split what fd still holds before its last count lines.
---@param fd any
---@param count integer
---@param delimiter string
---@param before fun(text: string) gets what lies before them, in pieces
---@return string? last the last lines
---@return any err
function ends.lines(fd, count, delimiter, before)
  local rest, err = hold_back(fd, count + 1, function(block)
    return bytes.count(block, delimiter)
  end, before)
  if not rest then return nil, err end
  local at = ends.start_of_last(rest, count, delimiter)
  before(rest:sub(1, at - 1))
  return rest:sub(at)
end

--- Split what fd still holds before its last count bytes.
---@param fd any
---@param count integer
---@param before fun(text: string)
---@return string? last
---@return any err
function ends.bytes(fd, count, before)
  local rest, err = hold_back(fd, count, string.len, before)
  if not rest then return nil, err end
  local at = math.max(1, #rest - count + 1)
  before(rest:sub(1, at - 1))
  return rest:sub(at)
end

--- Where the last count lines of text begin.
---@param text string
---@param count integer
---@param delimiter string
---@return integer position #text + 1 for none
function ends.start_of_last(text, count, delimiter)
  if count == 0 or text == "" then return #text + 1 end
  -- the last line begins behind the delimiter before it: its own does not count
  if text:sub(-1) == delimiter then count = count + 1 end
  return (bytes.nth(text, delimiter, -count) or 0) + 1
end

--- Offset in a seekable file where its last count lines begin; reads backwards.
---@param fd any
---@param start integer no further back than this
---@param stop integer size of the file
---@param count integer
---@param delimiter string
---@return integer? offset
---@return any err
function ends.seek_lines(fd, start, stop, count, delimiter)
  if count == 0 then return stop end
  local buffer = S.t.buffer(BLOCK)
  local at = stop
  while at > start do
    local from = math.max(start, (at - 1) // BLOCK * BLOCK)
    local n, err = S.pread(fd, buffer, at - from, from)
    if not n then return nil, err end
    -- the delimiter at the very end belongs to the last line
    if at == stop and n > 0 and bytes.nth(buffer, delimiter, -1, n) == n then count = count + 1 end
    local found, there = bytes.nth(buffer, delimiter, -count, n)
    if found then return from + found end
    count = count - there
    at = from
  end
  return start
end

return ends
