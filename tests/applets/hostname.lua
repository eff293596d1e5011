-- tests/applets/hostname.lua - hostname as an unprivileged user
-- Setting the name happens in a UTS namespace, where it harms nobody.

local t = require "test"

local name = t.read("/proc/sys/kernel/hostname"):match("%S+") -- the kernel's answer, not ours
local usage = "usage: hostname [-s | -d | -f | -i] [-F FILE | NAME]\n"

t.run("hostname", { out = name .. "\n" })
t.run("hostname -s", { out = name:match("^[^.]*") .. "\n" })
t.run("hostname --sho", { out = name:match("^[^.]*") .. "\n" })
t.run("hostname a b", { status = 1, err = "hostname: too many operands\n" .. usage })
t.run("hostname -z", { status = 1, err = "hostname: unknown option -z\n" .. usage })
t.run("hostname --shrot",
  { status = 1, err = "hostname: unknown option --shrot (did you mean --short?)\n" .. usage })
t.run("hostname --version", { out = t.match "^hostname %(luabox%) %d" })

t.isolated("newuts", function()
  t.run("hostname box.example.org", {})
  t.is(t.read("/proc/sys/kernel/hostname"), "box.example.org\n", "the name is set")
  t.run("hostname -s", { out = "box\n" })
  t.run("hostname -d", { out = "example.org\n" })
  local file = t.write(t.tmp() .. "/name", "# a comment\n\nother\n")
  t.run({ "hostname", "-F", file }, {})
  t.run("hostname", { out = "other\n" })
  t.run({ "hostname", ("x"):rep(65) },
    { status = 1, err = "hostname: " .. ("x"):rep(65) .. ": Invalid argument\n" })
end)
