-- applets/runsvdir.lua - a runsv for each folder of a folder
--
-- Layer: applet; calls S and loop. Follows runsvdir(8) of runit: folders are
-- looked for every 5 seconds, names that begin with "." are left out. TERM ends
-- it and leaves the services running, HUP ends them, too (exit status 111).

local S = require "syscall"
local cli = require "cli"
local dir = require "fs.dir"
local loop = require "loop"

local SCAN, AGAIN = 5, 1 -- seconds
local MOST = 1000

local applet = {
  summary = "run a runsv for each folder in a folder",
  usage = "[-P] DIR [LOG]",
  options = { { "P", "group", help = "a process group for each runsv" } },
  operands = { min = 1, max = 2 },
}

local services = {} -- name -> { pid }, false once it ended

local function start(name, opts)
  local argv = {
    "runsv", name, path = "/proc/self/exe", setpgid = opts.group and 0 or nil,
  }
  local pid, err = S.spawn(argv)
  if not pid then
    cli.warn(name, err)
    return
  end
  services[name] = { pid = pid }
  loop.spawn(function()
    loop.child(pid)
    loop.sleep(AGAIN)
    if services[name] and services[name].pid == pid then services[name] = false end
  end)
end

local function scan(path, opts)
  local fd = S.open(".", "rdonly, directory, cloexec")
  if not fd then return cli.warn(path, "unable to open") end
  local found, count = {}, 0
  for _, name in ipairs(dir.list(fd) or {}) do
    local st = name:sub(1, 1) ~= "." and S.stat(name)
    if st and st.isdir then
      found[name] = true
      count = count + 1
      if count > MOST then
        cli.warn(path, "too many services")
        break
      end
      if not services[name] then start(name, opts) end
    end
  end
  fd:close()
  for name, service in pairs(services) do
    if not found[name] then
      if service then S.kill(service.pid, "term") end
      services[name] = nil
    end
  end
end

function applet.run(opts, args)
  local ok, err = S.chdir(args[1])
  if not ok then
    cli.warn(args[1], err)
    return 111
  end
  local code = 0
  loop.run(function()
    local signals = loop.signals "term, hup"
    while true do
      scan(args[1], opts)
      local pause = SCAN
      for _, service in pairs(services) do
        if service == false then pause = AGAIN end
      end
      local signal = signals:wait(loop.now() + pause)
      if signal == "hup" then
        for _, service in pairs(services) do
          if service then S.kill(service.pid, "term") end
        end
        code = 111
      end
      if signal then S._exit(code) end
    end
  end)
  return code
end

return applet
