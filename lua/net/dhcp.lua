-- net/dhcp.lua - a DHCPv4 client for one link
--
-- Layer: library over loop; calls nl and S. What to do is decided by net.dhcp.machine, which
-- knows no clock and no socket; this file does it. Follows RFC 2131.
--
--   lease = net.dhcp.request("eth0")                    a lease once, nothing applied
--   net.dhcp.client("eth0", { apply = true }):run()     get, apply and keep one, for ever

local S = require "syscall"
local loop = require "loop"
local nl = require "nl"
local inet = require "nl.inet"
local codec = require "net.dhcp.message"
local machine = require "net.dhcp.machine"
local socket = require "net.dhcp.socket"

local dhcp = {}

local IFF_UP, IFF_LOWER_UP = 0x1, 0x10000
local ARP_GRACE = 0.02 -- seconds for the kernel to resolve the server before our address goes

local function random_number()
  local bytes = S.t.buffer(4)
  assert(S.getrandom(bytes, 4))
  local number = 0
  for i = 0, 3 do number = number << 8 | bytes[i] & 255 end
  return number
end

---@class net.dhcp.Options: net.dhcp.Config
---@field apply boolean? configure the link and resolv.conf
---@field metric integer?
---@field resolver boolean? false: leave resolv.conf alone
---@field set_hostname boolean? take the host name that the server gives
---@field probe_time number? seconds to look for another user of the address
---@field on (fun(event: string, lease: net.dhcp.Lease?, detail: string?))? "bound" and "renew"
--- after the link was configured, "deconfig" after it was cleared, "nak", "fail" (nobody answers),
--- "dark" (no carrier at the start), "warning"
---@field idle fun()? called before it waits
---@field saved net.dhcp.Rest? what this client knew when it went to rest

---@class net.dhcp.Client
---@field link nl.Link
---@field machine net.dhcp.Machine
---@field inbox loop.Queue
---@field quiet boolean? it waits for its inbox or its deadline
local Client = {}
Client.__index = Client

--- A client for a link, which need not be up.
---@param link string|integer|nl.Link name or index
---@param options net.dhcp.Options?
---@return net.dhcp.Client? client
---@return any err
function dhcp.client(link, options)
  local interface, err = link, nil
  if type(link) ~= "table" then interface, err = nl.interface(link) end
  if not interface then return nil, err end
  local mac = interface.macaddr and inet.hardware_bytes(interface.macaddr)
  if not mac or #mac ~= 6 then return nil, "no hardware address of six bytes" end

  local config = {}
  for key, value in pairs(options or {}) do config[key] = value end
  config.chaddr, config.max_size = mac, config.max_size or math.max(576, interface.mtu)
  config.random = config.random or math.random
  config.xid = random_number
  config.probe = config.probe_time ~= nil and config.probe_time > 0
  local client = setmetatable({
    link = interface, mac = mac, options = config, inbox = loop.queue(),
    machine = machine.new(config), damaged = 0, saved = config.saved,
  }, Client)
  if config.apply then
    local applied = require "net.dhcp.apply"
    client.applied = applied.new(interface, {
      metric = config.metric, resolver = config.resolver, hostname = config.set_hostname,
    })
    if config.saved then
      client.applied.lease, client.applied.old_mtu = config.saved.lease, config.saved.old_mtu
    else
      -- After a restart the kernel is the memory: no lease file to keep or to mistrust.
      client.machine.hint = client.machine.hint or applied.left_over(interface)
    end
  end
  if config.saved then require("net.dhcp.rest").restore(client.machine, config.saved) end
  return client
end

function Client:tell(event, lease, detail)
  if self.options.on then self.options.on(event, lease, detail) end
end

-- What `run` is to handle. Who waits for an event and has been given one is not quiet any more,
-- though it may run later.
function Client:post(event)
  self.quiet = false
  self.inbox:put(event)
end

local function open(self, kind, server)
  if kind == "raw" then return socket.raw(self.link.index) end
  return socket.udp(self.link.name, server)
end

--- Open the socket that the machine's state listens on, and have its packets brought here.
function Client:listen()
  local wanted = self.machine:listens()
  if not wanted or wanted == self.listening then return end
  self:deafen()
  local lease = self.machine.lease or {}
  local one, err = open(self, wanted, lease.server)
  if not one then
    if err.PERM or err.ACCES then return self:stop(nil, "socket: " .. tostring(err)) end
    return self:tell("warning", nil, "socket: " .. tostring(err))
  end
  self.socket, self.listening = one, wanted
  self.reader = loop.spawn(function()
    while true do
      local payload, failure = one:next()
      if not payload then return self:post { "deaf", failure } end
      local message = codec.decode(payload)
      if message then
        message.packet = payload
        self:post { "message", message }
      else
        self.damaged = self.damaged + 1
      end
    end
  end)
end

--- Close the sockets. For one of raw frames the kernel takes ten milliseconds, so this comes
--- when all else is done.
function Client:deafen()
  if self.reader then self.reader:cancel() end
  if self.socket then self.socket:close() end
  if self.announcer then self.announcer:close() end
  self.reader, self.socket, self.listening, self.announcer = nil, nil, nil, nil
end

--- Send through the open socket, or one for this message only.
local function send(self, action)
  local bytes = assert(codec.encode(action.message))
  local wanted = action.to and "udp" or "raw"
  if self.listening == wanted then return self.socket:send(bytes) end
  local one <close>, err = open(self, wanted, action.to)
  if not one then return nil, err end
  return one:send(bytes)
