-- ip/link.lua - `ip link`: show, add, set, delete, property
--
-- Layer: library of ip. Words and messages are iproute2 6.1's.

local context = require "ip.context"
local schema = require "nl.schema.link"

local matches, fail = context.matches, context.fail

local AF_PACKET = 17
local MAX_ALIAS = 255

local link = {}

local function usage()
  fail(255, [[
Usage: ip link add [link DEV] [ name ] NAME
                   [ txqueuelen PACKETS ] [ address LLADDR ] [ broadcast LLADDR ]
                   [ mtu MTU ] [ index IDX ] [ numtxqueues N ] [ numrxqueues N ]
                   [ netns { PID | NAME } ] type TYPE [ ARGS ]
       ip link delete { DEVICE | dev DEVICE } type TYPE [ ARGS ]
       ip link set { DEVICE | dev DEVICE } [ { up | down } ]
                   [ arp | dynamic | multicast | allmulticast | promisc | trailers { on | off } ]
                   [ txqueuelen PACKETS ] [ name NEWNAME ] [ address LLADDR ]
                   [ broadcast LLADDR ] [ mtu MTU ] [ netns { PID | NAME } ]
                   [ alias NAME ] [ master DEVICE | nomaster ] [ group GROUP ]
                   [ carrier | protodown { on | off } ] [ type TYPE [ ARGS ] ]
       ip link show [ DEVICE | group GROUP ] [up] [master DEV] [vrf NAME] [type TYPE] [nomaster]
       ip link property add dev DEVICE [ altname NAME .. ]
       ip link property del dev DEVICE [ altname NAME .. ]
TYPE := { bond | bridge | dummy | ifb | ipvlan | macvlan | macvtap | veth | vlan | vrf | vxlan }]])
end

-- word = { bit, whether "on" clears it }
local SWITCHES = { multicast = { 0x1000 }, allmulticast = { 0x200 }, promisc = { 0x100 },
  trailers = { 0x20, true }, arp = { 0x80, true } }

-- word of which an abbreviation will do = attribute
local NUMBERS = { { "numtxqueues", "num_tx_queues" }, { "numrxqueues", "num_rx_queues" } }
local MODE = { default = 0, dormant = 1 }
local OPERSTATE = { unknown = 0, notpresent = 1, down = 2, lowerlayerdown = 3, testing = 4,
  dormant = 5, up = 6 }
local GENERATION = { eui64 = 0, none = 1, stable_secret = 2, random = 3 }

-- The namespace in a word as an attribute; the fd is kept open in `held` until the request is sent.
local function take_namespace(words, values, held)
  local word = words:value()
  if held.netns then context.duplicate("netns", word) end
  local fd = require("ip.netns").open(word)
  held.netns = true
  if fd then
    held.fd = fd
    values.net_ns_fd = fd:getfd()
  else
    values.net_ns_pid = context.integer(word) or context.invalid(word, 'Invalid "netns" value\n')
  end
end

