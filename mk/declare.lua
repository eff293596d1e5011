-- mk/declare.lua - write the declarations of constants and structs (make declare)
--
-- Layer: build tool, run by luabox itself, for it knows what it has:
--   luabox lua mk/declare.lua constants|types OLD > NEW
-- Names come from the program; what a table or struct is, its comment, is written by hand in the
-- file and kept: a new one gets a line to be replaced.

local S = require "syscall"
local mem = require "syscall.mem"
local names = require "syscall.names"
local vm = require "vm"

local WIDTH = 98
local UNDESCRIBED = "--- (not described yet)"

--- The comments of a file of declarations, by what they stand before.
local function comments(path)
  local found, block = {}, {}
  local file = io.open(path)
  if not file then return found end
  for line in file:lines() do
    local name = line:match("^%-%-%-@%a+ (S%.[ct]%.[%w_]+)")
    if name then
      found[name] = table.concat(block, "\n")
    elseif line:find("^%-%-%- ") then
      block[#block + 1] = line
    else
      block = {}
    end
  end
  file:close()
  return found
end

local function wrapped(prefix, words, separator)
  local lines, line = {}, prefix
  for _, word in ipairs(words) do
    if #line + #word + #separator > WIDTH and line ~= prefix then
      lines[#lines + 1] = line
      line = prefix
    end
    line = line .. separator .. word
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\n")
end

local function header(file, subject)
  return ("---@meta\n-- lua/meta/syscall/%s.lua - %s\n--\n" ..
    "-- The names are written by make declare; the comments by hand.\n"):format(file, subject)
end

local function sorted(list)
  table.sort(list)
  return list
end

local function constants(old)
  io.write(header("constants", "the tables of S.c: what their strings may say"))
  for _, name in ipairs(sorted(names.constants())) do
    local members = {}
    for member in pairs(S.c[name]) do members[#members + 1] = ('"%s"'):format(member) end
    io.write("\n", old["S.c." .. name] or UNDESCRIBED, "\n---@alias S.c.", name,
      " integer|string\n", wrapped("---", sorted(members), "|"), "\n")
  end
end

--- Those of S.t's types that have fields.
local function structs()
  local list = {}
  for _, name in ipairs(names.types()) do
    if #mem.fields(name) > 0 then list[#list + 1] = name end
  end
  return sorted(list)
end

--- What Lua adds to the structs: their friendly fields and methods.
local function classes()
  local found = {}
  for _, module in ipairs(vm.modules("syscall.types.")) do
    for name, class in pairs(require(module)) do
      if type(class) == "table" then found[name] = class end
    end
  end
  return found
end

--- The type of a field, as a zeroed struct has it.
local function kind_of(sample, field, known)
  local ok, value = pcall(function() return sample[field] end)
  if not ok or value == nil then return "any" end
  if math.type(value) == "integer" then return "integer" end
  if type(value) ~= "userdata" then return type(value) end
  for _, name in ipairs(known) do
    if mem.istype(name, value) then return "S.t." .. name end
  end
  return "S.mem"
end

local function keys(tbl, raw)
  local list = {}
  for key in pairs(tbl or {}) do
    if type(key) == "string" and not raw[key] then list[#list + 1] = key end
  end
  return sorted(list)
end

local function types(old)
  io.write(header("types", "the structs of S.t, with their fields"))
  local class_of, all = classes(), structs()
  for _, name in ipairs(all) do
    local class = class_of[name] or {}
    io.write("\n", old["S.t." .. name] or UNDESCRIBED, "\n---@class S.t.", name, ": S.mem\n")
    local raw, sample = {}, mem.new(name)
    for _, field in ipairs(mem.fields(name)) do
      raw[field.name] = true
      io.write("---@field ", field.name, " ", kind_of(sample, field.name, all), "\n")
    end
    for _, key in ipairs(keys(class.get, raw)) do
      io.write("---@field ", key, " ", kind_of(sample, key, all), "\n")
    end
    for _, key in ipairs(keys(class.methods, raw)) do
      io.write("---@field ", key, " function\n")
    end
  end
end

local old = comments(arg[2])
if arg[1] == "constants" then constants(old) else types(old) end
