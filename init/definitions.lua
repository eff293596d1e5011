-- init/definitions.lua - evaluate a file that defines services
--
-- Layer: PID 1's Lua side, in children of the core. The loader uses it to
-- read definitions, a hook child to find the function it is to run: both see
-- the same file in the same environment. Nothing is checked here (schema.lua).

local vm = require "vm"

local definitions = {}

--- Instructions that one file may take: about a quarter of a second.
definitions.INSTRUCTIONS = 20000000

---@class init.Definition a table as its file wrote it, with where that was
---@field kind "service"|"oneshot"|"group"|"timer"|"mount"|"template"
---@field fields table
---@field file string
---@field line integer of the constructor's call

--- `sh"line"` is the argv that has a shell run it.
local function sh(line)
  if type(line) ~= "string" then error("sh takes one string: the line", 2) end
  return { "sh", "-c", line }
end

--- What `arg` is while a template is written down: no text of a user holds it.
local ARG = "\1\2\1"

--- `return service { ... }` is a tail call, which leaves no line behind: it is
--- where the text says so. Plain searches: each boot does this for each file.
local function tail_line(source, kind)
  local text, call = source.text or "", "^return%s+" .. kind
  local at = text:find("return", 1, true)
  while at and not text:find(call, at) do at = text:find("return", at + 1, true) end
  local line = 1
  local newline = at and text:find("\n", 1, true)
  while newline and newline < at do
    line = line + 1
    newline = text:find("\n", newline + 1, true)
  end
  return line
end

--- What tells a definition from any other table.
local Definition = {}

local KINDS = { "service", "oneshot", "group", "timer", "mount" }

--- `template "getty" { ... }` is a service, or `template "x" (oneshot { ... })`.
local function template(place)
  return function(name)
    if type(name) ~= "string" then error("template takes a name, then its fields", 2) end
    return function(definition)
      if type(definition) ~= "table" then
        error("template " .. name .. " takes one table: its fields", 2)
      end
      if getmetatable(definition) ~= Definition then
        definition = place("service", definition, 3)
      end
      definition.template = name
      return definition
    end
  end
end

--- `os` for a file that only describes: the end of it would be that of all files.
local NO_EXIT = setmetatable({
  exit = function() error("os.exit: a service file only describes", 2) end,
}, { __index = os })

--- The globals of a definition file. A global that it sets stays its own.
local function environment(source, file, describes)
  local env = { sh = sh, arg = ARG, os = describes and NO_EXIT or nil }
  local function place(kind, fields, level)
    local info = debug.getinfo(level, "lt")
    local line = info and not debug.getinfo(level - 1, "t").istailcall and info.currentline
    return setmetatable({
      kind = kind, fields = fields, file = file,
      line = line and line > 0 and line or tail_line(source, kind),
    }, Definition)
  end
  for _, kind in ipairs(KINDS) do
    env[kind] = function(fields)
      if type(fields) ~= "table" then
        error(kind .. " takes one table: its fields", 2)
      end
      local definition = place(kind, fields, 3) -- no tail call: it looks up the stack
      return definition
    end
  end
  env.template = template(place)
  return setmetatable(env, { __index = _G })
end

--- A copy with the argument where the template says `arg`.
local function fill(value, argument)
  if type(value) == "string" then return (value:gsub(ARG, function() return argument end)) end
  if type(value) ~= "table" then return value end
  local copy = {}
  for key, item in pairs(value) do copy[fill(key, argument)] = fill(item, argument) end
  return copy
end

--- Does the argument appear in a template's value?
function definitions.uses_argument(value)
  if type(value) == "string" then return value:find(ARG, 1, true) ~= nil end
  for key, item in pairs(type(value) == "table" and value or {}) do
    if definitions.uses_argument(key) or definitions.uses_argument(item) then return true end
  end
  return false
end

--- The definition of `template@argument`.
---@param definition init.Definition with `template`
---@param argument string
---@return init.Definition
function definitions.instance(definition, argument)
  local fields = fill(definition.fields, argument)
  fields.name = definition.template .. "@" .. argument
  return { kind = definition.kind, fields = fields, file = definition.file, line = definition.line }
end

