-- init/hook.lua - run one Lua function of a definition
--
-- Layer: PID 1's Lua side; a child that the core starts for every `run`,
-- `pre` ... that is a function, and for rc.lua. The source is the plan's own
-- copy: editing or losing the file changes nothing for a loaded service.
-- usage: init-hook FD SERVICE FIELD SOURCE

local S = require "syscall"
local mem = require "syscall.mem"
local vm = require "vm"
local definitions = require "init.definitions"
local plan = require "init.plan"

local MEMORY = 256 << 20 -- of one function; half of the machine's, if that is less

local hook = {}

--- The descriptor is shared with every other hook child: no seeking.
function hook.read_plan(fd)
  local buffer = S.t.buffer(65536)
  local parts, at = {}, 0
  while true do
    local got = S.pread(fd, buffer, 65536, at)
    if not got or got == 0 then break end
    parts[#parts + 1] = mem.string(buffer, got)
    at = at + got
  end
  return table.concat(parts)
end

local function fail(message)
  io.stderr:write(message, "\n")
  return 1
end

--- The function that a dotted path names in a definition.
local function member(fields, path)
  for key in path:gmatch("[^.]+") do
    fields = type(fields) == "table" and fields[key] or nil
  end
  return type(fields) == "function" and fields or nil
end

--- A function that never has enough must not take the machine along. Whoever needs more says
--- limits.as: then the kernel counts, and not we.
local function limit_memory()
  local address_space = S.getrlimit("as")
  if address_space and address_space.cur ~= S.c.RLIM.INFINITY and address_space.cur ~= -1 then
    return
  end
  local system = S.sysinfo()
  vm.limit(math.min(MEMORY, system and system.totalram // 2 or MEMORY), 0)
end

---@param argv string[]
---@return integer status
function hook.main(argv)
  limit_memory()
  local fd, service, field, name = math.tointeger(tonumber(argv[1])), argv[2], argv[3], argv[4]
  local source = plan.source(hook.read_plan(fd), name)
  S.close(fd)
  if not source then return fail(service .. ": no source " .. name .. " in the plan") end

  local context = { name = service, field = field }
  if field == "script" then
    local ok, trace = definitions.script(source, context)
    return ok and 0 or fail(trace)
  end

  local list, err = definitions.evaluate(source)
  if not list then return fail(err) end
  local base, argument = service:match("^(.-)@(.*)$")
  for _, definition in ipairs(list) do
    if base and definition.template == base then
      definition = definitions.instance(definition, argument)
      context.arg = argument
    end
    local fn = definition.fields.name == service and member(definition.fields, field)
    if fn then
      context.service = definition.fields
      local ok, result, trace = definitions.limited(function()
        return { fn(context) }
      end)
      if not ok then return fail(trace or result) end
      if math.type(result[1]) == "integer" then return result[1] end
      if (result[1] == nil or result[1] == false) and result[2] ~= nil then
        return fail(tostring(result[2]))
      end
      return result[1] == false and 1 or 0
    end
  end
  return fail(("%s: %s defines no function %s"):format(service, name, field))
end

return hook
