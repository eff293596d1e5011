-- lua/text/locale.lua - whether text is UTF-8 in this environment
--
-- Layer: library. Follows the order of POSIX XBD 8.2: LC_ALL, LC_CTYPE, LANG.
-- Nothing else of a locale is used: orders and messages are those of POSIX.

local locale = {}

--- Are characters UTF-8 sequences rather than bytes?
---@return boolean
function locale.is_utf8()
  for _, name in ipairs { "LC_ALL", "LC_CTYPE", "LANG" } do
    local value = os.getenv(name)
    if value and value ~= "" then return value:lower():find("utf%-?8") ~= nil end
  end
  return false
end

return locale
