-- net/dhcp/options.lua - the DHCP options: code, name, type, and the types' two forms
--
-- Layer: library, pure. Follows RFC 2132, 3397 (search), 3442 (routes), 3925 (vendor), 4039,
-- 4702 (fqdn), 4833 (time zone), 8910 (captive portal), 8925 (IPv6 only). The names are those
-- of udhcpc's environment, so that its scripts and `-O`/`-x` arguments work unchanged.
--
-- A decoder answers nil for a value of impossible form; the caller leaves such an option out.
-- Text ends in files, environments and on terminals: only printable ASCII passes.

local ipv4 = require "net.ipv4"
local name = require "net.name"

local options = {}

local LIST = {
  { 1, "subnet", "ip" },
  { 2, "timezone", "s32" },
  { 3, "router", "ips" },
  { 4, "timesrv", "ips" },
  { 5, "namesrv", "ips" },
  { 6, "dns", "ips" },
  { 7, "logsrv", "ips" },
  { 8, "cookiesrv", "ips" },
  { 9, "lprsrv", "ips" },
  { 12, "hostname", "host" },
  { 13, "bootsize", "u16" },
  { 15, "domain", "host" },
  { 16, "swapsrv", "ip" },
  { 17, "rootpath", "text" },
  { 23, "ipttl", "u8" },
  { 26, "mtu", "u16" },
  { 28, "broadcast", "ip" },
  { 33, "routes", "pairs" },
  { 40, "nisdomain", "text" },
  { 41, "nissrv", "ips" },
  { 42, "ntpsrv", "ips" },
  { 43, "vendorinfo", "bytes" },
  { 44, "wins", "ips" },
  { 50, "requestip", "ip" },
  { 51, "lease", "u32" },
  { 52, "overload", "u8" },
  { 53, "type", "u8" },
  { 54, "serverid", "ip" },
  { 55, "parameters", "codes" },
  { 56, "message", "text" },
  { 57, "maxsize", "u16" },
  { 58, "renewal", "u32" },
  { 59, "rebinding", "u32" },
  { 60, "vendor", "text" },
  { 61, "clientid", "bytes" },
  { 66, "tftp", "text" },
  { 67, "bootfile", "text" },
  { 77, "userclass", "bytes" },
  { 80, "rapid", "flag" },
  { 81, "fqdn", "fqdn" },
  { 100, "tzstr", "text" },
  { 101, "tzdbstr", "text" },
  { 108, "v6only", "u32" },
  { 114, "captive", "text" },
  { 116, "autoconf", "u8" },
  { 119, "search", "hosts" },
  { 120, "sipsrv", "bytes" },
  { 121, "staticroutes", "routes" },
  { 125, "vendorspecific", "bytes" },
  { 132, "vlanid", "u16" },
  { 133, "vlanpriority", "u8" },
  { 209, "pxeconffile", "text" },
  { 210, "pxepathprefix", "text" },
  { 249, "msstaticroutes", "routes" },
  { 252, "wpad", "text" },
}

---@class net.dhcp.Route
---@field dest string network, dotted
---@field prefix integer
---@field gateway string "0.0.0.0" means on the link

---@class net.dhcp.OptionType
---@field decode fun(bytes: string): any nil when the bytes cannot be this type
---@field encode fun(value: any): string? nil when the value cannot be written
---@field text fun(value: any): string as a udhcpc script sees it
---@field parse (fun(text: string): any)? from the command line; absent: not settable as text

local types = {}

local function number_type(format)
  local size = format:packsize()
  return {
    decode = function(bytes) return #bytes == size and format:unpack(bytes) or nil end,
    encode = function(value)
      local ok, bytes = pcall(string.pack, format, value) -- refuses what does not fit
      return ok and bytes or nil
    end,
    text = tostring,
    parse = math.tointeger,
  }
end

types.u8, types.u16, types.u32 = number_type(">I1"), number_type(">I2"), number_type(">I4")
types.s32 = number_type(">i4")

types.flag = {
  decode = function() return true end,
  encode = function() return "" end,
  text = function() return "1" end,
}

---@param bytes string
---@return string hex two digits a byte
function options.hex(bytes)
  return (bytes:gsub(".", function(char) return ("%02x"):format(char:byte()) end))
end

types.bytes = {
  decode = function(bytes) return bytes end,
  encode = function(value) return value end,
  text = options.hex,
  parse = function(text)
    if #text % 2 == 1 or text:find("%X") then return nil end
    return (text:gsub("%x%x", function(hex) return string.char(tonumber(hex, 16)) end))
  end,
}

types.codes = {
  decode = function(bytes) return { bytes:byte(1, -1) } end,
  encode = function(codes) return string.char(table.unpack(codes)) end,
  text = function(codes) return table.concat(codes, " ") end,
}

--- A loop, for the pattern "\0+$" takes quadratic time over a hostile run of zeros.
local function without_padding(bytes)
  local last = #bytes
  while bytes:byte(last) == 0 do last = last - 1 end
  return bytes:sub(1, last)
end

local function clean_text(bytes)
  local text = without_padding(bytes)
  return #text > 0 and not text:find("[^\32-\126]") and text or nil
end

types.text = {
  decode = clean_text,
  encode = function(text) return text end,
  text = function(text) return text end,
  parse = function(text) return text end,
}

types.host = {
  decode = function(bytes)
    local text = without_padding(bytes):gsub("%.$", "")
    return name.is_host(text) and text or nil
  end,
  encode = types.text.encode,
  text = types.text.text,
  parse = types.text.parse,
}

