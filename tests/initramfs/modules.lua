-- modules.lua - choosing kernel modules by what they say about themselves

local t = require "test"

package.path = "initramfs/?.lua;" .. package.path
local modules = require "modules"

-- A relocatable object with nothing but .modinfo and the section names, by elf(5).
local function object(info, bits, order)
  local names = "\0.shstrtab\0.modinfo\0"
  local header_size, section_size = 64, 64
  local section, address = order .. "I4I4I8I8I8I8I4I4I8I8", "I8"
  if bits == 32 then
    header_size, section_size, address = 52, 40, "I4"
    section = order .. ("I4"):rep(10)
  end
  local names_at = header_size
  local info_at = names_at + #names
  local table_at = info_at + #info
  local ident = "\x7fELF" .. string.char(bits // 32, order == "<" and 1 or 2, 1) .. ("\0"):rep(9)
  local header = string.pack(order .. "I2I2I4" .. address:rep(3) .. "I4I2I2I2I2I2I2",
    1, 62, 1, 0, 0, table_at, 0, header_size, 0, 0, section_size, 3, 1)
  return ident .. header .. names .. info
    .. string.pack(section, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    .. string.pack(section, 1, 3, 0, 0, names_at, #names, 0, 0, 1, 0)
    .. string.pack(section, 11, 1, 0, 0, info_at, #info, 0, 0, 1, 0)
end

local text = "license=GPL\0alias=pci:v1\0alias=of:N*\0depends=ring,bus-core\0name=net\0"
for _, kind in ipairs { { 64, "<" }, { 64, ">" }, { 32, "<" }, { 32, ">" } } do
  local info = assert(modules.info(object(text, kind[1], kind[2])))
  local name = kind[1] .. " bits " .. kind[2]
  t.is(table.concat(info.alias, " "), "pci:v1 of:N*", name .. ": aliases")
  t.is(table.concat(info.depends, " "), "ring bus_core", name .. ": depends")
  t.is(info.name, "net", name .. ": name")
end
t.is(select(2, modules.info("#!/bin/sh")), "not an ELF file", "a script is no module")

local store = {
  ["kernel/net/net-if.ko"] = object("alias=virtio:1\0depends=bus-core,ring\0", 64, "<"),
  ["kernel/bus-core.ko"] = object("depends=ring\0", 64, "<"),
  ["kernel/ring.ko"] = object("depends=\0", 64, "<"),
  ["kernel/other.ko"] = object("depends=lost\0", 64, "<"),
}
local paths = {}
for path in pairs(store) do paths[#paths + 1] = path end
local function read(path) return store[path] end

local choice = assert(modules.choose({ "net_if", "ext4" }, paths, { ext4 = true }, read))
t.is(choice.dep, "kernel/bus-core.ko: kernel/ring.ko\n"
  .. "kernel/net/net-if.ko: kernel/bus-core.ko kernel/ring.ko\n"
  .. "kernel/ring.ko:\n", "modules.dep: what is needed, to be loaded last first")
t.is(choice.alias, "alias virtio:1 net_if\n", "modules.alias")
t.is(#choice.files, 3, "files: the module and all it needs, once")

local none, err = modules.choose({ "nothere" }, paths, {}, read)
t.is(none, nil, "an unknown module stops the build")
t.is(err, "nothere: no such module, wanted by the list", "and is named")
t.is(select(2, modules.choose({ "other" }, paths, {}, read)),
  "lost: no such module, wanted by other", "so is an unknown dependency, with who needs it")
