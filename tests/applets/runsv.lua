-- tests/applets/runsv.lua - runsv, runsvdir and sv, and each beside runit's own

local t = require "test"
local S = require "syscall"
local eventually = require "eventually"

local base = t.tmp()

local function script(path, text) t.write(path, "#!/bin/sh\n" .. text .. "\n", "0755") end

local function text_of(path)
  local file = io.open(path)
  local text = file and file:read("a") or ""
  if file then file:close() end
  return text
end

local function folder(name)
  local dir = base .. "/" .. name
  for _, part in ipairs { "", "/log", "/control" } do S.mkdir(dir .. part, "0755") end
  script(dir .. "/run", [[echo started >> events; trap 'echo hup >> events' HUP
trap 'echo term >> events; exit 3' TERM; echo hello; while :; do sleep 0.02; done]])
  script(dir .. "/finish", "echo finish $1 $2 >> events")
  script(dir .. "/log/run", "exec cat > ../logged")
  script(dir .. "/control/q", "echo control q >> events")
  return dir
end

--- Everything that sv can ask of a runsv.
local function exercise(what, runsv, sv)
  local dir = folder(what:gsub("%W", "-"))
  local pid = assert(runsv(dir))
  local function events() return text_of(dir .. "/events") end
  t.ok(eventually(function() return events():find("started") end), what .. ": run is started")
  t.ok(eventually(function() return text_of(dir .. "/logged") == "hello\n" end),
    what .. ": log gets its output")
  local got
  t.ok(eventually(function() -- it tells of a program a moment after that runs
    got = sv("status", dir)
    return got.out:find("^run: " .. dir:gsub("%p", "%%%0") ..
      ": %(pid %d+%) %d+s; run: log: %(pid %d+%) %d+s\n$")
  end), what .. ": status", got.out)
  local number = got.out:match("pid (%d+)")
  t.is(text_of(dir .. "/supervise/pid"), number .. "\n", what .. ": supervise/pid")
  t.is(text_of(dir .. "/supervise/stat"), "run\n", what .. ": supervise/stat")
  t.is(sv("hup", dir).status, 0, what .. ": hup")
  t.ok(eventually(function() return events():find("hup") end), what .. ": the signal is there")
  t.is(sv("quit", dir).status, 0, what .. ": quit")
  t.ok(eventually(function() return events():find("control q") end),
    what .. ": ./control/q does it")
  sv("pause", dir)
  t.ok(eventually(function() return sv("status", dir).out:find("paused") end), what .. ": pause")
  sv("cont", dir)
  got = sv("stop", dir)
  t.is(got.status, 0, what .. ": stop")
  t.ok(got.out:find("^ok: down: .*: %d+s, normally up"), what .. ": is told", got.out)
  t.ok(events():find("term\nfinish 3 0\n"), what .. ": TERM, then ./finish 3 0", events())
  got = sv("start", dir)
  t.ok(got.out:find("^ok: run: "), what .. ": start", got.out)
  -- it is up, but its script may have to begin yet
  t.ok(eventually(function() return select(2, events():gsub("started", "")) == 2 end),
    what .. ": it is started again", events())
  got = sv("restart", dir)
  t.ok(got.out:find("^ok: run: "), what .. ": restart", got.out)
  t.ok(eventually(function() return select(2, events():gsub("started", "")) == 3 end),
    what .. ": it was started three times", events())
  t.is(sv("check", dir).status, 0, what .. ": check")
  t.is(sv("shutdown", dir).status, 0, what .. ": shutdown")
  local ended = eventually(function()
    local done = S.waitpid(pid, "nohang")
    return done and done ~= 0
  end)
  t.ok(ended, what .. ": runsv ends")
  t.ok(sv("status", dir).out:find("runsv not running"), what .. ": and sv says so")
end

local function spawn(path, ...)
  local null = assert(S.open("/dev/null", "rdwr"))
  local pid = S.spawn { path = path, fds = { [0] = null, [1] = null, [2] = null }, ... }
  null:close()
  return pid
end

local function our_runsv(dir) return spawn(t.binary, "luabox", "runsv", dir) end
-- nothing of it is to fail because seven seconds were not enough
local environment = { "SVWAIT=25", "PATH=" .. os.getenv "PATH" }
local function our_sv(...) return t.execute({ "sv", ... }, { env = environment }) end

exercise("ours", our_runsv, our_sv)
local runsv, sv = t.find "runsv", t.find "sv"
if not (runsv and sv) then
  t.skip_one("beside runit", "needs the programs runsv and sv")
else
  exercise("our runsv, runit's sv", our_runsv,
    function(...) return t.execute({ "sv", ... }, { program = sv, env = environment }) end)
  exercise("runit's runsv, our sv", function(dir) return spawn(runsv, "runsv", dir) end, our_sv)
end

-- a service that ends at once is not started more than once a second
local dir = base .. "/quick"
S.mkdir(dir, "0755")
script(dir .. "/run", "echo x >> events")
local function now() return S.clock_gettime("monotonic").time end
local began = now()
local pid = our_runsv(dir)
t.ok(eventually(function() return #text_of(dir .. "/events") // 2 >= 3 end), "it is started again")
t.ok(now() - began >= 2, "once a second at most", ("three in %.3f s"):format(now() - began))
t.run({ "runsv", dir }, { status = 111, err = t.match "supervise/lock: Resource temporarily" })
S.kill(pid, "term")
t.is(({ S.waitpid(pid) })[1], pid, "TERM ends runsv")
t.run({ "runsv", base .. "/none" }, { status = 111, err = t.match "unable to change to directory" })
t.run({ "sv", "status", base .. "/none" }, { status = 1, out = t.match "^fail: " })
t.run({ "sv", "up" }, { status = 100, err = t.match "missing operand" })

-- runsvdir
local services = base .. "/services"
S.mkdir(services, "0755")
for _, name in ipairs { "a", "b", ".hidden" } do
  S.mkdir(services .. "/" .. name, "0755")
  script(services .. "/" .. name .. "/run", "echo >> started; exec sleep 1000")
end
pid = spawn(t.binary, "luabox", "runsvdir", services)
t.ok(eventually(function()
  return S.stat(services .. "/a/started") and S.stat(services .. "/b/started")
end), "runsvdir: every folder has its runsv")
t.ok(not S.stat(services .. "/.hidden/started"), "runsvdir: but those that begin with a dot")
t.run({ "sv", "stop", "a" }, { out = t.match "^ok: down: a: ", env = {
  "SVDIR=" .. services, table.unpack(environment) }, name = "sv finds them in $SVDIR" })
S.kill(pid, "hup")
local _, _, status = S.waitpid(pid)
t.is(status.EXITSTATUS, 111, "runsvdir: HUP")
t.ok(eventually(function() return our_sv("status", services .. "/b").out:find("not running") end),
  "runsvdir: ends all")
