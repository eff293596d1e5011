-- init/svc/act.lua - svc start, stop, restart ... : one request per name
--
-- Layer: PID 1's Lua side, a room of svc. enable and disable keep a list of
-- names beside the service files, which the loader reads (init/loader.lua).

local S = require "syscall"
local cli = require "cli"
local client = require "init.client"
local out = require "init.svc.out"
local signals = require "proc.signals"

local act = {}

--- Milliseconds that --wait[=SECONDS] and --timeout stand for; nil: no waiting.
local function patience(opts)
  local seconds = opts.timeout or opts.wait ~= true and opts.wait
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
    elseif code ~= client.OK then
      if dependants[1] then
        text = ("%s %s it (--force stops %s, too)"):format(table.concat(dependants, ", "),
          dependants[2] and "need" or "needs", dependants[2] and "them" or "it")
      elseif text == name .. " is critical" then
        text = "it is critical (--force stops it)"
      end
      out.finish(text, code, name)
      if code == client.NO_CONTACT then return code end
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
  local number = text and signals.number(text)
  if not text then cli.usage("kill: signal expected: svc kill HUP NAME") end
  if not number or number == 0 then
    cli.usage(("kill: %s: no such signal; it comes first: svc kill HUP NAME"):format(text))
  end
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

for _, verb in ipairs { "poweroff", "reboot", "halt", "kexec", "soft", "rescue", "confirm" } do
  act[verb] = function()
    local _, text, code = (verb == "confirm" and client.ask or client.order)(verb)
    return out.finish(text, code)
  end
end

--- svc reexec [BINARY]: a new image of PID 1, of the file it was started from.
function act.reexec(_, words)
  if words[2] then cli.usage("reexec: one BINARY: " .. words[2]) end
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
  local _, text, code = client.order("switch-root", "root=" .. folder,
    "path=" .. (words[2] or "/sbin/init"), opts.force and "plain=1")
  return out.finish(text, code)
end

-- ---- at the next boot, too ----

local function disabled_file()
  local records, text, code = client.ask "info"
  if not records then return nil, text, code end
  local folder = records[1] and records[1].files or ""
  return (folder ~= "" and folder or "/etc/luabox/services") .. "/disabled"
end

--- Rewrite the list: with or without the name. Old or new, never half.
---@return boolean? changed
---@return S.Error? err
local function rewrite(path, name, present)
  local lines, was = {}, false
  local old = io.open(path)
  for line in old and old:lines() or function() end do
    if line == name then was = true else lines[#lines + 1] = line end
  end
  if old then old:close() end
  if was == present then return false end
  if present then lines[#lines + 1] = name end
  local file <close>, err = S.open(path .. ".new", "wronly, creat, trunc, cloexec", "0644")
  if not file then return nil, err end
  local ok
  ok, err = file:write(table.concat(lines, "\n") .. (lines[1] and "\n" or ""))
  if ok then ok, err = S.fsync(file) end
  if ok then ok, err = S.rename(path .. ".new", path) end
  return ok, err
end

--- Does anybody start it at boot?
local function is_wanted(name)
  for _, edge in ipairs(client.ask "graph" or {}) do
    if edge.to == name and edge.kind ~= "after" then return true end
  end
  return false
end

local function switch(verb, opts, names, present)
  if not names[1] then cli.usage(verb .. ": name of a service expected") end
  for _, name in ipairs(names) do
    local _, text, code = client.ask("status", name)
    if code == client.NO_SERVICE then return out.finish(text, code, name) end
  end
  local path, text, no_contact = disabled_file()
  if not path then return out.finish(text, no_contact) end
  local worst = client.OK
  for _, name in ipairs(names) do
    local changed, err = rewrite(path, name, present)
    if changed == nil then return out.finish(path .. ": " .. tostring(err), client.FAILED) end
    local code = request(present and "stop" or "start", opts, { name })
    -- all of it, or nothing
    if changed and code == client.REFUSED then rewrite(path, name, not present) end
    if code == client.OK and not present and not changed and not is_wanted(name) then
      code = out.finish("it runs, but nobody wants it at boot: a group has to, as default",
        client.FAILED, name)
    end
    worst = math.max(worst, code)
  end
  return worst
end

function act.disable(opts, names) return switch("disable", opts, names, true) end
function act.enable(opts, names) return switch("enable", opts, names, false) end

return act
