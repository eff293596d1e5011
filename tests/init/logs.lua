-- tests/init/logs.lua - what services print: named, kept, and not lost when logd dies

local t = require "test"
local supervisor = require "supervisor"

local LINES = 3000

--- The pid of logd inside: not one that this process, outside, could use.
local function logd()
  for pid = 2, 400 do
    local file = io.open("/proc/" .. pid .. "/comm")
    if file then
      local name = file:read("l")
      file:close()
      if name == "luabox-logd" then return pid end
    end
  end
end

supervisor.with({ ["p.lua"] = [==[
  return {
    service { name = "printer", restart = "never",
      run = sh [=[
        for i in $(seq 3000); do
          echo line $i of a text that has some length
          case $i in *00) sleep 0.03;; esac
        done
        exec sleep 1000]=] },
    service { name = "half", run = sh "printf 'no newline '; sleep 0.2; echo here" },
    service { name = "dark", run = sh "echo unseen; exec sleep 1000", log = { to = "ring" } },
    service { name = "mute", run = sh "echo silence; exec sleep 1000", log = false },
    service { name = "wild", run = sh "head -c 3000 /dev/zero | tr '\\0' x; echo" },
  }
]==] }, function(sup)
  local killed = 0
  supervisor.eventually(function()
    local pid = logd()
    if pid then
      local got = t.execute({ "sh", "-c", "kill -9 " .. pid }, { program = "/bin/sh" })
      if got.status == 0 then killed = killed + 1 end
    end
    return sup:log():find("printer: line " .. LINES .. " ", 1, true)
  end)
  t.ok(killed > 2, "logd was killed " .. killed .. " times")
  local seen, repeated, wrong = {}, 0, 0
  for line in sup:log():gmatch("printer: ([^\n]*)\n") do
    local n = tonumber(line:match("^line (%d+) of a text that has some length$"))
    if not n then
      wrong = wrong + 1
    elseif seen[n] then
      repeated = repeated + 1
    else
      seen[n] = true
    end
  end
  local missing = 0
  for n = 1, LINES do missing = missing + (seen[n] and 0 or 1) end
  t.is({ missing, wrong }, { 0, 0 }, "no line is lost, none is cut")
  t.ok(repeated <= killed, "a line is printed twice at most where logd died", tostring(repeated))

  t.ok(sup:says("half: no newline here\n"), "a line in two writes is one line")
  local journal
  t.ok(supervisor.eventually(function()
    journal = sup:svc("log", "dark", "wild").out
    return journal:find("dark: unseen\n", 1, true)
  end), "a quiet service is in the journal")
  t.ok(not sup:log():find("unseen"), "and not on the console")
  t.ok(not sup:log():find("silence") and not sup:svc("log").out:find("silence"),
    "log = false is nowhere")
  local length = 0
  for text in journal:gmatch("wild: (x+)\n") do length = length + #text end
  t.is(length, 3000, "a line that is too long comes in pieces")
  t.is(select(2, sup:svc("log", "-n", "5", "printer").out:gsub("\n", "")), 5, "svc log -n 5")
end)
