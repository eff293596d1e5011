-- applets/arp.lua - show and change the addresses of neighbours
--
-- Layer: applet; calls nl. Words and output are those of net-tools' arp(8). The list is read from
-- /proc/net/arp, in whose order people know it; changes go by netlink.

local cli = require "cli"
local inet = require "nl.inet"
local request = require "nl.request"
local link_schema = require "nl.schema.link"
local neigh_schema = require "nl.schema.neigh"

local AF_INET = 2
local ATF_COM, ATF_PERM, ATF_PUBL = 0x2, 0x4, 0x8 -- linux/if_arp.h
local NUD_REACHABLE, NUD_PERMANENT = 0x02, 0x80
local NTF_PROXY = 0x8
local ETHER_BYTES = 6

local applet = {
  summary = "show and change the addresses of neighbours",
  usage = "[-n] [-a] [-i LINK] [HOST] | -s HOST ADDRESS [temp] [pub] [-i LINK]\n"
    .. "       arp -D -s HOST LINK pub | arp -d HOST [pub] [-i LINK] | arp -f FILE",
  options = {
    { "n", "numeric", help = "no names" },
    { "a", "all", help = "one line each, as BSD has it" },
    { "e", "table", help = "in columns (default)" },
    { "v", "verbose", help = "say how many" },
    { "i", "device", arg = "LINK", help = "only of this link" },
    { "s", "set", help = "set an address" },
    { "d", "delete", help = "remove an address" },
    { "D", "use-device", help = "the address is that of a link" },
    { "f", "file", arg = "FILE", help = "set those of a file, as /etc/ethers" },
    { "H", "hw-type", arg = "TYPE", help = "only ether is known" },
  },
  operands = { max = 5 },
  json = true,
  examples = { { "arp -an", "all neighbours, as numbers" },
    { "arp -s 10.0.0.5 00:11:22:33:44:55", "one that is not asked for" } },
}

--- One line of /proc/net/arp.
local function parse(line)
  local address, kind, flags, hardware, device =
    line:match("^([%d.]+)%s+0x(%x+)%s+0x(%x+)%s+(%S+)%s+%S+%s+(%S+)")
  if not address then return nil end
  flags = tonumber(flags, 16)
  return { address = address, type = tonumber(kind, 16), hardware = hardware, device = device,
    complete = flags & ATF_COM ~= 0, permanent = flags & ATF_PERM ~= 0,
    published = flags & ATF_PUBL ~= 0 }
end

