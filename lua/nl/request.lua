-- nl/request.lua - netlink requests: do, get, dump, batch
--
-- Layer: library; calls the C module netlink, nl.codec. Follows netlink(7) and
-- Documentation/userspace-api/netlink/intro.rst: acknowledgements, multipart dumps, extended acks.
--
-- One connection is one socket in one network namespace, used by one caller at a time. Events
-- have a socket of their own (nl.monitor), because they break into the order of replies.

local netlink = require "netlink"
local codec = require "nl.codec"

local pack, unpack = string.pack, string.unpack

local NLMSG_ERROR, NLMSG_DONE = 2, 3
local F_REQUEST, F_ACK, F_ECHO, F_DUMP = 0x1, 0x4, 0x8, 0x300
local F_DUMP_INTR = 0x10
local F_CAPPED, F_ACK_TLVS = 0x100, 0x200
local HEADER_SIZE = 16

local SOL_NETLINK = 270
local NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK = 10, 11, 12

local EIO = 5

-- The kernel answers while it handles the request: only one that is stuck takes this long.
local REPLY_TIMEOUT_MS = 5000
local ATTEMPTS = 5
-- Acknowledgements not yet read lie in the receive buffer: about 1 KiB each.
local BATCH_BYTES, BATCH_MESSAGES = 16 * 1024, 64

-- What the verbs of users mean in flags of NEW requests.
local MODE = {
  add = 0x600, -- CREATE | EXCL
  replace = 0x500, -- CREATE | REPLACE
  change = 0x100, -- REPLACE
  append = 0xc00, -- CREATE | APPEND
  prepend = 0x400, -- CREATE
  test = 0x200, -- EXCL
}

local request = {}

---@class nl.Error: S.Error the kernel's errno and, where it gave one, its own explanation
---@field errno integer
---@field message string? extended ack's text
---@field attribute string? the attribute it complains of: "linkinfo.data.id"
---@field missing string? the attribute it wants
local Error = {}

-- own fields, which may be absent; all else is the shared error's
local OWN = { message = true, attribute = true, missing = true }

function Error.__index(err, key)
  if OWN[key] then return nil end
  return rawget(err, "system")[key]
end

function Error.__tostring(err)
  return err.message or tostring(err.system)
end

function Error.__concat(a, b)
  return tostring(a) .. tostring(b)
end

-- The extended ack's attributes: include/uapi/linux/netlink.h, enum nlmsgerr_attrs
local EXT_ACK = {
  [1] = { "message", "z" },
  [2] = { "offset", "u32" },
  [3] = { "cookie", "bin" },
  [4] = { "policy", "bin" },
  [5] = { "miss_type", "u32" },
  [6] = { "miss_nest", "u32" },
}

-- Which attributes the extended ack speaks of: it has offsets into the request's bytes.
local function ext_ack_details(err, ack, schema, bytes)
  err.offset = ack.offset
  if ack.offset and schema then
    err.attribute = codec.locate(schema, bytes, ack.offset - HEADER_SIZE)
  end
  if ack.miss_type and schema then
    local path, set = nil, schema
    if ack.miss_nest then
      path, set = codec.locate(schema, bytes, ack.miss_nest - HEADER_SIZE)
    end
    err.missing = (path and path .. "." or "") .. codec.name(set or {}, ack.miss_type)
  end
end

-- An error or acknowledgement message: -> 0 or errno, extended ack.
local function read_ack(payload, flags)
  if #payload < 4 then return EIO, {} end
  local code = unpack("=i4", payload)
  local ack
  if flags & F_ACK_TLVS ~= 0 and #payload >= 4 + HEADER_SIZE then
    local original = flags & F_CAPPED ~= 0 and HEADER_SIZE or unpack("=I4", payload, 5)
    ack = codec.decode(EXT_ACK, payload:sub(5 + (original + 3 & ~3)))
  end
  return -code, ack or {}
end

