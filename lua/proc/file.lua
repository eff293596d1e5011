-- proc/file.lua - the whole text of a small file that the kernel makes
--
-- Layer: library; calls S. Files of /proc and /sys have no size and are made
-- when they are read: so they are read in few, large pieces.

local S = require "syscall"

local file = {}

local PIECE = 65536

--- The file's text.
---@param path string
---@return string? text
---@return S.Error? err
function file.read(path)
  local fd <close>, err = S.open(path, "rdonly")
  if not fd then return nil, err end
  local text, rest
  text, err = S.read(fd, nil, PIECE)
  if not text then return nil, err end
  if #text < 4096 then return text end -- the kernel fills a page when it has more
  local parts = { text }
  repeat
    rest, err = S.read(fd, nil, PIECE)
    if not rest then return nil, err end
    parts[#parts + 1] = rest
  until rest == ""
  return table.concat(parts)
end

--- The file's first line without its newline: a value in /sys.
---@param path string
---@return string? line
---@return S.Error? err
function file.line(path)
  local text, err = file.read(path)
  if not text then return nil, err end
  return (text:match("^[^\n]*"))
end

return file
