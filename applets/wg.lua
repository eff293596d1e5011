-- applets/wg.lua - show and set WireGuard's devices
--
-- Layer: applet; calls lua/wg. Words and output are those of wg(8), wireguard-tools 1.0.

local S = require "syscall"
local cli = require "cli"
local text = require "wg.text"

local KEY_BYTES = 32

local applet = {
  summary = "show and set WireGuard's devices",
  usage = "[show [DEVICE | all | interfaces] [FIELD | dump]] | showconf DEVICE\n"
    .. "       wg set DEVICE [listen-port PORT] [fwmark MARK] [private-key FILE] [peer KEY [remove]"
    .. " [preshared-key FILE]\n          [endpoint HOST:PORT] [persistent-keepalive SECONDS] "
    .. "[allowed-ips IP/LENGTH,...]]...\n"
    .. "       wg setconf | addconf | syncconf DEVICE FILE\n"
    .. "       wg genkey | genpsk | pubkey",
  raw = true,
  examples = {
    { "wg genkey | tee key | wg pubkey", "a new key, and the public one that others are told" },
    { "wg set wg0 private-key key peer KEY allowed-ips 10.0.0.2/32", "let a peer in" },
  },
}

-- ---- keys ----

local function read_key_file(path)
  local file, err = io.stdin, nil
  if path ~= "-" then file, err = io.open(path) end
  if not file then return nil, err end
  local line = (file:read("a") or ""):match("^%s*(%S*)%s*$")
  if file ~= io.stdin then file:close() end
  if line == "" then return ("\0"):rep(KEY_BYTES) end -- none, as /dev/null
  local key = line and text.key_bytes(line)
  if not key then return nil, ("%s: Key is not the correct length or format"):format(path) end
  return key
end

local function random_bytes()
  local mem = require "syscall.mem"
  local buffer = S.t.buffer(KEY_BYTES)
  assert(S.getrandom(buffer, KEY_BYTES))
  return mem.string(buffer, KEY_BYTES)
end

-- RFC 7748 section 5: which bits a private key has
local function clamp(key)
  return string.char(key:byte(1) & 248) .. key:sub(2, 31)
    .. string.char(key:byte(32) & 127 | 64)
end

local function warn_if_readable()
  local st = S.fstat(1)
  if st and st.isreg and st.mode & 7 ~= 0 then
    io.stderr:write("Warning: writing to world accessible file.\n",
      "Consider setting the umask to 077 and trying again.\n")
  end
end

local KEYS = {}

function KEYS.genkey()
  warn_if_readable()
  io.write(text.key_text(clamp(random_bytes())), "\n")
  return true
end

function KEYS.genpsk()
  warn_if_readable()
  io.write(text.key_text(random_bytes()), "\n")
  return true
end

function KEYS.pubkey()
  local key = text.key_bytes((io.read("a") or ""):match("^%s*(%S*)%s*$") or "")
  if not key then return nil, "Key is not the correct length or format" end
  io.write(text.key_text(require "crypto.x25519"(key)), "\n")
  return true
end

-- ---- show ----

local function none_or_key(key) return text.is_key(key) and text.key_text(key) or "(none)" end
local function off_or(value, form)
  return (value or 0) ~= 0 and (form or "%d"):format(value) or "off"
end
local function ips(peer)
  local list = text.ip_texts(peer.allowed_ips)
  return #list > 0 and list or { "(none)" }
end
local function endpoint(peer)
  return peer.endpoint and text.endpoint_text(peer.endpoint) or "(none)"
end
local function handshake(peer) return peer.last_handshake and peer.last_handshake.seconds or 0 end

