-- ip/template.lua - lines that differ only in plain values are described once
--
-- Layer: library of ip. What is printed of a message follows from its bytes alone, as long as
-- nothing is asked in between. A dump of ten thousand routes has few forms: once one of a form has
-- been printed, the next is that text with other addresses in it. What the form is, and where the
-- values stand in the text, is found by printing it once with marks in their places.

local codec = require "nl.codec"

-- Marks stand for values: bytes that are in no UTF-8 and in no name that anyone gives.
local MARK = { "\xfe\xf01\xff", "\xfe\xf02\xff", "\xfe\xf03\xff", "\xfe\xf04\xff" }
local MARKED = "^(.-)\xfe\xf0(%d)\xff()"
-- Numbers' marks are no strings, for JSON would quote them.
local NUMBER_MARK = {}
for i, mark in ipairs(MARK) do
  NUMBER_MARK[i] = setmetatable({}, {
    __tostring = function() return mark end,
    __concat = function(a, b) return tostring(a) .. tostring(b) end,
  })
end

local FORMS = 200 -- that are remembered; a dump with more of them gains nothing from it

local template = {}

-- The text of an object: what printing adds to the output.
local function printed(out, print, message)
  local parts, count = out.parts, out.count
  out.parts, out.count = {}, 0
  print(message)
  local text = table.concat(out.parts, "", 1, out.count)
  out.parts, out.count = parts, count
  return text
end

-- A function that makes the text of values, from one with marks; nil when a mark is not there, or
-- twice.
local function form_of(text, count)
  local pieces, order, at, seen = {}, {}, 1, {}
  while true do
    local before, mark, after = text:match(MARKED, at)
    if not before then break end
    mark = tonumber(mark)
    if seen[mark] then return nil end
    seen[mark] = true
    pieces[#pieces + 1], order[#order + 1], at = before, mark, after
  end
  if #order ~= count then return nil end
  local first, second, last = pieces[1], pieces[2], text:sub(at)
  if count == 1 then return function(a) return first .. a .. last end end
  if count == 2 and order[1] == 1 then
    return function(a, b) return first .. a .. second .. b .. last end
  end
  return function(...)
    local values, out = { ... }, {}
    for i, mark in ipairs(order) do out[i] = pieces[i] .. values[mark] end
    return table.concat(out) .. last
  end
end

--- A decoder for a dump that prints what it knows the form of by itself.
---@param out ip.Out
---@param schema table
---@param names string[] attributes that are printed as they are, four at most
---@param print fun(message: table) prints a whole object
---@return fun(schema: table, bytes: string): table|true|nil, string? in nl.codec.decode's place:
--- true for what is printed already
function template.decoder(out, schema, names, print)
  local is_value = {}
  for _, name in ipairs(names) do is_value[name] = true end
  local cut, forms, count = codec.cutter(schema, is_value), {}, 0
  local numbers = codec.numbers(schema)
  table.sort(names, function(a, b) return numbers[a] < numbers[b] end)

  -- Prints a message with marks, and learns.
  local function learn(message)
    local present = {}
    for _, name in ipairs(names) do
      if message[name] ~= nil then
        present[#present + 1] = name
        message[name] = (type(message[name]) == "number" and NUMBER_MARK or MARK)[#present]
      end
    end
    local separator = out.separator
    local form = form_of(printed(out, print, message), #present)
    out.separator = separator
    return form or false
  end

  return function(_, bytes)
    -- JSON's first object has no comma before it
    local is_first = out.is_json and out.separator == ""
    local key, a, b, c, d
    if not is_first then key, a, b, c, d = cut(bytes) end
    local form = key and forms[key]
    if form then
      out:write(form(a, b, c, d))
      return true
    end
    local message, err = codec.decode(schema, bytes)
    if message and key and form == nil and count < FORMS then
      count = count + 1
      forms[key] = learn(message)
      return codec.decode(schema, bytes)
    end
    return message, err
  end
end

return template
