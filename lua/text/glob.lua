-- lua/text/glob.lua - file name patterns: * ? [a-z]
--
-- Layer: library, pure. Follows POSIX XCU 2.14 without the special cases for
-- slashes and leading dots: what fnmatch(3) does with no flags.

local glob = {}

-- A bracket expression at position at (behind "["); nil when it is not closed.
local function bracket(pattern, at)
  local set = { "[" }
  if pattern:find("^[!^]", at) then
    set[2], at = "^", at + 1
  end
  local first = true
  while true do
    local class, after = pattern:match("^%[:(%a+):%]()", at)
    if class then
      local name = ({
        alpha = "%a", digit = "%d", alnum = "%w", upper = "%u", lower = "%l", space = "%s",
        punct = "%p", cntrl = "%c", xdigit = "%x", blank = " \t", print = "\32-\126",
        graph = "\33-\126",
      })[class]
      if not name then return nil end
      set[#set + 1], at = name, after
    else
      local char = pattern:sub(at, at)
      if char == "" then return nil end
      if char == "]" and not first then break end
      if char == "\\" and at < #pattern then
        at = at + 1
        char = pattern:sub(at, at)
      end
      at = at + 1
      local last, behind = pattern:match("^%-([^%]])()", at)
      if last then
        -- % before a letter or digit would be a class, and ranges take no escapes
        set[#set + 1], at = char .. "-" .. last, behind
      else
        set[#set + 1] = char:find("%w") and char or "%" .. char
      end
    end
    first = false
  end
  return table.concat(set) .. "]", at + 1
end

--- Translate a file name pattern into an anchored Lua pattern.
---@param pattern string
---@return string
function glob.to_pattern(pattern)
  local out, at = { "^" }, 1
  while at <= #pattern do
    local char = pattern:sub(at, at)
    at = at + 1
    if char == "*" then
      if out[#out] ~= ".*" then out[#out + 1] = ".*" end
    elseif char == "?" then
      out[#out + 1] = "."
    else
      local set, after
      if char == "[" then set, after = bracket(pattern, at) end
      if set then
        out[#out + 1], at = set, after
      else
        if char == "\\" and at <= #pattern then
          char, at = pattern:sub(at, at), at + 1
        end
        out[#out + 1] = char:find("%w") and char or "%" .. char
      end
    end
  end
  out[#out + 1] = "$"
  return table.concat(out)
end

--- Does a name match?
---@param pattern string
---@param name string
---@return boolean
function glob.match(pattern, name)
  return name:find(glob.to_pattern(pattern)) ~= nil
end

return glob
