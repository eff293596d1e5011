-- applets/ss.lua - sockets: who talks to whom
--
-- Layer: applet; calls nl.diag, lua/ss, net.owners. Options, filters and output are those of
-- iproute2's ss(8), version 6.1, as it writes to a file or pipe.

local cli = require "cli"
local details = require "ss.details"
local diag = require "nl.diag"
local filter = require "ss.filter"

local AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET = 1, 2, 10, 16, 17

local applet = {
  summary = "show sockets",
  usage = "[-46alnprHOKs0] [-tuwxSd] [-emio] [-f FAMILY] [-A TABLE,...] [-N NETNS] [-F FILE] "
    .. "[state STATE]... [EXPRESSION]",
  options = {
    { "n", "numeric", help = "ports and users as numbers" },
    { "r", "resolve", help = "look up the names of hosts" },
    { "a", "all", help = "sockets in every state" },
    { "l", "listening", help = "only those that listen" },
    { "o", "options", help = "timers" },
    { "e", "extended", help = "owner, inode, cookie, cgroup" },
    { "m", "memory", help = "memory in use" },
    { "p", "processes", help = "processes that have the socket" },
    { "i", "info", help = "TCP's own numbers" },
    { "s", "summary", help = "how many there are" },
    { "4", "ipv4", help = "only IPv4", clears = { "ipv6" } },
    { "6", "ipv6", help = "only IPv6", clears = { "ipv4" } },
    { "0", "packet", help = "packet sockets" },
    { "t", "tcp", help = "TCP" },
    { "u", "udp", help = "UDP" },
    { "w", "raw", help = "raw sockets" },
    { "x", "unix", help = "local sockets" },
    { "S", "sctp", help = "SCTP" },
    { "d", "dccp", help = "DCCP" },
    { "f", "family", arg = "FAMILY", help = "inet, inet6, link, unix or netlink" },
    { "A", "query", arg = "TABLE,...", help = "all, inet, tcp, udp, raw, unix, unix_stream, "
      .. "packet, netlink, ..." },
    { false, "socket", arg = "TABLE,...", help = "the same" },
    { "H", "no-header", help = "no line of titles" },
    { "O", "oneline", help = "one line for each socket" },
    { "K", "kill", help = "end the sockets that are shown" },
    { "N", "net", arg = "NETNS", help = "look in another network namespace" },
    { "F", "filter", arg = "FILE", help = "read the filter from a file" },
    { "V", "Version", help = "the version of ss that this follows" },
  },
  json = true,
  usage_status = 255,
  examples = {
    { "ss -tlnp", "which processes listen for TCP, and where" },
    { "ss -tn state established dport = :443", "connections to https" },
  },
}

local STATE = filter.STATE
local CONNECTED = STATE.connected & ~(STATE["time-wait"] | STATE["syn-recv"])

-- What each table shows when no state is asked for, in the order in which they are shown.
local TABLES = {
  { "netlink", STATE.closed }, { "packet_raw", STATE.closed }, { "packet_dgram", STATE.closed },
  { "unix_stream", CONNECTED }, { "unix_dgram", CONNECTED }, { "unix_seqpacket", CONNECTED },
  { "raw", STATE.established }, { "udp", STATE.established }, { "tcp", CONNECTED },
  { "dccp", CONNECTED }, { "sctp", CONNECTED },
}
local INET = { "raw", "udp", "tcp", "dccp", "sctp" }
local UNIX = { "unix_stream", "unix_dgram", "unix_seqpacket" }
local GROUPS = { inet = INET, unix = UNIX, u = UNIX, x = UNIX, packet = { "packet_raw",
  "packet_dgram" }, p = { "packet_raw", "packet_dgram" }, all = {} }
for _, entry in ipairs(TABLES) do
  table.insert(GROUPS.all, entry[1])
  GROUPS[entry[1]] = { entry[1] }
end
local FAMILIES = {
  inet = { AF_INET, INET }, inet6 = { AF_INET6, INET }, link = { AF_PACKET, GROUPS.packet },
  unix = { AF_UNIX, UNIX }, netlink = { AF_NETLINK, { "netlink" } },
}

local NETID = { stream = "u_str", dgram = "u_dgr", seqpacket = "u_seq" }

-- ---- what is asked for ----

local function add_tables(wish, names)
  wish.tables = wish.tables or {}
  for _, name in ipairs(names) do wish.tables[name] = true end
end

