-- net/resolv.lua - resolv.conf: read it, and keep each link's servers in it apart
--
-- Layer: library; `parse` and `merge` are pure, the others call S. Follows resolv.conf(5).
-- What came with a link is tagged with its name, so that losing one link takes away only its
-- own servers, and lines that a person wrote stay.

local S = require "syscall"
local name = require "net.name"

local resolv = {}

resolv.PATH = "/etc/resolv.conf"
local MAX_SEARCH = 6 -- what older C libraries take

---@class net.resolv.Config
---@field servers string[] addresses as written, "fe80::1%eth0" included
---@field search string[]
---@field ndots integer
---@field timeout integer seconds
---@field attempts integer

--- Read the text of a resolv.conf. Without servers in it there is the one on this host.
---@param text string
---@return net.resolv.Config
function resolv.parse(text)
  local config = { servers = {}, search = {}, ndots = 1, timeout = 5, attempts = 2 }
  for line in text:gmatch("[^\n]+") do
    local key, rest = line:match("^(%l+)%s+([^#;]*)")
    if key == "nameserver" then
      config.servers[#config.servers + 1] = rest:match("^[%x.:]+%%?[%w.-]*")
    elseif key == "search" or key == "domain" then
      config.search = {}
      for word in rest:gmatch("%S+") do
        word = word:gsub("%.$", "")
        if name.is_host(word) then table.insert(config.search, word) end
      end
    elseif key == "options" then
      for option, value in rest:gmatch("(%l+):(%d+)") do
        if config[option] then config[option] = math.tointeger(tonumber(value)) end
      end
    end
  end
  config.ndots = math.min(config.ndots, 15)
  config.timeout = math.max(1, math.min(config.timeout, 30))
  config.attempts = math.max(1, math.min(config.attempts, 5))
  if #config.servers == 0 then config.servers[1] = "127.0.0.1" end
  return config
end

--- Text with what `link` gave replaced; nil instead of servers takes it away.
---@param text string the present resolv.conf
---@param link string interface name
---@param servers string[]?
---@param search string[]?
---@return string
function resolv.merge(text, link, servers, search)
  local kept, tags, tagged_servers, ours = {}, {}, {}, {}
  for line in text:gmatch("[^\n]+") do
    local owner, domains = line:match("^# search of (%S+): (.*)$")
    local server_owner = line:match("^nameserver %S+ # (%S+)$")
    if owner then
      ours[#ours + 1] = domains
      if owner ~= link then tags[#tags + 1] = line end
    elseif not server_owner then
      kept[#kept + 1] = line
    elseif server_owner ~= link then
      tagged_servers[#tagged_servers + 1] = line
    end
  end

  -- The one search line made of the tags: the last in a file wins, so they share it.
  local function search_line(lists)
    local seen, all = {}, {}
    for _, list in ipairs(lists) do
      for domain in list:gmatch("%S+") do
        if not seen[domain] and #all < MAX_SEARCH then all[#all + 1] = domain end
        seen[domain] = true
      end
    end
    return #all > 0 and "search " .. table.concat(all, " ") or nil
  end
  local old = search_line(ours)
  for i = #kept, 1, -1 do
    if kept[i] == old then table.remove(kept, i) break end
  end

  if servers and search and #search > 0 then
    tags[#tags + 1] = ("# search of %s: %s"):format(link, table.concat(search, " "))
  end
  local lists = {}
  for i, line in ipairs(tags) do
    lists[i] = line:match(": (.*)$")
    kept[#kept + 1] = line
  end
  kept[#kept + 1] = search_line(lists)
  table.move(tagged_servers, 1, #tagged_servers, #kept + 1, kept)
  for _, server in ipairs(servers or {}) do
    kept[#kept + 1] = ("nameserver %s # %s"):format(server, link)
  end
  return #kept > 0 and table.concat(kept, "\n") .. "\n" or ""
end

local function read_file(path)
  local file <close> = io.open(path, "rb")
  return file and file:read("a") or ""
end

local function write_file(path, text)
  local fd <close>, err = S.open(path, "creat,wronly,trunc,nofollow", "0644")
  if not fd then return nil, err end
  local ok
  ok, err = fd:write(text)
  return ok and true, err
end

--- The configuration in force.
---@param path string? /etc/resolv.conf by default
---@return net.resolv.Config
function resolv.load(path)
  return resolv.parse(read_file(path or resolv.PATH))
end

--- Put a link's servers and search list in place, or take them away.
--- A reader sees the old file or the new one, never half of it.
---@param link string
---@param servers string[]?
---@param search string[]?
---@param path string? /etc/resolv.conf by default
---@return true? ok
---@return S.Error? err
function resolv.update(link, servers, search, path)
  path = path or resolv.PATH
  local target = S.readlink(path) -- replace the file, not somebody's link to it
  if target then path = target:sub(1, 1) == "/" and target or path:match("^.*/") .. target end
  -- Another process may be doing the same for its link; the folder can be locked without
  -- leaving a lock file in it.
  local folder <close> = S.open(path:match("^(.*)/") or ".", "rdonly, directory")
  if folder then folder:flock("ex") end
  local old = read_file(path)
  local new = resolv.merge(old, link, servers, search)
  if new == old then return true end

  local ok, err = write_file(path .. ".new", new)
  if ok then ok, err = S.rename(path .. ".new", path) end
  if ok then return true end
  S.unlink(path .. ".new")
  -- A container's file is a mount of its own, which only takes new contents.
  if err.BUSY then return write_file(path, new) end
  return nil, err
end

return resolv
