-- ip/kind_options.lua - the words after `type KIND` of `ip link add` and `set`
--
-- Layer: library of ip. A kind (ip.kind) has its words in a table: word = { attribute of
-- nl.schema.kinds, form, ... }. Forms: a range { least, largest }, "address", "on_off" (u8 by
-- on/off or 0/1), "set" (word alone: the value given), "link" (a device), a table of names, or a
-- function(ip, words, attribute, data), which gives attribute and value or changes data itself.

local context = require "ip.context"

local matches, fail = context.matches, context.fail

local kind_options = {}

-- Values by the form of an option; -> attribute, value
local function take_value(ip, words, word, option, data)
  local attribute, form = option[1], option[2]
  if form == "set" then return attribute, option[3] end
  if type(form) == "function" then return form(ip, words, attribute, data) end
  local text = words:value()
  if form == "link" then
    return attribute, ip:index(text)
      or option[3] and context.invalid(text, option[3])
      or fail(word == "dev" and 255 or 1, ('Cannot find device "%s"'):format(text))
  elseif form == "lladdr" then
    return attribute, context.hardware_address(text)
  elseif form == "bin" then
    return attribute, text
  elseif form == "on_off" then
    local value = ({ on = 1, off = 0, ["1"] = 1, ["0"] = 0 })[text]
    return attribute, value
      or fail(1, ('Error: argument of "%s" must be "on" or "off", not "%s"'):format(word, text))
  elseif form == "address" then
    local address, family = context.address(text)
    -- an attribute for each family
    return family == 10 and (option[3] or attribute) or attribute, address
  elseif form.names then
    if form.names[text] then return attribute, form.names[text] end
    if option.message then fail(1, option.message:format(text)) end
    context.invalid(text, option[3] or ("invalid " .. word))
  end
  local number = context.integer(text)
  if not number or number < form[1] or number > form[2] then
    context.invalid(text, option[3] or ("invalid %s"):format(word))
  end
  return attribute, number
end

local function merge(data, attribute, value)
  local before = data[attribute]
  if attribute == "flags" and type(before) == "table" then
    value = { flags = before.flags | value.flags, mask = before.mask | value.mask }
  end
  data[attribute] = value
end

--- Read one word's value into the data.
---@param ip ip.Context
---@param words ip.Words
---@param word string
---@param option table
---@param data table
function kind_options.take(ip, words, word, option, data)
  local attribute, value = take_value(ip, words, word, option, data)
  if attribute then merge(data, attribute, value) end
end

-- What the link's data is now: some kinds take a change for the whole.
local function current(ip, index, kind)
  local link = index and ip:link(index)
  local info = link and link.linkinfo
  return info and info.kind == kind and info.data or nil
end

--- Read the words of a kind. veth's are a link's own: `read_link` reads those.
---@param ip ip.Context
---@param words ip.Words
---@param kind string "vlan", "bridge_slave"
---@param creating boolean
---@param index integer? the link's, when it is changed
---@param read_link fun(words: ip.Words): table, table
---@return table? data nil when the kind has no words of its own
function kind_options.read(ip, words, kind, creating, index, read_link)
  if kind == "veth" then
    local word = words:peek()
    if not word then return nil end
    if word ~= "peer" then
      fail(1, "Usage: ip link <options> type veth [peer <options>]\n"
        .. "To get <options> type 'ip link add help'")
    end
    words:take()
    return { peer = read_link(words) }
  end
  local room = require("ip.kind").find(kind)
  if not room or not room.options then
    local word = words:peek()
    if word then
      fail(1, ('Garbage instead of arguments "%s ...". Try "ip link help".'):format(word))
    end
    return nil
  end
  if not words:peek() then return nil end
  local options = room.options()
  local data = not creating and room.merge and current(ip, index, kind) or {}
  while words:peek() do
    local word = words:take()
    local option = options[word]
    if not option then
      -- iproute2 takes abbreviations of most words
      local found
      for whole, candidate in pairs(options) do
        if matches(word, whole) and (not found or whole < found) then
          found, option = whole, candidate
        end
      end
    end
    if matches(word, "help") and word ~= "h" then
      local list = {}
      for whole in pairs(options) do list[#list + 1] = whole end
      table.sort(list)
      fail(255, ("Usage: ... %s [ %s ]"):format(kind, table.concat(list, " ] [ ")))
    end
    if not option then
      fail(1, ('%s: unknown %s "%s"?'):format(kind, room.word or "command", word))
    end
    kind_options.take(ip, words, word, option, data)
  end
  if room.complete then room.complete(data, creating) end
  return data
end

return kind_options
