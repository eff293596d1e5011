-- lua/passwd.lua - names and numbers of users and groups
--
-- Layer: library. Reads /etc/passwd and /etc/group, see passwd(5) and group(5), once
-- and only when asked: there is no other name service.

local passwd = {}

---@class passwd.User
---@field name string
---@field uid integer
---@field gid integer
---@field gecos string
---@field home string
---@field shell string

---@class passwd.Group
---@field name string
---@field gid integer
---@field members string[]

--- Where the files are: tests point these elsewhere.
passwd.users_file = "/etc/passwd"
passwd.groups_file = "/etc/group"

local users, groups

local function lines_of(path)
  local file = io.open(path)
  if not file then return function() end end -- no file: numbers have no names
  local text = file:read("a")
  file:close()
  return text:gmatch("[^\n]+")
end

local function read_users()
  users = { by_name = {}, by_id = {}, list = {} }
  for line in lines_of(passwd.users_file) do
    local name, uid, gid, gecos, home, shell =
      line:match("^([^:#][^:]*):[^:]*:(%d+):(%d+):([^:]*):([^:]*):?([^:]*)$")
    if name then
      local user = {
        name = name, uid = math.tointeger(tonumber(uid)), gid = math.tointeger(tonumber(gid)),
        gecos = gecos, home = home, shell = shell,
      }
      users.list[#users.list + 1] = user
      users.by_name[name] = users.by_name[name] or user
      users.by_id[user.uid] = users.by_id[user.uid] or user
    end
  end
  return users
end

local function read_groups()
  groups = { by_name = {}, by_id = {}, list = {} }
  for line in lines_of(passwd.groups_file) do
    local name, gid, members = line:match("^([^:#][^:]*):[^:]*:(%d+):?([^:]*)$")
    if name then
      local group = { name = name, gid = math.tointeger(tonumber(gid)), members = {} }
      for member in members:gmatch("[^,%s]+") do group.members[#group.members + 1] = member end
      groups.list[#groups.list + 1] = group
      groups.by_name[name] = groups.by_name[name] or group
      groups.by_id[group.gid] = groups.by_id[group.gid] or group
    end
  end
  return groups
end

--- Forget what was read.
function passwd.reset()
  users, groups = nil, nil
end

---@param key string|integer name or number
---@return passwd.User?
function passwd.user(key)
  local known = users or read_users()
  if type(key) == "string" then return known.by_name[key] end
  return known.by_id[key]
end

---@param key string|integer name or number
---@return passwd.Group?
function passwd.group(key)
  local known = groups or read_groups()
  if type(key) == "string" then return known.by_name[key] end
  return known.by_id[key]
end

---@return passwd.User[] in the file's order
function passwd.users() return (users or read_users()).list end

---@return passwd.Group[] in the file's order
function passwd.groups() return (groups or read_groups()).list end

--- Groups a user is a member of, the one of /etc/passwd first.
---@param user passwd.User
---@return integer[] gids
function passwd.groups_of(user)
  local gids, seen = { user.gid }, { [user.gid] = true }
  for _, group in ipairs(passwd.groups()) do
    for _, member in ipairs(group.members) do
      if member == user.name and not seen[group.gid] then
        seen[group.gid] = true
        gids[#gids + 1] = group.gid
      end
    end
  end
  return gids
end

-- A number that fits in a uid_t; -1 means "leave it" to the kernel.
local function number(text)
  local value = text:find("^%d+$") and math.tointeger(tonumber(text))
  return value and value < 0xffffffff and value or nil
end

--- A user's number, from a name or number as users write it; a name goes first.
---@param text string
---@return integer? uid
---@return string? err
function passwd.uid(text)
  local user = passwd.user(text)
  local uid = user and user.uid or number((text:gsub("^%+", "")))
  if not uid then return nil, ("unknown user %s"):format(text) end
  return uid
end

---@param text string
---@return integer? gid
---@return string? err
function passwd.gid(text)
  local group = passwd.group(text)
  local gid = group and group.gid or number((text:gsub("^%+", "")))
  if not gid then return nil, ("unknown group %s"):format(text) end
  return gid
end

--- Read OWNER[:[GROUP]] or :GROUP, as chown and others take it. "owner:" is the
--- owner and the owner's login group.
---@param text string
---@return { uid: integer?, gid: integer? }? owner what is not named is nil
---@return string? err
function passwd.owner(text)
  local name, mark, group = text:match("^([^:]*)(:?)(.*)$")
  if mark == "" and not passwd.user(text) and not number(text) then
    -- the old separator, where no user has such a name
    local first, last = text:match("^([^.]*)%.(.*)$")
    if first then name, mark, group = first, ".", last end
  end
  local owner = {}
  local err
  if name ~= "" then
    owner.uid, err = passwd.uid(name)
    if not owner.uid then return nil, err end
  end
  if group ~= "" then
    owner.gid, err = passwd.gid(group)
    if not owner.gid then return nil, err end
  elseif mark ~= "" and owner.uid then
    local user = passwd.user(owner.uid)
    if not user then return nil, ("no login group for user %s"):format(name) end
    owner.gid = user.gid
  end
  return owner
end

return passwd
