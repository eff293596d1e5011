-- kmod.lua - load kernel modules with what they need, and unload them
--
-- Layer: library; calls S. Follows modprobe(8) and modprobe.d(5); the files'
-- formats are in kmod/tables.lua. modprobe, lsmod and cold plugging share it.

local S = require "syscall"
local file = require "proc.file"
local tables = require "kmod.tables"

local kmod = {}

--- Where to look: tests, and images for another kernel, point these elsewhere.
kmod.root = "" -- before /lib/modules and /etc
kmod.release = nil -- of the running kernel

kmod.inserted = 0 -- modules, by this process

--- The first folder's file of a name hides those of later folders.
local CONFIG_DIRS = {
  "/etc/modprobe.d", "/run/modprobe.d", "/usr/local/lib/modprobe.d", "/usr/lib/modprobe.d",
  "/lib/modprobe.d",
}

local cache = {}

--- Forget what was read: the files or the place changed.
function kmod.refresh() cache = {} end

---@return string
function kmod.dir()
  return kmod.root .. "/lib/modules/" .. (kmod.release or S.uname().release)
end

--- A table made of a file of the modules' folder; empty when there is no such file.
local function made_of(name, make)
  if not cache[name] then
    cache[name] = make(file.read(kmod.dir() .. "/modules." .. name) or "")
  end
  return cache[name]
end

