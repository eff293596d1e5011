-- ifupdown/run.lua - steps done, and the state of interfaces kept
--
-- Layer: library of ifup; calls S. Our commands run as children; lines of the user's by /bin/sh, as
-- interfaces(5) says, with its environment.

local S = require "syscall"
local file = require "proc.file"

local run = {}

local PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
local SCRIPTS = { ["pre-up"] = "if-pre-up.d", ["post-up"] = "if-up.d", ["pre-down"] = "if-down.d",
  ["post-down"] = "if-post-down.d" }
local RELEASE = 0.2 -- seconds in which a DHCP client gives its lease back
local LAST_WORDS = 2 -- and in which it ends

--- What the user's commands are told.
---@param stanza ifupdown.Stanza
---@param device string
---@param mode "start"|"stop"
---@param phase string
---@param verbose boolean?
---@return string[] environment
function run.environment(stanza, device, mode, phase, verbose)
  local list = { PATH, "IFACE=" .. device, "LOGICAL=" .. stanza.name, "ADDRFAM=" .. stanza.family,
    "METHOD=" .. stanza.method, "MODE=" .. mode, "PHASE=" .. phase,
    "VERBOSITY=" .. (verbose and "1" or "0") }
  local seen = {}
  for _, option in ipairs(stanza.options) do
    local name = "IF_" .. option[1]:upper():gsub("[^%w]", "_")
    if not seen[name] then
      seen[name] = true
      list[#list + 1] = name .. "=" .. option[2]
    end
  end
  return list
end

local function wait(spec)
  local pid, err = S.spawn(spec)
  if not pid then return nil, ("%s: %s"):format(spec.path, tostring(err)) end
  local _, _, status = S.waitpid(pid)
  return status and status.EXITSTATUS or 255
end

local function run_scripts(phase, environment, directory)
  local path = directory .. "/" .. SCRIPTS[phase]
  local fd <close> = S.open(path, "rdonly, directory")
  local names = fd and require("fs.dir").list(fd) or {}
  table.sort(names)
  for _, name in ipairs(names) do
    -- run-parts(8): no backups, no packages' leftovers
    if name:find("^[%w_-]+$") and S.access(path .. "/" .. name, "x") then
      wait { path .. "/" .. name, path = path .. "/" .. name, env = environment }
    end
  end
  return 0
end

local function stop(path)
  local pid = math.tointeger(tonumber(file.line(path) or ""))
  if not pid or pid < 2 then return 0 end
  S.kill(pid, "usr2") -- give the lease back
  S.nanosleep(RELEASE)
  S.kill(pid, "term")
  for _ = 1, LAST_WORDS * 50 do
    if not S.kill(pid, 0) then break end
    S.nanosleep(0.02)
  end
  return 0
end

--- A step in words.
---@param step table
---@return string? text nil: nothing is shown
function run.text(step)
  if step.shell then return step.shell end
  if step.sysctl then return ("sysctl -w %s=%s"):format(step.sysctl[1], step.sysctl[2]) end
  if step.stop then return ("kill $(cat %s)"):format(step.stop) end
  if step.phase then return nil end
  return table.concat(step, " ")
end

local function perform(step, environment, directory)
  if step.phase then return run_scripts(step.phase, environment, directory) end
  if step.stop then return stop(step.stop) end
  if step.sysctl then
    local ok, err = S.sysctl(step.sysctl[1], step.sysctl[2])
    if not ok then return nil, ("%s: %s"):format(step.sysctl[1], tostring(err)) end
    return 0
  end
  if step.shell then
    return wait { "sh", "-c", step.shell, path = "/bin/sh", env = environment }
  end
  local spec = { "luabox", path = "/proc/self/exe", env = environment }
  table.move(step, 1, #step, 2, spec)
  local quiet
  if step.optional then -- it may be there, or gone, already
    quiet = S.open("/dev/null", "wronly")
    spec.fds = { [0] = 0, [1] = 1, [2] = quiet or 2 }
  end
  local status, err = wait(spec)
  if quiet then quiet:close() end
  if step.optional then return 0 end
  return status, err
end

---@class ifupdown.Context
---@field verbose boolean?
---@field dry_run boolean?
---@field scripts boolean
---@field directory string /etc/network

--- Do the steps of a stanza; those of "up" end with the first that fails.
---@param list table[]
---@param stanza ifupdown.Stanza
---@param device string
---@param mode "start"|"stop"
---@param context ifupdown.Context
---@return boolean? ok
---@return string? err
function run.steps(list, stanza, device, mode, context)
  local phase = mode == "start" and "pre-up" or "pre-down"
  for _, step in ipairs(list) do
    local text = run.text(step)
    if text and (context.verbose or context.dry_run) then io.write(text, "\n") end
    io.flush()
    if not context.dry_run and (context.scripts or not step.phase) then
      phase = step.phase or phase
      local environment = run.environment(stanza, device, mode, phase, context.verbose)
      local status, err = perform(step, environment, context.directory)
      if status ~= 0 and mode == "start" then
        return nil, err or ("%s: exit status %d"):format(text or step.phase, status)
      end
    end
    if step.phase then phase = mode == "start" and "post-up" or "post-down" end
  end
  return true
end

-- ---- which interfaces are up ----

---@class ifupdown.State
---@field fd S.fd holds the lock
---@field up table<string, string> logical interface by device
local State = {}
State.__index = State

--- Read the state, and keep others out until it is closed.
---@param directory string /run/network
---@return ifupdown.State? state
---@return string? err
function run.state(directory)
  S.mkdir(directory, "0755")
  local path = directory .. "/ifstate"
  local fd, err = S.open(path, "rdwr, creat", "0644")
  if not fd then return nil, ("%s: %s"):format(path, tostring(err)) end
  S.flock(fd, "ex")
  local state = setmetatable({ fd = fd, up = {} }, State)
  for line in (file.read(path) or ""):gmatch("[^\n]+") do
    local device, logical = line:match("^([^=%s]+)=(%S+)$")
    if device then state.up[device] = logical end
  end
  return state
end

--- Write it.
function State:save()
  local names, lines = {}, {}
  for device in pairs(self.up) do names[#names + 1] = device end
  table.sort(names)
  for i, device in ipairs(names) do lines[i] = device .. "=" .. self.up[device] .. "\n" end
  S.ftruncate(self.fd, 0)
  return S.pwrite(self.fd, table.concat(lines), nil, 0)
end

function State:close() self.fd:close() end
State.__close = State.close

return run
