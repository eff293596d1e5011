-- proc/identity.lua - who a process is: "user:group" to numbers, and to become that
--
-- Layer: library; calls S. The forms are those of chpst(8) and start-stop-daemon(8).

local S = require "syscall"
local passwd = require "passwd"

local identity = {}

---@class proc.Identity
---@field uid integer?
---@field gid integer?
---@field groups integer[]? supplementary; nil: those of the user
---@field user passwd.User?

local function number_of(text) return text:match("^%d+$") and math.tointeger(tonumber(text)) end

--- user[:group[:group]...]; after a ":" at the start all are numbers.
---@param text string
---@return proc.Identity? id
---@return string? err
function identity.parse(text)
  local only_numbers = text:sub(1, 1) == ":"
  if only_numbers then text = text:sub(2) end
  local words = {}
  for word in (text .. ":"):gmatch("([^:]*):") do words[#words + 1] = word end
  local id = {}
  local user = not only_numbers and passwd.user(words[1]) or nil
  id.uid = user and user.uid or number_of(words[1])
  if not id.uid then return nil, words[1] .. ": no such user" end
  id.user, id.gid = user, user and user.gid
  if words[2] then
    id.groups = {}
    for i = 2, #words do
      local group = not only_numbers and passwd.group(words[i])
      local gid = group and group.gid or number_of(words[i])
      if not gid then return nil, words[i] .. ": no such group" end
      id.groups[i - 1] = gid
    end
    id.gid = id.groups[1]
  end
  id.gid = id.gid or id.uid
  return id
end

--- Become it, for good.
---@param id proc.Identity
---@return true? ok
---@return S.Error? err
function identity.become(id)
  if id.gid then
    local ok, err = S.setgroups(id.groups or { id.gid })
    if ok then ok, err = S.setresgid(id.gid, id.gid, id.gid) end
    if not ok then return nil, err end
  end
  if not id.uid then return true end
  return S.setresuid(id.uid, id.uid, id.uid)
end

return identity
