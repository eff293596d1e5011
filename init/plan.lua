-- init/plan.lua - records to the plan image, and back to its sources
--
-- Layer: PID 1's Lua side, pure. Field names, their order and their types come
-- from init/plan.h through the C module init.plan_layout: nothing about the
-- format is written down here a second time.

local layout = require "init.plan_layout"

local plan = {}

local enums = layout.enums
for _, section in ipairs(layout.sections) do layout.sections[section.name] = section end

-- ---- packing ----

---@class init.Packer gathers the sections and the string pool
local packer = {}
packer.__index = packer

local function new_packer()
  local self = {
    pool = { "\0" }, pool_size = 1, known = { [""] = 0 }, known_rows = {}, sections = {},
    bases = {},
  }
  for _, section in ipairs(layout.sections) do self.sections[section.name] = {} end
  return setmetatable(self, packer)
end

function packer:string(value)
  local offset = self.known[value]
  if not offset then
    offset = self.pool_size
    self.known[value] = offset
    self.pool[#self.pool + 1] = value
    self.pool[#self.pool + 1] = "\0"
    self.pool_size = offset + #value + 1
  end
  return offset
end

--- Append rows to a section: { first, count }.
function packer:range(section, rows)
  local records = self.sections[section]
  local first = #records
  for i = 1, #rows do records[first + i] = self:record(section, rows[i]) end
  return first, #rows
end

--- Lists of records: field type -> section.
local LISTS = {
  limits = "limit", edges = "edge", listens = "listen", tests = "test", slots = "slot",
  settings = "setting", zones = "zone",
}
--- Lists of one value: field type -> section.
local VALUES = { words = "word", numbers = "number" }

--- What a field holds that has no value, by type; an enumeration must have one.
local ABSENT = {
  num = 0, signal = 0, service = 0, str = 0, flag = 0, -- "" is at 0
  source = layout.none, other = layout.none, action = layout.none,
}
for kind in pairs(LISTS) do ABSENT[kind] = 0 end
for kind in pairs(VALUES) do ABSENT[kind] = 0 end

--- Types whose value is its number.
local PLAIN = { num = true, signal = true, service = true, source = true, other = true }

--- How each other type of field gets from its Lua value to numbers.
local ENCODE = {
  flag = function() return 1 end,
  str = packer.string,
  action = function(self, value, row)
    return (self:range("action", { self.action_row(value, row) }))
  end,
  action_kind = function(_, value) return enums.action[value] end,
  condition_kind = function(_, value) return enums.condition[value] end,
  condition = function(self, value) return self:shared("condition", value) end,
  extra = function(self, value)
    local plain = value.plain_extra
    if plain and self.plain_extra then return self.plain_extra end
    local index = self:shared("extra", value)
    if plain then self.plain_extra = index end
    return index
  end,
}
for kind, section in pairs(LISTS) do
  ENCODE[kind] = function(self, value) return self:range(section, value) end
end
for kind, section in pairs(VALUES) do
  local encode = ENCODE[layout.sections[section].types[1]]
  ENCODE[kind] = function(self, value)
    local records = self.sections[section]
    local first = #records
    for i = 1, #value do
      records[first + i] = ("=I4"):pack(encode and encode(self, value[i]) or value[i])
    end
    return first, #value
  end
end

--- The index of a record that may serve several owners.
function packer:shared(section, row)
  local bytes = self:record(section, row)
  local known = self.known_rows[section] or {}
  self.known_rows[section] = known
  local index = known[bytes]
  if not index then
    local records = self.sections[section]
    index = #records
    records[index + 1] = bytes
    known[bytes] = index
  end
  return index
end

-- Enumerations; what is none of their names is refused with the row.
for kind, names in pairs(enums) do
  ENCODE[kind] = ENCODE[kind] or function(_, value) return names[value] or false end
end

--- Per section, in lists side by side: names of the fields, where their numbers stand, how they
--- are encoded; the values of a row without any, the fields that it must have, and its format.
local recipes = {}

local function recipe_of(section)
  local recipe = recipes[section]
  if recipe then return recipe end
  local fields = layout.sections[section]
  local lists, at, encoders, base, required, n = fields.lists, {}, {}, {}, {}, 1
  for i, kind in ipairs(fields.types) do
    at[i], encoders[i], base[n] = n, not PLAIN[kind] and ENCODE[kind], ABSENT[kind] or false
    if not base[n] then required[#required + 1] = i end
    n = n + 1
    if lists[i] then
      base[n] = 0
      n = n + 1
    end
  end
  recipe = { names = fields.fields, lists = lists, at = at, encoders = encoders, base = base,
    required = required, format = "=" .. ("I4"):rep(n - 1) }
  recipes[section] = recipe
  return recipe
end

--- The values of a row: those of `base`, but where the row has its own. The
--- row of a service has nearly seventy fields, of which a definition names ten.
function packer:values(recipe, row, base)
  local names, lists, places, encoders = recipe.names, recipe.lists, recipe.at, recipe.encoders
  local values = { table.unpack(base) }
  for i = 1, #names do
    local value = row[names[i]]
    if value then
      local at, encode = places[i], encoders[i]
      if not encode then
        values[at] = value
      elseif lists[i] then
        values[at], values[at + 1] = encode(self, value, row)
      else
        values[at] = encode(self, value, row)
      end
    end
  end
  return values
end

--- The bytes of a row.
function packer:record(section, row, base)
  local recipe = recipe_of(section)
  local values = self:values(recipe, row, base or recipe.base)
  for _, i in ipairs(recipe.required) do
    if not values[recipe.at[i]] then
      local name = recipe.names[i]
      error(("plan: %s.%s: cannot pack %s"):format(section, name, tostring(row[name])))
    end
  end
  return recipe.format:pack(table.unpack(values))
end

-- ---- a checked definition as the rows of the plan ----

local function split(value) return value & 0xffffffff, value >> 32 & 0xffffffff end

local function limit_rows(limits)
  local rows = {}
  for i, limit in ipairs(limits) do
    local row = { resource = limit.resource }
    row.soft_low, row.soft_high = split(limit.soft)
    row.hard_low, row.hard_high = split(limit.hard)
    rows[i] = row
  end
  return rows
end

--- Flags that are set when the record has a value of that name, and those that are values.
local GIVEN = { user = "uid", nice = "nice", oom = "oom", sched = "sched", ioprio = "ioprio",
  caps = "caps_low", landlock = "landlock_ro", landlock_net = "landlock_net" }

local FLAGS = {}
for name, bit in pairs(enums.flag) do
  FLAGS[GIVEN[name] or name] = { given = GIVEN[name] ~= nil, bit = 1 << bit }
end

local function action_row(action, record, is_applet)
  return {
    kind = action.fn and "function" or "argv",
    argv = action.argv,
    applet = action.argv and is_applet(action.argv[1]),
    source = record.source,
    service = record.name,
    field = action.fn,
  }
end

--- Fields that a running process does not notice: a plan that differs in
--- these only takes effect without a restart (apply.c).
local LATER = {}
for word in ([[desc doc tags restart stop reload post undo critical needs wants once after
    before when on provides]]):gmatch "%S+" do
  LATER[word] = true
end

local function sort_keys(keys)
  for _, key in ipairs(keys) do
    if type(key) ~= "string" then
      return table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
    end
  end
  table.sort(keys)
end

--- A value as text that is the same for the same meaning. A function is what
--- its file says, and that is hashed as well.
local function canonical(value, out)
  local kind = type(value)
  if kind ~= "table" then
    out[#out + 1] = kind == "function" and kind or tostring(value)
    return
  end
  local keys, count = {}, #value
  for i = 1, count do canonical(value[i], out) end
  for key in pairs(value) do
    if math.type(key) ~= "integer" or key < 1 or key > count then keys[#keys + 1] = key end
  end
  if keys[2] then sort_keys(keys) end
  for _, key in ipairs(keys) do
    out[#out + 1] = tostring(key)
    canonical(value[key], out)
  end
  out[#out + 1] = "\2"
end

local NONE = {}

--- Of the whole definition, and of what its process would notice.
local function hashes(record, source_text)
  local words = { record.kind, source_text or "", tostring(record.uid), tostring(record.gid) }
  if record.fed then words[#words + 1] = "fed" end
  for _, row in ipairs(record.zone or NONE) do
    words[#words + 1] = row.at_low .. " " .. row.offset
  end
  canonical(record.groups or NONE, words)
  local now, later = {}, {}
  for key, value in pairs(record.definition or {}) do
    if LATER[key] then later[key] = value else now[key] = value end
  end
  canonical(now, words)
  local run_hash = layout.crc(table.concat(words, "\1"))
  words = { tostring(run_hash), record.broken or "" }
  canonical(later, words)
  return layout.crc(table.concat(words, "\1")), run_hash
end

--- The fields of the service and of its extra row that are commands.
local ACTIONS = {}
for _, section in ipairs { "service", "extra" } do
  local fields, types = layout.sections[section].fields, layout.sections[section].types
  for i, name in ipairs(fields) do
    if types[i] == "action" then ACTIONS[#ACTIONS + 1] = name end
  end
end

--- What few services have.
local EXTRA = {}
for _, name in ipairs(layout.sections.extra.fields) do EXTRA[name] = true end

--- The record's own fields, and what follows from them. Flags begin as they
--- are without any.
local function row_of(record, flags)
  local row = { plain_extra = true }
  for key, value in next, record do
    row[key] = value
    local flag = FLAGS[key]
    if flag then
      flags = (value or flag.given) and flags | flag.bit or flags & ~flag.bit
    end
    if value and EXTRA[key] then row.plain_extra = false end
  end
  row.flags = flags
  row.nice, row.oom = (record.nice or 0) + 20, (record.oom or 0) + 1000
  row.limits = record.limits[1] and limit_rows(record.limits)
  return row
end

--- The values of a service that names nothing, by what its kind inherits.
function packer:base(record)
  local inherited = getmetatable(record).__index
  local base = self.bases[inherited]
  if not base then
    local row = row_of(inherited, 0)
    local recipe = recipe_of("service")
    base = { flags = row.flags, values = self:values(recipe, row, recipe.base) }
    self.bases[inherited] = base
  end
  return base
end

function packer:service(record, out, into, source_text)
  local base = self:base(record)
  local row = row_of(record, base.flags)
  row.extra = row
  row.out, row["in"] = out, into
  row.hash, row.run_hash = hashes(record, source_text)
  local records = self.sections.service
  records[#records + 1] = self:record("service", row, base.values)
end

local function edge_rows(edges, count)
  local out, into = {}, {}
  for i = 1, count do out[i], into[i] = {}, {} end
  for _, edge in ipairs(edges) do
    table.insert(out[edge.from], { kind = edge.kind, peer = edge.to - 1 })
    table.insert(into[edge.to], { kind = edge.kind, peer = edge.from - 1 })
  end
  return out, into
end

local function has_function(record)
  for _, name in ipairs(ACTIONS) do
    if record[name] and record[name].fn then return true end
  end
  return false
end

--- The image.
---@param records table[] from schema.check, with `source`: index (from 0) into sources
---@param edges table[] from graph.resolve
---@param sources { name: string, text: string?, embedded: boolean? }[]
---@param target string
---@param is_applet fun(name: string): boolean
---@param inittab boolean? they come from one
---@return string image
function plan.pack(records, edges, sources, target, is_applet, inittab)
  local p = new_packer()
  p.action_row = function(action, record) return action_row(action, record, is_applet) end
  local out, into = edge_rows(edges, #records)
  for i, record in ipairs(records) do
    local source = sources[record.source + 1]
    p:service(record, out[i], into[i], has_function(record) and source.text or nil)
  end
  local texts = {}
  for i, source in ipairs(sources) do
    local body = source.text or ""
    texts[i] = {
      name = source.name, embedded = source.embedded or false, text = body, length = #body,
    }
  end
  p:range("source", texts)

  local header = { target = p:string(target), inittab = inittab and 1 or 0 }
  local header_size = 4 * (#layout.header.fields + 2 * #layout.sections)
  local parts, at, ranges = {}, header_size, {}
  for _, section in ipairs(layout.sections) do
    local bytes = table.concat(p.sections[section.name])
    ranges[#ranges + 1] = string.pack("=I4I4", at, #p.sections[section.name])
    parts[#parts + 1] = bytes
    at = at + #bytes
  end
  local pool = table.concat(p.pool)
  header.magic, header.version = layout.magic, layout.version
  header.pool_at, header.pool_size, header.size = at, #pool, at + #pool

  local before, after, seen = {}, {}, false
  for _, name in ipairs(layout.header.fields) do
    if name == "crc" then
      seen = true
    else
      table.insert(seen and after or before, string.pack("=I4", header[name]))
    end
  end
  local rest = table.concat(after) .. table.concat(ranges) .. table.concat(parts) .. pool
  return table.concat(before) .. string.pack("=I4", layout.crc(rest)) .. rest
end

-- ---- reading back, in a hook child: the core has checked the image ----

local function header_of(image)
  local header, at = {}, 1
  for _, name in ipairs(layout.header.fields) do
    header[name], at = string.unpack("=I4", image, at)
  end
  for _, section in ipairs(layout.sections) do
    local first, count
    first, count, at = string.unpack("=I4I4", image, at)
    header[section.name] = { first = first, count = count }
  end
  return header
end

--- The rows of a section, strings still as offsets into the pool.
local function rows(image, header, section)
  local at = header[section].first + 1
  local left = header[section].count
  local fields = layout.sections[section]
  return function()
    if left == 0 then return nil end
    left = left - 1
    local row = {}
    for i, name in ipairs(fields.fields) do
      row[name], at = string.unpack("=I4", image, at)
      if fields.lists[i] then at = at + 4 end -- how many
      if fields.types[i] == "str" then
        row.at = header.pool_at + 1 + row[name] -- of the last string
        row[name] = string.unpack("z", image, row.at)
      end
    end
    return row
  end
end

--- The conditions of an image, with the index by which the core knows them.
---@param image string
---@return { index: integer, kind: string, text: string }[]
function plan.conditions(image)
  local kinds, list = {}, {}
  for name, value in pairs(enums.condition) do kinds[value] = name end
  for row in rows(image, header_of(image), "condition") do
    list[#list + 1] = { index = #list, kind = kinds[row.kind], text = row.text }
  end
  return list
end

--- The source of that name in an image.
---@param image string
---@param name string
---@return { name: string, text: string, embedded: boolean }?
function plan.source(image, name)
  local header = header_of(image)
  for row in rows(image, header, "source") do
    if row.name == name then
      local text = image:sub(row.at, row.at + row.length - 1)
      return { name = name, embedded = row.embedded == 1, text = text }
    end
  end
  return nil
end

return plan
