-- net/dhcp/machine.lua - the DHCP client's decisions: events in, actions out
--
-- Layer: library, pure: no clock, no socket, no chance of its own; net.dhcp does what is
-- decided here. Follows RFC 2131 section 4.4 (figure 5, tables 4 and 5), 4039 (rapid commit)
-- and 5227 section 2.1 (probe before use).
--
-- Every event method returns a list of actions. Afterwards `deadline` says when `timer` wants
-- to be called (nil: never) and `listens` which packets matter. Times are seconds on one
-- clock that counts while the machine sleeps.

local options = require "net.dhcp.options"
local leases = require "net.dhcp.lease"

local PARAMETERS = { 121, 1, 3, 6, 12, 15, 26, 28, 33, 42, 51, 54, 58, 59, 119 } -- 121 first: 3442
local BACKOFF_FIRST, BACKOFF_MOST = 4, 64 -- RFC 2131 section 4.1
local SILENT_TRIES = 1 -- unanswered, until others are told, when nothing else is set
local REQUEST_TRIES = 3 -- unanswered, until another server is looked for
local REBOOT_TIME = 10 -- unanswered INIT-REBOOT
local DECLINE_PAUSE = 10 -- RFC 2131 section 3.1 step 5
local MAX_SECS = 0xffff

---@class net.dhcp.Config
---@field chaddr string hardware address, raw bytes
---@field htype integer? ARP hardware type, 1 by default
---@field random fun(): number 0 <= number < 1
---@field xid fun(): integer unpredictable 32 bits
---@field client_id string|false|nil option 61's bytes; nil: type and hardware address; false: none
---@field hostname string?
---@field fqdn string? sent instead of the host name
---@field vendor string?
---@field requested string? address to ask for
---@field parameters integer[]? codes to ask for, instead of the usual
---@field extra table<integer, string>? option bytes to send as they are
---@field broadcast boolean? ask the server for broadcast answers
---@field rapid boolean? take a lease in two messages where the server can
---@field max_size integer? bytes of the largest message to be sent to us
---@field probe boolean? look for another user of the address before taking it
---@field tries integer? sendings until giving up for `pause`; nil: go on with growing intervals
---@field interval number? seconds between tries
---@field pause number?
---@field lease net.dhcp.Lease? from an earlier run, to be confirmed (INIT-REBOOT)

---@class net.dhcp.Action
---@field [1] "send"|"probe"|"bound"|"renewed"|"lost"|"nak"|"fail"|"ignored"
---@field message net.dhcp.Message? to "send"
---@field to string? "send" from the leased address to this server; nil: broadcast, unconfigured
---@field lease net.dhcp.Lease? of "probe", "bound", "renewed", "lost"
---@field reason string? of "lost", "nak", "ignored"

---@class net.dhcp.Machine
---@field state string
---@field deadline number?
---@field lease net.dhcp.Lease? what the link may use now
local machine = { PARAMETERS = PARAMETERS }
machine.__index = machine

---@param config net.dhcp.Config
---@return net.dhcp.Machine
function machine.new(config)
  return setmetatable({
    config = config, state = "init", actions = {}, naks = 0, xid = 0, sent = 0, began = 0,
    hint = config.requested,
  }, machine)
end

local LISTENS = {
  selecting = "raw", requesting = "raw", rebooting = "raw", rebinding = "raw", renewing = "udp",
}

--- Which packets the machine wants: "raw" frames, "udp" to the leased address, or none.
---@return string?
function machine:listens()
  return LISTENS[self.state]
end

