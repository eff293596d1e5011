-- nl/link.lua - links as objects, with ljsyscall's names
--
-- Layer: library; calls nl.request and the schemas. Printed as ifconfig of net-tools does.

local inet = require "nl.inet"
local object = require "nl.object"
local schema = require "nl.schema.link"

local once, constant, index_of = object.once, object.constant, object.index

local AF_INET, AF_INET6, AF_PACKET = 2, 10, 17
local IFF_UP = 0x1
-- A change of 0 would mean "all": these are bits that no flag has, c.IFF.NONE.
local CHANGE_NONE = 0xfff80000

-- net/if.h: the order that people know from ifconfig
local FLAG = {
  { "UP", 0x1 }, { "BROADCAST", 0x2 }, { "DEBUG", 0x4 }, { "LOOPBACK", 0x8 },
  { "POINTOPOINT", 0x10 }, { "NOTRAILERS", 0x20 }, { "RUNNING", 0x40 }, { "NOARP", 0x80 },
  { "PROMISC", 0x100 }, { "ALLMULTI", 0x200 }, { "MASTER", 0x400 }, { "SLAVE", 0x800 },
  { "MULTICAST", 0x1000 }, { "PORTSEL", 0x2000 }, { "AUTOMEDIA", 0x4000 }, { "DYNAMIC", 0x8000 },
  { "LOWER_UP", 0x10000 }, { "DORMANT", 0x20000 }, { "ECHO", 0x40000 },
}

local link = {}

--- What ifconfig calls the types of if_arp.h.
link.encapnames = { [1] = "Ethernet", [772] = "Local Loopback", [512] = "Point-to-Point Protocol",
  [768] = "IPIP Tunnel", [769] = "IPIP Tunnel", [776] = "IPv6-in-IPv4", [778] = "GRE Tunnel",
  [65534] = "UNSPEC" }

local Flags = {}

function Flags.__index(flags, name)
  name = tostring(name):upper()
  for _, flag in ipairs(FLAG) do
    if flag[1] == name then return rawget(flags, "flags") & flag[2] ~= 0 end
  end
  return nil
end

