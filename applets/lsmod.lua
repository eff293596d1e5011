-- applets/lsmod.lua - list the loaded kernel modules
--
-- Layer: applet. Follows kmod's lsmod.

local file = require "proc.file"
local modules = require "proc.modules"

local applet = {
  summary = "list the loaded kernel modules",
  usage = "",
  operands = { max = 0 },
  json = true,
}

local function object(module)
  return {
    name = module.name, size = module.size, refs = module.refs, state = module.state,
    users = require("json").array(module.users), permanent = module.permanent,
  }
end

---@return true? ok
---@return any err
function applet.run(opts)
  local text, err = file.read("/proc/modules")
  -- a kernel without modules has no such file, and so none is loaded
  if not text and not err.NOENT then return nil, "/proc/modules: " .. err end
  local list = modules.parse(text or "")
  if opts.json then
    local json = require "json"
    local objects = json.array {}
    for i, module in ipairs(list) do objects[i] = object(module) end
    io.write(json.encode(objects), "\n")
    return true
  end
  io.write("Module                  Size  Used by\n")
  for _, module in ipairs(list) do
    local users = table.concat(module.users, ",")
    if module.permanent then users = users == "" and "[permanent]" or users .. ",[permanent]" end
    local line = ("%-19s %8d  %d %s"):format(module.name, module.size, module.refs, users)
    io.write((line:gsub(" $", "")), "\n")
  end
  return true
end

return applet
