-- init/schema/checks.lua - small checks of which the fields of a definition are made
--
-- Layer: PID 1's Lua side, pure. A check takes a value and gives what goes on,
-- or nil and what was expected instead ("a string"); a third result is a whole
-- message.

local S = require "syscall"

local checks = {}

function checks.text(value)
  if type(value) ~= "string" then return nil, "a string" end
  if value:find("\0", 1, true) then return nil, "a string without a zero byte" end
  return value
end

--- A path that means the same wherever PID 1 is.
function checks.path(value)
  if not checks.text(value) or value:sub(1, 1) ~= "/" then return nil, "a path from /" end
  return value
end

function checks.boolean(value)
  if type(value) ~= "boolean" then return nil, "true or false" end
  return value
end

--- Seconds as people write them, milliseconds as the plan holds them.
function checks.seconds(value)
  if type(value) ~= "number" or not (value >= 0 and value <= 4000000) then
    return nil, "seconds, from 0 to 4000000"
  end
  return math.floor(value * 1000 + 0.5)
end

function checks.integer(low, high)
  return function(value)
    local n = type(value) == "number" and math.tointeger(value)
    if not n or n < low or n > high then
      return nil, ("an integer from %d to %d"):format(low, high)
    end
    return n
  end
end

function checks.one_of(...)
  local names = { ... }
  local expected = '"' .. table.concat(names, '", "') .. '"'
  if #names > 1 then expected = "one of " .. expected end
  return function(value)
    for _, name in ipairs(names) do
      if value == name then return value end
    end
    return nil, expected
  end
end

--- Nothing but items 1, 2, ... of what `check` accepts.
function checks.list_of(check, expected)
  return function(value)
    if type(value) ~= "table" then return nil, expected end
    local result = {}
    for i, item in ipairs(value) do
      local ok, wanted = check(item)
      if ok == nil then return nil, ("%s, each item %s"):format(expected, wanted) end
      result[i] = ok
    end
    for key in pairs(value) do
      if math.type(key) ~= "integer" or key < 1 or key > #result then return nil, expected end
    end
    return result
  end
end

--- A word of a command: a number is written as it is.
function checks.word(value)
  if type(value) == "number" then return tostring(math.tointeger(value) or value) end
  return checks.text(value)
end

checks.words = checks.list_of(checks.word, "a list of strings")
checks.list = checks.list_of(checks.text, "a list of strings")
checks.paths = checks.list_of(checks.path, "a list of paths")

function checks.signal(value)
  if math.type(value) == "integer" and value >= 1 and value <= 64 then return value end
  if type(value) ~= "string" then return nil, 'the name of a signal, as "TERM"' end
  local number = rawget(S.c.SIG, value) or S.c.SIG[value:upper():gsub("^SIG", "")]
  if type(number) ~= "number" then return nil, 'the name of a signal, as "TERM"' end
  return number
end

local COMMAND = 'a list as { "prog", "arg" } or a function'

--- A command: argv, or a function that a child runs; `field` is where it stands.
function checks.action(value, field)
  if type(value) == "function" then return { fn = field } end
  if type(value) == "string" then
    return nil, ('a list as { "prog", "arg" }, a function, or, for a shell, sh%q'):format(value)
  end
  local argv = checks.words(value)
  if argv and argv[1] and argv[1] ~= "" then return { argv = argv } end
  for i, item in ipairs(type(value) == "table" and value or {}) do
    if checks.word(item) == nil then
      return nil, ("%s: item %d is a %s"):format(COMMAND, i,
        type(item) == "string" and "string with a zero byte" or type(item))
    end
  end
  return nil, COMMAND
end

function checks.signal_or_action(value, field)
  if type(value) ~= "table" and type(value) ~= "function" then
    local number, expected = checks.signal(value)
    return number, expected and expected .. ", or a command"
  end
  return checks.action(value, field)
end

local NAME = "^[a-z0-9][a-z0-9._-]*$"

function checks.name(value)
  if type(value) ~= "string" or #value > 63 or not (value:match(NAME) or
      value:match("^[a-z0-9][a-z0-9._-]*@[%w._-]+$")) then
    return nil, "at most 63 of a-z 0-9 . _ -, beginning with a letter or digit"
  end
  return value
end

--- One name, or a list of names.
function checks.names(value)
  local result = checks.list(type(value) == "string" and { value } or value)
  if not result then return nil, 'a name, or a list of names as { "db", "net" }' end
  for _, item in ipairs(result) do
    if not checks.name(item) then return nil, ("names of services, not %q"):format(item) end
  end
  return result
end

local SIZE = { K = 1 << 10, M = 1 << 20, G = 1 << 30 }

--- A count or a size, as a number or "64K"; -1 is "unlimited".
function checks.amount(value)
  if value == "unlimited" or value == math.huge then return -1 end
  if type(value) == "string" then
    local n, unit = value:match("^(%d+)([KMG]?)$")
    n = n and math.tointeger(tonumber(n))
    if not n or n > 1 << 40 then return nil, "a number or a size as \"64M\"" end
    return n * (SIZE[unit] or 1)
  end
  local n = type(value) == "number" and math.tointeger(value)
  if n and n >= 0 then return n end
  return nil, "a number or a size as \"64M\""
end

--- A user or a group, by name or number.
function checks.account(value)
  if math.type(value) == "integer" and value >= 0 then return tostring(value) end
  return checks.text(value)
end

--- All keys, in an order that is the same every time: the first error is.
function checks.sorted_keys(value)
  local keys, texts = {}, true
  for key in pairs(value) do
    keys[#keys + 1] = key
    texts = texts and type(key) == "string"
  end
  table.sort(keys, not texts and function(a, b) return tostring(a) < tostring(b) end or nil)
  return keys
end

--- "limits has no member ..."
---@param parts table<any, any> whose keys are the members there are
function checks.no_member(field, key, parts)
  return ("%s has no member %q%s"):format(field, tostring(key), checks.did_you_mean(key, parts))
end

--- The nearest of the keys that are words, as the end of a message; or nothing.
function checks.did_you_mean(word, known)
  local words = {}
  for name in pairs(known) do words[#words + 1] = type(name) == "string" and name or nil end
  table.sort(words)
  local near = require("cli_help").nearest_word(words, tostring(word))
  return near and (", did you mean %q?"):format(near) or ""
end

--- Check the members of a table field: `parts` has a check for each key.
---@param put fun(key: any, result: any)
---@return true? ok
---@return string? expected
---@return string? message
function checks.members(value, field, parts, put)
  for _, key in ipairs(checks.sorted_keys(value)) do
    local check = parts[key]
    if not check then return nil, nil, checks.no_member(field, key, parts) end
    local result, expected, message = check(value[key], field .. "." .. tostring(key))
    if result == nil then
      return nil, nil, message or ("%s.%s must be %s"):format(field, tostring(key), expected)
    end
    put(key, result)
  end
  return true
end

return checks
