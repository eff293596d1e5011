-- syscall/types/message.lua - what sendmsg and recvmsg take: buffers, headers, ancillary data
--
-- Layer: library, behind S.t. Follows cmsg(3) and recvmsg(2); the kernel's layouts.

local S = require "syscall"
local mem = require "syscall.mem"

local message = {}

local function fill(m, fields)
  for key, value in pairs(fields) do m[key] = value end
  return m
end

-- ---- iovec: a buffer and how much of it ----

message.iovec = {
  get = { base = function(m) return m.iov_base end },
  --- What all buffers hold, one behind the other.
  list_tostring = function(list)
    local parts = {}
    for i, iov in ipairs(list) do
      parts[i] = iov.len == 0 and "" or mem.string(iov.base, iov.len)
    end
    return table.concat(parts)
  end,
}

--- A string (copied: it may be read into), a number of bytes, a buffer or struct, {buffer,
--- length}, or fields.
function message.iovec.new(value)
  local m = mem.new("iovec")
  if value == nil then return m end
  local length
  if type(value) == "table" then
    if value[1] == nil then return fill(m, value) end
    value, length = value[1], value[2]
  end
  if type(value) == "number" then
    value = S.t.buffer(value)
  elseif type(value) == "string" then
    length = length or #value
    value = mem.copy(S.t.buffer(#value), value, #value)
  end
  m.iov_base, m.iov_len = value, length or mem.sizeof(value)
  return m
end

-- ---- msghdr ----

local function size_of(value) return type(value) == "string" and #value or mem.sizeof(value) end

message.msghdr = {
  set = {
    --- The address: a sockaddr.
    name = function(m, address)
      m.msg_name, m.msg_namelen = address, address and #address or 0
    end,
    --- t.iovecs, or what its constructor takes.
    iov = function(m, iov)
      if type(iov) ~= "userdata" then iov = S.t.iovecs(iov) end
      m.msg_iov, m.msg_iovlen = iov, mem.sizeof(iov) // mem.sizeof("iovec")
    end,
    --- Room for ancillary data, or one t.cmsghdr.
    control = function(m, control)
      if type(control) == "string" then
        control = mem.copy(S.t.buffer(#control), control, #control)
      end
      m.msg_control, m.msg_controllen = control, control and mem.sizeof(control) or 0
    end,
  },
  get = { name = function(m) return m.msg_name end, iov = function(m) return m.msg_iov end,
    control = function(m) return m.msg_control end },
  methods = {},
}

function message.msghdr.new(fields)
  return fill(mem.new("msghdr"), fields or {})
end

-- ---- cmsghdr: one piece of ancillary data ----

local HEADER = mem.sizeof("cmsghdr")
local ALIGNMENT = mem.sizeof("size")

local function align(n) return n + ALIGNMENT - 1 & ~(ALIGNMENT - 1) end

--- The piece that begins at an offset of the control buffer; nil where none fits.
local function piece_at(control, length, offset)
  if offset + HEADER > length then return nil end
  local size = mem.cast("cmsghdr", control + offset)[0].cmsg_len
  if size < HEADER or offset + size > length then return nil end
  return mem.cast("cmsghdr", mem.sub(control, offset, size), true)
end

local function first_piece(msg)
  local control, length = msg.msg_control, msg.msg_controllen
  if length == 0 then return nil end
  return control, piece_at(control, length, 0)
end

--- The first piece and the buffer it is in.
function message.msghdr.methods.cmsg_firsthdr(msg)
  local control, piece = first_piece(msg)
  if piece then return control, piece end
end

--- The piece behind another one.
function message.msghdr.methods.cmsg_nxthdr(msg, control, piece)
  local offset = mem.offset(control, piece) + align(piece.cmsg_len)
  local following = piece_at(control, msg.msg_controllen, offset)
  if following then return control, following end
end

--- for control, piece in msg:cmsgs() do
function message.msghdr.methods.cmsgs(msg)
  local control, piece
  return function()
    if piece then
      control, piece = msg:cmsg_nxthdr(control, piece)
    else
      control, piece = msg:cmsg_firsthdr()
    end
    return control, piece
  end
end

local methods = {}

message.cmsghdr = { methods = methods }

local function descriptors(fds)
  local numbers = {}
  for i, fd in ipairs(fds) do
    numbers[i] = string.pack("=i4", type(fd) == "number" and fd or fd:getfd())
  end
  return table.concat(numbers)
end

local function is_rights(level, kind) return level == S.c.SOL.SOCKET and kind == S.c.SCM.RIGHTS end

--- t.cmsghdr(level, type, data, size): data a string, a struct, or for rights an array of
--- descriptors or the room for so many.
function message.cmsghdr.new(level, kind, data, size)
  level = S.c.SOL[level] or 0
  if level == S.c.SOL.SOCKET then
    kind = S.c.SCM[kind]
  elseif level == S.c.IPPROTO.IP then
    kind = S.c.IP[kind]
  end
  kind = kind or 0
  if is_rights(level, kind) then
    if type(data) == "table" then data = descriptors(data) end
    if type(data) == "number" then data = string.pack("=i4", -1):rep(data) end
  end
  size = size or data and size_of(data) or 0
  local m = mem.cast("cmsghdr", S.t.buffer(align(HEADER + size)), true)
  m.cmsg_len, m.cmsg_level, m.cmsg_type = HEADER + size, level, kind
  if data then m:setdata(data, math.min(size, size_of(data))) end
  return m
end

function methods.hdrsize() return HEADER end
function methods.align(_, n) return align(n) end
function methods.len(m) return m.cmsg_len end
function methods.datalen(m) return m.cmsg_len - HEADER end

--- The data: a view of them.
function methods.data(m) return mem.sub(m, HEADER, m.cmsg_len - HEADER) end

function methods.setdata(m, data, size)
  mem.copy(mem.sub(m, HEADER, m.cmsg_len - HEADER), data, size or size_of(data))
end

--- Put descriptors in, one or an array.
function methods.setfd(m, fd) m:setdata(descriptors { fd }) end
function methods.setfds(m, fds) m:setdata(descriptors(fds)) end

--- The descriptors that came: each is handed out once, and belongs to the caller then.
function methods.fds(m)
  local numbers, i, n = nil, 0, 0
  if is_rights(m.cmsg_level, m.cmsg_type) then
    numbers = mem.cast("int32", m:data())
    n = mem.sizeof(numbers) // 4
  end
  return function()
    while i < n do
      local number = numbers[i]
      numbers[i], i = -1, i + 1
      if number >= 0 then return S.t.fd(number) end
    end
  end
end

--- Who sent it.
---@return integer? pid
---@return integer? uid
---@return integer? gid
function methods.credentials(m)
  if m.cmsg_level ~= S.c.SOL.SOCKET or m.cmsg_type ~= S.c.SCM.CREDENTIALS then return nil end
  local ucred = mem.cast("ucred", m:data())
  return ucred.pid, ucred.uid, ucred.gid
end

-- ---- mmsghdr ----

message.mmsghdr = {
  get = { hdr = function(m) return m.msg_hdr end, len = function(m) return m.msg_len end },
  set = { hdr = function(m, header) m.msg_hdr = header end },
}

--- A msghdr, or what its constructor takes.
function message.mmsghdr.new(header)
  local m = mem.new("mmsghdr")
  if header then m.msg_hdr = header end
  return m
end

return message
