-- rc.lua - what boot-race wants besides: its folder of marks, and drivers by name (its image has no
-- list of aliases); then all that the default boot script does
require("syscall").mkdir("/run/up", "0755")
for _, name in ipairs { "virtio_pci", "virtio_net" } do assert(require("kmod").load(name)) end
require "rc.rc"
