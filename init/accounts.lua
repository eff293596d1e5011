-- init/accounts.lua - users and groups, for definitions that name them
--
-- Layer: PID 1's Lua side. Reads passwd(5) and group(5) in the loader, so that
-- the core sees numbers only and asks nobody at start time.

local accounts = {}

local function lines(path)
  local file = io.open(path)
  if not file then return function() end end
  return file:lines()
end

local function fields(line)
  local list = {}
  for field in (line .. ":"):gmatch("([^:]*):") do list[#list + 1] = field end
  return list
end

-- A number that fits in a uid_t; its last one means "leave it" to the kernel.
local function number(text)
  local value = text:match("^%d+$") and math.tointeger(tonumber(text))
  return value and value < 0xffffffff and value
end

--- By name or number.
---@param name string
---@return { name: string, uid: integer, gid: integer, home: string }? user
---@return string? err
function accounts.user(name)
  for line in lines("/etc/passwd") do
    local f = fields(line)
    if f[1] == name or (name:match("^%d+$") and f[3] == name) then
      local uid, gid = math.tointeger(tonumber(f[3])), math.tointeger(tonumber(f[4]))
      if uid and gid then
        return { name = f[1], uid = uid, gid = gid, home = f[6] or "/" }
      end
    end
  end
  local id = number(name)
  if id then return { name = name, uid = id, gid = id, home = "/" } end
  return nil, "no such user: " .. name
end

---@param name string name or number
---@return integer? gid
---@return string? err
function accounts.group(name)
  for line in lines("/etc/group") do
    local f = fields(line)
    if f[1] == name then return math.tointeger(tonumber(f[3])) end
  end
  local id = number(name)
  if id then return id end
  return nil, "no such group: " .. name
end

--- The groups that list a user as a member.
---@param user string
---@return string[] names
function accounts.groups_of(user)
  local result = {}
  for line in lines("/etc/group") do
    local f = fields(line)
    if ("," .. (f[4] or "") .. ","):find("," .. user .. ",", 1, true) then
      result[#result + 1] = f[1]
    end
  end
  return result
end

return accounts
