-- init/schema/running.lua - the fields ready, restart, stop, reload and on
--
-- Layer: PID 1's Lua side, pure. What becomes of a service once it runs. Each
-- function takes a field's value and fills the record; results as in checks.lua.

local checks = require "init.schema.checks"

local running = {}

local seconds, members = checks.seconds, checks.members

--- Kinds that a prober finds out about, and what they are given as.
local PROBES = {
  pidfile = checks.path, file = checks.path, unix = checks.path,
  tcp = checks.integer(1, 65535), check = checks.action,
}

local EVENTS = { exec = true, exit = true, notify = true }
local READINESS =
  '"exec", "exit", "notify", a descriptor as 3, or a table as { pidfile = "/run/x.pid" }'

local function event(value)
  if EVENTS[value] then return value end
  return nil, nil, "ready must be " .. READINESS
end

local READY = {
  event,
  fd = checks.integer(3, 99), env = checks.text, timeout = seconds,
  pidfile = PROBES.pidfile, file = PROBES.file, unix = PROBES.unix, tcp = PROBES.tcp,
  check = PROBES.check, every = seconds, ok = checks.integer(1, 1000),
}

function running.ready(value, _, record)
  if type(value) == "number" then value = { fd = value } end
  if type(value) == "string" then value = { value } end
  if type(value) ~= "table" then return nil, READINESS end
  local kinds, every = 0, nil
  local ok, expected, message = members(value, "ready", READY, function(key, item)
    if key == 1 then
      record.ready = item
      kinds = kinds + 1
    elseif key == "fd" then
      record.ready, record.ready_fd = "fd", item
      kinds = kinds + 1
    elseif PROBES[key] then
      record.ready = key
      record[key == "tcp" and "ready_port" or key == "check" and "ready_check" or "ready_path"] =
        item
      kinds = kinds + 1
    elseif key == "every" then
      every = item
    else
      record["ready_" .. key] = item
    end
  end)
  if not ok then return nil, expected, message end
  if kinds > 1 then return nil, nil, "ready has more than one kind" end
  if PROBES[record.ready] then
    record.ready_every = math.max(10, every or record.ready == "check" and 1000 or 50)
    record.ready_ok = record.ready_ok or 1
  elseif every or record.ready_ok then
    return nil, nil, "ready.every and ready.ok go with pidfile, file, unix, tcp or check"
  end
  if record.ready_env and record.ready ~= "fd" then
    return nil, nil, "ready.env goes with ready.fd"
  end
  return true
end

local function factor(value)
  if type(value) ~= "number" or not (value >= 1 and value <= 100) then
    return nil, "from 1 to 100"
  end
  return math.floor(value * 1000 + 0.5)
end

local function fraction(value)
  if type(value) ~= "number" or not (value >= 0 and value <= 1) then return nil, "from 0 to 1" end
  return math.floor(value * 1000 + 0.5)
end

local THEN = { failed = true, reboot = true, poweroff = true, rescue = true }

--- { restarts, seconds, what then }; "start:x" is a group or service to start.
local function restart_limit(value)
  local expected = "{ restarts, seconds, WHAT } where WHAT is failed, reboot, poweroff, rescue or "
    .. "start:NAME"
  if type(value) ~= "table" then return nil, expected end
  local count = checks.integer(1, 1000000)(value[1])
  local window = seconds(value[2])
  local what = value[3] or value["then"] or "failed"
  local start = type(what) == "string" and what:match("^start:(.*)$")
  if not count or not window or not (THEN[what] or start and checks.name(start)) then
    return nil, expected
  end
  return { count, window, start and "start" or what, start }
end

local RESTART = {
  on = checks.one_of("never", "failure", "abnormal", "always"),
  delay = seconds, factor = factor, max = seconds, jitter = fraction, reset = seconds,
  limit = restart_limit,
}

function running.restart(value, _, record)
  if type(value) == "string" then value = { on = value } end
  if type(value) ~= "table" then return nil, "a string or a table" end
  return members(value, "restart", RESTART, function(key, item)
    if key == "limit" then
      record.restart_limit, record.restart_window, record.restart_then, record.starts_other =
        table.unpack(item, 1, 4)
    else
      record["restart_" .. key] = item
    end
  end)
end

local STOP = {
  signal = checks.signal_or_action, timeout = seconds,
  scope = checks.one_of("tree", "group", "main"),
}

function running.stop(value, field, record)
  if type(value) == "string" or type(value) == "number" then value = { signal = value } end
  if type(value) == "function" or type(value) == "table" and value[1] ~= nil then
    local expected
    record.stop, expected = checks.action(value, field)
    return record.stop and true, expected
  end
  if type(value) ~= "table" then return nil, "a signal's name, a command or a table" end
  return members(value, "stop", STOP, function(key, item)
    if key == "signal" and type(item) == "table" then
      record.stop = item
    else
      record["stop_" .. key] = item
    end
  end)
end

function running.reload(value, field, record)
  local result, expected = checks.signal_or_action(value, field)
  if not result then return nil, expected end
  record[type(result) == "number" and "reload_signal" or "reload"] = result
  return true
end

function running.on(value, _, record)
  if type(value) ~= "table" then return nil, "a table of commands" end
  return members(value, "on", {
    up = checks.action, down = checks.action, crash = checks.action, failed = checks.action,
    ready_timeout = checks.action,
  }, function(key, item) record["on_" .. key] = item end)
end

return running
