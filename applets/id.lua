-- applets/id.lua - print identities: of this process, or of users
--
-- Layer: applet; calls S.
-- POSIX id, with GNU's options.

local cli = require "cli"
local S = require "syscall"
local passwd = require "passwd"

local applet = {
  summary = "print user and group identities, of this process or of each USER",
  usage = "[-u | -g | -G] [-nrz] [USER]...",
  options = {
    { "u", "user", help = "the user only" },
    { "g", "group", help = "the group only" },
    { "G", "groups", help = "all groups only" },
    { "n", "name", help = "names instead of numbers, with -u, -g, -G" },
    { "r", "real", help = "the real identity instead of the effective, with -u, -g, -G" },
    { "z", "zero", help = "separate with zero bytes" },
    { "a", false, help = "ignored: all is printed" },
  },
  json = true,
  examples = { { "id -Gn", "the names of this process's groups" } },
}

--- The identities of this process.
local function own()
  local who = {
    uid = S.getuid(), euid = S.geteuid(), gid = S.getgid(), egid = S.getegid(), groups = {},
  }
  local seen = {}
  local list, err = S.getgroups()
  if not list then return nil, err end
  table.insert(list, 1, who.egid)
  for _, gid in ipairs(list) do
    if not seen[gid] then
      seen[gid] = true
      table.insert(who.groups, gid)
    end
  end
  return who
end

local function of_user(text)
  local user = passwd.user(text)
  if not user then
    local uid = passwd.uid(text)
    user = uid and passwd.user(uid)
  end
  if not user then return nil, "no such user" end
  return {
    uid = user.uid, euid = user.uid, gid = user.gid, egid = user.gid,
    groups = passwd.groups_of(user),
  }
end

local function user_name(uid) return (passwd.user(uid) or {}).name end
local function group_name(gid) return (passwd.group(gid) or {}).name end

--- "0(root)", or "0" when it has no name.
local function with_name(number, name)
  return name and ("%d(%s)"):format(number, name) or tostring(number)
end

local function full(who)
  local parts = {
    "uid=" .. with_name(who.uid, user_name(who.uid)),
    "gid=" .. with_name(who.gid, group_name(who.gid)),
  }
  if who.euid ~= who.uid then
    parts[#parts + 1] = "euid=" .. with_name(who.euid, user_name(who.euid))
  end
  if who.egid ~= who.gid then
    parts[#parts + 1] = "egid=" .. with_name(who.egid, group_name(who.egid))
  end
  local groups = {}
  for i, gid in ipairs(who.groups) do groups[i] = with_name(gid, group_name(gid)) end
  parts[#parts + 1] = "groups=" .. table.concat(groups, ",")
  return table.concat(parts, " ")
end

local function object(who)
  local groups = require("json").array {}
  for i, gid in ipairs(who.groups) do groups[i] = { gid = gid, name = group_name(gid) } end
  return {
    uid = who.uid, user = user_name(who.uid), gid = who.gid, group = group_name(who.gid),
    euid = who.euid, egid = who.egid, groups = groups,
  }
end

--- The one kind of identity that was asked for.
local function chosen(who, opts)
  local numbers, name_of
  if opts.user then
    numbers, name_of = { opts.real and who.uid or who.euid }, user_name
  elseif opts.group then
    numbers, name_of = { opts.real and who.gid or who.egid }, group_name
  else
    numbers, name_of = who.groups, group_name
  end
  local words = {}
  for i, number in ipairs(numbers) do
    words[i] = tostring(number)
    if opts.name then
      local name = name_of(number)
      if not name then cli.warn(number, "has no name") end
      words[i] = name or words[i]
    end
  end
  return words
end

---@param args string[] users
---@return true? ok
---@return any err
function applet.run(opts, args)
  local kinds = (opts.user and 1 or 0) + (opts.group and 1 or 0) + (opts.groups and 1 or 0)
  if kinds > 1 then cli.usage("only one of -u, -g and -G") end
  if kinds == 0 and not opts.json then
    if opts.name or opts.real then cli.usage("-n and -r go with -u, -g or -G") end
    if opts.zero then cli.usage("-z goes with -u, -g or -G") end
  end

  local asked = {}
  if #args == 0 then
    local who, err = own()
    if not who then return nil, err end
    asked[1] = who
  end
  for _, name in ipairs(args) do
    local who, err = of_user(name)
    if who then
      asked[#asked + 1] = who
    else
      cli.warn(name, err)
    end
  end

  if opts.json then
    local list = require("json").array {}
    for i, who in ipairs(asked) do list[i] = object(who) end
    io.write(require("json").encode(#args == 0 and list[1] or list), "\n")
    return true
  end
  for _, who in ipairs(asked) do
    if kinds == 0 then
      io.write(full(who), "\n")
    else
      io.write(table.concat(chosen(who, opts), opts.zero and "\0" or " "),
        opts.zero and (opts.groups and #args > 1 and "\0\0" or "\0") or "\n")
    end
  end
  return true
end

return applet
