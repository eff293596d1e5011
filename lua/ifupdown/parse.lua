-- ifupdown/parse.lua - /etc/network/interfaces, understood
--
-- Layer: library of ifup, pure functions. Follows interfaces(5) of Debian's ifupdown. Files that
-- source and source-directory name are the caller's to read.

local parse = {}

local METHODS = {
  inet = { loopback = true, static = true, dhcp = true, manual = true },
  inet6 = { loopback = true, static = true, dhcp = true, manual = true, auto = true },
}

-- These may stand several times, and mean each.
local MANY = { up = true, down = true, ["pre-up"] = true, ["post-down"] = true, address = false }
local SAME = { ["post-up"] = "up", ["pre-down"] = "down" }

---@class ifupdown.Stanza
---@field name string the logical interface
---@field family string
---@field method string
---@field options string[][] { name, value } in the order of the file
---@field inherits string? another logical interface, whose options it has as well
---@field place string "FILE:LINE"

---@class ifupdown.Config
---@field allow table<string, string[]> interfaces by class; "auto" is one
---@field stanzas ifupdown.Stanza[]
---@field no_auto_down table<string, boolean>

--- An empty configuration, to add files to.
---@return ifupdown.Config
function parse.new() return { allow = {}, stanzas = {}, no_auto_down = {} } end

-- Lines without comments, those that end in "\" joined: { number, text }
local function logical_lines(text)
  local lines, number, start, kept = {}, 0, nil, ""
  for line in (text .. "\n"):gmatch("(.-)\r?\n") do
    number = number + 1
    start = start or number
    if kept == "" and line:find("^%s*#") then
      start = nil
    elseif line:sub(-1) == "\\" then
      kept = kept .. line:sub(1, -2)
    else
      line = (kept .. line):match("^%s*(.-)%s*$")
      if line ~= "" then lines[#lines + 1] = { start, line } end
      kept, start = "", nil
    end
  end
  if kept:find("%S") then lines[#lines + 1] = { start, kept } end
  return lines
end

local function words_of(text)
  local list = {}
  for word in text:gmatch("%S+") do list[#list + 1] = word end
  return list
end

local function add_names(config, class, words)
  local list = config.allow[class] or {}
  config.allow[class] = list
  for i = 2, #words do list[#list + 1] = words[i] end
end

local function read_iface(words, place)
  local name, family, method = words[2], words[3], words[4]
  if not name then return nil, "iface without a name" end
  if #name > 64 or name:find("[/%c]") then return nil, ("bad name %s"):format(name) end
  local stanza = { name = name, options = {}, place = place }
  if family == "inherits" then
    if not method then return nil, "inherits what?" end
    stanza.inherits, family, method = method, words[5], words[6]
  end
  if method == "inherits" then -- the other's method as well
    if not words[5] then return nil, "inherits what?" end
    stanza.inherits, method = words[5], nil
  end
  if not family and not stanza.inherits then
    return nil, ("iface %s without a family"):format(name)
  end
  if family then
    if not METHODS[family] then return nil, ("unknown address type \"%s\""):format(family) end
    if not method and not stanza.inherits then
      return nil, ("iface %s %s without a method"):format(name, family)
    end
    if method and not METHODS[family][method] then
      return nil, ("unknown method \"%s\""):format(method)
    end
  end
  stanza.family, stanza.method = family, method
  if words[5] == "inherits" then stanza.inherits = words[6] end
  return stanza
end

local function add_option(stanza, name, value)
  name = SAME[name] or name
  if value == "" then return nil, ("option %s is empty"):format(name) end
  if not MANY[name] then
    for _, option in ipairs(stanza.options) do
      if option[1] == name and name ~= "address" then
        return nil, ("duplicate option \"%s\""):format(name)
      end
    end
  end
  table.insert(stanza.options, { name, value })
  return true
end

--- Add a file's text to a configuration.
---@param config ifupdown.Config
---@param text string
---@param path string its name, for messages
---@return { kind: "source"|"directory", pattern: string }[]? more files to read, in order
---@return string? err "FILE:LINE: what is wrong"
function parse.add(config, text, path)
  local stanza, more = nil, {}
  for _, line in ipairs(logical_lines(text)) do
    local place = ("%s:%d"):format(path, line[1])
    local words = words_of(line[2])
    local key = words[1]
    local err
    if key == "iface" then
      stanza, err = read_iface(words, place)
      if stanza then table.insert(config.stanzas, stanza) end
    elseif key == "auto" or key:find("^allow%-.") then
      stanza = nil
      add_names(config, key == "allow-auto" and "auto" or key:gsub("^allow%-", ""), words)
    elseif key == "source" or key == "source-directory" or key == "source-dir" then
      stanza = nil
      if not words[2] then err = key .. " what?" end
      more[#more + 1] = { kind = key == "source" and "source" or "directory",
        pattern = line[2]:match("^%S+%s+(.*)$") }
    elseif key == "no-auto-down" then
      stanza = nil
      for i = 2, #words do config.no_auto_down[words[i]] = true end
    elseif key == "no-scripts" then
      stanza = nil
    elseif key == "mapping" then
      err = "mappings are not supported"
    elseif not stanza then
      err = ("misplaced option \"%s\""):format(key)
    else
      local _
      _, err = add_option(stanza, key, line[2]:match("^%S+%s*(.*)$"))
    end
    if err then return nil, ("%s: %s"):format(place, err) end
  end
  return more
end

--- The value of an option, the first where there are several.
---@param stanza ifupdown.Stanza
---@param name string
---@return string? value
function parse.option(stanza, name)
  for _, option in ipairs(stanza.options) do
    if option[1] == name then return option[2] end
  end
  return nil
end

local function with_inherited(config, stanza, depth)
  if not stanza.inherits or depth > 10 then return stanza end
  for _, other in ipairs(config.stanzas) do
    if other.name == stanza.inherits and other ~= stanza
      and (not stanza.family or other.family == stanza.family) then
      other = with_inherited(config, other, depth + 1)
      local out = { name = stanza.name, family = stanza.family or other.family,
        method = stanza.method or other.method, place = stanza.place, options = {} }
      local own = {}
      for _, option in ipairs(stanza.options) do own[option[1]] = true end
      for _, option in ipairs(other.options) do
        if MANY[option[1]] or not own[option[1]] then table.insert(out.options, option) end
      end
      table.move(stanza.options, 1, #stanza.options, #out.options + 1, out.options)
      return out
    end
  end
  return stanza
end

--- The stanzas of a logical interface, in order, with what they inherit.
---@param config ifupdown.Config
---@param name string
---@return ifupdown.Stanza[] stanzas
function parse.stanzas(config, name)
  local found = {}
  for _, stanza in ipairs(config.stanzas) do
    if stanza.name == name then
      stanza = with_inherited(config, stanza, 0)
      if stanza.method then found[#found + 1] = stanza end
    end
  end
  return found
end

return parse
