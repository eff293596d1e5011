-- init/schema.lua - every field of a service definition
--
-- Layer: PID 1's Lua side, pure but for the user database. One table declares
-- each field: what it may be, and how it goes into the plan's record. An
-- unknown field is an error with the nearest known name; a field that is
-- documented but has no function yet is refused, never ignored.
-- Reference: docs/services.md.

local accounts = require "init.accounts"
local checks = require "init.schema.checks"

local schema = {}

local text, boolean, names, action = checks.text, checks.boolean, checks.names, checks.action

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

--- "-/path": it need not exist.
local function envfile(value)
  if not text(value) or not value:find("^%-?/") then
    return nil, 'a path from /, with "-" before it if the file need not exist'
  end
  return value
end

--- Text: a number would not be what it looks like.
local function umask(value)
  local digits = text(value) and value:match("^0*([0-7]?[0-7]?[0-7])$")
  if not digits then return nil, 'octal digits in quotes, as "022": to Lua 022 is twenty-two' end
  return tonumber(digits, 8)
end

local function watchdog(value)
  local ms, expected = checks.seconds(value)
  if not ms then return nil, expected end
  if ms == 0 then return nil, "more than 0 seconds" end
  return ms
end

local function stdin(value)
  if value == "null" then return "" end
  return checks.path(value)
end

-- ---- the fields ----

--- A check of a room, which is loaded when the first definition has such a field: no boot pays
--- for what its services do not use.
local function later(room, name)
  return function(...)
    local check = require("init.schema." .. room)
    if name then check = check[name] end
    return check(...)
  end
end

--- field = { check, into = other name in the record, whole = it fills the record,
--- only = the one kind that has it }
local FIELDS = {
  name = { checks.name },
  desc = { text },
  doc = { text, into = false },
  tags = { checks.list, into = false },
  run = { action },
  pre = { action },
  post = { action },
  undo = { action },
  reload = { later("running", "reload"), whole = true },
  dir = { checks.path },
  env = { environment },
  envfile = { envfile },
  umask = { umask },
  stdin = { stdin },
  tty = { checks.path },
  console = { checks.one_of("none", "share", "own") },
  session = { boolean },
  user = { checks.account },
  group = { checks.account },
  groups = { checks.list },
  caps = { later("sandbox", "caps"), whole = true },
  secbits = { later("sandbox", "secbits"), whole = true },
  nonewprivs = { boolean },
  limits = { later "limits", whole = true },
  ns = { later("sandbox", "ns"), whole = true },
  sandbox = { later("sandbox", "check"), whole = true },
  needs = { names },
  wants = { names },
  once = { names },
  after = { names },
  before = { names },
  provides = { names },
  when = { later("when", "check"), whole = true },
  hold = { boolean },
  ready = { later("running", "ready"), whole = true },
  listen = { later "listen", whole = true },
  demand = { boolean },
  store = { checks.integer(1, 64) },
  restart = { later("running", "restart"), whole = true },
  watchdog = { watchdog },
  stop = { later("running", "stop"), whole = true },
  log = { later "log", whole = true },
  on = { later("running", "on"), whole = true },
  main = { boolean },
  critical = { boolean },
  every = { later("schedule", "every"), whole = true, only = "timer" },
  at = { later("schedule", "at"), whole = true, only = "timer" },
  onboot = { later("schedule", "onboot"), whole = true, only = "timer" },
  jitter = { checks.seconds, into = "slot_jitter", only = "timer" },
  persist = { boolean, only = "timer" },
  overlap = { checks.one_of("skip"), into = false, only = "timer" },
  what = { text, only = "mount" },
  where = { checks.path, only = "mount" },
  type = { checks.text, into = "fstype", only = "mount" },
  options = { text, only = "mount" },
}

local NONE = {} -- shared by all: whoever adds something makes a table first

local DEFAULTS = {
  dir = "/", umask = 18, env = NONE, stdin = "", tty = "", console = "none", session = true,
  log = "both", desc = "", limits = NONE, needs = NONE, wants = NONE, once = NONE, after = NONE,
  before = NONE, provides = NONE, ready = "exec", ready_fd = 0, ready_env = "",
  ready_timeout = 60000, restart_on = "failure", restart_delay = 100, restart_factor = 2000,
  restart_max = 30000, restart_jitter = 100, restart_reset = 60000, restart_limit = 0,
  restart_window = 0, restart_then = "failed", stop_signal = 15, stop_timeout = 10000,
  stop_scope = "tree", reload_signal = 0, main = false, critical = false,
}

