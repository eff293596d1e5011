-- tests/init/acceptance/a24.lua - a service that floods its output, with a rate
-- And log files: stamps, rotation, their place, what the status says.

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"

local folder = t.tmp() .. "/log"

supervisor.with({ ["a.lua"] = ([==[
  local function file(name, more)
    local log = { to = "file", path = "FOLDER/" .. name .. ".log" }
    for key, value in pairs(more or {}) do log[key] = value end
    return log
  end
  return {
    service { name = "flood", run = sh "exec cat /dev/zero | tr '\\000' 'x' | fold -w 99",
      log = file("flood", { rate = "200/s", size = "8K", keep = 2 }) },
    service { name = "quiet", log = file "quiet",
      run = sh [[i=0; while [ $i -lt 100 ]; do i=$((i+1)); echo line $i; sleep 0.02; done
        exec sleep 1000]] },
    oneshot { name = "burst", log = file("burst", { size = "8K", keep = 99, stamp = "none" }),
      run = sh "seq 9000" },
    service { name = "kernel", log = { to = "kmsg" }, run = sh "sleep 1000" },
    oneshot { name = "plain", log = file("sub/plain", { stamp = "none" }),
      run = sh "echo one; echo two" },
  }]==]):gsub("FOLDER", folder) }, function(sup)
  t.ok(sup:reach("plain", "done"), "a oneshot with a log file")
  t.ok(supervisor.eventually(function()
    return S.stat(folder .. "/sub/plain.log") and t.read(folder .. "/sub/plain.log") == "one\ntwo\n"
  end), "whose folder is made, and which is as it was printed with stamp = none")
  t.ok(supervisor.eventually(function()
    return (tonumber(sup:status("flood").log_dropped) or 0) > 100000
  end), "a flood is dropped, and counted")
  t.ok(supervisor.eventually(function()
    return t.read(folder .. "/quiet.log"):find("line 100\n", 1, true)
  end), "a neighbour is heard")

  local wrong = {}
  local number = 0
  for line in t.read(folder .. "/quiet.log"):gmatch("[^\n]*\n") do
    number = number + 1
    if not line:find("^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%dZ %d+%.%d%d%d%d%d%d line " .. number ..
        "\n$") then
      wrong[#wrong + 1] = line
    end
  end
  t.is({ number, wrong }, { 100, {} }, "with every line, in order, with UTC and monotonic time")

  local size, count = 0, 0
  for _, name in ipairs { "flood.log", "flood.log.1", "flood.log.2", "flood.log.3" } do
    local st = S.stat(folder .. "/" .. name)
    if st then
      size, count = size + st.st_size, count + 1
      t.ok(st.st_size <= 8192, name .. " is not larger than it may be", tostring(st.st_size))
    end
  end
  t.is(count, 3, "the file and two old ones are kept")
  local burst, largest = {}, 0
  t.ok(supervisor.eventually(function()
    burst, largest = {}, 0
    for n = 20, 0, -1 do
      local file = io.open(folder .. "/burst.log" .. (n > 0 and "." .. n or ""))
      local text = file and file:read("a") or ""
      if file then file:close() end
      burst[#burst + 1] = text
      largest = math.max(largest, #text)
    end
    return table.concat(burst):find("\n9000\n", 1, true)
  end), "many lines at once")
  t.ok(largest <= 8192, "are in files of the size that is allowed", tostring(largest))
  local numbers = {}
  for n in table.concat(burst):gmatch("%d+") do numbers[#numbers + 1] = tonumber(n) end
  t.is({ #numbers, numbers[1], numbers[9000] }, { 9000, 1, 9000 }, "and none is missing")
  t.ok(size <= 3 * 8192, "no more room is taken")
  t.ok(sup:svc("log", "flood").out:find("%[%d+ lines dropped: more than 200 in a second%]"),
    "and a line says what is missing")
end)
