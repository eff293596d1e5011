-- runit/change.lua - change this process, then become a program: chpst's work
--
-- Layer: library; calls S. chpst and the daemontools names (softlimit, envdir,
-- setuidgid, envuidgid) share it. Follows chpst(8): exit status 111 when the
-- change fails, 100 is wrong usage.

local S = require "syscall"
local cli = require "cli"
local dir = require "fs.dir"
local exec = require "proc.exec"
local identity = require "proc.identity"

local change = {}

change.USAGE, change.FAILED = 100, 111

local function set(environment, name, value)
  for i = #environment, 1, -1 do
    if environment[i]:sub(1, #name + 1) == name .. "=" then table.remove(environment, i) end
  end
  if value then environment[#environment + 1] = name .. "=" .. value end
end

--- A folder of variables: the first line of each file is a value, an empty file
--- removes one; NULs become newlines, blanks at the end are dropped.
local function read_envdir(environment, folder)
  local fd, err = S.open(folder, "rdonly, directory, cloexec")
  if not fd then return nil, folder .. ": " .. tostring(err) end
  local names = dir.list(fd) or {}
  fd:close()
  table.sort(names)
  for _, name in ipairs(names) do
    local file = not name:find("^%.") and not name:find("=", 1, true) and
      io.open(folder .. "/" .. name, "rb")
    local text = file and file:read("a")
    if file then file:close() end
    if text == "" then
      set(environment, name, nil)
    elseif text then
      set(environment, name, (text:match("^[^\n]*"):gsub("[ \t]+$", ""):gsub("%z", "\n")))
    end
  end
  return true
end

local function limit(resource, value)
  local number = value == "=" and nil or math.tointeger(tonumber(value))
  if not number then
    if value ~= "=" then cli.usage("bad number: " .. value) end
    number = S.getrlimit(resource).rlim_max
  end
  local old, err = S.getrlimit(resource)
  if not old then return nil, err end
  if old.rlim_max >= 0 and number > old.rlim_max then number = old.rlim_max end
  return S.setrlimit(resource, { rlim_cur = number, rlim_max = old.rlim_max })
end

--- Which limits an option stands for.
local LIMITS = {
  memory = { "data", "stack", "memlock", "as" }, data = { "data" }, files = { "nofile" },
  processes = { "nproc" }, file_size = { "fsize" }, core = { "core" }, time = { "cpu" },
  stack = { "stack" }, address_space = { "as" }, locked = { "memlock" }, resident = { "rss" },
}

local function lock(path, wait)
  local fd, err = S.open(path, "wronly, creat, append, ndelay", "0600")
  if not fd then return nil, path .. ": " .. tostring(err) end
  S.fcntl(fd, "setfd", 0) -- the lock is the program's
  local ok
  ok, err = S.flock(fd, wait and "ex" or "ex, nb")
  if not ok then return nil, path .. ": " .. tostring(err) end
  fd:nogc()
  return true
end

local function steps(opts, environment)
  local ok, err = true, nil
  if opts.envdir then ok, err = read_envdir(environment, opts.envdir) end
  if ok and opts.envuidgid then
    local id
    id, err = identity.parse(opts.envuidgid)
    if not id then return nil, err end
    set(environment, "UID", tostring(id.uid))
    set(environment, "GID", tostring(id.gid))
  end
  if opts.group then S.setsid() end -- fails for the leader of a group: it has one
  for name, resources in pairs(LIMITS) do
    for _, resource in ipairs(ok and opts[name] and resources or {}) do
      ok, err = limit(resource, opts[name])
    end
  end
  if ok and opts.nice then
    local number = math.tointeger(tonumber((opts.nice:gsub("^%+", ""))))
    if not number then cli.usage("bad number: " .. opts.nice) end
    local now = S.getpriority("process", 0) or 0
    ok, err = S.setpriority("process", 0, now + number)
  end
  if ok and (opts.lock or opts.lock_now) then
    ok, err = lock(opts.lock or opts.lock_now, opts.lock)
  end
  local id
  if ok and opts.user then
    id, err = identity.parse(opts.user)
    if not id then return nil, err end
  end
  if ok and opts.root then
    ok, err = S.chdir(opts.root)
    if ok then ok, err = S.chroot(".") end
    err = not ok and opts.root .. ": " .. tostring(err)
  end
  if ok and opts.chdir then
    ok, err = S.chdir(opts.chdir)
    err = not ok and opts.chdir .. ": " .. tostring(err)
  end
  if ok and id then ok, err = identity.become(id) end
  return ok, err
end

--- Do it all; returns an exit status only if the program could not be run.
---@param opts table names as in LIMITS, and envdir envuidgid group nice lock user root argv0 close
---@param argv string[]
---@return integer status
function change.run(opts, argv)
  if not argv[1] then cli.usage("a program is missing") end
  local environment = S.environ(true)
  local ok, err = steps(opts, environment)
  if not ok then
    cli.warn(nil, err)
    return change.FAILED
  end
  local command = argv[1]
  if opts.argv0 then argv[1] = opts.argv0 end
  for _, number in ipairs(opts.close or {}) do S.close(number) end
  local failed = exec.replace(argv, environment, command)
  cli.warn(command, failed)
  return change.FAILED
end

return change
