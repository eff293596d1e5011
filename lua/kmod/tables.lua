-- kmod/tables.lua - what depmod and the user wrote about kernel modules
--
-- Layer: library, pure: text in, tables out. The files of /lib/modules/RELEASE:
-- modules.dep(5), depmod(8); the user's own: modprobe.d(5).

local tables = {}

--- The name the kernel uses: "kernel/drivers/net/virtio-net.ko.xz" is "virtio_net".
---@param path string file or name
---@return string
function tables.name(path)
  local name = path:match("[^/]*$")
  return (name:gsub("%.ko$", ""):gsub("%.ko%.%w+$", ""):gsub("-", "_"))
end

--- An alias with "_" for each "-" outside brackets: both spellings mean the same.
local function normal(alias)
  if not alias:find("-", 1, true) then return alias end
  if not alias:find("[", 1, true) then return (alias:gsub("-", "_")) end
  local inside = false
  return (alias:gsub("[%[%]-]", function(c)
    if c == "-" then return inside and "-" or "_" end
    inside = c == "["
  end))
end

--- A Lua pattern of an alias's wildcards, which are those of fnmatch(3).
local function pattern(alias)
  local parts = { "^" }
  local i = 1
  while i <= #alias do
    local c = alias:sub(i, i)
    local set = c == "[" and alias:match("^%[[^%]]+%]", i)
    if set then
      parts[#parts + 1] = "[" .. set:sub(2, -2):gsub("^!", "^"):gsub("%%", "%%%%") .. "]"
      i = i + #set - 1
    elseif c == "*" then
      parts[#parts + 1] = ".*"
    elseif c == "?" then
      parts[#parts + 1] = "."
    else
      parts[#parts + 1] = c:gsub("%W", "%%%0")
    end
    i = i + 1
  end
  parts[#parts + 1] = "$"
  return table.concat(parts)
end

--- modules.dep: where each module is, and the files to load before it, last first.
---@param text string
---@return table<string, { path: string, needs: string }> by name
function tables.dep(text)
  local found = {}
  for path, needs in text:gmatch("([^:\n]+):([^\n]*)") do
    found[tables.name(path)] = { path = path, needs = needs }
  end
  return found
end

--- modules.builtin: the modules that are part of the kernel.
---@param text string
---@return table<string, true> names
function tables.builtin(text)
  local names = {}
  for path in text:gmatch("[^\n]+") do names[tables.name(path)] = true end
  return names
end

---@class kmod.Aliases found by what they begin with, up to the first wildcard
---@field lengths integer[] of those beginnings
---@field by_start table<string, { alias: string, module: string }[]>

--- An empty list of aliases.
---@return kmod.Aliases
function tables.aliases() return { lengths = {}, by_start = {}, has_length = {} } end

--- Add one alias. A machine has 20,000 and a boot asks a hundred times, so a
--- question must not look at each.
---@param list kmod.Aliases
---@param alias string with fnmatch(3) wildcards
---@param module string
function tables.add_alias(list, alias, module)
  alias = normal(alias)
  local start = alias:match("^[^*?%[]*")
  local same = list.by_start[start]
  if not same then
    same = {}
    list.by_start[start] = same
    if not list.has_length[#start] then
      list.has_length[#start] = true
      table.insert(list.lengths, #start)
    end
  end
  same[#same + 1] = { alias = alias, module = tables.name(module) }
end

--- modules.alias, modules.symbols: lines "alias PATTERN MODULE".
---@param text string
---@param list kmod.Aliases they are added here
function tables.alias(text, list)
  for alias, module in text:gmatch("alias (%S+) (%S+)") do
    tables.add_alias(list, alias, module)
  end
end

--- The modules whose alias matches, each once.
---@param list kmod.Aliases
---@param modalias string
---@return string[] names
function tables.match_alias(list, modalias)
  modalias = normal(modalias)
  local found, seen = {}, {}
  for _, length in ipairs(list.lengths) do
    for _, item in ipairs(list.by_start[modalias:sub(1, length)] or {}) do
      if not seen[item.module] and
        (item.alias == modalias or modalias:find(pattern(item.alias))) then
        seen[item.module] = true
        found[#found + 1] = item.module
      end
    end
  end
  return found
end

---@class kmod.Config
---@field aliases kmod.Aliases
---@field options table<string, string> module -> its parameters
---@field blacklist table<string, true>
---@field install table<string, string> module -> shell command instead of loading
---@field remove table<string, string>
---@field softdep table<string, { pre: string[], post: string[] }>

---@return kmod.Config
function tables.new_config()
  return {
    aliases = tables.aliases(),
    options = {}, blacklist = {}, install = {}, remove = {}, softdep = {},
  }
end

local function softdep(config, name, words)
  local soft = config.softdep[name] or { pre = {}, post = {} }
  config.softdep[name] = soft
  local into
  for word in words:gmatch("%S+") do
    if word == "pre:" then
      into = soft.pre
    elseif word == "post:" then
      into = soft.post
    elseif into then
      into[#into + 1] = tables.name(word)
    end
  end
end

local function add_options(config, name, options)
  local old = config.options[name]
  config.options[name] = old and old .. " " .. options or options
end

local commands = {}

function commands.alias(config, alias, rest)
  local module = rest:match("^%S+")
  if module then tables.add_alias(config.aliases, alias, module) end
end

function commands.options(config, name, rest) add_options(config, tables.name(name), rest) end
function commands.blacklist(config, name) config.blacklist[tables.name(name)] = true end
function commands.install(config, name, rest) config.install[tables.name(name)] = rest end
function commands.remove(config, name, rest) config.remove[tables.name(name)] = rest end
function commands.softdep(config, name, rest) softdep(config, tables.name(name), rest) end

--- A file of modprobe.d, or modules.softdep, which has the same form. What it
--- does not know it leaves: newer commands are for newer tools.
---@param text string
---@param config kmod.Config
function tables.config(text, config)
  text = text:gsub("%s*\\\n%s*", " ") -- a line goes on behind a backslash
  for line in text:gmatch("[^\n]+") do
    local command, name, rest = line:match("^%s*(%l+)%s+(%S+)%s*(.-)%s*$")
    if commands[command] then commands[command](config, name, rest) end
  end
end

--- The kernel's command line: "module.parameter=value" and "modprobe.blacklist=a,b".
---@param text string
---@param config kmod.Config
function tables.command_line(text, config)
  for name, parameter in text:gmatch("%f[%S]([%w_-]+)%.([%w_-]+=%S*)") do
    if name ~= "modprobe" then
      add_options(config, tables.name(name), parameter)
    else
      for word in (parameter:match("^blacklist=(.*)") or ""):gmatch("[^,]+") do
        config.blacklist[tables.name(word)] = true
      end
    end
  end
end

return tables