--- The chunk of a source: text, or a module of the binary.
local function chunk_of(source, env)
  if not source.embedded then
    local text = source.text:gsub("^\xef\xbb\xbf", "") -- some editors' mark of UTF-8
    return load(text, "@" .. source.name, "t", env)
  end
  if not vm.has(source.name) then return nil, source.name .. ": no such module" end
  local loader = package.searchers[2](source.name)
  debug.setupvalue(loader, 1, env)
  return loader
end

local DEPTH = 8 -- of tables in tables: no field needs more
local VALUES = 10000 -- in one definition: the plan must hold all of them

--- The same without metatables: what reads it afterwards runs none of the file's code.
---@param left integer how many more values it may have
---@return table? copy
---@return integer|string left what is left of them, or what is wrong
local function plain(value, depth, left)
  if depth == 0 then return nil, "tables in tables without end" end
  local copy = {}
  for key, item in next, value do
    left = left - 1
    if left < 0 then return nil, ("more than %d values in one definition"):format(VALUES) end
    if type(item) == "table" then
      item, left = plain(item, depth - 1, left)
      if not item then return nil, left end
    end
    copy[key] = item
  end
  return copy, left
end

local function definition_list(value, file)
  if value == nil then
    return nil, file .. ": returns nothing; write return service { ... }"
  end
  if type(value) ~= "table" then
    return nil, ("%s: returns a %s, not a service"):format(file, type(value))
  end
  local list = getmetatable(value) == Definition and { value } or value
  for key in next, list do
    if type(key) == "string" then
      return nil, rawlen(list) == 0 and
        file .. ": returns a table that is no service; write return service { ... }" or
        ("%s: the list has a member %s: it takes services, and no names for them"):format(file, key)
    end
  end
  local result = {}
  for i = 1, rawlen(list) do
    local definition = rawget(list, i)
    if getmetatable(definition) ~= Definition then
      return nil, ("%s: item %d of the list is not a service"):format(file, i)
    end
    local fields, err = plain(definition.fields, DEPTH, VALUES)
    if not fields then return nil, ("%s:%d: %s"):format(file, definition.line, err) end
    result[i] = setmetatable({
      kind = definition.kind, template = definition.template, fields = fields,
      file = file, line = definition.line,
    }, Definition)
  end
  return result
end

--- Run a function that must come to an end.
---@param fn function
---@param instructions integer? none: without limit
---@return boolean ok
---@return any result or the error
---@return string? traceback of a function without limit
function definitions.limited(fn, instructions)
  local thread = coroutine.create(fn)
  local function stop()
    debug.sethook(thread, stop, "", 1) -- whoever catches this error gets the next at once
    error(("gives up after %d million instructions: an endless loop?")
      :format(instructions // 1000000), 2)
  end
  if instructions then debug.sethook(thread, stop, "", instructions) end
  local ok, result = coroutine.resume(thread)
  if ok and coroutine.status(thread) ~= "dead" then
    return false, "yields: that has no meaning here"
  end
  if ok then return true, result end
  if type(result) ~= "string" then result = tostring(result) end
  if not instructions then return false, result, debug.traceback(thread, result) end
  -- What its variables hold may be all the memory there is.
  coroutine.close(thread)
  collectgarbage()
  return false, result
end

--- The definitions of one source.
---@param source { name: string, text: string?, embedded: boolean? }
---@param instructions integer? limit
---@return init.Definition[]? list
---@return string? err with file:line
function definitions.evaluate(source, instructions)
  local file = source.name
  if source.embedded then file = file:gsub("%.", "/") .. ".lua" end
  local env = environment(source, file, instructions ~= nil)
  local chunk, err = chunk_of(source, env)
  if not chunk then return nil, err:find(file, 1, true) and err or file .. ": " .. err end
  local ok, result = definitions.limited(function() return chunk(source.name) end, instructions)
  if not ok then
    -- "not enough memory" has no position of its own
    return nil, result:find(":%d+:") and result or file .. ": " .. result
  end
  return definition_list(result, file)
end

--- Run a source as a script, as rc.lua is.
---@return boolean ok
---@return string? traceback
function definitions.script(source, ...)
  local env = setmetatable({ sh = sh }, { __index = _G })
  local chunk, err = chunk_of(source, env)
  if not chunk then return false, err end
  local args = table.pack(...)
  local ok, result, trace = definitions.limited(function()
    return { chunk(table.unpack(args, 1, args.n)) }
  end)
  if not ok then return false, trace or result end
  if result[1] == nil and result[2] ~= nil then return false, tostring(result[2]) end
  return true
end

return definitions
