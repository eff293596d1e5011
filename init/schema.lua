-- init/schema.lua - every field of a service definition
--
-- Layer: PID 1's Lua side, pure but for the user database. One table declares
-- each field: what it may be, and how it goes into the plan's record. An
-- unknown field is an error with the nearest known name; a field that is
-- documented but has no function yet is refused, never ignored.
-- Reference: docs/services.md.

local S = require "syscall"
local accounts = require "init.accounts"

local schema = {}

-- ---- small checks: value -> what goes on, or nil and what was expected ----

local function text(value)
  if type(value) ~= "string" then return nil, "a string" end
  if value:find("\0", 1, true) then return nil, "a string without a zero byte" end
  return value
end

local function boolean(value)
  if type(value) ~= "boolean" then return nil, "true or false" end
  return value
end

--- Seconds as people write them, milliseconds as the plan holds them.
local function seconds(value)
  if type(value) ~= "number" or value < 0 or value > 4000000 then
    return nil, "seconds, from 0 to 4000000"
  end
  return math.floor(value * 1000 + 0.5)
end

local function integer(low, high)
  return function(value)
    local n = math.tointeger(value)
    if type(value) ~= "number" or not n or n < low or n > high then
      return nil, ("an integer from %d to %d"):format(low, high)
    end
    return n
  end
end

local function one_of(...)
  local names = { ... }
  local expected = '"' .. table.concat(names, '", "') .. '"'
  return function(value)
    for _, name in ipairs(names) do
      if value == name then return value end
    end
    return nil, "one of " .. expected
  end
end

local function list(value)
  if type(value) ~= "table" then return nil, "a list of strings" end
  local result = {}
  for i, item in ipairs(value) do
    local ok, expected = text(item)
    if not ok then return nil, "a list, each item " .. expected end
    result[i] = ok
  end
  for key in pairs(value) do
    if math.type(key) ~= "integer" or key < 1 or key > #result then
      return nil, "a list of strings"
    end
  end
  return result
end

local function signal(value)
  if type(value) ~= "string" then return nil, 'the name of a signal, as "TERM"' end
  local number = rawget(S.c.SIG, value) or S.c.SIG[value:upper():gsub("^SIG", "")]
  if type(number) ~= "number" then return nil, 'the name of a signal, as "TERM"' end
  return number
end

--- A command: argv, or a function that a child runs.
local function action(value, field)
  if type(value) == "function" then return { fn = field } end
  if type(value) == "string" then
    return nil, ('a list as { "prog", "arg" }, a function, or, for a shell, sh%q'):format(value)
  end
  local argv = list(value)
  if not argv or not argv[1] or argv[1] == "" then
    return nil, 'a list as { "prog", "arg" } or a function'
  end
  return { argv = argv }
end

local NAME = "^[a-z0-9][a-z0-9._-]*$"

local function name(value)
  if type(value) ~= "string" or #value > 63 or not (value:match(NAME) or
      value:match("^[a-z0-9][a-z0-9._-]*@[%w._-]+$")) then
    return nil, "at most 63 of a-z 0-9 . _ -, beginning with a letter or digit"
  end
  return value
end

local function names(value)
  local result, expected = list(value)
  if not result then return nil, expected end
  for _, item in ipairs(result) do
    if not name(item) then return nil, ("a list of service names, not %q"):format(item) end
  end
  return result
end

