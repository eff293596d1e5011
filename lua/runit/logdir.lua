-- runit/logdir.lua - a folder of log files that svlogd writes
--
-- Layer: library; calls S. Follows svlogd(8): `current` is rotated to @TAI64N.s
-- when it is larger than `s` bytes or older than `t` seconds, `n` old ones are
-- kept, `+` and `-` lines of `config` select messages, `e` and `E` those that go
-- to standard error as well, `u` and `U` those that are sent by UDP.

local S = require "syscall"
local dir = require "fs.dir"

local logdir = {}

local TAI = 4611686018427387914

local SYSLOG = 514

--- A svlogd pattern: `*` is anything up to the character that follows it, `+` one or more of that.
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
    elseif c == "+" and i < #pattern then
      i = i + 1
      out[#out + 1] = pattern:sub(i, i):gsub("%W", "%%%0") .. "+"
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
---@field least integer of these stay when the disk is full
---@field seconds integer
---@field prefix string
---@field processor string?
---@field rules { keep: boolean, pattern: string }[]
---@field alerts { keep: boolean, pattern: string }[] what goes to standard error
---@field address { host: string, port: integer, only: boolean }? where messages are sent

--- Read a config file's text; lines it does not know are left out, as svlogd does.
---@param text string
---@return runit.LogConfig
function logdir.config(text)
  local config = { size = 1000000, keep = 10, least = 0, seconds = 0, prefix = "", rules = {},
    alerts = {} }
  for line in text:gmatch("[^\n]+") do
    local key, value = line:sub(1, 1), line:sub(2)
    local number = math.tointeger(tonumber(value:match("^%d+")))
    if key == "s" and number then config.size = number
    elseif key == "n" and number then config.keep = number
    elseif key == "N" and number then config.least = number
    elseif key == "t" and number then config.seconds = number
    elseif key == "p" then config.prefix = value
    elseif key == "!" and value ~= "" then config.processor = value
    elseif key == "+" or key == "-" then
      table.insert(config.rules, { keep = key == "+", pattern = logdir.pattern(value) })
    elseif key == "e" or key == "E" then
      table.insert(config.alerts, { keep = key == "e", pattern = logdir.pattern(value) })
    elseif key == "u" or key == "U" then
      local host, port = value:match("^([%d.]+):?(%d*)$")
      config.address = host and { host = host, port = math.tointeger(tonumber(port)) or SYSLOG,
        only = key == "U" }
    end
  end
  return config
end

--- What the rules say of a message: the last one that fits does.
---@param rules { keep: boolean, pattern: string }[]
---@param line string
---@param keep boolean without any
function logdir.selects(rules, line, keep)
  for _, rule in ipairs(rules) do
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
  S.fchmod(self.file, "0644")
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

--- Let a command rewrite a file that was finished: stdin to stdout. What it writes to descriptor
--- 5, the next one reads from descriptor 4.
function Log:process(name)
  local from, state = self.path .. "/" .. name, self.path .. "/state"
  local input <close> = S.open(from, "rdonly, cloexec")
  local output <close> = S.open(from .. ".t", "wronly, creat, trunc, cloexec", "0644")
  local old <close> = S.open(state, "rdonly, creat, cloexec", "0644")
  local new <close> = S.open(self.path .. "/newstate", "wronly, creat, trunc, cloexec", "0644")
  if not (input and output and old and new) then return end
  local pid = S.spawn {
    "sh", "-c", self.config.processor, path = "/bin/sh", cwd = self.path,
    fds = { [0] = input, [1] = output, [2] = 2, [4] = old, [5] = new },
  }
  local _, _, ended = S.waitpid(pid or 0)
  if ended and ended.EXITSTATUS == 0 then
    S.rename(self.path .. "/newstate", state)
    S.chmod(from .. ".t", "0744")
    S.rename(from .. ".t", from)
  else
    S.unlink(from .. ".t")
  end
end

--- The file is complete: tai64nlog(8) and friends look for its mode.
function Log:close()
  S.fsync(self.file)
  self.file:close()
  S.chmod(self.path .. "/current", "0744")
end

function Log:rotate()
  if self.size == 0 then return end
  local now = S.clock_gettime("realtime")
  local name = "@" .. logdir.tai64n(now.tv_sec, now.tv_nsec) .. ".s"
  self:close()
  S.rename(self.path .. "/current", self.path .. "/" .. name)
  if self.config.processor then self:process(name) end
  local old = self:old_files()
  if self.config.keep > 0 then
    for i = 1, #old - self.config.keep do S.unlink(self.path .. "/" .. old[i]) end
  end
  self:current()
end

--- Send a message to the address of the configuration: nobody knows whether it arrives.
function Log:send(text)
  local address = self.config.address
  self.socket = self.socket or S.socket("inet", "dgram, cloexec, nonblock")
  if self.socket then
    self.socket:sendto(text, nil, 0, S.t.sockaddr_in(address.port, address.host))
  end
end

--- Append it, or lose it: a full disk loses lines, not the logger.
function Log:append(text)
  local ok, err = self.file:write(text)
  local old = not ok and err.NOSPC and self.config.least > 0 and self:old_files() or {}
  if #old > self.config.least then
    S.unlink(self.path .. "/" .. old[1])
    ok = self.file:write(text)
  end
  if ok then self.size = self.size + #text end
end

--- What becomes of a message is decided by its first `length` characters.
function Log:begin(line, stamp, length)
  local config, head = self.config, line:sub(1, length)
  self.wanted = logdir.selects(config.rules, head, true)
  if config.alerts[1] and logdir.selects(config.alerts, head, false) then
    io.stderr:write(stamp, config.prefix, head, #line > length and "...\n" or "\n")
  end
  if config.address and self.wanted then
    self:send(config.prefix .. head)
    self.wanted = not config.address.only
  end
end

---@class runit.Piece of what came: a line, or of a very long one its beginning, middle or end
---@field text string
---@field first boolean
---@field last boolean

---@param pieces runit.Piece[]
---@param stamp string
---@param length integer
function Log:write(pieces, stamp, length)
  for _, piece in ipairs(pieces) do
    local text = piece.text
    if piece.first then
      self:begin(text, stamp, length)
      text = stamp .. self.config.prefix .. text
    end
    if piece.last then text = text .. "\n" end
    if self.wanted then
      if piece.first and self.config.size > 0 and self.size > 0 and
          self.size + #text > self.config.size then
        self:rotate()
      end
      self:append(text)
    end
  end
  if self.config.seconds > 0 and
      S.clock_gettime("monotonic").time - self.began >= self.config.seconds then
    self:rotate()
  end
end

function Log:reload() self.config = read_config(self.path) end

return logdir
