-- net/dhcp/links.lua - a DHCP client on each link that should have one, as links come and go
--
-- Layer: library over loop; calls nl. The monitor is joined before the links are listed, so
-- that none falls between.

local S = require "syscall"
local loop = require "loop"
local nl = require "nl"
local inet = require "nl.inet"
local object = require("nl.link").object

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
---@field monitor nl.Monitor? while it runs
local Links = {}
Links.__index = Links

--- Look after links.
---@param wants fun(message: table): boolean
---@param start fun(link: nl.Link, saved: net.dhcp.Rest?): net.dhcp.Client? makes a client for a
--- link that appeared
---@param ended fun(client: net.dhcp.Client, err: any) a client could not go on
---@param saved net.dhcp.Rest[]? clients that were at rest
---@return net.dhcp.Links
function links.new(wants, start, ended, saved)
  local self = setmetatable({ wants = wants, start = start, ended = ended, clients = {}, up = {},
    changes = {}, saved = {} }, Links)
  for _, client in ipairs(saved or {}) do self.saved[client.index] = client end
  return self
end

--- Go on with a client that was at rest: what has become of its link meanwhile?
local function resumed(client, saved, up, changes)
  if up == saved.up and changes ~= saved.changes then client:carrier(not up) end -- and back
  if up ~= saved.up or changes ~= saved.changes then client:carrier(up) end
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
    local saved = self.saved[index]
    self.saved[index] = nil
    if saved and saved.mac ~= inet.hardware_bytes(message.address) then
      saved = nil -- another card has its number
    end
    client = self.start(object(message), saved)
    if not client then return end
    self.clients[index] = client
    client.task = loop.spawn(function()
      local _, err = client:run()
      self.ended(client, err)
    end)
    if saved then resumed(client, saved, up, message.carrier_changes or 0) end
  end
  self.up[index], self.changes[index] = up, message.carrier_changes or 0
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

--- What to remember of the clients, and their machines, when all can rest until `when`.
---@param when number
---@return net.dhcp.Rest[]? list nil when one has something to do
---@return net.dhcp.Machine[]? machines
function Links:at_rest(when)
  local list, machines = {}, {}
  for index, client in pairs(self.clients) do
    if not client:is_idle(when) then return nil end
    list[#list + 1] = {
      index = index, name = client.link.name, mac = client.mac, up = self.up[index],
      changes = self.changes[index], old_mtu = client.applied and client.applied.old_mtu,
    }
    machines[#machines + 1] = client.machine
  end
  return list, machines
end

--- Run for ever; in a task of loop.run.
---@param listed fun(gone: net.dhcp.Rest[])? called when the links that are there have their
--- clients; `gone` were at rest, and have no link any more
---@return nil
---@return any err
function Links:run(listed)
  local monitor <close>, err = nl.monitor { "link" }
  if not monitor then return nil, err end
  self.monitor = monitor
  local present
  present, err = nl.getlink()
  if not present then return nil, err end
  for _, link in ipairs(present) do appeared(self, link.message) end
  local gone = {}
  for _, saved in pairs(self.saved) do gone[#gone + 1] = saved end
  self.saved = {}
  if listed then listed(gone) end

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