local function environment(value)
  if type(value) ~= "table" then return nil, "a table as { NAME = value }" end
  local words = {}
  for key, item in pairs(value) do
    if type(item) == "number" then item = tostring(item) end
    if type(key) ~= "string" or key == "" or key:find("[=%z]") or not text(item) then
      return nil, "a table as { NAME = value }"
    end
    words[#words + 1] = key .. "=" .. item
  end
  table.sort(words)
  return words
end

-- ---- compound fields: each gets the record and fills it ----

--- Check the members of a table field; `parts` as FIELDS below.
local function members(value, field, parts, put)
  for key, item in pairs(value) do
    local check = parts[key]
    if not check then return nil, ("%s has no member %s"):format(field, tostring(key)) end
    local result, expected = check(item, field .. "." .. tostring(key))
    if result == nil then
      return nil, ("%s.%s must be %s"):format(field, tostring(key), expected)
    end
    put(key, result)
  end
  return true
end

local READY_LATER = {
  notify = true, pidfile = true, file = true, unix = true, tcp = true, check = true,
  every = true, ok = true,
}
local ready_fd = integer(3, 99)

local function ready(value, _, record)
  if type(value) == "number" then value = { fd = value } end
  if type(value) == "string" then value = { value } end
  if type(value) ~= "table" then return nil, '"exec", "exit", a descriptor or a table' end
  for key, item in pairs(value) do
    local later = READY_LATER[key] and key or READY_LATER[item] and item
    if later then return nil, nil, ("ready kind %q is not supported yet"):format(later) end
  end
  return members(value, "ready", {
    one_of("exec", "exit"),
    fd = ready_fd, env = text, timeout = seconds,
  }, function(key, item)
    if key == 1 then
      record.ready = item
    elseif key == "fd" then
      record.ready, record.ready_fd = "fd", item
    else
      record["ready_" .. key] = item
    end
  end)
end

local factor = function(value)
  if type(value) ~= "number" or value < 1 or value > 100 then return nil, "from 1 to 100" end
  return math.floor(value * 1000 + 0.5)
end

local fraction = function(value)
  if type(value) ~= "number" or value < 0 or value > 1 then return nil, "from 0 to 1" end
  return math.floor(value * 1000 + 0.5)
end

local function restart_limit(value)
  if type(value) ~= "table" or not math.tointeger(value[1]) or type(value[2]) ~= "number" or
      value[1] < 1 or not seconds(value[2]) then
    return nil, "{ restarts, seconds }"
  end
  local action_then = value[3] or value["then"] or "failed"
  if action_then ~= "failed" and action_then ~= "reboot" and action_then ~= "poweroff" then
    return nil, ('{ restarts, seconds, "failed" | "reboot" | "poweroff" }; %s is not supported yet')
      :format(tostring(action_then))
  end
  return { math.tointeger(value[1]), seconds(value[2]), action_then }
end

local function restart(value, _, record)
  if type(value) == "string" then value = { on = value } end
  if type(value) ~= "table" then return nil, "a string or a table" end
  return members(value, "restart", {
    on = one_of("never", "failure", "abnormal", "always"),
    delay = seconds, factor = factor, max = seconds, jitter = fraction, reset = seconds,
    limit = restart_limit,
  }, function(key, item)
    if key == "limit" then
      record.restart_limit, record.restart_window, record.restart_then = table.unpack(item)
    else
      record["restart_" .. key] = item
    end
  end)
end

local function signal_or_action(value, field)
  if type(value) == "string" then return signal(value) end
  return action(value, field)
end

local function stop(value, _, record)
  if type(value) == "string" then value = { signal = value } end
  if type(value) ~= "table" then return nil, "a signal's name or a table" end
  return members(value, "stop", {
    signal = signal_or_action, timeout = seconds, scope = one_of("tree", "group", "main"),
  }, function(key, item)
    if key == "signal" and type(item) == "table" then
      record.stop = item
    else
      record["stop_" .. key] = item
    end
  end)
end

local function reload(value, field, record)
  local result, expected = signal_or_action(value, field)
  if not result then return nil, expected end
  record[type(result) == "number" and "reload_signal" or "reload"] = result
  return true
end

local LIMITS_LATER = {
  mem = true, memhigh = true, cpuweight = true, cpumax = true, pids = true, io = true,
  sched = true,
}
local SIZE = { K = 1 << 10, M = 1 << 20, G = 1 << 30 }

--- A count or a size, as a number, "64K", or "unlimited".
local function amount(value)
  if value == "unlimited" or value == math.huge then return -1 end
  if type(value) == "string" then
    local n, unit = value:match("^(%d+)([KMG]?)$")
    return n and math.tointeger(tonumber(n)) * (SIZE[unit] or 1)
  end
  local n = math.tointeger(value)
  return n and n >= 0 and n or nil
end

local function limits(value, _, record)
  if type(value) ~= "table" then return nil, "a table" end
  record.limits = {}
  for key, item in pairs(value) do
    if LIMITS_LATER[key] then return nil, nil, ("limits.%s is not supported yet"):format(key) end
    if key == "nice" then
      local n, expected = integer(-20, 19)(item)
      if not n then return nil, nil, "limits.nice must be " .. expected end
      record.nice = n
    elseif key == "oom" then
      local n, expected = integer(-1000, 1000)(item)
      if not n then return nil, nil, "limits.oom must be " .. expected end
      record.oom = n
    else
      local resource = type(key) == "string" and rawget(S.c.RLIMIT, key:upper())
      local soft, hard
      if type(item) == "table" then
        soft, hard = amount(item[1]), amount(item[2])
      else
        soft = amount(item)
        hard = soft
      end
      if not resource then return nil, nil, ("limits has no member %s"):format(tostring(key)) end
      if not soft or not hard then
        return nil, nil, ("limits.%s must be a number, a size, or { soft, hard }"):format(key)
      end
      table.insert(record.limits, { resource = resource, soft = soft, hard = hard })
    end
  end
  table.sort(record.limits, function(a, b) return a.resource < b.resource end)
  return true
end

local function log(value, _, record)
  if value == true then
    record.log = "both"
    return true
  end
  if value == false then
    record.log = "none"
    return true
  end
  if type(value) ~= "table" then return nil, "true, false or a table" end
  for key in pairs(value) do
    if key ~= "to" then return nil, nil, ("log.%s is not supported yet"):format(tostring(key)) end
  end
  if value.to ~= "ring" and value.to ~= "console" then
    return nil, nil, ("log.to = %q is not supported yet"):format(tostring(value.to))
  end
  record.log = value.to
  return true
end

local function stdin(value)
  if value == "null" then return "" end
  return text(value)
end

-- ---- the fields ----

--- field = { check, into = other name in the record, whole = it fills the record }
local FIELDS = {
  name = { name },
  desc = { text },
  doc = { text, into = false },
  tags = { list, into = false },
  run = { action },
  pre = { action },
  post = { action },
  undo = { action },
  reload = { reload, whole = true },
  dir = { text },
  env = { environment },
  umask = { integer(0, 511) },
  stdin = { stdin },
  tty = { text },
  console = { one_of("none", "share", "own") },
  session = { boolean },
  user = { text },
  group = { text },
  groups = { list },
  nonewprivs = { boolean },
  limits = { limits, whole = true },
  needs = { names },
  wants = { names },
  once = { names },
  after = { names },
  before = { names },
  ready = { ready, whole = true },
  restart = { restart, whole = true },
  stop = { stop, whole = true },
  log = { log, whole = true },
  main = { boolean },
  critical = { boolean },
}

local LATER = {}
for word in ([[envfile caps secbits ns root ro tmp hide sandbox listen store watchdog every at
    onboot jitter persist overlap on when provides]]):gmatch("%S+") do
  LATER[word] = true
end

local DEFAULTS = {
  dir = "/", umask = 18, env = {}, stdin = "", tty = "", console = "none", session = true,
  log = "both", desc = "", limits = {}, needs = {}, wants = {}, once = {}, after = {},
  before = {}, ready = "exec", ready_fd = 0, ready_env = "", ready_timeout = 60000,
  restart_on = "failure", restart_delay = 100, restart_factor = 2000, restart_max = 30000,
  restart_jitter = 100, restart_reset = 60000, restart_limit = 0, restart_window = 0,
  restart_then = "failed", stop_signal = 15, stop_timeout = 10000, stop_scope = "tree",
  reload_signal = 0, main = false, critical = false,
}

--- What a kind sets differently.
local KINDS = {
  service = {},
  oneshot = { ready = "exit", ready_timeout = 0, restart_on = "never" },
  group = { log = "none" },
}

--- Edits between two words, for "did you mean".
local function distance(a, b)
  local row = {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    local diagonal = row[0]
    row[0] = i
    for j = 1, #b do
      local above = row[j]
      local change = a:byte(i) == b:byte(j) and 0 or 1
      row[j] = math.min(above + 1, row[j - 1] + 1, diagonal + change)
      diagonal = above
    end
  end
  return row[#b]
end

local function nearest(word)
  local best, best_distance = nil, 4
  for known in pairs(FIELDS) do
    local d = distance(word, known)
    if d < best_distance or (d == best_distance and best and known < best) then
      best, best_distance = known, d
    end
  end
  return best
end

--- Check one field; nil and the whole message if it is wrong.
local function check_field(record, key, value)
  local field = FIELDS[key]
  if not field then
    if LATER[key] then return nil, ("field %q is not supported yet"):format(key) end
    local like = type(key) == "string" and nearest(key)
    return nil, ("unknown field %q%s"):format(tostring(key),
      like and (", did you mean %q?"):format(like) or "")
  end
  local result, expected, message = field[1](value, key, record)
  if result == nil then
    return nil, message or expected and (expected:find(key, 1, true) == 1 and expected or
      ("%s must be %s"):format(key, expected))
  end
  if not field.whole and field.into ~= false then record[field.into or key] = result end
  return true
end

local function identity(record)
  if record.user then
    local user, err = accounts.user(record.user)
    if not user then return nil, err end
    record.uid, record.gid = user.uid, user.gid
    record.groups = record.groups or accounts.groups_of(user.name)
    for _, word in ipairs { "HOME=" .. user.home, "USER=" .. user.name, "LOGNAME=" .. user.name } do
      table.insert(record.env, word)
    end
    if record.nonewprivs == nil then record.nonewprivs = true end
  elseif record.group or record.groups then
    return nil, "group and groups need user"
  end
  if record.group then
    local gid, err = accounts.group(record.group)
    if not gid then return nil, err end
    record.gid = gid
  end
  local numbers = {}
  for i, group in ipairs(record.groups or {}) do
    local gid, err = accounts.group(group)
    if not gid then return nil, err end
    numbers[i] = gid
  end
  record.groups = numbers
  return true
end

--- One definition as a record: every field present, in the plan's units.
---@param definition init.Definition
---@return table? record
---@return string? err without position
---@return string? field that is wrong, if it is one
function schema.check(definition)
  local record = {
    kind = definition.kind, file = definition.file, line = definition.line,
    definition = definition.fields, -- as it was written: what its hash is of
  }
  local keys = {}
  for key in pairs(definition.fields) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for _, key in ipairs(keys) do
    local ok, err = check_field(record, key, definition.fields[key])
    if not ok then return nil, err, key end
  end
  if not record.name then return nil, definition.kind .. " without a name" end
  if definition.kind == "group" then
    if record.run then return nil, "a group has no process", "run" end
  elseif not record.run then
    return nil, ("%s has nothing to run"):format(record.name)
  end
  if record.main and record.restart_on == nil then record.restart_on = "never" end
  for _, defaults in ipairs { KINDS[definition.kind], DEFAULTS } do
    for key, value in pairs(defaults) do
      if record[key] == nil then
        record[key] = type(value) == "table" and { table.unpack(value) } or value
      end
    end
  end
  local ok, err = identity(record)
  if not ok then return nil, err, "user" end
  return record
end

return schema
