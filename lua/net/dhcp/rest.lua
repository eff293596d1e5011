-- net/dhcp/rest.lua - what clients know, as bytes: to be nobody until there is something to do
--
-- Layer: library, pure. Most of its life a client waits for T1. Between two exchanges all that
-- it knows is a few numbers and the server's ACK, so the process need not keep a Lua state: it
-- writes them down, and is run again when a timer, a link or a signal wants it (applets/udhcpc).
-- The bytes come from this program, yet are read as a stranger's would be.

local codec = require "net.dhcp.message"
local leases = require "net.dhcp.lease"

local rest = {}

local MAGIC = "luabox dhcp 1\n"
-- index, name, hardware address; carrier, how often it changed; state, deadline, address to ask
-- for, refusals in a row, transaction, its begin, tries, sent; MTU before, lease's start, ACK
local FORMAT = "<I4s1s1BI4s1ns1I4I4nI4nI4ns2"
local NEVER = -1
local MOST = 256 -- links

--- Nothing is under way in these: no answer is awaited.
local QUIET = { bound = true, dark = true, waiting = true, released = true }

---@class net.dhcp.Rest a client at rest
---@field index integer
---@field name string of the link
---@field mac string raw bytes
---@field up boolean carrier
---@field changes integer of the carrier, as the kernel counts them
---@field state string
---@field deadline number?
---@field hint string?
---@field old_mtu integer?
---@field lease net.dhcp.Lease?
---@field packet string? the ACK that granted it

--- Is there nothing for this machine to do before `when`?
---@param machine net.dhcp.Machine
---@param when number
---@return boolean
function rest.is_quiet(machine, when)
  return QUIET[machine.state] ~= nil and (not machine.deadline or machine.deadline > when)
end

--- Write clients down.
---@param list net.dhcp.Rest[] without the machine's part
---@param machines net.dhcp.Machine[] theirs, in the same order
---@return string
function rest.encode(list, machines)
  local parts = { MAGIC, ("<I4"):pack(#list) }
  for i, client in ipairs(list) do
    local m = machines[i]
    local lease = m.lease
    parts[#parts + 1] = FORMAT:pack(client.index, client.name, client.mac, client.up and 1 or 0,
      client.changes, m.state, m.deadline or NEVER, m.hint or "", m.naks, m.xid, m.began,
      m.tries or 0, m.sent, client.old_mtu or 0, lease and lease.started or 0,
      lease and lease.message.packet or "")
  end
  return table.concat(parts)
end

local function lease_of(packet, started)
  local message = codec.decode(packet)
  local lease = message and message.type == "ack" and leases.from_message(message)
  if not lease then return nil end
  message.packet, lease.started = packet, started
  return lease
end

local function is_finite(number) return number == number and math.abs(number) < 1e15 end

local function decode(bytes)
  local count, at = ("<I4"):unpack(bytes, #MAGIC + 1)
  if count > MOST then error "too many" end
  local list = {}
  for i = 1, count do
    local c = {}
    local up, deadline, hint, old_mtu, started, packet
    c.index, c.name, c.mac, up, c.changes, c.state, deadline, hint, c.naks, c.xid, c.began, c.tries,
      c.sent, old_mtu, started, packet, at = FORMAT:unpack(bytes, at)
    c.up = up ~= 0
    c.hint = require("net.ipv4").is_host(hint) and hint or nil
    c.old_mtu = old_mtu > 0 and old_mtu or nil
    c.lease = packet ~= "" and lease_of(packet, started) or nil
    local forever = c.state == "bound" and c.lease and not c.lease.duration
    c.deadline = deadline ~= NEVER and not forever and deadline or nil
    if not QUIET[c.state] or c.state == "bound" and not c.lease or #c.mac ~= 6
      or not (is_finite(deadline) and is_finite(started) and is_finite(c.began)
        and is_finite(c.sent)) then
      error "nonsense"
    end
    list[i] = c
  end
  return list
end

--- Read what encode has written.
---@param bytes string
---@return net.dhcp.Rest[]? list nil when it is anything else
function rest.decode(bytes)
  if bytes:sub(1, #MAGIC) ~= MAGIC then return nil end
  local ok, list = pcall(decode, bytes)
  return ok and list or nil
end

--- Put a machine where it was.
---@param machine net.dhcp.Machine a new one
---@param saved net.dhcp.Rest
function rest.restore(machine, saved)
  for _, key in ipairs { "state", "deadline", "hint", "naks", "xid", "began", "tries", "sent",
    "lease" } do
    machine[key] = saved[key]
  end
end

return rest
