-- ifupdown/command.lua - ifup, ifdown and ifquery
--
-- Layer: applets; calls lua/ifupdown, net.apply. Options and messages are those of Debian's
-- ifup(8). A file whose name ends in ".lua" holds a description for net.apply instead.

local cli = require "cli"
local parse = require "ifupdown.parse"
local run = require "ifupdown.run"
local steps = require "ifupdown.steps"

local DIRECTORY = "/etc/network"
local FILES = { DIRECTORY .. "/interfaces", "/etc/luabox/network.lua" }
local STATE = "/run/network"
local MAX_FILES = 100 -- that source each other

local OPTIONS = {
  { "a", "all", help = "all that are marked auto, or of --allow" },
  { false, "allow", arg = "CLASS", help = "those of this class: hotplug" },
  { "i", "interfaces", arg = "FILE", help = "read this; /etc/network/interfaces" },
  { "X", "exclude", arg = "NAME", many = true, help = "not this one" },
  { "n", "no-act", help = "only tell" },
  { "v", "verbose", help = "tell as well" },
  { false, "force", help = "also when it is, or is not, configured" },
  { false, "no-scripts", help = "run no scripts of " .. DIRECTORY },
  { false, "state-dir", arg = "DIR", help = "where the state is kept; " .. STATE },
  { "l", "list", help = "list the interfaces (ifquery)" },
  { false, "state", help = "tell which are up (ifquery)" },
}

-- ---- reading ----