-- A link's own words, up to `type`: -> values, { dev=, name=, link=, kind= }
local function read_link(ip, words, creating)
  local values, seen = { flags = 0, change = 0 }, { held = {} }
  local function flag(bit, on)
    values.change = values.change | bit
    values.flags = on and values.flags | bit or values.flags & ~bit
  end
  local function once(key, attribute)
    local word = words:peek()
    if values[attribute] then context.duplicate(key, word or "") end
    values[attribute] = words:number(-0x80000000, 0x7fffffff,
      ('Invalid "%s" value\n'):format(key)) & 0xffffffff
  end
  while words:peek() do
    local word = words:take()
    if word == "up" then
      flag(1, true)
    elseif word == "down" then
      flag(1, false)
    elseif word == "name" then
      local name = words:value()
      if seen.name then context.duplicate("name", name) end
      if not context.is_link_name(name) then context.invalid(name, '"name" not a valid ifname') end
      seen.name = name
      seen.dev = seen.dev or name
    elseif word == "index" then
      local text = words:value()
      if seen.index then context.duplicate("index", text) end
      seen.index = context.integer(text) or 0
      if seen.index <= 0 then context.invalid(text, 'Invalid "index" value') end
    elseif matches(word, "link") then
      seen.link = words:value()
    elseif matches(word, "address") then
      values.address = context.hardware_address(words:value())
    elseif matches(word, "broadcast") or word == "brd" then
      values.broadcast = context.hardware_address(words:value())
    elseif matches(word, "txqueuelen") or word == "qlen" or matches(word, "txqlen") then
      once("txqueuelen", "txqlen")
    elseif word == "mtu" then
      once("mtu", "mtu")
    elseif word == "netns" then
      take_namespace(words, values, seen.held)
    elseif SWITCHES[word] then
      local switch = SWITCHES[word]
      flag(switch[1], words:on_off(word) ~= (switch[2] or false))
    elseif word == "carrier" then
      values.carrier = words:on_off("carrier") and 1 or 0
    elseif matches(word, "master") then
      local master = words:value()
      values.master = ip:index(master) or context.invalid(master, "Device does not exist\n")
    elseif word == "vrf" then
      local master = words:value()
      values.master = ip:index(master) or context.invalid(master, "Not a valid VRF name\n")
    elseif matches(word, "nomaster") then
      values.master = 0
    elseif matches(word, "dynamic") then
      flag(0x8000, words:on_off("dynamic"))
    elseif matches(word, "type") then
      seen.kind = words:value()
      break
    elseif matches(word, "alias") then
      local alias = words:value()
      if #alias > MAX_ALIAS then context.invalid(alias, "alias too long\n") end
      values.ifalias = alias
    elseif word == "group" then
      local group = words:value()
      if seen.group then context.duplicate("group", group) end
      values.group = require("ip.names").number("group", group, 0x7fffffff)
        or context.invalid(group, 'Invalid "group" value\n')
      seen.group = true
    elseif word == "mode" then
      local mode = words:value()
      values.linkmode = MODE[mode:lower()] or context.invalid(mode, "Invalid link mode\n")
    elseif word == "state" then
      local state = words:value()
      values.operstate = OPERSTATE[state:lower()] or context.invalid(state, "Invalid operstate\n")
    elseif matches(word, NUMBERS[1][1]) then
      once(table.unpack(NUMBERS[1]))
    elseif matches(word, NUMBERS[2][1]) then
      once(table.unpack(NUMBERS[2]))
    elseif matches(word, "addrgenmode") then
      local mode = words:value()
      values.af_spec = { inet6 = { addr_gen_mode = GENERATION[mode]
        or context.invalid(mode, "Invalid address generation mode\n") } }
    elseif matches(word, "link-netnsid") and #word > #"link-netns" then
      once("link-netnsid", "link_netnsid")
    elseif word == "protodown" then
      values.proto_down = words:on_off("protodown") and 1 or 0
    elseif word == "gso_max_size" or word == "gso_max_segs" or word == "gro_max_size" then
      values[word] = words:number(0, 0xffffffff, ('Invalid "%s" value\n'):format(word))
    elseif word == "parentdev" then
      values.parent_dev_name = words:value()
    else
      if matches(word, "help") then usage() end
      if word == "dev" then word = words:value() end
      if seen.dev ~= seen.name then context.ambiguous("dev", word) end
      if word == "" or #word > 127 or word:find("[/%s]") then
        context.invalid(word, '"dev" not a valid ifname')
      end
      seen.dev = word
    end
  end
  seen.name = seen.name or seen.dev
  seen.dev = seen.dev or seen.name
  if seen.index and not creating and not seen.held.netns then
    fail(255,
      "index can be used only when creating devices or when moving device to another netns.")
  end
  return values, seen
end

local function finish_created(ip, values, seen)
  if seen.name ~= seen.dev then
    fail(255, 'both "name" and "dev" cannot be used when creating devices.')
  end
  if seen.link then values.link = ip:must_index(seen.link) end
  values.index = seen.index
  values.ifname = seen.name
end

