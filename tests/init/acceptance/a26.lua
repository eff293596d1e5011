-- tests/init/acceptance/a26.lua - the file system of the logs is full

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"

local folder = t.tmp() .. "/full"

supervisor.with({ ["a.lua"] = ([==[return {
  oneshot { name = "room", run = sh "mkdir FOLDER; mount -t tmpfs -o size=64k none FOLDER" },
  service { name = "writer", needs = { "room" },
    log = { to = "file", path = "FOLDER/w.log", stamp = "none" },
    run = sh "i=0; while :; do i=$((i+1)); echo line $i; sleep 0.01; done" },
}]==]):gsub("FOLDER", folder) }, function(sup)
  local log = folder .. "/w.log"
  local function text()
    local file = io.open(log)
    local all = file and file:read("a") or ""
    if file then file:close() end
    return all
  end
  t.ok(supervisor.eventually(function() return text():find("line", 1, true) end), "a log file")
  os.execute("cat /dev/zero > " .. folder .. "/fill 2>/dev/null")
  t.ok(supervisor.eventually(function()
    return sup:status("writer").log_error == "No space left on device"
  end), "the status says that there is no more room")
  local status = sup:status("writer")
  t.is(status.state, "up", "the service runs")
  t.ok(tonumber(status.log_dropped) > 0, "what is lost is counted")
  os.remove(folder .. "/fill")
  local before = #text()
  t.ok(supervisor.eventually(function()
    return not sup:status("writer").log_error and #text() > before
  end), "with room again it goes on")
  sup:svc("stop", "-w", "writer")
  local whole
  supervisor.eventually(function() -- logd has written what there was
    local former = whole
    whole = text()
    S.nanosleep(0.2)
    return whole == former and whole:sub(-1) == "\n"
  end)
  local wrong = 0
  for line in whole:gmatch("[^\n]*\n?") do
    if line ~= "" and not line:find("^line %d+\n$") then wrong = wrong + 1 end
  end
  t.is(wrong, 0, "no line of the file is cut")
end)
