-- nl/value.lua - netlink attributes' values between bytes and Lua, by the type that a schema names
--
-- Layer: library, pure functions, of nl.codec, which adds the types that hold attributes. Forms are
-- those of struct nlattr's payload: host order where the name does not begin with "be".

local inet = require "nl.inet"

local pack, unpack, sub = string.pack, string.unpack, string.sub

-- Readers: (bytes, first, last, entry, depth) -> value, or nil when the form is wrong.
-- Writers: (value, entry, values) -> bytes, or nil when the value does not suit.
local read, write = {}, {}

local function number_type(name, form)
  local size = string.packsize(form)
  read[name] = function(bytes, first, last)
    if last - first + 1 ~= size then return nil end
    return (unpack(form, bytes, first))
  end
  write[name] = function(value)
    if value == true then value = 1 end
    value = math.tointeger(value or 0)
    local ok, packed = pcall(pack, form, value)
    return ok and packed or nil
  end
end
for name, form in pairs {
  u8 = "B", u16 = "=I2", u32 = "=I4", u64 = "=I8", s8 = "b", s16 = "=i2", s32 = "=i4", s64 = "=i8",
  be16 = ">I2", be32 = ">I4", be64 = ">I8",
} do
  number_type(name, form)
end
-- u64 is Lua's integer: values from 2^63 on are negative, as everywhere in Lua
write.u64 = function(value)
  value = math.tointeger(value)
  return value and pack("=i8", value)
end
read.u64 = function(bytes, first, last)
  if last - first ~= 7 then return nil end
  return (unpack("=i8", bytes, first))
end

function read.flag() return true end
function write.flag() return "" end

function read.bin(bytes, first, last) return sub(bytes, first, last) end
function write.bin(value) return type(value) == "string" and value or nil end

-- the kernel sends the terminating NUL for some strings and not for others
function read.z(bytes, first, last)
  local stop = bytes:find("\0", first, true)
  if not stop or stop > last then stop = last + 1 end
  return sub(bytes, first, stop - 1)
end
function write.z(value)
  value = tostring(value)
  return not value:find("\0", 1, true) and value .. "\0" or nil
end

function read.ip(bytes, first, last) return inet.text(sub(bytes, first, last)) end
function write.ip(value) return inet.bytes(value) end

function read.lladdr(bytes, first, last) return inet.hardware_text(sub(bytes, first, last)) end
function write.lladdr(value) return value == "" and "" or inet.hardware_bytes(value) end

-- Field by field, because older kernels send shorter structs and newer ones longer: what is
-- there is read.
function read.struct(bytes, first, last, entry)
  local order, value = entry[3], {}
  for i = 4, #entry, 2 do
    local form = order .. entry[i + 1]
    local next_first = first + string.packsize(form)
    if next_first - 1 > last then break end
    value[entry[i]] = unpack(form, bytes, first)
    first = next_first
  end
  return value
end
function write.struct(value, entry)
  local order, parts = entry[3], {}
  for i = 4, #entry, 2 do
    local ok, packed = pcall(pack, order .. entry[i + 1], value[entry[i]] or 0)
    if not ok then return nil end
    parts[#parts + 1] = packed
  end
  return table.concat(parts)
end

-- Forms that no other attribute has: the schema brings its own pair of pure functions.
function read.custom(bytes, first, last, entry) return entry.read(sub(bytes, first, last)) end
function write.custom(value, entry) return entry.write(value) end

return { read = read, write = write }
