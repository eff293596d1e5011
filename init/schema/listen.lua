-- init/schema/listen.lua - the field listen: sockets that PID 1 holds for a service
--
-- Layer: PID 1's Lua side, pure but for the user database. Addresses are
-- numbers here, so that nobody asks DNS at start time.

local S = require "syscall"
local accounts = require "init.accounts"
local checks = require "init.schema.checks"

local MAX = 32 -- sockets of one service

local function address(host)
  if host == "" or host == "*" then return "inet6", ("\0"):rep(16) end
  host = host:match("^%[(.*)%]$") or host
  local v4 = { host:match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$") }
  if v4[1] then
    for i, part in ipairs(v4) do
      v4[i] = math.tointeger(tonumber(part))
      if v4[i] > 255 then return nil end
    end
    return "inet", string.char(table.unpack(v4)) .. ("\0"):rep(12)
  end
  local mem = require "syscall.mem"
  local ok, v6 = pcall(S.t.in6_addr, host)
  if ok and v6 then return "inet6", mem.string(v6, 16) end
end

local function internet(kind, rest)
  local host, port = rest:match("^(.*):(%d+)$")
  if not host then host, port = "", rest:match("^(%d+)$") end
  port = port and math.tointeger(tonumber(port))
  local family, bytes = address(host or "")
  if not port or port < 1 or port > 65535 or not family then
    return nil, ('%s:ADDRESS:PORT with a numeric address, or %s:PORT'):format(kind, kind)
  end
  local a, b, c, d = string.unpack("=I4I4I4I4", bytes)
  return { type = kind, family = S.c.AF[family:upper()], port = port, a = a, b = b, c = c, d = d }
end

--- unix:/path?mode=0600&user=www&group=www
local function file(kind, rest)
  local path, query = rest:match("^([^?]*)%??(.*)$")
  if path:sub(1, 1) ~= "/" or #path > 107 then
    return nil, kind .. ":/PATH of at most 107 bytes"
  end
  local row = { type = kind, path = path, mode = tonumber("600", 8), uid = 0, gid = 0 }
  for key, value in query:gmatch("([^&=]+)=([^&]*)") do
    if key == "mode" and value:find("^[0-7]+$") then
      row.mode = tonumber(value, 8) & tonumber("777", 8)
    elseif key == "user" then
      local user, err = accounts.user(value)
      if not user then return nil, nil, err end
      row.uid, row.gid = user.uid, row.group and row.gid or user.gid
    elseif key == "group" then
      local gid, err = accounts.group(value)
      if not gid then return nil, nil, err end
      row.gid, row.group = gid, true
    else
      return nil, kind .. ":/PATH?mode=0600&user=NAME&group=NAME"
    end
  end
  return row
end

local KINDS = {
  tcp = internet, udp = internet, unix = file, dgram = file, seqpacket = file, fifo = file,
  netlink = function(_, rest)
    if rest ~= "uevent" then return nil, '"netlink:uevent"' end
    return { type = "uevent" }
  end,
}

return function(value, _, record)
  if type(value) ~= "table" then return nil, 'a table as { http = "tcp:80" }' end
  local names = {}
  for name, spec in pairs(value) do
    if name == "demand" and type(spec) == "boolean" then
      record.demand = spec
    elseif type(name) ~= "string" or not name:find("^[%w._-]+$") then
      return nil, 'a table as { http = "tcp:80" }'
    else
      names[#names + 1] = name
    end
  end
  table.sort(names)
  if #names > MAX then return nil, ("at most %d sockets"):format(MAX) end
  record.listen = {}
  for i, name in ipairs(names) do
    local kind, rest = tostring(value[name]):match("^(%l+):(.*)$")
    local parse = KINDS[kind]
    if not parse or not checks.text(value[name]) then
      return nil, nil, ('listen.%s must begin with "tcp:", "udp:", "unix:", "dgram:", '
        .. '"seqpacket:", "fifo:" or be "netlink:uevent"'):format(name)
    end
    local row, expected, message = parse(kind, rest)
    if not row then
      return nil, nil, message or ("listen.%s must be %s"):format(name, expected)
    end
    row.name = name
    record.listen[i] = row
  end
  return true
end
