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
    path = t.binary, fds = { [1] = log, [2] = log }, pdeathsig = "kill" })
  log:close()
  local up = supervisor.eventually(function()
    return t.execute({ "svc", "status", "app" }).status == 0
  end)
  t.ok(up, "a supervisor without any privilege of PID 1")
  return pid
end

--- What it has started: the processes, and how many of them are a sleep(1) by now.
local function children(pid)
  local list, sleeping = {}, 0
  for child in t.read(("/proc/%d/task/%d/children"):format(pid, pid)):gmatch("%d+") do
    list[#list + 1] = math.tointeger(tonumber(child))
    local file <close> = io.open("/proc/" .. child .. "/comm")
    if file and file:read("l") == "sleep" then sleeping = sleeping + 1 end
  end
  return list, sleeping
end

--- Wait for the end of a child of ours, but not for ever: its status, or nil.
local function ended(pid)
  local status = supervisor.eventually(function()
    local gone, _, status = S.waitpid(pid, "nohang")
    return gone and gone ~= 0 and status
  end)
  if not status then S.kill(pid, "kill") end
  return status
end

local pid = start()
t.run({ "svc", "kill", "TERM", "app" }, {})
local status = ended(pid)
t.is(status and status.EXITSTATUS, 143, "the main service's end is its end")

-- paths are relative to where it was started, though it goes to /
local folder = base .. "/" .. ("deep"):rep(20)
S.mkdir(folder, "0755")
S.mkdir(folder .. "/here", "0755")
t.write(folder .. "/here/r.lua", 'return service { name = "app", run = { "sleep", "1000" } }')
S.setenv("LUABOX_RUN", "../socket")
local log = assert(S.open(base .. "/log", "wronly, creat, append", "0644"))
pid = assert(S.spawn { "luabox", "init", "--services", "here", path = t.binary, cwd = folder,
  fds = { [1] = log, [2] = log }, pdeathsig = "kill" })
log:close()
S.setenv("LUABOX_RUN", base .. "/socket")
t.ok(supervisor.eventually(function()
  return t.execute({ "svc", "status", "app" }).status == 0
end), "a relative folder and socket are found", t.read(base .. "/log"))
t.run({ "svc", "poweroff" }, {})
t.ok(ended(pid), "poweroff ends it")
local far = ("/" .. ("x"):rep(60)):rep(2)
t.run({ "init", "--services", "/", "--run", far }, { status = 125,
  err = "init: --run: the path is too long for a socket\n" })
S.setenv("LUABOX_RUN", base .. "/run")

-- kill -9 of the supervisor: its log reader goes on for the services, and ends with them
pid = start()
local orphans, sleeping
supervisor.eventually(function()
  orphans, sleeping = children(pid)
  return sleeping == 2 and #orphans == 3
end)
t.is({ #orphans, sleeping }, { 3, 2 }, "two services and the log reader")
S.kill(pid, "kill")
ended(pid)
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