-- One value of the device
local DEVICE_FIELD = {
  ["public-key"] = function(d) return none_or_key(d.public_key) end,
  ["private-key"] = function(d) return none_or_key(d.private_key) end,
  ["listen-port"] = function(d) return tostring(d.listen_port or 0) end,
  fwmark = function(d) return off_or(d.fwmark, "0x%x") end,
}
-- one of each peer
local PEER_FIELD = {
  peers = false,
  ["preshared-keys"] = function(p) return none_or_key(p.preshared_key) end,
  endpoints = endpoint,
  ["allowed-ips"] = function(p) return table.concat(ips(p), " ") end,
  ["latest-handshakes"] = function(p) return tostring(handshake(p)) end,
  transfer = function(p) return ("%d\t%d"):format(p.rx_bytes or 0, p.tx_bytes or 0) end,
  ["persistent-keepalive"] = function(p) return off_or(p.keepalive) end,
}

local function show_field(device, field, prefix)
  local of_device, of_peer = DEVICE_FIELD[field], PEER_FIELD[field]
  if of_device then
    io.write(prefix, of_device(device), "\n")
    return true
  end
  if of_peer == nil then cli.usage(("Invalid parameter: `%s'"):format(field)) end
  for _, peer in ipairs(device.peers) do
    io.write(prefix, text.key_text(peer.public_key), of_peer and "\t" .. of_peer(peer) or "", "\n")
  end
  return true
end

local function show_dump(device, prefix)
  io.write(prefix, table.concat({ none_or_key(device.private_key), none_or_key(device.public_key),
    tostring(device.listen_port or 0), off_or(device.fwmark, "0x%x") }, "\t"), "\n")
  for _, peer in ipairs(device.peers) do
    io.write(prefix, table.concat({ text.key_text(peer.public_key),
      none_or_key(peer.preshared_key), endpoint(peer), table.concat(ips(peer), ","),
      tostring(handshake(peer)), ("%d\t%d"):format(peer.rx_bytes or 0, peer.tx_bytes or 0),
      off_or(peer.keepalive) }, "\t"), "\n")
  end
end

local function secret(key)
  return os.getenv("WG_HIDE_KEYS") == "never" and text.key_text(key) or "(hidden)"
end

local function show_pretty(device)
  local function line(name, value) io.write("  ", name, ": ", value, "\n") end
  io.write("interface: ", device.ifname, "\n")
  if text.is_key(device.public_key) then line("public key", text.key_text(device.public_key)) end
  if text.is_key(device.private_key) then line("private key", secret(device.private_key)) end
  if (device.listen_port or 0) ~= 0 then line("listening port", device.listen_port) end
  if (device.fwmark or 0) ~= 0 then line("fwmark", ("0x%x"):format(device.fwmark)) end
  local now = os.time()
  table.sort(device.peers, function(a, b)
    if handshake(a) ~= handshake(b) then return handshake(a) > handshake(b) end
    return a.public_key < b.public_key
  end)
  for _, peer in ipairs(device.peers) do
    io.write("\npeer: ", text.key_text(peer.public_key), "\n")
    if text.is_key(peer.preshared_key) then line("preshared key", secret(peer.preshared_key)) end
    if peer.endpoint then line("endpoint", text.endpoint_text(peer.endpoint)) end
    line("allowed ips", table.concat(ips(peer), ", "))
    local seen = handshake(peer)
    if seen > 0 then
      line("latest handshake", now == seen and "Now" or now < seen
        and "(System clock wound backward; connection problems may ensue.)"
        or text.span(now - seen) .. " ago")
    end
    if (peer.rx_bytes or 0) ~= 0 or (peer.tx_bytes or 0) ~= 0 then
      line("transfer", ("%s received, %s sent"):format(text.amount(peer.rx_bytes),
        text.amount(peer.tx_bytes)))
    end
    if (peer.keepalive or 0) ~= 0 then
      line("persistent keepalive", ("every %s"):format(text.span(peer.keepalive)))
    end
  end
end

