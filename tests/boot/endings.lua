-- endings.lua - B01, B03, B05: how a machine goes down, and who cannot keep it from that

local machine = require "machine"
local t = require "test"

local BOOTS = tonumber(os.getenv "LUABOX_BOOTS") or 2 -- of B01; the specification says 20
local FOLDER = "etc/luabox/services/"
local STUBBORN = [[return service { name = "stubborn", stop = { timeout = 1000 }, run = function()
  local S = require "syscall"
  S.sigaction("term", "ign")
  while true do S.nanosleep(1000) end
end }]]

-- B01: up and off, again and again
local bad = 0
for _ = 1, BOOTS do
  local vm <close> = machine.boot()
  vm:expect("default is up")
  vm:type("")
  if vm:poweroff() ~= 0 then bad = bad + 1 end
end
t.is(bad, 0, "B01: it ends " .. BOOTS .. " times")

-- B03: the prompt without services is left in every way
do
  local vm <close> = machine.boot { append = "rescue" }
  vm:expect("starting a prompt; leave it to load the services again")
  vm:prompt()
  vm:send("os.exit(3)")
  vm:expect("rescue: shell ended, loading the services again")
  vm:expect("default is up")
  t.ok(vm:type("svc list"):find("console +up"), "B03: leaving the prompt starts the services")
  t.is(vm:poweroff(), 0, "B03: poweroff")
end
do
  local vm <close> = machine.boot { append = "rescue" }
  vm:prompt()
  vm:send("=S.kill(S.getpid(), 'kill')")
  vm:expect("rescue: shell ended, loading the services again")
  vm:expect("default is up")
  vm:type("")
  t.is(vm:poweroff(), 0, "B03: kill -9 of the prompt is no panic")
end

-- B05: ctrl-alt-del is SIGINT for PID 1; a stubborn service holds up the first one
do
  local vm <close> = machine.boot { files = { [FOLDER .. "s.lua"] = STUBBORN } }
  vm:expect("default is up")
  vm:type("")
  vm:send("S.kill(1, 'int')")
  vm:expect("reboot: stopping %d+ services")
  vm:expect("waiting for stubborn, stopping for %d+ s")
  t.ok(true, "B05: who is awaited is said")
end
do
  local vm <close> = machine.boot { files = {
    [FOLDER .. "s.lua"] = STUBBORN,
    -- by then there is no prompt any more: somebody else presses the keys
    [FOLDER .. "keys.lua"] = [[return service { name = "keys", stop = { timeout = 1000 },
      run = function()
        local S = require "syscall"
        S.sigaction("term", "ign")
        while not S.stat("/run/now") do S.nanosleep(0.05) end
        for _ = 1, 8 do
          S.kill(1, "int")
          S.nanosleep(0.1)
        end
        S.nanosleep(1000)
      end }]],
  } }
  vm:expect("default is up")
  vm:type("")
  vm:send("io.open('/run/now', 'w'):close()")
  vm:expect("reboot: stopping %d+ services")
  t.is(vm:wait(30), 0, "B05: ctrl-alt-del seven times ends it at once")
end
