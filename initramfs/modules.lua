-- modules.lua - choose kernel modules and write what modprobe reads about them
--
-- Layer: image building; pure but for the `read` that the caller passes.
-- Debian's kernel package holds no modules.dep (depmod makes it when the package is
-- installed, which ours never is), so it is made here, for the chosen modules alone, from
-- the .modinfo section that each module carries: modules(5), depmod.d(5), elf(5).

local modules = {}

-- Header fields up to the section table's place; the word size decides the second half.
local SECTION = { -- offset and size fields: name, type, flags, addr, offset, size
  [1] = "I4 I4 I4 I4 I4 I4",
  [2] = "I4 I4 I8 I8 I8 I8",
}

--- What a module says about itself.
---@param object string bytes of the .ko file
---@return { depends: string[], alias: string[], name: string? }? info
---@return string? err
function modules.info(object)
  if object:sub(1, 4) ~= "\x7fELF" then return nil, "not an ELF file" end
  local class = object:byte(5)
  local order = object:byte(6) == 1 and "<" or ">"
  local table_at, entry_size, entry_count, names_index
  if class == 2 then
    table_at = string.unpack(order .. "I8", object, 0x28 + 1)
    entry_size, entry_count, names_index = string.unpack(order .. "I2I2I2", object, 0x3a + 1)
  elseif class == 1 then
    table_at = string.unpack(order .. "I4", object, 0x20 + 1)
    entry_size, entry_count, names_index = string.unpack(order .. "I2I2I2", object, 0x2e + 1)
  else
    return nil, "unknown ELF class"
  end

  local function section(index)
    local name, _, _, _, offset, size =
      string.unpack(order .. SECTION[class], object, table_at + index * entry_size + 1)
    return name, offset, size
  end

  local _, names_at = section(names_index)
  for index = 0, entry_count - 1 do
    local name, offset, size = section(index)
    if string.unpack("z", object, names_at + name + 1) == ".modinfo" then
      local info = { depends = {}, alias = {} }
      for key, value in object:sub(offset + 1, offset + size):gmatch("([%w_]+)=([^%z]*)%z") do
        if key == "alias" then
          info.alias[#info.alias + 1] = value
        elseif key == "name" then
          info.name = value
        elseif key == "depends" then
          for depend in value:gmatch("[^,]+") do
            -- the kernel writes it as the file is called, or as the module is
            info.depends[#info.depends + 1] = (depend:gsub("%-", "_"))
          end
        end
      end
      return info
    end
  end
  return nil, "no .modinfo section"
end

--- The name the kernel knows a module by: "kernel/x/virtio-rng.ko" is "virtio_rng".
---@param path string
---@return string name
function modules.name(path)
  return (path:match("([^/]+)%.ko$"):gsub("-", "_"))
end

---@class modules.Choice
---@field files { path: string, data: string }[] the modules, relative to lib/modules/RELEASE
---@field dep string modules.dep: a module, then what to load before it, last first
---@field alias string modules.alias

--- The named modules and all they need. A name that is not among `paths` must be built
--- into the kernel, or it is an error: a list that silently shrinks boots without network.
---@param wanted string[] names
---@param paths string[] every module of the kernel, relative
---@param builtin table<string, true> names built into the kernel
---@param read fun(path: string): string
---@return modules.Choice? choice
---@return string? err
function modules.choose(wanted, paths, builtin, read)
  local path_of = {}
  for _, path in ipairs(paths) do
    path_of[modules.name(path)] = path
  end

  local needs = {} -- name -> all that comes before it, in order of loading
  local choice = { files = {}, dep = {}, alias = {} }

  local function add(name, user)
    name = name:gsub("-", "_")
    if needs[name] or builtin[name] then return true end
    local path = path_of[name]
    if not path then return nil, ("%s: no such module, wanted by %s"):format(name, user) end
    local data = read(path)
    local info, err = modules.info(data)
    if not info then return nil, path .. ": " .. err end

    local before, seen = {}, {}
    needs[name] = before
    for _, depend in ipairs(info.depends) do
      local ok, reason = add(depend, name)
      if not ok then return nil, reason end
      for _, each in ipairs(needs[depend] or {}) do
        if not seen[each] then
          seen[each], before[#before + 1] = true, each
        end
      end
      if needs[depend] and not seen[depend] then
        seen[depend], before[#before + 1] = true, depend
      end
    end

    local line = { path .. ":" }
    for i = #before, 1, -1 do
      line[#line + 1] = path_of[before[i]]
    end
    choice.files[#choice.files + 1] = { path = path, data = data }
    choice.dep[#choice.dep + 1] = table.concat(line, " ") .. "\n"
    for _, alias in ipairs(info.alias) do
      choice.alias[#choice.alias + 1] = ("alias %s %s\n"):format(alias, name)
    end
    return true
  end

  for _, name in ipairs(wanted) do
    local ok, err = add(name, "the list")
    if not ok then return nil, err end
  end
  table.sort(choice.dep)
  choice.dep = table.concat(choice.dep)
  choice.alias = table.concat(choice.alias)
  return choice
end

return modules
