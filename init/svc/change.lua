-- init/svc/change.lua - svc check, plan, apply, rollback: from files to a plan
--
-- Layer: PID 1's Lua side, a room of svc. The loader runs here, as a child of
-- svc under its limits, so that what is wrong is said to who asked; only a
-- faultless plan goes to PID 1, which checks it once more.

local S = require "syscall"
local cli = require "cli"
local client = require "init.client"
local json = require "json"
local out = require "init.svc.out"

local change = {}

local LOADER_SECONDS = 10 -- as the core has it

--- Where the definitions are, and for which mode: as PID 1 has it.
local function circumstances(folder)
  local records, text, code = client.ask "info"
  local info = records and records[1] or { mode = "machine", files = "" }
  if not folder and info.files ~= "" then folder = info.files end
  return folder, info.mode, records and client.OK or code, text
end

local function wait_for(pid)
  local deadline = S.clock_gettime("monotonic").time + LOADER_SECONDS
  while true do
    local ended, _, status = S.waitpid(pid, "nohang")
    if ended and ended ~= 0 then return status end
    if S.clock_gettime("monotonic").time > deadline then
      S.kill(-pid, "kill") -- and what its files have started
      S.waitpid(pid)
      return nil
    end
    S.nanosleep(0.005)
  end
end

--- The file that the loader was at when it died, and of what.
local function last_words(image, status)
  image:seek(0)
  local name = (image:read(nil, 256) or ""):match("^FILE ([^%z]+)")
  if not name then return nil end
  if not status then
    return ("%s: loading it takes longer than %d s"):format(name, LOADER_SECONDS)
  end
  local signal = status.WIFSIGNALED and require("proc.signals").name(status.WTERMSIG)
  return ("%s: the loader died of it (%s)"):format(name,
    signal and "signal " .. signal or "exit code " .. status.EXITSTATUS)
end

--- What the loader had to say, line by line.
---@return string[] faults
---@return string[] warnings
local function messages(report)
  local lists = { F = {}, W = {} }
  local size = report:stat().size
  report:seek(0)
  local text = size > 0 and report:read(nil, size) or ""
  for kind, line in text:gmatch("([FW])([^\n]*)\n") do table.insert(lists[kind], line) end
  return lists.F, lists.W
end