local function list(opts, address)
  local found, count = {}, 0
  local text, err = require("proc.file").read("/proc/net/arp")
  if not text then return nil, err end
  for line in text:gmatch("[^\n]+") do
    local entry = parse(line)
    count = count + (entry and 1 or 0)
    if entry and (not opts.device or entry.device == opts.device)
      and (not address or entry.address == address) then
      found[#found + 1] = entry
    end
  end
  return found, count
end

local function hardware_of(entry)
  if entry.complete then return entry.hardware end
  return entry.published and "<from_interface>" or nil
end

local function print_table(entries, name)
  io.write("Address                  HWtype  HWaddress           Flags Mask            Iface\n")
  for _, entry in ipairs(entries) do
    local flags = (entry.complete and "C" or "") .. (entry.permanent and "M" or "")
      .. (entry.published and "P" or "")
    local hardware = hardware_of(entry)
    io.write(("%-23s  %-8s%-20s%-6s%-15s %s\n"):format(name(entry.address) or entry.address,
      hardware and (entry.complete and "ether" or "*") or "", hardware or "(incomplete)", flags, "",
      entry.device))
  end
end

local function print_lines(entries, name)
  for _, entry in ipairs(entries) do
    local hardware = hardware_of(entry)
    io.write(("%s (%s) at %s%s%s%s on %s\n"):format(name(entry.address) or "?", entry.address,
      hardware or "<incomplete>", entry.complete and " [ether]" or "",
      entry.permanent and " PERM" or "", entry.published and " PUB" or "", entry.device))
  end
end

local function resolve(host)
  if inet.bytes(host) and not host:find(":", 1, true) then return host end
  if host:find("^[%d.]+$") then return nil, host .. ": Unknown host" end
  local loop, dns = require "loop", require "net.dns"
  local found = loop.run(function()
    return dns.lookup(host, { families = { "inet" }, deadline = loop.now() + 10 })
  end)
  if not found then return nil, host .. ": Unknown host" end
  return found[1].address
end

local function show(opts, host)
  local address, err
  if host then
    address, err = resolve(host)
    if not address then return nil, err end
  end
  local entries, count = list(opts, address)
  if not entries then return nil, count end
  if opts.json then
    local json = require "json"
    io.write(json.encode(json.array(entries)), "\n")
    return true
  end
  if host and #entries == 0 then
    io.write(("%s (%s) -- no entry\n"):format(host, address))
    return true
  elseif #entries == 0 then
    if count > 0 then io.write(("arp: in %d entries no match found.\n"):format(count)) end
    return true
  end
  local function name(text) return not opts.numeric and require("net.reverse").name(text) or nil end
  if opts.all then
    print_lines(entries, name)
  else
    print_table(entries, opts.numeric and function(text) return text end or name)
  end
  if opts.verbose then
    io.write(("Entries: %d\tSkipped: %d\tFound: %d\n"):format(count, count - #entries, #entries))
  end
  return true
end

-- The link that a packet to the address would leave by.
local function link_towards(connection, address, device)
  if device then
    local link, err = connection:get(link_schema, { ifname = device })
    if not link then return nil, ("%s: %s"):format(device, tostring(err)) end
    return link
  end
  local route, err = connection:get(require "nl.schema.route",
    { family = AF_INET, dst_len = 32, dst = address })
  if not route or not route.oif then return nil, ("%s: %s"):format(address, tostring(err)) end
  return connection:get(link_schema, { index = route.oif })
end

-- words: HOST ADDRESS [temp] [pub | nopub] [netmask MASK] [dev LINK]
local function set(connection, opts, words)
  local address, err = resolve(words[1])
  if not address then return nil, err end
  local device, temporary, published = opts.device, false, false
  local i = 3
  while words[i] do
    local word = words[i]
    if word == "temp" then
      temporary = true
    elseif word == "pub" then
      published = true
    elseif word == "dev" and words[i + 1] then
      device, i = words[i + 1], i + 1
    elseif word ~= "nopub" and word ~= "perm" then
      cli.usage(("unknown word %s"):format(word))
    end
    i = i + 1
  end
  local hardware = words[2]
  if opts.use_device then
    local link
    link, err = connection:get(link_schema, { ifname = words[2] })
    if not link then return nil, ("%s: %s"):format(words[2], tostring(err)) end
    hardware = link.address
    device = device or words[2]
  end
  local bytes = inet.hardware_bytes(hardware)
  if not bytes or #bytes ~= ETHER_BYTES then
    return nil, "invalid hardware address: " .. hardware
  end
  local link
  link, err = link_towards(connection, address, device)
  if not link then return nil, err end
  local ok
  ok, err = connection:call(neigh_schema, "new", { family = AF_INET, index = link.index,
    dst = address, lladdr = not published and hardware or nil,
    state = temporary and NUD_REACHABLE or NUD_PERMANENT, flags = published and NTF_PROXY or 0 },
    "replace")
  if not ok then return nil, "SIOCSARP: " .. tostring(err) end
  return true
end

local function delete(connection, opts, words)
  local address, err = resolve(words[1])
  if not address then return nil, err end
  local entries = list(opts, address)
  local found = false
  for _, entry in ipairs(entries or {}) do
    if not words[2] or (words[2] == "pub") == entry.published then
      local link
      link, err = connection:get(link_schema, { ifname = entry.device })
      if not link then return nil, err end
      local ok
      ok, err = connection:call(neigh_schema, "del", { family = AF_INET, index = link.index,
        dst = address, flags = entry.published and NTF_PROXY or 0 })
      if not ok then return nil, "SIOCDARP: " .. tostring(err) end
      found = true
    end
  end
  if found then return true end
  io.stderr:write(("No ARP entry for %s\n"):format(address))
  return 255
end

local function set_from_file(connection, opts, path)
  local file, err = io.open(path)
  if not file then return nil, err end
  local number = 0
  for line in file:lines() do
    number = number + 1
    local words = {}
    for word in line:gsub("#.*", ""):gmatch("%S+") do words[#words + 1] = word end
    if #words == 1 then cli.warn(("%s: line %d"):format(path, number), "no address") end
    if #words > 1 then
      local ok, failure = set(connection, opts, words)
      if not ok then cli.warn(("%s: line %d"):format(path, number), failure) end
    end
  end
  file:close()
  return true
end

---@param opts table
---@param args string[]
---@return boolean|integer|nil ok
---@return any err
function applet.run(opts, args)
  if opts.hw_type and opts.hw_type ~= "ether" then
    return nil, ("%s: unknown hardware type."):format(opts.hw_type)
  end
  if not (opts.set or opts.delete or opts.file) then
    if args[2] then cli.usage("too many operands") end
    return show(opts, args[1])
  end
  local connection <close>, err = request.open()
  if not connection then return nil, err end
  if opts.file then return set_from_file(connection, opts, opts.file) end
  if opts.delete then
    if not args[1] then return nil, "need host name" end
    return delete(connection, opts, args)
  end
  if not args[1] then return nil, "need host name" end
  if not args[2] then return nil, "need hardware address" end
  return set(connection, opts, args)
end

return applet
