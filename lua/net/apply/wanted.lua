-- net/apply/wanted.lua - a description of a network, checked and brought into one form
--
-- Layer: library, pure. What is wrong in a description is told by where it stands and what is
-- wrong; nothing is guessed. The form is the one that net.apply.state reads from the kernel.

local inet = require "nl.inet"
local names = require "ip.names"
local wireguard = require "net.apply.wireguard"

local wanted = {}

local AF_INET, AF_INET6 = 2, 10
local MAX_NAME = 15
local PROTOCOL_STATIC = 4
local RTNH_F_ONLINK = 0x4
local SCOPE_GLOBAL, SCOPE_LINK, SCOPE_HOST = 0, 253, 254
local TABLE_MAIN = 254

local ROUTE_TYPE = { unicast = 1, ["local"] = 2, blackhole = 6, unreachable = 7, prohibit = 8,
  throw = 9 }
local RULE_ACTION = { lookup = 1, blackhole = 6, unreachable = 7, prohibit = 8 }

local LINK_FIELDS = { "kind", "link", "ports", "addresses", "up", "mtu", "mac", "alias", "txqlen",
  "master", "data", "peer" }
local ROUTE_FIELDS = { "to", "via", "dev", "src", "metric", "table", "type", "mtu", "advmss",
  "scope", "onlink", "nexthops", "family" }
local HOP_FIELDS = { "via", "dev", "weight", "onlink" }
local RULE_FIELDS = { "from", "to", "iif", "oif", "fwmark", "table", "priority", "action", "invert",
  "family", "suppress_prefixlength" }

-- Attributes of kinds that people know by words.
local WORDS = {
  macvlan = { mode = { private = 1, vepa = 2, bridge = 4, passthru = 8, source = 16 } },
  ipvlan = { mode = { l2 = 0, l3 = 1, l3s = 2 } },
  bond = { mode = { ["balance-rr"] = 0, ["active-backup"] = 1, ["balance-xor"] = 2,
    broadcast = 3, ["802.3ad"] = 4, ["balance-tlb"] = 5, ["balance-alb"] = 6 } },
  vlan = { protocol = { ["802.1q"] = 0x8100, ["802.1ad"] = 0x88a8 } },
}
WORDS.macvtap, WORDS.ipvtap = WORDS.macvlan, WORDS.ipvlan

-- ip's words where the kernel's attribute is called otherwise.
local ALIAS = { vxlan = { remote = "group", dstport = "port" }, geneve = { dstport = "port" } }

local function fail(form, ...) error({ wrong = form:format(...) }, 0) end

-- What an unknown word was perhaps meant to be.
local function unknown(where, what, word, known)
  local hint = require("cli_help").nearest_word(known, tostring(word))
  fail("%s: unknown %s %s%s", where, what, tostring(word),
    hint and (" (did you mean %s?)"):format(hint) or "")
end

local function check_fields(where, values, known)
  local is_known = {}
  for _, name in ipairs(known) do is_known[name] = true end
  for name in pairs(values) do
    if not is_known[name] then unknown(where, "field", name, known) end
  end
end

local function integer(where, name, value, least, most)
  if value == nil then return nil end
  local number = math.tointeger(value)
  if not number or number < least or number > most then
    fail("%s: %s is a number from %d to %d, not %s", where, name, least, most, tostring(value))
  end
  return number
end

local TOOLS = { fail = fail, check_fields = check_fields, integer = integer }

local function link_name(where, value)
  if type(value) ~= "string" or value == "" or #value > MAX_NAME or value:find("[%s/%c]")
    or value == "." or value == ".." then
    fail("%s: %s is not a name for a link", where, tostring(value))
  end
  return value
end

