-- tests/init/control.lua - the control socket under attack, faults of PID 1, a new image

local t = require "test"
local json = require "json"
local supervisor = require "supervisor"

local PACKETS = tonumber(os.getenv "FUZZ_ROUNDS") or 20000

local function resident(pid)
  local anonymous, shared =
    t.read("/proc/" .. pid .. "/status"):match("RssAnon:%s+(%d+).-RssShmem:%s+(%d+)")
  return anonymous + shared
end

local function noise()
  local bytes = {}
  for i = 1, math.random(1, 40) do bytes[i] = string.char(math.random(0, 255)) end
  return table.concat(bytes)
end

local WORDS = { "list", "status", "start", "a", "wait=", "wait=1", "force=1", "why", "log", "kill",
  "signal=99", "info", "", "=", "x=y", "restart", "none" }

local function almost()
  local words = {}
  for i = 1, math.random(1, 20) do words[i] = WORDS[math.random(#WORDS)] end
  return table.concat(words, "\0") .. (math.random(4) > 1 and "\0" or "")
end

supervisor.with({ ["a.lua"] = [[
  local list = { oneshot { name = "rest", run = sh "sleep 1000", ready = { "exit", timeout = 0 } } }
  for i = 1, 40 do list[i + 1] = service { name = "a" .. i, run = { "sleep", "1000" } } end
  list[#list + 1] = group { name = "default", wants = { "a1", "a2", "a3" } }
  return list
]] }, function(sup)
  t.ok(sup:reach("a3", "up"), "all is up")
  local before = resident(1)
  math.randomseed(2)
  local fd
  for i = 1, PACKETS do
    fd = fd or sup:connect()
    if fd then
      local sent = fd:send(i % 2 == 0 and noise() or almost())
      -- some go away at once, some never read
      if not sent or math.random(8) == 1 then
        fd:close()
        fd = nil
      elseif math.random(3) == 1 then
        fd:read(nil, 4096)
      end
    end
  end
  if fd then fd:close() end
  local big = supervisor.eventually(function() return sup:connect() end)
  big:send(("x"):rep(20000))
  t.ok(supervisor.eventually(function()
    local answer = big:read(nil, 4096)
    return answer and answer:find("end=2", 1, true)
  end), "a packet that is too long is malformed")
  big:close()
  local list = sup:svc("list", "--json")
  t.is(#json.decode(list.out), 42, "after random packets a list is whole")
  t.ok(resident(1) - before <= 16, "no growth", before .. " " .. resident(1))

  local held = {}
  for _ = 1, 200 do held[#held + 1] = sup:connect("info") end
  t.is(sup:svc("list").status, 0, "200 strangers do not lock out root")
  for _, one in ipairs(held) do one:close() end

  local info = supervisor.eventually(function() return sup:connect("info") end)
  info:send("stop\0a1\0")
  t.ok(supervisor.eventually(function()
    local answer = info:read(nil, 4096)
    return answer and answer:find("end=5", 1, true)
  end), "the info socket refuses to stop anything")
  info:close()

  -- PID 1 crashes, and goes on
  local pid = sup:status("a1").pid
  for i = 1, 3 do
    t.execute({ "sh", "-c", "kill -SEGV 1" }, { program = "/bin/sh" })
    t.ok(supervisor.eventually(function()
      local _, count = sup:log():gsub("recovered from a fault", "")
      return count == i
    end), "a fault of PID 1 is survived, " .. i)
  end
  t.is(sup:status("a1").pid, pid, "with the same services")
  t.is(sup:svc("reexec").status, 0, "a new image on request")
  t.ok(sup:says("running a new image"), "runs")
  t.is(sup:status("a1").pid, pid, "with the same services")
  sup:svc("kill", "KILL", "a1")
  t.ok(supervisor.eventually(function()
    local status = sup:status("a1")
    return status.state == "up" and status.pid ~= pid
  end), "and still supervises them")
  t.is(sup:svc("stop", "-w", "a2").status, 0, "and obeys")
end)
