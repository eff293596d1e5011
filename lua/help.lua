-- help.lua - what the declarations say, found by name or by word
--
-- Layer: library. The text is made from lua/meta/ and the libraries' comments by mk/help.lua: an
-- entry a line, its fields apart by \1 (name, signature, paragraph, source, notes) and the notes by
-- \2. Members of constants and fields of structs are asked of S itself.

local S = require "syscall"

local help = {}

local WIDTH = 78

---@class help.Entry
---@field name string
---@field signature string "" for what is no function
---@field text string
---@field source string "open(2)"
---@field notes string[]

local function parse(line)
  local parts = {}
  for part in (line .. "\1"):gmatch("(.-)\1") do parts[#parts + 1] = part end
  local signature = (parts[2] or ""):gsub("!$", " | nil, err")
  local notes = {}
  for note in (parts[5] or ""):gmatch("[^\2]+") do notes[#notes + 1] = note end
  return { name = parts[1], signature = signature, text = parts[3] or "",
    source = parts[4] or "", notes = notes }
end

local function lines()
  return require("help.text"):gmatch("([^\n]+)")
end

--- The entry of a name: "S.open", "open", "S.c.O", "c.O", "fd:read", "net.dhcp.client".
---@param name string
---@return help.Entry?
function help.find(name)
  local wanted = { name, "S." .. name, (name:gsub("^fd:", "S.")), (name:gsub("^fd:", "S.f")) }
  for _, candidate in ipairs(wanted) do
    for line in lines() do
      if line:match("^[^\1]*") == candidate then return parse(line) end
    end
  end
end

--- Entries that have a word, in any case; those that have it in their name first.
---@param word string
---@return help.Entry[]
function help.search(word)
  local found, rest = {}, {}
  word = word:lower()
  for line in lines() do
    local at = line:lower():find(word, 1, true)
    local list = at and (at <= #line:match("^[^\1]*") and found or rest)
    if list then list[#list + 1] = parse(line) end
  end
  return table.move(rest, 1, #rest, #found + 1, found)
end

--- The modules and areas that there are entries of, with how many.
---@return { name: string, count: integer }[]
function help.topics()
  local topics, by_name = {}, {}
  for line in lines() do
    local name = line:match("^S%.[ct]%f[.]") or line:match("^(.-)[.:][%w_]+\1") or
      line:match("^[^\1]*")
    local topic = by_name[name]
    if not topic then
      topic = { name = name, count = 0 }
      by_name[name] = topic
      topics[#topics + 1] = topic
    end
    topic.count = topic.count + 1
  end
  table.sort(topics, function(a, b) return a.name < b.name end)
  return topics
end

--- The names of a topic's entries.
---@param topic string "net.dhcp"
---@return help.Entry[]
function help.list(topic)
  local found = {}
  for line in lines() do
    if line:sub(1, #topic) == topic and line:find("^[.:][%w_]+\1", #topic + 1) then
      found[#found + 1] = parse(line)
    end
  end
  return found
end

---@param text string
---@param indent string? of each line
---@return string
function help.wrap(text, indent)
  indent = indent or ""
  local out, line = {}, nil
  for word in text:gmatch("%S+") do
    if line and #line + 1 + #word > WIDTH then
      out[#out + 1] = line
      line = nil
    end
    line = line and line .. " " .. word or indent .. word
  end
  out[#out + 1] = line
  return table.concat(out, "\n")
end

--- NAME value, NAME value ...: by value, as the kernel has them.
local function members(constants)
  local list = {}
  for name, value in pairs(constants) do
    if math.type(value) == "integer" then list[#list + 1] = { name = name, value = value } end
  end
  table.sort(list, function(a, b)
    if a.value ~= b.value then return math.ult(a.value, b.value) end
    return a.name < b.name
  end)
  for i, one in ipairs(list) do
    local form = one.value > 255 and "%s=%#x" or "%s=%d"
    list[i] = form:format(one.name, one.value)
  end
  return table.concat(list, " ")
end

local function fields(type_name)
  local mem = require "syscall.mem"
  local known, list = pcall(mem.fields, type_name)
  if not known then return nil end
  for i, field in ipairs(list) do
    list[i] = field.name .. (field.count > 0 and ("[%d]"):format(field.count) or "")
  end
  return ("%d bytes: %s"):format(mem.sizeof(type_name), table.concat(list, " "))
end

--- What a person reads of an entry.
---@param entry help.Entry
---@return string
function help.text(entry)
  local out = { help.wrap(entry.name .. entry.signature) }
  if entry.text ~= "" then out[#out + 1] = "\n" .. help.wrap(entry.text, "  ") end
  if #entry.notes > 0 then
    out[#out + 1] = ""
    for _, note in ipairs(entry.notes) do out[#out + 1] = help.wrap(note, "  ") end
  end
  local constants = entry.name:match("^S%.c%.([%w_]+)$")
  local struct = entry.name:match("^S%.t%.([%w_]+)$")
  local more = constants and members(S.c[constants]) or struct and fields(struct)
  if more then out[#out + 1] = "\n" .. help.wrap(more, "  ") end
  if entry.source ~= "" then out[#out + 1] = "\n  See " .. entry.source .. "." end
  return table.concat(out, "\n") .. "\n"
end

--- Of a function of S itself: help(S.open), at the prompt.
local function name_of(value)
  if type(value) == "string" then return value end
  for name, member in pairs(S) do
    if member == value then return "S." .. name end
  end
  for _, space in ipairs { "c", "t" } do
    for name, member in pairs(S[space]) do
      if member == value then return "S." .. space .. "." .. name end
    end
  end
end

return setmetatable(help, {
  __call = function(_, value)
    local entry = help.find(name_of(value) or "")
    return entry and (help.text(entry):gsub("\n$", "")) or "no help for this"
  end,
})
