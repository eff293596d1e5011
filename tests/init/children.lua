-- children.lua - what a child's own limits and descriptors do to the way from fork to exec

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"

local base = t.tmp()
local MANY = {}
for n = 1, 700 do MANY["MANY" .. n] = tostring(n) end

supervisor.with({ ["a.lua"] = ([[
  local base = %q
  return service { name = "few", limits = { nofile = 32 }, listen = { a = "unix:" .. base .. "/a" },
    run = sh("ls -l /proc/self/fd | grep -c socket:; ulimit -n; env | grep -c ^MANY; " ..
      "exec sleep 1000") }
]]):format(base) }, function(sup)
  t.ok(sup:says("few: 1\n"),
    "fewer descriptors than those that a start uses for itself", sup:log())
  t.ok(sup:says("few: 32\n"), "and no more than they asked for")
  t.ok(sup:says("few: 700\n"), "a large environment comes through, as do PATH and HOME")
end, { env = MANY })

local function list_of(n, item)
  local list = {}
  for i = 1, n do list[i] = item(i) end
  return table.concat(list, ", ")
end

supervisor.with({ ["a.lua"] = ([[
  local base = %q
  local function hook(ctx)
    local file = assert(io.open(base .. "/" .. ctx.name, "w"))
    file:write("ran\n")
    file:close()
    require("syscall").nanosleep(1000)
  end
  local list = {
    service { name = "words", run = { "sh", "-c", "echo $# > " .. base .. "/words; exec sleep 1000",
      "sh", %s } },
    service { name = "many", run = hook, listen = { %s } },
  }
  for fd = 10, 40 do
    list[#list + 1] = service { name = "fd" .. fd, run = hook, ready = { fd = fd, timeout = 0 } }
  end
  return list
]]):format(base, list_of(700, function(n) return '"' .. n .. '"' end),
  list_of(30, function(n) return ("s%d = 'unix:%s/s%d'"):format(n, base, n) end)) }, function(sup)
  local function text(name)
    return supervisor.eventually(function()
      local got = S.stat(base .. "/" .. name) and t.read(base .. "/" .. name)
      return got ~= "" and got
    end)
  end
  t.is(text "words", "700\n", "a command of many words")
  t.is(text "many", "ran\n", "a function and many sockets")
  local ran = {}
  for fd = 10, 40 do
    if not text("fd" .. fd) then ran[#ran + 1] = fd end
  end
  t.is(ran, {}, "a function that says on any descriptor that it is ready")
end)
