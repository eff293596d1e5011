-- nl/codec.lua - netlink messages between bytes and tables, by schema
--
-- Layer: library, pure functions. Attribute layout: include/uapi/linux/netlink.h (struct nlattr:
-- length and type in host order, padded to 4); the schema's form follows the kernel's own specs
-- in Documentation/netlink/specs.
--
-- A set describes a message or a nest:
--   { header = { "=BxI2i4I4I4", "family", "type", ... },   -- fixed part, if it has one
--     [3] = { "ifname", "z" },                             -- attribute number = { name, type }
--     [9] = { "ports", "be16", multi = true },             -- may repeat: a list
--     [18] = { "linkinfo", "nest", set = SET },            -- attributes in an attribute
--     [8] = { "targets", "array", of = { nil, "ip" } },    -- numbered attributes: a list
--     [6] = { "cacheinfo", "struct", "=", "used", "I4", "age", "I4" },
--     [2] = { "data", "sub", key = "kind", sets = SETS },  -- set chosen by another value
--     [9] = { "multipath", "records", set = SET } }        -- structs that begin with their size
-- SET is a table or the name of the module that returns one, loaded when first needed.
-- A message becomes one flat table: header fields and attributes by name. What is unknown, or has
-- not the form its type asks for, is kept as { type, bytes } in the table's array part, and is sent
-- again as it was when the table is encoded.

local value_forms = require "nl.value"

local pack, unpack, rep, sub = string.pack, string.unpack, string.rep, string.sub

local NESTED = 0x8000
local TYPE_MASK = 0x3fff
local MAX_ATTRIBUTE = 0xffff
-- Only a hostile message nests deeper: the kernel's own limit for policies is 10.
local MAX_DEPTH = 12

local codec = {}

local encode_attributes -- a nest needs the whole again

local function resolve(set)
  if type(set) == "string" then return require(set) end
  return set
end

-- The set that holds this entry's attributes; nil when nobody knows it.
local function set_of(entry, values)
  if entry[2] ~= "sub" then return resolve(entry.set) end
  local key, sets = values[entry.key], resolve(entry.sets)
  return resolve(key ~= nil and sets[key] or sets.default)
end

-- Readers: (bytes, first, last, entry, depth) -> value, or nil when the form is wrong.
-- Writers: (value, entry, values) -> bytes, or nil when the value does not suit.
-- Those of plain values are in nl.value.
local read, write = value_forms.read, value_forms.write

local read_message -- a nest needs the whole again

function read.nest(bytes, first, last, entry, depth)
  return (read_message(resolve(entry.set), bytes, first, last, depth + 1))
end

