-- proc/process.lua - the processes of the system, each read as far as it is asked
--
-- Layer: library; reads /proc. A process's fields (proc.stat's, and those below)
-- appear when they are used; what is gone meanwhile reads as empty. ps, pidof and
-- all that choose processes by name share it.

local S = require "syscall"
local folder = require "fs.dir"
local file = require "proc.file"
local stat = require "proc.stat"

local process = {}

local KERNEL_THREAD = 0x00200000 -- PF_KTHREAD in the flags of stat

---@class proc.Process : proc.Stat
---@field tid integer the thread's number; the pid's for a process
---@field dir string its folder in /proc
---@field argv string[] empty for kernel threads and zombies
---@field status table<string, string> lines of /proc/PID/status
---@field uid integer effective
---@field gid integer effective
---@field exe string? what it runs
---@field resident integer pages in memory
---@field cgroup string
---@field is_kernel boolean

local read = {}

function read.argv(p)
  local text = file.read(p.dir .. "/cmdline") or ""
  local argv = {}
  for word in text:gmatch("([^%z]*)%z") do argv[#argv + 1] = word end
  -- a process may have written a title over it, without any zero byte
  if #argv == 0 and text ~= "" then argv[1] = text end
  while #argv > 1 and argv[#argv] == "" do argv[#argv] = nil end
  return argv
end

function read.status(p)
  local lines = {}
  for name, value in (file.read(p.dir .. "/status") or ""):gmatch("([^:\n]+):[ \t]*([^\n]*)") do
    lines[name] = value
  end
  return lines
end

-- more exact than the count in stat, which may lag behind
function read.resident(p)
  local pages = (file.read(p.dir .. "/statm") or ""):match("^%d+ (%d+)")
  return math.tointeger(tonumber(pages)) or p.rss
end

local function ids(p, name)
  local list = {}
  for number in (p.status[name] or ""):gmatch("%d+") do
    list[#list + 1] = math.tointeger(tonumber(number))
  end
  return list
end

function read.uids(p) return ids(p, "Uid") end
function read.gids(p) return ids(p, "Gid") end
function read.uid(p) return p.uids[2] or 0 end
function read.gid(p) return p.gids[2] or 0 end
function read.exe(p)
  local path = S.readlink(p.dir .. "/exe")
  return path and path:gsub(" %(deleted%)$", "")
end
function read.is_kernel(p) return p.flags & KERNEL_THREAD ~= 0 end
function read.cgroup(p) return file.read(p.dir .. "/cgroup") or "" end
function read.environment(p)
  return ((file.read(p.dir .. "/environ") or ""):gsub("%z+$", ""):gsub("%z", " "))
end

local Process = {}

function Process.__index(p, name)
  local make = read[name]
  if not make then return nil end
  local value = make(p)
  rawset(p, name, value)
  return value
end

local function open(dir, tid)
  local text = file.read(dir .. "/stat")
  local p = text and stat.parse(text)
  if not p then return nil end
  p.tid, p.dir = tid, dir
  return setmetatable(p, Process)
end

--- One process.
---@param pid integer
---@return proc.Process? nil when there is none
function process.get(pid) return open("/proc/" .. pid, pid) end

local function numbers(path)
  local fd <close>, err = S.open(path, "rdonly,directory")
  if not fd then return nil, path .. ": " .. err end
  local list = {}
  for _, name in ipairs(folder.list(fd) or {}) do
    local number = math.tointeger(tonumber(name))
    if number then list[#list + 1] = number end
  end
  table.sort(list)
  return list
end

--- All processes, by number.
---@return proc.Process[]? list
---@return string? err
function process.list()
  local pids, err = numbers("/proc")
  if not pids then return nil, err end
  if #pids == 0 then return nil, "no processes in /proc: is it mounted?" end
  local list = {}
  for _, pid in ipairs(pids) do list[#list + 1] = process.get(pid) end
  return list
end

--- The threads of a process, by number.
---@param p proc.Process
---@return proc.Process[]
function process.threads(p)
  local list = {}
  for _, tid in ipairs(numbers(p.dir .. "/task") or {}) do
    local thread = open(p.dir .. "/task/" .. tid, tid)
    if thread then
      thread.pid = p.pid
      list[#list + 1] = thread
    end
  end
  return list
end

--- Does it run the program of this name or path? As pidof(8) decides: by what
--- it was called as, and by its file.
---@param p proc.Process
---@param name string
---@param scripts boolean? an interpreter's script counts, too
---@return boolean
function process.runs(p, name, scripts)
  local is_path = name:find("/", 1, true)
  local function same(word)
    if not word then return false end
    if is_path then return word == name end
    return word:match("[^/]*$") == name
  end
  local argv = p.argv
  local first = (argv[1] or ""):gsub("^%-", "") -- a login shell
  if same(first) or same(p.exe) then return true end
  -- a title of its own, as "nginx: master process"
  if not is_path and first:match("^([^%s/]+): ") == name then return true end
  if #argv == 0 or p.is_kernel then return not is_path and p.comm == name end
  if not scripts then return false end
  for i = 2, #argv do
    if argv[i]:sub(1, 1) ~= "-" then return same(argv[i]) end -- the first operand
  end
  return false
end

return process
