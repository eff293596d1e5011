-- ip/out.lua - one description of an object, printed as text or as JSON
--
-- Layer: library of ip; pure but for io.write. Every item is given once, with its JSON key and
-- its form in text, in the order in which it is printed; so the two cannot drift apart. Printed
-- as it comes: a dump of any length is never held in memory. JSON's form is iproute2's.

local find, format = string.find, string.format

local PIECES = 500 -- that are gathered before they are written

---@class ip.Out
---@field is_json boolean
---@field newline string what parts an object's lines: "\\" with -o
local Out = {}

function Out:write(text)
  local count = self.count + 1
  self.parts[count] = text
  self.count = count
  if count >= PIECES then self:flush() end
end

function Out:flush()
  if self.count == 0 then return end
  io.write(table.concat(self.parts, "", 1, self.count))
  self.count = 0
end

-- ---- text ----

---@class ip.Text: ip.Out
local Text = setmetatable({ is_json = false }, { __index = Out })
Text.__index = Text

local function nothing() end

-- Forms with one plain place: what stands before it and after it. Joining is cheaper than format.
local before_value, after_value = {}, {}

local function split(form)
  local before, after = form:match("^([^%%]*)%%[sd]([^%%]*)$")
  before_value[form], after_value[form] = before or false, after
  return before
end

--- A value under a key in JSON, in this form in text. A boolean's form has no place for it.
function Text:put(_, form, value)
  local before = before_value[form]
  if before == nil then before = split(form) end
  if value == true or value == false then
    self:write(form)
  elseif before then
    self:write(before .. value .. after_value[form])
  else
    self:write(format(form, value))
  end
end

local names = {} -- as they are shown

--- The same for a name: whoever made the link chose its bytes, so a terminal sees them escaped.
function Text:name(key, form, value)
  local name = names[value]
  if not name then
    name = find(value, "%c") and require("text.quote").terminal(value) or value
    names[value] = name
  end
  self:put(key, form, name)
end

--- Words only for text.
function Text:text(form, ...)
  self:write(... == nil and form or format(form, ...))
end

--- A key without a value: null in JSON.
function Text:mark(_, text) self:write(text) end

--- "key on " or "key off "; true or false in JSON.
function Text:on_off(_, form, value) self:write(format(form, value and "on" or "off")) end

--- A number that JSON has in a form of its own, as 0.00.
function Text:number(_, form, _, value) self:write(format(form, value)) end

--- The next line of one object, and what it begins with.
function Text:line(start) self:write(start and self.newline .. start or self.newline) end

--- Begin an array; text shows `before`, if it has one.
function Text:array(_, before) if before then self:write(before) end end
function Text:array_end(after) if after then self:write(after) end end

--- A value only for JSON.
Text.json = nothing
--- Begin an object; only JSON shows it.
Text.object, Text.object_end = nothing, nothing
--- Begin and end the whole: JSON's array.
Text.start, Text.finish = nothing, Out.flush

-- ---- JSON ----

---@class ip.Json: ip.Out
local Json = setmetatable({ is_json = true }, { __index = Out })
Json.__index = Json

local ESCAPE = { ["\t"] = "\\t", ["\n"] = "\\n", ["\r"] = "\\r", ["\f"] = "\\f", ["\b"] = "\\b",
  ["\\"] = "\\\\", ['"'] = '\\"' }

local function quoted(text)
  if not find(text, '[%c"\\\127]') then return '"' .. text .. '"' end
  return '"' .. text:gsub('[%c"\\\127]', function(c)
    return ESCAPE[c] or ("\\u%04x"):format(c:byte())
  end) .. '"'
end

local function line_end(self)
  if self.pretty then self:write("\n" .. ("    "):rep(self.depth)) end
end

-- What stands before a value: its comma, and its key in an object.
local function begin_value(self, key)
  self:write(self.separator)
  if key then
    line_end(self)
    self:write('"' .. key .. (self.pretty and '": ' or '":'))
    self.separator = ""
  end
end

local function open(self, key, bracket)
  begin_value(self, key)
  self:write(bracket)
  self.depth = self.depth + 1
  self.separator = ""
end

local function close(self, bracket)
  self.depth = self.depth - 1
  if self.separator ~= "" then line_end(self) end
  self:write(bracket)
  self.separator = ","
end

function Json:json(key, value)
  begin_value(self, key)
  self:write(type(value) == "string" and quoted(value) or value == nil and "null"
    or tostring(value))
  self.separator = ","
end

function Json:put(key, _, value) self:json(key, value) end
Json.name = Json.put
function Json:mark(key) self:json(key, nil) end
function Json:on_off(key, _, value) self:json(key, value) end

function Json:number(key, _, form, value)
  begin_value(self, key)
  self:write(format(form, value))
  self.separator = ","
end

Json.text, Json.line = nothing, nothing

function Json:object(key) open(self, key, "{") end
function Json:object_end() close(self, "}") end

function Json:array(key) open(self, key, self.pretty and "[ " or "[") end
function Json:array_end()
  if self.pretty and self.separator ~= "" then self:write(" ") end
  self.separator = ""
  close(self, "]")
end

function Json:start() self:array() end
function Json:finish()
  self:array_end()
  self:write("\n")
  self.separator = ""
  self:flush()
end

---@param options { json: boolean?, pretty: boolean?, oneline: boolean? }
---@return ip.Out
local function new(options)
  return setmetatable({
    pretty = options.pretty or false,
    newline = options.oneline and "\\" or "\n",
    depth = 0,
    separator = "",
    parts = {},
    count = 0,
  }, options.json and Json or Text)
end

return { new = new }
