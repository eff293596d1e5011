-- text/quote.lua - names as they may be shown
--
-- Layer: library. Names of files, processes and hosts are bytes that anyone
-- chose: on a terminal their control bytes would be commands to it.

local S = require "syscall"

local quote = {}

local ESCAPES = { ["\n"] = "\\n", ["\t"] = "\\t", ["\r"] = "\\r", ["\27"] = "\\e" }

local function escape(c) return ESCAPES[c] or ("\\x%02x"):format(c:byte()) end

--- The text with control bytes written as escapes, always.
---@param text string
---@return string
function quote.plain(text)
  if not text:find("[\0-\31\127\128-\159]") then return text end
  text = text:gsub("[\0-\31\127]", escape)
  if utf8.len(text) then -- C1 controls, as UTF-8 has them
    return (text:gsub("\xc2[\x80-\x9f]", function(c) return escape(c:sub(2)) end))
  end
  return (text:gsub("[\x80-\xff]", escape))
end

local function hexadecimal(bytes)
  return (bytes:gsub(".", function(c) return ("\\x%02x"):format(c:byte()) end))
end

--- The line with every byte that is not printable UTF-8 written as \xNN, always. Tabs stay.
---@param text string
---@return string
function quote.line(text)
  if not text:find("[\0-\8\10-\31\127-\255]") then return text end
  local parts, from = {}, 1
  while from <= #text do
    local _, bad = utf8.len(text, from)
    local good = text:sub(from, bad and bad - 1):gsub("[\0-\8\10-\31\127]", hexadecimal)
    good = good:gsub("\xc2[\x80-\x9f]", hexadecimal) -- C1 controls
    parts[#parts + 1] = good
    if not bad then break end
    parts[#parts + 1] = hexadecimal(text:sub(bad, bad))
    from = bad + 1
  end
  return table.concat(parts)
end

local is_terminal = {}

--- Is the stream a terminal? Asked once.
---@param stream file* io.stdout or io.stderr
---@return boolean
function quote.is_terminal(stream)
  local fd = stream == io.stderr and 2 or 1
  if is_terminal[fd] == nil then is_terminal[fd] = S.isatty(fd) and true or false end
  return is_terminal[fd]
end

--- The text as it may be written to a stream: escaped when that is a terminal.
---@param text string
---@param stream file*? io.stdout
---@return string
function quote.terminal(text, stream)
  if quote.is_terminal(stream or io.stdout) then return quote.plain(text) end
  return text
end

return quote
