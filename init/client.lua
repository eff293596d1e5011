-- init/client.lua - talk to PID 1 over its control socket
--
-- Layer: PID 1's Lua side; used by svc and by poweroff, reboot and halt.
-- One packet asks: verb NUL arg NUL ...; packets of key=value NUL ... answer,
-- and the one with `end` is the last. Reference: docs/services.md.

local S = require "syscall"

local client = {}

--- Exit codes, as the core gives them in `end`.
client.OK, client.FAILED, client.USAGE, client.TIMEOUT = 0, 1, 2, 3
client.NO_SERVICE, client.REFUSED, client.NO_CONTACT = 4, 5, 6

local PACKET = 4096

---@class init.Client
---@field fd S.fd
local connection = {}
connection.__index = connection

--- Where the socket is: the machine's, or that of the user's own supervisor.
---@return string
function client.directory()
  local own = S.geteuid() ~= 0 and os.getenv "XDG_RUNTIME_DIR"
  return os.getenv "LUABOX_RUN" or own and own .. "/luabox" or "/run/luabox"
end

local function connect(path)
  local fd = assert(S.socket("unix", "seqpacket, cloexec"))
  local ok, err = fd:connect(S.t.sockaddr_un(path))
  if ok then return setmetatable({ fd = fd }, connection) end
  fd:close()
  return nil, err
end

--- Where PID 1 of a container puts it that can write nowhere else. A folder
--- there that is somebody else's is not looked at.
local function fallback()
  local base = os.getenv "TMPDIR" or "/tmp"
  local path = ("%s/luabox-%d"):format(base, S.geteuid())
  local st = S.lstat(path)
  return st and st.isdir and st.uid == S.geteuid() and st.mode & 63 == 0 and path or nil
end

--- Connect; those who may not command can still ask (`info`).
---@param directory string? client.directory()
---@return init.Client?
---@return S.Error? err
function client.connect(directory)
  local own = directory or client.directory()
  local c, err = connect(own .. "/ctl")
  if not c and err.ACCES then c, err = connect(own .. "/info") end
  if c or directory or not err.NOENT then return c, err end
  local other = fallback()
  if other then c = connect(other .. "/ctl") end
  return c, err
end

local function decode(packet)
  local record = {}
  for key, value in packet:gmatch("([%w_]+)=([^%z]*)%z") do
    if record[key] then -- the same key again makes a list
      record[key] = record[key] .. " " .. value
    else
      record[key] = value
    end
  end
  return record
end

--- Send a request: the words of a verb, with a descriptor if there is one.
---@param words string[]
---@param fd S.fd?
---@return true? ok
---@return S.Error? err
function connection:send(words, fd)
  local request = table.concat(words, "\0") .. "\0"
  if fd then return require("init.send")(self.fd, request, fd) end
  return self.fd:send(request)
end

--- The next packet of the answer; the last one has `end`, its exit code.
---@return table? record nil: there is no contact any more
---@return S.Error|string|nil err
function connection:receive()
  local buffer = self.buffer or S.t.buffer(PACKET)
  self.buffer = buffer
  while true do
    local got, err = self.fd:recv(buffer, PACKET)
    if got and got > 0 then return decode(require("syscall.mem").string(buffer, got)) end
    if not (err and err.INTR) then return nil, err or "PID 1 closed the connection" end
  end
end

--- Ask and collect the answer.
---@param verb string
---@param ... string arguments; options are "key=value"
---@return table[]? records without the last one
---@return string|S.Error|nil text of the last one, or why there is no answer
---@return integer code exit code, client.NO_CONTACT without an answer
function connection:request(verb, ...) return self:request_with(nil, verb, ...) end

--- The same, with a descriptor (a plan).
function connection:request_with(fd, ...)
  local ok, err = self:send({ ... }, fd)
  if not ok then return nil, err, client.NO_CONTACT end
  local records = {}
  while true do
    local record
    record, err = self:receive()
    if not record then return nil, err, client.NO_CONTACT end
    if record["end"] then
      return records, record.text, math.tointeger(tonumber(record["end"])) or client.FAILED
    end
    records[#records + 1] = record
  end
end

function connection:close() self.fd:close() end
connection.__close = connection.close

--- One request on a connection of its own.
function client.ask(...)
  local c, err = client.connect()
  if not c then return nil, err, client.NO_CONTACT end
  local records, text, code = c:request(...)
  c:close()
  return records, text, code
end

--- The same for what ends all processes: we are told to end with the others, maybe before we have
--- read that the order was taken.
function client.order(...)
  S.signal("term", "ign")
  return client.ask(...)
end

return client
