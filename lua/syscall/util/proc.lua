-- syscall/util/proc.lua - /proc/PID as an object
--
-- Layer: library, behind S.util; calls S.

local S = require "syscall"
local files = require "syscall.util.files"

local proc = {}

local LIMIT = 4096 -- bytes of a file: what one read of most of them gives

local Process = {}

--- A file's content, a link's target, a directory's names; nil for what is not there.
function Process.__index(process, name)
  local path = rawget(process, "dir") .. tostring(name)
  local st = S.lstat(path)
  if not st then return nil end
  if st.islnk then return S.readlink(path) end
  if st.isdir then return files.dirtable(path, true) end
  return files.readfile(path, nil, LIMIT)
end

function Process.__tostring(process)
  local words = process.cmdline
  if words and words ~= "" then
    words = words:gsub("%z+$", ""):gsub("%z", " ")
  else
    words = "[" .. (process.comm or ""):gsub("\n$", "") .. "]"
  end
  return process.pid .. "  " .. words
end

--- A process, whose fields are the files in its directory of /proc.
---@param pid integer? this process
---@return table process
function proc.proc(pid)
  pid = pid or S.getpid()
  return setmetatable({ pid = pid, dir = "/proc/" .. pid .. "/" }, Process)
end

local Processes = {}

function Processes.__tostring(processes)
  local lines = {}
  for i, process in ipairs(processes) do lines[i] = tostring(process) end
  return table.concat(lines, "\n")
end

--- All processes, by number.
---@return table[]? processes
---@return S.Error? err
function proc.ps()
  local names, err = files.dirtable("/proc", true)
  if not names then return nil, err end
  local processes = {}
  for _, name in ipairs(names) do
    local pid = name:match("^%d+$")
    if pid then processes[#processes + 1] = proc.proc(math.tointeger(tonumber(pid))) end
  end
  table.sort(processes, function(a, b) return a.pid < b.pid end)
  return setmetatable(processes, Processes)
end

return proc
