-- cage.lua - a place where a process may call anything: nothing outside is within its reach
--
-- Layer: tests. Several walls, none of which knows of the others:
--	no descriptor from outside is open: an inherited one is a way out of every namespace
--	an own user, who owns nothing on the machine, and root only over the own namespaces:
--	a root that is the machine's own may still change what the machine's root owns
--	all namespaces; in each mount namespace a root of its own, the old one gone
--	processes inside cannot look into those that guard them
--	sockets of the host machine (vsock) know no namespace: a filter refuses them
-- Follows user_namespaces(7), pivot_root(2) "pivot_root(\".\", \".\")", vsock(7).

local S = require "syscall"

local cage = {}

-- nobody's, on the machine; nor that of another such test at the same time
cage.USER = 0x6c000000 + S.getpid()

local NAMESPACES = "newuser, newpid, newns, newnet, newipc, newuts, newcgroup"
local FIRST_ARGUMENT = 16 -- where it lies in struct seccomp_data

--- Nothing but the three standard streams stays open: they read and write nothing but memory,
--- whose mode and length are sealed.
---@param log S.fd a memfd, for standard error
local function close_outside(log)
  local null = assert(S.memfd_create("null", "allow_sealing"))
  assert(null:fcntl("add_seals", "seal, shrink, grow, write"))
  assert(log:fcntl("add_seals", "seal, shrink"))
  for fd, from in pairs { [0] = null, [1] = null, [2] = log } do
    assert(S.dup2(from, fd)):nogc()
  end
  null:close()
  collectgarbage() -- objects of descriptors would close, later, what has their number then
  assert(S.close_range(3, 0xffffffff))
end

local function become_nobody()
  assert(S.setgroups {})
  assert(S.setresgid(cage.USER, cage.USER, cage.USER))
  assert(S.setresuid(cage.USER, cage.USER, cage.USER))
  assert(S.prctl("set_no_new_privs", 1))
  assert(S.prctl("set_dumpable", 1)) -- else /proc/self belongs to the machine's root
  if not S.unshare(NAMESPACES .. ", newtime") then assert(S.unshare(NAMESPACES)) end
  local root_is_nobody = ("0 %d 1"):format(cage.USER)
  for _, map in ipairs { { "setgroups", "deny" }, { "uid_map", root_is_nobody },
    { "gid_map", root_is_nobody } } do
    local file <close> = assert(S.open("/proc/self/" .. map[1], "wronly"))
    assert(file:write(map[2]))
  end
end

local function refuse_vsock()
  local t, nr = S.t, require "syscall.linux.nr"
  if not nr.SYS.socket then return end
  local low = S.abi.be and 4 or 0
  local program = t.sock_filters {
    t.sock_filter("LD,W,ABS", 0),
    t.sock_filter("JMP,JEQ,K", nr.SYS.socket, 0, 3),
    t.sock_filter("LD,W,ABS", FIRST_ARGUMENT + low),
    t.sock_filter("JMP,JEQ,K", S.c.AF.VSOCK, 0, 1),
    t.sock_filter("RET,K", S.c.SECCOMP_RET.ERRNO | S.c.E.AFNOSUPPORT),
    t.sock_filter("RET,K", S.c.SECCOMP_RET.ALLOW),
  }
  assert(S.seccomp("set_mode_filter", 0, program))
end

--- An empty tmpfs is all that there is, in this mount namespace.
---@param at string a folder
---@param size string as tmpfs takes it
function cage.new_root(at, size)
  assert(S.mount("none", "/", nil, "rec, private"))
  assert(S.mount("none", at, "tmpfs", "nosuid, nodev", "size=" .. size))
  assert(S.chdir(at))
  assert(S.pivot_root(".", "."))
  assert(S.umount(".", "detach"))
  assert(S.chdir("/"))
end

--- The processes of the cage: a /proc that has no place in any tree.
---@return S.fd directory
local function processes()
  local context <close> = assert(S.fsopen("proc"))
  assert(context:fsconfig("cmd_create"))
  return assert(S.fsmount(context))
end

--- The calling process goes in, never to come out: fn runs as process 1 in there, and its end
--- is the end of all. Raises when it cannot be built.
---@param log S.fd a memfd that may be sealed; standard error of all inside
---@param at string an empty folder
---@param fn fun(proc: S.fd) what runs inside; to be closed before anything dangerous runs
---@return S.t.waitstatus status
function cage.enter(log, at, fn)
  close_outside(log)
  S.setsid() -- a group of processes is killed beyond its namespace
  become_nobody()
  local pid = assert(S.fork())
  if pid ~= 0 then
    local _, _, status = S.waitpid(pid)
    return status
  end
  S.prctl("set_pdeathsig", "kill")
  S.setsid()
  S.keyctl("join_session_keyring")
  local proc = processes()
  cage.new_root(at, "1m")
  assert(S.mkdir("w", "0755"))
  refuse_vsock()
  S.prctl("set_dumpable", 0)
  fn(proc)
  S._exit(0)
end

return cage
