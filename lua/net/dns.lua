-- net/dns.lua - find the addresses of a host, and ask name servers
--
-- Layer: library over loop; calls S. Follows RFC 1034/1035, 7766 (TCP), 6761 (special names),
-- resolv.conf(5) and hosts(5) as a C library does.
--
-- Every question goes out from a socket of its own (so from a random port), connected, with a
-- random id; an answer counts only when id and question are ours. No cache: that is a daemon's.

local S = require "syscall"
local loop = require "loop"
local inet = require "nl.inet"
local message = require "net.dns.message"
local name = require "net.name"
local resolv = require "net.resolv"

local dns = {}

dns.HOSTS = "/etc/hosts"
local PORT = 53
local UDP_SIZE = 4096
local NXDOMAIN = 3
local WITHOUT_EDNS = { [1] = true, [4] = true } -- FORMERR, NOTIMP: an old server

---@class net.dns.Address
---@field family "inet"|"inet6"
---@field address string

local function random_id()
  local bytes = S.t.buffer(2)
  assert(S.getrandom(bytes, 2))
  return (bytes[0] & 255) << 8 | bytes[1] & 255
end

--- A socket address for a text, "fe80::1%eth0" included.
---@param address string
---@param port integer
---@return any? sockaddr
---@return string? family
function dns.sockaddr(address, port)
  local host, scope = address:match("^([^%%]*)%%?(.*)$")
  local bytes = inet.bytes(host)
  if not bytes then return nil end
  if #bytes == 4 then return S.t.sockaddr_in(port, host), "inet" end
  local index = tonumber(scope) or scope ~= "" and S.util.if_nametoindex(scope) or 0
  return S.t.sockaddr_in6(port, host, 0, index), "inet6"
end

local function is_answer(bytes, id, host, kind)
  local answer, err = message.decode(bytes)
  if not answer then return nil, err end
  local question = answer.question
  if answer.id ~= id then return nil, "another id" end
  if question and (question.name ~= host or question.type ~= kind) then
    return nil, "another question"
  end
  return answer
end

local function exchange_tcp(sockaddr, family, query, deadline)
  local fd <close> = assert(S.socket(family, "stream, nonblock"))
  local ok, err = loop.connect(fd, sockaddr, deadline)
  if ok then ok, err = loop.write(fd, (">s2"):pack(query), deadline) end
  if not ok then return nil, err end
  local buffer = ""
  while #buffer < 2 or #buffer < 2 + (">I2"):unpack(buffer) do
    local piece
    piece, err = loop.read(fd, 4096, deadline)
    if not piece then return nil, err end
    if piece == "" then return nil, "connection closed" end
    buffer = buffer .. piece
  end
  return (">s2"):unpack(buffer)
end

--- Ask one server one question.
---@param server string its address
---@param host string
---@param kind string
---@param deadline number
---@param plain boolean? without EDNS0
---@return net.dns.Message? answer
---@return any err
local function ask(server, host, kind, deadline, plain)
  local sockaddr, family = dns.sockaddr(server, PORT)
  if not sockaddr then return nil, "bad name server " .. server end
  local id = random_id()
  local query, problem = message.encode_query(id, host, kind, plain)
  if not query then return nil, problem end
  local fd <close>, failure = S.socket(family, "dgram, nonblock")
  if not fd then return nil, failure end
  local ok, err = fd:connect(sockaddr)
  if ok then ok, err = fd:send(query) end
  if not ok then return nil, err end

  while true do
    local bytes
    bytes, err = loop.read(fd, UDP_SIZE, deadline)
    if not bytes then return nil, err end
    local answer = is_answer(bytes, id, host, kind)
    if answer and answer.truncated then
      bytes, err = exchange_tcp(sockaddr, family, query, deadline)
      if not bytes then return nil, err end
      return is_answer(bytes, id, host, kind)
    end
    if answer and WITHOUT_EDNS[answer.rcode] and not plain then
      return ask(server, host, kind, deadline, true)
    end
    if answer then return answer end -- anything else: not for us, keep listening
  end
end

