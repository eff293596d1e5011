-- applets/sv.lua - steer services that runsv supervises
--
-- Layer: applet; calls S, runit.status. Follows sv(8) of runit, the init script
-- actions included. Exit status: how many services did not do as told.

local S = require "syscall"
local cli = require "cli"
local status = require "runit.status"

local applet = {
  summary = "steer services that runsv supervises",
  usage = "[-v] [-w SECONDS] COMMAND SERVICE...",
  usage_status = 100,
  posix = true,
  options = {
    { "v", "verbose", help = "wait until it is done, and tell" },
    { "w", "wait", arg = "SECONDS", type = "integer", help = "wait this long, not 7 s" },
  },
  operands = { min = 2 },
  examples = {
    { "sv status /service/web", "what it does" },
    { "sv restart web", "by the folder in $SVDIR, or /etc/service, /service, /var/service" },
  },
}

local WAIT = 7

--- letters: what is written; goal: state to wait for; check: ./check counts
local COMMANDS = {
  up = { "u", "up" }, down = { "d", "down" }, once = { "o", "up" }, exit = { "x", "gone" },
  pause = { "p" }, cont = { "c" }, hup = { "h" }, alarm = { "a" }, interrupt = { "i" },
  quit = { "q" }, ["1"] = { "1" }, ["2"] = { "2" }, term = { "t" }, kill = { "k" },
  start = { "u", "up", wait = true }, stop = { "d", "down", wait = true },
  restart = { "tcu", "restarted", wait = true }, shutdown = { "x", "gone", wait = true },
  reload = { "h", wait = true }, ["force-stop"] = { "d", "down", wait = true, force = true },
  ["force-reload"] = { "tc", "restarted", wait = true, force = true },
  ["force-restart"] = { "tcu", "restarted", wait = true, force = true },
  ["force-shutdown"] = { "x", "gone", wait = true, force = true },
  ["try-restart"] = { "tc", "restarted", wait = true, only_running = true },
  check = { "", "wanted", wait = true },
}
local FIRST = { u = "up", d = "down", o = "once", e = "exit", p = "pause", c = "cont", h = "hup",
  a = "alarm", i = "interrupt", q = "quit", t = "term", k = "kill", x = "exit" }

local function folder_of(name)
  if name:find("^[./]") or name:find("/$") then return name end
  local base = os.getenv "SVDIR"
  for _, folder in ipairs(base and { base } or { "/etc/service", "/service", "/var/service" }) do
    if base or S.stat(folder .. "/" .. name) then return folder .. "/" .. name end
  end
  return "/etc/service/" .. name
end

local function wall() return S.clock_gettime("realtime").time end

--- The status of a folder; nil and why not.
local function look(folder)
  local st, err = S.stat(folder)
  if not st then return nil, "unable to change to service directory: " .. tostring(err) end
  local ok
  ok, err = S.open(folder .. "/supervise/ok", "wronly, nonblock, cloexec")
  if not ok then
    if err.NXIO then return nil, "runsv not running" end
    return nil, "unable to open supervise/ok: " .. tostring(err)
  end
  ok:close()
  local file = io.open(folder .. "/supervise/status", "rb")
  local s = file and status.decode(file:read("a"))
  if file then file:close() end
  if not s then return nil, "unable to read supervise/status" end
  s.normally = S.stat(folder .. "/down") and "down" or "up"
  return s
end

local function describe(name, s)
  local parts = { s.state, ": ", name, ": " }
  if s.pid > 0 then parts[#parts + 1] = ("(pid %d) "):format(s.pid) end
  parts[#parts + 1] = ("%ds"):format(math.max(0, math.floor(wall() - s.since)))
  local function note(cond, text)
    if cond then parts[#parts + 1] = ", " .. text end
  end
  note(s.pid > 0 and s.normally == "down", "normally down")
  note(s.pid == 0 and s.normally == "up", "normally up")
  note(s.paused, "paused")
  note(s.pid == 0 and s.want == "up", "want up")
  note(s.pid > 0 and s.want == "down", "want down")
  note(s.term, "got TERM")
  return table.concat(parts)
end

local function full(name, folder, s)
  local text = describe(name, s)
  local log = S.stat(folder .. "/log") and look(folder .. "/log")
  return text .. (log and "; " .. describe("log", log) or "")
end

local function send(folder, letters)
  local fd, err = S.open(folder .. "/supervise/control", "wronly, nonblock, cloexec")
  if not fd then return nil, err end
  local ok
  ok, err = fd:write(letters)
  fd:close()
  return ok, err
end

local function check_passes(folder)
  if not S.access(folder .. "/check", "x") then return true end
  local pid = S.spawn { "./check", path = "./check", cwd = folder }
  local _, _, ended = S.waitpid(pid or 0)
  return ended and ended.EXITSTATUS == 0
end

local function reached(goal, folder, s, began)
  if goal == "gone" then return not s end
  if not s then return false end
  if goal == "wanted" then goal = s.want end
  -- runit's says "finish" a moment before that has a number, and while ./finish starts
  if goal == "down" then return s.pid == 0 and s.state == "down" end
  if goal == "restarted" then
    return s.state == "run" and s.since >= began and check_passes(folder)
  end
  return s.state == "run" and check_passes(folder)
end

local function act(name, command, opts)
  local folder = folder_of(name)
  local s, err = look(folder)
  if not s then
    io.write("fail: ", name, ": ", err, "\n")
    return false
  end
  if command.only_running and s.pid == 0 then return true end
  local began = wall() - 0.001
  if command[1] ~= "" then
    local ok
    ok, err = send(folder, command[1])
    if not ok then
      io.write("fail: ", name, ": unable to write to supervise/control: ", tostring(err), "\n")
      return false
    end
  end
  if not (command.wait or opts.verbose or opts.wait) then return true end
  local deadline = wall() + (opts.wait or tonumber(os.getenv "SVWAIT") or WAIT)
  local goal = command[2]
  while true do
    s = look(folder)
    if not goal or reached(goal, folder, s, began) then break end
    if wall() > deadline then
      if command.force then send(folder, "k") end
      io.write(command.force and "kill: " or "timeout: ", s and describe(name, s) or name, "\n")
      return false
    end
    S.nanosleep(0.05)
  end
  io.write("ok: ", s and describe(name, s) or name .. ": runsv not running", "\n")
  return true
end

function applet.run(opts, args)
  local word = table.remove(args, 1)
  local failed = 0
  if word == "status" or word == "s" then
    for _, name in ipairs(args) do
      local folder = folder_of(name)
      local s, err = look(folder)
      if s then
        io.write(full(name, folder, s), "\n")
      else
        failed = failed + 1
        io.write(err:find("^unable to open") and "warning: " or "fail: ", name, ": ", err, "\n")
      end
    end
    return math.min(failed, 99)
  end
  local command = COMMANDS[word] or COMMANDS[FIRST[word:sub(1, 1)] or ""]
  if not command then cli.usage("no such command: " .. word) end
  for _, name in ipairs(args) do
    if not act(name, command, opts) then failed = failed + 1 end
  end
  return math.min(failed, 99)
end

return applet