local function read_wish(opts)
  local wish = {}
  for option, names in pairs { tcp = { "tcp" }, udp = { "udp" }, raw = { "raw" }, unix = UNIX,
    packet = GROUPS.packet, sctp = { "sctp" }, dccp = { "dccp" } } do
    if opts[option] then add_tables(wish, names) end
  end
  for name in (opts.query or opts.socket or ""):gmatch("[^,]+") do
    add_tables(wish, GROUPS[name] or cli.usage(('"%s" is no table of sockets'):format(name)))
  end
  if opts.ipv4 or opts.ipv6 then wish.family = opts.ipv4 and AF_INET or AF_INET6 end
  if opts.family then
    local family = FAMILIES[opts.family]
    if not family then cli.usage(('"%s" is no family'):format(opts.family)) end
    if family[1] == AF_INET or family[1] == AF_INET6 then
      wish.family = family[1]
    else
      add_tables(wish, family[2])
    end
  end
  if wish.family then
    if not wish.tables then
      add_tables(wish, INET)
    else
      local kept = {}
      for _, name in ipairs(INET) do kept[name] = wish.tables[name] end
      wish.tables = kept
    end
  end
  local named = wish.tables ~= nil
  if not named then add_tables(wish, GROUPS.all) end
  wish.states = 0
  for _, entry in ipairs(TABLES) do
    if wish.tables[entry[1]] then wish.states = wish.states | entry[2] end
  end
  if not named then wish.states = CONNECTED end
  if opts.all then wish.states = STATE.all end
  if opts.listening then wish.states = STATE.listening | STATE.closed end
  return wish
end

-- The range of ports that the kernel chooses from: ip(7).
local function autobound()
  local low, high
  return function(socket)
    if not low then
      local text = require("proc.file").read("/proc/sys/net/ipv4/ip_local_port_range") or ""
      low, high = text:match("(%d+)%s+(%d+)")
      low, high = tonumber(low) or 32768, tonumber(high) or 60999
    end
    return socket.sport ~= nil and socket.sport >= low and socket.sport <= high
  end
end

