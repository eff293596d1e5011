-- ip/tunnel.lua - `ip tunnel`: tunnels over IPv4, and with -6 over IPv6
--
-- Layer: library of ip. Words, form and messages are iproute2 6.1's (ip-tunnel(8)), which asks by
-- ioctl; here they are links of a kind (ip.kind), as `ip link` has them.

local context = require "ip.context"
local kind_options = require "ip.kind_options"
local schema = require "nl.schema.link"

local matches, fail = context.matches, context.fail

local AF_INET6 = 10
local KEY, CSUM, SEQ = 0x2000, 0x8000, 0x1000
local IGNORE_LIMIT, ORIGINAL_CLASS, ORIGINAL_LABEL, COPY_DSCP, ALLOW_LOCAL_REMOTE =
  0x1, 0x2, 0x4, 0x10, 0x40

local tunnel = {}

local function usage()
  fail(255, [[
Usage: ip tunnel { add | change | del | show | 6rd } [ NAME ]
        [ mode { gre | ipip | isatap | sit | vti } ]
        [ remote ADDR ] [ local ADDR ]
        [ [i|o]seq ] [ [i|o]key KEY ] [ [i|o]csum ]
        [ 6rd-prefix ADDR ] [ 6rd-relay_prefix ADDR ] [ 6rd-reset ]
        [ ttl TTL ] [ tos TOS ] [ [no]pmtudisc ] [ dev PHYS_DEV ]

Where: NAME := STRING
       ADDR := { IP_ADDRESS | any }
       TOS  := { STRING | 00..ff | inherit }
       TTL  := { 1..255 | inherit }
       KEY  := { DOTTED_QUAD | NUMBER }]])
end

-- mode: kind, protocol within
local MODES = {
  gre = { "gre" }, ["gre/ip"] = { "gre" },
  ipip = { "ipip", 4 }, ["ip/ip"] = { "ipip", 4 }, ["any/ip"] = { "ipip", 0 },
  mplsip = { "ipip", 137 }, ["mpls/ip"] = { "ipip", 137 },
  sit = { "sit", 41 }, ["ipv6/ip"] = { "sit", 41 }, isatap = { "sit", 41, isatap = true },
  vti = { "vti" },
}
local MODES6 = {
  ip6ip6 = { "ip6tnl", 41 }, ["ipv6/ipv6"] = { "ip6tnl", 41 },
  ipip6 = { "ip6tnl", 4 }, ip4ip6 = { "ip6tnl", 4 }, ["ip/ipv6"] = { "ip6tnl", 4 },
  any = { "ip6tnl", 0 }, ["any/ipv6"] = { "ip6tnl", 0 },
  ip6gre = { "ip6gre" }, ["gre/ipv6"] = { "ip6gre" }, vti6 = { "vti6" },
}

-- the device that each kind's ioctls are asked of: messages name it
local BASE = { gre = "gre0", ipip = "tunl0", sit = "sit0", vti = "ip_vti0", ip6tnl = "ip6tnl0",
  ip6gre = "ip6gre0", vti6 = "ip6_vti0" }

local FAMILY6 = { ip6tnl = true, ip6gre = true, vti6 = true }
local PROTOCOL = { [4] = "ip", [41] = "ipv6", [47] = "gre", [137] = "mpls", [0] = "any" }

-- ---- text ----

local GRE_FLAGS = {
  { "iflags", SEQ, "rx_drop_ooseq", "Drop packets out of sequence." },
  { "iflags", CSUM, "rx_csum", "Checksum in received packet is required." },
  { "oflags", SEQ, "tx_seq", "Sequence packets on output." },
  { "oflags", CSUM, "tx_csum", "Checksum output packets." },
}

local function print_gre_flags(out, data)
  out:array("flags")
  for _, flag in ipairs(GRE_FLAGS) do
    if (data[flag[1]] or 0) & flag[2] ~= 0 then
      out:line("  ")
      out:put(nil, out.is_json and "%s" or flag[4] .. "%s", out.is_json and flag[3] or "")
    end
  end
  out:array_end()
end

local function print_keys(out, data, is_vti)
  local i, o = data.ikey or 0, data.okey or 0
  local has_i = is_vti or (data.iflags or 0) & KEY ~= 0
  local has_o = is_vti or (data.oflags or 0) & KEY ~= 0
  if has_i and has_o and i == o then
    out:put("key", " key %d", i)
  else
    if has_i then out:put("ikey", " ikey %d", i) end
    if has_o then out:put("okey", " okey %d", o) end
  end
end

local function endpoint(out, key, address, any)
  if out.is_json then
    out:json(key, address or any)
  else
    out:text(" %s %s", key, (address == nil or address == "0.0.0.0") and any ~= "::" and "any"
      or address or any)
  end
end

