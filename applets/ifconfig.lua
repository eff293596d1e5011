-- applets/ifconfig.lua - show and set up links
--
-- Layer: applet; calls nl. Words and output are those of busybox's ifconfig (the older net-tools
-- form). Everything goes by netlink, so an address is changed in one step; a name with ":" is an
-- address's label, as the kernel itself has it.

local cli = require "cli"
local inet = require "nl.inet"
local request = require "nl.request"
local addr_schema = require "nl.schema.addr"
local link_schema = require "nl.schema.link"

local AF_INET, AF_INET6 = 2, 10
local IFF_UP, IFF_BROADCAST, IFF_POINTOPOINT = 0x1, 0x2, 0x10

local FLAGS = { { 0x1, "UP" }, { 0x2, "BROADCAST" }, { 0x4, "DEBUG" }, { 0x8, "LOOPBACK" },
  { 0x10, "POINTOPOINT" }, { 0x20, "NOTRAILERS" }, { 0x40, "RUNNING" }, { 0x80, "NOARP" },
  { 0x100, "PROMISC" }, { 0x200, "ALLMULTI" }, { 0x800, "SLAVE" }, { 0x400, "MASTER" },
  { 0x1000, "MULTICAST" }, { 0x8000, "DYNAMIC" } }

local ENCAPSULATION = { [1] = "Ethernet", [772] = "Local Loopback",
  [512] = "Point-to-Point Protocol", [768] = "IPIP Tunnel", [776] = "IPv6-in-IPv4",
  [32] = "InfiniBand" }
local SCOPE = { [0] = "Global", [254] = "Host", [253] = "Link", [200] = "Site" }

