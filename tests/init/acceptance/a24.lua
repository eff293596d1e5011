-- tests/init/acceptance/a24.lua - a service that floods its output for 10 s, with a rate
-- And log files: stamps, rotation, their place, what the status says.

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"

local folder = t.tmp() .. "/log"
local SECONDS, RATE, SIZE, KEEP = 10, 200, 8192, 2 -- of the flood
local WANTED = 200e6 -- bytes a second
local NOTE = ("%%[%%d+ lines dropped: more than %d in a second%%]"):format(RATE)
local LINE = 61 -- bytes; what is read at once ends within one

-- As fast as the pipe takes it: blocks of 64 KiB. What one cannot take at once was not cut off.
local FLOOD = [==[
  local S = require "syscall"
  local block = (("x"):rep(%d - 1) .. "\n"):rep(1024)
  local function monotonic() return S.clock_gettime("monotonic").time end
  local from, bytes, rest = monotonic(), 0, ""
  local deadline = from + %d
  repeat
    if rest == "" then rest = block end
    local n = assert(S.write(1, rest))
    bytes = bytes + n
    rest = rest:sub(n + 1)
  until monotonic() > deadline
  while rest ~= "" do
    local n = assert(S.write(1, rest))
    bytes = bytes + n
    rest = rest:sub(n + 1)
  end
  local file = io.open(%q, "w")
  file:write(("%%d %%.3f"):format(bytes, monotonic() - from))
  file:close()
]==]

