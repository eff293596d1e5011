-- hung.lua - B04: a file system that never answers, and a process that waits for it

local machine = require "machine"
local t = require "test"

local FOLDER = "etc/luabox/services/"

--- A module of the machine's kernel that the image does not have.
local function module(name)
  local find <close> = io.popen(("find -L build -name %s.ko 2>/dev/null | head -n 1"):format(name))
  local path = find:read("l")
  return path and t.read(path)
end

local STUCK = [[
  return service { name = "stuck", stop = { timeout = 2 }, run = function()
    local S = require "syscall"
    while not S.stat("/run/mounted") do S.nanosleep(0.1) end
    print "asks"
    S.stat("/mnt/x")
  end }]]
local vm <close> = machine.boot {
  files = { ["fuse.ko"] = module "fuse", [FOLDER .. "stuck.lua"] = STUCK },
}
vm:expect("default is up")
vm:type("")
vm:type("insmod /fuse.ko")
vm:type("fuse = S.open('/dev/fuse', 'rdwr')")
vm:type("S.mkdir('/mnt', '0755')")
local answer = vm:type("=fuse and S.mount('none', '/mnt', 'fuse', '', " ..
  "('fd=%d,rootmode=40000,user_id=0,group_id=0'):format(fuse:getfd()))")
if not answer:find("true") then
  t.skip_one("B04: a hung file system", "needs fuse in the guest: " .. answer:gsub("%s+", " "))
  t.is(vm:poweroff(), 0, "poweroff")
else
  vm:type("io.open('/run/mounted', 'w'):close()")
  vm:expect("stuck: asks")
  t.is(vm:poweroff(), 0, "B04: a file system that does not answer does not keep it from poweroff")
end
