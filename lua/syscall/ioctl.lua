-- syscall/ioctl.lua - c.IOCTL: requests by name, and what each takes and answers
--
-- Layer: library, behind S.c and S.ioctl. Compatible with ljsyscall: a request is a number, or
-- a table {number, read, write, type, singleton}. Follows ioctl_list(2), asm/ioctl.h.

local S = require "syscall"
local mem = require "syscall.mem"

local IOC = S.c.IOC
local number = S.c.IOCTL_NUMBER

--- What the kernel takes as the number itself, not its address: ioctl(2)'s third argument.
local BY_VALUE = {}
for name in ([[TCSBRK TCSBRKP TCFLSH TCXONC TIOCSCTTY TIOCSIG EVIOCRMFF EVIOCGRAB TUNSETNOCSUM
  TUNSETDEBUG TUNSETPERSIST TUNSETOWNER TUNSETGROUP TUNSETLINK TUNSETOFFLOAD UI_SET_EVBIT
  UI_SET_KEYBIT PERF_EVENT_IOC_ENABLE PERF_EVENT_IOC_DISABLE PERF_EVENT_IOC_RESET
  PERF_EVENT_IOC_REFRESH PERF_EVENT_IOC_SET_OUTPUT PERF_EVENT_IOC_SET_BPF
  VFIO_CHECK_EXTENSION]]):gmatch("%S+") do BY_VALUE[number[name]] = true end

-- read and write are the program's: it reads the answer, it writes an argument.
local READ, WRITE, SINGLE = "read", "write", "singleton"

local TYPED = {
  TCGETS = { "termios", READ },
  TCGETS2 = { "termios2", READ },
  TCSETS2 = { "termios2", WRITE },
  TCSETSW2 = { "termios2", WRITE },
  TCSETSF2 = { "termios2", WRITE },
  TIOCGWINSZ = { "winsize", READ },
  TIOCSWINSZ = { "winsize", WRITE },
  TIOCGPTN = { "uint", READ, SINGLE },
  TIOCGDEV = { "uint", READ, SINGLE },
  TIOCSPTLCK = { "int", WRITE, SINGLE },
  EVIOCGVERSION = { "int", READ, SINGLE },
  EVIOCGID = { "input_id", READ },
  EVIOCGREP = { "uint2", READ },
  EVIOCSREP = { "uint2", WRITE },
  EVIOCGKEYCODE = { "uint2", READ, WRITE },
  EVIOCSKEYCODE = { "uint2", WRITE },
  EVIOCGKEYCODE_V2 = { "input_keymap_entry", READ, WRITE },
  EVIOCSKEYCODE_V2 = { "input_keymap_entry", WRITE },
  EVIOCSFF = { "ff_effect", READ, WRITE }, -- the kernel gives it its id
  EVIOCGEFFECTS = { "int", READ, SINGLE },
  TUNGETFEATURES = { "uint", READ, SINGLE },
  TUNGETIFF = { "ifreq", READ },
  TUNGETSNDBUF = { "int", READ, SINGLE },
  TUNSETSNDBUF = { "int", WRITE, SINGLE },
  TUNGETVNETHDRSZ = { "int", READ, SINGLE },
  TUNSETVNETHDRSZ = { "int", WRITE, SINGLE },
  TUNSETIFF = { "ifreq", WRITE },
  TUNSETQUEUE = { "ifreq", WRITE },
  TUNSETTXFILTER = { "tun_filter", WRITE },
  TUNATTACHFILTER = { "sock_fprog", WRITE },
  TUNDETACHFILTER = { "sock_fprog", WRITE },
  VHOST_GET_FEATURES = { "uint64", READ, SINGLE },
  VHOST_SET_FEATURES = { "uint64", WRITE, SINGLE },
  VHOST_SET_MEM_TABLE = { "vhost_memory", WRITE },
  VHOST_SET_LOG_BASE = { "uint64", WRITE, SINGLE },
  VHOST_SET_LOG_FD = { "int", WRITE, SINGLE },
  VHOST_SET_VRING_NUM = { "vhost_vring_state", WRITE },
  VHOST_SET_VRING_BASE = { "vhost_vring_state", WRITE },
  VHOST_GET_VRING_BASE = { "vhost_vring_state", READ, WRITE },
  VHOST_SET_VRING_ADDR = { "vhost_vring_addr", WRITE },
  VHOST_SET_VRING_KICK = { "vhost_vring_file", WRITE },
  VHOST_SET_VRING_CALL = { "vhost_vring_file", WRITE },
  VHOST_SET_VRING_ERR = { "vhost_vring_file", WRITE },
  VHOST_NET_SET_BACKEND = { "vhost_vring_file", WRITE },
  PERF_EVENT_IOC_PERIOD = { "uint64", WRITE, SINGLE },
  PERF_EVENT_IOC_ID = { "uint64", READ, SINGLE },
}

