-- tests/init/user.lua - `luabox init` with another PID than 1: a user's own supervisor

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"

local base = t.tmp()
S.mkdir(base .. "/services", "0755")
t.write(base .. "/services/a.lua", [[
  return {
    service { name = "a", run = { "sleep", "1000" } },
    service { name = "app", run = { "sleep", "1000" }, main = true },
  }
]])
S.setenv("LUABOX_RUN", base .. "/run")

local function start()
  local log = assert(S.open(base .. "/log", "wronly, creat, append", "0644"))
  local pid = assert(S.spawn { "luabox", "init", "--services", base .. "/services",
    path = t.binary, fds = { [1] = log, [2] = log } })
  log:close()
  local up = supervisor.eventually(function()
    return t.execute({ "svc", "status", "app" }).status == 0
  end)
  t.ok(up, "a supervisor without any privilege of PID 1")
  return pid
end

local function children(pid)
  local list = {}
  for child in t.read(("/proc/%d/task/%d/children"):format(pid, pid)):gmatch("%d+") do
    list[#list + 1] = math.tointeger(tonumber(child))
  end
  return list
end

local pid = start()
t.run({ "svc", "kill", "TERM", "app" }, {})
local _, _, status = S.waitpid(pid)
t.is(status.EXITSTATUS, 143, "the main service's end is its end")

-- kill -9 of the supervisor: its log reader goes on for the services, and ends with them
pid = start()
local orphans = children(pid)
t.is(#orphans, 3, "two services and the log reader")
S.kill(pid, "kill")
S.waitpid(pid)
for _, orphan in ipairs(orphans) do
  local file = io.open("/proc/" .. orphan .. "/comm")
  if file and file:read("l") == "sleep" then S.kill(orphan, "term") end
  if file then file:close() end
end
t.ok(supervisor.eventually(function()
  for _, orphan in ipairs(orphans) do
    local file = io.open("/proc/" .. orphan .. "/stat")
    local gone = not file or file:read("a"):find("%) Z ")
    if file then file:close() end
    if not gone then return false end
  end
  return true
end), "nobody is left behind")
