-- tests/lua/declarations.lua - lua/meta declares what there is, all of it and nothing else
--
-- A new function, table of constants or struct fails here until it is declared: functions by hand
-- in lua/meta/, the others by `make declare`, `make reference` for the pages.

local t = require "test"
local S = require "syscall"
local names = require "syscall.names"

local function lua_files(folder)
  local found = {}
  for name, entry in S.util.ls(folder) do
    local path = folder .. "/" .. name
    if entry.DIR and not name:find("^%.") then
      table.move(lua_files(path), 1, #lua_files(path), #found + 1, found)
    elseif name:find("%.lua$") then
      found[#found + 1] = path
    end
  end
  table.sort(found)
  return found
end

--- The functions that a file declares: name -> { variable =, first = type of the first argument }.
local function declared(path)
  local found, first = {}, nil
  for line in io.lines(path) do
    local variable, name = line:match("^function ([%w_]+)%.([%w_]+)%(")
    first = first or line:match("^%-%-%-@param %S+ (%S+)")
    if variable then found[name] = { variable = variable, first = first } end
    if not line:find("^%-%-") then first = nil end
  end
  return found
end

local function sorted_keys(map)
  local list = {}
  for key in pairs(map) do list[#list + 1] = key end
  table.sort(list)
  return list
end

-- ---- S ----

local there = {}
for _, name in ipairs(names.functions()) do there[name] = true end
for name, value in pairs(require "syscall.composed") do
  if type(value) == "function" then there[name] = true end
end

local meta, double = {}, {}
for _, path in ipairs(lua_files("lua/meta/syscall")) do
  for name, what in pairs(declared(path)) do
    if what.variable == "S" then
      if meta[name] then double[#double + 1] = name end
      meta[name] = what
    end
  end
end
t.ok(#sorted_keys(meta) > 300, "declarations were found")
t.is(double, {}, "nothing is declared twice")

local undeclared, absent = {}, {}
for _, name in ipairs(sorted_keys(there)) do
  if not meta[name] then undeclared[#undeclared + 1] = name end
end
for _, name in ipairs(sorted_keys(meta)) do
  if type(S[name]) ~= "function" then absent[#absent + 1] = name end
end
t.is(undeclared, {}, "every function of S is declared")
t.is(absent, {}, "every declared function is there")

-- ---- methods of descriptors ----

local no_method = {}
for _, name in ipairs(sorted_keys(meta)) do
  local first = meta[name].first
  if (first == "S.fd|integer" or first == "S.Dir") and not S.stdin[name] then
    no_method[#no_method + 1] = name
  end
end
t.is(no_method, {}, "what takes a descriptor first is a method of it")

-- ---- types ----

local known, unknown = {}, {}
local tagged = {} -- all that is said of types
for _, path in ipairs(lua_files("lua/meta")) do
  for line in io.lines(path) do
    local tag, rest = line:match("^%-%-%-@(%a+) (.*)$")
    if tag == "class" or tag == "alias" then known[rest:match("^[%w_.]+")] = true end
    if tag == "param" or tag == "return" or tag == "class" then tagged[#tagged + 1] = rest end
  end
end
for _, text in ipairs(tagged) do
  for name in text:gmatch("%f[%w]S%.[%w_.]*[%w_]") do
    if not known[name] then unknown[name] = true end
  end
end
t.is(sorted_keys(unknown), {}, "every type that is named is declared")

-- ---- modules in C ----

local MODULES = { -- module -> file, and the variable in it
  ["syscall.mem"] = { "syscall/mem", "mem" },
  ["syscall.dir"] = { "syscall/modules", "dir" },
  ["syscall.names"] = { "syscall/modules", "names" },
  ["vm.interrupt"] = { "syscall/modules", "interrupt" },
  vm = { "vm", "vm" },
  ["fs.dir"] = { "fs", "dir" },
}
for module, place in pairs(MODULES) do
  local functions, said = {}, {}
  for name, what in pairs(declared("lua/meta/" .. place[1] .. ".lua")) do
    if what.variable == place[2] then said[name] = true end
  end
  for name, value in pairs(require(module)) do
    if type(value) == "function" then functions[name] = true end
  end
  t.is(sorted_keys(said), sorted_keys(functions), module)
end

-- ---- what is generated is up to date ----

local function output(...)
  local got = t.execute({ "lua", ... })
  t.is(got.err, "", select(2, ...) .. " runs")
  return got.out
end

for _, kind in ipairs { "constants", "types" } do
  local path = "lua/meta/syscall/" .. kind .. ".lua"
  local text = output("mk/declare.lua", kind, path)
  t.ok(text == t.read(path), path .. " is what make declare writes")
  local open = {}
  for name in text:gmatch("%(not described yet%)\n%-%-%-@%a+ (%S+)") do open[#open + 1] = name end
  t.is(open, {}, kind .. " are all described")
end

-- the files that mk/embed.mk names
local files = lua_files("lua/meta")
for _, folder in ipairs { "lua", "lua/fs", "lua/net", "lua/nl", "lua/proc", "lua/text",
  "lua/syscall", "lua/syscall/util" } do
  for name in S.util.ls(folder) do
    if name:find("%.lua$") then files[#files + 1] = folder .. "/" .. name end
  end
end
table.sort(files)

local text = output("mk/help.lua", "text", table.unpack(files))
t.ok(load(text)() == require "help.text", "the text in the binary")

local folder = t.tmp() .. "/reference"
assert(S.mkdir(folder, "0755"))
output("mk/help.lua", "reference", folder, table.unpack(files))
local function markdown(path)
  local found = {}
  for name in S.util.ls(path) do
    if name:find("%.md$") then found[name] = true end
  end
  return sorted_keys(found)
end
t.is(markdown("docs/reference"), markdown(folder), "the same pages")
for _, name in ipairs(markdown(folder)) do
  local old = S.access("docs/reference/" .. name, "r") and t.read("docs/reference/" .. name)
  t.ok(old == t.read(folder .. "/" .. name), "docs/reference/" .. name .. " is up to date")
end
