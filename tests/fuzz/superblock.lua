-- superblock.lua - disks that hold anything: nil or a table of strings, never an error

local t = require "test"
local fuzz = require "fuzz"
local superblock = require "fs.superblock"

local MAGICS = {
  { 0, "LUKS\xba\xbe" }, { 0, "XFSB" }, { 0, "hsqs" }, { 1080, "\x53\xef" }, { 3, "NTFS    " },
  { 1024, "\xe2\xe1\xf5\xe0" }, { 1024, "\x10\x20\xf5\xf2" }, { 3, "EXFAT   " },
  { 82, "FAT32   " }, { 54, "FAT16   " }, { 510, "\x55\xaa" }, { 512, "EFI PART" },
  { 4086, "SWAPSPACE2" },
}

local function generate()
  local bytes = fuzz.bytes(64):rep(70)
  local at, magic = table.unpack(MAGICS[math.random(#MAGICS)])
  return bytes:sub(1, at) .. magic .. bytes:sub(at + #magic + 1)
end

local function check(disk)
  local function read(offset, size)
    assert(math.type(offset) == "integer" and math.type(size) == "integer" and size <= 4096)
    if offset < 0 then return nil end
    -- the far places of some file systems show the beginning
    if offset >= 0x8000 then offset = 0 end
    return disk:sub(offset + 1, offset + size)
  end
  for _, found in ipairs {
    superblock.identify(read) or {}, superblock.partition(read, math.random(5), 512) or {},
  } do
    for key, value in pairs(found) do
      assert(type(key) == "string" and type(value) == "string" and #value < 1000)
    end
  end
end

local corpus = {}
for i, case in ipairs(MAGICS) do
  corpus[i] = ("\0"):rep(case[1]) .. case[2] .. ("\0"):rep(5000 - case[1])
end
corpus[#corpus + 1] = ("\0"):rep(512) .. "EFI PART" .. ("\0"):rep(64)
  .. string.pack("<I8I4I4", 2, 128, 128) .. ("\0"):rep(424) .. ("guid"):rep(64)
local rounds = fuzz.run {
  name = "superblock", generate = generate, check = check, corpus = corpus,
}
t.ok(rounds > 0, "no disk raised an error in " .. rounds .. " rounds")
