-- files.lua - what the image holds beside the binary, its links and the kernel modules
--
-- Layer: image building; data. A machine's own services and rc.lua go to etc/luabox/.

local function dir(path, mode)
  return { path = path, type = "dir", mode = tonumber(mode or "755", 8) }
end

local function file(path, data, mode)
  return { path = path, type = "file", mode = tonumber(mode or "644", 8), data = data }
end

local function link(path, target)
  return { path = path, type = "link", mode = tonumber("777", 8), data = target }
end

local function char(path, mode, major, minor)
  return { path = path, type = "char", mode = tonumber(mode, 8), major = major, minor = minor }
end

return {
  -- The kernel opens /dev/console for PID 1 before anything could be mounted.
  char("dev/console", "600", 5, 1),
  char("dev/null", "666", 1, 3),

  dir("proc"),
  dir("sys"),
  dir("run"),
  dir("mnt"),
  dir("root", "700"),
  dir("tmp", "1777"),
  dir("var/log"),
  dir("etc/luabox/services"),
  link("var/run", "../run"),
  link("var/tmp", "../tmp"),

  -- one folder of commands under all the names that scripts expect
  link("init", "bin/luabox"),
  link("sbin", "bin"),
  link("usr/bin", "../bin"),
  link("usr/sbin", "../bin"),

  file("etc/passwd", [[
root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534:nobody:/:/bin/false
]]),
  file("etc/group", [[
root:x:0:
tty:x:5:
disk:x:6:
nogroup:x:65534:
]]),
  -- "*": no password opens this account; a getty is somebody's deliberate addition
  file("etc/shadow", "root:*:::::::\nnobody:*:::::::\n", "600"),
  file("etc/hostname", "luabox\n"),
  file("etc/hosts", "127.0.0.1 localhost\n::1 localhost\n127.0.1.1 luabox\n"),
  file("etc/os-release", 'NAME="luabox"\nID=luabox\nPRETTY_NAME="luabox"\n'),
}
