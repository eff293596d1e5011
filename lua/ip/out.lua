-- ip/out.lua - one description of an object, printed as text or as JSON
--
-- Layer: library of ip; pure but for io.write. Every item is given once, with its JSON key and
-- its form in text, in the order in which it is printed; so the two cannot drift apart. Printed
-- as it comes: a dump of any length is never held in memory. JSON's form is iproute2's.

local ESCAPE = { ["\t"] = "\\t", ["\n"] = "\\n", ["\r"] = "\\r", ["\f"] = "\\f", ["\b"] = "\\b",
  ["\\"] = "\\\\", ['"'] = '\\"' }

local function quoted(text)
  if not text:find('[%c"\\\127]') then return '"' .. text .. '"' end
  return '"' .. text:gsub('[%c"\\\127]', function(c)
    return ESCAPE[c] or ("\\u%04x"):format(c:byte())
  end) .. '"'
end

-- Names come from the kernel, and whoever made the link chose the bytes.
local function shown(value)
  if type(value) == "string" and value:find("%c") then
    return require("text.quote").terminal(value)
  end
  return value
end

---@class ip.Out
local Out = {}
Out.__index = Out

---@param options { json: boolean?, pretty: boolean?, oneline: boolean? }
---@return ip.Out
local function new(options)
  local self = setmetatable({
    is_json = options.json or false,
    pretty = options.pretty or false,
    newline = options.oneline and "\\" or "\n",
    depth = 0,
    separator = "",
    parts = {},
    count = 0,
  }, Out)
  return self
end

function Out:write(text)
  local count = self.count + 1
  self.parts[count] = text
  self.count = count
  if count >= 500 then self:flush() end
end

function Out:flush()
  if self.count == 0 then return end
  io.write(table.concat(self.parts, "", 1, self.count))
  self.count = 0
end

local function line_end(self)
  if self.pretty then self:write("\n" .. ("    "):rep(self.depth)) end
end

-- What stands before a value: its comma, and its key in an object.
local function begin_value(self, key)
  if key then
    self:write(self.separator)
    line_end(self)
    self:write('"' .. key .. (self.pretty and '": ' or '":'))
    self.separator = ""
  else
    self:write(self.separator)
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

--- Begin an object; only JSON shows it.
function Out:object(key)
  if self.is_json then open(self, key, "{") end
end

function Out:object_end()
  if self.is_json then close(self, "}") end
end

--- Begin an array; text shows `before`, if it has one.
function Out:array(key, before)
  if self.is_json then
    open(self, key, self.pretty and "[ " or "[")
  elseif before then
    self:write(before)
  end
end

function Out:array_end(after)
  if self.is_json then
    if self.pretty and self.separator ~= "" then self:write(" ") end
    self.separator = ""
    close(self, "]")
  elseif after then
    self:write(after)
  end
end

--- A value only for JSON.
function Out:json(key, value)
  if not self.is_json then return end
  begin_value(self, key)
  if type(value) == "string" then
    self:write(quoted(value))
  elseif value == nil then
    self:write("null")
  else
    self:write(tostring(value))
  end
  self.separator = ","
end

--- Words only for text.
function Out:text(form, ...)
  if self.is_json then return end
  self:write(select("#", ...) > 0 and form:format(shown((...)), select(2, ...)) or form)
end

--- A value under a key in JSON, in this form in text. A boolean's form has no place for it.
function Out:put(key, form, value)
  if self.is_json then
    self:json(key, value)
  elseif type(value) == "boolean" then
    self:write(form)
  else
    self:write(form:format(shown(value)))
  end
end

--- A key without a value: null in JSON.
function Out:mark(key, text)
  if self.is_json then self:json(key, nil) else self:write(text) end
end

--- "key on " or "key off "; true or false in JSON.
function Out:on_off(key, form, value)
  if self.is_json then
    self:json(key, value)
  else
    self:write(form:format(value and "on" or "off"))
  end
end

--- A number that JSON has in this form, as 0.00.
function Out:number(key, form, json_form, value)
  if self.is_json then
    begin_value(self, key)
    self:write(json_form:format(value))
    self.separator = ","
  else
    self:write(form:format(value))
  end
end

--- The next line of one object, and what it begins with: oneline joins them by a backslash.
function Out:line(start)
  if not self.is_json then self:write(start and self.newline .. start or self.newline) end
end

--- Begin and end the whole: JSON's array.
function Out:start()
  if self.is_json then open(self, nil, self.pretty and "[ " or "[") end
end

function Out:finish()
  if self.is_json then
    self:array_end()
    self:write("\n")
    self.separator = ""
  end
  self:flush()
end

return { new = new }