local function print_ipv4(out, data)
  if (data.ttl or 0) ~= 0 then out:put("ttl", " ttl %d", data.ttl) else out:text(" ttl inherit") end
  local tos = data.tos or 0
  if tos == 1 then
    out:text(" tos inherit")
  elseif tos ~= 0 then
    out:put("tos", " tos %s", ("%#x"):format(tos))
  end
  if data.pmtudisc == 0 then out:mark("nopmtudisc", " nopmtudisc") end
  for _, item in ipairs { { "6rd_prefix", "6rd-prefix" },
    { "6rd_relay_prefix", "6rd-relay_prefix" } } do
    local length = data[item[1] .. "len"] or 0
    if length ~= 0 and data[item[1]] then
      local text = require("nl.inet").text(data[item[1]])
      out:put(item[2], " " .. item[2] .. " %s", text)
      out:put(item[2] .. "len", "/%d", length)
    end
  end
end

local function print_ipv6(out, data)
  local flags = type(data.flags) == "table" and data.flags.value or data.flags or 0
  local flow = data.flowinfo or 0
  if flags & IGNORE_LIMIT ~= 0 then
    out:mark("ip6_tnl_f_ign_encap_limit", " encaplimit none")
  else
    out:put("encap_limit", " encaplimit %d", data.encap_limit or 0)
  end
  if (data.ttl or 0) ~= 0 then
    out:put("hoplimit", " hoplimit %d", data.ttl)
  else
    out:text(" hoplimit inherit")
  end
  if flags & ORIGINAL_CLASS ~= 0 then
    out:mark("ip6_tnl_f_use_orig_tclass", " tclass inherit")
  else
    out:put("tclass", " tclass %s", ("0x%02x"):format(flow >> 20 & 0xff))
  end
  if flags & ORIGINAL_LABEL ~= 0 then
    out:mark("ip6_tnl_f_use_orig_flowlabel", " flowlabel inherit")
  else
    out:put("flowlabel", " flowlabel %s", ("0x%05x"):format(flow & 0xfffff))
  end
  out:put("flowinfo", " (flowinfo %s)", ("0x%08x"):format(flow))
  if flags & COPY_DSCP ~= 0 then out:mark("ip6_tnl_f_rcv_dscp_copy", " dscp inherit") end
  if flags & ALLOW_LOCAL_REMOTE ~= 0 then
    out:mark("ip6_tnl_f_allow_local_remote", " allow-localremote")
  end
end

local function print_statistics(out, s)
  out:line("RX: Packets    Bytes        Errors CsumErrs OutOfSeq Mcasts")
  out:line(("    %-10d %-12d %-6d %-8d %-8d %-8d"):format(s.rx_packets, s.rx_bytes, s.rx_errors,
    s.rx_frame_errors, s.rx_fifo_errors, s.multicast))
  out:line("TX: Packets    Bytes        Errors DeadLoop NoRoute  NoBufs")
  out:line(("    %-10d %-12d %-6d %-8d %-8d %-6d"):format(s.tx_packets, s.tx_bytes, s.tx_errors,
    s.collisions, s.tx_carrier_errors, s.tx_dropped))
end

local function print_tunnel(ip, link)
  local out, kind, data = ip.out, link.linkinfo.kind, link.linkinfo.data or {}
  local is_ipv6, is_gre, is_vti = FAMILY6[kind], kind:find("gre") ~= nil, kind:find("^vti") ~= nil
  local within = is_gre and "gre" or is_vti and (is_ipv6 and "ipv6" or "ip")
    or PROTOCOL[data.proto or 0] or "unknown"
  out:object()
  out:name("ifname", "%s: ", link.ifname)
  out:put("mode", "%s", within .. (is_ipv6 and "/ipv6" or "/ip"))
  local any = is_ipv6 and "::" or "0.0.0.0"
  endpoint(out, "remote", data.remote, any)
  endpoint(out, "local", data["local"], any)
  if data.link and data.link ~= 0 then out:name("dev", " dev %s", ip:name(data.link)) end
  if is_ipv6 then print_ipv6(out, data) else print_ipv4(out, data) end
  if is_gre or is_vti and not is_ipv6 then print_keys(out, data, is_vti) end
  if is_gre then print_gre_flags(out, data) end
  if ip.stats > 0 and link.stats64 and not out.is_json then print_statistics(out, link.stats64) end
  out:text("\n")
  out:object_end()
end

local function show(ip, words)
  local name = words:take()
  local is_ipv6 = ip.family == AF_INET6
  local links, err = ip.connection:dump(schema, {})
  if not links then return ip:refused(err) end
  ip.out:start()
  for _, link in ipairs(links) do
    local kind = link.linkinfo and link.linkinfo.kind
    if BASE[kind] and (FAMILY6[kind] or false) == is_ipv6 and (not name or name == link.ifname) then
      print_tunnel(ip, link)
    end
  end
  ip.out:finish()
  return 0
end

-- ---- add, change, delete ----

-- The word after "mode", wherever it stands: it tells what the others mean.
local function find_mode(words, is_ipv6)
  for i = words.at, #words - 1 do
    if words[i] == "mode" then
      local text = words[i + 1]
      return (is_ipv6 and MODES6 or MODES)[text]
        or fail(255, ('Unknown tunnel mode "%s"'):format(text))
    end
  end
