-- mk/help.lua - from declarations to help and reference
--
-- Layer: build tool, in plain Lua. Reads LuaLS comments (--- text, ---@param, ---@return,
-- ---@class, ---@field, ---@alias) of lua/meta/ and of the libraries, and writes
--
--   lua mk/help.lua text FILE...         the module help.text: all entries as one string
--   lua mk/help.lua reference DIR FILE...  DIR/*.md, a page for each area
--
-- An entry of the text is a line of fields: name, signature, paragraph, source, and for classes
-- their fields. It is packed with the other modules and read when somebody asks: lua/help.lua.

-- ---- reading ----

--- How a class of the declarations is called where it is used.
local CALLED = { ["S.memory"] = "S.mem", ["S.Ring"] = "ring", ["S.fd"] = "fd" }

local function append(list, value) list[#list + 1] = value end

--- A type, and what follows it: types may hold spaces within brackets.
local function take_type(text)
  local depth, at = 0, 1
  while at <= #text do
    local c = text:sub(at, at)
    if c:find("[%(<{%[]") then depth = depth + 1 end
    if c:find("[%)>}%]]") then depth = depth - 1 end
    if c == " " and depth == 0 and not text:sub(1, at - 1):find("[:,|]$") then break end
    at = at + 1
  end
  return text:sub(1, at - 1), text:sub(at + 1)
end

local TAGS = {
  param = function(block, rest)
    local name, type_text = rest:match("^(%S+)%s+(.*)$")
    if not name then return end
    local kind, comment = take_type(type_text)
    append(block.params, { name = name, type = kind, comment = comment })
  end,
  ["return"] = function(block, rest)
    local kind, comment = take_type(rest)
    append(block.returns, { type = kind, name = comment:match("^(%S*)") or "",
      comment = comment:match("^%S+%s+(.*)$") })
  end,
  class = function(block, rest)
    block.class = rest:match("^([%w_.]+)")
    local comment = rest:gsub("^[^%s:]+", ""):gsub("^:%s*[%w_.]+", "")
    if comment:find("%S") then append(block.text, (comment:gsub("^%s+", ""))) end
  end,
  field = function(block, rest)
    local name, type_text = rest:match("^(%S+)%s+(.*)$")
    if not name then return end
    local kind, comment = take_type(type_text)
    append(block.fields, { name = name, type = kind, comment = comment })
  end,
  alias = function(block, rest)
    block.alias = rest:match("^(%S+)")
    local _, comment = take_type(rest:match("^%S+%s*(.*)$"))
    if comment ~= "" then append(block.text, comment) end
  end,
}

local function new_block()
  return { text = {}, params = {}, returns = {}, fields = {} }
end

--- The last line of a text may name its source alone: "open(2)".
local function split_source(text)
  local last = text[#text]
  if last and last:find("^[%w_.]+%(%d%w*%)$") then
    text[#text] = nil
    return last
  end
end

local function finish(entries, block, name, arguments, is_generated)
  local source = split_source(block.text)
  append(entries, { name = name, arguments = arguments, source = source,
    is_enumeration = is_generated,
    text = table.concat(block.text, " "), params = block.params, returns = block.returns,
    fields = block.fields })
end

--- The entries of one file, in its order.
---@param path string
---@return table[] entries
---@return string? title
local function read(path)
  local entries, block = {}, new_block()
  local module = path:match("^lua/(.*)%.lua$"):gsub("/", ".")
  local is_meta = module:find("^meta%.") ~= nil
  local is_generated = module == "meta.syscall.constants" or module == "meta.syscall.types"
  local owner = {} -- what a local variable stands for
  local source, title = {}, nil
  for line in io.lines(path) do append(source, line) end
  local returned = source[#source]:match("^return ([%w_]+)$")
  if returned and not is_meta then owner[returned] = module end

  for _, line in ipairs(source) do
    local tag, rest = line:match("^%-%-%-@(%w+)%s*(.*)$")
    local text = line:match("^%-%-%- (.*)$")
    local members = block.alias and line:match("^%-%-%-|(.*)$")
    for member in (members or ""):gmatch('"([^"]+)"') do append(block.fields, { name = member }) end
    title = title or line:match("^%-%- [%w_/.]+ %- (.*)$")
    if tag then
      if TAGS[tag] then TAGS[tag](block, rest) end
      block.tagged = true
    elseif text then
      -- what stands behind a tag goes on with it
      local last = block.returns[#block.returns] or block.params[#block.params] or
        block.fields[#block.fields]
      if not block.tagged or (not last and (block.class or block.alias)) then
        append(block.text, text)
      elseif last then
        last.comment = (last.comment and last.comment .. " " or "") .. text
      end
    elseif not line:find("^%-%-%-") then
      local target, name, arguments = line:match("^function ([%w_]+)([.:][%w_]+)%((.-)%)")
      local variable = line:match("^local ([%w_]+) = ")
      if block.class or block.alias then
        if variable and block.class then owner[variable] = CALLED[block.class] or block.class end
        local documented = #block.text > 0 or (is_meta and #block.fields > 0)
        if documented then
          finish(entries, block, block.class or block.alias, nil, is_generated)
        end
      elseif target and owner[target] and (#block.text > 0 or block.tagged) then
        finish(entries, block, owner[target] .. name, arguments)
      end
      block = new_block()
    end
  end
  if block.class or block.alias then
    finish(entries, block, block.class or block.alias, nil, is_generated)
  end
  return entries, title
end

-- ---- signatures ----

local function short(kind)
  kind = kind:gsub("S%.fd|integer", "fd"):gsub("S%.c%.", "c."):gsub("S%.t%.", "t.")
  kind = kind:gsub("string|S%.mem%f[^%w]", "bytes"):gsub("S%.mem%f[^%w]", "memory")
  return (kind:gsub("S%.fd%f[^%w]", "fd"):gsub("S%.memory", "table"))
end

--- path: string, flags?: c.O -> fd
local function signature(entry)
  if not entry.arguments then return "" end
  local arguments, results = {}, {}
  for _, param in ipairs(entry.params) do
    append(arguments, param.name .. ": " .. short(param.type))
  end
  if #entry.params == 0 and entry.arguments ~= "" then arguments = { entry.arguments } end
  local fails = false
  for i, result in ipairs(entry.returns) do
    if i == 2 and result.name == "err" and entry.returns[1].type ~= "nil" then
      fails = true
      if #entry.returns > 2 then append(results, "nil") end
    else
      local kind = short(result.type):gsub("^%((.*)%)%?$", "%1"):gsub("%?$", "")
      if result.type == "true?" then
        append(results, "true")
      elseif result.name == "" or result.name == "#" or result.name == kind then
        append(results, kind)
      else
        append(results, result.name .. ": " .. kind)
      end
    end
  end
  local text = "(" .. table.concat(arguments, ", ") .. ")"
  if #results > 0 then text = text .. " -> " .. table.concat(results, ", ") end
  return text, fails
end

local function notes(entry)
  local list = {}
  for _, group in ipairs { entry.params, entry.returns } do
    for _, item in ipairs(group) do
      if item.comment and item.comment ~= "" then
        append(list, (item.name:gsub("%?$", "")) .. ": " .. item.comment)
      end
    end
  end
  return list
end

-- ---- the two outputs ----

local function one_line(text) return (text:gsub("[%s]+", " ")) end

local function write_text(paths)
  io.write("-- generated by mk/help.lua\nreturn [==[\n")
  for _, path in ipairs(paths) do
    local is_meta = path:find("^lua/meta/")
    for _, entry in ipairs((read(path))) do
      local sign, fails = signature(entry)
      local fields = {}
      -- members of constants and structs are asked of S itself; of the libraries the binary
      -- has what they do, the reference more
      if is_meta and not entry.is_enumeration then
        for _, field in ipairs(entry.fields) do
          append(fields, ("%s: %s %s"):format(field.name, short(field.type), field.comment or ""))
        end
        for _, note in ipairs(notes(entry)) do append(fields, note) end
      end
      local line = table.concat({ entry.name, sign .. (fails and "!" or ""), entry.text,
        entry.source or "", table.concat(fields, "\f") }, "\t")
      io.write((one_line(line:gsub("\t", "\1"):gsub("\f", "\2")):gsub("\1+$", "")), "\n")
    end
  end
  io.write("]==]\n")
end

local function page_name(path)
  local area = path:match("^lua/meta/(.*)%.lua$") or path:match("^lua/(.*)%.lua$")
  return (area:match("^syscall/") and area or area:match("^[^/]+")):gsub("/", "-")
end

local function escaped(text) return (text:gsub("[<>]", { ["<"] = "&lt;", [">"] = "&gt;" })) end

local function write_entry(out, entry)
  local sign, fails = signature(entry)
  if entry.is_enumeration then
    out:write("- **", entry.name:gsub("^S%.", ""), "** ", escaped(entry.text))
    local names = {}
    for _, field in ipairs(entry.fields) do append(names, "`" .. field.name .. "`") end
    if #names > 0 then out:write(" ", table.concat(names, " ")) end
    out:write("\n")
    return
  end
  out:write("\n### ", entry.name, "\n\n")
  if sign ~= "" then
    out:write("`", entry.name, sign, fails and " | nil, err`\n\n" or "`\n\n")
  end
  if entry.text ~= "" then out:write(escaped(entry.text), "\n\n") end
  local items = notes(entry)
  for _, field in ipairs(entry.fields) do
    append(items, ("`%s` %s %s"):format(field.name, short(field.type), field.comment or ""))
  end
  for _, item in ipairs(items) do out:write("- ", escaped((item:gsub("%s+$", ""))), "\n") end
  if #items > 0 then out:write("\n") end
  if entry.source then out:write("See ", entry.source, ".\n") end
end

local function write_reference(folder, paths)
  local pages, order = {}, {}
  for _, path in ipairs(paths) do
    local entries, title = read(path)
    local name = page_name(path)
    if #entries > 0 then
      if not pages[name] then
        pages[name] = {}
        append(order, name)
      end
      append(pages[name], { title = title or path, entries = entries })
    end
  end
  table.sort(order)
  local index = assert(io.open(folder .. "/README.md", "w"))
  index:write("# Reference\n\nWritten by `make reference` from the declarations in `lua/meta/` ",
    "and the comments\nof the libraries; `luabox help NAME` shows the same. Conventions: ",
    "[syscall](../syscall.md).\n\n")
  for _, name in ipairs(order) do
    local out = assert(io.open(folder .. "/" .. name .. ".md", "w"))
    out:write("# ", name:gsub("%-", ": "), "\n")
    for _, part in ipairs(pages[name]) do
      out:write("\n## ", part.title:sub(1, 1):upper(), part.title:sub(2), "\n\n")
      for _, entry in ipairs(part.entries) do write_entry(out, entry) end
    end
    out:close()
    index:write("- [", name, "](", name, ".md): ", pages[name][1].title, "\n")
  end
  index:close()
end

if arg[1] == "text" then
  write_text(table.move(arg, 2, #arg, 1, {}))
else
  write_reference(arg[2], table.move(arg, 3, #arg, 1, {}))
end
