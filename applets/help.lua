-- applets/help.lua - help on commands, on S and on the libraries
--
-- Layer: applet; calls help, and commands for their own --help.

local S = require "syscall"
local help = require "help"
local text = require "text.quote"

local MANY = 40 -- more than these are shown as names alone

local function print_list(entries)
  for _, entry in ipairs(entries) do
    local name = entry.name
    local first = entry.text:match("^.-%.%f[%s\0]") or entry.text
    if #name < 30 then name = ("%-30s"):format(name) end
    io.write((name .. " " .. first):gsub("%s+$", ""), "\n")
  end
end

local function print_names(names)
  io.write(help.wrap(table.concat(names, " "), "  "), "\n")
end

local function overview()
  io.write("Commands (help NAME shows one):\n\n")
  print_names(require("luabox").applets())
  io.write("\nFor Lua (help S lists, help S.open shows one, help -k WORD searches):\n\n")
  local names = {}
  for _, topic in ipairs(help.topics()) do names[#names + 1] = topic.name end
  print_names(names)
  return true
end

local function is_applet(name)
  for _, applet in ipairs(require("luabox").applets()) do
    if applet == name then return true end
  end
end

--- A command's own help, from itself.
local function applet_help(name)
  local vm = require "vm"
  vm.flush()
  local pid, err = S.spawn("/proc/self/exe", { "luabox", name, "--help" })
  if not pid then return nil, err end
  local _, _, status = S.waitpid(pid)
  return status and status.EXITSTATUS == 0 or 1
end

local function show(name)
  local entry = help.find(name)
  if entry then io.write(help.text(entry)) end
  local list = help.list(name)
  if #list == 0 then return entry ~= nil end
  if entry then io.write("\n") end
  if #list > MANY then
    local names = {}
    for _, one in ipairs(list) do names[#names + 1] = one.name:sub(#name + 2) end
    print_names(names)
  else
    print_list(list)
  end
  return true
end

local function search(word)
  local found = help.search(word)
  print_list(found)
  if #found == 0 then return nil, text.plain(word) .. ": nothing found" end
  return true
end

return {
  summary = "help on commands, on S and on the libraries",
  usage = "[-k] [NAME]",
  options = {
    { "k", "search", help = "search names and texts for a word" },
  },
  operands = { max = 1 },
  details = "NAME is a command, or a name of Lua: S.open, S.c.O, S.t.stat, fd, net.dhcp.",

  run = function(opts, args)
    local name = args[1]
    if not name then return overview() end
    if opts.search then return search(name) end
    if is_applet(name) then return applet_help(name) end
    if show(name) then return true end
    return nil, text.plain(name) .. ": no help; help -k searches"
  end,
}