function machine:act(kind, action)
  action = action or {}
  action[1] = kind
  self.actions[#self.actions + 1] = action
end

function machine:take()
  local actions = self.actions
  self.actions = {}
  return actions
end

function machine:enter(state, deadline)
  self.state, self.deadline = state, deadline
end

--- A message with what every message of this client carries: table 5.
function machine:compose(kind, fields)
  local config = self.config
  local message = {
    op = 1, type = kind, htype = config.htype, chaddr = config.chaddr, xid = self.xid,
    secs = self.secs, broadcast = config.broadcast, ciaddr = fields.ciaddr,
    options = { requestip = fields.requestip, serverid = fields.serverid }, raw = {},
  }
  if config.client_id ~= false then
    message.options.clientid = config.client_id
      or string.char(config.htype or 1) .. config.chaddr
  end
  if kind == "discover" or kind == "request" then
    message.options.parameters = config.parameters or PARAMETERS
    message.options.maxsize = config.max_size
    message.options.vendor = config.vendor
    message.options.hostname = not config.fqdn and config.hostname or nil
    message.options.fqdn = config.fqdn and options.get("fqdn").type.parse(config.fqdn)
    message.raw = config.extra
  end
  return message
end

function machine:send(kind, fields, to)
  self:act("send", { message = self:compose(kind, fields), to = to })
end

--- Seconds until the next try. Doubling, one second more or less, so that clients that lost
--- power together drift apart.
function machine:retry_delay(tries)
  local fuzz = self.config.random() * 2 - 1
  local interval = self.config.interval
  if interval then return math.max(interval + fuzz * math.min(1, interval / 10), 0.1) end
  return math.min(BACKOFF_FIRST << math.min(tries - 1, 8), BACKOFF_MOST) + fuzz
end

--- Start a transaction of its own: new xid, secs from zero.
function machine:begin(now)
  self.xid, self.began, self.secs, self.tries = self.config.xid(), now, 0, 0
end

function machine:elapsed(now)
  return math.min(math.floor(now - self.began), MAX_SECS)
end

--- INIT: look for servers.
function machine:discover(now)
  if self.state ~= "selecting" then self:begin(now) end
  self.tries, self.sent, self.secs = self.tries + 1, now, self:elapsed(now)
  local message = self:compose("discover", { requestip = self.hint })
  if self.config.rapid then message.options.rapid = true end
  self:act("send", { message = message })
  self:enter("selecting", now + self:retry_delay(self.tries))
end

--- SELECTING: no offer in time.
function machine:discover_again(now)
  local limit = self.config.tries
  if self.tries == (limit or SILENT_TRIES) then self:act("fail") end
  if limit and self.tries >= limit then
    self:enter("waiting", now + (self.config.pause or BACKOFF_MOST))
  else
    self:discover(now)
  end
end

--- REQUESTING: take the offer. Keeps the DISCOVER's secs, which relays expect.
function machine:request(now)
  self.tries, self.sent = self.tries + 1, now
  self:send("request", { requestip = self.offer.address, serverid = self.offer.server })
  self:enter("requesting", now + self:retry_delay(self.tries))
end

--- INIT-REBOOT: ask whether the lease still holds here.
function machine:reboot(now)
  if self.state ~= "rebooting" then
    self:begin(now)
    self.reboot_until = now + REBOOT_TIME
  end
  self.tries, self.sent, self.secs = self.tries + 1, now, self:elapsed(now)
  self:send("request", { requestip = (self.lease or self.config.lease).address })
  self:enter("rebooting", math.min(now + self:retry_delay(self.tries), self.reboot_until))
end

--- BOUND: take what the ACK says. The lease counts from when its REQUEST was sent.
function machine:bind(now, lease)
  local had = self.lease
  lease.started = lease.started or self.sent
  self.lease, self.hint, self.naks = lease, lease.address, 0
  self.config.lease = nil
  self:act(had and "renewed" or "bound", { lease = lease })
  self:rest(now)
end

--- Wait in BOUND, RENEWING or REBINDING, whichever the clock says.
function machine:rest(now)
  local lease = self.lease
  if not lease.duration then return self:enter("bound") end
  local fuzz = 1 - self.config.random() * 0.02
  local t1 = lease.started + lease.renewal * fuzz
  if now < t1 then return self:enter("bound", t1) end
  self:extend(now)
end

--- T1 passed: ask the server that gave the lease; T2 passed: ask anyone; then it is over.
function machine:extend(now)
  local lease = self.lease
  local t2, expiry = lease.started + lease.rebinding, lease.started + lease.duration
  if now >= expiry then
    self:lose("expired")
    return self:discover(now)
  end
  local state, limit = "renewing", t2
  if now >= t2 then state, limit = "rebinding", expiry end
  if self.state ~= state then self:begin(now) end
  self.sent, self.secs = now, self:elapsed(now)
  self:send("request", { ciaddr = lease.address }, state == "renewing" and lease.server or nil)
  -- Half of what is left, at least a minute, or a twentieth of a short lease.
  local least = math.max(1, math.min(60, lease.duration / 20))
  self:enter(state, math.min(now + math.max((limit - now) / 2, least), limit))
end

function machine:lose(reason)
  local lease = self.lease
  self.lease = nil
  if lease then self:act("lost", { lease = lease, reason = reason }) end
end

--- Begin, on a link with carrier.
---@param now number
---@return net.dhcp.Action[]
function machine:start(now)
  local saved = self.config.lease
  if saved and (not saved.duration or saved.started + saved.duration > now) then
    self:reboot(now)
  else
    self.config.lease = nil
    self:discover(now)
  end
  return self:take()
end

--- The carrier went or came. Without it nothing is sent, but a lease still ends in time.
---@param now number
---@param up boolean
---@return net.dhcp.Action[]
function machine:carrier(now, up)
  local lease = self.lease
  if up and self.state == "dark" then
    if lease then self:reboot(now) else return self:start(now) end
  elseif not up and self.state ~= "dark" and self.state ~= "released" then
    self:enter("dark", lease and lease.duration and lease.started + lease.duration)
  end
  return self:take()
end

--- `deadline` has come.
---@param now number
---@return net.dhcp.Action[]
function machine:timer(now)
  local state, lease = self.state, self.lease
  if state == "selecting" then
    self:discover_again(now)
  elseif state == "requesting" then
    -- Not answered at all: the server may be gone, look again.
    if self.tries >= REQUEST_TRIES then self:discover(now) else self:request(now) end
  elseif state == "rebooting" then
    if now < self.reboot_until then
      self:reboot(now)
    elseif lease then
      self:rest(now) -- the same link as before: keep it, renewing will tell
    else
      self.hint, self.config.lease = self.config.lease.address, nil
      self:discover(now)
    end
  elseif state == "waiting" then
    self:discover(now)
  elseif state == "dark" then
    self:lose("expired")
    self:enter("dark")
  elseif lease then
    self:extend(now)
  end
  return self:take()
end

function machine:offered(now, message)
  local offer, err = leases.from_message(message)
  if not offer then return self:act("ignored", { reason = "offer: " .. err }) end
  self.offer, self.tries = offer, 0
  self:request(now)
end

function machine:acknowledged(now, message)
  local lease, err = leases.from_message(message)
  if not lease then return self:act("ignored", { reason = "ack: " .. err }) end
  local expected = self.lease or self.state == "rebooting" and self.config.lease
  if self.state == "requesting" then expected = self.offer end
  if self.state == "requesting" and lease.server ~= expected.server then
    return self:act("ignored", { reason = "ack: from another server" })
  end
  if expected and lease.address ~= expected.address then
    return self:act("ignored", { reason = "ack: of another address" })
  end
  if self.config.probe and not self.lease then
    lease.started = self.sent
    self.pending = lease
    self:act("probe", { lease = lease })
    return self:enter("probing")
  end
  self:bind(now, lease)
end

--- The server takes the address away. Servers that offer and refuse in turn must not make the
--- two of them spin: after the first, the pause doubles with each refusal in a row.
function machine:refused(now, message)
  if self.state == "requesting" and message.options.serverid ~= self.offer.server then
    return self:act("ignored", { reason = "nak: from another server" })
  end
  self:act("nak", { reason = message.options.message })
  self:lose("refused")
  self.hint, self.config.lease = nil, nil
  self.naks = self.naks + 1
  local pause = self.naks > 1 and 1 << math.min(self.naks - 2, 6) or 0
  self:enter("waiting", now + pause)
end

--- A whole, well-formed message arrived.
---@param now number
---@param message net.dhcp.Message
---@return net.dhcp.Action[]
function machine:receive(now, message)
  local kind, state = message.type, self.state
  if message.op ~= 2 or message.xid ~= self.xid or not self:listens()
    or message.chaddr ~= self.config.chaddr then
    return self:take() -- someone else's
  end
  if kind == "offer" and state == "selecting" then
    self:offered(now, message)
  elseif kind == "ack" and (state ~= "selecting"
    or self.config.rapid and message.options.rapid) then
    self:acknowledged(now, message)
  elseif kind == "nak" and state ~= "selecting" then
    self:refused(now, message)
  end
  return self:take()
end

--- The probe asked for has ended.
---@param now number
---@param conflict boolean another host has the address
---@return net.dhcp.Action[]
function machine:probed(now, conflict)
  if self.state ~= "probing" then return self:take() end
  local lease = self.pending
  if conflict then
    self:begin(now)
    self:send("decline", { requestip = lease.address, serverid = lease.server })
    self.hint = nil
    self:enter("waiting", now + DECLINE_PAUSE)
  else
    self:bind(now, lease)
  end
  return self:take()
end

--- The user wants a fresh lease time now, or, without a lease, another try now.
---@param now number
---@return net.dhcp.Action[]
function machine:renew(now)
  if self.state == "dark" then return self:take() end
  if self.lease then
    self.state = "bound"
    self:extend(now)
  elseif self.state ~= "selecting" and self.state ~= "requesting" and self.state ~= "probing" then
    self:discover(now)
  end
  return self:take()
end

--- Give the address back and stay silent until `renew`.
---@param now number
---@return net.dhcp.Action[]
function machine:release(now)
  if self.lease then
    self:begin(now)
    self:send("release", { ciaddr = self.lease.address, serverid = self.lease.server },
      self.lease.server)
    self:lose("released")
  end
  self.hint = nil
  self:enter("released")
  return self:take()
end

return machine
