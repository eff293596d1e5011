-- syscall/composed.lua - members of S that are made of other members
--
-- Layer: library, behind S: asked when the bindings in C have no such name.

local S = require "syscall"

local composed = {}

--- Functions in rooms of their own.
local ROOMS = { xattr = "attributes", lxattr = "attributes", fxattr = "attributes",
  pathconf = "pathconf", fpathconf = "pathconf", lockf = "lock", inotify_read = "inotify",
  bpf_map_create = "bpf", bpf_map_op = "bpf", bpf_prog_load = "bpf", perf_tracepoint = "perf",
  perf_probe = "perf", perf_attach_tracepoint = "perf" }

--- Modules that are members of S, as in ljsyscall.
local MODULES = { nl = "nl", util = "syscall.util", mem = "syscall.mem", abi = "syscall.abi",
  cgroup = "syscall.cgroup", landlock = "syscall.landlock" }

--- The timer's count of expirations.
---@param fd S.fd
---@return integer? count 0 when it would block
---@return S.Error? err
function composed.timerfd_read(fd)
  local bytes, err = S.read(fd, nil, 8)
  if bytes then return (string.unpack("=I8", bytes)) end
  if err.AGAIN then return 0 end
  return nil, err
end

composed.eventfd_read = composed.timerfd_read

---@param fd S.fd
---@param n integer? 1
---@return integer? written
---@return S.Error? err
function composed.eventfd_write(fd, n)
  return S.write(fd, string.pack("=I8", n or 1))
end

--- The signals that wait in a signalfd.
---@param fd S.fd
---@param n integer? how many at the most: 8
---@return S.t.signalfd_siginfo[]? signals empty when it would block
---@return S.Error? err
function composed.signalfd_read(fd, n)
  local mem = require "syscall.mem"
  local size = mem.sizeof("signalfd_siginfo")
  local buffer = mem.list("signalfd_siginfo", n or 8)
  local got, err = S.read(fd, buffer, size * (n or 8))
  if not got then
    if err.AGAIN then return {} end
    return nil, err
  end
  local signals = {}
  for i = 1, got // size do signals[i] = buffer[i] end
  return signals
end

--- Set a file's times, in whole seconds.
---@param path string
---@param actime integer? now
---@param modtime integer? actime
function composed.utime(path, actime, modtime)
  local times = actime and { actime, modtime or actime }
  return S.utimensat("fdcwd", path, times)
end

---@param path string
---@param times table? {access, modification}
function composed.utimes(path, times)
  return S.utimensat("fdcwd", path, times)
end

---@param path string
---@param times table? {access, modification}, of the link itself
function composed.lutimes(path, times)
  return S.utimensat("fdcwd", path, times, "symlink_nofollow")
end

--- Read and perhaps write a kernel parameter.
---@param name string with dots: "net.ipv4.ip_forward"
---@param new string|number|nil
---@return string? old
---@return S.Error? err
function composed.sysctl(name, new)
  local path = "/proc/sys/" .. name:gsub("%.", "/")
  local fd, err = S.open(path, new and "rdwr" or "rdonly")
  if not fd then return nil, err end
  local file <close> = fd
  local old
  old, err = file:read(nil, 65536)
  if not old then return nil, err end
  if new then
    local ok
    ok, err = file:pwrite(tostring(new), nil, 0) -- anywhere else it is ignored without a word
    if not ok then return nil, err end
  end
  return (old:gsub("\n$", ""))
end

--- A file of /dev/shm, as shm_open(3) makes one; the leading / may be left out.
---@param name string
---@param flags string|integer|nil c.O
---@param mode string|integer|nil c.MODE
---@return S.fd? fd
---@return S.Error? err
function composed.shm_open(name, flags, mode)
  local path = "/dev/shm/" .. name:gsub("^/+", "")
  return S.open(path, S.c.O(flags, "nofollow, cloexec, nonblock"), mode)
end

---@param name string
---@return true? ok
---@return S.Error? err
function composed.shm_unlink(name)
  return S.unlink("/dev/shm/" .. name:gsub("^/+", ""))
end

composed._VERSION = "luabox " .. require "version"
composed._DESCRIPTION = "system calls of Linux, with the names of ljsyscall"
composed._COPYRIGHT = "see luabox --licenses"

--- ljsyscall's view of the types: constructors, casts, sizes, C's names.
local function types()
  local mem = require "syscall.mem"
  local function view(make)
    return setmetatable({}, {
      __index = function(self, name)
        local value = make(name)
        rawset(self, name, value)
        return value
      end,
    })
  end
  return {
    t = S.t,
    pt = view(function(name)
      local layout = name == "void" and "char" or name
      return function(p)
        if type(p) == "number" then return mem.pointer(p) end
        return mem.cast(layout, p)
      end
    end),
    s = view(function(name) return S.t[name] and #S.t[name] end),
    ctypes = view(function(name)
      return S.t[name:gsub("^struct ", ""):gsub("^union ", ""):gsub("_t$", "")]
    end),
  }
end

return setmetatable(composed, {
  __index = function(_, name)
    if name == "types" then return types() end
    if ROOMS[name] then return require("syscall." .. ROOMS[name])[name] end
    return MODULES[name] and require(MODULES[name])
  end,
})
