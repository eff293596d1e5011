-- tests/applets/env.lua - env and printenv
-- Expected values: POSIX env, and what coreutils' env prints for the same.

local t = require "test"

local clean = { PATH = "/usr/bin:/bin" }

t.run("env -i A=1 B=2 A=3", { out = "A=3\nB=2\n" })
t.run("env -0 -i A=1 B=2", { out = "A=1\0B=2\0" })
t.run("env - A=1", { out = "A=1\n" })
t.run("env", { env = clean, out = "PATH=/usr/bin:/bin\n" })
t.run("env -u PATH X=", { env = clean, out = "X=\n" })
t.run("env --unset=PATH --unset NO", { env = clean })
t.run("env -u A=B", { status = 125, err = "env: A=B: cannot unset: not a name\n" })
t.run({ "env", "A=b c", "sh", "-c", "echo \"$A\" $0 $1", "x", "-y" },
  { env = clean, out = "b c x -y\n" })
t.run("env -C / pwd", { env = clean, out = "/\n" })
t.run("env -C /nosuch pwd",
  { env = clean, status = 125, err = "env: /nosuch: No such file or directory\n" })
t.run("env sh -c exit\t7", { env = clean })
t.run({ "env", "sh", "-c", "exit 7" }, { env = clean, status = 7 })
t.run("env nosuchcommand",
  { env = clean, status = 127, err = "env: nosuchcommand: No such file or directory\n" })
t.run("env /etc", { status = 126, err = "env: /etc: Permission denied\n" })
t.run("env -x", { status = 125, err = t.match "^env: unknown option %-x\nusage: env " })

-- -S: the text becomes arguments
local function split(text, out, want)
  want = want or {}
  want.out, want.env = out, want.env or clean
  t.run({ "env", "-S", text }, want)
end
split("-i A=1 B='x y'", "A=1\nB=x y\n")
split("printf %s\\n a\\_b \"c d\" 'e\\f'", "a\nb\nc d\ne\\f\n")
split("printf %s\\n a${PATH}b '${PATH}'", "a/usr/bin:/binb\n${PATH}\n")
split("printf %s\\n a#b # comment", "a#b\n")
split("printf %s\\n \"a\\_b\" x\\c y", "a b\nx\n")
t.run({ "env", "-S", "printf %s\\n a", "b c" }, { env = clean, out = "a\nb c\n" })
t.run({ "env", "-S", "'open" },
  { status = 125, err = t.match "^env: %-S: no closing quote\nusage" })

t.run("printenv PATH", { env = clean, out = "/usr/bin:/bin\n" })
t.run("printenv NO PATH", { env = clean, status = 1, out = "/usr/bin:/bin\n" })
t.run("printenv -0 PATH", { env = clean, out = "/usr/bin:/bin\0" })
t.run("printenv", { env = { A = "b=c" }, out = "A=b=c\n" })
t.run("printenv -x", { status = 2, err = t.any })