local function read_filter(opts, words)
  if opts.filter then
    local file, err = io.open(opts.filter)
    if not file then return nil, err end
    words = {}
    for word in file:read("a"):gmatch("%S+") do words[#words + 1] = word end
    file:close()
  end
  return filter.parse(words, autobound())
end

-- ---- gathering ----

local function extensions(opts)
  local list = {}
  if opts.memory then list = { "meminfo", "skmem" } end
  if opts.info then table.move({ "info", "vegas", "cong" }, 1, 3, #list + 1, list) end
  return list
end

-- A kernel without a kind of socket has none to show.
local function tolerate(ok, err)
  if ok or type(err) == "string" then return true end
  return err.NOENT or err.INVAL or err.PROTONOSUPPORT or err.AFNOSUPPORT or err.OPNOTSUPP, err
end

local function gather_inet(connection, name, wish, take)
  for _, family in ipairs { AF_INET, AF_INET6 } do
    if not wish.family or wish.family == family then
      local function each(socket)
        socket.netid = name
        take(socket)
      end
      local ok, err = diag.inet(connection, diag.PROTOCOLS[name], family,
        { states = wish.states, extensions = wish.extensions }, each)
      if not ok and name == "raw" and tolerate(ok, err) then
        ok, err = diag.proc("raw", family, function(socket)
          if wish.states & 1 << socket.state ~= 0 then each(socket) end
        end)
      end
      ok, err = tolerate(ok, err)
      if not ok then return nil, err end
    end
  end
  return true
end

local function unix_name(bytes)
  if not bytes then return nil end
  local abstract = bytes:sub(1, 1) == "\0"
  bytes = abstract and bytes or bytes:gsub("%z+$", "")
  return (bytes:gsub("%z", "@"))
end

local function gather(connection, wish, accepts)
  local list, names = {}, nil
  local function take(socket)
    if socket["if"] and socket["if"] ~= 0 or socket.info and socket.info.index then
      names = names or require("net.links").names()
      socket.dev = names[socket["if"] or socket.info.index]
    end
    if accepts(socket) then list[#list + 1] = socket end
  end
  local tables = wish.tables
  local ok, err = true, nil
  if tables.netlink and wish.states & STATE.closed ~= 0 then
    ok, err = tolerate(diag.netlink(connection, function(socket)
      socket.netid = "nl"
      take(socket)
    end))
  end
  if ok and (tables.packet_raw or tables.packet_dgram) and wish.states & STATE.closed ~= 0 then
    ok, err = tolerate(diag.packet(connection, function(socket)
      socket.netid = socket.type == "raw" and "p_raw" or "p_dgr"
      if tables["packet_" .. socket.type] then take(socket) end
    end))
  end
  if ok and (tables.unix_stream or tables.unix_dgram or tables.unix_seqpacket) then
    ok, err = tolerate(diag.unix(connection, { states = wish.states }, function(socket)
      socket.netid, socket.path = NETID[socket.type], unix_name(socket.name)
      if tables["unix_" .. socket.type] then take(socket) end
    end))
  end
  for _, name in ipairs(INET) do
    if ok and tables[name] then ok, err = gather_inet(connection, name, wish, take) end
  end
  return ok and list or nil, err
end

-- ---- showing ----

local NETLINK = { [0] = "rtnl", [2] = "usersock", [3] = "fw", [4] = "tcpdiag", [5] = "nflog",
  [6] = "xfrm", [7] = "selinux", [8] = "iscsi", [9] = "audit", [10] = "fiblookup",
  [11] = "connector", [12] = "nft", [13] = "ip6fw", [14] = "dec-rt", [15] = "uevent",
  [16] = "genl", [18] = "scsi-trans", [19] = "ecryptfs", [20] = "rdma", [21] = "crypto" }

local function port_text(port, netid, opts)
  if port == 0 then return "*" end
  if opts.numeric then return tostring(port) end
  local services = require "net.services"
  local name = netid == "raw" and services.protocol_name(port)
    or netid ~= "raw" and services.port_name(port, netid)
  return name or tostring(port)
end

local function host_text(socket, address, opts, is_local)
  local text
  if opts.resolve then
    text = require("net.reverse").name(address)
  end
  if not text then
    if socket.family == AF_INET6 then
      -- not bound to IPv6 alone: it is all of both
      text = address == "::" and socket.v6only ~= 1 and "*" or ("[%s]"):format(address)
    else
      text = address
    end
  end
  if is_local and socket.dev then text = text .. "%" .. socket.dev end
  return text
end

local function inet_row(row, socket, opts)
  row.src, row.sport = host_text(socket, socket.src, opts, true),
    port_text(socket.sport, socket.netid, opts)
  row.dst, row.dport = host_text(socket, socket.dst, opts),
    port_text(socket.dport, socket.netid, opts)
  local more = {}
  if opts.processes then more[#more + 1] = details.users(socket.owners) end
  if opts.options then more[#more + 1] = details.timer(socket) end
  if opts.extended and socket.cookie then more[#more + 1] = details.extended(socket) end
  local numbers = (opts.memory and details.memory(socket) or "")
    .. (opts.info and socket.netid == "tcp" and details.tcp(socket, opts.options) or "")
  if (opts.memory or opts.info) and socket.cookie and not opts.oneline then
    more[#more + 1] = "\n\t"
  end
  more[#more + 1] = numbers
  row.more = table.concat(more)
end

local function unix_row(row, socket, opts)
  row.src, row.sport = socket.path or "*", tostring(socket.inode)
  row.dst, row.dport = "*", tostring(socket.peer or 0)
  row.src_mark, row.dst_mark = " ", " "
  local more = {}
  if opts.processes then more[#more + 1] = details.users(socket.owners) end
  if opts.memory then more[#more + 1] = details.memory(socket) end
  if opts.extended then
    if socket.uid and socket.uid ~= 0 then more[#more + 1] = (" uid:%d"):format(socket.uid) end
    more[#more + 1] = details.arrows(socket.shutdown)
    local vfs = socket.vfs
    if vfs then
      -- the kernel's own form of a device number: 12 bits, 20 bits
      more[#more + 1] = (" ino:%d dev:%d/%d"):format(vfs.inode, vfs.dev >> 20, vfs.dev & 0xfffff)
    end
    if socket.icons then
      more[#more + 1] = " peers:"
      for i = 1, #socket.icons - 3, 4 do
        more[#more + 1] = " " .. string.unpack("=I4", socket.icons, i)
      end
    end
  end
  row.more = table.concat(more)
end

local PACKET_FLAGS = { "running", "auxdata", "origdev", "vnethdr", "loss" }

local function packet_row(row, socket, opts)
  local protocol = socket.protocol
  row.src = protocol == 3 and "*" or opts.numeric and ("[%d]"):format(protocol)
    or ({ [0x0800] = "ip", [0x0806] = "arp", [0x86dd] = "ipv6", [0x8100] = "802.1Q" })[protocol]
    or ("[%d]"):format(protocol)
  row.sport = socket.dev or "*"
  row.dst, row.dst_mark, row.dport = "", "*", ""
  local more = {}
  if opts.processes then more[#more + 1] = details.users(socket.owners) end
  if opts.extended then
    more[#more + 1] = details.extended { uid = socket.uid, inode = socket.inode,
      cookie = socket.cookie }
    local info = socket.info
    if info then
      more[#more + 1] = ("%sver:%d cpy_thresh:%d flags("):format(opts.oneline and " " or "\n\t",
        info.version, info.copy_threshold)
      for i, name in ipairs(PACKET_FLAGS) do
        if info.flags & 1 << i - 1 ~= 0 then more[#more + 1] = " " .. name end
      end
      more[#more + 1] = " )"
    end
  end
  if opts.memory then more[#more + 1] = details.memory(socket) end
  row.more = table.concat(more)
end

local function netlink_row(row, socket, opts)
  row.src = not opts.numeric and NETLINK[socket.protocol] or tostring(socket.protocol)
  if opts.numeric then
    row.sport = socket.port == 0xffffffff and "*" or tostring(socket.port)
  elseif socket.port == 0 then
    row.sport = "kernel"
  else
    local name = socket.port < 0x400000
      and require("proc.file").line(("/proc/%d/comm"):format(socket.port))
    row.sport = name and ("%s/%d"):format(name, socket.port) or tostring(socket.port)
    if socket.port >= 0x80000000 then row.sport = tostring(socket.port - (1 << 32)) end
  end
  row.dst, row.dst_mark, row.dport = "", "*", ""
  local groups = socket.groups and #socket.groups >= 4 and string.unpack("=I4", socket.groups) or 0
  -- the addresses of the socket and its dump are the kernel's secret by now
  row.more = (opts.extended and (" sk=0 cb=0 groups=0x%08x"):format(groups) or "")
    .. (opts.memory and "\t" .. details.memory(socket) or "")
end

local ROW = { [AF_INET] = inet_row, [AF_INET6] = inet_row, [AF_UNIX] = unix_row,
  [AF_PACKET] = packet_row, [AF_NETLINK] = netlink_row }

local function rows_of(list, opts)
  local rows, shown = {}, require("text.quote").terminal
  for i, socket in ipairs(list) do
    local row = { netid = socket.netid, state = diag.STATES[socket.state] or "UNKNOWN",
      recv_q = tostring(socket.rqueue), send_q = tostring(socket.wqueue) }
    ROW[socket.family](row, socket, opts)
    row.src = shown(row.src)
    rows[i] = row
  end
  return rows
end

local function as_json(list)
  local json = require "json"
  local out = json.array()
  for i, socket in ipairs(list) do
    local item = { netid = socket.netid, state = diag.STATES[socket.state], recv_q = socket.rqueue,
      send_q = socket.wqueue, inode = socket.inode, uid = socket.uid, interface = socket.dev,
      skmem = socket.skmem, tcp_info = socket.netid == "tcp" and socket.info or nil,
      congestion = socket.cong, mark = socket.mark, cookie = socket.cookie }
    if socket.sport then
      item.local_address, item.local_port = socket.src, socket.sport
      item.peer_address, item.peer_port = socket.dst, socket.dport
    end
    item.path, item.peer_inode = socket.path, socket.peer
    if socket.family == AF_NETLINK then item.protocol, item.port = socket.protocol, socket.port end
    if socket.family == AF_PACKET then item.protocol = socket.protocol end
    if socket.timer and socket.timer ~= 0 then
      item.timer = { kind = socket.timer, expires_ms = socket.expires,
        retransmits = socket.retrans }
    end
    if socket.owners then item.processes = json.array(socket.owners) end
    out[i] = item
  end
  return json.encode(out) .. "\n"
end

local function single_state(mask)
  for state = 1, 12 do
    if mask == 1 << state then return true end
  end
  return false
end

local function kill(connection, list)
  local killed = {}
  for _, socket in ipairs(list) do
    if socket.sport then
      local ok, err = diag.destroy(connection, diag.PROTOCOLS[socket.netid], socket)
      if ok then
        killed[#killed + 1] = socket
      elseif not (err.NOENT or err.OPNOTSUPP) then
        return nil, err
      end
    end
  end
  return killed
end

---@param opts table
---@param args string[]
---@return true? ok
---@return any err
function applet.run(opts, args)
  if opts.Version then
    io.write("ss utility, iproute2-6.1.0\n")
    return true
  end
  if opts.summary then
    io.write(require("ss.summary").text())
    return true
  end
  opts.options = opts.options or opts.extended -- as there
  local wish = read_wish(opts)
  local found, err = read_filter(opts, args)
  if not found then cli.usage(err) end
  wish.states, wish.extensions = found.states or wish.states, extensions(opts)
  local connection <close>, failure = diag.open { netns = opts.net }
  if not connection then return nil, failure end
  local list
  list, failure = gather(connection, wish, found.accepts)
  if list and opts.kill then list, failure = kill(connection, list) end
  if not list then return nil, failure end
  if opts.processes then
    local owners = require("net.owners").by_inode()
    for _, socket in ipairs(list) do socket.owners = owners[socket.inode] end
  end
  if opts.json then
    io.write(as_json(list))
    return true
  end
  local count = 0
  for _ in pairs(wish.tables) do count = count + 1 end
  io.write(require("ss.table").text(rows_of(list, opts),
    { netid = count == 1, state = single_state(wish.states) }, not opts.no_header))
  return true
end

return applet