end

-- The mode of the tunnel that is named.
local function mode_of(ip, words, is_ipv6)
  for i = words.at, #words do
    local index = ip:index(words[i])
    local info = index and ip:link(index).linkinfo
    if info and BASE[info.kind] then return { info.kind, info.data and info.data.proto } end
  end
  if is_ipv6 then return MODES6.ip6ip6 end
end

local function read(ip, words, creating)
  local is_ipv6 = ip.family == AF_INET6
  local mode = find_mode(words, is_ipv6) or mode_of(ip, words, is_ipv6)
    or fail(1, "cannot determine tunnel mode (ipip, gre, vti or sit)")
  local kind = mode[1]
  local room = require("ip.kind").find(kind)
  local options, data, name = room.options(), {}, nil
  options.mode = nil
  while words:peek() do
    local word = words:take()
    if word == "mode" then
      words:value()
    elseif options[word] then
      kind_options.take(ip, words, word, options[word], data)
    else
      if word == "name" then word = words:value() elseif matches(word, "help") then usage() end
      if name then context.duplicate("name", word) end
      if not context.is_link_name(word) then
        context.invalid(word, '"name" not a valid ifname')
      end
      name = word
    end
  end
  local link = not creating and name and ip:link(ip:index(name) or 0)
  if link and link.linkinfo and link.linkinfo.kind == kind then
    for key, value in pairs(link.linkinfo.data or {}) do
      if data[key] == nil then data[key] = value end
    end
  end
  if mode[2] then data.proto = data.proto or mode[2] end
  if mode.isatap then data.flags = { value = 1, size = 2 } end
  if room.complete then
    local ran, err = pcall(room.complete, data, creating)
    -- here this is not a matter of words
    if not ran then fail(1, (context.failure(err) or error(err, 0)).message) end
  end
  return kind, name, data
end

local function change(ip, words, creating)
  local kind, name, data = read(ip, words, creating)
  local values = { ifname = name, linkinfo = { kind = kind, data = data } }
  local ok, err
  if creating then
    ok, err = ip.connection:call(schema, "new", values, "add")
  else
    values.index = name and ip:index(name)
    ok, err = ip.connection:call(schema, "new", values)
  end
  if ok then return 0 end
  ip.out:flush()
  fail(1, ('%s tunnel "%s" failed: %s'):format(creating and "add" or "change", BASE[kind],
    context.errno_text(err)))
end

local function delete(ip, words)
  local name
  while words:peek() do
    local word = words:take()
    if word == "mode" then
      words:value()
    else
      if word == "name" then word = words:value() end
      name = word
    end
  end
  if not name then fail(1, "cannot determine tunnel mode (ipip, gre, vti or sit)") end
  local ok, err = ip.connection:call(schema, "del", { ifname = name })
  if ok then return 0 end
  fail(1, ('delete tunnel "%s" failed: %s'):format(name, context.errno_text(err)))
end

-- `ip tunnel 6rd dev NAME ...`: the prefixes of a sit tunnel
local function rapid_deployment(ip, words)
  local options = require("ip.kind").find("sit").options()
  local device, data = nil, {}
  while words:peek() do
    local word = words:take()
    if word == "dev" then
      device = words:value()
    elseif word == "6rd-reset" then
      data["6rd_prefix"], data["6rd_prefixlen"] = "\32\2" .. ("\0"):rep(14), 16
      data["6rd_relay_prefix"], data["6rd_relay_prefixlen"] = "\0\0\0\0", 0
    elseif word == "6rd-prefix" or word == "6rd-relay_prefix" then
      kind_options.take(ip, words, word, options[word], data)
    else
      fail(255, ('Invalid 6RD parameter "%s"'):format(word))
    end
  end
  if not device then fail(255, "Must specify device") end
  local link = ip:link(ip:must_index(device))
  for key, value in pairs(link.linkinfo and link.linkinfo.data or {}) do
    if data[key] == nil then data[key] = value end
  end
  return ip:change(schema, "new", { index = link.index, linkinfo = { kind = "sit", data = data } })
end

--- `ip tunnel ...`
---@param ip ip.Context
---@param words ip.Words
---@return integer status
function tunnel.run(ip, words)
  local verb = words:take()
  if not verb then return show(ip, words) end
  if matches(verb, "add") then return change(ip, words, true) end
  if matches(verb, "change") then return change(ip, words, false) end
  if matches(verb, "delete") then return delete(ip, words) end
  if matches(verb, "show") or matches(verb, "lst") or matches(verb, "list") then
    return show(ip, words)
  end
  if matches(verb, "prl") then fail(255, "Must specify device") end
  if matches(verb, "6rd") then return rapid_deployment(ip, words) end
  if matches(verb, "help") then usage() end
  fail(255, ('Command "%s" is unknown, try "ip tunnel help"'):format(verb))
end

return tunnel
