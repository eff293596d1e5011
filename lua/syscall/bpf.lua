-- syscall/bpf.lua - bpf(2)'s maps and programs: S.bpf_map_create, S.bpf_map_op, S.bpf_prog_load
--
-- Layer: library, behind S; calls S.bpf.

local S = require "syscall"
local mem = require "syscall.mem"

local bpf = {}

local LOG_SIZE = 65536 -- a verifier's report longer than this is cut by the kernel

---@param type string|integer c.BPF_MAP
---@param key_size integer bytes
---@param value_size integer bytes
---@param max_entries integer
---@return S.fd? fd
---@return S.Error? err
function bpf.bpf_map_create(type, key_size, value_size, max_entries)
  local attr = S.t.bpf_attr { map_type = S.c.BPF_MAP[type], key_size = key_size,
    value_size = value_size, max_entries = max_entries }
  local fd, err = S.bpf("MAP_CREATE", attr)
  if not fd then return nil, err end
  return S.t.fd(fd)
end

--- The sizes of a map's keys and values, which bpf(2) itself is not told: from /proc.
local function sizes(fd)
  local number = type(fd) == "number" and fd or fd:getfd()
  local file <close> = S.open("/proc/self/fdinfo/" .. number)
  local text = file and file:read() or ""
  return tonumber(text:match("key_size:%s*(%d+)")), tonumber(text:match("value_size:%s*(%d+)"))
end

local function check_room(what, value, size)
  if value == nil or math.type(value) then return end
  local room = type(value) == "string" and #value or mem.sizeof(value)
  if size and room < size then
    error(("%s of %d bytes, the map's have %d"):format(what, room, size), 3)
  end
end

--- One of MAP_LOOKUP_ELEM, MAP_UPDATE_ELEM, MAP_DELETE_ELEM, MAP_GET_NEXT_KEY.
---@param op string|integer c.BPF_CMD
---@param fd S.fd|integer
---@param key S.mem|string
---@param value S.mem|string|nil where the value or the next key goes, or is
---@param flags string|integer|nil c.BPF: any, noexist, exist
---@return integer? zero
---@return S.Error? err
function bpf.bpf_map_op(op, fd, key, value, flags)
  op = S.c.BPF_CMD[op]
  local key_size, value_size = sizes(fd)
  check_room("key", key, key_size)
  check_room("value", value,
    op == S.c.BPF_CMD.MAP_GET_NEXT_KEY and key_size or value_size)
  if type(value) == "string" and op ~= S.c.BPF_CMD.MAP_UPDATE_ELEM then
    error("a string cannot be written to", 2)
  end
  local attr = S.t.bpf_attr { map_fd = fd, key = key, value = value or 0,
    flags = S.c.BPF[flags] or 0 }
  return S.bpf(op, attr)
end

--- Load a program; what the verifier says comes along.
---@param type string|integer c.BPF_PROG
---@param insns S.mem t.bpf_insns
---@param length integer how many of them
---@param license string? "GPL"
---@param version integer? of the kernel, which old ones want for kprobes
---@param loglevel integer? 1; 0 for no log
---@return S.fd? fd
---@return S.Error|string? err, or the log
---@return string? log where it failed
function bpf.bpf_prog_load(type, insns, length, license, version, loglevel)
  if length * mem.sizeof("bpf_insn") > mem.sizeof(insns) then
    error("more instructions than there are", 2)
  end
  local log = S.t.buffer(LOG_SIZE)
  loglevel = loglevel or 1
  local attr = S.t.bpf_attr { prog_type = S.c.BPF_PROG[type], insns = insns, insn_cnt = length,
    license = license or "GPL", kern_version = version or 0, log_level = loglevel }
  if loglevel > 0 then attr.log_buf, attr.log_size = log, LOG_SIZE end
  local fd, err = S.bpf("PROG_LOAD", attr)
  if not fd then return nil, err, mem.string(log) end
  return S.t.fd(fd), mem.string(log)
end

return bpf
