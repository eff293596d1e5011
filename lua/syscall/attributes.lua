-- syscall/attributes.lua - extended attributes as a table: S.xattr, S.lxattr, S.fxattr
--
-- Layer: library, behind S; calls S.

local S = require "syscall"

local attributes = {}

local function for_kind(prefix)
  local list, get = prefix .. "listxattr", prefix .. "getxattr"
  local set, remove = prefix .. "setxattr", prefix .. "removexattr"

  --- The attributes of a file, or, with a table of them, make them equal to it: those that are
  --- not in it are removed. What fails for one of them (system attributes) is passed over; what
  --- was or is as wanted is taken out of the table, so that the rest is what could not be set.
  ---@param file string|S.fd
  ---@param wanted table<string, string>?
  ---@return table<string, string>|true|nil
  ---@return S.Error? err
  return function(file, wanted)
    local names, err = S[list](file)
    if not names then return nil, err end
    if not wanted then
      local values = {}
      for _, name in ipairs(names) do values[name] = S[get](file, name) end
      return values
    end
    for _, name in ipairs(names) do
      local value = wanted[name]
      if value == nil then
        S[remove](file, name)
      elseif S[get](file, name) == value or S[set](file, name, value, "replace") then
        wanted[name] = nil
      end
    end
    local rest = {}
    for name in pairs(wanted) do rest[#rest + 1] = name end
    for _, name in ipairs(rest) do
      if S[set](file, name, wanted[name]) then wanted[name] = nil end
    end
    return true
  end
end

attributes.xattr, attributes.lxattr, attributes.fxattr =
  for_kind "", for_kind "l", for_kind "f"

return attributes