end

local doing = {}

function doing.send(self, action)
  local ok, err = send(self, action)
  if not ok then
    self:tell("warning", nil, ("sending %s: %s"):format(action.message.type, tostring(err)))
  elseif action.message.type == "release" then
    loop.sleep(ARP_GRACE)
  end
end

function doing.probe(self, action)
  local address, seconds = action.lease.address, self.options.probe_time
  loop.spawn(function()
    local conflict, err = require("net.arp").probe(self.link.index, self.mac, address, seconds)
    if err then self:tell("warning", nil, "probe: " .. tostring(err)) end
    self:post { "probed", conflict or false }
  end)
end

local function configure(self, lease)
  if not self.applied then return end
  local ok, err, warnings = self.applied:set(lease, loop.now())
  if not ok then return self:tell("warning", nil, "address: " .. tostring(err)) end
  for _, warning in ipairs(warnings) do self:tell("warning", nil, warning) end
end

function doing.bound(self, action)
  configure(self, action.lease)
  self:tell("bound", action.lease)
  self.announcer = require("net.arp").announce(self.link.index, self.mac, action.lease.address)
end

function doing.renewed(self, action)
  configure(self, action.lease)
  self:tell("renew", action.lease)
end

--- Who hears of it finds nothing of it left.
function doing.lost(self, action)
  if self.applied then self.applied:clear() end
  self:tell("deconfig", action.lease, action.reason)
end

function doing.nak(self, action) self:tell("nak", nil, action.reason) end
function doing.fail(self) self:tell("fail") end
function doing.ignored(self, action) self:tell("warning", nil, "ignored " .. action.reason) end

function Client:perform(actions)
  self:listen() -- before anything is sent that might be answered at once
  for _, action in ipairs(actions) do
    if self.stopped then return end
    doing[action[1]](self, action)
  end
end

local function has_carrier(link)
  return link.flags.flags & IFF_LOWER_UP ~= 0
end

local handle = {}

function handle.message(self, now, message) return self.machine:receive(now, message) end
function handle.probed(self, now, conflict) return self.machine:probed(now, conflict) end
function handle.carrier(self, now, up) return self.machine:carrier(now, up) end
function handle.renew(self, now) return self.machine:renew(now) end
function handle.release(self, now) return self.machine:release(now) end

--- The socket failed, as it does when the link goes down: the state is kept, and the socket is
--- made anew with the next thing that is sent.
function handle.deaf(self)
  self:deafen()
  return {}
end

--- Run until `stop`; in a task of loop.run.
---@return any? result what `stop` was given
---@return any err the link cannot be brought up, or no socket opened
function Client:run()
  local link = self.link
  if link.flags.flags & IFF_UP == 0 then
    local ok, err = link:up()
    if not ok then return nil, err end
  end
  local now = loop.now()
  if self.saved then
    self.saved = nil -- it was under way before
  elseif has_carrier(link) then
    self:perform(self.machine:start(now))
  else
    self.machine:carrier(now, false)
    self:tell("dark")
  end
  while not self.stopped do
    self.quiet = true
    if self.options.idle then self.options.idle() end
    if not self.machine:listens() then self:deafen() end
    local event = self.inbox:get(self.machine.deadline)
    self.quiet = false
    now = loop.now()
    if not event then
      self:perform(self.machine:timer(now))
    elseif event[1] ~= "stop" then
      self:perform(handle[event[1]](self, now, event[2]))
    end
  end
  self:deafen()
  return self.result, self.failure
end

--- Is there nothing to do before `when`?
---@param when number
---@return boolean
function Client:is_idle(when)
  return self.quiet and self.inbox:is_empty()
    and require("net.dhcp.rest").is_quiet(self.machine, when) or false
end

--- Have `run` return. From an `on` function or another task.
---@param result any?
---@param err any? why there is no result
function Client:stop(result, err)
  self.stopped, self.result, self.failure = true, result, err
  self:post { "stop" }
end

---@param up boolean
function Client:carrier(up) self:post { "carrier", up } end
function Client:renew() self:post { "renew" } end
function Client:release() self:post { "release" } end

--- Ask for a lease: DISCOVER to ACK, RFC 2131 section 3.1. Nothing is applied.
---@param link string|integer interface name or index
---@param options? { timeout: number?, hostname: string?, requested: string? } and what
--- net.dhcp.Config has; `timeout` is for the whole exchange, 10 seconds by default
---@return net.dhcp.Lease? lease
---@return any err "timed out", "refused" (NAK), or what made it impossible
function dhcp.request(link, options)
  local settings = { interval = 2 }
  for key, value in pairs(options or {}) do settings[key] = value end
  return loop.run(function()
    local client, err, refused
    settings.on = function(event, lease)
      if event == "bound" then client:stop(lease) end
      refused = refused or event == "nak"
    end
    client, err = dhcp.client(link, settings)
    if not client then return nil, err end
    local task <close> = loop.spawn(client.run, client)
    local lease
    lease, err = task:join(loop.now() + (settings.timeout or 10))
    client:deafen()
    if lease then return lease end
    if refused then return nil, "refused" end
    return nil, err and err.TIMEDOUT and "timed out" or err
  end)
end

return dhcp