local function request(n, type_name, ...)
  local entry = { number = n, type = type_name }
  for _, word in ipairs { ... } do entry[word] = true end
  return entry
end

-- ---- numbers made by hand: asm/ioctl.h ----

local function make(direction, kind, nr, size)
  if type(kind) == "string" then kind = kind:byte() end
  return direction << IOC.DIRSHIFT | size << IOC.SIZESHIFT | kind << IOC.TYPESHIFT |
    nr << IOC.NRSHIFT
end

local function maker(direction, ...)
  local words = { ... }
  return function(kind, nr, type_name)
    type_name = type_name or "int"
    local n = make(direction, kind, nr, #S.t[type_name])
    return request(n, type_name, table.unpack(words))
  end
end

local IOCTL = {
  _IO = function(kind, nr) return make(IOC.NONE, kind, nr, 0) end,
  _IOR = maker(IOC.READ, READ),
  _IOW = maker(IOC.WRITE, WRITE),
  _IOWR = maker(IOC.READ | IOC.WRITE, READ, WRITE),
}

-- linux/input.h's macros with an argument; E is their type
local function sized(nr)
  return function(length) return make(IOC.READ, "E", nr, length) end
end

for name, nr in pairs { EVIOCGNAME = 0x06, EVIOCGPHYS = 0x07, EVIOCGUNIQ = 0x08,
  EVIOCGPROP = 0x09, EVIOCGKEY = 0x18, EVIOCGLED = 0x19, EVIOCGSND = 0x1a, EVIOCGSW = 0x1b } do
  IOCTL[name] = sized(nr)
end

function IOCTL.EVIOCGBIT(event, length) return sized(0x20 + (S.c.EV[event] or 0))(length) end

function IOCTL.EVIOCGABS(axis)
  return IOCTL._IOR("E", 0x40 + S.c.ABS[axis], "input_absinfo")
end

function IOCTL.EVIOCSABS(axis)
  return IOCTL._IOW("E", 0xc0 + S.c.ABS[axis], "input_absinfo")
end

for name, n in pairs(number) do
  local entry = TYPED[name]
  IOCTL[name] = entry and request(n, table.unpack(entry)) or n
end

-- ---- performing one ----

local SCALARS = { int = true, uint = true, uint64 = true }

--- The argument in memory of the request's type.
local function argument(entry, value)
  if mem.ismem(value) then return value end
  if not SCALARS[entry.type] then return S.t[entry.type](value) end
  local m = S.t[entry.type .. (entry.type:find("%d$") and "_1" or "1")]()
  if value ~= nil then m[0] = value end
  return m
end

--- S.ioctl's part for requests that are no plain number.
---@param fd S.fd
---@param name string|table of c.IOCTL
---@param value any
---@return any answer
---@return S.Error? err
local function perform(fd, name, value)
  local entry = name
  if type(name) == "string" then
    entry = IOCTL[name] or IOCTL[name:upper()]
    if not entry then error("invalid flag " .. name, 3) end
  end
  if type(entry) == "number" then
    if BY_VALUE[entry] and math.type(value) then value = mem.pointer(value) end
    return S.ioctl(fd, entry, value)
  end
  if type(entry) ~= "table" or not entry.number then
    error("ioctl: a request by its name or number expected", 3)
  end
  if entry.write and value == nil then error("ioctl: the request needs an argument", 3) end
  local m = argument(entry, value)
  local answer, err = S.ioctl(fd, entry.number, m)
  if not answer then return nil, err end
  if not entry.read then return answer end
  if entry.singleton then return m[0] end
  return m
end

return setmetatable(IOCTL, {
  __index = function(t, name)
    if name == "_perform" then return perform end
    if type(name) ~= "string" then return name end
    return rawget(t, name:match("^%s*(.-)%s*$"):upper())
  end,
  __call = function(t, name) return t[name] end,
})
