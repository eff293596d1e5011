-- net/dhcp/links.lua - a DHCP client on each link that should have one, as links come and go
--
-- Layer: library over loop; calls nl. The monitor is joined before the links are listed, so
-- that none falls between.

local S = require "syscall"
local loop = require "loop"
local nl = require "nl"

local links = {}

local AF_BRIDGE = 7
local ARPHRD_ETHER = 1
local IFF_LOWER_UP = 0x10000

--- Whether a link is a wired network card: hardware, or what a container has in its place. Not
--- bridges, tunnels and their ports, nor radio links, which need a network chosen first.
---@param message table a link as nl decodes it
---@return boolean
function links.is_wired(message)
  if message.type ~= ARPHRD_ETHER or message.master then return false end
  local kind = message.linkinfo and message.linkinfo.kind
  if kind then return (kind == "veth" or kind:find("vlan")) and message.ifname:find("^eth%d") end
  local class = "/sys/class/net/" .. message.ifname
  return not (S.access(class .. "/wireless", "f") or S.access(class .. "/phy80211", "f"))
end

---@class net.dhcp.Links
---@field clients table<integer, net.dhcp.Client> by link index
local Links = {}
Links.__index = Links

--- Look after links.
---@param wants fun(message: table): boolean
---@param start fun(index: integer): net.dhcp.Client? makes a client for a link that appeared
---@param ended fun(client: net.dhcp.Client, err: any) a client could not go on
---@return net.dhcp.Links
function links.new(wants, start, ended)
  return setmetatable({ wants = wants, start = start, ended = ended, clients = {}, up = {} }, Links)
end

local function appeared(self, message)
  local index, up = message.index, message.flags & IFF_LOWER_UP ~= 0
  local client = self.clients[index]
  if client and client.link.macaddr ~= message.address then -- another identity: begin anew
    self:drop(index)
    client = nil
  end
  if client then
    client.link.message.ifname = message.ifname
    if self.up[index] ~= up then client:carrier(up) end
  elseif self.wants(message) then
    client = self.start(index)
    if not client then return end
    self.clients[index] = client
    client.task = loop.spawn(function()
      local _, err = client:run()
      self.ended(client, err)
    end)
  end
  self.up[index] = up
end

--- Forget a link that is gone.
---@param index integer
function Links:drop(index)
  local client = self.clients[index]
  if not client then return end
  self.clients[index], self.up[index] = nil, nil
  client.task:cancel()
  client:deafen()
  if client.applied then client.applied:clear() end
end

--- Run for ever; in a task of loop.run.
---@param listed fun()? called when the links that are there have their clients
---@return nil
---@return any err
function Links:run(listed)
  local monitor <close>, err = nl.monitor { "link" }
  if not monitor then return nil, err end
  local present
  present, err = nl.getlink()
  if not present then return nil, err end
  for _, link in ipairs(present) do appeared(self, link.message) end
  if listed then listed() end

  while true do
    local ok
    ok, err = loop.readable(monitor:getfd())
    local events = ok and monitor:read(0) or {}
    if not ok then return nil, err end
    for _, event in ipairs(events) do
      local family = event.message and event.message.family
      if family == AF_BRIDGE then
        goto continue -- a port's view of the link: it leaving a bridge is not the link leaving
      elseif event.action == "new" then
        appeared(self, event.message)
      elseif event.action == "del" then
        self:drop(event.message.index)
      end
      ::continue::
    end
  end
end

return links
