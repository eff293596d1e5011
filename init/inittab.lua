-- init/inittab.lua - a busybox inittab as service definitions
--
-- Layer: PID 1's Lua side, pure: text in, definitions out. A board that has
-- /etc/inittab and no Lua set-up boots from it as before, supervised. Follows
-- the comments of busybox's init: lines are ID:RUNLEVELS:ACTION:PROCESS, the
-- ID is a terminal in /dev, run levels mean nothing.

local inittab = {}

---@class init.InittabEntry
---@field id string terminal, "" for the console
---@field action string
---@field process string
---@field line integer

local ACTIONS = {
  sysinit = true, wait = true, once = true, respawn = true, askfirst = true,
  ctrlaltdel = true, shutdown = true, restart = true,
}

--- The entries of a file, and what is wrong with it.
---@param text string
---@return init.InittabEntry[]
---@return { line: integer, message: string }[]
function inittab.parse(text)
  local entries, faults = {}, {}
  local number = 0
  for line in (text .. "\n"):gmatch("([^\n]*)\n") do
    number = number + 1
    line = line:gsub("\r$", ""):match("^%s*(.-)%s*$")
    local id, action, process = line:match("^([^:#][^:]*):[^:]*:([^:]*):(.+)$")
    if not id then id, action, process = line:match("^():[^:]*:([^:]*):(.+)$") end
    if type(id) == "number" then id = "" end
    if line == "" or line:sub(1, 1) == "#" then
      id = nil
    elseif not id then
      faults[#faults + 1] = { line = number, message = "ID:RUNLEVELS:ACTION:PROCESS expected" }
    elseif not ACTIONS[action] then
      faults[#faults + 1] = { line = number, message = ("unknown action %q"):format(action) }
      id = nil
    elseif line:find("%z") or not id:find("^[%w/._-]*$") or id:find("..", 1, true) then
      faults[#faults + 1] = { line = number, message = ("%q is no terminal"):format(id) }
      id = nil
    end
    if id then
      id = id:gsub("^/dev/", "")
      entries[#entries + 1] = { id = id, action = action, process = process, line = number }
    end
  end
  return entries, faults
end

-- What needs a shell, as busybox has it.
local SHELL_CHARACTERS = "[~`!%$%^&%*%(%)=|\\{}%[%];\"'<>%?]"

--- A process field as argv. A "-" before it asks for a login shell.
---@param process string
---@return string[]
function inittab.command(process)
  local login = process:match("^%-%s*(.*)")
  local text = login or process
  if text:find(SHELL_CHARACTERS) then return { "/bin/sh", "-c", "exec " .. text } end
  local argv = {}
  for word in text:gmatch("%S+") do argv[#argv + 1] = word end
  if login and argv[1] and argv[1]:find("sh$") then table.insert(argv, 2, "-l") end
  return argv
end

local ASK = [[printf '\nPlease press Enter to activate this console. '; read -r answer; exec "$@"]]

--- How each action is a service: the fields beyond name and run.
local FIELDS = {
  sysinit = function() return "oneshot", {} end,
  wait = function() return "oneshot", {} end,
  once = function() return "oneshot", { ready = "exec" } end,
  respawn = function()
    return "service", { restart = { on = "always", delay = 0.1, max = 5, reset = 5 } }
  end,
  ctrlaltdel = function() return "oneshot", {} end,
  restart = function() return "oneshot", {} end, -- the core executes it when all has ended
  shutdown = function(argv)
    -- what it undoes is that nothing happened
    return "oneshot", { run = { "true" }, undo = argv, stop = { timeout = 60 } }
  end,
}
FIELDS.askfirst = FIELDS.respawn

local function name_of(entry, taken)
  local base = entry.action
  if entry.action == "ctrlaltdel" then
    base = "ctrl-alt-del" -- the core starts the service of this name
  elseif entry.id ~= "" then
    base = base .. "-" .. entry.id:lower():gsub("[^a-z0-9._-]", "-")
  end
  local name, number = base:sub(1, 50), 1
  while taken[name] do
    number = number + 1
    name = base:sub(1, 50) .. "-" .. number
  end
  taken[name] = true
  return name
end

--- Make one definition: its name, fields and what it waits for.
local function define(entry, name, before)
  local argv = inittab.command(entry.process)
  local kind, fields = FIELDS[entry.action](argv)
  fields.name = name
  fields.desc = ("inittab line %d"):format(entry.line)
  fields.run = fields.run or argv
  if entry.action == "askfirst" then
    fields.run = { "/bin/sh", "-c", ASK, "askfirst", table.unpack(argv) }
  end
  if entry.id ~= "" then
    fields.tty = "/dev/" .. entry.id
  else
    fields.console = (entry.action == "respawn" or entry.action == "askfirst") and "own" or "share"
  end
  if entry.action ~= "ctrlaltdel" and entry.action ~= "restart" then
    fields.wants = { table.unpack(before) }
  end
  return { kind = kind, fields = fields, line = entry.line }
end

local ORDER = { "sysinit", "wait", "once", "respawn", "askfirst", "ctrlaltdel", "restart" }

--- The definitions of an inittab: sysinit and wait one after the other, once,
--- respawn and askfirst when those have ended, shutdown before all is stopped, ctrlaltdel and
--- restart when they are asked for.
---@param text string
---@param file string
---@return init.Definition[]
---@return { line: integer, message: string }[] faults
function inittab.definitions(text, file)
  local entries, faults = inittab.parse(text)
  local list, taken, started, before = {}, { default = true }, {}, {}
  local function add(entry, waits)
    local definition = define(entry, name_of(entry, taken), waits)
    definition.file = file
    list[#list + 1] = definition
    return definition.fields
  end
  for _, action in ipairs(ORDER) do
    for _, entry in ipairs(entries) do
      if entry.action == action then
        local fields = add(entry, before)
        if action == "sysinit" or action == "wait" then before = { fields.name } end
        if fields.wants then started[#started + 1] = fields.name end
      end
    end
  end
  -- Stopping goes in reverse order: those that follow all others go first,
  -- and the first of them follows the rest.
  local followed = { table.unpack(started) }
  for i = #entries, 1, -1 do
    if entries[i].action == "shutdown" then
      local fields = add(entries[i], {})
      fields.after = { table.unpack(followed) }
      followed[#followed + 1] = fields.name
      started[#started + 1] = fields.name
    end
  end
  list[#list + 1] = { kind = "group", file = file, line = 1, fields = {
    name = "default", desc = file, wants = started,
  } }
  return list, faults
end

return inittab