-- The link that is changed, by its index; a length that does not fit is told before the request.
local function finish_changed(ip, values, seen)
  if not seen.dev then fail(255, 'Not enough information: "dev" argument is required.') end
  values.index = ip:must_index(seen.dev)
  if values.address then
    local own = ip:link(values.index)
    local need = own and own.address and (#own.address + 1) // 3
    local got = (#values.address + 1) // 3
    if need and need ~= got and need ~= 0 then
      fail(1, ("Invalid address length %d - must be %d bytes"):format(got, need))
    end
  end
  if seen.name ~= seen.dev then values.ifname = seen.name end
  if seen.index then values.new_ifindex = seen.index end
end

-- Every link of a group: a request without index and name.
local function is_whole_group(values, seen, words)
  if not seen.group or seen.dev then return false end
  local word = words:peek()
  if word then
    fail(255, ('Garbage instead of arguments "%s ...". Try "ip link help".'):format(word))
  end
  return values.group ~= nil
end

local function modify(ip, words, verb, mode)
  local creating = mode == "add" or mode == "replace"
  local values, seen = read_link(ip, words, creating)
  if not is_whole_group(values, seen, words) then
    if creating then finish_created(ip, values, seen) else finish_changed(ip, values, seen) end
  elseif creating then
    fail(255, "group cannot be used when creating devices.")
  end
  if seen.kind then
    local function read_peer(peer_words)
      local peer, peer_seen = read_link(ip, peer_words, true)
      peer.ifname, peer.index = peer_seen.name, peer_seen.index
      seen.peer_held = peer_seen.held -- its namespace's fd stays open
      return peer
    end
    local data = require("ip.kind_options").read(ip, words, seen.kind, creating,
      values.index, read_peer)
    local master = seen.kind:match("^(.*)_slave$")
    values.linkinfo = master and { slave_kind = master, slave_data = data }
      or { kind = seen.kind, data = data }
    if master then
      -- the kernel wants the kind with its suffix as iproute2 sends it
      values.linkinfo = { kind = seen.kind, slave_kind = master, slave_data = data }
    end
  elseif creating then
    fail(1, 'Not enough information: "type" argument is required')
  end
  return ip:change(schema, verb, values, mode)
end

local function property(ip, words)
  local word = words:take()
  local verb = word and (matches(word, "add") and "newprop"
    or (matches(word, "delete") or word == "del") and "delprop")
  if not verb then
    if word and matches(word, "help") then usage() end
    fail(255, ('Operator required'))
  end
  local device, altnames = nil, {}
  while words:peek() do
    word = words:take()
    if matches(word, "altname") then
      local name = words:value()
      if #name > 127 then context.invalid(name, "not a valid altname") end
      altnames[#altnames + 1] = name
    elseif matches(word, "help") then
      usage()
    else
      if word == "dev" then word = words:value() end
      if device then context.ambiguous("dev", word) end
      device = word
    end
  end
  if not device then fail(255, 'Not enough information: "dev" argument is required.') end
  local values = { index = ip:must_index(device), prop_list = { altname = altnames } }
  return ip:change(schema, verb, values, verb == "newprop" and 0xe00 or 0x200)
end

--- `ip link ...`
---@param ip ip.Context
---@param words ip.Words
---@return integer status
function link.run(ip, words)
  local verb = words:take()
  if verb then
    if matches(verb, "add") then return modify(ip, words, "new", "add") end
    if matches(verb, "set") or matches(verb, "change") then return modify(ip, words, "new") end
    if matches(verb, "replace") then return modify(ip, words, "new", "replace") end
    if matches(verb, "delete") then return modify(ip, words, "del") end
  end
  if not verb or matches(verb, "show") or matches(verb, "lst") or matches(verb, "list") then
    ip.family = AF_PACKET
    return require("ip.addr_show").show(ip, words, true, usage)
  end
  if matches(verb, "property") then return property(ip, words) end
  if matches(verb, "help") then usage() end
  fail(255, ('Command "%s" is unknown, try "ip link help".'):format(verb))
end

return link
