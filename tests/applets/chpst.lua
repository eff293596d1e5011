-- tests/applets/chpst.lua - chpst and the daemontools names, beside runit's where it is

local t = require "test"
local S = require "syscall"

local base = t.tmp()
local env = base .. "/env"
S.mkdir(env, "0755")
t.write(env .. "/PLAIN", "value  \t\nsecond line\n")
t.write(env .. "/EMPTY", "")
t.write(env .. "/ZERO", "a\0b")
t.write(env .. "/.hidden", "x")

local SHOW = [[echo "$PLAIN|$EMPTY|$ZERO|$UID|$GID"; id -u; id -G; ulimit -n; ulimit -c; ulimit -t]]

t.run({ "chpst", "-e", env, "sh", "-c", 'echo "$PLAIN|${EMPTY-unset}|$ZERO"' }, {
  out = "value|unset|a\nb\n", env = { "EMPTY=x", "PATH=" .. os.getenv "PATH" },
})
t.run({ "envdir", env, "sh", "-c", "echo $PLAIN" }, { out = "value\n" })
t.run({ "chpst", "-b", "other", "sh", "-c", "echo $0" }, { out = "other\n" })
t.run({ "chpst", "-o", "17", "-c", "0", "sh", "-c", "ulimit -n; ulimit -c" }, { out = "17\n0\n" })
t.run({ "softlimit", "-o", "18", "-t", "99", "sh", "-c", "ulimit -n; ulimit -t" },
  { out = "18\n99\n" })
local nice = math.min(S.getpriority("process", 0) + 3, 19)
t.run({ "chpst", "-n", "3", "nice" }, { out = nice .. "\n" })
t.run({ "chpst" }, { status = 100, err = t.match "a program is missing" })
t.run({ "chpst", "-z", "true" }, { status = 100, err = t.match "unknown option" })
t.run({ "chpst", "no-such-program" }, { status = 111, env = { PATH = "/usr/bin:/bin" },
  err = "chpst: no-such-program: No such file or directory\n" })
t.run({ "chpst", "-u", "nobody-here", "true" }, { status = 111,
  err = "chpst: nobody-here: no such user\n" })
t.run({ "chpst", "-e", base .. "/none", "true" }, { status = 111, err = t.match "No such file" })
t.run({ "chpst", "-1", "sh", "-c", "[ -e /proc/$$/fd/1 ] || echo closed >&2" },
  { err = t.match "closed" })

-- locks
t.run({ "chpst", "-L", base .. "/lock", "true" }, { name = "a free lock" })
local fd = assert(S.open(base .. "/lock", "rdwr"))
assert(S.flock(fd, "ex"))
t.run({ "chpst", "-L", base .. "/lock", "true" }, { status = 111, err = t.match "lock: Resource" })
fd:close()

if S.geteuid() == 0 then
  t.run({ "chpst", "-u", "nobody", "id", "-u" }, { out = "65534\n" })
  t.run({ "setuidgid", "nobody", "id", "-u" }, { out = "65534\n" })
  t.run({ "chpst", "-u", ":4711:4712:4713", "sh", "-c", "id -u; id -G" },
    { out = "4711\n4712 4713\n" })
  t.run({ "chpst", "-U", "nobody", "sh", "-c", "echo $UID $GID" }, { out = "65534 65534\n" })
  t.run({ "envuidgid", "nobody", "sh", "-c", "echo $UID $GID" }, { out = "65534 65534\n" })
end

-- the same from runit's own
local theirs = t.find "chpst"
if not theirs then
  t.skip_one("beside runit's chpst", "needs the program chpst")
else
  for _, argv in ipairs {
    { "-e", env, "sh", "-c", SHOW }, { "-U", "daemon", "sh", "-c", SHOW },
    { "-u", "daemon", "sh", "-c", SHOW }, { "-u", "daemon:adm:tty", "sh", "-c", SHOW },
    { "-u", ":7:8:9", "sh", "-c", SHOW }, { "-o", "33", "-t", "44", "sh", "-c", SHOW },
    { "-P", "sh", "-c", "set -- $(cut -d' ' -f5 /proc/$$/stat); echo $(($$ == $1))" },
    { "-n", "-2", "nice" }, { "-n", "+5", "nice" }, { "-b", "x", "sh", "-c", "echo $0" },
    { "-/", "/proc", "/no/program" }, { "-L", "/no/lock", "true" }, { "-u", "none!", "true" },
  } do
    local a = t.execute({ "chpst", table.unpack(argv) }, { program = theirs })
    local b = t.execute { "chpst", table.unpack(argv) }
    t.is({ b.status, b.out }, { a.status, a.out }, "as runit: chpst " .. table.concat(argv, " "))
  end
end
