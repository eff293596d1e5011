-- cpio.lua - write a newc cpio archive, the format of an initramfs
--
-- Layer: image building; pure functions, entries in, bytes out.
-- Follows Documentation/driver-api/early-userspace/buffer-format.rst of the kernel.
-- The same entries give the same bytes whatever their order: sorted by path, owner root,
-- time 0 unless an entry has one, inodes numbered from 1.

local cpio = {}

local TYPES = {
  dir = 0x4000,
  file = 0x8000,
  link = 0xa000,
  char = 0x2000,
  block = 0x6000,
  fifo = 0x1000,
}

---@class cpio.Entry
---@field path string relative, without a leading "/"
---@field type "dir"|"file"|"link"|"char"|"block"|"fifo"
---@field mode integer permission bits
---@field data string? contents of a file, target of a link
---@field major integer? of a device
---@field minor integer?
---@field time integer? of the last change, seconds since 1970

local function padded(text)
  return text .. ("\0"):rep(-#text % 4)
end

-- magic, then 13 numbers of eight hexadecimal digits
local function member(number, entry)
  local kind = assert(TYPES[entry.type], entry.path .. ": unknown type")
  local data = entry.data or ""
  local header = ("070701" .. ("%08X"):rep(13)):format(
    number,
    kind | entry.mode,
    0, -- uid
    0, -- gid
    entry.type == "dir" and 2 or 1, -- links
    entry.time or 0,
    #data,
    0, -- device the file was on: major, minor
    0,
    entry.major or 0,
    entry.minor or 0,
    #entry.path + 1,
    0 -- checksum, unused in this variant
  )
  return padded(header .. entry.path .. "\0") .. padded(data)
end

--- Entries to bytes. Folders that nobody lists are added with mode 0755: the kernel's
--- unpacker makes none by itself.
---@param entries cpio.Entry[]
---@return string archive
function cpio.archive(entries)
  local by_path = {}
  for _, entry in ipairs(entries) do
    assert(not by_path[entry.path], entry.path .. ": twice in the archive")
    assert(entry.path:find("^[^/]") and not entry.path:find("/$"), entry.path .. ": bad path")
    by_path[entry.path] = entry
  end
  for _, entry in ipairs(entries) do
    local parent = entry.path:match("^(.*)/")
    while parent and not by_path[parent] do
      by_path[parent] = { path = parent, type = "dir", mode = tonumber("755", 8) }
      parent = parent:match("^(.*)/")
    end
  end

  local paths = {}
  for path in pairs(by_path) do
    paths[#paths + 1] = path
  end
  table.sort(paths) -- a folder sorts before what it holds

  local out = {}
  for number, path in ipairs(paths) do
    out[number] = member(number, by_path[path])
  end
  out[#out + 1] = member(0, { path = "TRAILER!!!", type = "file", mode = 0 })
  return table.concat(out)
end

return cpio
