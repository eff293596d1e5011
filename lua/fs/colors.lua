-- lua/fs/colors.lua - colours for files by kind, as LS_COLORS names them
--
-- Layer: library, pure but for the environment. Follows dir_colors(5).

local colors = {}

local DEFAULTS = "di=01;34:ln=01;36:pi=33:so=01;35:bd=01;33:cd=01;33:or=01;31:"
  .. "su=37;41:sg=30;43:tw=30;42:ow=34;42:st=37;44:ex=01;32"

local KEYS = {
  directory = "di", link = "ln", fifo = "pi", socket = "so", block = "bd", char = "cd",
  file = "fi",
}

--- Read LS_COLORS, or what is usual.
---@param text string? nil: the environment's
---@return fun(name: string, type: string, mode: integer?, broken: boolean?): string? code
---  the SGR parameters for a file; nil: none
function colors.reader(text)
  local codes, suffixes = {}, {}
  local given = text or os.getenv("LS_COLORS") or ""
  for _, list in ipairs { DEFAULTS, given } do
    for key, code in list:gmatch("([^=:]+)=([%d;]*)") do
      if key:sub(1, 1) == "*" then
        suffixes[key:sub(2):lower()] = code
      else
        codes[key] = code
      end
    end
  end
  local function key_of(name, type, mode, broken)
    if broken and codes["or"] then return codes["or"] end
    if type == "directory" and mode then
      local sticky, open = mode & 0x200 ~= 0, mode & 2 ~= 0
      if sticky and open then return codes.tw end
      if open then return codes.ow end
      if sticky then return codes.st end
    elseif type == "file" then
      if mode and mode & 0x800 ~= 0 then return codes.su end
      if mode and mode & 0x400 ~= 0 then return codes.sg end
      if mode and mode & 0x49 ~= 0 then return codes.ex end
      local suffix = next(suffixes) and name:match(".(%.[^.]*)$")
      if suffix and suffixes[suffix:lower()] then return suffixes[suffix:lower()] end
    end
    return codes[KEYS[type] or "fi"]
  end
  return function(name, type, mode, broken)
    local code = key_of(name, type, mode, broken)
    if code and code ~= "" and not code:find("^0+$") then return code end
  end
end

return colors
