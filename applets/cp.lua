-- applets/cp.lua - copy files and directories
--
-- Layer: applet; calls S, fs.copy, fs.target.
-- Follows POSIX cp and GNU's options. Extended attributes are not copied.

local S = require "syscall"
local cli = require "cli"
local target = require "fs.target"

local applet = {
  summary = "copy files and directories",
  usage = "[OPTION]... SOURCE DESTINATION | SOURCE... DIRECTORY | -t DIRECTORY SOURCE...",
  options = {
    { "a", "archive", help = "same as -dR --preserve=all" },
    { "r", "recursive", help = "copy directories and what is in them" },
    { "R", nil, help = "same" },
    { "d", nil, help = "same as -P --preserve=links" },
    { "p", nil, help = "same as --preserve=mode,ownership,timestamps" },
    { nil, "preserve", arg = "LIST", optional = true,
      help = "keep mode, ownership, timestamps, links or all" },
    { nil, "no-preserve", arg = "LIST", help = "do not keep these" },
    { "f", "force", help = "remove a destination that cannot be opened" },
    { "i", "interactive", help = "ask before replacing a file", clears = { "no_clobber" } },
    { "n", "no-clobber", help = "replace no file", clears = { "interactive" } },
    { "u", "update", help = "replace only files that are older" },
    { "l", "link", help = "make hard links, not copies" },
    { "s", "symbolic-link", help = "make symbolic links, not copies" },
    { "L", "dereference", help = "follow all symbolic links in SOURCE",
      clears = { "H", "no_dereference", "d" } },
    { "H", nil, help = "follow those named as SOURCE",
      clears = { "dereference", "no_dereference", "d" } },
    { "P", "no-dereference", help = "follow none", clears = { "dereference", "H" } },
    { "t", "target-directory", arg = "DIRECTORY", help = "copy all into DIRECTORY" },
    { "T", "no-target-directory", help = "DESTINATION is the copy's name, never a directory" },
    { nil, "parents", help = "make SOURCE's parents in DIRECTORY, too" },
    { nil, "remove-destination", help = "remove each destination first" },
    { nil, "attributes-only", help = "copy no data" },
    { nil, "copy-contents", help = "read devices and fifos instead of making them" },
    { nil, "strip-trailing-slashes", help = "from each SOURCE" },
    { nil, "sparse", arg = "WHEN", help = "leave holes: auto, always, never" },
    { nil, "reflink", arg = "WHEN", optional = true, help = "share blocks: auto, always, never" },
    { "b", nil, help = "keep what is in the way as NAME~" },
    { nil, "backup", arg = "HOW", optional = true,
      help = "same; none, simple, numbered or existing" },
    { "S", "suffix", arg = "SUFFIX", help = "for backups, not ~" },
    { "x", "one-file-system", help = "stay on SOURCE's file system" },
    { "Z", nil, help = "accepted, not used" },
    { nil, "context", arg = "CONTEXT", optional = true, help = "accepted, not used" },
    { "v", "verbose", help = "say what was copied" },
  },
  operands = { min = 1 },
  examples = { { "cp -a src dst", "a tree with everything that belongs to it" } },
}

local ATTRIBUTES = {
  mode = { "mode" }, ownership = { "owner" }, timestamps = { "times" }, links = { "links" },
  all = { "mode", "owner", "times", "links" }, context = {}, xattr = {},
}

local function attributes(into, list, value)
  for word in list:gmatch("[^,]+") do
    local names = ATTRIBUTES[word]
    if not names then cli.usage(("unknown attribute %s"):format(word)) end
    for _, name in ipairs(names) do into[name] = value end
  end
end

local function one_of(name, value, default)
  if value == true then return "always" end
  if not value then return default end
  if value ~= "auto" and value ~= "always" and value ~= "never" then
    cli.usage(("--%s: auto, always or never expected, not %s"):format(name, value))
  end
  return value
end

local function newer(source, there)
  if source.mtime ~= there.mtime then return source.mtime > there.mtime end
  return source.mtime_nsec > there.mtime_nsec
end

local function replace_rule(opts)
  if not (opts.no_clobber or opts.update or opts.interactive) then return nil end
  return function(path, source, there)
    if opts.no_clobber then return false end
    if opts.update and not newer(source, there) then return false end
    return not opts.interactive or target.ask(("cp: overwrite '%s'? "):format(path))
  end
end

-- The directories of a source's path, made below the target for --parents.
local function make_parents(opts, options, directory, source)
  local done = ""
  for part in source:gmatch("([^/]+)/+%f[^/]") do
    done = done == "" and (source:sub(1, 1) == "/" and "/" or "") .. part or done .. "/" .. part
    local path = target.join(directory, done)
    local st = S.stat(done)
    local ok, err = S.mkdir(path, st and st.mode & 0x1ff | 0x1c0 or 0x1ff)
    if ok then
      if opts.verbose then io.write(done, " -> ", path, "\n") end
      if options.mode and st then S.chmod(path, st.mode & 0xfff) end
      if options.owner and st then S.chown(path, st.uid, st.gid) end
    elseif not err.EXIST then
      return nil, path, err
    end
  end
  return true
end

---@param opts table
---@param args string[]
---@return true? ok
---@return string? err
function applet.run(opts, args)
  local recursive = opts.recursive or opts.R or opts.archive
  local options = {
    recursive = recursive,
    follow = opts.dereference and "all" or opts.H and "operands"
      or (opts.no_dereference or opts.d or opts.archive) and "none"
      or (recursive and "none" or opts.link and "none" or "all"),
    force = opts.force, replace = opts.remove_destination, link = opts.link,
    symbolic = opts.symbolic_link, contents = opts.copy_contents,
    attributes_only = opts.attributes_only, one_file_system = opts.one_file_system,
    sparse = one_of("sparse", opts.sparse, "auto"),
    reflink = one_of("reflink", opts.reflink, "auto"),
    may_replace = replace_rule(opts),
    failed = cli.warn,
  }
  if opts.archive then attributes(options, "all", true) end
  if opts.d then attributes(options, "links", true) end
  if opts.p then attributes(options, "mode,ownership,timestamps", true) end
  if opts.preserve then
    local list = opts.preserve == true and "mode,ownership,timestamps" or opts.preserve
    attributes(options, list, true)
  end
  if opts.no_preserve then attributes(options, opts.no_preserve, nil) end
  if opts.verbose then
    options.copied = function(from, to) io.write(("'%s' -> '%s'\n"):format(from, to)) end
  end
  if opts.b or opts.backup or opts.suffix then
    local backup = require "fs.backup"
    local plan, problem = backup.plan(opts)
    if problem then return nil, problem end
    options.backup = plan and function(path) return backup.make(path, plan) end
  end

  if opts.strip_trailing_slashes then
    for i, source in ipairs(args) do args[i] = source:gsub("(.)/+$", "%1") end
  end
  local list, object, err, directory = target.pairs(args, opts)
  if not list then
    cli.warn(object, err)
    return true
  end
  local copier = require("fs.copy").new(options)
  local made = {}
  for _, pair in ipairs(list) do
    local source, destination = pair[1], pair[2]
    local ok, path, failure = true, nil, nil
    if opts.parents then ok, path, failure = make_parents(opts, options, directory, source) end
    if not ok then
      cli.warn(path, failure)
    elseif made[destination] and not S.stat(source).isdir then
      cli.warn(destination, ("will not overwrite just-created file with '%s'"):format(source))
    else
      copier:tree(source, destination)
      made[destination] = #list > 1 and not opts.backup
    end
  end
  return true
end

return applet