function Flags.__tostring(flags)
  local names = {}
  for _, flag in ipairs(FLAG) do
    if flags.flags & flag[2] ~= 0 then names[#names + 1] = flag[1] end
  end
  return table.concat(names, " ")
end

---@class nl.Link
---@field name string
---@field index integer
---@field mtu integer
---@field inet nl.Address[]
---@field inet6 nl.Address[]
local Link = {}

local COMPUTED = {
  name = function(m) return m.ifname end,
  macaddr = function(m) return m.address end,
  addrlen = function(m) return m.address and #inet.hardware_bytes(m.address) or 0 end,
  flags = function(m) return setmetatable({ flags = m.flags }, Flags) end,
  stats = function(m) return m.stats64 or m.stats end,
  typename = function(m) return link.encapnames[m.type] or "UNSPEC" end,
  kind = function(m) return m.linkinfo and m.linkinfo.kind end,
  ifinfo = function(m) return m end,
}

local methods = {}

function Link.__index(self, key)
  local method = methods[key]
  if method then return method end
  local message = rawget(self, "message")
  local compute = COMPUTED[key]
  if compute then return compute(message) end
  local value = message[key]
  if value ~= nil or type(key) ~= "string" then return value end
  if key == "ether" then return message.type == 1 end
  if key == "loopback" then return message.type == 772 end
  local kind = require("syscall").c.ARPHRD[key] -- link.sit, link.tunnel ...: is it such a one?
  if kind then return message.type == kind end
  return nil
end

function Link.__tostring(self)
  local m = self.message
  local stats = self.stats or {}
  local lines = { ("%-10sLink encap:%s%s"):format(self.name, self.typename,
    (m.flags & 0x8 == 0 and m.address) and "  HWaddr " .. m.address or "") }
  for _, address in ipairs(self.inet) do
    lines[#lines + 1] = ("inet addr: %s/%d"):format(address.loc or address.addr, address.prefixlen)
  end
  for _, address in ipairs(self.inet6) do
    lines[#lines + 1] = ("inet6 addr: %s/%d"):format(address.addr, address.prefixlen)
  end
  lines[#lines + 1] = ("%s  MTU: %d"):format(self.flags, m.mtu or 0)
  for _, way in ipairs { "rx", "tx" } do
    lines[#lines + 1] = ("%s packets:%d errors:%d dropped:%d"):format(way:upper(),
      stats[way .. "_packets"] or 0, stats[way .. "_errors"] or 0, stats[way .. "_dropped"] or 0)
  end
  return table.concat(lines, "\n" .. (" "):rep(10))
end

--- Make a link object of a decoded message.
---@param message table
---@param options table? where it came from, for request.open
---@param op string? "newlink" or "dellink": what an event said
---@return nl.Link
function link.object(message, options, op)
  op = op or "newlink"
  return setmetatable({ message = message, options = options, inet = {}, inet6 = {},
    op = op, nl = op, [op] = true }, Link)
end

---@class nl.Links an array of links that has them by name as well
local Links = {}
Links.__index = Links

function Links.__tostring(links)
  local text = {}
  for i, one in ipairs(links) do text[i] = tostring(one) end
  return table.concat(text, "\n")
end

local function add_addresses(links, by_index, options)
  local addr = require "nl.addr"
  local addresses, err = addr.list(0, options)
  if not addresses then return nil, err end
  for _, address in ipairs(addresses) do
    local owner = by_index[address.index] -- nil: the link came after the links were listed
    local list = owner and (address.family == AF_INET and owner.inet
      or address.family == AF_INET6 and owner.inet6)
    if list then list[#list + 1] = address end
  end
  return links
end

local function list_links(options, values)
  local messages, err = once(options, "dump", schema, values or { family = AF_PACKET })
  if not messages then return nil, err end
  local links = { options = options }
  for i, message in ipairs(messages) do
    local one = link.object(message, options)
    links[i] = one
    links[one.name] = one
  end
  return setmetatable(links, Links)
end

--- The links without their addresses.
---@return nl.Links? links
---@return nl.Error? err
function link.getlink(options) return list_links(options) end

--- All links with their addresses.
---@param options? { netns: string|integer|S.fd|nil }
---@return nl.Links? links
---@return nl.Error? err
function link.interfaces(options)
  local links, err = list_links(options)
  if not links then return nil, err end
  local by_index = {}
  for _, one in ipairs(links) do by_index[one.index] = one end
  return add_addresses(links, by_index, options)
end

function Links.refresh(links)
  local fresh, err = link.interfaces(links.options)
  if not fresh then return nil, err end
  for key in pairs(links) do links[key] = nil end
  for key, value in pairs(fresh) do links[key] = value end
  return links
end

--- One link with its addresses.
---@param name string|integer or its index
---@param options table?
---@return nl.Link? link
---@return nl.Error? err
function link.interface(name, options)
  local by = type(name) == "number" and { index = name } or { ifname = name }
  local message, err = once(options, "get", schema, by)
  if not message then return nil, err end
  local one = link.object(message, options)
  local ok
  ok, err = add_addresses({}, { [one.index] = one }, options)
  return ok and one or nil, err
end

--- Change a link, or make one (index 0 and flags "create").
---@param index nl.Link|integer
---@param flags string|integer|nil c.NLM_F
---@param iflags string|integer|nil c.IFF
---@param change string|integer|nil c.IFF: which of them count; 0 none
---@param ... any "name", value, ...
---@return true? ok
---@return nl.Error? err
function link.newlink(index, flags, iflags, change, ...)
  change = constant("IFF", change) & 0xffffffff
  local values = object.attributes({
    index = index_of(index),
    flags = constant("IFF", iflags) & 0xffffffff,
    change = change ~= 0 and change or CHANGE_NONE,
  }, ...)
  return once(nil, "call", schema, "new", values, constant("NLM_F", flags))
end

--- Delete a link by index, or by attributes ("ifname", name) with index 0.
---@param index nl.Link|integer
---@param ... any "name", value, ...
---@return true? ok
---@return nl.Error? err
function link.dellink(index, ...)
  local values = object.attributes({ index = index_of(index) }, ...)
  return once(nil, "call", schema, "del", values)
end

local function change(self, values)
  values.index = self.index
  local ok, err = once(self.options, "call", schema, "new", values)
  if not ok then return nil, err end
  return self:refresh()
end

--- Read the link again, by its index: the name may have changed.
---@return nl.Link? self
---@return nl.Error? err
function methods.refresh(self)
  local fresh, err = link.interface(self.index, self.options)
  if not fresh then return nil, err end
  self.message, self.inet, self.inet6 = fresh.message, fresh.inet, fresh.inet6
  return self
end

function methods.up(self) return change(self, { flags = IFF_UP, change = IFF_UP }) end
function methods.down(self) return change(self, { flags = 0, change = IFF_UP }) end
function methods.setmtu(self, mtu) return change(self, { mtu = mtu }) end
function methods.setmac(self, mac) return change(self, { address = tostring(mac) }) end
function methods.rename(self, name) return change(self, { ifname = name }) end

--- Set flags; without `mask` exactly those that are named.
function methods.setflags(self, flags, mask)
  return change(self, {
    flags = constant("IFF", flags) & 0xffffffff,
    change = mask and constant("IFF", mask) & 0xffffffff or 0xffffffff,
  })
end

--- Give it an address, "10.3.0.2/24".
---@return nl.Link? self
---@return nl.Error? err
function methods.address(self, text)
  local ok, err = require("nl.addr").change(self, "new", text)
  if not ok then return nil, err end
  return self:refresh()
end

function methods.deladdress(self, text)
  local ok, err = require("nl.addr").change(self, "del", text)
  if not ok then return nil, err end
  return self:refresh()
end

--- Move it to the network namespace of a process, of an fd object, or that `ip netns` names.
---@param namespace integer|string|S.fd
---@return true? ok
---@return nl.Error? err
function methods.move_ns(self, namespace)
  if type(namespace) == "number" then
    return once(self.options, "call", schema, "new",
      { index = self.index, net_ns_pid = namespace })
  end
  local fd = namespace
  if type(namespace) == "string" then
    local opened, err = require("syscall").open("/run/netns/" .. namespace, "rdonly, cloexec")
    if not opened then return nil, err end
    fd = opened
  end
  local ok, failure = once(self.options, "call", schema, "new",
    { index = self.index, net_ns_fd = fd:getfd() })
  if fd ~= namespace then fd:close() end
  return ok, failure
end

function methods.delete(self)
  return once(self.options, "call", schema, "del", { index = self.index })
end

--- Change or make a link, in the words of ip-link(8).
---@param what table index, modifier (c.NLM_F), flags, change, link, name, type, id, peer, ...
---@return true? ok
---@return nl.Error? err
function link.iplink(what)
  local values = {
    index = index_of(what.index),
    flags = constant("IFF", what.flags) & 0xffffffff,
    change = constant("IFF", what.change) & 0xffffffff,
    link = what.link and index_of(what.link),
    ifname = what.name,
    mtu = what.mtu,
    address = what.address,
    master = what.master and index_of(what.master),
  }
  if what.type then
    local info = { kind = what.type }
    if what.type == "veth" and what.peer then
      info.data = { peer = { ifname = what.peer.name, mtu = what.peer.mtu,
        address = what.peer.address } }
    elseif what.data or what.id then
      info.data = what.data or { id = what.id }
    end
    values.linkinfo = info
  end
  return once(what.netns and { netns = what.netns }, "call", schema, "new", values,
    constant("NLM_F", what.modifier))
end

--- Make a link: { name =, type =, link =, id =, peer = { name = }, data = {...} }.
---@param what table `data` has the kind's attributes, by the names of its schema
---@return true? ok
---@return nl.Error? err
function link.create_interface(what)
  local values = {}
  for key, value in pairs(what) do values[key] = value end
  values.modifier = 0x600 -- create, excl
  return link.iplink(values)
end

return link
