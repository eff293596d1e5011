-- process/limits.lua - process.limits: what this process may use of each resource
--
-- Layer: library. Names are getrlimit(2)'s without RLIMIT_, in any case; math.huge (or
-- "infinity") is no limit.
--
--   process.limits.soft.nofile = 256      the limit that holds
--   process.limits.hard.nofile            how far it may be raised
--   process.limits.core = 0               both

local S = require "syscall"

---@class process.Limits
---@field soft table<string, number>
---@field hard table<string, number>

local function resource(name)
  local number = type(name) == "string" and S.c.RLIMIT[name:upper()]
  if number then return number end
  local known = {}
  for key in pairs(S.c.RLIMIT) do known[#known + 1] = key:lower() end
  table.sort(known)
  local near = require("cli_help").nearest_word(known, tostring(name))
  error(("process.limits: no resource %s%s"):format(tostring(name),
    near and (" (did you mean %s?)"):format(near) or ""), 3)
end

local function number(value)
  if value == math.huge or value == "infinity" then return -1 end
  local n = math.tointeger(tonumber(value))
  if not n or n < 0 then
    error("process.limits: a number, math.huge or \"infinity\" expected, got " ..
      tostring(value), 3)
  end
  return n
end

local function shown(value) return value == -1 and math.huge or value end

local function get(name)
  local limit, err = S.getrlimit(name)
  if not limit then error("process.limits: " .. tostring(err), 3) end
  return limit
end

local function set(name, limit, field)
  local ok, err = S.setrlimit(name, limit)
  if not ok then
    error(("process.limits%s.%s: %s"):format(field and "." .. field or "", name, tostring(err)), 3)
  end
end

--- One of the two: field is cur or max.
local function view(title, field)
  return setmetatable({}, {
    __index = function(_, name)
      return shown(get(resource(name))[field])
    end,
    __newindex = function(_, name, value)
      local limit = get(resource(name))
      limit[field] = number(value)
      set(name, limit, title)
    end,
    __pairs = function(self)
      local name
      return function()
        name = next(S.c.RLIMIT, name)
        if name then return name:lower(), self[name] end
      end
    end,
  })
end

return setmetatable({ soft = view("soft", "cur"), hard = view("hard", "max") }, {
  __index = function(_, name)
    local limit = get(resource(name))
    return { soft = shown(limit.cur), hard = shown(limit.max) }
  end,
  --- A number for both, or {soft =, hard =}.
  __newindex = function(_, name, value)
    local limit = get(resource(name))
    if type(value) ~= "table" then value = { soft = value, hard = value } end
    if value.soft then limit.cur = number(value.soft) end
    if value.hard then limit.max = number(value.hard) end
    set(name, limit)
  end,
  --- process.limits = {core = 0, ...}
  __call = function(self, new)
    for name, value in pairs(new) do self[name] = value end
  end,
})
