-- net/services.lua - names of ports and protocols
--
-- Layer: library. The files are /etc/services and /etc/protocols: services(5), protocols(5). Read
-- when a name is first asked for; without them numbers are their own names.

local services = {}

--- Parse such a file: names and aliases to numbers, and numbers to names.
---@param text string
---@return table<string, integer> numbers by "name/protocol", or by "name" alone
---@return table<string, string> names by "number/protocol", or by "number" alone
function services.parse(text)
  local numbers, names = {}, {}
  for line in text:gmatch("[^\n]+") do
    local name, number, kind, aliases = line:match("^([^%s#]+)%s+(%d+)(/?%w*)([^#]*)")
    number = number and math.tointeger(tonumber(number))
    if number then
      local key = number .. kind
      names[key] = names[key] or name
      numbers[name .. kind] = numbers[name .. kind] or number
      for alias in aliases:gmatch("%S+") do
        numbers[alias .. kind] = numbers[alias .. kind] or number
      end
    end
  end
  return numbers, names
end

local loaded = {}

local function load(path)
  local tables = loaded[path]
  if not tables then
    local file = io.open(path)
    tables = { services.parse(file and file:read("a") or "") }
    if file then file:close() end
    loaded[path] = tables
  end
  return tables
end

--- The name of a port.
---@param port integer
---@param protocol string "tcp", "udp"
---@return string? name
function services.port_name(port, protocol)
  return load("/etc/services")[2][port .. "/" .. protocol]
end

--- The number of a port: a number as text, or a name.
---@param text string
---@param protocol string? any
---@return integer? port
function services.port(text, protocol)
  local number = math.tointeger(tonumber(text))
  if number then return number >= 0 and number <= 65535 and number or nil end
  local numbers = load("/etc/services")[1]
  if protocol then return numbers[text .. "/" .. protocol] end
  return numbers[text .. "/tcp"] or numbers[text .. "/udp"]
end

--- The name of a protocol of IP.
---@param number integer
---@return string? name
function services.protocol_name(number)
  return load("/etc/protocols")[2][tostring(number)]
end

return services
