-- tests/applets/id.lua - id and whoami against /etc/passwd and coreutils

local t = require "test"
local S = require "syscall"
local json = require "json"

local uid, gid = S.geteuid(), S.getegid()
t.run("id -u", { out = uid .. "\n" })
t.run("id -g", { out = gid .. "\n" })
t.run("id -ruz", { out = S.getuid() .. "\0" })
t.run("id -u -g", { status = 1, err = t.match "^id: only one of %-u, %-g and %-G\n" })
t.run("id -n", { status = 1, err = t.match "^id: %-n and %-r go with" })
t.run("id no_such_user", { status = 1, err = "id: no_such_user: no such user\n" })
t.is(json.decode(t.execute({ "id", "--json" }).out).euid, uid, "id --json")

if S.geteuid() == 0 then
  local other = { uid = 12345, gid = 12346, groups = { 12347 } }
  t.run("id", { spawn = other, out = "uid=12345 gid=12346 groups=12346,12347\n" })
  t.run("id -Gn", { spawn = other, status = 1, out = "12346 12347\n",
    err = "id: 12346: has no name\nid: 12347: has no name\n" })
  t.run("whoami", { spawn = other, status = 1, err = "whoami: user 12345 has no name\n" })
end

local coreutils = t.find("id")
for _, options in ipairs { "", "-u", "-un", "-G", "-Gn", "-gn", "root", "-Gn daemon", "1 root" } do
  local argv = { "id" }
  for word in options:gmatch("%S+") do argv[#argv + 1] = word end
  local theirs = t.execute(argv, { program = coreutils, env = { LC_ALL = "C" } })
  t.run(argv, { status = theirs.status, out = theirs.out })
end
t.run("whoami", { out = t.execute({ "id", "-un" }, { program = coreutils }).out })