--- All that is kept of a log, oldest line first, and the most room that one file takes.
local function kept(name)
  local parts, largest = {}, 0
  for n = 99, 0, -1 do
    local file = io.open(folder .. "/" .. name .. (n > 0 and "." .. n or ""))
    local text = file and file:read("a") or ""
    if file then file:close() end
    parts[#parts + 1] = text
    largest = math.max(largest, #text)
  end
  return table.concat(parts), largest
end

--- Bytes of the flood's files. They move up by one when they are full: none is seen twice.
local function room()
  local bytes, count = 0, 0
  for n = 9, 0, -1 do
    local st = S.stat(folder .. "/flood.log" .. (n > 0 and "." .. n or ""))
    if st then bytes, count = bytes + st.st_size, count + 1 end
  end
  return bytes, count
end

-- A24
local done = t.tmp() .. "/flooded"
local files = { ["a.lua"] = ([==[
  local function file(name, more)
    local log = { to = "file", path = "FOLDER/" .. name .. ".log" }
    for key, value in pairs(more or {}) do log[key] = value end
    return log
  end
  return {
    service { name = "quiet", log = file "quiet",
      run = sh [[i=0; while :; do i=$((i+1)); echo line $i; sleep 0.02; done]] },
    service { name = "chatty", log = file("chatty", { stamp = "none", size = "16M" }),
      run = sh [[i=0; while :; do i=$((i+100)); seq $((i-99)) $i; sleep 0.1; done]] },
    oneshot { name = "flood", log = file("flood", { rate = "RATE/s", size = SIZE, keep = KEEP }),
      needs = { "quiet", "chatty" }, ready = { "exit", timeout = 0 }, run = function()
        WRITER
        -- the first of these that is kept comes after all of the flood
        repeat
          S.nanosleep(1.1)
          S.write(1, "over\n")
        until S.stat "FOLDER/enough"
      end },
    group { name = "default", wants = { "quiet", "chatty" } },
  }]==]):gsub("%u%u%u+", { FOLDER = folder, RATE = RATE, SIZE = SIZE, KEEP = KEEP,
    WRITER = FLOOD:format(LINE, SECONDS, done) }) }
supervisor.with(files, function(sup)
  t.ok(sup:reach("chatty", "up"), "A24: two other services")
  local function neighbour() return select(2, kept("quiet.log"):gsub("\n", "")) end
  supervisor.eventually(function() return neighbour() > 0 end)
  local from = S.clock_gettime("monotonic").time
  sup:svc("start", "flood")
  local largest, most, noted = 0, 0, nil
  t.ok(supervisor.eventually(function() -- 20 ms between two looks
    local bytes, count = room()
    largest, most = math.max(largest, bytes), math.max(most, count)
    -- in the end the others may have driven it out of the journal
    noted = noted or sup:svc("log", "flood").out:find(NOTE)
    return kept("flood.log"):find(" over\n", 1, true)
  end, 12 * SECONDS), "A24: a flood of 10 s", sup:log())
  local most_seconds = S.clock_gettime("monotonic").time - from + 2 -- those it began and ended in
  t.write(folder .. "/enough", "")
  t.ok(sup:reach("flood", "done"), "A24: which is over")
  local bytes, seconds = t.read(done):match("(%d+) (%S+)")
  bytes, seconds = tonumber(bytes), tonumber(seconds)
  local reached = ("%.0f MB/s"):format(bytes / seconds / 1e6)
  io.write("# A24: the flood was of ", reached, "\n")
  if bytes / seconds < WANTED then
    t.skip_one("A24: 200 MB/s", "this machine moves " .. reached .. " through a pipe")
  end
  t.ok(largest <= SIZE * (KEEP + 1), "A24: its files never take more than size * (keep + 1)",
    largest)
  t.is(most, KEEP + 1, "A24: which is the file and as many old ones as are to be kept")

  local lines = bytes // LINE
  local dropped = tonumber(sup:status("flood").log_dropped) or 0
  local taken = lines - dropped
  -- half: on a machine with much to do there may be seconds without a look at the flood
  t.ok(taken >= RATE * SECONDS / 2 and taken <= RATE * most_seconds,
    "A24: all but what the rate allows is counted as dropped",
    ("%d lines, %d dropped: %d are left"):format(lines, dropped, taken))
  t.ok(noted, "A24: and a line says so")

  local before = neighbour()
  t.ok(before >= 3 * SECONDS, "A24: a neighbour is heard meanwhile", before)
  t.ok(supervisor.eventually(function() return neighbour() > before end), "A24: and after it")
  for _, name in ipairs { "quiet", "chatty" } do sup:svc("stop", "-w", name) end
  S.nanosleep(0.2)
  local wrong, number = {}, 0
  for line in kept("quiet.log"):gmatch("[^\n]*\n") do
    number = number + 1
    if not line:find("^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%dZ %d+%.%d%d%d%d%d%d line " .. number ..
        "\n$") then
      wrong[#wrong + 1] = line
    end
  end
  t.is(wrong, {}, "A24: a neighbour's log has every line, in order, with UTC and monotonic time")
  number = 0
  for line in kept("chatty.log"):gmatch("[^\n]*\n") do
    number = number + 1
    if line ~= number .. "\n" then wrong[#wrong + 1] = line end
  end
  t.is(wrong, {}, "A24: so has one that prints much at once")
  t.ok(number > 100 * SECONDS, "A24: during all of it", number)
  for _, name in ipairs { "quiet", "chatty" } do
    t.is(sup:status(name).log_dropped, nil, "A24: nothing of " .. name .. " is dropped")
  end
end)

-- what is dropped is counted line by line, also where a second ends within one; files, their
-- place, their size
local over = t.tmp() .. "/over"
supervisor.with({ ["a.lua"] = ([==[
  local function file(name, more)
    local log = { to = "file", path = "FOLDER/" .. name .. ".log" }
    for key, value in pairs(more or {}) do log[key] = value end
    return log
  end
  return {
    oneshot { name = "burst", log = file("burst", { size = "8K", keep = 99, stamp = "none" }),
      run = sh "seq 9000" },
    oneshot { name = "over", log = file("over", { size = "64M", rate = "50/s", stamp = "none" }),
      run = function()
        WRITER
      end },
    service { name = "kernel", log = { to = "kmsg" }, run = sh "sleep 1000" },
    oneshot { name = "plain", log = file("sub/plain", { stamp = "none" }),
      run = sh "echo one; echo two" },
  }]==]):gsub("%u%u%u+", { FOLDER = folder, WRITER = FLOOD:format(LINE, 3, over) }) }, function(sup)
  t.ok(sup:reach("plain", "done"), "a oneshot with a log file")
  t.ok(supervisor.eventually(function()
    return S.stat(folder .. "/sub/plain.log") and t.read(folder .. "/sub/plain.log") == "one\ntwo\n"
  end), "whose folder is made, and which is as it was printed with stamp = none")

  local burst, largest
  t.ok(supervisor.eventually(function()
    burst, largest = kept("burst.log")
    return burst:find("\n9000\n", 1, true)
  end), "many lines at once")
  t.ok(largest <= 8192, "are in files of the size that is allowed", largest)
  local numbers = {}
  for n in burst:gmatch("%d+") do numbers[#numbers + 1] = tonumber(n) end
  t.is({ #numbers, numbers[1], numbers[9000] }, { 9000, 1, 9000 }, "and none is missing")

  t.ok(sup:reach("over", "done"), "one that is over its rate again and again")
  local lines = t.read(over):match("%d+") // LINE
  local sum, notes, most
  supervisor.eventually(function() -- what is in the pipe is still to be read
    local count = 0 -- of lines between two notes
    sum, notes, most = tonumber(sup:status("over").log_dropped) or 0, 0, 0
    for line in kept("over.log"):gmatch("[^\n]*\n") do
      if line:find("^%[%d+ lines dropped: more than 50 in a second%]\n$") then
        notes, count = notes + 1, 0
      else
        sum, count = sum + 1, count + 1
        most = math.max(most, count)
      end
    end
    return sum == lines
  end)
  t.is(sum, lines, "what is there, and what is counted as dropped, is all of it")
  t.ok(notes > 0, "and lines say so", notes)
  t.is(most, 50, "between which are as many as are allowed")
end)
