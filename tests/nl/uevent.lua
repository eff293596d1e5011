-- tests/nl/uevent.lua - the kernel's events of devices

local t = require "test"

local uevent = require "nl.uevent"

t.is(uevent.parse("add@/devices/virtual/net/x\0ACTION=add\0DEVPATH=/devices/virtual/net/x\0"
  .. "INTERFACE=x\0SEQNUM=7\0"), { action = "add", path = "/devices/virtual/net/x",
  values = { ACTION = "add", DEVPATH = "/devices/virtual/net/x", INTERFACE = "x", SEQNUM = "7" } },
  "a message")
for _, bytes in ipairs { "", "libudev\0\xfe\xed", "add@relative\0", "add@/x", "ADD@/x\0" } do
  t.is(uevent.parse(bytes), nil, "is none")
end

t.need_root()
local S = require "syscall"
local nl = require "nl"

t.netns(function()
  local events <close> = assert(uevent.open())
  local none, err
  repeat -- disks and modules are everybody's
    none, err = events:read()
  until not none or none.values.SUBSYSTEM == "net"
  t.ok(none == nil and err.AGAIN, "nothing has happened")
  nl.create_interface { name = "x0", type = "bridge" }
  local found
  for _ = 1, 1500 do
    local event = events:read()
    if event and event.values.INTERFACE == "x0" then found = event end
    if found then break end
    S.nanosleep(0.02)
  end
  t.is(found and { found.action, found.values.SUBSYSTEM }, { "add", "net" }, "a link came")
end)
