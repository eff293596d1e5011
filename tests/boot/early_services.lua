-- early_services.lua - B06: the initramfs brings up the network and an ssh server, then the root
-- is another; both go on as the same processes, and so does a connection that was open
--
-- The server and its client are Debian's dropbear with its C library, unpacked by make.

local machine = require "machine"
local t = require "test"
local S = require "syscall"

local folder = os.getenv "LUABOX_SSH"
if not folder then t.skip("needs QEMU as `make test` starts it") end
local LIB = "lib/" .. (S.uname().machine) .. "-linux-gnu/"
local LIBRARIES = { "libc.so.6", "libcrypt.so.1", "libz.so.1", "libtomcrypt.so.1",
  "libtommath.so.1", "libgmp.so.10" }

local function find(path)
  for _, base in ipairs { folder .. "/", folder .. "/usr/" } do
    if S.stat(base .. path) then return base .. path end
  end
end
local loader = find "lib64/ld-linux-x86-64.so.2"
local server, client = find "sbin/dropbear", find "bin/dbclient"
if not (loader and server and client) then t.skip("needs Debian's dropbear-bin for x86_64") end
loader = find(LIB .. "ld-linux-x86-64.so.2") or loader -- the link is absolute

--- argv of one of the programs with its own C library.
local function program(path, ...)
  return { loader, "--library-path", folder .. "/" .. LIB .. ":" .. folder .. "/usr/" .. LIB,
    find(path), ... }
end

local host_key, user_key = t.tmp() .. "/host", t.tmp() .. "/user"
local public
for _, key in ipairs { host_key, user_key } do
  local got = t.execute(program("bin/dropbearkey", "-t", "ed25519", "-f", key),
    { program = loader })
  public = got.out:match("(ssh%-ed25519 %S+)")
end
t.ok(public, "keys are made")

-- Not one of those that the kernel gives to others before QEMU takes it.
local function free_port()
  local first = tonumber(t.read("/proc/sys/net/ipv4/ip_local_port_range"):match("%d+"))
  while true do
    local fd <close> = assert(S.socket("inet", "stream"))
    local port = math.random(math.min(10000, first // 2), first - 1)
    if fd:bind(S.t.sockaddr_in(port, "127.0.0.1")) then return port end
  end
end
local port = free_port()

local SSHD = [[service { name = "sshd", log = { to = "ring" }, ready = { tcp = 22 },
  run = { "/usr/sbin/dropbear", "-F", "-E", "-s", "-p", "22", "-r", "/etc/dropbear/key" } }]]
-- The shell of root: says what it was asked to run, then what it hears.
local ANSWER = [[#!/bin/lua
print("run " .. tostring(arg[2]))
io.stdout:flush()
for line in io.lines() do
  print("heard " .. line)
  io.stdout:flush()
end
]]
local files = {
  ["etc/luabox/services/sshd.lua"] = "return " .. SSHD,
  ["real.lua"] = "return {" .. SSHD
    .. ', service { name = "late", run = { "sleep", "100002" } } }',
  ["usr/sbin/dropbear"] = { data = t.read(server), mode = "755" },
  ["lib64/ld-linux-x86-64.so.2"] = { data = t.read(loader), mode = "755" },
  ["etc/dropbear/key"] = { data = t.read(host_key), mode = "600" },
  ["root/.ssh/authorized_keys"] = { data = public .. "\n", mode = "600" },
  ["etc/passwd"] = "root:x:0:0:root:/root:/bin/answer\n",
  ["etc/shells"] = "/bin/answer\n",
  ["bin/answer"] = { data = ANSWER, mode = "755" },
  ["etc/group"] = "root:x:0:\n",
}
for _, name in ipairs(LIBRARIES) do
  files[LIB .. name] = { data = t.read(assert(find(LIB .. name), name)), mode = "755" }
end

local vm <close> = machine.boot { files = files, forward = port }
vm:expect_all("lease of 10.0.2.15 obtained", "luabox: default is up")
vm:prompt()

--- ssh into the machine: its pid, what we write to it and what we read.
local function ssh(...)
  local _, _, input, to = assert(S.pipe2("cloexec"))
  local _, _, from, output = assert(S.pipe2("cloexec"))
  local argv = program("bin/dbclient", "-y", "-y", "-i", user_key, "-p", tostring(port),
    "root@127.0.0.1", ...)
  argv.path, argv.fds, argv.pdeathsig = loader, { [0] = input, [1] = output, [2] = output }, "kill"
  argv.env = { "HOME=" .. t.tmp(), "PATH=/bin:/usr/bin" }
  local pid = assert(S.spawn(argv))
  input:close()
  output:close()
  return pid, to, from
end

--- Read until the text has come: all that was read.
local function hear(from, text)
  local heard, deadline = "", S.clock_gettime("monotonic").time + 300
  while not heard:find(text, 1, true) do
    local left = deadline - S.clock_gettime("monotonic").time
    local fds = S.t.pollfds { { fd = from, events = "in" } }
    if left <= 0 or S.poll(fds, math.ceil(left * 1000)) ~= 1 then break end
    local piece = from:read(nil, 4096)
    if not piece or piece == "" then break end
    heard = heard .. piece
  end
  return heard
end

local function pids()
  local list = vm:type("svc list")
  return list:match("\ndhcp +up +%S+ +(%d+)"), list:match("\nsshd +up +%S+ +(%d+)"), list
end

local dhcp, sshd, list = pids()
t.ok(dhcp and sshd, "dhcp and sshd of the initramfs are up", list)
local session, to, from = ssh("something")
to:write("before\n")
local heard = hear(from, "heard before\n")
t.ok(heard:find("heard before\n", 1, true), "somebody is logged in", heard)

vm:switch_root()
vm:type("svc wait -t 200 late")
local dhcp_after, sshd_after
dhcp_after, sshd_after, list = pids()
t.is({ dhcp_after, sshd_after }, { dhcp, sshd }, "B06: both are the processes that they were")
t.ok(list:find("\nlate +up"), "what only the real root has is started", list)

to:write("after\n")
heard = hear(from, "heard after\n")
t.ok(heard:find("heard after\n", 1, true), "B06: the connection goes on", heard)
to:close()
local _, _, status = S.waitpid(session)
t.is(status.EXITSTATUS, 0, "and ends well")

-- the client of the initramfs still holds the lease, and renews it, without the /proc it slept in
local function left()
  return tonumber(vm:type("ip addr show eth0"):match("valid_lft (%d+)sec"))
end
local before = left()
vm:type("svc kill USR1 dhcp")
local renewed
vm.await(function()
  renewed = left()
  return renewed > before
end)
t.ok(renewed > before, "B06: the lease is renewed", before .. " -> " .. renewed)
t.is((pids()), dhcp, "B06: by the same process")
t.ok(vm:type("ip addr show eth0"):find("inet 10%.0%.2%.15/24"), "B06: the address is there")
local _
_, to, from = ssh("another")
heard = hear(from, "run another\n")
t.ok(heard:find("run another\n", 1, true), "B06: a new connection is served", heard)
to:close()

local chart = vm:type("svc bootchart")
t.ok(chart:find("dhcp") and chart:find("sshd") and chart:find("late"),
  "B06: bootchart shows both stages", chart)
vm:type(("=S.kill(%s, 'kill')"):format(dhcp))
vm.await(function()
  dhcp_after = pids()
  return dhcp_after and dhcp_after ~= dhcp
end)
t.ok(dhcp_after and dhcp_after ~= dhcp, "B06: supervised: one that is killed comes back")
t.is(vm:poweroff(), 0, "poweroff ends QEMU")