function read.array(bytes, first, last, entry, depth)
  local list, element = {}, entry.of
  while last - first >= 3 do
    local size = unpack("=I2", bytes, first)
    if size < 4 or first + size - 1 > last then return nil end
    local value = read[element[2]](bytes, first + 4, first + size - 1, element, depth + 1)
    if value == nil then return nil end
    list[#list + 1] = value
    first = first + (size + 3 & ~3)
  end
  return list
end

function read.records(bytes, first, last, entry, depth)
  local list, set = {}, resolve(entry.set)
  while last - first >= 3 do
    local size = unpack("=I2", bytes, first)
    if size < 4 or first + size - 1 > last then return nil end
    local value = read_message(set, bytes, first, first + size - 1, depth + 1)
    if not value then return nil end
    list[#list + 1] = value
    first = first + (size + 3 & ~3)
  end
  return list
end

-- -> fields, position of the attributes | nil, err
local function read_header(header, bytes, first, last)
  local out, size = {}, string.packsize(header[1])
  if last - first + 1 < size then return nil, "message is shorter than its header" end
  local fields = { unpack(header[1], bytes, first) }
  for i = 2, #header do out[header[i]] = fields[i - 1] end
  return out, first + (size + 3 & ~3)
end

-- What the C scanner takes itself, by the letter it knows the type by.
local CODE = { u8 = "B", u16 = "H", u32 = "I", u64 = "Q", s32 = "i", be16 = "n", be32 = "N",
  z = "z", bin = "x", ip = "a", lladdr = "m", flag = "f" }
local HEADER_CODE = { B = "B", I2 = "H", I4 = "I", i4 = "i", x = "." }

---@class nl.Plan what the scanner needs of a set
---@field codes string by attribute number
---@field names table<integer, string>
---@field header string?
---@field fields string[]?
---@field by_lua boolean? the header has fields that the scanner does not know

local plans = setmetatable({}, { __mode = "k" })

-- Made when a set is first decoded by.
local function plan_of(set)
  local plan = plans[set]
  if plan then return plan end
  local codes, names, largest = {}, {}, -1
  for number, entry in pairs(set) do
    if math.type(number) == "integer" then
      names[number] = entry[1]
      if not entry.multi and CODE[entry[2]] then
        codes[number] = CODE[entry[2]]
        if number > largest then largest = number end
      end
    end
  end
  for number = 0, largest do codes[number] = codes[number] or "-" end
  plan = { codes = table.concat(codes, "", 0, largest), names = names }
  if set.header then
    local is_plain = true
    plan.header = set.header[1]:gsub("^=", ""):gsub("%a%d*", function(form)
      is_plain = is_plain and HEADER_CODE[form] ~= nil
      return HEADER_CODE[form]
    end)
    plan.by_lua = not is_plain or plan.header:find("[<>=!]") ~= nil
    plan.fields = table.move(set.header, 2, #set.header, 1, {})
  end
  plans[set] = plan
  return plan
end

-- The scanner's work in Lua: all attributes are left to the readers. -> out, rest | nil, err
local function scan_in_lua(set, bytes, first, last)
  local out, rest, n = {}, {}, 0
  if set.header then
    out, first = read_header(set.header, bytes, first, last)
    if not out then return nil, first end
  end
  while last - first >= 3 do
    local size, number = unpack("=I2I2", bytes, first)
    local stop = first + size - 1
    if size < 4 or stop > last then return nil, "attribute runs past its message" end
    rest[n + 1], rest[n + 2], rest[n + 3] = number & TYPE_MASK, first + 4, stop
    n = n + 3
    first = first + (size + 3 & ~3)
  end
  return out, rest
end

local has_scanner, scanner = pcall(require, "netlink.scan")
local has_packer, packer = pcall(require, "netlink.pack")

local function scan_in_c(set, bytes, first, last)
  local plan = plan_of(set)
  if plan.by_lua then return scan_in_lua(set, bytes, first, last) end
  return scanner.scan(bytes, first, last, plan.codes, plan.names, plan.header, plan.fields)
end

-- a Lua without our C modules does without
local scan = has_scanner and scan_in_c or scan_in_lua
local use_packer = has_packer

--- For tests: decode and encode by Lua alone, or not.
function codec.pure(is_pure)
  scan = is_pure and scan_in_lua or scan_in_c
  use_packer = not is_pure
end

--- Take the values of some plain attributes out of messages.
---@param set table
---@param names table<string, true> the attributes
---@return fun(bytes: string): string?, ... key of all that is left, and the values in the order of
--- the attributes; nothing for a message that does not lend itself to it
function codec.cutter(set, names)
  if not has_scanner then return function() end end
  local plan, codes = plan_of(set), {}
  for number = 0, #plan.codes - 1 do
    codes[number + 1] = names[plan.names[number]] and sub(plan.codes, number + 1, number + 1) or "-"
  end
  local header, cut = string.packsize(set.header[1]), scanner.cut
  local chosen = table.concat(codes)
  return function(bytes) return cut(bytes, header, chosen) end
end

local function keep(out, number, bytes, first, last)
  out[#out + 1] = { number, sub(bytes, first, last) }
end

local function add(out, entry, value)
  local name = entry[1]
  if not entry.multi then
    out[name] = value
  elseif out[name] then
    table.insert(out[name], value)
  else
    out[name] = { value }
  end
end

--- Decode what stands between two positions.
---@param set table
---@param bytes string
---@param first integer
---@param last integer
---@param depth integer
---@return table? out
---@return string? err
function read_message(set, bytes, first, last, depth)
  if depth > MAX_DEPTH then return nil, "attributes are nested too deep" end
  local out, rest = scan(set, bytes, first, last)
  if not out then return nil, rest end
  if not rest then return out end
  local selected -- "sub" entries: their key may come after them
  for i = 1, #rest, 3 do
    local number, start, stop = rest[i], rest[i + 1], rest[i + 2]
    local entry = set[number]
    if entry and entry[2] == "sub" then
      selected = selected or {}
      table.move(rest, i, i + 2, #selected + 1, selected)
    else
      local value = entry and read[entry[2]](bytes, start, stop, entry, depth)
      if value ~= nil and entry then
        add(out, entry, value)
      else
        keep(out, number, bytes, start, stop)
      end
    end
  end
  for i = 1, selected and #selected or 0, 3 do
    local number, start, stop = selected[i], selected[i + 1], selected[i + 2]
    local entry = set[number]
    local chosen = set_of(entry, out)
    local value = chosen and read_message(chosen, bytes, start, stop, depth + 1)
    if value then
      out[entry[1]] = value
    else
      keep(out, number, bytes, start, stop)
    end
  end
  return out
end

--- Decode only the header of a message's payload.
---@param set table
---@param bytes string
---@return table? fields
---@return string? err the message is damaged
function codec.header(set, bytes)
  local fields, err = read_header(set.header, bytes, 1, #bytes)
  return fields, not fields and err or nil
end

--- Decode one message's payload (what follows its nlmsghdr).
---@param set table
---@param bytes string
---@return table? message
---@return string? err the message is damaged
function codec.decode(set, bytes)
  local message, err = read_message(set, bytes, 1, #bytes, 0)
  if not message then return nil, err end
  local fallback = set.fallback
  if fallback then
    -- a header field too small for today's values; the attribute, when sent, is the truth
    for name, field in pairs(fallback) do
      if message[name] == nil then message[name] = message[field] end
    end
  end
  return message
end

-- Attribute numbers by name, made when a set is first encoded.
local numbers_of = setmetatable({}, { __mode = "k" })

local function numbers(set)
  local map = numbers_of[set]
  if not map then
    map = {}
    for number, entry in pairs(set) do
      if type(number) == "number" then map[entry[1]] = number end
    end
    for i = 2, set.header and #set.header or 0 do
      local field = set.header[i]
      map[field] = map[field] or false
    end
    numbers_of[set] = map
  end
  return map
end

local function attribute(number, payload)
  local size = #payload + 4
  if size > MAX_ATTRIBUTE then return nil end
  return pack("=I2I2", size, number) .. payload .. rep("\0", -size & 3)
end

local function bad(entry, value)
  error(("attribute %s (%s) cannot hold %s"):format(entry[1], entry[2],
    type(value) == "table" and "this table" or tostring(value)), 0)
end

local function encode_header(set, values)
  local header = set.header
  if not header then return "" end
  local fields = {}
  for i = 2, #header do fields[i - 1] = values[header[i]] or 0 end
  local ok, packed = pcall(pack, header[1], table.unpack(fields))
  if not ok then error("header: " .. packed, 0) end
  return packed .. rep("\0", -#packed & 3)
end

local encode_entry

local function pack_in_c(set, values)
  local plan, kept = plan_of(set), ""
  if plan.by_lua then return encode_header(set, values) .. encode_attributes(set, values) end
  if values[1] ~= nil then
    local parts = {}
    for i, item in ipairs(values) do
      parts[i] = attribute(item[1], item[2]) or bad({ item[1], "bin" }, "so many bytes")
    end
    kept = table.concat(parts)
  end
  return packer(values, numbers(set), plan.names, plan.codes, plan.header, plan.fields,
    function(number, value) return encode_entry(set[number], number, value, values) end) .. kept
end

local function encode_message(set, values)
  if use_packer then return pack_in_c(set, values) end
  return encode_header(set, values) .. encode_attributes(set, values)
end

function write.nest(value, entry) return encode_message(resolve(entry.set), value) end

function write.sub(value, entry, values)
  local set = set_of(entry, values)
  return set and encode_message(set, value)
end

function write.array(value, entry)
  local parts, element = {}, entry.of
  local flag = (element[2] == "nest" or element[2] == "array") and NESTED or 0
  for i, item in ipairs(value) do
    local payload = write[element[2]](item, element, value)
    parts[i] = payload and attribute(i | flag, payload) or bad(entry, item)
  end
  return table.concat(parts)
end

function write.records(value, entry)
  local parts, set = {}, resolve(entry.set)
  for i, item in ipairs(value) do
    local packed = encode_message(set, item)
    -- the size, first field of the header, counts what it stands before
    parts[i] = pack("=I2", #packed) .. packed:sub(3)
  end
  return table.concat(parts)
end

local function encode_one(entry, number, value, values)
  local form = entry[2]
  local payload = write[form](value, entry, values) or bad(entry, value)
  if form == "nest" and not entry.plain or form == "array" or form == "sub" then
    number = number | NESTED
  end
  return attribute(number, payload) or bad(entry, "so many bytes")
end

-- An attribute with all that is under its name.
function encode_entry(entry, number, value, values)
  if not entry.multi then return encode_one(entry, number, value, values) end
  local parts = {}
  for i, item in ipairs(value) do parts[i] = encode_one(entry, number, item, values) end
  return table.concat(parts)
end

function encode_attributes(set, values)
  local map, order = numbers(set), {}
  for name in pairs(values) do
    if type(name) == "string" then
      local number = map[name]
      if number then
        order[#order + 1] = number
      elseif number == nil then
        error(("unknown attribute %s"):format(name), 0)
      end
    end
  end
  table.sort(order) -- the same table gives the same bytes
  local parts = {}
  for _, number in ipairs(order) do
    local entry = set[number]
    local value = values[entry[1]]
    if value ~= false or entry[2] ~= "flag" then -- a flag that is false is not sent
      parts[#parts + 1] = encode_entry(entry, number, value, values)
    end
  end
  for _, kept in ipairs(values) do
    parts[#parts + 1] = attribute(kept[1], kept[2]) or bad({ kept[1], "bin" }, "so many bytes")
  end
  return table.concat(parts)
end

--- Encode a message's payload. A name or value that the schema does not have is the caller's
--- mistake and raises.
---@param set table
---@param values table header fields and attributes by name
---@return string bytes
function codec.encode(set, values)
  return encode_message(set, values)
end

--- Which attribute lies at an offset of a payload: what the kernel complains of.
---@param set table the payload's
---@param bytes string
---@param offset integer from 0
---@return string? path "linkinfo.data.id"; nil when no attribute lies there
---@return table? set of the attributes in it, when it is a nest
function codec.locate(set, bytes, offset)
  local target = offset + 1
  local function search(current, first, last, values, depth)
    if current.header then first = first + (string.packsize(current.header[1]) + 3 & ~3) end
    while last - first >= 3 do
      local size, number = unpack("=I2I2", bytes, first)
      local stop = first + size - 1
      if size < 4 or stop > last then return nil end
      local entry = current[number & TYPE_MASK]
      if target >= first and target <= stop then
        local name = entry and entry[1] or tostring(number & TYPE_MASK)
        local nested = entry and (entry[2] == "nest" or entry[2] == "sub") and set_of(entry, values)
        if nested and target > first and depth < MAX_DEPTH then
          local path, inner = search(nested, first + 4, stop, values[name] or {}, depth + 1)
          if path then return name .. "." .. path, inner end
        end
        return name, nested or nil
      end
      first = first + (size + 3 & ~3)
    end
    return nil
  end
  return search(set, 1, #bytes, codec.decode(set, bytes) or {}, 0)
end

--- Attribute numbers by name; false for the fields of the header.
---@param set table
---@return table<string, integer|false>
function codec.numbers(set) return numbers(set) end

--- An attribute's name by its number.
---@param set table
---@param number integer
---@return string
function codec.name(set, number)
  local entry = set[number]
  return entry and entry[1] or ("attribute %d"):format(number)
end

return codec
