-- init/svc/act.lua - svc start, stop, restart ... : one request per name
--
-- Layer: PID 1's Lua side, a room of svc. enable and disable keep a list of
-- names beside the service files, which the loader reads (init/loader.lua).

local S = require "syscall"
local cli = require "cli"
local client = require "init.client"
local out = require "init.svc.out"

local act = {}

--- Milliseconds that --wait[=SECONDS] and --timeout stand for; nil: no waiting.
local function patience(opts)
  local seconds = opts.timeout or tonumber(opts.wait)
  if not seconds and not opts.wait then return nil end
  return math.ceil((seconds or 0) * 1000)
end

local function request(verb, opts, names, ...)
  if not names[1] then cli.usage(verb .. ": name of a service expected") end
  local worst = client.OK
  local wait = patience(opts) or verb == "wait" and 0
  for _, name in ipairs(names) do
    local args = { name, ... }
    if wait then args[#args + 1] = ("wait=%d"):format(wait) end
    if opts.force then args[#args + 1] = "force=1" end
    local records, text, code = client.ask(verb, table.unpack(args))
    local dependants = {}
    for _, record in ipairs(records or {}) do dependants[#dependants + 1] = record.dependant end
    if opts.json then
      out.json { name = name, verb = verb, code = code, text = text and tostring(text),
        dependants = dependants[1] and dependants }
    elseif code == client.NO_CONTACT then
      out.finish(text, code)
    elseif code ~= client.OK then
      local more = ""
      if dependants[1] then
        more = (": %s (--force stops them, too)"):format(table.concat(dependants, ", "))
      end
      out.finish(name .. ": " .. tostring(text) .. more, code)
    end
    worst = math.max(worst, code)
  end
  return worst
end

for _, verb in ipairs { "start", "stop", "restart", "reload", "wait", "once" } do
  act[verb] = function(opts, names) return request(verb, opts, names) end
end

function act.kill(opts, names)
  local text = table.remove(names, 1)
  local number = text and (math.tointeger(tonumber(text)) or
    rawget(S.c.SIG, (text:upper():gsub("^SIG", ""))))
  if not text then cli.usage("kill: signal expected: svc kill HUP NAME") end
  if not number then cli.usage(("kill: %s: no such signal"):format(text)) end
  return request("kill", opts, names, "signal=" .. number)
end
act.signal = act.kill

--- svc cond set NAME, svc cond clear NAME: what `when = "cond:NAME"` asks.
function act.cond(_, words)
  local what, name = words[1], words[2]
  if (what ~= "set" and what ~= "clear") or not name or words[3] or
      not name:find("^[%w._-]+$") then
    cli.usage("cond: svc cond set NAME, or svc cond clear NAME")
  end
  local _, text, code = client.ask("cond", what .. "=" .. name)
  return out.finish(text, code)
end

for _, verb in ipairs { "poweroff", "reboot", "halt", "soft", "rescue", "confirm" } do
  act[verb] = function()
    local _, text, code = client.ask(verb)
    return out.finish(text, code)
  end
end

--- svc reexec [BINARY]: a new image of PID 1, of the file it was started from.
function act.reexec(_, words)
  local args = words[1] and { "path=" .. words[1] } or {}
  local _, text, code = client.ask("reexec", table.unpack(args))
  return out.finish(text, code)
end

--- svc switch-root FOLDER [BINARY]: FOLDER, a mount, becomes the root of PID 1 and all that it
--- starts; BINARY below it goes on as PID 1. With --force it may be any program: services end then.
act["switch-root"] = function(opts, words)
  local folder = words[1]
  if not folder or folder:sub(1, 1) ~= "/" then
    cli.usage("switch-root: svc switch-root /FOLDER [BINARY]")
  end
  local _, text, code = client.ask("switch-root", "root=" .. folder,
    "path=" .. (words[2] or "/sbin/init"), opts.force and "plain=1")
  return out.finish(text, code)
end

-- ---- at the next boot, too ----

local function disabled_file()
  local records = client.ask "info"
  local folder = records and records[1] and records[1].files or ""
  return (folder ~= "" and folder or "/etc/luabox/services") .. "/disabled"
end

--- Rewrite the list: with or without the names. Old or new, never half.
local function rewrite(path, names, present)
  local lines, given = {}, {}
  for _, name in ipairs(names) do given[name] = true end
  local old = io.open(path)
  for line in old and old:lines() or function() end do
    if not given[line] then lines[#lines + 1] = line end
  end
  if old then old:close() end
  if present then table.move(names, 1, #names, #lines + 1, lines) end
  local file <close>, err = S.open(path .. ".new", "wronly, creat, trunc, cloexec", "0644")
  if not file then return nil, err end
  local ok
  ok, err = file:write(table.concat(lines, "\n") .. (lines[1] and "\n" or ""))
  if ok then ok, err = S.fsync(file) end
  if not ok then return nil, err end
  return S.rename(path .. ".new", path)
end

local function switch(verb, opts, names, present)
  if not names[1] then cli.usage(verb .. ": name of a service expected") end
  for _, name in ipairs(names) do
    local _, text, code = client.ask("status", name)
    if code == client.NO_SERVICE then return out.finish(name .. ": " .. text, code) end
  end
  local path = disabled_file()
  local ok, err = rewrite(path, names, present)
  if not ok then return out.finish(path .. ": " .. tostring(err), client.FAILED) end
  return request(present and "stop" or "start", opts, names)
end

function act.disable(opts, names) return switch("disable", opts, names, true) end
function act.enable(opts, names) return switch("enable", opts, names, false) end

return act
