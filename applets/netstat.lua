-- applets/netstat.lua - sockets, routes, interfaces and counters
--
-- Layer: applet; calls nl.diag, net.owners, net.routes, net.statistics. Options and output are
-- those of net-tools' netstat(8), version 2.10.

local cli = require "cli"
local diag = require "nl.diag"
local file = require "proc.file"

local AF_INET, AF_INET6 = 2, 10

local applet = {
  summary = "show sockets, routes, interfaces and counters",
  usage = "[-tuwxlanpeoWc46] | -r [-n] [-46] | -i [-a] | -s [-tu6] | -g",
  options = {
    { "t", "tcp", help = "TCP" },
    { "u", "udp", help = "UDP" },
    { "U", "udplite", help = "UDP lite" },
    { "w", "raw", help = "raw sockets" },
    { "x", "unix", help = "local sockets" },
    { "l", "listening", help = "only those that listen" },
    { "a", "all", help = "those that listen as well; links that are down" },
    { "n", "numeric", help = "no names" },
    { "p", "programs", help = "process that has the socket" },
    { "e", "extend", help = "owner and inode" },
    { "o", "timers", help = "timers" },
    { "W", "wide", help = "do not cut addresses" },
    { "c", "continuous", help = "again each second" },
    { "r", "route", help = "routing table" },
    { "i", "interfaces", help = "links and their counters" },
    { "s", "statistics", help = "counters of the protocols" },
    { "g", "groups", help = "multicast groups" },
    { "4", "inet", help = "only IPv4" },
    { "6", "inet6", help = "only IPv6" },
    { "v", "verbose", help = "accepted" },
    { "F", "fib", help = "accepted: the table is the kernel's" },
  },
  json = true,
  examples = { { "netstat -tlnp", "which processes listen for TCP" } },
}

-- ---- internet sockets ----

local STATE = { "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT",
  "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING" }
local TIMER = { [0] = "off", "on", "keepalive", "timewait", "probe" }
local TICKS = 100 -- USER_HZ: sysconf(_SC_CLK_TCK)
local PROGRAM_WIDTH, ADDRESS_WIDTH = 19, 23

local function port_name(port, protocol, opts)
  if port == 0 then return "*" end
  if opts.numeric then return tostring(port) end
  local services = require "net.services"
  return protocol == "raw" and services.protocol_name(port)
    or protocol ~= "raw" and services.port_name(port, protocol) or tostring(port)
end

local function end_text(address, port, protocol, opts)
  local host = not opts.numeric and require("net.reverse").name(address)
  if not host then
    host = address == "::" and not opts.numeric and "[::]" or address
  end
  port = port_name(port, protocol, opts)
  local room = ADDRESS_WIDTH - #port - 1
  if not opts.wide and #host > room then host = host:sub(1, room) end
  return host .. ":" .. port
end

local function state_text(socket, protocol)
  if protocol == "tcp" then return STATE[socket.state] or "UNKNOWN" end
  if protocol == "raw" then return tostring(socket.state) end
  return socket.state == diag.ESTABLISHED and "ESTABLISHED" or socket.state == diag.CLOSE and ""
    or "UNKNOWN"
end

local programs -- owners by inode, read when first asked for

local function program(inode)
  programs = programs or require("net.owners").by_inode()
  local owner = programs[inode] and programs[inode][1]
  if not owner then return "-" end
  local command = file.read(("/proc/%d/cmdline"):format(owner.pid)) or ""
  local name = command:match("^[^%z]*")
  if name:sub(1, 1) == "/" then name = name:match("[^/]*$") end
  if name == "" then name = owner.name end
  return ("%d/%s"):format(owner.pid, name)
end

local function wanted_inet(socket, opts)
  if opts.all then return true end
  return (socket.dport == 0) == (opts.listening or false)
end

