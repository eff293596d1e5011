-- runit/logdir.lua - a folder of log files that svlogd writes
--
-- Layer: library; calls S. Follows svlogd(8): `current` is rotated to @TAI64N.s
-- when it is larger than `s` bytes or older than `t` seconds, `n` old ones are
-- kept, `+` and `-` lines of `config` select messages.

local S = require "syscall"
local dir = require "fs.dir"

local logdir = {}

local TAI = 4611686018427387914

--- A svlogd pattern: `*` is anything up to the character that follows it.
---@param pattern string
---@return string Lua pattern
function logdir.pattern(pattern)
  local out = { "^" }
  local i = 1
  while i <= #pattern do
    local c = pattern:sub(i, i)
    if c == "*" then
      local next_one = pattern:sub(i + 1, i + 1)
      out[#out + 1] = next_one == "" and ".*" or "[^" .. next_one:gsub("%W", "%%%0") .. "]*"
    else
      out[#out + 1] = c:gsub("%W", "%%%0")
    end
    i = i + 1
  end
  return table.concat(out) .. "$"
end

---@class runit.LogConfig
---@field size integer
---@field keep integer
---@field seconds integer
---@field prefix string
---@field processor string?
---@field rules { keep: boolean, pattern: string }[]

--- Read a config file's text; lines it does not know are left out, as svlogd does.
---@param text string
---@return runit.LogConfig
function logdir.config(text)
  local config = { size = 1000000, keep = 10, seconds = 0, prefix = "", rules = {} }
  for line in text:gmatch("[^\n]+") do
    local key, value = line:sub(1, 1), line:sub(2)
    local number = math.tointeger(tonumber(value:match("^%d+")))
    if key == "s" and number then config.size = number
    elseif key == "n" and number then config.keep = number
    elseif key == "t" and number then config.seconds = number
    elseif key == "p" then config.prefix = value
    elseif key == "!" and value ~= "" then config.processor = value
    elseif key == "+" or key == "-" then
      table.insert(config.rules, { keep = key == "+", pattern = logdir.pattern(value) })
    end
  end
  return config
end

--- Is a line to be written?
---@param config runit.LogConfig
---@param line string
function logdir.selects(config, line)
  local keep = true
  for _, rule in ipairs(config.rules) do
    if line:find(rule.pattern) then keep = rule.keep end
  end
  return keep
end

--- The time as TAI64N in hexadecimal, without the "@".
---@param seconds integer since 1970
---@param nano integer
---@return string
function logdir.tai64n(seconds, nano) return ("%016x%08x"):format(TAI + seconds, nano) end

-- ---- the folder ----

local Log = {}
Log.__index = Log

local function read_config(path)
  local file = io.open(path .. "/config")
  local text = file and file:read("a") or ""
  if file then file:close() end
  return logdir.config(text)
end

---@param path string
---@return table? log
---@return S.Error|string|nil err
function logdir.open(path)
  local self = setmetatable({ path = path, config = read_config(path) }, Log)
  local lock, ok, err
  lock, err = S.open(path .. "/lock", "wronly, creat, append, cloexec", "0600")
  if not lock then return nil, err end
  self.lock = lock
  ok, err = S.flock(lock, "ex, nb")
  if not ok then return nil, err end
  ok, err = self:current()
  if not ok then return nil, err end
  return self
end

function Log:current()
  local err
  self.file, err = S.open(self.path .. "/current", "wronly, creat, append, cloexec", "0644")
  if not self.file then return nil, err end
  local st = self.file:stat()
  self.size = st.st_size
  self.began = S.clock_gettime("monotonic").time
  return true
end

function Log:old_files()
  local fd = S.open(self.path, "rdonly, directory, cloexec")
  if not fd then return {} end
  local names = {}
  for _, name in ipairs(dir.list(fd) or {}) do
    if name:find("^@%x+%.[su]$") then names[#names + 1] = name end
  end
  fd:close()
  table.sort(names)
  return names
end

--- Let a command rewrite a file that was finished: stdin to stdout.
function Log:process(name)
  local from = self.path .. "/" .. name
  local input = S.open(from, "rdonly, cloexec")
  local output = input and S.open(from .. ".t", "wronly, creat, trunc, cloexec", "0644")
  if not output then return end
  local pid = S.spawn {
    "sh", "-c", self.config.processor, path = "/bin/sh", cwd = self.path,
    fds = { [0] = input, [1] = output, [2] = 2 },
  }
  input:close()
  output:close()
  local _, _, ended = S.waitpid(pid or 0)
  if ended and ended.EXITSTATUS == 0 then
    S.rename(from .. ".t", from)
  else
    S.unlink(from .. ".t")
  end
end

function Log:rotate()
  if self.size == 0 then return end
  local now = S.clock_gettime("realtime")
  local name = "@" .. logdir.tai64n(now.tv_sec, now.tv_nsec) .. ".s"
  S.fsync(self.file)
  self.file:close()
  S.chmod(self.path .. "/current", "0744") -- complete: tai64nlog(8) and friends look for that
  S.rename(self.path .. "/current", self.path .. "/" .. name)
  if self.config.processor then self:process(name) end
  local old = self:old_files()
  if self.config.keep > 0 then
    for i = 1, #old - self.config.keep do S.unlink(self.path .. "/" .. old[i]) end
  end
  self:current()
end

--- Write whole lines, each with its newline.
---@param lines string[]
---@param stamp string
function Log:write(lines, stamp)
  for _, line in ipairs(lines) do
    if logdir.selects(self.config, line) then
      local text = stamp .. self.config.prefix .. line .. "\n"
      if self.config.size > 0 and self.size > 0 and self.size + #text > self.config.size then
        self:rotate()
      end
      -- a full disk loses lines, not the logger
      if self.file:write(text) then self.size = self.size + #text end
    end
  end
  if self.config.seconds > 0 and
      S.clock_gettime("monotonic").time - self.began >= self.config.seconds then
    self:rotate()
  end
end

function Log:reload() self.config = read_config(self.path) end

return logdir