-- 1500 is "1.4 KiB": cut off, not rounded
local function scaled(bytes)
  local units, unit = { "B", "KiB", "MiB", "GiB", "TiB", "PiB" }, 1
  local tenths = bytes * 10
  while tenths >= 10240 and unit < #units do
    tenths, unit = tenths // 1024, unit + 1
  end
  return ("%d.%d %s"):format(tenths // 10, tenths % 10, units[unit])
end

local function flag_names(flags)
  local list = {}
  for _, flag in ipairs(FLAGS) do
    if flags & flag[1] ~= 0 then list[#list + 1] = flag[2] end
  end
  return list
end

local function netmask(length)
  return inet.text(inet.mask("\xff\xff\xff\xff", length))
end

-- One block of the output, as a table: what is printed, and what --json shows.
local function describe(link, label)
  local stats = link.stats64 or link.stats or {}
  local block = {
    name = label or link.ifname, encapsulation = ENCAPSULATION[link.type] or "UNSPEC",
    flags = flag_names(link.flags), mtu = link.mtu, inet6 = {},
  }
  if link.type == 1 then
    block.address = link.address
  elseif block.encapsulation == "UNSPEC" then
    local octets = (link.address or ""):upper():gsub(":", "-")
    local count = link.address and #inet.hardware_bytes(link.address) or 0
    block.address = octets .. ("-00"):rep(16 - count):sub(count == 0 and 2 or 1)
  end
  if not label then
    local function get(name) return stats[name] or 0 end
    block.txqueuelen = link.txqlen
    block.rx = { packets = get "rx_packets", errors = get "rx_errors",
      dropped = get "rx_dropped" + get "rx_missed_errors", overruns = get "rx_fifo_errors",
      frame = get "rx_length_errors" + get "rx_over_errors" + get "rx_crc_errors"
        + get "rx_frame_errors", bytes = get "rx_bytes" }
    block.tx = { packets = get "tx_packets", errors = get "tx_errors",
      dropped = get "tx_dropped", overruns = get "tx_fifo_errors",
      carrier = get "tx_carrier_errors" + get "tx_aborted_errors" + get "tx_window_errors"
        + get "tx_heartbeat_errors", collisions = get "collisions", bytes = get "tx_bytes" }
  end
  return block
end

local function add_address(block, link, message)
  if message.family == AF_INET6 then
    block.inet6[#block.inet6 + 1] = { address = message.address, prefixlen = message.prefixlen,
      scope = SCOPE[message.scope] or "Unknown" }
  elseif message.family == AF_INET and not block.inet then
    block.inet = { address = message["local"], netmask = netmask(message.prefixlen),
      peer = link.flags & IFF_POINTOPOINT ~= 0 and message.address or nil,
      broadcast = link.flags & IFF_BROADCAST ~= 0 and (message.broadcast or "0.0.0.0") or nil }
  end
end

local function print_block(block)
  local function line(...) io.write("          ", string.format(...), "\n") end
  local shown = require("text.quote").terminal
  local hardware = block.address and "HWaddr " .. block.address:upper() .. "  " or ""
  io.write(("%-9s Link encap:%s  %s\n"):format(shown(block.name), block.encapsulation, hardware))
  local own = block.inet
  if own then
    line("inet addr:%s%s%s  Mask:%s", own.address, own.peer and "  P-t-P:" .. own.peer or "",
      own.broadcast and "  Bcast:" .. own.broadcast or "", own.netmask)
  end
  for _, other in ipairs(block.inet6) do
    line("inet6 addr: %s/%d Scope:%s", other.address, other.prefixlen, other.scope)
  end
  line("%s  MTU:%d  Metric:1",
    #block.flags > 0 and table.concat(block.flags, " ") or "[NO FLAGS]", block.mtu)
  local rx, tx = block.rx, block.tx
  if rx then
    line("RX packets:%d errors:%d dropped:%d overruns:%d frame:%d", rx.packets, rx.errors,
      rx.dropped, rx.overruns, rx.frame)
    line("TX packets:%d errors:%d dropped:%d overruns:%d carrier:%d", tx.packets, tx.errors,
      tx.dropped, tx.overruns, tx.carrier)
    line("collisions:%d txqueuelen:%d ", tx.collisions, block.txqueuelen or 0)
    line("RX bytes:%d (%s)  TX bytes:%d (%s)", rx.bytes, scaled(rx.bytes), tx.bytes,
      scaled(tx.bytes))
  end
  io.write("\n")
end

-- The blocks of the links that `wanted` takes, by name: each with its labelled addresses.
local function list_blocks(connection, wanted)
  local links, err = connection:dump(link_schema, {})
  if not links then return nil, err end
  local addresses
  addresses, err = connection:dump(addr_schema, {})
  if not addresses then return nil, err end
  local blocks, by_index, link_of = {}, {}, {}
  for _, link in ipairs(links) do
    local block = describe(link)
    by_index[link.index], link_of[link.index] = { [link.ifname] = block }, link
    blocks[#blocks + 1] = block
  end
  for _, message in ipairs(addresses) do
    local link = link_of[message.index]
    if link then
      local own = by_index[message.index]
      local label = message.family == AF_INET and message.label or link.ifname
      if not own[label] then
        own[label] = describe(link, label)
        blocks[#blocks + 1] = own[label]
      end
      add_address(own[label], link, message)
    end
  end
  local chosen = {}
  for _, block in ipairs(blocks) do
    if wanted(block) then chosen[#chosen + 1] = block end
  end
  table.sort(chosen, function(a, b) return a.name < b.name end)
  return chosen
end

local function show(connection, wanted, json)
  local blocks, err = list_blocks(connection, wanted)
  if not blocks then return nil, err end
  if json then
    local encode = require "json"
    for _, block in ipairs(blocks) do
      block.flags, block.inet6 = encode.array(block.flags), encode.array(block.inet6)
    end
    io.write(encode.encode(encode.array(blocks)), "\n")
  else
    for _, block in ipairs(blocks) do print_block(block) end
  end
  return #blocks
end

-- A classful mask's length: what an address had when nothing was said.
local function class_length(bytes)
  local first = bytes:byte()
  return first < 128 and 8 or first < 192 and 16 or first < 224 and 24 or 32
end

local function address_bytes(text)
  if text == "default" then return "\0\0\0\0" end
  local bytes = inet.bytes(text)
  if bytes and #bytes == 4 then return bytes end
  local found = pcall(require, "net.resolve") and require("net.resolve").ipv4(text)
  return found and inet.bytes(found) or nil
end

-- word = { bit, value when the word stands alone }
local SWITCHES = { up = { 0x1, true }, down = { 0x1, false }, arp = { 0x80, false },
  trailers = { 0x20, false }, promisc = { 0x100, true }, multicast = { 0x1000, true },
  allmulti = { 0x200, true }, dynamic = { 0x8000, true } }

local NUMBERS = { mtu = "mtu", txqueuelen = "txqlen" }
-- what hardware of long ago had; taken and refused by the kernel, so told here
local GONE = { metric = true, keepalive = true, outfill = true, mem_start = true, io_addr = true,
  irq = true, media = true }

-- The words after the name: what to change. Raises cli's usage error for wrong ones.
local function read_changes(args)
  local change = { flags = 0, mask = 0, link = {}, add = {}, del = {} }
  local i = 2
  local function value()
    i = i + 1
    return args[i] or cli.usage(("%s needs a value"):format(args[i - 1]))
  end
  local function set(bit, on)
    change.mask = change.mask | bit
    change.flags = on and change.flags | bit or change.flags & ~bit
  end
  while args[i] do
    local word = args[i]
    local negated = word:sub(1, 1) == "-"
    local name = negated and word:sub(2) or word
    local switch = SWITCHES[name]
    if switch and not (negated and (name == "up" or name == "down")) then
      set(switch[1], switch[2] ~= negated)
    elseif NUMBERS[word] then
      local text = value()
      local number = math.tointeger(tonumber(text))
      if not number or number < 0 then return nil, ("bad number '%s'"):format(text) end
      change.link[NUMBERS[word]] = number
    elseif word == "hw" then
      value()
      local text = value()
      if not inet.hardware_bytes(text) then return nil, ("bad address '%s'"):format(text) end
      change.link.address = text
    elseif word == "netmask" then
      local text = value()
      change.length = inet.netmask_length(text)
      if not change.length then return nil, ("bad address '%s'"):format(text) end
    elseif name == "broadcast" or name == "pointopoint" or word == "dstaddr" then
      local key = name == "broadcast" and "broadcast" or "peer"
      if negated then
        change[key] = false
      elseif args[i + 1] and inet.bytes(args[i + 1]) then
        change[key] = value()
      end
    elseif word == "add" or word == "del" then
      local text = value()
      if not inet.prefix(text) then return nil, ("bad address '%s'"):format(text) end
      change[word][#change[word] + 1] = text
    elseif GONE[word] then
      value()
    elseif word == "inet" or word == "inet6" then
      change.family = word
    else
      local prefix, length = word:match("^([^/]+)/(%d+)$")
      local bytes = address_bytes(prefix or word)
      if bytes then
        change.own = bytes
        if length then change.length = tonumber(length) end
        if change.mask & IFF_UP == 0 then set(IFF_UP, true) end
      elseif inet.prefix(word) then
        change.add[#change.add + 1] = word
      else
        return nil, ("bad address '%s'"):format(word)
      end
    end
    i = i + 1
  end
  return change
end

-- The IPv4 address that a label names: the first of the list.
local function find_labelled(connection, index, label)
  local found
  local ok, err = connection:dump(addr_schema, { family = AF_INET, index = index },
    function(message)
      if not found and message.label == label and message.index == index then found = message end
    end)
  if not ok then return nil, err end
  return found or false
end

local function delete_address(connection, message)
  return connection:call(addr_schema, "del", { family = message.family, index = message.index,
    prefixlen = message.prefixlen, ["local"] = message["local"], address = message.address,
    label = message.label })
end

-- Set the labelled address, or change its mask, broadcast or peer.
local function change_address(connection, link, label, change)
  local before, err = find_labelled(connection, link.index, label)
  if before == nil then return nil, err end
  if not before and not change.own then return nil, "Cannot assign requested address" end
  local bytes = change.own or inet.bytes(before["local"])
  local length = change.length or not change.own and before.prefixlen or class_length(bytes)
  local values = {
    family = AF_INET, index = link.index, label = label, prefixlen = length,
    scope = bytes:byte() == 127 and 254 or 0, ["local"] = inet.text(bytes),
    address = change.peer or inet.text(bytes),
  }
  if change.broadcast then
    values.broadcast = change.broadcast
  elseif change.broadcast == nil and link.flags & IFF_BROADCAST ~= 0 and length < 31 then
    values.broadcast = inet.text(inet.mask(bytes, length, true))
  end
  if before then
    local ok
    ok, err = delete_address(connection, before)
    if not ok then return nil, err end
  end
  if values["local"] == "0.0.0.0" then return true end -- `ifconfig eth0 0.0.0.0` only takes away
  return connection:call(addr_schema, "new", values, "replace")
end

local function other_address(connection, link, verb, text)
  local bytes, length, explicit = inet.prefix(text)
  if #bytes == 4 and not explicit then length = class_length(bytes) end
  if verb == "del" and not explicit and #bytes == 16 then length = 0 end
  local values = { family = #bytes == 4 and AF_INET or AF_INET6, index = link.index,
    prefixlen = length, ["local"] = inet.text(bytes), address = inet.text(bytes) }
  return connection:call(addr_schema, verb, values, verb == "new" and "replace" or nil)
end

local function apply(connection, link, label, change)
  -- an address on a label that goes down is taken away, the link stays
  if label ~= link.ifname and change.mask & IFF_UP ~= 0 and change.flags & IFF_UP == 0 then
    local before, err = find_labelled(connection, link.index, label)
    if not before then return nil, err or "Cannot assign requested address" end
    return delete_address(connection, before)
  end
  local ok, err
  local values = change.link
  if next(values) then
    values.index = link.index
    ok, err = connection:call(link_schema, "new", values)
    if not ok then return nil, err end
  end
  if change.own or change.length or change.broadcast ~= nil or change.peer ~= nil then
    ok, err = change_address(connection, link, label, change)
    if not ok then return nil, err end
  end
  for _, text in ipairs(change.del) do
    ok, err = other_address(connection, link, "del", text)
    if not ok then return nil, err end
  end
  for _, text in ipairs(change.add) do
    ok, err = other_address(connection, link, "new", text)
    if not ok then return nil, err end
  end
  if change.mask ~= 0 then
    return connection:call(link_schema, "new",
      { index = link.index, flags = change.flags, change = change.mask })
  end
  return true
end

local applet = {
  summary = "show and set up links",
  usage = "[-a] [LINK] [ADDRESS] [WORD...]",
  raw = true, -- "-arp" and "-promisc" are words of its own
  examples = {
    { "ifconfig eth0 10.0.0.2 netmask 255.255.255.0 up", "set an address" },
    { "ifconfig eth0 hw ether 02:00:00:00:00:01", "set the hardware address" },
    { "ifconfig eth0 add 2001:db8::2/64", "a further address" },
  },
}

---@param args string[]
---@return true|integer|nil ok
---@return string|nl.Error? err
function applet.run(_, args)
  local all, json = false, false
  while args[1] == "-a" or args[1] == "--json" do
    if args[1] == "-a" then all = true else json = true end
    args = table.move(args, 2, #args + 1, 1, {})
  end
  local connection, err = request.open()
  if not connection then return nil, err end
  local label = args[1]
  if not label then
    local count
    count, err = show(connection, function(block)
      return all or block.flags[1] == "UP"
    end, json)
    return count and true, err
  end
  if #args == 1 then
    local count
    count, err = show(connection, function(block) return block.name == label end, json)
    if count == 0 then
      return nil, label .. ": error fetching interface information: Device not found"
    end
    return count and true, err
  end
  local change
  change, err = read_changes(args)
  if not change then return nil, err end
  local link
  link, err = connection:get(link_schema, { ifname = label:match("^[^:]*") })
  if not link then return nil, label .. ": " .. tostring(err) end
  local ok
  ok, err = apply(connection, link, label, change)
  if not ok then return nil, label .. ": " .. tostring(err) end
  return true
end

return applet