local function list(where, name, value)
  if value == nil then return nil end
  if type(value) ~= "table" or (next(value) ~= nil and #value == 0) then
    fail("%s: %s is a list", where, name)
  end
  return value
end

local function address_bytes(where, name, text, family)
  local bytes = type(text) == "string" and inet.bytes(text)
  if not bytes or (family and inet.BITS[family] ~= #bytes * 8) then
    fail("%s: %s is not an address%s: %s", where, name,
      bytes and " of this family" or "", tostring(text))
  end
  return bytes
end

local function prefix(where, name, text, family)
  local bytes, length = inet.prefix(tostring(text))
  if not bytes or (family and inet.BITS[family] ~= #bytes * 8) then
    fail("%s: %s is not an address or prefix%s: %s", where, name,
      bytes and " of this family" or "", tostring(text))
  end
  return bytes, length, #bytes == 4 and AF_INET or AF_INET6
end

-- ---- links ----

-- "10.0.0.1/24", "10.0.0.1 peer 10.0.0.2/32", or { "10.0.0.1/24", label = "eth0:1" }
local function read_address(where, item)
  local extra = type(item) == "table" and item or {}
  local text = extra[1] or item
  if type(text) ~= "string" then fail("%s: an address is text", where) end
  for key in pairs(extra) do
    if key ~= 1 and key ~= "label" and key ~= "scope" then
      unknown(where, "field of an address", key, { "label", "scope" })
    end
  end
  local own, peer = text:match("^(%S+)%s+peer%s+(%S+)$")
  local bytes, length, family = prefix(where, "addresses", peer or text)
  local address = { family = family, prefixlen = length, label = extra.label }
  address.address = inet.text(bytes)
  address["local"] = own and inet.text(address_bytes(where, "addresses", own, family))
    or address.address
  if family == AF_INET and length < 31 and not peer then
    address.broadcast = inet.text(inet.mask(bytes, length, true))
  end
  address.scope = extra.scope and names.number("scope", tostring(extra.scope), 255)
    or (family == AF_INET and address.address:find("^127%.") and SCOPE_HOST or SCOPE_GLOBAL)
  return address
end

--- The text that tells addresses of a link apart.
---@param address table
---@return string
function wanted.address_key(address)
  local own = address["local"] or address.address
  if address.address and address.address ~= own then
    return ("%s peer %s/%d"):format(own, address.address, address.prefixlen)
  end
  return ("%s/%d"):format(own, address.prefixlen)
end

local function kind_attributes(kind)
  local set = require("nl.schema.kinds")[kind]
  if type(set) == "string" then set = require(set) end
  local known, by_name = {}, {}
  for number, entry in pairs(set or {}) do
    if math.type(number) == "integer" then
      known[#known + 1] = entry[1]
      by_name[entry[1]] = entry
    end
  end
  return by_name, known
end

-- A value as the kernel would tell it.
local function attribute_value(where, kind, entry, value)
  local word = WORDS[kind] and WORDS[kind][entry[1]]
  if word and type(value) == "string" then
    local number = word[value:lower()]
    if not number then
      local known = {}
      for name in pairs(word) do known[#known + 1] = name end
      unknown(where, entry[1], value, known)
    end
    return number
  end
  if entry[2] == "ip" then
    return inet.text(address_bytes(where, entry[1], value))
  end
  if type(value) == "boolean" and entry[2] ~= "flag" then return value and 1 or 0 end
  return value
end

local is_link_field, is_wireguard_field = {}, {}
for _, name in ipairs(LINK_FIELDS) do is_link_field[name] = true end
for _, name in ipairs(wireguard.FIELDS) do is_wireguard_field[name] = true end

-- Fields that the kind has go to its data: { kind = "vlan", link = "eth0", id = 5 }.
local function read_data(where, item, link)
  local by_name, known = kind_attributes(item.kind)
  local data = {}
  local function add(what, name, value)
    name = (ALIAS[item.kind] or {})[name] or name
    -- some kinds have an attribute of its own for addresses of IPv6
    if by_name[name .. "6"] and tostring(value):find(":", 1, true) then name = name .. "6" end
    if not by_name[name] then
      local more = item.kind == "wireguard" and wireguard.FIELDS or {}
      table.move(LINK_FIELDS, 1, #LINK_FIELDS, #known + 1, known)
      table.move(more, 1, #more, #known + 1, known)
      unknown(where, what, name, known)
    end
    data[name] = attribute_value(where, item.kind, by_name[name], value)
  end
  for name, value in pairs(item.data or {}) do add("field of data", name, value) end
  for name, value in pairs(item) do
    local is_known = is_link_field[name] or item.kind == "wireguard" and is_wireguard_field[name]
    if not is_known then add("field", name, value) end
  end
  if by_name.link and item.link then
    link.data_link, link.parent = link.parent, nil
  end
  if item.peer then
    if item.kind ~= "veth" then fail("%s: only a veth has a peer", where) end
    data.peer = { ifname = link_name(where, item.peer) }
  end
  return next(data) and data or nil
end

local function read_link(name, item)
  link_name("links", name)
  if item == false then return false end
  if type(item) ~= "table" then fail("%s: a table, or false for a link that shall not be", name) end
  local link = { name = name, up = item.up ~= false, kind = item.kind }
  if item.kind ~= nil and type(item.kind) ~= "string" then fail("%s: kind is a word", name) end
  link.parent = item.link and link_name(name, item.link)
  if item.kind then
    link.data = read_data(name, item, link)
    if item.kind == "wireguard" then link.wireguard = wireguard.read(name, item, TOOLS) end
  else
    check_fields(name, item, LINK_FIELDS)
    if item.data or item.peer or item.link then fail("%s: data without a kind", name) end
  end
  link.mtu = integer(name, "mtu", item.mtu, 0, 0x7fffffff)
  link.txqlen = integer(name, "txqlen", item.txqlen, 0, 0x7fffffff)
  link.alias = item.alias
  if item.mac ~= nil then
    local bytes = inet.hardware_bytes(item.mac)
    if not bytes then fail("%s: mac is not a hardware address: %s", name, tostring(item.mac)) end
    link.mac = inet.hardware_text(bytes)
  end
  if item.master ~= nil then link.master = item.master and link_name(name, item.master) end
  if list(name, "addresses", item.addresses) then
    link.addresses = {}
    for i, one in ipairs(item.addresses) do
      local address = read_address(name, one)
      address.position = i
      link.addresses[wanted.address_key(address)] = address
    end
  end
  for i, port in ipairs(list(name, "ports", item.ports) or {}) do
    link.ports = link.ports or {}
    link.ports[i] = link_name(name, port)
  end
  if item.ports and not link.ports then link.ports = {} end
  return link
end

-- The ports that a link names belong to it, and are up where nothing else is said.
local function add_ports(links)
  local named = {}
  for _, link in pairs(links) do
    for _, port in ipairs(link and link.ports or {}) do named[#named + 1] = { port, link.name } end
  end
  for _, pair in ipairs(named) do
    local port, master = pair[1], pair[2]
    if links[port] == false then fail("%s: a port of %s that shall not be", port, master) end
    local link = links[port] or { name = port, up = true }
    if link.master and link.master ~= master then
      fail("%s: is to be a port of %s and of %s", port, link.master, master)
    end
    link.master = master
    links[port] = link
  end
end

-- ---- routes ----

local ROUTE_VALUES = { via = true, dev = true, src = true, metric = true, table = true, mtu = true,
  advmss = true, scope = true }

-- "default via 10.0.0.1 dev eth0 metric 100", "blackhole 10.6.0.0/16"
local function split_route(where, text)
  local route, words = {}, {}
  for word in text:gmatch("%S+") do words[#words + 1] = word end
  local i = 1
  if ROUTE_TYPE[words[1]] then
    route.type = words[1]
    i = 2
  end
  route.to = words[i]
  i = i + 1
  while words[i] do
    local word = words[i]
    if word == "onlink" then
      route.onlink = true
      i = i + 1
    elseif ROUTE_VALUES[word] then
      if not words[i + 1] then fail("%s: %s needs a value", where, word) end
      route[word] = tonumber(words[i + 1]) or words[i + 1]
      i = i + 2
    else
      unknown(where, "word", word, ROUTE_FIELDS)
    end
  end
  return route
end

local function read_hop(where, item, family)
  check_fields(where, item, HOP_FIELDS)
  return {
    gateway = item.via and inet.text(address_bytes(where, "via", item.via, family)),
    dev = item.dev and link_name(where, item.dev),
    hops = (integer(where, "weight", item.weight, 1, 256) or 1) - 1,
    flags = item.onlink and RTNH_F_ONLINK or 0,
  }
end

local function route_family(where, item)
  local named = item.family and ({ inet = AF_INET, inet6 = AF_INET6 })[item.family]
  if item.family and not named then unknown(where, "family", item.family, { "inet", "inet6" }) end
  if named then return named end
  local first = item.nexthops and item.nexthops[1]
  local text = item.to ~= "default" and item.to or item.via or first and first.via or item.src
  return tostring(text or ""):find(":", 1, true) and AF_INET6 or AF_INET
end

local function read_route(i, item)
  local where = ("routes[%d]"):format(i)
  if type(item) == "string" then item = split_route(where, item) end
  if type(item) ~= "table" then fail("%s: text or a table", where) end
  check_fields(where, item, ROUTE_FIELDS)
  if not item.to then fail("%s: where to?", where) end
  local family = route_family(where, item)
  local route = { family = family, protocol = PROTOCOL_STATIC, dst_len = 0, tos = 0, flags = 0 }
  if item.to ~= "default" then
    local bytes
    bytes, route.dst_len = prefix(where, "to", item.to, family)
    if inet.mask(bytes, route.dst_len) ~= bytes then
      fail("%s: %s has bits behind its prefix", where, item.to)
    end
    if route.dst_len > 0 then route.dst = inet.text(bytes) end
  end
  route.type = ROUTE_TYPE[item.type or "unicast"] or fail("%s: unknown type %s", where, item.type)
  route.gateway = item.via and inet.text(address_bytes(where, "via", item.via, family))
  route.dev = item.dev and link_name(where, item.dev)
  route.prefsrc = item.src and inet.text(address_bytes(where, "src", item.src, family))
  route.priority = integer(where, "metric", item.metric, 0, 0xffffffff)
  route.table = item.table and names.number("table", tostring(item.table), 0xffffffff) or TABLE_MAIN
  if item.table and route.table == TABLE_MAIN and tostring(item.table) ~= "main"
    and tonumber(item.table) ~= TABLE_MAIN then
    fail("%s: no routing table is called %s", where, tostring(item.table))
  end
  if item.onlink then route.flags = RTNH_F_ONLINK end
  local metrics = { mtu = integer(where, "mtu", item.mtu, 0, 0x7fffffff),
    advmss = integer(where, "advmss", item.advmss, 0, 0x7fffffff) }
  if next(metrics) then route.metrics = metrics end
  for j, hop in ipairs(list(where, "nexthops", item.nexthops) or {}) do
    route.multipath = route.multipath or {}
    route.multipath[j] = read_hop(where, hop, family)
  end
  local plain = route.type == ROUTE_TYPE.unicast
  if plain and not (route.gateway or route.dev or route.multipath) then
    fail("%s: %s has neither via nor dev", where, tostring(item.to))
  end
  if item.scope then
    route.scope = names.number("scope", tostring(item.scope), 255)
      or fail("%s: unknown scope %s", where, tostring(item.scope))
  else
    local on_link = plain and family == AF_INET and not route.gateway and not route.multipath
    route.scope = on_link and SCOPE_LINK or SCOPE_GLOBAL
  end
  return route
end

-- ---- rules ----

local function read_rule(i, item)
  local where = ("rules[%d]"):format(i)
  if type(item) ~= "table" then fail("%s: a table", where) end
  check_fields(where, item, RULE_FIELDS)
  local family = item.family and route_family(where, item)
    or tostring(item.from or item.to or ""):find(":", 1, true) and AF_INET6 or AF_INET
  local rule = { family = family, protocol = PROTOCOL_STATIC, flags = item.invert and 2 or 0,
    dst_len = 0, src_len = 0, iifname = item.iif, oifname = item.oif }
  for field, names_of in pairs { from = { "src", "src_len" }, to = { "dst", "dst_len" } } do
    if item[field] and item[field] ~= "all" then
      local bytes, length = prefix(where, field, item[field], family)
      if length > 0 then rule[names_of[1]], rule[names_of[2]] = inet.text(bytes), length end
    end
  end
  if item.fwmark then
    local mark, mask = tostring(item.fwmark):match("^(%w+)/?(%w*)$")
    rule.fwmark = integer(where, "fwmark", tonumber(mark), 0, 0xffffffff)
      or fail("%s: fwmark is a number, perhaps with a mask: %s", where, tostring(item.fwmark))
    rule.fwmask = mask and mask ~= "" and integer(where, "fwmark's mask", tonumber(mask) or "", 0,
      0xffffffff) or 0xffffffff
  end
  rule.action = RULE_ACTION[item.action or "lookup"]
    or fail("%s: unknown action %s", where, tostring(item.action))
  if rule.action == RULE_ACTION.lookup then
    rule.table = names.number("table", tostring(item.table or "main"), 0xffffffff)
      or fail("%s: no routing table is called %s", where, tostring(item.table))
  end
  rule.suppress_prefixlen = integer(where, "suppress_prefixlength", item.suppress_prefixlength, 0,
    128)
  rule.priority = integer(where, "priority", item.priority, 0, 0xffffffff)
    or fail("%s: a rule needs a priority", where)
  return rule
end

--- Check a description.
---@param description table links by name, and `routes`, `rules`
---@return table? wanted { links, routes?, rules? }
---@return string? err what is wrong in it, and where
function wanted.read(description)
  local ok, result = pcall(function()
    local out = { links = {} }
    for name, item in pairs(description) do
      if name ~= "routes" and name ~= "rules" then out.links[name] = read_link(name, item) end
    end
    add_ports(out.links)
    for part, read in pairs { routes = read_route, rules = read_rule } do
      if list("description", part, description[part]) then
        out[part] = {}
        for i, item in ipairs(description[part]) do out[part][i] = read(i, item) end
      end
    end
    return out
  end)
  if ok then return result end
  if type(result) == "table" and result.wrong then return nil, result.wrong end
  error(result, 0)
end

return wanted
