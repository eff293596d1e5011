-- applets/echo.lua - write arguments
--
-- Layer: applet. POSIX echo, with the options of busybox and GNU: -n, -e, -E.
-- An argument that is not made of these letters alone is text.

local ESCAPES = {
  a = "\a", b = "\b", e = "\27", f = "\f", n = "\n", r = "\r", t = "\t", v = "\v", ["\\"] = "\\",
}

--- The text with its escapes replaced, and whether \c ended all output.
local function expand(text)
  local parts = {}
  local at = 1
  while true do
    local stop = text:find("\\", at, true)
    parts[#parts + 1] = text:sub(at, stop and stop - 1)
    if not stop then return table.concat(parts), false end
    local c = text:sub(stop + 1, stop + 1)
    local digits
    if c == "c" then return table.concat(parts), true end
    if c:find("^[0-7]") then -- POSIX' \0NNN, and \NNN as GNU and busybox have it
      digits = text:match(c == "0" and "^[0-7]?[0-7]?[0-7]?" or "^[0-7]?[0-7]?", stop + 2)
      parts[#parts + 1] = string.char(tonumber(c .. digits, 8) & 0xff)
    elseif c == "x" and text:match("^%x", stop + 2) then
      digits = text:match("^%x%x?", stop + 2)
      parts[#parts + 1] = string.char(tonumber(digits, 16))
    else
      parts[#parts + 1] = ESCAPES[c] or "\\" .. c
    end
    at = stop + 2 + #(digits or "")
  end
end

local applet = {
  summary = "write arguments to standard output",
  usage = "[-neE] [TEXT]...",
  raw = true,
  options = {
    { "n", help = "no newline at the end" },
    { "e", help = "interpret backslash escapes" },
    { "E", help = "do not interpret them (default)" },
  },
}

function applet.run(_, args)
  local newline, escapes = "\n", false
  local first = 1
  while args[first] and args[first]:find("^%-[neE]+$") do
    for letter in args[first]:gmatch("[neE]") do
      if letter == "n" then
        newline = ""
      else
        escapes = letter == "e"
      end
    end
    first = first + 1
  end
  local text = table.concat(args, " ", first)
  if escapes then
    local ended
    text, ended = expand(text)
    if ended then newline = "" end
  end
  io.write(text, newline)
  return true
end

return applet
