-- services.lua - B01 and B08: a hundred services, several boots, always the same end
--
-- The specification asks for 200 boots; LUABOX_BOOTS says how many are made here.

local machine = require "machine"
local t = require "test"

local BOOTS = tonumber(os.getenv "LUABOX_BOOTS") or 2

local files = { ["etc/luabox/services/many.lua"] = [[
  local list = {}
  for n = 1, 100 do
    list[n] = service {
      name = ("s%03d"):format(n),
      pre = n % 10 == 1 and function(ctx)
        io.open("/run/order", "a"):write(ctx.name, "\n"):close()
      end or nil,
      run = { "sleep", "100000" },
      needs = n > 1 and n % 10 == 1 and { ("s%03d"):format(n - 10) } or nil,
      restart = "always",
    }
  end
  list[101] = service { name = "bad", run = { "no-such-program" } }
  list[102] = oneshot { name = "once", run = { "true" }, needs = { "s091" } }
  return list]] }

local first
for boot = 1, BOOTS do
  local vm <close> = machine.boot { network = "none", append = "luabox.svc=-dhcp", files = files }
  vm:expect("luabox: default is up")
  vm:prompt()
  local states, text
  vm.await(function()
    states = {}
    for name, state in vm:type("svc list"):gmatch("\n([%w]+) +(%l+)") do
      states[#states + 1] = name .. " " .. state
    end
    text = table.concat(states, "\n")
    return text:find("bad failed") and text:find("once done") and not text:find(" starting")
  end)
  first = first or text
  t.ok(#states >= 103, ("boot %d: all are listed"):format(boot), text)
  t.is(text, first, ("boot %d: the same states"):format(boot))
  t.ok(text:find("bad failed") and text:find("once done") and select(2, text:gsub("s%d+ up", ""))
    == 100, "and the right ones", text)
  local last = 0
  for n in vm:type("cat /run/order"):gmatch("s(%d+)") do
    n = tonumber(n)
    if n % 10 == 1 then
      t.ok(n > last, ("s%03d comes after s%03d"):format(n, last))
      last = n
    end
  end
  t.is(vm:poweroff(), 0, ("boot %d: and it goes off"):format(boot))
end
