-- applets/start-stop-daemon.lua - start and stop daemons by pid file, program or name
--
-- Layer: applet; calls S and proc. Follows Debian's start-stop-daemon(8), whose
-- options busybox's has, too. Exit status: 0 done, 1 nothing to do, 2 still
-- there after --retry, 3 other trouble; --status as LSB has it: 0, 1, 3, 4.

local S = require "syscall"
local cli = require "cli"
local exec = require "proc.exec"
local identity = require "proc.identity"
local process = require "proc.process"
local quote = require "text.quote"

local NOTHING, REMAINS, TROUBLE = 1, 2, 3
local DEAD_WITH_PIDFILE, NOT_RUNNING = 1, 3

local applet = {
  summary = "start and stop daemons",
  usage = "-S|-K|-T [OPTION]... [-x PROGRAM] [-- ARGUMENT...]",
  usage_status = TROUBLE,
  posix = true,
  options = {
    { "S", "start", help = "start the program, if it does not run" },
    { "K", "stop", help = "send a signal to what matches" },
    { "T", "status", help = "tell by the exit status if it runs" },
    { "p", "pidfile", arg = "FILE", help = "the process whose number is in FILE" },
    { "x", "exec", arg = "PROGRAM", help = "processes that run this program" },
    { "n", "name", arg = "NAME", help = "processes of this name" },
    { "u", "user", arg = "USER", help = "processes of this user" },
    { false, "pid", arg = "PID", type = "integer", help = "this process" },
    { false, "ppid", arg = "PID", type = "integer", help = "children of this process" },
    { "a", "startas", arg = "PROGRAM", help = "start this, not the program of -x" },
    { "s", "signal", arg = "SIGNAL", help = "stop: this signal (TERM)" },
    { "R", "retry", arg = "SCHEDULE", help = "stop: SECONDS, or SIGNAL/SECONDS/..." },
    { "c", "chuid", arg = "USER[:GROUP]", help = "start: become this user" },
    { "g", "group", arg = "GROUP", help = "start: become this group" },
    { "r", "chroot", arg = "DIR", help = "start: change the root" },
    { "d", "chdir", arg = "DIR", help = "start: change to DIR (/ with -b)" },
    { "N", "nicelevel", arg = "N", help = "start: add to the nice value" },
    { "k", "umask", arg = "MASK", help = "start: set the umask, octal" },
    { "b", "background", help = "start: detach from the terminal" },
    { "m", "make-pidfile", help = "start: write the pid file" },
    { false, "remove-pidfile", help = "stop: remove the pid file" },
    { "C", "no-close", help = "start: keep the streams open" },
    { "O", "output", arg = "FILE", help = "start: output goes to the end of FILE" },
    { "o", "oknodo", help = "nothing to do is no failure" },
    { "t", "test", help = "say what would be done" },
    { "q", "quiet", help = "say only what goes wrong" },
    { "v", "verbose", help = "say more" },
  },
  examples = {
    { "start-stop-daemon -S -b -m -p /run/x.pid -x /usr/bin/x -- -f", "start x in the background" },
    { "start-stop-daemon -K -p /run/x.pid -R TERM/5/KILL/2", "and stop it" },
  },
}

local function say(opts, ...)
  if not opts.quiet then io.write(table.concat { ... }, "\n") end
end

-- ---- who matches ----

local function pid_of(path)
  local file = io.open(path)
  local text = file and file:read("l") or ""
  if file then file:close() end
  local pid = math.tointeger(tonumber(text:match("^%s*(%d+)%s*$")))
  return pid and pid > 0 and pid or nil
end

--- Is that the program of -x, by device and inode, as a script or a link has it?
local function runs(p, st)
  local exe = S.stat(p.dir .. "/exe")
  return exe and exe.st_dev == st.st_dev and exe.st_ino == st.st_ino
end

