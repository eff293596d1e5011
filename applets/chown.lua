-- applets/chown.lua - change owner and group
--
-- Layer: applet; calls S, passwd, fs.dir, fs.walk for -R.
-- Follows POSIX chown and GNU's options. With -R links are not followed unless -H or
-- -L says so, and are changed themselves, as in GNU.

local S = require "syscall"
local cli = require "cli"
local dir = require "fs.dir"
local passwd = require "passwd"

local applet = {
  summary = "change owner and group",
  usage = "[-RhHLPvcf] [--from=OWNER:GROUP] OWNER[:GROUP] FILE... | --reference=RFILE FILE...",
  options = {
    { "R", "recursive", help = "change what is in directories, too" },
    { "h", "no-dereference", help = "change symbolic links themselves" },
    { nil, "dereference", help = "change what they lead to (default)" },
    { "H", nil, help = "with -R, follow links given as FILE", clears = { "L", "P" } },
    { "L", nil, help = "with -R, follow all links", clears = { "H", "P" } },
    { "P", nil, help = "with -R, follow none (default)", clears = { "H", "L" } },
    { nil, "from", arg = "OWNER:GROUP", help = "only where these are owner and group now" },
    { nil, "reference", arg = "RFILE", help = "owner and group of this file" },
    { "v", "verbose", help = "say what was done to each file" },
    { "c", "changes", help = "same, only where something changed" },
    { "f", "silent", help = "no messages on files that cannot be changed" },
    { nil, "quiet", help = "same as --silent" },
    { nil, "preserve-root", help = "with -R, refuse /" },
    { nil, "no-preserve-root", help = "do not (default)" },
  },
  examples = {
    { "chown root:adm file", "owner and group" },
    { "chown -R www: dir", "owner and the owner's login group, for a tree" },
  },
}

local function name_of(uid, gid)
  local user, group = uid and passwd.user(uid), gid and passwd.group(gid)
  local owner = user and user.name or uid and tostring(uid) or ""
  local of_group = group and group.name or gid and tostring(gid)
  return of_group and owner .. ":" .. of_group or owner
end

local function describe(opts, path, owner, status)
  local changed = owner.uid and owner.uid ~= status.uid or owner.gid and owner.gid ~= status.gid
  if not (opts.verbose or opts.changes and changed) then return end
  local now = name_of(owner.uid, owner.gid)
  if changed then
    local before = name_of(owner.uid and status.uid, owner.gid and status.gid)
    io.write(("changed ownership of '%s' from %s to %s\n"):format(path, before, now))
  else
    io.write(("ownership of '%s' retained as %s\n"):format(path, now))
  end
end

---@param opts table
---@param args string[]
---@return true? ok
---@return string? err
function applet.run(opts, args)
  local owner, err, from
  if opts.reference then
    owner, err = dir.status(nil, opts.reference, true)
    if not owner then return nil, ("%s: %s"):format(opts.reference, tostring(err)) end
  else
    local text = table.remove(args, 1)
    if not text then cli.usage("no owner given") end
    owner, err = passwd.owner(text)
    if not owner then return nil, err end
  end
  if not args[1] then cli.usage("no file given") end
  if opts.from then
    from, err = passwd.owner(opts.from)
    if not from then return nil, err end
  end

  local function failed(path, failure)
    if opts.silent or opts.quiet then cli.failed() else cli.warn(path, failure) end
  end

  local function set(path, parent, at, follow)
    local status, failure
    if from or opts.verbose or opts.changes then
      status, failure = dir.status(parent, at, follow)
      if not status then return failed(path, failure) end
      if from and (from.uid and from.uid ~= status.uid or from.gid and from.gid ~= status.gid) then
        return
      end
    end
    local ok
    ok, failure = S.fchownat(parent, at, owner.uid or -1, owner.gid or -1,
      follow and "" or "symlink_nofollow")
    if not ok then return failed(path, failure) end
    if status then describe(opts, path, owner, status) end
  end

  local follow_links = not opts.no_dereference
  for _, path in ipairs(args) do
    if not opts.recursive then
      set(path, nil, path, follow_links)
    elseif opts.preserve_root and path:find("^/+$") then
      failed(path, "it is dangerous to operate recursively on '/'")
    else
      local walk = require "fs.walk"
      local follow = opts.L and "all" or opts.H and "operands" or "none"
      for entry, failure in walk.each(path, { follow = follow }) do
        if failure then
          failed(entry.path, failure)
        elseif entry.type == "link" then
          set(entry.path, entry.parent, entry.at, follow ~= "none" and follow_links)
        else
          -- never through a link that came in the place of what was seen
          set(entry.path, entry.parent, entry.at, entry.follow)
        end
      end
    end
  end
  return true
end

return applet
