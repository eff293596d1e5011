-- process/caps.lua - process.caps: the capabilities of this process, set by set
--
-- Layer: library. Follows capabilities(7). Names are those without CAP_, in any case.
--
--   process.caps.effective.net_admin = false
--   process.caps.bounding.sys_module      may be dropped, never taken back
--   for name in pairs(process.caps.permitted) do ... end

local S = require "syscall"

---@class process.Caps
---@field effective table<string, boolean>
---@field permitted table<string, boolean>
---@field inheritable table<string, boolean>
---@field bounding table<string, boolean>
---@field ambient table<string, boolean>

local function capability(name)
  local number = type(name) == "string" and S.c.CAP[name:upper()]
  if not number then error("process.caps: no capability " .. tostring(name), 3) end
  return number
end

local function fail(set, name, err)
  error(("process.caps.%s.%s: %s"):format(set, name, tostring(err)), 3)
end

--- capget and capset: the three sets that go together.
local function threefold(set)
  return {
    get = function(number, name)
      local caps, err = S.capget()
      if not caps then return fail(set, name, err) end
      return caps[set].cap[number // 32] & 1 << number % 32 ~= 0
    end,
    set = function(_, name, on)
      local caps, err = S.capget()
      if not caps then return nil, err end
      caps[set][name:upper()] = on
      return S.capset(caps)
    end,
  }
end

local SETS = {
  effective = threefold("effective"),
  permitted = threefold("permitted"),
  inheritable = threefold("inheritable"),
  bounding = {
    get = function(number) return S.prctl("capbset_read", number) == 1 end,
    set = function(number, _, on)
      if on then return nil, "what left the bounding set does not come back" end
      return S.prctl("capbset_drop", number)
    end,
  },
  ambient = {
    get = function(number)
      return S.prctl("cap_ambient", "is_set", number) == 1
    end,
    set = function(number, _, on)
      return S.prctl("cap_ambient", on and "raise" or "lower", number)
    end,
  },
}

local caps = {}

for title, set in pairs(SETS) do
  caps[title] = setmetatable({}, {
    __index = function(_, name) return set.get(capability(name), name) end,
    __newindex = function(_, name, on)
      local ok, err = set.set(capability(name), name, on and true or false)
      if not ok then fail(title, name, err) end
    end,
    --- Those that are set.
    __pairs = function()
      local name, number
      return function()
        repeat name, number = next(S.c.CAP, name) until not name or set.get(number, name)
        return name and name:lower(), name and true
      end
    end,
    __tostring = function(self)
      local names = {}
      for name in pairs(self) do names[#names + 1] = name end
      table.sort(names)
      return table.concat(names, ", ")
    end,
  })
end

return setmetatable(caps, {
  __index = function(_, name)
    error("process.caps: no set " .. tostring(name) ..
      " (effective, permitted, inheritable, bounding, ambient)", 2)
  end,
  __call = function() error("process.caps: assign to a capability of one of its sets", 3) end,
})