local function device_names()
  local connection <close>, err = require("nl.request").open()
  if not connection then return nil, err end
  local names = {}
  local ok, failure = connection:dump(require "nl.schema.link", {}, function(link)
    if link.linkinfo and link.linkinfo.kind == "wireguard" then names[#names + 1] = link.ifname end
  end)
  return ok and names, failure
end

local function as_json(devices)
  local json = require "json"
  local out = json.array()
  for i, d in ipairs(devices) do
    local peers = json.array()
    for j, p in ipairs(d.peers) do
      peers[j] = { public_key = text.key_text(p.public_key), endpoint = p.endpoint
        and text.endpoint_text(p.endpoint), allowed_ips = json.array(text.ip_texts(p.allowed_ips)),
        latest_handshake = handshake(p), rx_bytes = p.rx_bytes or 0, tx_bytes = p.tx_bytes or 0,
        persistent_keepalive = p.keepalive or 0 }
    end
    out[i] = { interface = d.ifname, public_key = text.is_key(d.public_key)
      and text.key_text(d.public_key) or nil, listen_port = d.listen_port or 0,
      fwmark = d.fwmark or 0, peers = peers }
  end
  return json.encode(out) .. "\n"
end

local function named(err, what) return ("Unable to %s: %s"):format(what, tostring(err)) end

local function show(args)
  local which, field = args[2] or "all", args[3]
  if args[4] then cli.usage(("unexpected word %s"):format(args[4])) end
  local names, err
  if which == "all" or which == "interfaces" or which == "--json" then
    names, err = device_names()
    if not names then return nil, err end
    if which == "interfaces" then
      io.write(table.concat(names, " "), "\n")
      return true
    end
    if #names == 0 and which ~= "--json" then return true end
  else
    names = { which }
  end
  local wg = require "wg.device"
  local devices = {}
  if #names > 0 then
    local connection <close>, schema = wg.open()
    if not connection then return nil, named(schema, "access interface") end
    for i, name in ipairs(names) do
      devices[i], err = wg.get(connection, schema, name)
      if not devices[i] then return nil, named(err, "access interface") end
    end
  end
  if which == "--json" or field == "--json" then
    io.write(as_json(devices))
    return true
  end
  for i, device in ipairs(devices) do
    local prefix = which == "all" and device.ifname .. "\t" or ""
    if field == "dump" then
      show_dump(device, prefix)
    elseif field then
      show_field(device, field, prefix)
    else
      if i > 1 then io.write("\n") end
      show_pretty(device)
    end
  end
  return true
end

-- ---- change ----

local LOOKUP_SECONDS = 30

-- { host, port } -> what the kernel takes
local function resolve(where)
  local port = require("net.services").port(where.port, "udp")
  if not port then return nil, ("%s: no such service"):format(where.port) end
  local host, scope = where.host:match("^([^%%]+)%%?(.*)$")
  if require("nl.inet").bytes(host) then
    if scope ~= "" then
      local link, err = require("nl").interface(tonumber(scope) or scope)
      if not link then return nil, ("%s: %s"):format(scope, tostring(err)) end
      scope = link.index
    end
    return { address = host, port = port, scope = scope ~= "" and scope or nil }
  end
  local loop, dns = require "loop", require "net.dns"
  local found, err = loop.run(function()
    return dns.lookup(host, { deadline = loop.now() + LOOKUP_SECONDS })
  end)
  if not found then return nil, ("%s: %s"):format(host, tostring(err)) end
  return { address = found[1].address, port = port }
end

local function resolve_peers(peers)
  for _, peer in ipairs(peers) do
    if peer.endpoint then
      local err
      peer.endpoint, err = resolve(peer.endpoint)
      if not peer.endpoint then return nil, err end
    end
  end
  return true
end

local function apply(name, make)
  local wg = require "wg.device"
  local connection <close>, schema = wg.open()
  if not connection then return nil, named(schema, "modify interface") end
  local values, err = make(wg, connection, schema)
  if not values then return nil, err end
  local ok
  ok, err = resolve_peers(values.peers)
  if not ok then return nil, err end
  ok, err = wg.set(connection, schema, name, values)
  if not ok then return nil, named(err, "modify interface") end
  return true
end

-- "set wg0 listen-port 5 peer KEY remove": the words as values
local function read_set(wg, words)
  local values, peer, i = { peers = {} }, nil, 3
  local function value()
    i = i + 2
    return words[i - 1] or cli.usage(("%s needs a value"):format(words[i - 2]))
  end
  local function number(largest)
    local word = value()
    return text.number(word, largest)
      or cli.usage(("%s cannot be %s"):format(words[i - 2], word))
  end
  while words[i] do
    local word = words[i]
    if word == "peer" then
      local key = text.key_bytes(value())
      if not key then
        cli.usage("Key is not the correct length or format: `" .. words[i - 1] .. "'")
      end
      peer = { public_key = key }
      table.insert(values.peers, peer)
    elseif not peer and word == "listen-port" then
      values.listen_port = number(0xffff)
    elseif not peer and word == "fwmark" then
      values.fwmark = number(0xffffffff)
    elseif not peer and word == "private-key" then
      local err
      values.private_key, err = read_key_file(value())
      if not values.private_key then return nil, err end
    elseif peer and word == "remove" then
      peer.flags = wg.PEER_REMOVE
      i = i + 1
    elseif peer and word == "preshared-key" then
      local err
      peer.preshared_key, err = read_key_file(value())
      if not peer.preshared_key then return nil, err end
    elseif peer and word == "endpoint" then
      peer.endpoint = text.endpoint(value())
        or cli.usage(("Unable to parse endpoint: `%s'"):format(words[i - 1]))
    elseif peer and word == "persistent-keepalive" then
      peer.keepalive = number(0xffff)
    elseif peer and word == "allowed-ips" then
      local list, bad = text.allowed_ips(value())
      peer.allowed_ips = list or cli.usage(("Unable to parse IP address: `%s'"):format(bad))
      peer.flags = (peer.flags or 0) | wg.PEER_REPLACE_IPS
    else
      cli.usage(("Invalid argument: %s"):format(word))
    end
  end
  return values
end

local function read_file(path)
  local file, err = io.open(path)
  if not file then return nil, err end
  local config
  config, err = text.parse(file:read("a"))
  file:close()
  if not config then return nil, ("%s: %s"):format(path, err) end
  return config
end

local function set_from_file(how, name, path)
  return apply(name, function(wg, connection, schema)
    local config, err = read_file(path)
    if not config then return nil, err end
    for _, peer in ipairs(config.peers) do peer.flags = wg.PEER_REPLACE_IPS end
    if how ~= "addconf" then
      -- what the file does not name is not kept
      config.private_key = config.private_key or ("\0"):rep(KEY_BYTES)
      config.listen_port, config.fwmark = config.listen_port or 0, config.fwmark or 0
    end
    config.replace = how == "setconf"
    if how == "syncconf" then
      local now
      now, err = wg.get(connection, schema, name)
      if not now then return nil, named(err, "retrieve current interface configuration") end
      local stays = {}
      for _, peer in ipairs(config.peers) do stays[peer.public_key] = true end
      for _, peer in ipairs(now.peers) do
        if not stays[peer.public_key] then
          table.insert(config.peers, { public_key = peer.public_key, flags = wg.PEER_REMOVE })
        end
      end
    end
    return config
  end)
end

---@param args string[]
---@return true? ok
---@return any err
function applet.run(_, args)
  local verb = args[1] or "show"
  if KEYS[verb] then
    if args[2] then cli.usage(("unexpected word %s"):format(args[2])) end
    return KEYS[verb]()
  elseif verb == "show" then
    return show(args)
  elseif verb == "showconf" then
    if #args ~= 2 then cli.usage("showconf needs a device") end
    local wg = require "wg.device"
    local connection <close>, schema = wg.open()
    if not connection then return nil, named(schema, "access interface") end
    local device, err = wg.get(connection, schema, args[2])
    if not device then return nil, named(err, "access interface") end
    io.write(text.format(device))
    return true
  elseif verb == "set" then
    if #args < 3 then cli.usage("set needs a device and what to set") end
    local values, err = read_set(require "wg.device", args)
    if not values then return nil, err end
    return apply(args[2], function() return values end)
  elseif verb == "setconf" or verb == "addconf" or verb == "syncconf" then
    if #args ~= 3 then cli.usage(verb .. " needs a device and a file") end
    return set_from_file(verb, args[2], args[3])
  end
  cli.usage(("Invalid subcommand: `%s'"):format(verb))
end

return applet