---@return table[] processes
local function matching(opts)
  local program = opts.exec and S.stat(opts.exec)
  local user
  if opts.user then
    local id, err = identity.parse(opts.user)
    if not id then cli.usage(err) end
    user = id.uid
  end
  local only = opts.pid
  if opts.pidfile then
    only = pid_of(opts.pidfile)
    if not only then return {} end
  end
  local found = {}
  for _, p in ipairs(process.list()) do
    if (not only or p.pid == only) and p.state ~= "Z" and p.pid ~= S.getpid() and
        (not opts.exec or program and runs(p, program)) and
        (not opts.name or p.comm == opts.name:sub(1, 15)) and
        (not user or p.uid == user) and (not opts.ppid or p.ppid == opts.ppid) then
      found[#found + 1] = p
    end
  end
  return found
end

-- ---- stop ----

local function signal_of(text)
  local number = math.tointeger(tonumber(text)) or
    rawget(S.c.SIG, (text:upper():gsub("^SIG", "")))
  if not number then cli.usage("no such signal: " .. text) end
  return number
end

--- TERM/5/KILL/2, or 5 for SIGNAL/5/KILL/5: a list of { signal } and { wait }.
local function schedule_of(text, signal)
  if not text:find("/", 1, true) then
    local seconds = tonumber(text)
    if not seconds then cli.usage("a schedule is SECONDS or SIGNAL/SECONDS/...: " .. text) end
    return { { signal = signal }, { wait = seconds }, { signal = 9 }, { wait = seconds } }
  end
  local steps, again = {}, nil
  for item in text:gmatch("[^/]+") do
    if item == "forever" then
      again = #steps + 1
    elseif item:find("^%d") then
      steps[#steps + 1] = { wait = tonumber(item) }
    else
      steps[#steps + 1] = { signal = signal_of((item:gsub("^-", ""))) }
    end
  end
  steps.again = again
  return steps
end

local function send(list, signal)
  local sent = 0
  for _, p in ipairs(list) do
    if S.kill(p.pid, signal) then sent = sent + 1 end
  end
  return sent
end

local function remaining(list)
  local left = {}
  for _, p in ipairs(list) do
    local now = process.get(p.pid)
    if now and now.state ~= "Z" then left[#left + 1] = p end
  end
  return left
end

local function await(list, seconds)
  local deadline = S.clock_gettime("monotonic").time + seconds
  repeat
    list = remaining(list)
    if not list[1] then return list end
    S.nanosleep(0.02)
  until S.clock_gettime("monotonic").time >= deadline
  return list
end

--- What is looked for, in words.
local function target(opts)
  return opts.exec or opts.name or opts.pidfile and ("process in pidfile '%s'"):format(opts.pidfile)
    or opts.pid and "process with pid " .. opts.pid or opts.ppid and "process of pid " .. opts.ppid
    or "process of " .. opts.user
end

local function stop(opts)
  local signal = signal_of(opts.signal or "TERM")
  local list = matching(opts)
  if not list[1] then
    say(opts, "No ", quote.terminal(target(opts)), " found running; none killed.")
    return opts.oknodo and 0 or NOTHING
  end
  if opts.test then
    for _, p in ipairs(list) do say(opts, ("Would send signal %d to %d."):format(signal, p.pid)) end
    return 0
  end
  local all = list
  local steps = opts.retry and schedule_of(opts.retry, signal) or { { signal = signal } }
  local i = 1
  while steps[i] and list[1] do
    local step = steps[i]
    if step.wait then list = await(list, step.wait) else send(list, step.signal) end
    i = i + 1
    if not steps[i] and steps.again then i = steps.again end
  end
  if opts.retry and list[1] then
    cli.warn(nil, #list .. " still running")
    return REMAINS
  end
  if opts.verbose then
    local pids = {}
    for n, p in ipairs(all) do pids[n] = p.pid end
    say(opts, "Stopped ", quote.terminal(target(opts)), " (pid ", table.concat(pids, " "), ").")
  end
  if opts.remove_pidfile and opts.pidfile then os.remove(opts.pidfile) end
  return 0
end

-- ---- start ----

local function detach()
  local pid, err = S.fork()
  if not pid then return nil, err end
  if pid > 0 then
    io.stdout:flush()
    S._exit(0)
  end
  S.setsid()
  pid, err = S.fork()
  if not pid then return nil, err end
  if pid > 0 then S._exit(0) end
  return true
end

local function redirect(opts)
  if opts.no_close and not opts.output then return true end
  local null, err = S.open("/dev/null", "rdwr")
  if not null then return nil, err end
  local output = null
  if opts.output then
    output, err = S.open(opts.output, "wronly, creat, append", "0644")
    if not output then return nil, opts.output .. ": " .. tostring(err) end
  end
  if opts.background and not opts.no_close then S.dup2(null, 0) end
  S.dup2(output, 1)
  S.dup2(output, 2)
  return true
end

local function write_pid(path)
  local file, err = io.open(path, "w")
  if not file then return nil, err end
  file:write(S.getpid(), "\n")
  file:close()
  return true
end

local function prepare(opts, id)
  local ok, err = true, nil
  if opts.nicelevel then
    ok, err = S.setpriority("process", 0, (S.getpriority("process", 0) or 0) +
      (tonumber(opts.nicelevel) or 0))
  end
  if ok and opts.umask then S.umask(opts.umask) end
  local function about(object) err = not ok and object .. ": " .. tostring(err) end
  if ok and opts.chroot then
    ok, err = S.chroot(opts.chroot)
    about(opts.chroot)
  end
  if ok and (opts.chdir or opts.background or opts.chroot) then
    local folder = opts.chdir or "/"
    ok, err = S.chdir(folder)
    about(folder)
  end
  if ok and opts.make_pidfile then ok, err = write_pid(opts.pidfile) end
  if ok and id then ok, err = identity.become(id) end
  if ok and (opts.background or opts.output) then ok, err = redirect(opts) end
  return ok, err
end

local function identity_of(opts)
  if not opts.chuid and not opts.group then return nil end
  local id, err
  if opts.chuid then
    id, err = identity.parse(opts.chuid)
    if not id then return nil, err end
    if id.user and not id.groups then id.groups = require("passwd").groups_of(id.user) end
  end
  if opts.group then
    local group = identity.parse(("root:" .. opts.group))
    if not group then return nil, opts.group .. ": no such group" end
    id = id or {}
    id.gid, id.groups = group.gid, group.groups
  end
  return id
end

local function start(opts, args)
  local program = opts.startas or opts.exec
  if not program then cli.usage("-S needs -x or -a") end
  if opts.make_pidfile and not opts.pidfile then cli.usage("-m needs -p") end
  if matching(opts)[1] then
    say(opts, quote.terminal(opts.exec or "process"), " already running.")
    return opts.oknodo and 0 or NOTHING
  end
  if opts.test then
    say(opts, "Would start ", table.concat({ program, table.unpack(args) }, " "), ".")
    return 0
  end
  local id, err = identity_of(opts)
  if err then
    cli.warn(nil, err)
    return TROUBLE
  end
  if program:find("/", 1, true) and not opts.chroot then
    local st
    st, err = S.stat(program)
    if not st then
      cli.warn(program, err)
      return TROUBLE
    end
  end
  local ok
  if opts.background then
    ok, err = detach()
    if not ok then return nil, err end
  end
  ok, err = prepare(opts, id)
  if ok then cli.warn(program, exec.replace({ program, table.unpack(args) })) end
  if not ok then cli.warn(nil, err) end
  return TROUBLE
end

local function status(opts)
  if matching(opts)[1] then return 0 end
  return opts.pidfile and S.stat(opts.pidfile) and DEAD_WITH_PIDFILE or NOT_RUNNING
end

function applet.run(opts, args)
  local verbs = (opts.start and 1 or 0) + (opts.stop and 1 or 0) + (opts.status and 1 or 0)
  if verbs ~= 1 then cli.usage("one of --start, --stop and --status is needed") end
  if not (opts.pidfile or opts.exec or opts.name or opts.user or opts.pid or opts.ppid) then
    cli.usage("at least one of -p -x -n -u --pid --ppid is needed")
  end
  if opts.start then return start(opts, args) end
  if opts.stop then return stop(opts) end
  return status(opts)
end

return applet
