-- syscall/types/record.lua - entries of a directory as bytes, and select's set of descriptors
--
-- Layer: library, behind S.t.

local S = require "syscall"
local mem = require "syscall.mem"

local record = {}

record.dirent = {
  get = { toif = function(m) return m.d_type << 12 end },
  len = function(m) return m.d_reclen end,
  --- d.DIR, d.CHR ...: is it one?
  index = function(m, name)
    local kind = S.c.DT[name]
    if type(kind) ~= "number" then error("invalid index " .. tostring(name), 2) end
    return m.d_type == kind
  end,
}

record.dirents = {}

--- The entries in what getdents64(2) has put into a buffer.
---@param buffer S.mem
---@param size integer bytes of it
---@return fun(): S.t.dirent? iterator
function record.dirents.new(buffer, size)
  local at = 0
  return function()
    while at < size do
      local head = mem.cast("dirent", mem.sub(buffer, at, size - at), true)
      local length = head.d_reclen
      if length < mem.sizeof("dirent") or at + length > size then
        error("a directory entry that is no such", 2)
      end
      local entry = mem.cast("dirent", mem.sub(buffer, at, length), true)
      at = at + length
      if entry.d_ino ~= 0 then return entry end
    end
  end
end

-- The kernel's bitmap is of longs.
local BITS = mem.sizeof("long") * 8

local function place(set, fd)
  fd = type(fd) == "number" and fd or fd:getfd()
  if fd < 0 or fd >= mem.sizeof(set) * 8 then error("no descriptor of a set", 3) end
  return fd // BITS, 1 << fd % BITS
end

record.fdset = {
  methods = {
    set = function(set, fd)
      local word, bit = place(set, fd)
      set.fds_bits[word] = set.fds_bits[word] | bit
    end,
    get = function(set, fd)
      local word, bit = place(set, fd)
      return set.fds_bits[word] & bit ~= 0
    end,
  },
}

--- Nothing, or an array of descriptors.
function record.fdset.new(fds)
  local set = mem.new("fdset")
  for _, fd in ipairs(fds or {}) do set:set(fd) end
  return set
end

return record
