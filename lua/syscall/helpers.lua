-- syscall/helpers.lua - small functions that programs borrow from ljsyscall's insides
--
-- Layer: library, pure functions.

local helpers = {}

--- assert for results of S: raises the error's text, and leaves out what says no more than
--- that all went well (true, and the nil in the place of an error).
function helpers.assert(ok, err, ...)
  if not ok then error(tostring(err or "assertion failed"), 2) end
  if ok == true then return ... end
  if type(ok) == "function" then return ok, err, ... end -- an iterator's three values
  return ok, ...
end

--- The number that octal digits stand for.
function helpers.octal(digits) return tonumber(digits, 8) end

--- The pieces of text between delimiters; none of an empty text.
---@param delimiter string a pattern; "" splits nothing
---@param text string
---@return string[]
function helpers.split(delimiter, text)
  if delimiter == "" then return { text } end
  local pieces, at = {}, 1
  while #text > 0 do
    local first, last = text:find(delimiter, at)
    pieces[#pieces + 1] = text:sub(at, first and first - 1)
    if not first then break end
    at = last + 1
  end
  return pieces
end

--- Text without blanks around it.
function helpers.trim(text) return text:match("^%s*(.-)%s*$") end

-- A number's bytes in network order, read as the machine's own, and back.
local function swapper(size)
  local host, network, mask = "=I" .. size, ">I" .. size, (1 << size * 8) - 1
  return function(n)
    return (string.unpack(host, string.pack(network, math.tointeger(n) & mask)))
  end
end

helpers.htons, helpers.htonl = swapper(2), swapper(4)
helpers.ntohs, helpers.ntohl = helpers.htons, helpers.htonl

local function to_c(value)
  if value == nil or value == false or value == 0 then return 0 end
  if value == true or value == 1 then return 1 end
end

--- 0 or 1 of a boolean, nil, 0 or 1: called, or indexed.
helpers.booltoc = setmetatable({}, {
  __call = function(_, value) return to_c(value) end,
  __index = function(_, value) return to_c(value) end,
})

--- Is a number of C true?
function helpers.ctobool(n) return tonumber(n) ~= 0 end

--- Quotient and remainder.
function helpers.divmod(a, b) return a // b, a % b end

--- The next multiple of a power of two.
function helpers.align(n, to) return (n + to - 1) & ~(to - 1) end

--- The number of an fd object, or the number itself.
function helpers.getfd(fd) return type(fd) == "number" and fd or fd:getfd() end

return helpers
