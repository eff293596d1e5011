-- luabox.lua - the command luabox without an applet
--
-- Layer: personality, in Lua. What the binary is and holds; installing links.

local S = require "syscall"
local vm = require "vm"

local luabox = {}

local APPLETS = "applets."

--- Names that the binary answers to, sorted.
---@return string[]
function luabox.applets()
  local seen, names = {}, { "lua" }
  for _, name in ipairs(vm.applets()) do names[#names + 1] = name end
  for _, module in ipairs(vm.modules(APPLETS)) do names[#names + 1] = module:sub(#APPLETS + 1) end
  local list = {}
  for _, name in ipairs(names) do
    if not seen[name] and not name:find("^init%-") then list[#list + 1] = name end
    seen[name] = true
  end
  table.sort(list)
  return list
end

local function summary(name)
  if not vm.has(APPLETS .. name) then return nil end
  return require(APPLETS .. name).summary
end

local function introduce()
  io.write([[
luabox ]], require "version", [[ - a small system in one file: init, network, commands, Lua

  luabox APPLET [ARGUMENT]...   run a command; so does a link to luabox with its name
  luabox --list                 the commands
  luabox APPLET --help          how to use one
  luabox lua                    a Lua prompt: S = require "syscall" reaches the kernel
  luabox --install [-s] DIR     make a hard (-s: symbolic) link for each command in DIR
  luabox --version, --licenses
]])
  return 0
end

local function list(long)
  for _, name in ipairs(luabox.applets()) do
    local about = long and summary(name)
    io.write(about and ("%-12s %s"):format(name, about) or name, "\n")
  end
  return 0
end

local function fail(object, err)
  io.stderr:write("luabox: ", object, ": ", tostring(err), "\n")
  return 1
end

--- Links for all applets; what is there already stays.
local function install(arguments)
  local symbolic = arguments[1] == "-s"
  local dir = arguments[symbolic and 2 or 1]
  if not dir then return fail("--install", "no folder given") end
  local folder, err = S.open(dir, "path, directory")
  if not folder then return fail(dir, err) end
  folder:close()
  local own
  own, err = S.readlink("/proc/self/exe")
  if not own then return fail("/proc/self/exe", err) end
  local status = 0
  local make = symbolic and S.symlink or S.link
  local inside = own:match("^(.*)/[^/]*$") == dir and own:match("[^/]*$")
  for _, name in ipairs(luabox.applets()) do
    local path = dir .. "/" .. name
    local ok
    ok, err = make(symbolic and inside or own, path)
    if not ok and not err.EXIST then status = fail(path, err) end
  end
  return status
end

local ACTIONS = {
  ["--list"] = function() return list(false) end,
  ["--list-long"] = function() return list(true) end,
  ["--help"] = introduce,
  ["--install"] = install,
  ["--version"] = function()
    io.write("luabox ", require "version", "\n")
    return 0
  end,
  ["--licenses"] = function()
    io.write(require "licenses")
    return 0
  end,
}

---@param argv string[]
---@return integer status
function luabox.main(argv)
  local what = argv[1]
  if not what then return introduce() end
  local action = ACTIONS[what]
  if not action then
    io.stderr:write("luabox: unknown option ", what,
      "\nusage: luabox [--list] [--help] [--version] ",
      "[--licenses] [--install [-s] DIR] [APPLET [ARGUMENT]...]\n")
    return 1
  end
  local status = action(table.move(argv, 2, #argv, 1, {}))
  local ok, err = io.stdout:flush()
  if not ok then return fail("write error", err) end
  return status
end

return luabox
