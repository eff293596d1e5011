-- image.lua - make the initramfs image
--
--   luabox lua initramfs/image.lua BINARY APPLETS MODULES-FOLDER OUTPUT
--
-- BINARY     the luabox to put in
-- APPLETS    a file with the applets' names, one a line (luabox --list)
-- MODULES-FOLDER  lib/modules/RELEASE of an unpacked kernel package
-- OUTPUT     the archive, not compressed
--
-- Layer: image building. The same input gives the same bytes.

package.path = "initramfs/?.lua;" .. package.path

local cpio = require "cpio"
local modules = require "modules"
local entries = require "files"

local binary, applets, modules_folder, output = table.unpack(arg, 1, 4)

local function read(path)
  local f <close> = assert(io.open(path, "rb"))
  return f:read("a")
end

-- lines of a file, without comments and empty ones
local function words(path)
  local list = {}
  for line in read(path):gmatch("[^\n]+") do
    list[#list + 1] = line:gsub("#.*", ""):match("%S+")
  end
  return list
end

local function add(path, data, mode)
  entries[#entries + 1] = { path = path, type = "file", mode = mode, data = data }
end

add("bin/luabox", read(binary), tonumber("755", 8))
entries[#entries].time = tonumber(os.getenv("SOURCE_DATE_EPOCH"))
for _, applet in ipairs(words(applets)) do
  local target = { path = "bin/" .. applet, type = "link", mode = tonumber("777", 8) }
  target.data = "luabox"
  entries[#entries + 1] = target
end

local builtin = {}
for _, path in ipairs(words(modules_folder .. "/modules.builtin")) do
  builtin[modules.name(path)] = true
end
local choice, err = modules.choose(
  words("initramfs/modules"),
  words(modules_folder .. "/modules.order"),
  builtin,
  function(path) return read(modules_folder .. "/" .. path) end
)
if not choice then
  io.stderr:write("initramfs/modules: ", err, "\n")
  os.exit(1)
end

local target = "lib/modules/" .. modules_folder:match("[^/]+$") .. "/"
for _, module in ipairs(choice.files) do
  add(target .. module.path, module.data, tonumber("644", 8))
end
add(target .. "modules.dep", choice.dep, tonumber("644", 8))
add(target .. "modules.alias", choice.alias, tonumber("644", 8))
add(target .. "modules.builtin", read(modules_folder .. "/modules.builtin"), tonumber("644", 8))

local f <close> = assert(io.open(output, "wb"))
assert(f:write(cpio.archive(entries)))
