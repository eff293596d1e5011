-- process.lua - this process as a table: what it is can be read, and changed by assignment
--
-- Layer: library. The calls are those of S; what fails raises, for an assignment has no result:
-- "process.cwd: /no/such: No such file or directory". For errors as values there is S itself.
--
--   process.limits.soft.cpu = 4
--   process.env.LANG = "C"
--   process.user = "nobody"

local S = require "syscall"
local fields = require "process.fields"

---@class process
---@field pid integer read only, as ppid, tid, exe, argv, root and usage
---@field ppid integer
---@field tid integer
---@field exe string the program's file
---@field argv string[]
---@field root string
---@field usage { user: number, system: number, memory: integer } seconds, and bytes at the most
---@field cwd string
---@field umask integer may be given in octal: "022"
---@field name string as ps shows it; 15 bytes
---@field nice integer -20 is the most urgent
---@field oom integer -1000 to 1000: how soon it is killed when memory is short
---@field affinity integer[] processors, from 0
---@field user string a name or number; sets uid, gid and groups, in the order that works
---@field uid integer set: real, effective and saved; a name will do, as for all ids
---@field gid integer
---@field euid integer
---@field egid integer
---@field groups integer[]
---@field session integer 0 to begin one: setsid(2)
---@field group integer
---@field subreaper boolean
---@field dumpable boolean
---@field no_new_privs boolean can only be set
---@field death_signal string? signal that it gets when its parent ends
---@field env table<string, string>
---@field limits process.Limits
---@field caps process.Caps
local process = {}

--- Members that are tables of their own, in rooms below process/.
local ROOMS = { env = "process.env", limits = "process.limits", caps = "process.caps" }

local function unknown(key)
  local known = {}
  for name in pairs(fields) do known[#known + 1] = name end
  for name in pairs(ROOMS) do known[#known + 1] = name end
  table.sort(known)
  local near = require("cli_help").nearest_word(known, tostring(key))
  error(("process: no field %s%s"):format(tostring(key),
    near and (" (did you mean %s?)"):format(near) or ""), 3)
end

--- Raises what a call answered instead of true.
local function check(name, value, ok, err)
  if ok then return end
  local shown = type(value) == "table" and "" or ": " .. tostring(value)
  error(("process.%s%s: %s"):format(name, shown, tostring(err)), 3)
end

return setmetatable(process, {
  __index = function(_, key)
    if ROOMS[key] then return require(ROOMS[key]) end
    local field = fields[key] or unknown(key)
    local value, err = field.get()
    if err then check(key, "", nil, err) end
    return value
  end,
  __newindex = function(_, key, value)
    if ROOMS[key] then return require(ROOMS[key])(value) end
    local field = fields[key] or unknown(key)
    if not field.set then error("process." .. key .. " can only be read", 2) end
    check(key, value, field.set(value))
  end,
  __pairs = function(self)
    local key
    return function()
      key = next(fields, key)
      if key then return key, self[key] end
    end
  end,
  __tostring = function() return "process " .. S.getpid() end,
})