--- The error object of an errno, with the extended ack's explanation.
local function make_error(errno, ack, schema, bytes)
  local system = netlink.error(errno)
  if not next(ack) then return system end
  local err = setmetatable({ system = system, errno = errno, message = ack.message }, Error)
  ext_ack_details(err, ack, schema, bytes)
  return err
end

---@class nl.Connection
local Connection = {}
Connection.__index = Connection

local function next_seq(self)
  local seq = self.seq % 0xffffffff + 1
  self.seq = seq
  return seq
end

-- Sends one request. -> its number | nil, err
local function send(self, kind, flags, payload)
  local seq = next_seq(self)
  local ok, err = self.socket:request(kind, flags, seq, payload)
  return ok and seq, err
end

-- One message of several.
local function message(self, kind, flags, payload)
  local seq = next_seq(self)
  return pack("=I4I2I2I4I4", #payload + HEADER_SIZE, kind, flags, seq, 0) .. payload
    .. ("\0"):rep(-#payload & 3), seq
end

local function exclusive(self)
  -- a reply read here would be lost to the dump that is going on
  if self.busy then error("netlink connection is in the middle of a dump", 3) end
end

local function overdue(err) return err.AGAIN and netlink.error("TIMEDOUT") or err end

-- Reads to the end of the answer to seq. `each(kind, payload)` returns true when it has enough:
-- of a dump the rest is read all the same, for the kernel begins no other before its end.
-- -> true, nil, ack | nil, err; the ack of a dump has `interrupted`. `has_first`: a datagram of it
-- lies in the buffer.
local function replies(self, seq, schema, bytes, each, is_dump, has_first)
  local socket, own_port, interrupted, failure = self.socket, self.port, false, nil
  local next_message = socket.next
  while true do
    if not has_first then
      local ok, err = socket:recv(self.timeout_ms)
      if not ok then return nil, overdue(err) end
    end
    has_first = false
    while true do
      local kind, flags, number, port, payload = next_message(socket)
      if not kind then break end
      -- an answer to a request that was given up is none of our business
      if number == seq and port == own_port then
        if flags & F_DUMP_INTR ~= 0 then interrupted = true end
        if kind > NLMSG_DONE then
          if each then
            local stop, damage = each(kind, payload)
            if stop then
              failure = failure or damage
              if not is_dump then return not failure or nil, failure, {} end
              each = nil
            end
          end
        elseif kind == NLMSG_ERROR then
          local errno, ack = read_ack(payload, flags)
          if errno ~= 0 then return nil, make_error(errno, ack, schema, bytes) end
          return true, nil, ack
        elseif kind == NLMSG_DONE then
          local errno, ack = 0, {}
          if #payload >= 4 then
            errno = -unpack("=i4", payload)
            if flags & F_ACK_TLVS ~= 0 then
              ack = codec.decode(EXT_ACK, payload:sub(5)) or ack
            end
          end
          if errno > 0 then return nil, make_error(errno, ack, schema, bytes) end
          if failure then return nil, failure end
          ack.interrupted = interrupted
          return true, nil, ack
        end
      end
    end
  end
end

--- Change something and wait for the acknowledgement.
---@param schema table
---@param verb string one of the schema's messages: "new", "del", "set"
---@param values table header fields and attributes
---@param mode string|integer|nil "add", "replace", "change", "append", "prepend", or NLM_F_ bits
---@return table|true|nil ok the object when flags asked for its echo
---@return nl.Error? err
---@return string? warning the kernel's remark on a success
function Connection:call(schema, verb, values, mode)
  exclusive(self)
  local payload = codec.encode(schema, values)
  local flags = F_REQUEST | F_ACK | (MODE[mode] or mode or 0)
  local seq = next_seq(self)
  local ok, err = self.socket:call(schema.messages[verb], flags, seq, payload, self.timeout_ms)
  if ok then return true end
  if ok == nil then return nil, overdue(err) end
  local echo, ack
  ok, err, ack = replies(self, seq, schema, payload, flags & F_ECHO ~= 0 and function(_, reply)
    echo = codec.decode(schema, reply)
  end or nil, false, true)
  if not ok then return nil, err end
  return echo or true, nil, ack.message
end

--- Ask for one object.
---@param schema table
---@param values table what identifies it
---@param verb string? "get"
---@param decode (fun(schema: table, bytes: string): table?, string?)? codec.header, where the
--- attributes of the answer do not matter
---@return table? object
---@return nl.Error? err
function Connection:get(schema, values, verb, decode)
  exclusive(self)
  local payload = codec.encode(schema, values)
  local object, ok, err
  for _ = 1, ATTEMPTS do
    local seq
    seq, err = send(self, schema.messages[verb or "get"], F_REQUEST, payload)
    if not seq then return nil, err end
    ok, err = replies(self, seq, schema, payload, function(_, reply)
      local damage
      object, damage = (decode or codec.decode)(schema.reply or schema, reply)
      return true, damage
    end)
    -- an answer too large for the buffer is lost, and the buffer has grown
    if ok or not err.MSGSIZE then break end
  end
  if not ok then return nil, err end
  return object or nil, not object and netlink.error("NOENT") or nil
end

-- One dump; each object goes to `each`.
local function dump_once(self, schema, values, verb, each, decode)
  local payload = codec.encode(schema, values)
  local seq, err = send(self, schema.messages[verb], F_REQUEST | F_DUMP, payload)
  if not seq then return nil, err end
  self.busy = true
  local ran, result, failure, ack = pcall(replies, self, seq, schema, payload, function(_, reply)
    -- sock_diag answers in another form than it is asked in
    local object, damage = decode(schema.reply or schema, reply)
    if object == true then return end
    if not object then return true, damage end
    return each(object) -- true: has seen enough
  end, true)
  if not ran then
    pcall(replies, self, seq, schema, payload, nil, true) -- the error matters, not how this ends
    self.busy = false
    error(result, 0)
  end
  self.busy = false
  return result, failure, ack
end

--- List objects. With `each` they are handed on as they come, and nothing is collected; without
--- it the list is made, again if it changed meanwhile.
---@param schema table
---@param values table header fields and attributes that select
---@param each (fun(object: table): boolean?)? returns true to end it
---@param verb string? "get"
---@param decode (fun(schema: table, bytes: string): table|true|nil, string?)? codec.header, or one
--- that returns true for an object that it has dealt with itself
---@return table[]|true|nil objects
---@return nl.Error? err
---@return string? warning "interrupted": it changed all the time, or while it was streamed
function Connection:dump(schema, values, each, verb, decode)
  exclusive(self)
  verb, decode = verb or "get", decode or codec.decode
  if each then
    local ok, err, ack = dump_once(self, schema, values, verb, each, decode)
    if not ok then return nil, err end
    return true, nil, ack.interrupted and "interrupted" or ack.message
  end
  local list, warning
  for attempt = 1, ATTEMPTS do
    list = {}
    local ok, err, ack = dump_once(self, schema, values, verb, function(object)
      list[#list + 1] = object
    end, decode)
    if ok and not ack.interrupted then return list, nil, ack.message end
    -- too small a buffer lost a part: it has grown, so begin again
    if not ok and (not err.MSGSIZE or attempt == ATTEMPTS) then return nil, err end
    warning = "interrupted"
  end
  return list, nil, warning
end

---@class nl.Batch
local Batch = {}
Batch.__index = Batch

--- Many changes with few system calls. The kernel takes them in order and goes on after an error.
---@param done fun(tag: any, err: nl.Error?, warning: string?) called for each, in order
---@return nl.Batch
function Connection:batch(done)
  self.socket:set_receive_buffer(1024 * 1024)
  return setmetatable({ connection = self, done = done, parts = {}, pending = {}, size = 0 }, Batch)
end

--- Queue one; may send what has gathered.
---@param tag any handed to `done`: a line number, the values
---@param schema table
---@param verb string
---@param values table
---@param mode string|integer|nil
---@return true? ok
---@return nl.Error? err of the socket; then nothing further is known of the batch
function Batch:add(tag, schema, verb, values, mode)
  local payload = codec.encode(schema, values)
  local bytes, seq = message(self.connection, schema.messages[verb],
    F_REQUEST | F_ACK | (MODE[mode] or mode or 0), payload)
  self.parts[#self.parts + 1] = bytes
  self.pending[#self.pending + 1] = { seq = seq, tag = tag, schema = schema, payload = payload }
  self.size = self.size + #bytes
  if self.size >= BATCH_BYTES or #self.parts >= BATCH_MESSAGES then return self:flush() end
  return true
end

--- Send what has gathered and wait until all of it is acknowledged.
---@return true? ok
---@return nl.Error? err
function Batch:flush()
  local pending = self.pending
  if #pending == 0 then return true end
  local connection = self.connection
  exclusive(connection)
  local ok, err = connection.socket:send(table.concat(self.parts))
  self.parts, self.pending, self.size = {}, {}, 0
  if not ok then return nil, err end
  for _, item in ipairs(pending) do
    -- acknowledgements come in the order of the requests, several in a read
    local acked, failure, ack = connection:await(item)
    if not acked and not failure.from_kernel then return nil, failure.err end
    self.done(item.tag, not acked and failure.err or nil, ack and ack.message)
  end
  return true
end

-- The acknowledgement of one message of a batch; messages of the datagram read last come first.
function Connection:await(item)
  local socket = self.socket
  while true do
    local kind, flags, number, port, payload = socket:next()
    if not kind then
      local ok, err = socket:recv(self.timeout_ms)
      if not ok then
        return nil, { err = overdue(err) }
      end
    elseif number == item.seq and port == self.port and kind == NLMSG_ERROR then
      local errno, ack = read_ack(payload, flags)
      if errno == 0 then return true, nil, ack end
      return nil, { from_kernel = true, err = make_error(errno, ack, item.schema, item.payload) }
    end
  end
end

--- Close the socket; the collector does so too, later.
function Connection:close()
  return self.socket:close()
end
Connection.__close = Connection.close

-- An fd of the namespace that a name, process or descriptor stands for, and whether it is ours.
local function namespace_fd(netns)
  if netns == nil then return nil end
  if type(netns) ~= "string" and type(netns) ~= "number" then return netns end
  local S = require "syscall"
  local path = type(netns) == "number" and ("/proc/%d/ns/net"):format(netns)
    or netns:find("/", 1, true) and netns or "/run/netns/" .. netns
  return S.open(path, "rdonly, cloexec")
end

--- A bare socket in the namespace that the options name.
---@param options? { protocol: integer?, netns: string|integer|S.fd|nil }
---@return netlink.Socket? socket
---@return S.Error? err
function request.socket(options)
  options = options or {}
  local fd, err = namespace_fd(options.netns)
  if not fd and err then return nil, err end
  local socket, failure = netlink.socket(options.protocol or 0, fd)
  if fd and fd ~= options.netns then fd:close() end
  return socket, failure
end

--- Open a connection.
---@param options? { protocol: integer?, netns: string|integer|S.fd|nil, timeout_ms: integer? }
--- netns: a name as `ip netns` has them, a path, a process id, or an fd object
---@return nl.Connection? connection
---@return S.Error? err
function request.open(options)
  local socket, err = request.socket(options)
  if not socket then return nil, err end
  -- older kernels lack some of these, and do without
  socket:setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
  socket:setsockopt(SOL_NETLINK, NETLINK_CAP_ACK, 1)
  socket:setsockopt(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1)
  return setmetatable({
    socket = socket,
    port = socket:port(),
    seq = 0,
    timeout_ms = options and options.timeout_ms or REPLY_TIMEOUT_MS,
    netns = options and options.netns,
  }, Connection)
end

return request
