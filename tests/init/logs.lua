-- tests/init/logs.lua - what services print: named, kept, and not lost when logd dies

local t = require "test"
local supervisor = require "supervisor"

local LINES, KILLS = 3000, 10 -- at least

local enough = t.tmp() .. "/enough"

supervisor.with({ ["p.lua"] = [==[
  return {
    service { name = "printer", restart = "never", env = { ENOUGH = os.getenv "ENOUGH" },
      run = sh [=[
        i=0
        while [ ! -e $ENOUGH ] || [ $i -lt 3000 ]; do
          i=$((i + 1))
          echo line $i of a text that has some length
          case $i in *00) sleep 0.03;; esac
        done
        echo $i lines
        exec sleep 1000]=] },
    service { name = "half", run = sh "printf 'no newline '; sleep 0.2; echo here" },
    service { name = "dark", run = sh "echo unseen; exec sleep 1000", log = { to = "ring" } },
    service { name = "mute", run = sh "echo silence; exec sleep 1000", log = false },
    service { name = "wild", run = sh "head -c 3000 /dev/zero | tr '\\0' x; echo" },
  }
]==] }, function(sup)
  local killed, count = 0, 0
  supervisor.eventually(function()
    local pid = supervisor.find "luabox-logd"
    if pid and sup:shell("kill -9 " .. pid).status == 0 then killed = killed + 1 end
    if killed == KILLS then t.write(enough, "") end
    count = tonumber(sup:log():match("\nprinter: (%d+) lines\n"))
    return count
  end)
  t.ok(killed >= KILLS and count >= LINES, "logd was killed " .. killed .. " times")
  local seen, repeated, wrong = {}, 0, 0
  for line in sup:log():gmatch("printer: ([^\n]*)\n") do
    local n = tonumber(line:match("^line (%d+) of a text that has some length$"))
    if not n then
      wrong = wrong + (line == count .. " lines" and 0 or 1)
    elseif seen[n] then
      repeated = repeated + 1
    else
      seen[n] = true
    end
  end
  local missing = 0
  for n = 1, count do missing = missing + (seen[n] and 0 or 1) end
  t.is({ missing, wrong }, { 0, 0 }, "no line is lost, none is cut")
  t.ok(repeated <= killed, "a line is printed twice at most where logd died", tostring(repeated))

  t.ok(sup:says("half: no newline here\n"), "a line in two writes is one line")
  local journal, length
  t.ok(supervisor.eventually(function()
    journal, length = sup:svc("log", "dark", "wild").out, 0
    for text in journal:gmatch("wild: (x+)\n") do length = length + #text end
    return journal:find("dark: unseen\n", 1, true) and length == 3000
  end), "a quiet service is in the journal", journal)
  t.ok(not sup:log():find("unseen"), "and not on the console")
  t.ok(not sup:log():find("silence") and not sup:svc("log").out:find("silence"),
    "log = false is nowhere")
  t.is(length, 3000, "a line that is too long comes in pieces")
  t.is(select(2, sup:svc("log", "-n", "5", "printer").out:gsub("\n", "")), 5, "svc log -n 5")
end, { env = { ENOUGH = enough } })
