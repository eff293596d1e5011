-- examples.lua - ljsyscall's example programs, and its test of lfs, run as they are
--
-- Layer: tests. LJSYSCALL_DIR names their source. Each runs in namespaces of its own; what is
-- put before it is LuaJIT's: the modules bit and ffi, as far as they ask for them. Paths that
-- name LuaJIT and its libraries are made to exist, or are changed in a copy.

local t = require "test"
local S = require "syscall"

local dir = os.getenv "LJSYSCALL_DIR" or "build/peers/ljsyscall"
if not S.stat(dir .. "/examples") then t.skip("no ljsyscall at " .. dir) end
t.need_root()
if dir:sub(1, 1) ~= "/" then dir = S.getcwd() .. "/" .. dir end

local WAIT = 120 -- seconds, for what must happen
local tmp = t.tmp()

local PRELUDE = [[
  bit = require "syscall.bit"
  package.preload.ffi = function()
    return { arch = require "syscall.abi".arch, cast = function(_, value) return value end }
  end
]]

--- Start a program; what it prints goes to a file.
local function start(argv, output)
  local out = assert(S.open(output, "wronly, creat, trunc", "0600"))
  local null = assert(S.open("/dev/null", "rdwr"))
  local spec = table.move(argv, 1, #argv, 1, { path = argv.path or t.binary })
  spec.fds, spec.pdeathsig, spec.cwd = { [0] = null, [1] = out, [2] = out }, "kill", argv.cwd
  spec.namespaces = argv.namespaces
  local pid = assert(S.spawn(spec))
  out:close()
  null:close()
  return pid
end

local function example(name, ...)
  return { "lua", "-e", PRELUDE, dir .. "/examples/" .. name .. ".lua", ... }
end

--- Wait until a function's result is true.
local function wait_for(condition)
  local deadline = S.clock_gettime("monotonic").time + WAIT
  repeat
    local result = condition()
    if result then return result end
    S.nanosleep(0.02)
  until S.clock_gettime("monotonic").time > deadline
end

--- Run to its end: status and output.
local function run(argv)
  local pid = start(argv, tmp .. "/run")
  local status = wait_for(function()
    local done, _, status = S.waitpid(pid, "nohang")
    return done == pid and status
  end)
  if not status then
    S.kill(pid, "kill")
    S.waitpid(pid)
  end
  return status and status.EXITSTATUS, t.read(tmp .. "/run")
end

local function stop(pid)
  S.kill(pid, "kill")
  S.waitpid(pid)
end

--- The file's text with one string in the place of another: they are ours to choose.
local function changed(name, changes)
  local text = t.read(dir .. "/examples/" .. name .. ".lua")
  for _, change in ipairs(changes) do
    local from, to = change[1]:gsub("%p", "%%%0"), change[2]:gsub("%%", "%%%%")
    text = text:gsub(from, to)
  end
  return text
end

-- ---- epoll.lua: a server on port 8000 ----

t.netns(function()
  assert(S.nl.interfaces().lo:up())
  local pid = start(example "epoll", tmp .. "/epoll")
  local function get()
    local socket = assert(S.socket("inet", "stream"))
    local ok = socket:connect(S.t.sockaddr_in(8000, "127.0.0.1"))
    if not ok then
      socket:close()
      return nil
    end
    socket:setsockopt("socket", "rcvtimeo", S.t.timeval(WAIT))
    socket:write("GET / HTTP/1.0\r\n\r\n")
    local answer = {}
    repeat
      local part = socket:read() or ""
      answer[#answer + 1] = part
    until part == ""
    socket:close()
    return table.concat(answer)
  end
  local first = wait_for(get) or t.read(tmp .. "/epoll")
  t.ok(first:find("^HTTP/1.0 200 OK\r\n") and first:find("performance test", 1, true),
    "epoll.lua: a page is served", first)
  local good = 0
  for _ = 1, 50 do
    if get() == first then good = good + 1 end
  end
  t.is(good, 50, "epoll.lua: and fifty more", t.read(tmp .. "/epoll"))
  stop(pid)
end)

-- ---- event.lua: what a keyboard tells ----

if S.stat("/dev/input/event0") then
  local pid = start(example "event", tmp .. "/event")
  t.ok(wait_for(function() return t.read(tmp .. "/event"):find("evdev driver version") end),
    "event.lua: the driver's version", t.read(tmp .. "/event"))
  stop(pid)
else
  local _, out = run(example("event", "/dev/null"))
  t.ok(out:find("Inappropriate ioctl for device", 1, true),
    "event.lua: asks what is no input device", out)
  t.skip_one("event.lua: the driver's version", "no input device here")
end

-- ---- sigint.lua: a backtrace from a signal handler ----

local status, out = run(example "sigint")
t.ok(status == 1 and out:find("sigpipe", 1, true) and out:find("'bb'", 1, true)
  and out:find("'aa'", 1, true) and not out:find("not here", 1, true),
  "sigint.lua: the backtrace shows where the signal came", out)

-- ---- LuaFileSystem's test, which ljsyscall has for its lfs ----

if S.stat(dir .. "/include/lfs-tests/test.lua") then
  t.isolated("newns", function()
    assert(S.mount("none", "/tmp", "tmpfs")) -- it goes through /tmp eight thousand times
    S.mkdir(tmp, "rwxu")
    S.mkdir(tmp .. "/lfs", "rwxu")
    local argv = { "lua", dir .. "/include/lfs-tests/test.lua", cwd = tmp .. "/lfs" }
    local code, text = run(argv)
    t.ok(code == 0 and text:find("Ok!", 1, true), "lfs: LuaFileSystem's own test", text)
  end)
end

-- ---- vlan.lua: a link of 802.1q ----

t.netns(function()
  assert(S.nl.create_interface { name = "eth0", type = "veth", peer = { name = "peer0" } })
  local code, text = run(example "vlan")
  if text:find("Unknown device type", 1, true) then -- the kernel's own words
    t.skip_one("vlan.lua", "no 802.1q in this kernel")
  else
    t.ok(code == 0 and text:find("eth0.40", 1, true), "vlan.lua: the link is made", text)
    t.is(S.nl.interfaces()["eth0.40"], nil, "vlan.lua: and taken away")
  end
end)

-- ---- init.lua: PID 1 ----

--- Ends once it has waited for its last child, and then pauses.
local function is_done(file)
  return function() return t.read(file):find("last child exited", 1, true) end
end

t.isolated("newnet, newns, newuts", function()
  assert(S.nl.create_interface { name = "eth0", type = "veth", peer = { name = "peer0" } })
  local argv = example "init"
  argv.namespaces = "newpid"
  local pid = start(argv, tmp .. "/init")
  wait_for(is_done(tmp .. "/init"))
  local text = t.read(tmp .. "/init")
  t.ok(text:find("last child exited", 1, true), "init.lua: it comes to its end", text)
  t.ok(text:find("eth0%s+Link encap:Ethernet  HWaddr ") and text:find("10.3.0.2/24", 1, true)
    and text:find("lo%s+Link encap:Local Loopback"), "init.lua: the links are up", text)
  t.is(S.gethostname(), "lua", "init.lua: the host's name")
  stop(pid)
end)

-- ---- lxc.lua: a container with that init ----

t.isolated("newnet, newns, newuts", function()
  local work, share = tmp .. "/lxc", "/usr/local/share/lua/5.1"
  S.mkdir(work, "rwxu")
  S.mkdir(work .. "/luajit", "rwxu")
  assert(S.util.cp(t.binary, work .. "/luajit/luajit", "0755"))
  for _, name in ipairs { "libc.so", "libgcc_s.so" } do t.write(work .. "/luajit/" .. name, "\n") end
  -- the script's name is the interpreter's argument, and what it asks for is in the program
  t.write(work .. "/init.lua", changed("init", { { "/bin/luajit", "/bin/lua" } }))
  t.write(work .. "/lxc.lua", changed("lxc", { { '"/bin/luajit"', '"/bin/lua"' } }))
  assert(S.mount("none", "/usr/local/share", "tmpfs"))
  for _, path in ipairs { "/usr/local/share/lua", share, share .. "/syscall",
    share .. "/syscall/x64" } do
    assert(S.mkdir(path, "rwxu"))
  end
  for name in t.read(work .. "/lxc.lua"):gmatch('"' .. share .. "(/[^\"]+)\"") do
    t.write(share .. name, "\n")
  end
  local pid = start({ "lua", "-e", PRELUDE, "lxc.lua", cwd = work, namespaces = "newpid" },
    tmp .. "/lxc.out")
  wait_for(is_done(tmp .. "/lxc.out"))
  local text = t.read(tmp .. "/lxc.out")
  t.ok(text:find("last child exited", 1, true), "lxc.lua: the container's init comes to its end",
    text)
  t.ok(text:find("eth0%s+Link encap:Ethernet") and text:find("10.3.0.2/24", 1, true),
    "lxc.lua: the link was moved in and renamed", text)
  local links = S.nl.interfaces()
  t.ok(links.veth0 and not links.veth1, "lxc.lua: its peer stays outside")
  t.is(tostring(links.veth0.inet[1].addr), "10.3.0.1")
  stop(pid)
end)
