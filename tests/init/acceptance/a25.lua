-- tests/init/acceptance/a25.lua - logd is killed again and again while a service prints
-- The journal and the service's own file have every line once, none of them cut.

local t = require "test"
local supervisor = require "supervisor"

local LINES = 5000
local folder = t.tmp() .. "/log"

--- The pid of logd inside the namespace.
local function logd()
  for pid = 2, 2000 do
    local file = io.open("/proc/" .. pid .. "/comm")
    local name = file and file:read("l")
    if file then file:close() end
    if name == "luabox-logd" then return pid end
  end
end

supervisor.with({ ["a.lua"] = ([==[
  return service {
    name = "printer", restart = "never", log = { to = "file", path = "FOLDER/p.log", size = "64K",
      keep = 20, stamp = "none" },
    run = sh [=[
      for i in $(seq 5000); do
        echo line $i of a text that has some length
        case $i in *00) sleep 0.03;; esac
      done
      exec sleep 1000]=] }
]==]):gsub("FOLDER", folder) }, function(sup)
  local function files()
    local parts = {}
    for n = 20, 1, -1 do
      local file = io.open(folder .. "/p.log." .. n)
      if file then
        parts[#parts + 1] = file:read("a")
        file:close()
      end
    end
    local file = io.open(folder .. "/p.log")
    if file then
      parts[#parts + 1] = file:read("a")
      file:close()
    end
    return table.concat(parts)
  end
  local killed = 0
  local text = ""
  supervisor.eventually(function()
    local pid = logd()
    local got = pid and t.execute({ "sh", "-c", "kill -9 " .. pid }, { program = "/bin/sh" })
    if got and got.status == 0 then killed = killed + 1 end
    text = files()
    return text:find("line " .. LINES .. " ", 1, true)
  end, 60)
  t.ok(killed > 10, "logd was killed " .. killed .. " times")
  local number, wrong = 0, {}
  for line in text:gmatch("[^\n]*\n") do
    number = number + 1
    if line ~= "line " .. number .. " of a text that has some length\n" then
      wrong[#wrong + 1] = line
    end
  end
  t.is({ number, wrong[1] }, { LINES }, "every line is in the files once, in order")
  t.is(sup:status("printer").log_dropped, nil, "nothing was dropped")
end)
