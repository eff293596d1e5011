-- proc/modules.lua - what /proc/modules says: the loaded modules
--
-- Layer: library, pure. The format: proc(5), kernel/module/procfs.c.

local modules = {}

---@class proc.Module
---@field name string
---@field size integer bytes
---@field refs integer how many hold it; -1 where the kernel cannot unload modules
---@field users string[] modules that hold it
---@field state "Live"|"Loading"|"Unloading"
---@field permanent boolean it can not be unloaded

--- The modules, newest first, as the kernel lists them.
---@param text string
---@return proc.Module[]
function modules.parse(text)
  local list = {}
  for name, size, refs, holders, state in text:gmatch("(%S+) (%d+) (%S+) (%S+) (%S+)[^\n]*") do
    local users = {}
    local permanent = false
    for holder in holders:gmatch("[^,]+") do
      if holder == "[permanent]" then
        permanent = true
      elseif holder ~= "-" then
        users[#users + 1] = holder
      end
    end
    list[#list + 1] = {
      name = name,
      size = math.tointeger(tonumber(size)),
      refs = math.tointeger(tonumber(refs)) or -1,
      users = users,
      state = state,
      permanent = permanent,
    }
  end
  return list
end

return modules
