-- fs_superblock.lua - what disks hold, beside the tools that make file systems
--
-- Expected values are those that mkfs was told.

local t = require "test"
local S = require "syscall"
local superblock = require "fs.superblock"

local UUID = "c1b9d5a2-f162-11cf-9ece-0020afc76f16"
local dir = t.tmp()
S.mkdir(dir .. "/empty", "0755")

local function reader(path)
  local file = assert(io.open(path, "rb"))
  return function(offset, size)
    file:seek("set", offset)
    return file:read(size)
  end
end

local MIB = 1 << 20
for _, case in ipairs {
  { "mkfs.ext2", "-q -F -U $UUID -L disk", 4, { type = "ext2", uuid = UUID, label = "disk" } },
  { "mkfs.ext3", "-q -F -U $UUID -L disk", 8, { type = "ext3", uuid = UUID, label = "disk" } },
  { "mkfs.ext4", "-q -F -U $UUID -L sixteen.letters.", 8,
    { type = "ext4", uuid = UUID, label = "sixteen.letters." } },
  { "mkfs.xfs", "-q -f -m uuid=$UUID -L disk", 400, { type = "xfs", uuid = UUID, label = "disk" } },
  { "mkfs.btrfs", "-q -f -U $UUID -L disk", 200, { type = "btrfs", uuid = UUID, label = "disk" } },
  { "mkfs.f2fs", "-q -f -U $UUID -l disk", 100, { type = "f2fs", uuid = UUID, label = "disk" } },
  { "mkfs.vfat", "-F 12 -i 1a2b3c4d -n DISK", 1,
    { type = "vfat", uuid = "1A2B-3C4D", label = "DISK" } },
  { "mkfs.vfat", "-F 16 -i 1a2b3c4d", 20, { type = "vfat", uuid = "1A2B-3C4D" } },
  { "mkfs.vfat", "-F 32 -i 1a2b3c4d -n DISK", 64,
    { type = "vfat", uuid = "1A2B-3C4D", label = "DISK" } },
  { "mkfs.exfat", "", 8, { type = "exfat" } },
  { "mkfs.ntfs", "-q -F -f", 8, { type = "ntfs" } },
  { "mkfs.erofs", "-U $UUID", 0, { type = "erofs", uuid = UUID }, true },
  { "mksquashfs", "", 0, { type = "squashfs" }, "first" },
  { "mkswap", "-q -U $UUID -L disk", 1, { type = "swap", uuid = UUID, label = "disk" } },
  { "genisoimage", "-quiet -V DISK -o", 0, { type = "iso9660", label = "DISK" }, true },
} do
  local tool, options, size, want, folder = table.unpack(case)
  local name = tool .. " " .. options
  if not t.find(tool) then
    t.skip_one(name, tool .. " is not here")
  else
    local path = dir .. "/image"
    os.remove(path)
    if size > 0 then
      local file = assert(io.open(path, "w"))
      file:seek("set", size * MIB - 1)
      file:write("\0"):close()
    end
    local words = { options:gsub("$UUID", UUID) }
    local line = folder == "first" and ("%s %s/empty %s"):format(tool, dir, path) or
      ("%s %s %s %s"):format(tool, words[1], path, folder and dir .. "/empty" or "")
    local made = t.execute({ "sh", "-c", line .. " >/dev/null" }, { program = "/bin/sh" })
    local got = superblock.identify(reader(path)) or {}
    for key, value in pairs(want) do t.is(got[key], value, name .. ": " .. key .. made.err) end
    if want.type == "exfat" or want.type == "ntfs" then
      t.ok(got.uuid and got.uuid:find("^[%x-]+$"), name .. ": a serial number")
    end
  end
end

t.is(superblock.identify(function() return "" end), nil, "an empty disk holds nothing")
t.is(superblock.identify(function(_, size) return ("\0"):rep(size) end), nil, "zeros are nothing")

-- partition tables
local GPT = [[label: gpt
size=1MiB, uuid=%s, name="rööt"
size=1MiB
]]
if not t.find("sfdisk") then
  t.skip_one("partition tables", "sfdisk is not here")
else
  local path = dir .. "/disk"
  t.write(path, ("\0"):rep(8 * MIB))
  t.execute({ "sfdisk", "-q", path }, { program = t.find("sfdisk"), stdin = GPT:format(UUID) })
  t.is(superblock.partition(reader(path), 1, 512), { partuuid = UUID, partlabel = "rööt" }, "GPT")
  t.is(superblock.partition(reader(path), 3, 512), {}, "GPT: a place that is not taken")
  t.is(superblock.partition(reader(path), 2000, 512) or {}, {}, "and one that cannot be")
  t.write(path, ("\0"):rep(8 * MIB))
  t.execute({ "sfdisk", "-q", path }, { program = t.find("sfdisk"),
    stdin = "label: dos\nlabel-id: 0x1234abcd\nsize=1MiB\n" })
  t.is(superblock.partition(reader(path), 2, 512), { partuuid = "1234abcd-02" }, "MBR")
end