local function expand(item, path)
  local glob = require "text.glob"
  local dir = require "fs.dir"
  local S = require "syscall"
  local pattern = item.pattern
  if pattern:sub(1, 1) ~= "/" then
    pattern = (path:match("^(.*)/[^/]*$") or ".") .. "/" .. pattern
  end
  local folder, name = pattern:match("^(.*)/([^/]*)$")
  if item.kind == "directory" then folder, name = pattern, nil end
  local fd <close> = S.open(folder, "rdonly, directory")
  local found = {}
  for _, entry in ipairs(fd and dir.list(fd) or {}) do
    local wanted
    if name then
      wanted = glob.match(name, entry) and (entry:sub(1, 1) ~= "." or name:sub(1, 1) == ".")
    else
      wanted = entry:find("^[%w_-]+$")
    end
    if wanted then found[#found + 1] = folder .. "/" .. entry end
  end
  table.sort(found)
  return found
end

local function read_files(path)
  local config, queue, count = parse.new(), { path }, 0
  while #queue > 0 do
    local name = table.remove(queue, 1)
    count = count + 1
    if count > MAX_FILES then return nil, ("%s: too many files"):format(name) end
    local handle, err = io.open(name)
    if not handle then return nil, err end
    local more
    more, err = parse.add(config, handle:read("a") or "", name)
    handle:close()
    if not more then return nil, err end
    local at = 1
    for _, item in ipairs(more) do
      for _, found in ipairs(expand(item, name)) do
        table.insert(queue, at, found)
        at = at + 1
      end
    end
  end
  return config
end

local function config_path(opts)
  if opts.interfaces then return opts.interfaces end
  for _, path in ipairs(FILES) do
    local handle = io.open(path)
    if handle then
      handle:close()
      return path
    end
  end
  return FILES[1]
end

-- ---- which ----

local function excluded(opts, name)
  for _, pattern in ipairs(opts.exclude or {}) do
    if require("text.glob").match(pattern, name) then return true end
  end
  return false
end

-- { device, logical }, without those that are left out
local function targets(opts, args, config, state, is_down)
  local list = {}
  local function add(device, logical)
    if not excluded(opts, device) then list[#list + 1] = { device, logical } end
  end
  if opts.all or opts.allow and #args == 0 then
    local names = config.allow[opts.allow or "auto"] or {}
    if is_down and not opts.allow then
      names = {}
      for device in pairs(state.up) do names[#names + 1] = device end
      table.sort(names, function(a, b) return a > b end)
    end
    for _, name in ipairs(names) do
      if not (is_down and config.no_auto_down[name]) then add(name, state.up[name] or name) end
    end
    return list
  end
  local allowed = {}
  for _, name in ipairs(opts.allow and config.allow[opts.allow] or {}) do allowed[name] = true end
  for _, word in ipairs(args) do
    local device, logical = word:match("^([^=]+)=(.+)$")
    device = device or word
    if not opts.allow or allowed[device] then
      add(device, logical or is_down and state.up[device] or device)
    end
  end
  return list
end

-- ---- up and down ----

local function change(device, logical, config, context, is_down)
  local stanzas = parse.stanzas(config, logical)
  local make, mode = is_down and steps.down or steps.up, is_down and "stop" or "start"
  local plans = {}
  for i, stanza in ipairs(stanzas) do -- all is understood before anything is done
    local list, err = make(stanza, device)
    if not list then return nil, err end
    plans[i] = list
  end
  for i = 1, #stanzas do
    local at = is_down and #stanzas + 1 - i or i
    local ok, err = run.steps(plans[at], stanzas[at], device, mode, context)
    if not ok then return nil, err end
  end
  return true
end

local function perform(opts, args, is_down)
  local config, err = read_files(config_path(opts))
  if not config then return nil, err end
  local state <close>, failure = run.state(opts.state_dir or STATE)
  if not state then return nil, failure end
  local context = { verbose = opts.verbose, dry_run = opts.no_act, scripts = not opts.no_scripts,
    directory = DIRECTORY }
  for _, target in ipairs(targets(opts, args, config, state, is_down)) do
    local device, logical = target[1], target[2]
    if not is_down and state.up[device] and not opts.force then
      if not opts.all then cli.warn(nil, ("interface %s already configured"):format(device)) end
    elseif is_down and not state.up[device] and not opts.force then
      cli.warn(nil, ("interface %s not configured"):format(device))
    elseif #parse.stanzas(config, logical) == 0 then
      cli.warn(nil, ("unknown interface %s"):format(logical))
    else
      local ok, problem = change(device, logical, config, context, is_down)
      if not ok then
        cli.warn(nil, problem)
        cli.warn(nil, ("failed to bring %s %s"):format(is_down and "down" or "up", device))
      end
      if not opts.no_act and (ok or is_down) then
        state.up[device] = not is_down and logical or nil
        state:save()
      end
    end
  end
  return true
end

-- ---- a description in Lua ----

local function describe(path)
  local chunk, err = loadfile(path, "t")
  if not chunk then return nil, err end
  local ok, description = pcall(chunk)
  if not ok then return nil, tostring(description) end
  if type(description) ~= "table" then return nil, path .. ": returns no table" end
  return description
end

-- What ifdown leaves of a link: nothing of one that was made, a bare one of another.
local function undescribed(item)
  if item == false then return nil end
  if item.kind then return false end
  return { addresses = item.addresses and {}, up = false }
end

local function perform_lua(opts, args, is_down, path)
  local description, err = describe(path)
  if not description then return nil, err end
  local part, names = {}, args
  if opts.all then
    names = {}
    for name in pairs(description) do names[#names + 1] = name end
  end
  for _, name in ipairs(names) do
    if description[name] == nil or (name == "routes" or name == "rules") and not opts.all then
      return nil, ("unknown interface %s"):format(name)
    end
    if not excluded(opts, name) then part[name] = description[name] end
    if is_down then
      local special = name == "routes" or name == "rules"
      part[name] = special and {} or not special and undescribed(description[name])
    end
  end
  local change_, failure = require("net.apply")(part, { dry_run = opts.no_act })
  if not change_ then return nil, failure end
  if (opts.verbose or opts.no_act) and #change_.steps > 0 then
    io.write(tostring(change_), "\n")
  end
  return true
end

local function run_change(opts, args, is_down)
  if not opts.all and not opts.allow and #args == 0 then
    cli.usage("no interfaces given: use -a, or name some")
  end
  local path = config_path(opts)
  if path:find("%.lua$") then return perform_lua(opts, args, is_down, path) end
  return perform(opts, args, is_down)
end

-- ---- ifquery ----

local function query(opts, args)
  local config, err = read_files(config_path(opts))
  if not config then return nil, err end
  local state <close>, failure = run.state(opts.state_dir or STATE)
  if not state then return nil, failure end
  if opts.state then
    local names = #args > 0 and args or {}
    if #args == 0 then
      for device in pairs(state.up) do names[#names + 1] = device end
      table.sort(names)
    end
    local status = 0
    for _, name in ipairs(names) do
      if state.up[name] then io.write(name, "=", state.up[name], "\n") else status = 1 end
    end
    return status
  end
  if opts.list then
    for _, name in ipairs(config.allow[opts.allow or "auto"] or {}) do io.write(name, "\n") end
    return true
  end
  if #args == 0 then cli.usage("no interfaces given") end
  for _, name in ipairs(args) do
    local stanzas = parse.stanzas(config, name)
    if #stanzas == 0 then cli.warn(nil, ("unknown interface %s"):format(name)) end
    for _, stanza in ipairs(stanzas) do
      for _, option in ipairs(stanza.options) do io.write(option[1], ": ", option[2], "\n") end
    end
  end
  return true
end

local function command(summary, usage, fn)
  return { summary = summary, usage = usage, options = OPTIONS, run = fn }
end

return {
  up = command("bring interfaces up", "[-anv] [--force] [-i FILE] [-X NAME] [NAME[=LOGICAL]]...",
    function(opts, args) return run_change(opts, args, false) end),
  down = command("bring interfaces down", "[-anv] [--force] [-i FILE] [-X NAME] [NAME]...",
    function(opts, args) return run_change(opts, args, true) end),
  query = command("tell how interfaces are configured",
    "-l [--allow CLASS] | --state [NAME]... | NAME...", query),
}
