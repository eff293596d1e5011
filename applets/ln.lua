-- applets/ln.lua - make links
--
-- Layer: applet; calls S, fs.target, fs.backup.
-- Follows POSIX ln and GNU's options. A hard link to a symbolic link is one to the
-- link itself (-P) unless -L is given.

local S = require "syscall"
local cli = require "cli"
local target = require "fs.target"

local applet = {
  summary = "make links",
  usage = "[OPTION]... TARGET... LINK | TARGET... DIRECTORY | -t DIRECTORY TARGET...",
  options = {
    { "s", "symbolic", help = "make symbolic links" },
    { "f", "force", help = "remove what is in the way" },
    { "i", "interactive", help = "ask before removing it" },
    { "n", "no-dereference", help = "a link to a directory is a file, not the directory" },
    { "r", "relative", help = "with -s, lead there from where the link is" },
    { "t", "target-directory", arg = "DIRECTORY", help = "make all links in DIRECTORY" },
    { "T", "no-target-directory", help = "LINK is the link's name, never a directory" },
    { "b", nil, help = "keep what is in the way as NAME~" },
    { nil, "backup", arg = "HOW", optional = true,
      help = "same; none, simple, numbered or existing" },
    { "S", "suffix", arg = "SUFFIX", help = "for backups, not ~" },
    { "L", "logical", help = "link to what a symbolic link leads to" },
    { "P", "physical", help = "link to symbolic links themselves (default)" },
    { "v", "verbose", help = "say what was made" },
  },
  operands = { min = 1 },
  examples = { { "ln -s /usr/lib lib", "a symbolic link" }, { "ln -sfn new current",
    "turn it to new" } },
}

local function relative(to, link)
  local real = require "fs.real"
  local there = real.parts(to)
  local here = real.parts(link:match("^(.*/)[^/]+/*$") or ".")
  local same = 0
  while there[same + 1] and there[same + 1] == here[same + 1] do same = same + 1 end
  local out = {}
  for _ = same + 1, #here do out[#out + 1] = ".." end
  table.move(there, same + 1, #there, #out + 1, out)
  return out[1] and table.concat(out, "/") or "."
end

-- Are these two names one name? Then there is nothing to link.
local function same_name(a, b)
  if target.base_name(a) ~= target.base_name(b) then return false end
  local here = S.stat(a:match("^(.*/)[^/]+/*$") or ".")
  local there = S.stat(b:match("^(.*/)[^/]+/*$") or ".")
  return here and there and here.ino == there.ino and here.st_dev == there.st_dev
end

-- Make room for the link. Returns true, or nil, err; false: the user said no.
local function make_room(opts, plan, to, link)
  local there = S.lstat(link)
  if not there then return true end
  if there.isdir then return nil, "cannot overwrite directory" end
  local source = S.lstat(to)
  if source and source.ino == there.ino and source.st_dev == there.st_dev
    and (there.nlink == 1 or same_name(to, link)) then
    return nil, ("'%s' and '%s' are the same file"):format(to, link)
  end
  if opts.interactive and not target.ask(("ln: replace '%s'? "):format(link)) then return false end
  if plan then return require("fs.backup").make(link, plan) end
  if opts.force or opts.interactive then return S.unlink(link) end
  return true
end

local function make_link(opts, plan, to, link)
  if opts.symbolic and opts.relative then to = relative(to, link) end
  -- the source is looked at first: nothing is removed for a link that cannot be made
  if not opts.symbolic then
    local st, err = (opts.logical and S.stat or S.lstat)(to)
    if not st then return nil, err, to end
    if st.isdir then return nil, "hard link not allowed for directory", to end
  end
  if opts.force or opts.interactive or plan then
    local ok, err = make_room(opts, plan, to, link)
    if not ok then return ok, err, link end
  end
  local ok, err
  if opts.symbolic then
    ok, err = S.symlink(to, link)
  else
    ok, err = S.linkat(nil, to, nil, link, opts.logical and "symlink_follow" or "")
  end
  if ok and opts.verbose then
    io.write(("'%s' %s '%s'\n"):format(link, opts.symbolic and "->" or "=>", to))
  end
  return ok, err, link
end

---@param opts table
---@param args string[]
---@return true? ok
---@return string? err
function applet.run(opts, args)
  local plan, problem = require("fs.backup").plan(opts)
  if problem then return nil, problem end
  if #args == 1 and not opts.target_directory and not opts.no_target_directory then
    args[2] = "." -- ln TARGET: here, under the same name
  end
  local list, object, err = target.pairs(args, opts, opts.no_dereference)
  if not list then
    cli.warn(object, err)
    return true
  end
  for _, pair in ipairs(list) do
    local ok, failure, what = make_link(opts, plan, pair[1], pair[2])
    if ok == nil then cli.warn(what, failure) end
  end
  return true
end

return applet