local function gather_inet(opts, chosen)
  local list = {}
  for _, protocol in ipairs { "tcp", "udp", "udplite", "raw" } do
    for _, family in ipairs { AF_INET, AF_INET6 } do
      local asked = family == AF_INET and not (opts.inet6 and not opts.inet)
        or family == AF_INET6 and not (opts.inet and not opts.inet6)
      if chosen[protocol] and asked then
        -- a kernel without IPv6, or the protocol, has none of them
        diag.proc(protocol, family, function(socket)
          if wanted_inet(socket, opts) then
            socket.protocol = protocol
            socket.shown = protocol .. (family == AF_INET6 and "6" or "")
            list[#list + 1] = socket
          end
        end)
      end
    end
  end
  return list
end

local function user_name(uid, opts)
  if opts.numeric then return tostring(uid) end
  return require("passwd").user(uid).name or tostring(uid)
end

local function which(opts)
  return opts.all and "servers and established" or opts.listening and "only servers"
    or "w/o servers"
end

local function print_inet(list, opts)
  io.write(("Active Internet connections (%s)\n"):format(which(opts)),
    "Proto Recv-Q Send-Q Local Address           Foreign Address         State      ",
    opts.extend and " User       Inode     " or "", opts.programs and " PID/Program name    " or "",
    opts.timers and " Timer" or "", "\n")
  local shown = require("text.quote").terminal
  for _, socket in ipairs(list) do
    local line = ("%-5s %6d %6d %-23s %-23s %-11s"):format(socket.shown, socket.rqueue,
      socket.wqueue, end_text(socket.src, socket.sport, socket.protocol, opts),
      end_text(socket.dst, socket.dport, socket.protocol, opts),
      state_text(socket, socket.protocol))
    if opts.extend then
      line = line .. (" %-10s %-10d"):format(user_name(socket.uid, opts), socket.inode)
    end
    if opts.programs then
      line = line .. (" %-20s"):format(shown(program(socket.inode)):sub(1, PROGRAM_WIDTH))
    end
    if opts.timers then
      line = line .. (" %s (%.2f/%d/%d)"):format(TIMER[socket.timer] or "unkn",
        socket.expires / TICKS, socket.retrans, socket.probes or 0)
    end
    io.write(line, "\n")
  end
end

-- ---- local sockets ----

local UNIX_TYPE = { "STREAM", "DGRAM", "RAW", "RDM", "SEQPACKET" }
local UNIX_STATE = { [0] = "FREE", "", "CONNECTING", "CONNECTED", "DISCONNECTING" }
local SO_ACCEPTCON, SO_WAITDATA, SO_NOSPACE = 0x10000, 0x20000, 0x40000 -- linux/net.h

-- One line of /proc/net/unix.
local function parse_unix(line)
  local count, flags, kind, state, inode, path =
    line:match("^%x+: (%x+) %x+ (%x+) (%x+) (%x+)%s+(%d+) ?(.*)$")
  if not count then return nil end
  flags, state = tonumber(flags, 16), tonumber(state, 16)
  local accepts = flags & SO_ACCEPTCON ~= 0
  return {
    references = tonumber(count, 16), type = UNIX_TYPE[tonumber(kind, 16)] or "UNKNOWN",
    state = accepts and "LISTENING" or UNIX_STATE[state] or "UNKNOWN",
    flags = (accepts and "ACC " or "") .. (flags & SO_WAITDATA ~= 0 and "W " or "")
      .. (flags & SO_NOSPACE ~= 0 and "N " or ""),
    inode = math.tointeger(tonumber(inode)), path = path, accepts = accepts,
  }
end

local function gather_unix(opts)
  local list = {}
  for line in (file.read("/proc/net/unix") or ""):gmatch("[^\n]+") do
    local socket = parse_unix(line)
    if socket and (opts.all or socket.accepts == (opts.listening or false)) then
      list[#list + 1] = socket
    end
  end
  return list
end

local function print_unix(list, opts)
  io.write(("Active UNIX domain sockets (%s)\n"):format(which(opts)),
    "Proto RefCnt Flags       Type       State         I-Node   ",
    opts.programs and "PID/Program name     " or "", "Path\n")
  local shown = require("text.quote").terminal
  for _, socket in ipairs(list) do
    io.write(("%-5s %-6d %-11s %-10s %-13s %-8d "):format("unix", socket.references,
      ("[ %s]"):format(socket.flags), socket.type, socket.state, socket.inode),
      opts.programs and ("%-20s "):format(shown(program(socket.inode)):sub(1, PROGRAM_WIDTH)) or "",
      shown(socket.path), "\n")
  end
end

-- ---- routes, links, groups ----

local function show_routes(opts)
  local routes = require "net.routes"
  local json = require "json"
  local shown = require("text.quote").terminal
  if opts.inet6 and not opts.inet then
    local list, err = routes.ipv6()
    if not list then return nil, err end
    if opts.json then
      io.write(json.encode(json.array(list)), "\n")
      return true
    end
    io.write("Kernel IPv6 routing table\n", ("%-30s %-26s Flag Met Ref  Use If\n")
      :format("Destination", "Next Hop"))
    for _, route in ipairs(list) do
      local gateway = not opts.numeric and route.gateway == "::" and "[::]" or route.gateway
      local destination = route.destination
      if not opts.numeric and destination == "::/0" then destination = "[::]/0" end
      io.write(("%-30s %-26s %-4s %-3d %-2d %5d %s\n"):format(destination, gateway,
        route.flags, route.metric, route.ref, route.use, shown(route.iface)))
    end
    return true
  end
  local connection <close>, failure = require("nl.request").open()
  if not connection then return nil, failure end
  local list, err = routes.ipv4(connection)
  if not list then return nil, err end
  if opts.json then
    io.write(json.encode(json.array(list)), "\n")
    return true
  end
  io.write("Kernel IP routing table\n",
    "Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n")
  for _, route in ipairs(list) do
    local metrics = route.metrics or {}
    local gateway, iface = route.gateway, shown(route.iface)
    -- the header of TCP and IP counts as part of it there
    local mss = metrics.advmss and metrics.advmss + 40 or 0
    local window, rtt = metrics.window or 0, metrics.rtt or 0
    if route.flags:find("!", 1, true) then -- nothing is sent there
      gateway, mss, window, rtt, iface = "-", "-", "-", "-", "-"
    end
    local destination = route.destination
    if not opts.numeric and route.genmask == "0.0.0.0" then destination = "default" end
    io.write(("%-15s %-15s %-15s %-6s%5s %-5s %6s %s\n"):format(destination, gateway,
      route.genmask, route.flags, mss, window, rtt, iface))
  end
  return true
end

-- linux/if.h, by the letters of netstat(8)
local LINK_FLAGS = { { 0x200, "A" }, { 0x2, "B" }, { 0x4, "D" }, { 0x8, "L" }, { 0x1000, "M" },
  { 0x100, "P" }, { 0x20, "N" }, { 0x80, "O" }, { 0x10, "P" }, { 0x40, "R" }, { 0x800, "s" },
  { 0x400, "m" }, { 0x1, "U" } }
local IFF_UP = 0x1

local function show_links(opts)
  local connection <close>, failure = require("nl.request").open()
  if not connection then return nil, failure end
  local list, err = connection:dump(require "nl.schema.link", {})
  if not list then return nil, err end
  table.sort(list, function(a, b) return a.ifname < b.ifname end)
  local out, rows = {}, {}
  for _, link in ipairs(list) do
    local s, letters = link.stats64 or link.stats or {}, ""
    for _, flag in ipairs(LINK_FLAGS) do
      if link.flags & flag[1] ~= 0 then letters = letters .. flag[2] end
    end
    if opts.all or link.flags & IFF_UP ~= 0 then
      local row = { name = link.ifname, mtu = link.mtu, flags = letters, rx_packets = s.rx_packets,
        rx_errors = s.rx_errors, rx_dropped = (s.rx_dropped or 0) + (s.rx_missed_errors or 0),
        rx_overruns = s.rx_fifo_errors, tx_packets = s.tx_packets, tx_errors = s.tx_errors,
        tx_dropped = s.tx_dropped, tx_overruns = s.tx_fifo_errors }
      rows[#rows + 1] = row
      out[#out + 1] = ("%-15s %5d %8d %6d %6d %-6d %8d %6d %6d %6d %s"):format(
        require("text.quote").terminal(row.name), row.mtu, row.rx_packets or 0, row.rx_errors or 0,
        row.rx_dropped, row.rx_overruns or 0, row.tx_packets or 0, row.tx_errors or 0,
        row.tx_dropped or 0, row.tx_overruns or 0, row.flags)
    end
  end
  if opts.json then
    local json = require "json"
    io.write(json.encode(json.array(rows)), "\n")
    return true
  end
  io.write("Kernel Interface table\nIface             MTU    RX-OK RX-ERR RX-DRP RX-OVR    ",
    "TX-OK TX-ERR TX-DRP TX-OVR Flg\n", table.concat(out, "\n"), "\n")
  return true
end

local function show_groups(opts)
  local inet, rows = require "nl.inet", {}
  local name
  for line in (file.read("/proc/net/igmp") or ""):gmatch("[^\n]+") do
    name = line:match("^%d+%s+([^%s:]+)") or name
    local group, users = line:match("^%s+(%x%x%x%x%x%x%x%x)%s+(%d+)")
    if group then
      rows[#rows + 1] = { interface = name, users = tonumber(users),
        group = inet.text(string.pack("=I4", tonumber(group, 16))) }
    end
  end
  for line in (file.read("/proc/net/igmp6") or ""):gmatch("[^\n]+") do
    local link, group, users = line:match("^%d+%s+(%S+)%s+(%x+)%s+(%d+)")
    if group and #group == 32 then
      local bytes = group:gsub("%x%x", function(octet) return string.char(tonumber(octet, 16)) end)
      rows[#rows + 1] = { interface = link, users = tonumber(users), group = inet.text(bytes) }
    end
  end
  if opts.json then
    local json = require "json"
    io.write(json.encode(json.array(rows)), "\n")
    return true
  end
  io.write("IPv6/IPv4 Group Memberships\nInterface       RefCnt Group\n",
    "--------------- ------ ---------------------\n")
  local shown = require("text.quote").terminal
  for _, row in ipairs(rows) do
    io.write(("%-15s %-6d %s\n"):format(shown(row.interface), row.users, row.group))
  end
  return true
end

local function show_statistics(opts)
  local statistics = require "net.statistics"
  local wanted = { tcp = opts.tcp, udp = opts.udp, icmp = opts.raw }
  local groups, err = statistics.read(opts.inet6 and not opts.inet, wanted)
  if not groups then return nil, err end
  if opts.json then
    local out = {}
    for _, group in ipairs(groups) do
      out[group.name] = {}
      for _, counter in ipairs(group.counters) do out[group.name][counter.name] = counter.value end
    end
    io.write(require("json").encode(out), "\n")
  else
    io.write(statistics.text(groups))
  end
  return true
end

local function show_sockets(opts)
  local chosen = { tcp = opts.tcp, udp = opts.udp, udplite = opts.udplite, raw = opts.raw }
  local inet, unix = next(chosen) ~= nil, opts.unix
  if not inet and not unix then
    inet, unix = true, not (opts.inet or opts.inet6)
    chosen = { tcp = true, udp = true, udplite = true, raw = true }
  end
  programs = nil
  local sockets, paths = inet and gather_inet(opts, chosen), unix and gather_unix(opts)
  if opts.json then
    local json = require "json"
    local out = json.array()
    for _, s in ipairs(sockets or {}) do
      out[#out + 1] = { protocol = s.shown, recv_q = s.rqueue, send_q = s.wqueue,
        local_address = s.src, local_port = s.sport, foreign_address = s.dst,
        foreign_port = s.dport, state = state_text(s, s.protocol), uid = s.uid, inode = s.inode,
        program = opts.programs and program(s.inode) or nil }
    end
    for _, s in ipairs(paths or {}) do
      out[#out + 1] = { protocol = "unix", references = s.references, type = s.type:lower(),
        state = s.state, inode = s.inode, path = s.path,
        program = opts.programs and program(s.inode) or nil }
    end
    io.write(json.encode(out), "\n")
    return true
  end
  if sockets then print_inet(sockets, opts) end
  if paths then print_unix(paths, opts) end
  return true
end

---@param opts table
---@param args string[]
---@return true? ok
---@return any err
function applet.run(opts, args)
  if args[1] then cli.usage(("unexpected word %s"):format(args[1])) end
  local show = opts.route and show_routes or opts.interfaces and show_links
    or opts.statistics and show_statistics or opts.groups and show_groups or show_sockets
  while true do
    local ok, err = show(opts)
    if not ok or not opts.continuous then return ok, err end
    io.flush()
    require("syscall").nanosleep(1)
  end
end

return applet