--- What a kind sets differently.
local JOB = { ready = "exit", ready_timeout = 0, restart_on = "never" }
local KINDS = { service = {}, oneshot = JOB, timer = JOB, mount = JOB, group = { log = "none" } }

--- A record looks up here what its definition does not say: by kind, a metatable.
local INHERIT = {}
for kind, own in pairs(KINDS) do
  for key, value in pairs(DEFAULTS) do
    if own[key] == nil then own[key] = value end
  end
  INHERIT[kind] = { __index = own }
end

--- Check one field; nil and the whole message if it is wrong.
local function check_field(record, key, value)
  local field = FIELDS[key]
  if not field then
    return nil, ("unknown field %q%s"):format(tostring(key), checks.did_you_mean(key, FIELDS))
  end
  if field.only and field.only ~= record.kind then
    return nil, ("%s belongs to a %s"):format(key, field.only)
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
    local env = { table.unpack(record.env) }
    for _, word in ipairs { "HOME=" .. user.home, "USER=" .. user.name, "LOGNAME=" .. user.name } do
      table.insert(env, word)
    end
    record.env = env
    if record.nonewprivs == nil then record.nonewprivs = true end
  elseif record.group or record.groups then
    return nil, "group and groups need user"
  end
  if record.group then
    local gid, err = accounts.group(record.group)
    if not gid then return nil, err end
    record.gid = gid
  end
  if not record.groups then return true end
  local numbers = {}
  for i, group in ipairs(record.groups) do
    local gid, err = accounts.group(group)
    if not gid then return nil, err end
    numbers[i] = gid
  end
  record.groups = numbers
  return true
end

--- A mount is a oneshot whose commands follow from its fields.
local function mount(record)
  if not record.where then return nil, "mount without where: the folder", "where" end
  if not record.what and not record.fstype then
    return nil, "mount without what: the device, or type", "what"
  end
  local argv = { "mount" }
  for _, pair in ipairs { { "-t", record.fstype }, { "-o", record.options } } do
    if pair[2] then table.move(pair, 1, 2, #argv + 1, argv) end
  end
  argv[#argv + 1] = record.what or record.fstype
  argv[#argv + 1] = record.where
  record.pre = record.pre or { argv = { "mkdir", "-p", record.where } }
  record.run = { argv = argv }
  record.undo = { argv = { "umount", record.where } }
  return true
end

--- What one field asks of another.
local function agree(record)
  if record.kind == "group" then
    if record.run then return nil, "a group has no process", "run" end
  elseif record.kind == "mount" then
    local own = record.run and "run" or record.undo and "undo"
    if own then return nil, "a mount runs mount and umount, nothing else", own end
    local ok, err, field = mount(record)
    if not ok then return nil, err, field end
  elseif not record.run then
    return nil, ("%s has nothing to run"):format(record.name)
  end
  if record.kind == "timer" and not (record.every or record.at or record.onboot) then
    return nil, "a timer needs every, at or onboot"
  end
  if record.kind == "service" and record.undo then
    return nil, "undo belongs to a oneshot; post follows the end of a service", "undo"
  end
  if record.restart_max and record.restart_max < (record.restart_delay or 0) then
    return nil, "restart.max is less than restart.delay", "restart"
  end
  local sockets = record.listen and #record.listen or 0
  if record.demand and sockets == 0 then
    return nil, "demand needs a socket in listen", "demand"
  end
  if record.ready_fd and record.ready_fd < 3 + sockets then
    return nil, ("ready.fd: descriptors 3 to %d are those of listen"):format(2 + sockets), "ready"
  end
  record.notify = record.ready == "notify" or record.watchdog ~= nil or record.store ~= nil or nil
  if record.store and record.kind ~= "service" then
    return nil, "store belongs to a service", "store"
  end
  return true
end

--- One definition as a record: every field known, in the plan's units. What
--- it does not name it shares with others.
---@param definition init.Definition
---@return table? record
---@return string? err without position
---@return string? field that is wrong, if it is one
function schema.check(definition)
  local record = {
    kind = definition.kind, file = definition.file, line = definition.line,
    definition = definition.fields, -- as it was written: what its hash is of
  }
  for _, key in ipairs(checks.sorted_keys(definition.fields)) do
    local ok, err = check_field(record, key, definition.fields[key])
    if not ok then return nil, err, key end
  end
  if not record.name then return nil, definition.kind .. " without a name" end
  local ok, err, field = agree(record)
  if not ok then return nil, err, field end
  if record.main and record.restart_on == nil then record.restart_on = "never" end
  setmetatable(record, INHERIT[definition.kind])
  ok, err = identity(record)
  if not ok then return nil, err, "user" end
  return record
end

return schema
