-- net/dhcp/message.lua - DHCPv4 messages: bytes to table and back
--
-- Layer: library, pure. Follows RFC 2131 section 2, 2132 section 9.3 (overload), 3396 (long
-- options). Every byte is hostile: the decoder answers a table or nil and a reason, never
-- raises, and does work in proportion to the packet.

local ipv4 = require "net.ipv4"
local options = require "net.dhcp.options"

local message = {}

-- RFC 2131 figure 1: op htype hlen hops, xid, secs flags, ciaddr yiaddr siaddr giaddr,
-- chaddr, sname, file, magic cookie
local HEADER = ">BBBBI4I2I2c4c4c4c4c16c64c128I4"
local HEADER_SIZE = 240
local COOKIE = 0x63825363
local FLAG_BROADCAST = 0x8000
local MIN_SIZE = 300 -- old relays and servers drop less: RFC 1542 section 2.1
local PAD, OVERLOAD, TYPE, END = 0, 52, 53, 255
local OVERLOAD_FILE, OVERLOAD_SNAME = 1, 2

local TYPES = {
  "discover", "offer", "request", "decline", "ack", "nak", "release", "inform",
}
local TYPE_CODES = {}
for code, type_name in ipairs(TYPES) do TYPE_CODES[type_name] = code end

---@class net.dhcp.Message
---@field op integer 1 from a client, 2 from a server
---@field type string? "discover", "offer", … ; nil in a BOOTP message
---@field htype integer? 1 (Ethernet) when encoding without it
---@field hops integer?
---@field xid integer
---@field secs integer?
---@field broadcast boolean?
---@field ciaddr string? dotted, 0.0.0.0 when encoding without it; so are the next three
---@field yiaddr string?
---@field siaddr string?
---@field giaddr string?
---@field chaddr string hardware address, raw bytes
---@field sname string? text, nil when empty, overloaded or not printable
---@field file string?
---@field options table<string, any> by name, see net.dhcp.options
---@field raw table<integer, string> every option's bytes by code
---@field malformed integer[]? codes of known options that were left out for their form

--- Add an area's options to `pieces`; all instances of a code belong together (RFC 3396).
local function collect(area, pieces)
  local position = 1
  while position <= #area do
    local code = area:byte(position)
    if code == END then return true end
    if code == PAD then
      position = position + 1
    else
      local length = area:byte(position + 1)
      if not length or position + 1 + length > #area then
        return nil, ("option %d is cut off"):format(code)
      end
      pieces[code] = pieces[code] or {}
      table.insert(pieces[code], area:sub(position + 2, position + 1 + length))
      position = position + 2 + length
    end
  end
  return true -- no END: tolerated
end

local function field_text(field)
  local text = field:match("^[^\0]*")
  return #text > 0 and not text:find("[^\32-\126]") and text or nil
end

--- Read a message.
---@param bytes string UDP payload
---@return net.dhcp.Message? message
---@return string? err
function message.decode(bytes)
  if #bytes < HEADER_SIZE then return nil, "too short" end
  local op, htype, hlen, hops, xid, secs, flags, ciaddr, yiaddr, siaddr, giaddr, chaddr, sname,
    file, cookie = HEADER:unpack(bytes)
  if cookie ~= COOKIE then return nil, "no DHCP cookie" end
  if op ~= 1 and op ~= 2 then return nil, "unknown op" end
  if hlen > 16 then return nil, "bad hardware address length" end

  local pieces = {}
  local ok, err = collect(bytes:sub(HEADER_SIZE + 1), pieces)
  if not ok then return nil, err end
  local overload = pieces[OVERLOAD] and pieces[OVERLOAD][1]:byte() or 0
  if overload & OVERLOAD_FILE ~= 0 then
    ok, err = collect(file, pieces)
    if not ok then return nil, err end
  end
  if overload & OVERLOAD_SNAME ~= 0 then
    ok, err = collect(sname, pieces)
    if not ok then return nil, err end
  end

  local decoded = {
    op = op, htype = htype, hops = hops, xid = xid, secs = secs,
    broadcast = flags & FLAG_BROADCAST ~= 0,
    ciaddr = ipv4.from_bytes(ciaddr), yiaddr = ipv4.from_bytes(yiaddr),
    siaddr = ipv4.from_bytes(siaddr), giaddr = ipv4.from_bytes(giaddr),
    chaddr = chaddr:sub(1, hlen),
    sname = overload & OVERLOAD_SNAME == 0 and field_text(sname) or nil,
    file = overload & OVERLOAD_FILE == 0 and field_text(file) or nil,
    options = {}, raw = {},
  }
  for code, list in pairs(pieces) do
    local whole = table.concat(list)
    decoded.raw[code] = whole
    local option = options.get(code)
    if option then
      local value = option.type.decode(whole)
      if value == nil then
        decoded.malformed = decoded.malformed or {}
        table.insert(decoded.malformed, code)
      end
      decoded.options[option.name] = value
    end
  end
  if decoded.options.type then
    decoded.type = TYPES[decoded.options.type]
    if not decoded.type then return nil, "unknown message type" end
  elseif pieces[TYPE] then
    return nil, "bad message type"
  end
  return decoded
end

--- Option bytes; a value longer than 255 bytes takes several instances.
local function append(out, code, value)
  repeat
    local piece = value:sub(1, 255)
    out[#out + 1] = string.char(code, #piece) .. piece
    value = value:sub(256)
  until #value == 0
end

--- Write a message, padded to what old relays accept.
---@param fields net.dhcp.Message `raw` overrides `options`; its empty string leaves an option out
---@return string? bytes
---@return string? err names the option that cannot be written
function message.encode(fields)
  local values = {}
  for option_name, value in pairs(fields.options or {}) do
    local option = options.get(option_name)
    if not option then return nil, "unknown option " .. tostring(option_name) end
    local bytes = option.type.encode(value)
    if not bytes then return nil, "bad value for option " .. option_name end
    values[option.code] = bytes
  end
  for code, bytes in pairs(fields.raw or {}) do
    values[code] = bytes ~= "" and bytes or nil
  end
  values[TYPE] = nil

  local out = {}
  if fields.type then append(out, TYPE, string.char(TYPE_CODES[fields.type])) end
  for code = 1, 254 do
    if values[code] then append(out, code, values[code]) end
  end

  local zero = "0.0.0.0"
  local head = HEADER:pack(fields.op, fields.htype or 1, #fields.chaddr, fields.hops or 0,
    fields.xid, fields.secs or 0, fields.broadcast and FLAG_BROADCAST or 0,
    ipv4.bytes(fields.ciaddr or zero), ipv4.bytes(fields.yiaddr or zero),
    ipv4.bytes(fields.siaddr or zero), ipv4.bytes(fields.giaddr or zero),
    fields.chaddr, fields.sname or "", fields.file or "", COOKIE)
  local bytes = head .. table.concat(out) .. string.char(END)
  return bytes .. ("\0"):rep(MIN_SIZE - #bytes)
end

return message
