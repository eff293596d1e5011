-- runit/runsv.lua - supervise one service folder, and its log
--
-- Layer: library; calls S and loop. Follows runsv(8): ./run is started again a
-- second after it began at the earliest, ./finish CODE SIGNAL runs after it,
-- letters written to supervise/control command it. A folder ./log is a second
-- service that reads what the first one prints.

local S = require "syscall"
local loop = require "loop"
local status = require "runit.status"

local HOLD = 1 -- seconds between two starts
local SIGNALS = { p = "stop", c = "cont", h = "hup", a = "alrm", i = "int", q = "quit",
  ["1"] = "usr1", ["2"] = "usr2", t = "term", k = "kill" }

---@class runit.Service
---@field dir string "." or "log"
local Service = {}
Service.__index = Service

local function complain(self, ...) io.stderr:write("runsv ", self.name, ": ", ..., "\n") end

local function write_file(path, text)
  local file = io.open(path .. ".new", "w")
  if not file then return end
  file:write(text)
  file:close()
  S.rename(path .. ".new", path)
end

local function wall()
  local now = S.clock_gettime("realtime")
  return now.tv_sec + now.tv_nsec / 1e9
end

--- Tell sv, and whoever looks.
function Service:publish()
  local base = self.dir .. "/supervise/"
  local s = {
    since = self.since, pid = self.pid or 0, paused = self.paused, want = self.want,
    term = self.term, state = self.state,
  }
  write_file(base .. "status", status.encode(s))
  write_file(base .. "stat", status.text(s) .. "\n")
  write_file(base .. "pid", self.pid and self.pid .. "\n" or "")
end

function Service:enter(state, pid)
  self.state, self.pid, self.since = state, pid, wall()
  if state ~= "run" then self.paused = false end
  self.term = false
  self:publish()
end

local function executable(path)
  local st = S.stat(path)
  return st and st.isreg and S.access(path, "x")
end

--- Start a script of the folder; it is waited for in a task of its own.
function Service:spawn(state, argv)
  argv.path, argv.cwd, argv.fds = argv[1], self.dir, self.fds
  local pid, pidfd = S.spawn(argv)
  if not pid then
    complain(self, "unable to start ", argv[1], ": ", tostring(pidfd))
    return false
  end
  self.started = loop.now()
  self:enter(state, pid)
  loop.spawn(function()
    local ended = loop.child(pid)
    self.queue:put { ended = ended or true, pid = pid }
  end)
  return true
end

--- ./control/LETTER may do it in our stead: it exits 0 then.
function Service:control(letter)
  local script = self.dir .. "/control/" .. letter
  if not executable(script) then return false end
  local pid = S.spawn { "control/" .. letter, path = "control/" .. letter, cwd = self.dir }
  local ended = pid and loop.child(pid)
  return ended and ended.EXITSTATUS == 0
end

function Service:signal(letter)
  if self.state ~= "run" then return end
  if letter == "p" then self.paused = true end
  if letter == "c" then self.paused = false end
  if letter == "t" then self.term = true end
  if not self:control(letter) then S.kill(self.pid, SIGNALS[letter]) end
  self:publish()
end

function Service:command(letter)
  if letter == "u" then
    self.want, self.once = "up", false
  elseif letter == "o" then
    self.want, self.once = "down", self.state == "down"
  elseif letter == "d" or letter == "x" then
    self.once = false
    if letter == "x" then
      if self.is_log then return end
      self.exit = true
    end
    self.want = "down"
    self:signal "t"
    self:signal "c"
  elseif SIGNALS[letter] then
    self:signal(letter)
  end
  self:publish()
end

function Service:ended(ended)
  if self.state == "run" then
    local code = ended ~= true and ended.EXITSTATUS or -1
    local signal = ended ~= true and ended.TERMSIG or 0
    if executable(self.dir .. "/finish") and
        self:spawn("finish", { "./finish", tostring(code), tostring(signal) }) then
      return
    end
  end
  self:enter("down", nil)
end

--- Until `x` was asked for and it is down.
function Service:run()
  local not_before = 0
  while true do
    local deadline
    if self.state == "down" then
      if self.exit or self.finished then return end
      if self.want == "up" or self.once then
        deadline = not_before
        if loop.now() >= not_before then
          not_before = loop.now() + HOLD
          self.once = false
          deadline = not self:spawn("run", { "./run" }) and not_before or nil
        end
      end
    end
    local event = self.queue:get(deadline)
    if event and event.ended and event.pid == self.pid then
      self:ended(event.ended)
    elseif event and event.letter then
      self:command(event.letter)
    end
  end
end

local function fifo(path)
  S.mkfifo(path, "0600")
  return S.open(path, "rdwr, nonblock, cloexec")
end

--- Make the supervise folder; nil, err when another runsv has it.
local function new(dir, name)
  local self = setmetatable({
    dir = dir, name = name, state = "down", want = "up", since = wall(), queue = loop.queue(),
    is_log = dir ~= ".",
  }, Service)
  local base = dir .. "/supervise"
  S.mkdir(base, "0700")
  local err, ok
  self.lock, err = S.open(base .. "/lock", "wronly, creat, append, cloexec", "0600")
  if not self.lock then return nil, base .. "/lock: " .. tostring(err) end
  ok, err = S.flock(self.lock, "ex, nb")
  if not ok then return nil, base .. "/lock: " .. tostring(err) end
  self.ok = fifo(base .. "/ok")
  self.fifo, err = fifo(base .. "/control")
  if not self.ok or not self.fifo then return nil, base .. "/control: " .. tostring(err) end
  if S.stat(dir .. "/down") then self.want = "down" end
  self:publish()
  loop.spawn(function()
    while true do
      local letters = loop.read(self.fifo, 64)
      for letter in (letters or ""):gmatch(".") do self.queue:put { letter = letter } end
      if not letters then return end
    end
  end)
  return self
end

local runsv = {}

--- Supervise the service in the present folder until it is told to exit.
---@param name string for messages
---@return integer status 0, 111 when it cannot begin
function runsv.run(name)
  local code = 0
  loop.run(function()
    local main, err = new(".", name)
    if not main then
      io.stderr:write("runsv ", name, ": fatal: ", err, "\n")
      code = 111
      return
    end
    local log, logger
    local st = S.stat("log")
    if st and st.isdir then
      log, err = new("log", name .. "/log")
      if not log then
        complain(main, err)
        code = 111
        return
      end
      local _, _, r, w = assert(S.pipe2("cloexec"))
      main.fds = { [0] = 0, [1] = w, [2] = 2 }
      log.fds = { [0] = r, [1] = 1, [2] = 2 }
      main.output = w
      logger = loop.spawn(log.run, log)
    end
    local signals = loop.signals "term"
    loop.spawn(function()
      while signals:wait() do main.queue:put { letter = "x" } end
    end)
    main:run()
    if log then
      -- Its input ends: it may finish what it has.
      main.output:close()
      log.finished, log.want = true, "down"
      log.queue:put {}
      logger:join()
    end
    S._exit(0)
  end)
  return code
end

return runsv