local function config_files()
  local names, path_of = {}, {}
  for _, dir in ipairs(CONFIG_DIRS) do
    dir = kmod.root .. dir
    local fd <close> = S.open(dir, "rdonly,directory")
    for _, name in ipairs(fd and require("fs.dir").list(fd) or {}) do
      if name:find("%.conf$") and not path_of[name] then
        names[#names + 1] = name
        path_of[name] = dir .. "/" .. name
      end
    end
  end
  table.sort(names)
  local paths = {}
  for i, name in ipairs(names) do paths[i] = path_of[name] end
  return paths
end

--- What the user, the distribution and the kernel's command line say.
---@return kmod.Config
function kmod.config()
  if not cache.config then
    local config = tables.new_config()
    for _, path in ipairs(config_files()) do tables.config(file.read(path) or "", config) end
    tables.config(file.read(kmod.dir() .. "/modules.softdep") or "", config)
    tables.command_line(file.read("/proc/cmdline") or "", config)
    cache.config = config
  end
  return cache.config
end

--- The loaded modules by name.
---@return table<string, proc.Module>
function kmod.loaded()
  local by_name = {}
  for _, module in ipairs(require("proc.modules").parse(file.read("/proc/modules") or "")) do
    by_name[module.name] = module
  end
  return by_name
end

--- Is it part of the kernel?
---@param name string
---@return boolean
function kmod.is_builtin(name)
  name = tables.name(name)
  if made_of("builtin", tables.builtin)[name] then return true end
  -- without the list: a driver in the kernel has its folder, but no state in it
  return kmod.root == "" and S.stat("/sys/module/" .. name) ~= nil and
    not S.stat("/sys/module/" .. name .. "/initstate")
end

local function all_aliases()
  return made_of("alias", function(text)
    local list = tables.aliases()
    tables.alias(text, list)
    tables.alias(file.read(kmod.dir() .. "/modules.symbols") or "", list)
    return list
  end)
end

--- Can a modalias mean anything here? Without the kernel's list only the user's aliases can.
---@return boolean
function kmod.has_aliases()
  return S.access(kmod.dir() .. "/modules.alias", "f") ~= nil
    or next(kmod.config().aliases.by_start) ~= nil
end

--- The modules that a name or modalias means: the user's aliases first, then a
--- module of this name, then the modules' own aliases.
---@param name string
---@return string[] names empty when there are none
function kmod.lookup(name)
  local found = tables.match_alias(kmod.config().aliases, name)
  if #found > 0 then return found end
  local module = tables.name(name)
  if made_of("dep", tables.dep)[module] or kmod.config().install[module] or
    kmod.is_builtin(module) then
    return { module }
  end
  return tables.match_alias(all_aliases(), name)
end

---@class kmod.Step
---@field name string
---@field path string? file to load
---@field params string
---@field command string? a shell command of the user's instead of loading
---@field wanted boolean? it was asked for, and does not only come along

local function add_step(steps, seen, name, opts)
  if seen[name] or kmod.is_builtin(name) then return true end
  seen[name] = true
  local config = kmod.config()
  local entry = made_of("dep", tables.dep)[name]
  local params = config.options[name] or ""
  local command = not opts.ignore_install and config.install[name]
  if command then
    steps[#steps + 1] = { name = name, params = params, command = command }
    return true
  end
  if not entry then return nil, name .. ": no such module in " .. kmod.dir() end

  local soft = config.softdep[name] or { pre = {}, post = {} }
  -- a soft dependency that is not there is no error
  for _, other in ipairs(soft.pre) do add_step(steps, seen, other, {}) end
  local needs = {}
  for path in entry.needs:gmatch("%S+") do table.insert(needs, 1, tables.name(path)) end
  for _, need in ipairs(needs) do
    local ok, err = add_step(steps, seen, need, {})
    if not ok then return nil, err .. ", needed by " .. name end
  end
  local path = entry.path
  if path:sub(1, 1) ~= "/" then path = kmod.dir() .. "/" .. path end
  steps[#steps + 1] = { name = name, path = path, params = params }
  for _, other in ipairs(soft.post) do add_step(steps, seen, other, {}) end
  return true
end

---@class kmod.Options
---@field blacklist boolean? leave blacklisted modules, even when named
---@field ignore_install boolean? load what has an install command all the same
---@field dry boolean? only tell each step
---@field each fun(step: kmod.Step)? told before each step that is needed
---@field first boolean? that it is loaded already is an error
---@field again boolean? take also the steps of what is loaded (with dry)

--- All modules of this kernel that are files.
---@return { name: string, path: string }[]? by path
---@return string? err
function kmod.list()
  local text, err = file.read(kmod.dir() .. "/modules.dep")
  if not text then return nil, kmod.dir() .. "/modules.dep: " .. err end
  local list = {}
  for name, entry in pairs(made_of("dep", tables.dep)) do
    list[#list + 1] = { name = name, path = entry.path }
  end
  table.sort(list, function(a, b) return a.path < b.path end)
  return list
end

--- What must be loaded, in order, for a name or alias: nothing for a part of the kernel.
---@param name string
---@param opts kmod.Options?
---@return kmod.Step[]? steps
---@return string? err
function kmod.resolve(name, opts)
  opts = opts or {}
  local names = kmod.lookup(name)
  if #names == 0 then
    if not S.stat(kmod.dir() .. "/modules.dep") then
      return nil, name .. ": no module list: " .. kmod.dir() .. "/modules.dep is missing"
    end
    return nil, name .. ": no such module in " .. kmod.dir()
  end
  -- blacklisting means: do not follow aliases to it
  local by_alias = #names > 1 or names[1] ~= tables.name(name)
  local steps, seen = {}, {}
  for _, module in ipairs(names) do
    if not (kmod.config().blacklist[module] and (by_alias or opts.blacklist)) then
      local ok, err = add_step(steps, seen, module, opts)
      if not ok then return nil, err end
      for _, step in ipairs(steps) do
        if step.name == module then step.wanted = true end
      end
    end
  end
  return steps
end

--- What the kernel's error says about a module.
local REASONS = {
  NOENT = "unknown symbol, or a parameter it does not have",
  NOEXEC = "not a module for this kernel",
  PERM = "not permitted: root only, and only where modules may be loaded",
  KEYREJECTED = "its signature is not accepted",
  NODEV = "no device for it",
}

local function explain(path, err)
  for name, reason in pairs(REASONS) do
    if err[name] then return ("%s: %s (%s; dmesg may say more)"):format(path, err, reason) end
  end
  return ("%s: %s (dmesg may say more)"):format(path, err)
end

--- Load one file. The kernel decompresses where it was built to.
---@param path string
---@param params string?
---@return true? ok
---@return string|nil err
---@return S.Error? syserr
function kmod.insert(path, params)
  local fd <close>, err = S.open(path, "rdonly")
  if not fd then return nil, path .. ": " .. err, err end
  local flags
  if path:find("%.ko%.%w+$") then
    if not S.stat("/sys/module/compression") then
      return nil, path .. ": this kernel does not decompress modules (MODULE_DECOMPRESS)"
    end
    flags = "compressed_file"
  end
  local ok
  ok, err = S.finit_module(fd, params or "", flags)
  if not ok then return nil, explain(path, err), err end
  kmod.inserted = kmod.inserted + 1
  return true
end

--- Run an install or remove command of modprobe.d(5).
local function run_command(step)
  local command = step.command:gsub("%$CMDLINE_OPTS", (step.params:gsub("%%", "%%%%")))
  local environment = S.environ()
  environment.MODPROBE_MODULE = step.name
  local pid, err = S.spawn { "sh", "-c", command, path = "/bin/sh", env = environment }
  if not pid then return nil, step.name .. ": /bin/sh: " .. err end
  local _, _, status = S.waitpid(pid)
  if status.EXITSTATUS ~= 0 then
    return nil, ("%s: command failed: %s (%s)"):format(step.name, command, tostring(status))
  end
  return true
end

local function take(step, opts)
  if opts.each then opts.each(step) end
  if opts.dry then return true end
  if step.command then return run_command(step) end
  local ok, err, syserr = kmod.insert(step.path, step.params)
  if not ok and syserr and syserr.EXIST then -- another was faster
    ok = not (opts.first and step.wanted)
  end
  return ok, err
end

--- Load a module, or what an alias means, with what it needs.
---@param name string
---@param params string?
---@param opts kmod.Options?
---@return true? ok also when it was there already
---@return string? err
function kmod.load(name, params, opts)
  opts = opts or {}
  local steps, err = kmod.resolve(name, opts)
  if not steps then return nil, err end
  local loaded = kmod.loaded()
  if opts.first and #steps == 0 and kmod.is_builtin(name) then
    return nil, name .. ": is part of the kernel"
  end
  for _, step in ipairs(steps) do
    local state = loaded[step.name] and loaded[step.name].state
    if step.wanted and params and params ~= "" then
      step.params = step.params == "" and params or step.params .. " " .. params
    end
    if state ~= "Live" or opts.again then
      local ok
      ok, err = take(step, opts)
      if not ok then return nil, err end
    elseif step.wanted and opts.first then
      return nil, name .. ": is loaded already"
    end
  end
  return true
end

--- Load all that a device's modalias asks for; a failure of one does not stop the
--- others. That nothing matches is no error: most devices need no module.
---@param modalias string
---@return integer loaded how many modules it matched that are there now
---@return string? err the first failure
function kmod.load_alias(modalias)
  local count, first = 0, nil
  local config = kmod.config()
  for _, name in ipairs(kmod.lookup(modalias)) do
    if not config.blacklist[name] then
      local ok, err = kmod.load(name)
      if ok then
        count = count + 1
      else
        first = first or err
      end
    end
  end
  return count, first
end

--- Unload one module.
---@param name string
---@param flags string? "nonblock" unless told; "trunc" forces
---@return true? ok
---@return string? err
---@return S.Error? syserr
function kmod.unload(name, flags)
  name = tables.name(name)
  local ok, err = S.delete_module(name, flags or "nonblock")
  if ok then return true end
  if err.NOENT then return nil, name .. ": is not loaded", err end
  if err.AGAIN or err.BUSY then
    local module = kmod.loaded()[name]
    local users = module and table.concat(module.users, " ") or ""
    local holder = users ~= "" and "by " .. users or "by the system"
    if module and module.refs == 0 then holder = "or can not be unloaded" end
    return nil, name .. ": is in use " .. holder, err
  end
  return nil, name .. ": " .. err, err
end

--- Unload a module, then those that only it needed.
---@param name string
---@param opts kmod.Options?
---@return true? ok
---@return string? err
function kmod.remove(name, opts)
  opts = opts or {}
  local names = kmod.lookup(name)
  if #names == 0 then return nil, name .. ": no such module in " .. kmod.dir() end
  for _, module in ipairs(names) do
    local command = not opts.ignore_install and kmod.config().remove[module]
    if not command and kmod.is_builtin(module) then
      return nil, module .. ": is part of the kernel"
    end
    local step = { name = module, params = "", command = command or nil }
    local ok, err
    if opts.each then opts.each(step) end
    if not opts.dry then
      if command then
        ok, err = run_command(step)
      else
        ok, err = kmod.unload(module)
      end
      if not ok then return nil, err end
    end
    local entry = made_of("dep", tables.dep)[module]
    local loaded = kmod.loaded()
    for path in (entry and entry.needs or ""):gmatch("%S+") do
      local need = tables.name(path)
      if loaded[need] and loaded[need].refs == 0 then
        if opts.each then opts.each { name = need, params = "" } end
        if not opts.dry then kmod.unload(need) end -- in use again meanwhile: it stays
      end
    end
  end
  return true
end

return kmod