types.ip = {
  decode = function(bytes) return #bytes == 4 and ipv4.from_bytes(bytes) or nil end,
  encode = function(address) return ipv4.number(address) and ipv4.bytes(address) end,
  text = types.text.text,
  parse = function(text) return ipv4.number(text) and text end,
}

--- A list of items of one size; a tail that is no whole item is left out (RFC 2132 lists).
local function list_type(size, item, separator)
  return {
    decode = function(bytes)
      local list = {}
      for position = 1, #bytes - size + 1, size do
        list[#list + 1] = item.decode(bytes:sub(position, position + size - 1))
      end
      return #list > 0 and list or nil
    end,
    encode = function(list)
      local out = {}
      for i, value in ipairs(list) do out[i] = item.encode(value) end
      return #out == #list and table.concat(out) or nil
    end,
    text = function(list)
      local out = {}
      for i, value in ipairs(list) do out[i] = item.text(value) end
      return table.concat(out, separator)
    end,
    parse = function(text)
      local list = {}
      for word in text:gmatch("[^%s,]+") do list[#list + 1] = item.parse(word) or false end
      for _, value in ipairs(list) do if not value then return nil end end
      return #list > 0 and list or nil
    end,
  }
end

types.ips = list_type(4, types.ip, " ")

types.pairs = list_type(8, {
  decode = function(bytes)
    return { dest = ipv4.from_bytes(bytes), prefix = 32, gateway = ipv4.from_bytes(bytes, 5) }
  end,
  encode = function(route) return ipv4.bytes(route.dest) .. ipv4.bytes(route.gateway) end,
  text = function(route) return route.dest .. "/" .. route.gateway end,
  parse = function() return nil end,
}, " ")

--- RFC 3442: prefix, only its significant bytes, gateway. One bad entry spoils the option,
--- for what follows it cannot be found.
types.routes = {
  decode = function(bytes)
    local list, position = {}, 1
    while position <= #bytes do
      local prefix = bytes:byte(position)
      local width = (prefix + 7) // 8
      if prefix > 32 or position + width + 4 > #bytes then return nil end
      local dest = bytes:sub(position + 1, position + width) .. ("\0"):rep(4 - width)
      list[#list + 1] = {
        dest = ipv4.network(ipv4.from_bytes(dest), prefix), prefix = prefix,
        gateway = ipv4.from_bytes(bytes, position + 1 + width),
      }
      position = position + 1 + width + 4
    end
    return #list > 0 and list or nil
  end,
  encode = function(list)
    local out = {}
    for i, route in ipairs(list) do
      local width = (route.prefix + 7) // 8
      out[i] = string.char(route.prefix) .. ipv4.bytes(route.dest):sub(1, width)
        .. ipv4.bytes(route.gateway)
    end
    return table.concat(out)
  end,
  text = function(list)
    local out = {}
    for i, route in ipairs(list) do
      out[i] = ("%s/%d %s"):format(route.dest, route.prefix, route.gateway)
    end
    return table.concat(out, " ")
  end,
}

--- RFC 3397: pointers count from the start of the whole, concatenated option. Names that are
--- no host names are left out, the others kept.
types.hosts = {
  decode = function(bytes)
    local list, position = {}, 1
    while position <= #bytes do
      local text, after = name.decode(bytes, position)
      if not text then return nil end
      if name.is_host(text) then list[#list + 1] = text end
      position = after
    end
    return #list > 0 and list or nil
  end,
  encode = function(list)
    local out = {}
    for i, text in ipairs(list) do out[i] = name.encode(text) end
    return #out == #list and table.concat(out) or nil
  end,
  text = function(list) return table.concat(list, " ") end,
  parse = function(text)
    local list = {}
    for word in text:gmatch("[^%s,]+") do list[#list + 1] = word end
    return #list > 0 and list or nil
  end,
}

--- RFC 4702: flags, two obsolete bytes, then the name in wire form when E (4) is set.
types.fqdn = {
  decode = function(bytes)
    if #bytes < 3 then return nil end
    local flags, text = bytes:byte(), bytes:sub(4)
    if flags & 4 ~= 0 then text = name.decode(text .. "\0", 1) end -- may lack the root
    return name.is_host(text) and { flags = flags, name = text } or nil
  end,
  encode = function(fqdn)
    local wire = name.encode(fqdn.name)
    if not wire then return nil end
    if not fqdn.name:find("%.") then wire = wire:sub(1, -2) end -- partial: section 2.3
    return string.char(fqdn.flags | 4, 0, 0) .. wire
  end,
  text = function(fqdn) return fqdn.name end,
  parse = function(text) return { flags = 1, name = text } end, -- S: the server updates DNS
}

---@class net.dhcp.Option
---@field code integer
---@field name string
---@field type net.dhcp.OptionType

---@type table<integer|string, net.dhcp.Option> by code and by name
local known = {}
for _, row in ipairs(LIST) do
  local option = { code = row[1], name = row[2], type = types[row[3]] }
  known[option.code], known[option.name] = option, option
end

--- What is known of an option, by its code or its name.
---@param key integer|string
---@return net.dhcp.Option?
function options.get(key)
  return known[key]
end

--- Iterate over all known options in the order of their codes.
---@return fun(): net.dhcp.Option?
function options.each()
  local index = 0
  return function()
    index = index + 1
    return LIST[index] and known[LIST[index][1]]
  end
end

return options
