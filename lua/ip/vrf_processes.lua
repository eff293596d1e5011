-- ip/vrf_processes.lua - `ip vrf exec`, `identify`, `pids`: processes whose sockets are in a VRF
--
-- Layer: library of ip; calls S. Words and messages are iproute2 6.1's (ip-vrf(8)), and so is where
-- the processes are: in a control group vrf/NAME below their own, to which a program of the kernel
-- belongs that binds each new socket to the device: bpf(2), BPF_PROG_TYPE_CGROUP_SOCK.

local S = require "syscall"
local context = require "ip.context"
local file = require "proc.file"

local fail = context.fail

local OWN_MOUNT = "/run/cgroup2" -- where no cgroup2 is mounted
local INET_SOCK_CREATE = 2 -- enum bpf_attach_type

local processes = {}

-- Where the tree of control groups is.
local function mount_point()
  for _, mount in ipairs(require("fs.mounts").list() or {}) do
    if mount.fstype == "cgroup2" then return mount.target end
  end
  S.mkdir(OWN_MOUNT, "0755")
  local ok, err = S.mount("none", OWN_MOUNT, "cgroup2")
  return ok and OWN_MOUNT
    or fail(1, "Failed to mount cgroup2. Are CGROUPS enabled in your kernel? " .. tostring(err))
end

-- A process's control group: -> path | nil, err
local function group_of(pid)
  local text, err = file.read(("/proc/%s/cgroup"):format(pid))
  if not text then return nil, err end
  return ("\n" .. text):match("\n0::([^\n]*)") or ""
end

-- "/x/vrf/red" -> "/x", "red"
local function split(group)
  local base, name = group:match("^(.-)/vrf/([^/]+)$")
  return base or (group == "/" and "" or group), name
end

local function table_of(ip, name)
  local index = ip:index(name)
  local info = index and ip:link(index).linkinfo
  return info and info.kind == "vrf" and info.data and info.data.table and index
end

-- A program that sets bound_dev_if, the first field of struct bpf_sock, and says yes.
local function load_program(index)
  local insns = S.t.bpf_insns(4, {
    S.t.bpf_insn("ALU64,MOV,K", 3, 0, 0, index),
    S.t.bpf_insn("STX,MEM,W", 1, 3, 0, 0),
    S.t.bpf_insn("ALU64,MOV,K", 0, 0, 0, 1),
    S.t.bpf_insn("JMP,EXIT"),
  })
  local program, err = S.bpf_prog_load("CGROUP_SOCK", insns, 4, "GPL", 0, 0)
  if not program and err.PERM then
    io.stderr:write("Failed to load BPF prog: '", tostring(err), "'\n",
      "Kernel compiled with CGROUP_BPF enabled?\n")
    fail(255)
  end
  return program or fail(255, ("Failed to load BPF prog: '%s'"):format(tostring(err)))
end

local function attach(directory, index)
  local program <close> = load_program(index)
  local group <close> = assert(S.open(directory, "rdonly, directory, cloexec"))
  local ok, err = S.bpf("PROG_ATTACH", S.t.bpf_attr { target_fd = group:getfd(),
    attach_bpf_fd = program:getfd(), attach_type = INET_SOCK_CREATE })
  if not ok then
    fail(255, ("Failed to attach prog to cgroup: '%s'"):format(tostring(err)))
  end
end

-- This process goes into the VRF, or out of the one it is in.
local function enter(ip, name)
  local index = name ~= "default" and (table_of(ip, name) or fail(255, "Invalid VRF name"))
  local group, err = group_of("self")
  if not group then fail(255, "Failed to determine vrf: " .. tostring(err)) end
  local base, current = split(group)
  if index and current == name or not index and not current then return end
  local directory = mount_point() .. base
  if index then
    S.mkdir(directory .. "/vrf", "0755")
    directory = directory .. "/vrf/" .. name
    local made
    made, err = S.mkdir(directory, "0755")
    if not made and not err.EXIST then
      fail(255, ("Failed to setup vrf cgroup2 directory: %s"):format(tostring(err)))
    end
    attach(directory, index)
  end
  local members <close>, failure = S.open(directory .. "/cgroup.procs", "wronly, cloexec")
  local ok = members
  if members then ok, failure = members:write(tostring(S.getpid())) end
  if not ok then fail(255, "Failed to join cgroup: " .. tostring(failure)) end
end

--- `ip vrf exec NAME COMMAND ...`
function processes.exec(ip, words)
  local name = words:take() or fail(1, "No VRF name specified")
  local argv = { table.unpack(words, words.at) }
  if not argv[1] then fail(1, "No command specified") end
  enter(ip, name)
  require("ip.exec").replace(ip, argv)
end

--- `ip vrf identify [PID]`
function processes.identify(ip, words)
  local pid = words:take()
  if words:peek() then context.invalid(words:peek(), "Extra arguments specified\n") end
  if pid and not pid:find("^%d+$") then context.invalid(pid, "Invalid pid\n") end
  local group, err = group_of(pid or "self")
  if not group then
    fail(1, "Failed to lookup vrf association: " .. tostring(err))
  end
  local _, name = split(group)
  if name then ip.out:name(nil, "%s\n", name) end
  return 0
end

-- Calls fn(directory) for each group of the VRF, wherever it is in the tree.
local function each_group(directory, name, fn)
  local fd <close> = S.open(directory, "rdonly, directory, cloexec")
  local entries, types = require("fs.dir").list(fd or -1)
  for i, entry in ipairs(entries or {}) do
    if types[i] == "directory" then
      local path = directory .. "/" .. entry
      if entry == name and directory:find("/vrf$") then fn(path) end
      each_group(path, name, fn)
    end
  end
end

--- `ip vrf pids NAME`
function processes.pids(ip, words)
  local name = words:take()
  if not name or words:peek() then fail(1, "Invalid arguments") end
  if not table_of(ip, name) then fail(1, "Invalid VRF name") end
  each_group(mount_point(), name, function(path)
    for pid in (file.read(path .. "/cgroup.procs") or ""):gmatch("%d+") do
      ip.out:text("%5s  %s\n", pid, file.line(("/proc/%s/comm"):format(pid)) or "")
    end
  end)
  return 0
end

return processes
