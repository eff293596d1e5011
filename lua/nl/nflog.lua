-- nl/nflog.lua - receive packets that rules log
--
-- Layer: library; calls nl.nfnetlink. Follows nfnetlink_log.h; rules: nft "log group 3",
-- iptables "-j NFLOG --nflog-group 3".

local nfnetlink = require "nl.nfnetlink"
local schema = require "nl.schema.nflog"

local nflog = {}

local BIND, UNBIND = 1, 2 -- NFULNL_CFG_CMD_
local COPY_PACKET = 2

---@class nl.Log
local Log = {}
Log.__index = Log

local function configure(self, values)
  values.group = nfnetlink.swap(self.number)
  return self.connection:call(schema.config, "config", values)
end

--- Receive the packets of a group.
---@param number integer 0 to 65535
---@param options? { range: integer?, threshold: integer?, timeout: number?, netns: any } range:
--- bytes of each packet, all by default; threshold: packets in one message; timeout: seconds that
--- one waits for others
---@return nl.Log? log
---@return nl.Error? err BUSY: another has it
function nflog.open(number, options)
  options = options or {}
  local self, err = nfnetlink.open(Log, "group", number, options)
  if not self then return nil, err end
  local ok
  ok, err = configure(self, { command = BIND })
  if ok then
    ok, err = configure(self, { mode = { range = options.range or 0xffff, mode = COPY_PACKET } })
  end
  if ok then
    ok, err = configure(self, { threshold = options.threshold or 1,
      timeout = math.floor((options.timeout or 1) * 100) })
  end
  if not ok then
    self.connection:close()
    return nil, err
  end
  return self
end

--- The descriptor to wait for input on.
---@return integer
function Log:getfd() return self.connection.socket:getfd() end

--- The packets that have come; waits for the first.
---@param timeout_ms integer? 0: does not wait; nil: for ever
---@return nl.Packet[]? packets with `prefix`, the rule's text
---@return S.Error? err AGAIN: none in this time; NOBUFS: some were lost
function Log:read(timeout_ms)
  return nfnetlink.read(self.connection, schema.packet, timeout_ms)
end

--- Leave the group.
function Log:close()
  if self.connection.socket:getfd() < 0 then return true end
  configure(self, { command = UNBIND })
  return self.connection:close()
end
Log.__close = Log.close

return nflog
