-- nl/nfqueue.lua - decide about packets that rules put into a queue
--
-- Layer: library; calls nl.nfnetlink. Follows nfnetlink_queue.h; rules: nft "queue num 5",
-- iptables "-j NFQUEUE --queue-num 5".
--
--   local queue <close> = assert(nfqueue.open(5))
--   for _, packet in ipairs(assert(queue:read())) do queue:verdict(packet, "accept") end

local codec = require "nl.codec"
local nfnetlink = require "nl.nfnetlink"
local schema = require "nl.schema.nfqueue"

local nfqueue = {}

local BIND, UNBIND = 1, 2 -- NFQNL_CFG_CMD_
local COPY_PACKET = 2
local F_REQUEST = 0x1
local FLAG = { fail_open = 0x1, conntrack = 0x2, gso = 0x4, uid_gid = 0x8, secctx = 0x10 }
local VERDICT = { drop = 0, accept = 1, queue = 3, ["repeat"] = 4, stop = 5 } -- linux/netfilter.h

---@class nl.Packet
---@field id integer
---@field payload string from the IP header on; as much as was asked for
---@field protocol integer of Ethernet: 0x0800
---@field hook integer where in netfilter
---@field mark integer?
---@field indev integer? index of the link @field outdev integer?
---@field hardware string? the sender's hardware address, raw bytes

---@class nl.Queue
local Queue = {}
Queue.__index = Queue

local function configure(self, values)
  values.queue = nfnetlink.swap(self.number)
  return self.connection:call(schema.config, "config", values)
end

--- Receive the packets of a queue. One process can have it; without one the packets are dropped,
--- unless the rule says "bypass".
---@param number integer 0 to 65535
---@param options? { range: integer?, max_length: integer?, flags: string[]?, netns: any }
--- range: bytes of each packet, all by default; flags: fail_open, conntrack, gso, uid_gid, secctx
---@return nl.Queue? queue
---@return nl.Error? err BUSY or PERM: another has it
function nfqueue.open(number, options)
  options = options or {}
  local flags = 0
  for _, name in ipairs(options.flags or {}) do
    flags = flags | (FLAG[name] or error(("no such flag: %s"):format(name), 2))
  end
  local self, err = nfnetlink.open(Queue, "queue", number, options)
  if not self then return nil, err end
  local ok
  ok, err = configure(self, { command = { command = BIND } })
  if ok then
    ok, err = configure(self, { params = { range = options.range or 0xffff, mode = COPY_PACKET } })
  end
  if ok and options.max_length then
    ok, err = configure(self, { max_length = options.max_length })
  end
  if ok and flags ~= 0 then ok, err = configure(self, { mask = flags, flags = flags }) end
  if not ok then
    self.connection:close()
    return nil, err
  end
  return self
end

--- The descriptor to wait for input on.
---@return integer
function Queue:getfd() return self.connection.socket:getfd() end

--- The packets that have come; waits for the first.
---@param timeout_ms integer? 0: does not wait; nil: for ever
---@return nl.Packet[]? packets
---@return S.Error? err AGAIN: none in this time; NOBUFS: the kernel dropped some
function Queue:read(timeout_ms)
  return nfnetlink.read(self.connection, schema.packet, timeout_ms)
end

--- Decide about a packet. Each wants one verdict: what gets none stays in the queue.
---@param packet nl.Packet|integer or its id
---@param verdict string "accept", "drop", "repeat", "stop", or "queue:N" for another queue
---@param changes? { mark: integer?, payload: string? } the packet goes on with these
---@return true? ok
---@return S.Error? err
function Queue:verdict(packet, verdict, changes)
  local name, number = verdict:match("^(%a+):?(%d*)$")
  local code = VERDICT[name] or error(("no such verdict: %s"):format(verdict), 2)
  if number ~= "" then code = code | (tonumber(number) & 0xffff) << 16 end
  local payload = codec.encode(schema.packet, { queue = nfnetlink.swap(self.number),
    verdict = { verdict = code, id = type(packet) == "table" and packet.id or packet },
    mark = changes and changes.mark, payload = changes and changes.payload })
  -- not acknowledged: between the answers of packets an acknowledgement would be lost
  local bytes = string.pack("=I4I2I2I4I4", #payload + 16, schema.packet.messages.verdict,
    F_REQUEST, 0, 0) .. payload .. ("\0"):rep(-#payload & 3)
  return self.connection.socket:send(bytes)
end

function Queue:accept(packet) return self:verdict(packet, "accept") end
function Queue:drop(packet) return self:verdict(packet, "drop") end

--- Leave the queue; packets that had no verdict are dropped.
function Queue:close()
  if self.connection.socket:getfd() < 0 then return true end
  configure(self, { command = { command = UNBIND } })
  return self.connection:close()
end
Queue.__close = Queue.close

return nfqueue
