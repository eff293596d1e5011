-- net/dns/message.lua - DNS messages: bytes to table and back
--
-- Layer: library, pure. Follows RFC 1035 section 4, 3596 (AAAA), 2782 (SRV), 6891 (EDNS0).
-- Answers are hostile: counts in the header are claims, every length is checked, names are
-- read by net.name, and nothing is raised.

local inet = require "nl.inet"
local name = require "net.name"

local message = {}

local HEADER = ">I2I2I2I2I2I2"
local HEADER_SIZE = 12
local QR, TC, RD = 0x8000, 0x0200, 0x0100
local IN, OPT = 1, 41
local UDP_SIZE = 1232 -- fits a packet on every path: DNS flag day 2020

message.TYPES = {
  A = 1, NS = 2, CNAME = 5, SOA = 6, PTR = 12, MX = 15, TXT = 16, AAAA = 28, SRV = 33, ANY = 255,
}
local TYPE_NAMES = {}
for type_name, code in pairs(message.TYPES) do TYPE_NAMES[code] = type_name end

message.RCODES = {
  [0] = "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED",
}

---@class net.dns.Record
---@field name string lower case
---@field type string|integer "A", …, or its number
---@field ttl integer
---@field data any text of an address or a name; a table for MX, SOA, SRV and TXT; else bytes

---@class net.dns.Message
---@field id integer
---@field truncated boolean
---@field recursion boolean the server offers recursion
---@field rcode integer
---@field question { name: string, type: string|integer, class: integer }?
---@field answers net.dns.Record[]
---@field authority net.dns.Record[]
---@field additional net.dns.Record[]

--- A question.
---@param id integer
---@param host string
---@param kind string "A", "AAAA", …
---@param plain boolean? without EDNS0, for servers that do not know it
---@return string? bytes
---@return string? err the name cannot be asked for
function message.encode_query(id, host, kind, plain)
  local wire, err = name.encode(host)
  if not wire then return nil, err end
  local head = HEADER:pack(id, RD, 1, 0, 0, plain and 0 or 1)
  local opt = plain and "" or (">BI2I2I4I2"):pack(0, OPT, UDP_SIZE, 0, 0)
  return head .. wire .. (">I2I2"):pack(message.TYPES[kind], IN) .. opt
end

--- Data that is one name and nothing else.
local function name_data(bytes, from, to)
  local text, after = name.decode(bytes, from)
  return text and after == to + 1 and text:lower() or nil
end

local function address_data(size)
  return function(bytes, from, to)
    return to - from + 1 == size and inet.text(bytes:sub(from, to)) or nil
  end
end

local DATA = {
  A = address_data(4), AAAA = address_data(16),
  NS = name_data, CNAME = name_data, PTR = name_data,
  MX = function(bytes, from, to)
    local host = to - from >= 2 and name_data(bytes, from + 2, to)
    return host and { preference = (">I2"):unpack(bytes, from), host = host } or nil
  end,
  SRV = function(bytes, from, to)
    local host = to - from >= 6 and name_data(bytes, from + 6, to)
    if not host then return nil end
    local priority, weight, port = (">I2I2I2"):unpack(bytes, from)
    return { priority = priority, weight = weight, port = port, host = host }
  end,
  TXT = function(bytes, from, to)
    local list = {}
    while from <= to do
      local size = bytes:byte(from)
      if from + size > to then return nil end
      list[#list + 1] = bytes:sub(from + 1, from + size)
      from = from + size + 1
    end
    return list
  end,
  SOA = function(bytes, from, to)
    local server, after = name.decode(bytes, from)
    if not server then return nil end
    local mailbox
    mailbox, after = name.decode(bytes, after)
    if not mailbox or after + 19 ~= to then return nil end
    local serial, refresh, retry, expire, minimum = (">I4I4I4I4I4"):unpack(bytes, after)
    return { server = server, mailbox = mailbox, serial = serial, refresh = refresh,
      retry = retry, expire = expire, minimum = minimum }
  end,
}

local function decode_record(bytes, position)
  local owner, at = name.decode(bytes, position)
  if not owner then return nil, at end
  if at + 9 > #bytes then return nil, "record is cut off" end
  local code, class, ttl, size = (">I2I2I4I2"):unpack(bytes, at)
  local from = at + 10
  if from + size - 1 > #bytes then return nil, "record is cut off" end
  local kind = TYPE_NAMES[code] or code
  local record = { name = owner:lower(), type = kind, ttl = ttl & 0x7fffffff }
  if class ~= IN and code ~= OPT then return false, from + size end
  if DATA[kind] then
    record.data = DATA[kind](bytes, from, from + size - 1)
    if record.data == nil then return nil, "bad data in a record" end
  else
    record.data = bytes:sub(from, from + size - 1)
  end
  return record, from + size
end

--- Read an answer.
---@param bytes string
---@return net.dns.Message? message
---@return string? err
function message.decode(bytes)
  if #bytes < HEADER_SIZE then return nil, "too short" end
  local id, flags, questions, answers, authority, additional = HEADER:unpack(bytes)
  if flags & QR == 0 then return nil, "not an answer" end
  if questions > 1 then return nil, "several questions" end

  local decoded = {
    id = id, truncated = flags & TC ~= 0, recursion = flags & 0x80 ~= 0, rcode = flags & 15,
    answers = {}, authority = {}, additional = {},
  }
  local position = HEADER_SIZE + 1
  if questions == 1 then
    local host, at = name.decode(bytes, position)
    if not host then return nil, at end
    if at + 3 > #bytes then return nil, "question is cut off" end
    local code, class = (">I2I2"):unpack(bytes, at)
    decoded.question = { name = host:lower(), type = TYPE_NAMES[code] or code, class = class }
    position = at + 4
  end
  for _, section in ipairs {
    { decoded.answers, answers }, { decoded.authority, authority },
    { decoded.additional, additional },
  } do
    for _ = 1, section[2] do
      local record, after = decode_record(bytes, position)
      if record == nil then
        if decoded.truncated then return decoded end -- what is there is whole
        return nil, after
      end
      if record then table.insert(section[1], record) end
      position = after
    end
  end
  return decoded
end

--- What an answer says about a host: follows the chain of aliases from the question on, and
--- leaves out whatever else the server put in.
---@param answer net.dns.Message
---@param host string lower case
---@param kind string
---@return any[] data of the records asked for
---@return string canonical where the chain ended
function message.chain(answer, host, kind)
  for _ = 1, 16 do
    local found, alias = {}, nil
    for _, record in ipairs(answer.answers) do
      if record.name == host then
        if record.type == kind then found[#found + 1] = record.data end
        if record.type == "CNAME" then alias = record.data end
      end
    end
    if #found > 0 or not alias then return found, host end
    host = alias
  end
  return {}, host
end

return message
