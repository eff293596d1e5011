-- fs/superblock.lua - what a disk or partition holds, from its own bytes
--
-- Layer: library, pure: bytes come from a function. Offsets are those of the kernel's headers
-- (fs/ext4/ext4.h, fs/xfs/libxfs/xfs_format.h, include/linux/f2fs_fs.h ...), of EFI's and
-- Microsoft's specifications. A disk is a stranger: every field may be anything.

local superblock = {}

---@class fs.Superblock
---@field type string as mount(2) takes it, or "swap", "crypto_LUKS"
---@field uuid string? as the tools print it
---@field label string? without trailing blanks

--- 16 bytes as people write them; all zero is none.
local function uuid(bytes)
  if not bytes or #bytes < 16 or not bytes:find("[^%z]") then return nil end
  local hex = bytes:gsub(".", function(c) return ("%02x"):format(c:byte()) end)
  return ("%s-%s-%s-%s-%s"):format(hex:sub(1, 8), hex:sub(9, 12), hex:sub(13, 16),
    hex:sub(17, 20), hex:sub(21, 32))
end

--- The same where the first three parts are little-endian: EFI.
local function guid(bytes)
  if not bytes or #bytes < 16 then return nil end
  return uuid(bytes:sub(1, 4):reverse() .. bytes:sub(5, 6):reverse() .. bytes:sub(7, 8):reverse()
    .. bytes:sub(9, 16))
end

local function text(bytes)
  local label = bytes and bytes:match("^[^%z]*"):match("^(.-)%s*$")
  return label ~= "" and label or nil
end

--- UTF-16, little-endian, up to its end.
local function wide(bytes)
  local out = {}
  for at = 1, #bytes - 1, 2 do
    local unit = string.unpack("<I2", bytes, at)
    if unit == 0 then break end
    -- pairs of surrogates: nobody names a partition so
    out[#out + 1] = utf8.char(unit >= 0xd800 and unit < 0xe000 and 0xfffd or unit)
  end
  return out[1] and table.concat(out) or nil
end

local function serial(bytes)
  return ("%02X%02X-%02X%02X"):format(bytes:byte(4), bytes:byte(3), bytes:byte(2), bytes:byte(1))
end

local EXT4 = 0x40 | 0x80 | 0x200 -- extents, 64bit, flex_bg: ext3 has none of them
local JOURNAL = 0x4

local function ext(block)
  local compatible, incompatible = string.unpack("<I4I4", block, 0x5c + 1)
  return {
    type = incompatible & EXT4 ~= 0 and "ext4" or compatible & JOURNAL ~= 0 and "ext3" or "ext2",
    uuid = uuid(block:sub(0x69, 0x78)), label = text(block:sub(0x79, 0x88)),
  }
end

local function fat(block, at)
  local label = text(block:sub(at + 5, at + 15))
  return { type = "vfat", uuid = serial(block:sub(at + 1, at + 4)),
    label = label ~= "NO NAME" and label or nil }
end

--- { where the block is, its size, where in it the magic is, the magic, what else it says };
--- a file system that was made over another comes before it.
local KINDS = {
  { 0, 512, 0, "LUKS\xba\xbe", function(b)
    return { type = "crypto_LUKS", uuid = text(b:sub(169, 208)) }
  end },
  { 0, 512, 0, "XFSB", function(b)
    return { type = "xfs", uuid = uuid(b:sub(33, 48)), label = text(b:sub(109, 120)) }
  end },
  { 0, 512, 0, "hsqs", function() return { type = "squashfs" } end },
  { 1024, 1024, 0x38, "\x53\xef", ext },
  { 1024, 1024, 0, "\xe2\xe1\xf5\xe0", function(b)
    return { type = "erofs", uuid = uuid(b:sub(49, 64)), label = text(b:sub(65, 80)) }
  end },
  { 1024, 2048, 0, "\x10\x20\xf5\xf2", function(b)
    return { type = "f2fs", uuid = uuid(b:sub(109, 124)), label = wide(b:sub(125, 636)) }
  end },
  { 0x10000, 4096, 0x40, "_BHRfS_M", function(b)
    return { type = "btrfs", uuid = uuid(b:sub(0x21, 0x30)), label = text(b:sub(0x12c, 0x22b)) }
  end },
  { 0, 512, 3, "EXFAT   ", function(b)
    return { type = "exfat", uuid = serial(b:sub(101, 104)) }
  end },
  { 0, 512, 3, "NTFS    ", function(b)
    local hex = b:sub(73, 80):reverse():gsub(".", function(c) return ("%02X"):format(c:byte()) end)
    return { type = "ntfs", uuid = hex }
  end },
  { 0, 512, 82, "FAT32   ", function(b) return fat(b, 67) end },
  { 0, 512, 54, "FAT16   ", function(b) return fat(b, 39) end },
  { 0, 512, 54, "FAT12   ", function(b) return fat(b, 39) end },
  { 0x8000, 2048, 1, "CD001", function(b)
    return { type = "iso9660", label = text(b:sub(41, 72)) }
  end },
  { 0, 4096, 4086, "SWAPSPACE2", function(b)
    return { type = "swap", uuid = uuid(b:sub(1037, 1052)), label = text(b:sub(1053, 1068)) }
  end },
}

--- What is in there?
---@param read fun(offset: integer, size: integer): string? bytes, fewer at the end
---@return fs.Superblock? nil: nothing that is known
function superblock.identify(read)
  local blocks = {}
  for _, kind in ipairs(KINDS) do
    local offset, size, at, magic, describe = table.unpack(kind)
    local key = offset .. "+" .. size
    if blocks[key] == nil then blocks[key] = read(offset, size) or false end
    local block = blocks[key]
    if block and #block == size and block:sub(at + 1, at + #magic) == magic then
      return describe(block)
    end
  end
  return nil
end

local GPT_ENTRIES = 1024 -- more than any tool makes

local function gpt(read, number, sector)
  local header = read(sector, 92)
  if not header or #header < 92 or header:sub(1, 8) ~= "EFI PART" then return nil end
  local at, count, size = string.unpack("<I8I4I4", header, 73)
  if number > count or count > GPT_ENTRIES or size < 128 or size > 4096 or at < 0 or
      at > 1 << 48 then
    return nil
  end
  local entry = read(at * sector + (number - 1) * size, 128)
  if not entry or #entry < 128 then return nil end
  return { partuuid = guid(entry:sub(17, 32)), partlabel = wide(entry:sub(57, 128)) }
end

--- What a disk says of one of its partitions.
---@param read fun(offset: integer, size: integer): string? of the whole disk
---@param number integer as the kernel numbers it, from 1
---@param sector integer bytes of a logical block: 512 or 4096
---@return { partuuid: string?, partlabel: string? }?
function superblock.partition(read, number, sector)
  local found = gpt(read, number, sector)
  if found then return found end
  local mbr = read(0, 512)
  if not mbr or #mbr < 512 or mbr:sub(511) ~= "\x55\xaa" then return nil end
  local id = string.unpack("<I4", mbr, 441)
  return id ~= 0 and { partuuid = ("%08x-%02x"):format(id, number) } or nil
end

return superblock