--- Load the files.
---@return S.fd? image a memfd with the plan
---@return string? err
---@return string[]? faults, one line each
---@return string[]? warnings
local function build(folder, mode)
  local image = assert(S.memfd_create("luabox-plan", "cloexec, allow_sealing"))
  local report <close> = assert(S.memfd_create("luabox-faults", "cloexec"))
  S.setenv("LUABOX_MODE", mode, true)
  local argv = {
    "luabox", "init-loader", "--fd", "3", "--report", "4", "--strict", path = "/proc/self/exe",
    -- what a file prints is no answer of ours
    fds = { [0] = 0, [1] = 2, [2] = 2, [3] = image, [4] = report }, setpgid = 0,
    pdeathsig = "kill",
  }
  if folder then
    argv[#argv + 1] = "--services"
    argv[#argv + 1] = folder
  end
  local pid, err = S.spawn(argv)
  if not pid then return nil, "cannot run the loader: " .. tostring(err), {}, {} end
  local status = wait_for(pid)
  local faults, warnings = messages(report)
  local good = status and status.EXITSTATUS == 0
  faults[#faults + 1] = not good and last_words(image, status) or nil
  if good and not faults[1] then return image, nil, faults, warnings end
  return nil, "the services have faults", faults, warnings
end

--- Faults and warnings, for people.
local function print_messages(faults, warnings)
  for _, list in ipairs { warnings, faults } do
    for _, line in ipairs(list) do io.stderr:write(line, "\n") end
  end
end

--- Only what is about one file.
local function about(file, lines)
  local list = {}
  for _, line in ipairs(lines) do
    if line:sub(1, #file + 1) == file .. ":" then list[#list + 1] = line end
  end
  return list
end

--- Are the definitions of a folder in order? Needs no PID 1. Of a single file: among those beside
--- it, of which it may need some.
function change.check(opts, args)
  if args[2] then cli.usage("check: one folder or file: " .. args[2]) end
  local given = args[1]
  local file = given and given:find("%.lua$") and not (S.stat(given) or { isdir = false }).isdir
  if file and not given:find("/", 1, true) then given = "./" .. given end
  local folder, mode = circumstances(file and given:match("^(.*)/") or given)
  local image, err, faults, warnings = build(folder, mode)
  local ok = image ~= nil
  if file then
    faults, warnings = about(given, faults), about(given, warnings)
    if not S.stat(given) then faults[1] = given .. ": No such file or directory" end
    ok, err = not faults[1], faults[1] and err or nil
  end
  if opts.json then
    out.json { ok = ok, text = err, faults = json.array(faults), warnings = json.array(warnings) }
    return ok and client.OK or client.FAILED
  end
  print_messages(faults, warnings)
  if not ok then return out.finish(err, client.FAILED) end
  io.write("ok\n")
  return client.OK
end

local ORDER = { stop = 1, restart = 2, update = 3, new = 4 }

local function print_changes(records, opts)
  local list = {}
  for _, record in ipairs(records) do
    if record.change then list[#list + 1] = record end
  end
  table.sort(list, function(a, b)
    if ORDER[a.change] ~= ORDER[b.change] then return ORDER[a.change] < ORDER[b.change] end
    return a.name < b.name
  end)
  if opts.json then return out.json(json.array(list)) end
  for _, record in ipairs(list) do out.line(("%-8s %s"):format(record.change, record.name)) end
  if not list[1] then io.write("no change\n") end
  io.stdout:flush()
end

--- Wait for the verdict over a plan that is to be confirmed; Enter confirms.
--- The records of the answer are collected in `records`.
local function attend(c, seconds, records)
  local on_terminal = seconds and S.isatty(0)
  if on_terminal then
    io.stderr:write(("Enter, or svc confirm, within %g s to keep it\n"):format(seconds))
  end
  while true do
    local fds = S.t.pollfds { { fd = c.fd, events = "in" },
      on_terminal and { fd = 0, events = "in" } or nil }
    S.poll(fds, -1)
    if fds[1].revents == 0 then
      on_terminal = io.read("l") and false
      client.ask "confirm"
    else
      local record, err = c:receive()
      if not record then return err, client.NO_CONTACT end
      if record["end"] then return record.text, math.tointeger(tonumber(record["end"])) end
      records[#records + 1] = record
    end
  end
end

--- Build a plan, offer it, and print what it changes.
local function offer(opts, option)
  local folder, mode, contact, text = circumstances()
  if contact ~= client.OK then return out.finish(text, contact) end
  local image, err, faults, warnings = build(folder, mode)
  print_messages(faults, warnings)
  if not image then return out.finish(err .. "; nothing was changed", client.FAILED) end
  local c, ok
  c, err = client.connect()
  if not c then return out.finish(err, client.NO_CONTACT) end
  ok, err = c:send({ "apply", option }, image)
  if not ok then return out.finish(err, client.NO_CONTACT) end
  local records = {}
  local reason, code = attend(c, opts.confirm, records)
  if code == client.OK or records[1] then print_changes(records, opts) end
  c:close()
  return out.finish(reason, code)
end

--- What `apply` would do.
function change.plan(opts) return offer(opts, "dry=1") end

function change.apply(opts)
  return offer(opts, opts.confirm and ("confirm=%d"):format(math.ceil(opts.confirm * 1000)))
end

function change.rollback(opts)
  local records, text, code = client.ask "rollback"
  if records and code == client.OK then print_changes(records, opts) end
  return out.finish(text, code)
end

return change
