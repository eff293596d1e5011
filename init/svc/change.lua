-- init/svc/change.lua - svc check, plan, apply, rollback: from files to a plan
--
-- Layer: PID 1's Lua side, a room of svc. The loader runs here, as a child of
-- svc under its limits, so that what is wrong is said to who asked; only a
-- faultless plan goes to PID 1, which checks it once more.

local S = require "syscall"
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

--- Load the files: a memfd with the plan, or nil and why; faults are on stderr.
local function build(folder, mode)
  local image = assert(S.memfd_create("luabox-plan", "cloexec, allow_sealing"))
  S.setenv("LUABOX_MODE", mode, true)
  local argv = {
    "luabox", "init-loader", "--fd", "3", "--strict", path = "/proc/self/exe",
    fds = { [0] = 0, [1] = 1, [2] = 2, [3] = image }, setpgid = 0, pdeathsig = "kill",
  }
  if folder then
    argv[#argv + 1] = "--services"
    argv[#argv + 1] = folder
  end
  local pid, err = S.spawn(argv)
  if not pid then return nil, "cannot run the loader: " .. tostring(err) end
  local status = wait_for(pid)
  if not status then return nil, "loading the services takes too long" end
  if status.EXITSTATUS ~= 0 then return nil, "the services have faults; nothing was changed" end
  return image
end

--- Are the definitions of a folder in order? Needs no PID 1.
function change.check(opts, args)
  local folder, mode = circumstances(args[1])
  local image, err = build(folder, mode)
  if opts.json then
    out.json { ok = image ~= nil, text = err }
    return image and client.OK or client.FAILED
  end
  if not image then return out.finish(err:gsub("; nothing was changed", ""), client.FAILED) end
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
  local image, err = build(folder, mode)
  if not image then return out.finish(err, client.FAILED) end
  local c, ok
  c, err = client.connect()
  if not c then return out.finish(err, client.NO_CONTACT) end
  ok, err = c:send({ "apply", option }, image)
  if not ok then return out.finish(err, client.NO_CONTACT) end
  local records = {}
  local reason, code = attend(c, opts.confirm, records)
  print_changes(records, opts)
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
