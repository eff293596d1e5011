-- hung.lua - B04: a file system that never answers, and a process that waits for it

local machine = require "machine"
local t = require "test"

local FOLDER = "etc/luabox/services/"
local DEADLINE = 60 -- seconds, of docs/services.md, "Shutdown"

--- A module of the machine's kernel that the image does not have.
local function module(name)
  local folder = (os.getenv "LUABOX_QEMU" or ""):match("%-kernel (%S+)/") or "."
  local find <close> = io.popen(("find -L %s -name %s.ko 2>/dev/null | head -n 1"):format(folder,
    name))
  local path = find:read("l")
  return path and t.read(path)
end

-- A server that greets and answers nothing after that. Who asked it is not interrupted by any
-- signal once the question was read, and holds the server's end itself: nothing ends this but the
-- end of the machine. (Where it could still be killed, it was, and there was nothing hung.)
local STUCK = [[
  local INIT, REPLY = 26, 16 + 64 -- linux/fuse.h
  return service { name = "stuck", stop = { timeout = 2 }, run = function()
    local S = require "syscall"
    while not S.stat("/run/now") do S.nanosleep(0.1) end
    local fuse = assert(S.open("/dev/fuse", "rdwr"))
    S.mkdir("/mnt", "0755")
    assert(S.mount("none", "/mnt", "fuse", "",
      ("fd=%d,rootmode=40000,user_id=0,group_id=0"):format(fuse:getfd())))
    if S.fork() ~= 0 then
      S.stat("/mnt/x")
      print "was answered"
      return
    end
    while true do
      local request = fuse:read(nil, 65536)
      local _, opcode, unique = ("=I4I4I8"):unpack(request)
      if opcode == INIT then
        local reply = ("=I4i4I8 I4I4I4I4 I2I2I4I4"):pack(REPLY, 0, unique, 7, 31, 0, 0, 12, 9,
          4096, 1)
        assert(fuse:write(reply .. ("\0"):rep(REPLY - #reply)))
      else
        print("does not answer " .. opcode)
        io.stdout:flush()
      end
    end
  end }]]
local vm <close> = machine.boot {
  files = { ["fuse.ko"] = module "fuse", [FOLDER .. "stuck.lua"] = STUCK },
}
vm:expect("default is up")
vm:prompt()
vm:type("insmod /fuse.ko")
local answer = vm:type("=S.stat('/dev/fuse') and 'there'")
if not answer:find("there") then
  t.skip_one("B04: a hung file system", "needs fuse in the guest: " .. answer:gsub("%s+", " "))
  t.is(vm:poweroff(), 0, "poweroff")
else
  vm:type("io.open('/run/now', 'w'):close()")
  vm:expect("stuck: does not answer")
  local began = tonumber(vm:type("=S.clock_gettime('monotonic').time"))
  t.is(vm:poweroff(), 0, "B04: a file system that does not answer does not keep it from poweroff")
  t.ok(not vm.log:find("was answered"), "B04: which never answered")
  local off = tonumber(vm.log:match("%[ *(%d+%.%d+)%] reboot: Power down")) -- the guest's clock
  t.ok(off and off - began < DEADLINE, "B04: within the time for a shutdown",
    ("asked at %s, off at %s"):format(began, off))
end
