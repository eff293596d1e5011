-- syscall/types/capability.lua - sets of capabilities by name
--
-- Layer: library, behind S.t. Follows capabilities(7).

local S = require "syscall"
local mem = require "syscall.mem"

local capability = {}

local function place(name)
  local n = S.c.CAP[name]
  if type(n) ~= "number" then error("invalid capability " .. tostring(name), 3) end
  return n // 32, 1 << n % 32
end

capability.cap = {
  index = function(m, name)
    local word, bit = place(name)
    return m.cap[word] & bit ~= 0
  end,
  newindex = function(m, name, on)
    local word, bit = place(name)
    local old = m.cap[word]
    m.cap[word] = on and old | bit or old & ~bit
  end,
}

--- "sys_admin, chown"; or a table {sys_admin = true}, or raw {cap = {...}}.
function capability.cap.new(names)
  local m = mem.new("cap")
  if type(names) == "string" then
    for name in names:gmatch("[^,%s]+") do m[name] = true end
  elseif names then
    for name, on in pairs(names) do m[name] = on end
  end
  return m
end

function capability.cap.tostring(m)
  local names = {}
  for name, n in pairs(S.c.CAP) do
    if m.cap[n // 32] & 1 << n % 32 ~= 0 then names[#names + 1] = { n, name } end
  end
  table.sort(names, function(a, b) return a[1] < b[1] end)
  for i, pair in ipairs(names) do names[i] = pair[2] end
  return table.concat(names, ",")
end

capability.user_cap_header = {}

--- t.user_cap_header(version, pid), or a table.
function capability.user_cap_header.new(version, pid)
  local m = mem.new("user_cap_header")
  if type(version) == "table" then
    version, pid = version.version or version[1], version.pid or version[2]
  end
  m.version, m.pid = version or 0, pid or 0
  return m
end

local SETS = { "effective", "permitted", "inheritable" }

capability.capabilities = {
  methods = {
    --- What capset(2) itself takes.
    ---@return S.t.user_cap_header header
    ---@return S.t.user_cap_data2 data
    hdrdata = function(m)
      local data = S.t.user_cap_data2()
      for _, set in ipairs(SETS) do
        data[0][set], data[1][set] = m[set].cap[0], m[set].cap[1]
      end
      return S.t.user_cap_header(m.version, m.pid), data
    end,
  },
}

--- Nothing, a table of lists by set, or what capget(2) answers: header and data.
function capability.capabilities.new(fields, data)
  local m = mem.new("capabilities")
  m.version = S.c.LINUX_CAPABILITY_VERSION[3]
  if data then
    m.version, m.pid = fields.version, fields.pid
    for _, set in ipairs(SETS) do
      for i = 0, mem.sizeof(data) // mem.sizeof("user_cap_data") - 1 do
        m[set].cap[i] = data[i][set]
      end
    end
    return m
  end
  for key, value in pairs(fields or {}) do m[key] = value end
  return m
end

function capability.capabilities.tostring(m)
  local lines = {}
  for i, set in ipairs(SETS) do lines[i] = set .. ": " .. tostring(m[set]) end
  return table.concat(lines, "\n")
end

return capability