--- Ask the configured servers for records of one name.
---@param host string absolute, without trailing dot
---@param kind string "A", "AAAA", "PTR", …
---@param config net.resolv.Config? the system's by default
---@param deadline number? for all tries together
---@return net.dns.Message? answer NOERROR or NXDOMAIN
---@return any err
function dns.query(host, kind, config, deadline)
  config = config or resolv.load()
  host = host:lower()
  local err
  for _ = 1, config.attempts do
    for _, server in ipairs(config.servers) do
      local until_ = loop.now() + config.timeout
      if deadline and deadline < until_ then until_ = deadline end
      local answer
      answer, err = ask(server, host, kind, until_)
      if answer and (answer.rcode == 0 or answer.rcode == NXDOMAIN) then return answer end
      if answer then err = message.RCODES[answer.rcode] or "server failure" end
      if deadline and loop.now() >= deadline then return nil, err end
    end
  end
  return nil, err
end

--- Addresses that hosts(5) gives a name.
---@param text string
---@param host string lower case
---@return net.dns.Address[]
function dns.parse_hosts(text, host)
  local found = {}
  for line in text:gmatch("[^\n]+") do
    local address, names = line:gsub("#.*", ""):match("^%s*(%S+)%s+(.*)$")
    for word in (names or ""):gmatch("%S+") do
      local bytes = word:lower() == host and inet.bytes(address)
      if bytes then
        local family = #bytes == 4 and "inet" or "inet6"
        found[#found + 1] = { address = inet.text(bytes), family = family }
        break
      end
    end
  end
  return found
end

local function hosts_file(host)
  local file <close> = io.open(dns.HOSTS, "rb")
  return file and dns.parse_hosts(file:read("a"), host) or {}
end

--- Names to try, in order: resolv.conf(5), `ndots` and `search`.
---@param host string
---@param config net.resolv.Config
---@return string[]
function dns.candidates(host, config)
  if host:sub(-1) == "." then return { (host:sub(1, -2)) } end
  local _, dots = host:gsub("%.", "")
  local list = {}
  for i, domain in ipairs(config.search) do list[i] = host .. "." .. domain end
  table.insert(list, dots >= config.ndots and 1 or #list + 1, host)
  return list
end

--- Both families at a time: two tasks, each with its own socket.
local function addresses_of(host, families, config, deadline)
  local tasks, found, err, missing = {}, {}, nil, true
  for i, family in ipairs(families) do
    local kind = family == "inet" and "A" or "AAAA"
    tasks[i] = loop.spawn(function()
      local answer, failure = dns.query(host, kind, config, deadline)
      if not answer then return nil, failure end
      return message.chain(answer, host:lower(), kind), answer.rcode == NXDOMAIN
    end)
  end
  for i, family in ipairs(families) do
    local list, more = tasks[i]:join()
    if list then
      missing = missing and more
      for _, address in ipairs(list) do
        found[#found + 1] = { family = family, address = address }
      end
    else
      err = more
    end
  end
  if #found > 0 then return found end
  return nil, err, missing
end

local function only(list, families)
  local kept = {}
  for _, family in ipairs(families) do
    for _, item in ipairs(list) do
      if item.family == family then kept[#kept + 1] = item end
    end
  end
  return #kept > 0 and kept or nil
end

--- Addresses of a host: literal, hosts file, then the name servers.
---@param host string
---@param options? { families: string[]?, deadline: number?, config: net.resolv.Config? }
---@return net.dns.Address[]? addresses IPv4 first unless `families` has another order
---@return string? err
function dns.lookup(host, options)
  options = options or {}
  local families = options.families or { "inet", "inet6" }
  local literal, scope = host:match("^([^%%]*)(%%?.*)$")
  local bytes = inet.bytes(literal)
  if bytes then
    local family = #bytes == 4 and "inet" or "inet6"
    return only({ { family = family, address = inet.text(bytes) .. scope } }, families),
      "address of another family"
  end
  local plain = host:lower():gsub("%.$", "")
  if not name.is_host(plain) then return nil, "bad name" end
  local known = only(hosts_file(plain), families)
  if known then return known end
  if plain == "localhost" or plain:find("%.localhost$") then
    return only({ { family = "inet", address = "127.0.0.1" },
      { family = "inet6", address = "::1" } }, families)
  end
  local last = plain:match("[^.]*$")
  if last == "invalid" or last == "onion" then return nil, "no such host" end

  local config = options.config or resolv.load()
  local err
  for _, candidate in ipairs(dns.candidates(host, config)) do
    local found, failure = addresses_of(candidate, families, config, options.deadline)
    if found then return found end
    if failure then return nil, tostring(failure) end -- no server answers: others cannot either
    err = "no such host"
  end
  return nil, err
end

return dns
