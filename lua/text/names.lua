-- lua/text/names.lua - ways to write file names: for shells, C, or as they are
--
-- Layer: library, pure. Follows GNU's --quoting-style (ls, du).

local names = {}

local C_ESCAPES = {
  ["\a"] = "\\a", ["\b"] = "\\b", ["\f"] = "\\f", ["\n"] = "\\n", ["\r"] = "\\r",
  ["\t"] = "\\t", ["\v"] = "\\v", ["\\"] = "\\\\", ['"'] = '\\"',
}

local function octal(char) return ("\\%03o"):format(char:byte()) end

local function c_escape(char) return C_ESCAPES[char] or octal(char) end

-- Bytes of well-formed UTF-8 are shown as they are; others are not characters.
local function not_shown(name)
  return utf8.len(name) and "[%c\127]" or "[%c\127-\255]"
end

--- As a shell reads it back; plain names stay plain. Control bytes become $'\n'.
---@param name string
---@return string
function names.shell(name)
  if name:find("^[%w_./+,:@%%%-\128-\255]+$") and utf8.len(name) then return name end
  if name == "" then return "''" end
  if not name:find(not_shown(name)) then
    if name:find("'", 1, true) then
      if not name:find('["$`\\!]') then return '"' .. name .. '"' end
      return "'" .. name:gsub("'", "'\\''") .. "'"
    end
    -- # and ~ matter at the beginning alone, { } and ] not at all
    local plain = not name:find('[%s|&;<>()$`\\"*?%[=!^]') and not name:find("^[#~]")
    if plain then return name end
    return "'" .. name .. "'"
  end
  local out = name:gsub("'", "'\\''"):gsub(not_shown(name) .. "+", function(run)
    return "'$'" .. run:gsub(".", function(char) return C_ESCAPES[char] or octal(char) end) .. "''"
  end)
  return (("'" .. out .. "'"):gsub("''$", ""))
end

--- In double quotes, as C writes it (ls -Q).
---@param name string
---@return string
function names.c(name)
  return '"' .. name:gsub('["\\]', c_escape):gsub(not_shown(name), c_escape) .. '"'
end

--- With backslashes, without quotes (ls -b).
---@param name string
---@return string
function names.escape(name)
  return (name:gsub("[\\ ]", { ["\\"] = "\\\\", [" "] = "\\ " }):gsub(not_shown(name), c_escape))
end

--- Question marks for what cannot be shown (ls -q).
---@param name string
---@return string
function names.hide(name)
  return (name:gsub(not_shown(name), "?"))
end

--- As they are (ls -N): only for files and pipes.
---@param name string
---@return string
function names.literal(name) return name end

return names
