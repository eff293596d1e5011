-- tests/applets/start-stop-daemon.lua - start, find, stop; beside Debian's where it is

local t = require "test"
local S = require "syscall"
local eventually = require "eventually"

local base = t.tmp()
local pidfile = base .. "/pid"
local SLEEP = "/bin/sleep"

local function ssd(...) return t.execute { "start-stop-daemon", ... } end

local function pid()
  local file = io.open(pidfile)
  local text = file and file:read("a") or ""
  if file then file:close() end
  return tonumber(text)
end

--- Its parent may be slow to take note of its end.
local function gone(number)
  local file = io.open("/proc/" .. number .. "/stat")
  local text = file and file:read("a") or ") Z"
  if file then file:close() end
  return text:find("%) Z") ~= nil
end

t.is(ssd("-S", "-b", "-m", "-p", pidfile, "-x", SLEEP, "--", "1000").status, 0, "start")
t.ok(eventually(pid), "the pid file is written")
local first = pid()
t.ok(eventually(function() return S.readlink("/proc/" .. first .. "/exe"):find("sleep") end),
  "with the number of the program")
t.is(S.readlink("/proc/" .. first .. "/cwd"), "/", "which is in /")
t.is(ssd("-T", "-p", pidfile).status, 0, "--status: it runs")
t.run({ "start-stop-daemon", "-S", "-b", "-m", "-p", pidfile, "-x", SLEEP, "--", "1000" },
  { status = 1, out = SLEEP .. " already running.\n", name = "a second start does nothing" })
t.is(ssd("-S", "-o", "-b", "-m", "-p", pidfile, "-x", SLEEP, "--", "1000").status, 0,
  "which is well with -o")
t.is(pid(), first, "it is the same")
t.run({ "start-stop-daemon", "-K", "-t", "-p", pidfile },
  { out = ("Would send signal 15 to %d.\n"):format(first), name = "-t" })
t.run({ "start-stop-daemon", "-K", "-p", pidfile, "-x", "/bin/cat" },
  { status = 1, out = "No /bin/cat found running; none killed.\n",
    name = "another program does not match" })
t.run({ "start-stop-daemon", "-K", "-q", "-p", pidfile, "-x", "/bin/cat" }, { status = 1 })
t.run({ "start-stop-daemon", "-S", "-p", base .. "/other", "-x", "/bin/true", "-d", "/no/such" },
  { status = 3, err = "start-stop-daemon: /no/such: No such file or directory\n" })
t.run({ "start-stop-daemon", "-K", "-v", "-p", pidfile, "-R", "25", "--remove-pidfile" },
  { out = ("Stopped process in pidfile '%s' (pid %d).\n"):format(pidfile, first),
    name = "stop, and wait" })
t.ok(gone(first), "it is gone")
t.ok(not S.stat(pidfile), "and so is its pid file")
t.is(ssd("-K", "-p", pidfile).status, 1, "nothing to stop")
t.is(ssd("-T", "-p", pidfile).status, 3, "--status: it does not run")
t.write(pidfile, "4194304\n") -- more than any has: PID_MAX_LIMIT
t.is(ssd("-T", "-p", pidfile).status, 1, "--status: it is dead, its pid file is there")
os.remove(pidfile)

-- one that ignores TERM
local name = "stub" .. S.getpid() -- nobody else's: by that it is found
local script = t.write(base .. "/" .. name, [[
#!/bin/sh
trap '' TERM
echo > $0.ready
while :; do sleep 0.05; done
]], "0755")
t.is(ssd("-S", "-b", "-m", "-p", pidfile, "-a", script, "-n", name).status, 0, "a script")
t.ok(eventually(function() return S.stat(script .. ".ready") end), "runs")
t.is(ssd("-K", "-n", name, "-R", "TERM/0.2/KILL/25").status, 0, "stop by name: TERM, KILL")
t.ok(eventually(function() return gone(pid()) end), "it is gone")
t.is(ssd("-K", "-n", name, "-R", "KILL/1").status, 1, "none of this name")

t.run({ "start-stop-daemon", "-S", "-x", "/bin/echo", "-p", base .. "/none", "--", "hi", "-n" },
  { out = "hi -n\n", name = "in the foreground, with arguments" })
t.run({ "start-stop-daemon", "-S", "-x", "/bin/no-such-program" }, { status = 3,
  err = "start-stop-daemon: /bin/no-such-program: No such file or directory\n" })
t.run({ "start-stop-daemon", "-S" }, { status = 3, err = t.match "at least one of" })
t.run({ "start-stop-daemon", "-S", "-K", "-p", "x" }, { status = 3, err = t.match "one of" })
t.run({ "start-stop-daemon", "-S", "-k", "027", "-x", "/bin/sh", "-p", base .. "/none", "--", "-c",
  "umask" }, { out = t.match "0?027\n", name = "-k" })
if S.geteuid() == 0 then
  t.run({ "start-stop-daemon", "-S", "-c", "nobody", "-p", base .. "/none", "-x", "/usr/bin/id",
    "--", "-u" }, { out = "65534\n", name = "-c" })
end

local theirs = t.find "start-stop-daemon"
if not theirs then
  t.skip_one("beside Debian's", "needs the program start-stop-daemon")
else
  for _, argv in ipairs {
    { "-T", "-p", base .. "/none" }, { "-K", "-p", base .. "/none" }, { "-S" }, { "-K", "-q", "-o",
      "-p", base .. "/none" }, { "-S", "-t", "-x", "/bin/echo", "-p", base .. "/none", "--", "a" },
    { "-S", "-d", "/tmp", "-x", "/bin/pwd", "-p", base .. "/none" },
  } do
    local a = t.execute({ "start-stop-daemon", table.unpack(argv) }, { program = theirs })
    local b = ssd(table.unpack(argv))
    t.is(b.status, a.status, "as Debian's: " .. table.concat(argv, " "))
  end
end
