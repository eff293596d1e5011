-- applets/modprobe.lua - load kernel modules with what they need, or unload them
--
-- Layer: applet. Follows kmod's modprobe; the work is done in lua/kmod.lua.

local cli = require "cli"
local kmod = require "kmod"

local applet = {
  summary = "load a kernel module, by name or alias, with what it needs",
  usage = "[-abinqv] MODULE [PARAMETER=VALUE]...   or: modprobe -r | -l [MODULE]...",
  options = {
    { "a", "all", help = "every operand is a module" },
    { "r", "remove", help = "unload, and what only it needed" },
    { "l", "list", help = "list the modules there are, or those that match a pattern" },
    { "R", "resolve-alias", help = "print the modules that a name means" },
    { "D", "show-depends", help = "print what would be loaded" },
    { "c", "showconfig", help = "print the configuration" },
    { "n", "dry-run", help = "do nothing, with -v: tell what would be done" },
    { false, "show", help = "the same" },
    { "v", "verbose", help = "tell each step" },
    { "q", "quiet", help = "a module that is not found is no message" },
    { "i", "ignore-install", help = "not the install and remove commands of modprobe.d" },
    { "b", "use-blacklist", help = "blacklisted modules are not loaded by their names either" },
    { false, "first-time", help = "that there is nothing to do is an error" },
    { "d", "dirname", arg = "DIR", help = "modules are in DIR/lib/modules" },
    { "S", "set-version", arg = "RELEASE", help = "of this kernel instead of the running one" },
    { "s", "syslog", help = "ignored: errors go to standard error" },
  },
  examples = {
    { "modprobe virtio_net", "load it and what it needs" },
    { "modprobe -nv ext4", "what would be loaded, in order" },
  },
}

local function tell(step)
  local params = step.params ~= "" and " " .. step.params or ""
  if step.command then
    io.write("install ", step.command, "\n")
  elseif step.path then
    io.write("insmod ", step.path, params, "\n")
  else
    io.write("rmmod ", step.name, "\n")
  end
end

local function list(patterns)
  local glob = {}
  for i, pattern in ipairs(patterns) do -- shell patterns: * and ? are enough for names
    glob[i] = "^" .. pattern:gsub("-", "_"):gsub("[^%w*?]", "%%%0"):gsub("[*?]",
      { ["*"] = ".*", ["?"] = "." }) .. "$"
  end
  local modules, err = kmod.list()
  if not modules then return nil, err end
  for _, module in ipairs(modules) do
    local wanted = #glob == 0
    for _, pattern in ipairs(glob) do wanted = wanted or module.name:find(pattern) end
    if wanted then io.write(module.path, "\n") end
  end
  return true
end

local function show_config()
  local config = kmod.config()
  local lines = {}
  local function add(...) lines[#lines + 1] = table.concat({ ... }, " ") .. "\n" end
  for name in pairs(config.blacklist) do add("blacklist", name) end
  for name, text in pairs(config.options) do add("options", name, text) end
  for name, text in pairs(config.install) do add("install", name, text) end
  for name, text in pairs(config.remove) do add("remove", name, text) end
  for _, same in pairs(config.aliases.by_start) do
    for _, item in ipairs(same) do add("alias", item.alias, item.module) end
  end
  for name, soft in pairs(config.softdep) do
    add("softdep", name, "pre: " .. table.concat(soft.pre, " "),
      "post: " .. table.concat(soft.post, " "))
  end
  table.sort(lines)
  io.write(table.concat(lines))
  return true
end

local function resolve(names)
  for _, name in ipairs(names) do
    local found = kmod.lookup(name)
    for _, module in ipairs(found) do io.write(module, "\n") end
    if #found == 0 then cli.warn(name, "no such module in " .. kmod.dir()) end
  end
  return true
end

--- Load or unload all names; a failure of one does not stop the others.
local function each(names, act, opts)
  for _, name in ipairs(names) do
    local ok, err = act(name)
    if not ok then
      if opts.quiet and #kmod.lookup(name) == 0 then return 1 end
      cli.warn(nil, err)
    end
  end
  return true
end

---@return true|integer? status
---@return any err
function applet.run(opts, args)
  if opts.dirname then kmod.root = opts.dirname:gsub("/+$", "") end
  if opts.set_version then kmod.release = opts.set_version end
  if opts.list then return list(args) end
  if opts.showconfig then return show_config() end
  if #args == 0 then cli.usage("missing operand") end
  if opts.resolve_alias then return resolve(args) end

  local how = {
    dry = opts.dry_run or opts.show or opts.show_depends,
    each = (opts.verbose or opts.show_depends) and tell or nil,
    ignore_install = opts.ignore_install,
    blacklist = opts.use_blacklist or opts.all,
    first = opts.first_time,
    again = opts.show_depends, -- tell what is loaded, too
  }
  if opts.remove then
    return each(args, function(name) return kmod.remove(name, how) end, opts)
  end
  if opts.all then
    return each(args, function(name) return kmod.load(name, nil, how) end, opts)
  end
  local params = table.concat(args, " ", 2)
  return each({ args[1] }, function(name) return kmod.load(name, params, how) end, opts)
end

return applet
