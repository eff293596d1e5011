-- tests/lua/passwd.lua - users and groups, from files of our own

local t = require "test"
local passwd = require "passwd"

local dir = t.tmp()
passwd.users_file = t.write(dir .. "/passwd",
  "root:x:0:0:root:/root:/bin/sh\nann:x:1000:100:Ann,,:/home/ann:\n1234:x:7:7::/:\n" ..
  "# comment\nbroken\nj.d:x:1001:100::/:/bin/sh\n")
passwd.groups_file = t.write(dir .. "/group", "root:x:0:\nusers:x:100:\naudio:x:29:ann,root\n")

t.is(passwd.user("ann"), {
  name = "ann", uid = 1000, gid = 100, gecos = "Ann,,", home = "/home/ann", shell = "",
})
t.is(passwd.user(0).name, "root", "by number")
t.is(passwd.user("nobody"), nil, "unknown")
t.is(passwd.group(29), { name = "audio", gid = 29, members = { "ann", "root" } })
t.is(passwd.groups_of(passwd.user("ann")), { 100, 29 }, "groups of a user")
t.is(#passwd.users(), 4, "malformed lines are passed over")
for _, case in ipairs {
  { "ann", { uid = 1000 } }, { "ann:audio", { uid = 1000, gid = 29 } }, { "ann:", { uid = 1000,
    gid = 100 } },
  { ":audio", { gid = 29 } }, { "5:6", { uid = 5, gid = 6 } }, { "1234", { uid = 7 } }, { "+1234",
    { uid = 1234 } },
  { "ann.audio", { uid = 1000, gid = 29 } }, { "j.d", { uid = 1001 } }, { "", {} },
} do
  t.is(passwd.owner(case[1]), case[2], "owner " .. case[1])
end
t.is({ passwd.owner("who") }, { nil, "unknown user who" })
t.is({ passwd.owner(":who") }, { nil, "unknown group who" })
t.is({ passwd.owner("4294967295") }, { nil, "unknown user 4294967295" }, "-1 is no user")
t.is({ passwd.owner("5:") }, { nil, "no login group for user 5" })
passwd.users_file = dir .. "/none"
passwd.reset()
t.is(passwd.user("root"), nil, "no file: no names")
